//! A batch of updates becomes turns. Chats are shared out among threads; within a chat the order is kept, and a turn
//! need not wait for the one before, since the writer takes them in the order in which they are handed in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use teloxide::prelude::*;
use teloxide::types::{CallbackQueryId, ChatId, Update};

use super::heard::{Call, Heard, Me, heard};
use super::letter::{Manner, letters};
use super::{CHANNEL, PREFIX, Telegram};
use crate::assistant::{Input, Message, Post, Said, Taken};
use crate::clock::shanghai;
use crate::reply::press::Press;
use crate::service::Service;
use crate::service::limits::Verdict;
use crate::service::metrics::Through;
use crate::store::{Pending, StoreError};

/// How long a courtesy may take that nothing depends on.
const COURTESY: Duration = Duration::from_secs(10);

/// What a thread hands over to be sent or said in passing.
enum Todo {
    /// These messages wait in the outbox.
    Send(Vec<crate::store::Parcel>),
    /// A chat may have more in the outbox than is known here.
    Resume(String),
    /// The press is acknowledged, with a word or without.
    Acknowledge(CallbackQueryId, Option<String>),
    /// Said once, whether it arrives or not.
    Mention(i64, String),
}

/// Serves a batch. Says whether all of it is committed.
pub(super) async fn work(telegram: &Telegram, me: &Me, updates: Vec<Update>, at_hand: Instant) -> bool {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut shares: Vec<Vec<Update>> = Vec::new();
    shares.resize_with(threads, Vec::new);
    for update in updates {
        let chat = update.chat().map_or(0, |chat| chat.id.0);
        let share = usize::try_from(chat.rem_euclid(threads as i64)).unwrap_or(0);
        shares[share].push(update);
    }
    let shares = shares.into_iter().filter(|share| !share.is_empty()).map(|share| {
        let (service, me) = (Arc::clone(&telegram.service), me.clone());
        tokio::task::spawn_blocking(move || serve(&service, &me, share, at_hand))
    });
    let mut committed = true;
    for share in shares.collect::<Vec<_>>() {
        let Ok((all, todo)) = share.await else {
            committed = false;
            continue;
        };
        committed &= all;
        for one in todo {
            telegram.attend(one).await;
        }
    }
    committed
}

impl Telegram {
    async fn attend(&self, todo: Todo) {
        match todo {
            Todo::Send(parcels) => self.lanes.put(parcels),
            Todo::Resume(chat) => self.lanes.resume(chat).await,
            Todo::Acknowledge(press, word) => {
                let mut request = self.bot.answer_callback_query(press);
                request.text = word;
                // Too late for it is as good as done.
                tokio::spawn(tokio::time::timeout(COURTESY, request.send()));
            }
            Todo::Mention(chat, text) => {
                let request = self.bot.send_message(ChatId(chat), text);
                tokio::spawn(tokio::time::timeout(COURTESY, request.send()));
            }
        }
    }
}

/// A turn that was begun.
struct Begun {
    number: u32,
    call: Box<Call>,
    /// None where it failed before it came to the writer.
    pending: Option<Pending<Taken, StoreError>>,
}

/// Serves a share of a batch: begins every turn, then waits for all of them. Says whether all of it is committed.
fn serve(service: &Arc<Service>, me: &Me, updates: Vec<Update>, at_hand: Instant) -> (bool, Vec<Todo>) {
    let engine = service.assistant.engine();
    let (mut begun, mut todo, mut committed) = (Vec::new(), Vec::new(), true);
    for update in updates {
        let number = update.id.0;
        // What cannot be read must not keep the rest from being read.
        let meant = catch_unwind(AssertUnwindSafe(|| heard(&engine.known, me, update))).unwrap_or(Heard::Unreadable);
        match meant {
            Heard::Said(call) => match service.maintenance() {
                Some(says) => {
                    committed &= end_all(service, me, &mut begun, at_hand, &mut todo);
                    committed &= notice(service, me, number, &call, &says, &mut todo);
                }
                None => {
                    if !over_limit(service, &call, &mut todo) {
                        begun.push(hand_in(service, me, number, call));
                    }
                }
            },
            Heard::Notice(call, says) => {
                let says = service.maintenance().unwrap_or_else(|| service.statement(says));
                if !over_limit(service, &call, &mut todo) {
                    committed &= end_all(service, me, &mut begun, at_hand, &mut todo);
                    committed &= notice(service, me, number, &call, &says, &mut todo);
                }
            }
            Heard::Reach { user, reachable } => {
                let (handle, now) = (format!("{PREFIX}{user}"), (service.clock)());
                let chat = handle.clone();
                let since = (!reachable).then_some(now);
                match service.assistant.with_store(move |tx| tx.set_blocked(&handle, since)) {
                    Ok(true) if reachable => todo.push(Todo::Resume(chat)),
                    Ok(_) => {}
                    Err(error) => committed = unavailable(&error),
                }
            }
            Heard::Nothing => {}
            Heard::Unreadable => {
                service.metrics.unreadable.get_or_create(&Through { channel: CHANNEL }).inc();
                tracing::warn!(channel = CHANNEL, update = number, "an update cannot be read and is passed over");
            }
        }
    }
    committed &= end_all(service, me, &mut begun, at_hand, &mut todo);
    (committed, todo)
}

/// Ends the turns that were begun, before anything is answered that came after them: what is handed over first is sent
/// first. Says whether all of them are committed.
fn end_all(service: &Arc<Service>, me: &Me, begun: &mut Vec<Begun>, at_hand: Instant, todo: &mut Vec<Todo>) -> bool {
    let mut committed = true;
    for one in begun.drain(..) {
        committed &= end(service, me, one, at_hand, todo);
    }
    committed
}

fn hand_in(service: &Arc<Service>, me: &Me, number: u32, call: Box<Call>) -> Begun {
    let message = message(service, me, number, &call);
    // A panic in understanding is this member's affair alone.
    let pending = catch_unwind(AssertUnwindSafe(|| service.assistant.take(message, (service.chance)())));
    Begun { number, call, pending: pending.ok().and_then(Result::ok) }
}

/// Waits for a turn and hands over what came of it. Says whether it is committed.
fn end(service: &Arc<Service>, me: &Me, begun: Begun, at_hand: Instant, todo: &mut Vec<Todo>) -> bool {
    let Begun { number, call, pending } = begun;
    let taken = match pending {
        Some(pending) => pending.wait(),
        None => Err(StoreError::Panicked { why: "while a message was being understood".to_owned() }),
    };
    let took = at_hand.elapsed();
    match taken {
        Ok(taken) => {
            let outcome = if taken.again { "again" } else { "answered" };
            report(service, &call, &taken.said, outcome, took);
            if let (Input::Press(Press::Rate { entry, useful }), false) = (&call.input, taken.again) {
                service.metrics.rated(entry, *useful);
            }
            hand_over(&call, taken, todo);
            true
        }
        Err(StoreError::Traces { why }) => {
            // Committed, and answered; only the cleaning is still to be done.
            tracing::error!(channel = CHANNEL, why, "an erasure is committed, but the files could not be cleaned yet");
            acknowledge(&call, None, todo);
            todo.push(Todo::Resume(format!("{PREFIX}{}", call.chat)));
            true
        }
        // Nothing is wrong with the message; when the store can be written to again it will be served.
        Err(error @ (StoreError::NotCommitted { .. } | StoreError::Stopped)) => unavailable(&error),
        Err(error) => {
            tracing::error!(
                channel = CHANNEL,
                duration_ms = took.as_secs_f64() * 1e3,
                outcome = "failed",
                %error,
                "a turn failed"
            );
            service.metrics.turned(CHANNEL, "none", "failed", took);
            let sorry = service.statement("service.sorry");
            notice(service, me, number, &call, &sorry, todo)
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

/// Answers in these words alone. Says whether that is committed.
fn notice(service: &Arc<Service>, me: &Me, number: u32, call: &Call, says: &str, todo: &mut Vec<Todo>) -> bool {
    match service.assistant.tell(message(service, me, number, call), says) {
        Ok(taken) => {
            hand_over(call, taken, todo);
            true
        }
        Err(error) => unavailable(&error),
    }
}

/// The store takes nothing: the update must come again.
fn unavailable(error: &StoreError) -> bool {
    tracing::error!(channel = CHANNEL, %error, "the store takes nothing; updates are left unconfirmed");
    false
}

fn hand_over(call: &Call, taken: Taken, todo: &mut Vec<Todo>) {
    acknowledge(call, taken.said.notice, todo);
    if taken.returned {
        todo.push(Todo::Resume(format!("{PREFIX}{}", call.chat)));
    } else if !taken.posted.is_empty() {
        todo.push(Todo::Send(taken.posted));
    }
}

fn acknowledge(call: &Call, word: Option<String>, todo: &mut Vec<Todo>) {
    if let Some(press) = &call.press {
        todo.push(Todo::Acknowledge(press.clone(), word));
    }
}

/// Has the member written too much? Then nothing is done but to say so, now and then.
fn over_limit(service: &Service, call: &Call, todo: &mut Vec<Todo>) -> bool {
    let verdict = service.limits.admit(&format!("{PREFIX}{}", call.user));
    if verdict == Verdict::Fine {
        return false;
    }
    service.metrics.limited.get_or_create(&Through { channel: CHANNEL }).inc();
    let says = (verdict == Verdict::Tell).then(|| service.statement("service.too-fast"));
    match (&call.press, says) {
        (Some(press), says) => todo.push(Todo::Acknowledge(press.clone(), says)),
        (None, Some(says)) => todo.push(Todo::Mention(call.chat, says)),
        (None, None) => {}
    }
    true
}

fn message(service: &Service, me: &Me, number: u32, call: &Call) -> Message {
    let edits = matches!(call.input, Input::Press(Press::Tick { .. })).then_some(call.message);
    let group = call.group.then(|| (call.message, format!("https://t.me/{}", me.username)));
    let manner = Manner { edits, group };
    Message {
        user: format!("{PREFIX}{}", call.user),
        input: call.input.clone(),
        delivery: Some(call.once.clone().unwrap_or_else(|| format!("update {number}"))),
        now: call.at.map_or_else(|| (service.clock)(), |at| at.with_timezone(&shanghai())),
        post: Some(Post {
            chat: format!("{PREFIX}{}", call.chat),
            company: call.group,
            render: Box::new(move |said| letters(said, &manner)),
        }),
    }
}
