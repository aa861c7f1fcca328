//! A batch of updates becomes turns. Chats are shared out among threads; within a chat the order is kept, and a turn
//! need not wait for the one before, since the writer takes them in the order in which they are handed in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use teloxide::prelude::*;
use teloxide::types::{ChatId, Update};

use super::heard::{Call, Heard, Me, heard};
use super::letter::{Manner, letters};
use super::{CHANNEL, PREFIX, Telegram};
use crate::assistant::{DeliveryId, Dispatch, Input, Message, Post, Said, Taken};
use crate::clock::shanghai;
use crate::membership::CodeToSend;
use crate::reply::press::Press;
use crate::service::Service;
use crate::service::limits::Verdict;
use crate::service::metrics::Through;
use crate::store::{Pending, StoreError};

/// How long a courtesy may take that nothing depends on.
const COURTESY: Duration = Duration::from_secs(10);

/// Serves a batch; `admitted`: it comes again, and nobody has written too much in it. Says whether all of it is committed.
pub(super) async fn work(telegram: &Telegram, me: &Me, updates: Vec<Update>, at_hand: Instant, admitted: bool) -> bool {
    let shares = share_out(updates).into_iter().map(|updates| {
        let share = Share {
            service: Arc::clone(&telegram.service),
            dispatch: telegram.lanes.dispatch(),
            bot: telegram.bot.clone(),
            me: me.clone(),
            at_hand,
            admitted,
            handed_in: Vec::new(),
            committed: true,
        };
        tokio::task::spawn_blocking(move || share.serve(updates))
    });
    let mut committed = true;
    for share in shares.collect::<Vec<_>>() {
        committed &= share.await.unwrap_or(false);
    }
    committed
}

/// Updates for as many threads as can run, about as many for each; those of one chat stay together, in order.
pub(super) fn share_out(updates: Vec<Update>) -> Vec<Vec<Update>> {
    // Asked once: to be told, the system reads files.
    static THREADS: LazyLock<usize> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let mut shares: Vec<Vec<Update>> = Vec::new();
    shares.resize_with(THREADS.min(updates.len()), || Vec::with_capacity(updates.len()));
    let mut of_chat = FxHashMap::default();
    for update in updates {
        let chat = update.chat().map_or(0, |chat| chat.id.0);
        let shortest = || (0..shares.len()).min_by_key(|share| shares[*share].len()).unwrap_or(0);
        let share = *of_chat.entry(chat).or_insert_with(shortest);
        shares[share].push(update);
    }
    shares
}

/// A turn that the writer has.
struct HandedIn {
    number: u32,
    call: Box<Call>,
    pending: Result<Pending<Taken, StoreError>, StoreError>,
}

/// What one thread does of a batch.
struct Share {
    service: Arc<Service>,
    dispatch: Dispatch,
    bot: Bot,
    me: Me,
    at_hand: Instant,
    admitted: bool,
    handed_in: Vec<HandedIn>,
    /// Is everything so far?
    committed: bool,
}

impl Share {
    /// Prepares every turn, hands them in and waits for them. Says whether all of it is committed.
    fn serve(mut self, updates: Vec<Update>) -> bool {
        let engine = self.service.assistant.engine();
        for update in updates {
            let number = update.id.0;
            // What cannot be read must not keep the rest from being read.
            let meant = catch_unwind(AssertUnwindSafe(|| heard(&engine.known, &self.me, update)));
            self.hear(number, meant.unwrap_or(Heard::Unreadable));
        }
        self.end_all();
        self.committed
    }

    fn hear(&mut self, number: u32, meant: Heard) {
        match meant {
            Heard::Said(call) if self.over_limit(&call) => {}
            Heard::Said(call) => match self.service.maintenance() {
                Some(says) => self.notice_after_all(number, &call, &says),
                None => self.begin(number, call),
            },
            Heard::Notice(call, _) if self.over_limit(&call) => {}
            Heard::Notice(call, says) => {
                let says = self.service.maintenance().unwrap_or_else(|| self.service.statement(says));
                self.notice_after_all(number, &call, &says);
            }
            Heard::Reach { user, reachable } => {
                let (chat, assistant) = (format!("{PREFIX}{user}"), &self.service.assistant);
                let noted = match reachable {
                    true => assistant.set_reachable(chat, Arc::clone(&self.dispatch)),
                    false => assistant.set_blocked(chat, (self.service.clock)()),
                };
                if let Err(error) = noted {
                    self.unavailable(&error);
                }
            }
            Heard::Nothing => {}
            Heard::Unreadable => {
                self.service.metrics.unreadable.get_or_create(&Through { channel: CHANNEL }).inc();
                tracing::warn!(channel = CHANNEL, update = number, "an update cannot be read and is passed over");
            }
        }
    }

    fn begin(&mut self, number: u32, call: Box<Call>) {
        let message = self.message(number, &call);
        // A panic in understanding is this member's affair alone.
        let prepare = || self.service.assistant.prepare(message, (self.service.chance)());
        let panicked = |_| StoreError::Panicked { why: "while a message was being understood".to_owned() };
        let ready = catch_unwind(AssertUnwindSafe(prepare)).map_err(panicked);
        let pending = ready.and_then(|ready| self.service.assistant.hand_in(ready));
        self.handed_in.push(HandedIn { number, call, pending });
    }

    /// Ends the turns that were handed in.
    fn end_all(&mut self) {
        for turn in std::mem::take(&mut self.handed_in) {
            self.end(turn);
        }
    }

    /// Waits for a turn and hands over what came of it.
    fn end(&mut self, turn: HandedIn) {
        let HandedIn { number, call, pending } = turn;
        let taken = pending.and_then(Pending::wait);
        let took = self.at_hand.elapsed();
        match taken {
            Ok(mut taken) => {
                let outcome = if taken.again { "again" } else { "answered" };
                report(&self.service, &call, &taken.said, outcome, took);
                if let (Input::Press(Press::Rate { entry, useful }), true) = (&call.input, taken.rated) {
                    self.service.metrics.rated(entry, *useful);
                }
                for code in std::mem::take(&mut taken.codes) {
                    self.send_code(number, &call, code);
                }
                self.acknowledge(&call, taken.said.notice);
            }
            Err(StoreError::Traces { why }) => {
                // Committed, and answered; only the cleaning is still to be done.
                tracing::error!(channel = CHANNEL, why, "an erasure is committed, but the files are not cleaned yet");
                self.acknowledge(&call, None);
            }
            // Nothing is wrong with the message; when the store can be written to again it will be served.
            Err(error @ (StoreError::NotCommitted { .. } | StoreError::Stopped)) => self.unavailable(&error),
            Err(error) => {
                tracing::error!(
                    channel = CHANNEL,
                    duration_ms = took.as_secs_f64() * 1e3,
                    outcome = "failed",
                    %error,
                    "a turn failed"
                );
                self.service.metrics.turned(CHANNEL, "none", "failed", took);
                let sorry = self.service.statement("service.sorry");
                self.notice(number, &call, &sorry);
            }
        }
    }

    /// Answers in these words alone, after what came before it was answered.
    fn notice_after_all(&mut self, number: u32, call: &Call, says: &str) {
        self.end_all();
        self.notice(number, call, says);
    }

    fn notice(&mut self, number: u32, call: &Call, says: &str) {
        match self.service.assistant.tell(self.message(number, call), says) {
            Ok(taken) => self.acknowledge(call, taken.said.notice),
            Err(error) => self.unavailable(&error),
        }
    }

    /// The store takes nothing: the update must come again.
    fn unavailable(&mut self, error: &StoreError) {
        tracing::error!(channel = CHANNEL, %error, "the store takes nothing; updates are left unconfirmed");
        self.committed = false;
    }

    /// Sends a code, on a thread that may wait; the member is told where that fails.
    fn send_code(&self, number: u32, call: &Call, code: CodeToSend) {
        let service = Arc::clone(&self.service);
        let failed = Message { delivery: None, ..self.message(number, call) };
        tokio::task::spawn_blocking(move || {
            // Why is in the log already, and in `/readyz`.
            if service.assistant.send_code(&code).is_ok() {
                return;
            }
            if let Err(error) = service.assistant.tell(failed, &service.statement("service.code.failed")) {
                tracing::error!(channel = CHANNEL, %error, "cannot say that a code was not sent");
            }
        });
    }

    /// Acknowledges a press, with a word or without.
    fn acknowledge(&self, call: &Call, word: Option<String>) {
        if let Some(press) = &call.press {
            let mut request = self.bot.answer_callback_query(press.clone());
            request.text = word;
            // Too late for it is as good as done.
            tokio::spawn(tokio::time::timeout(COURTESY, request.send()));
        }
    }

    /// Has the member written too much? Then nothing is done but to say so, now and then.
    fn over_limit(&self, call: &Call) -> bool {
        if self.admitted {
            return false;
        }
        let verdict = self.service.limits.admit(&format!("{PREFIX}{}", call.user));
        if verdict == Verdict::Fine {
            return false;
        }
        self.service.metrics.limited.get_or_create(&Through { channel: CHANNEL }).inc();
        let says = (verdict == Verdict::Tell).then(|| self.service.statement("service.too-fast"));
        match (&call.press, says) {
            (Some(_), says) => self.acknowledge(call, says),
            (None, Some(says)) => {
                // Said once, whether it arrives or not.
                let request = self.bot.send_message(ChatId(call.chat), says);
                tokio::spawn(tokio::time::timeout(COURTESY, request.send()));
            }
            (None, None) => {}
        }
        true
    }

    fn message(&self, number: u32, call: &Call) -> Message {
        let edits = matches!(call.input, Input::Press(Press::Tick { .. })).then_some(call.message);
        let group = call.group.then(|| (call.message, format!("https://t.me/{}", self.me.username)));
        let (chat, manner) = (call.chat, Manner { edits, group });
        Message {
            user: format!("{PREFIX}{}", call.user),
            input: call.input.clone(),
            delivery: Some(match &call.once {
                Some(name) => DeliveryId::Named(name.clone()),
                None => DeliveryId::Numbered(number.into()),
            }),
            now: call.at.map_or_else(|| (self.service.clock)(), |at| at.with_timezone(&shanghai())),
            post: Some(Post {
                chat: format!("{PREFIX}{}", call.chat),
                company: call.group,
                render: Box::new(move |said| letters(said, chat, &manner)),
                dispatch: Arc::clone(&self.dispatch),
            }),
        }
    }
}

fn report(service: &Service, call: &Call, said: &Said, outcome: &'static str, took: Duration) {
    let input = match &call.input {
        Input::Text(_) => "text",
        Input::Press(_) => "press",
    };
    let duration_ms = took.as_secs_f64() * 1e3;
    tracing::info!(channel = CHANNEL, kind = said.kind, input, duration_ms, outcome, "answered a turn");
    service.metrics.turned(CHANNEL, &said.kind, outcome, took);
}
