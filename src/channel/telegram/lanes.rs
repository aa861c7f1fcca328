//! The sender: a lane for each chat, so that what is said to one member keeps its order and no lane waits for another.
//!
//! A message is taken off the outbox only after Telegram has taken it. Killed in between, it is sent again: at most one
//! copy more for each send of which nobody knows what came of it. A message that can never be sent is dropped, with a
//! line in the log; one to somebody who has blocked us stays until they return.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::RngExt;
use teloxide::Bot;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::letter::Letter;
use super::noting::{Noted, Notes};
use super::send::{Outcome, send};
use super::waiting::Waiting;
use super::{CHANNEL, PREFIX};
use crate::assistant::{Dispatch, Posted};
use crate::clock::day;
use crate::service::Service;
use crate::service::metrics::{Sending, Through};
use crate::store::{Parcel, StoreError, Tx};
use crate::transfer::reminders;

/// So many messages are on their way at the same time: what hangs must not hold up others, nor take all connections.
const AT_ONCE: usize = 512;
/// And so many of them for a shorter time than this: more would not be faster, but stand in the way of updates.
const CREW: usize = 8;
const BRIEFLY: Duration = Duration::from_millis(50);
/// The wait after the first failure; each further one doubles it,
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The wait after the token was refused.
const BAD_TOKEN_WAIT: Duration = Duration::from_secs(30);

/// All lanes.
pub(super) struct Lanes {
    bot: Bot,
    service: Arc<Service>,
    patience: Duration,
    lanes: Mutex<Waiting>,
    permits: Semaphore,
    notes: Notes,
    /// Where tasks run; what is sent is handed over on threads of all kinds.
    runtime: Handle,
    /// Reminders that came into the night, or while the store could not be asked.
    resting: Mutex<Vec<Parcel>>,
}

impl Lanes {
    /// No lane yet. Has to be called inside a runtime.
    pub(super) fn new(bot: Bot, service: Arc<Service>, patience: Duration) -> Arc<Self> {
        Arc::new_cyclic(|lanes| Self {
            bot,
            notes: Notes::begin(Arc::clone(&service), lanes.clone()),
            runtime: Handle::current(),
            service,
            patience,
            lanes: Mutex::default(),
            permits: Semaphore::new(AT_ONCE),
            resting: Mutex::default(),
        })
    }

    fn lanes(&self) -> MutexGuard<'_, Waiting> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom to hand what is committed.
    pub(super) fn dispatch(self: &Arc<Self>) -> Dispatch {
        // A turn that waits to be written must not keep alive what it waits in.
        let lanes = Arc::downgrade(self);
        Arc::new(move |posted| {
            if let Some(lanes) = lanes.upgrade() {
                lanes.put(posted);
            }
        })
    }

    /// Sends these, in order within a chat. One that waits already, or has just gone out, is not sent twice.
    fn put(self: &Arc<Self>, posted: impl Into<Posted>) {
        let Posted { parcels, erased } = posted.into();
        // All under one lock: a lane that begins with the first of them and learns that its chat cannot be written to
        // must find the others waiting, or they would be tried as well.
        let mut waiting = self.lanes();
        if let Some(chat) = erased {
            let dropped = waiting.keep(&chat, &parcels);
            self.service.metrics.queue.dec_by(dropped as i64);
        }
        for parcel in parcels {
            if waiting.add(parcel) {
                self.service.metrics.queue.inc();
            }
        }
        self.muster(waiting);
    }

    /// Has as many tasks send as there is something for, and as may.
    fn muster(self: &Arc<Self>, mut waiting: MutexGuard<'_, Waiting>) {
        let more = waiting.muster(CREW);
        // A runtime that is going drops a task at once, and with it its seat, which needs the lock.
        drop(waiting);
        for _ in 0..more {
            self.runtime.spawn(Arc::clone(self).run(Seat(Arc::clone(self))));
        }
    }

    /// These are off the outbox: only now may the next ones of their chats be sent.
    pub(super) fn noted(self: &Arc<Self>, parcels: Vec<Noted>) {
        let mut waiting = self.lanes();
        for Noted { id, chat } in parcels {
            waiting.goes_out(id);
            waiting.go_on(chat);
            self.service.metrics.queue.dec();
        }
        self.muster(waiting);
    }

    /// Sends everything that the outbox still holds.
    pub(super) async fn resume_all(self: &Arc<Self>) -> Result<(), StoreError> {
        let parcels = self.store(|tx| tx.unsent(PREFIX)).await?;
        if !parcels.is_empty() {
            tracing::info!(channel = CHANNEL, messages = parcels.len(), "sending what was left unsent");
        }
        self.put(parcels);
        Ok(())
    }

    /// Takes up what came into the night, once it is over.
    pub(super) fn wake(self: &Arc<Self>) {
        if !reminders::quiet((self.service.clock)()) {
            let resting = std::mem::take(&mut *self.resting.lock().unwrap_or_else(PoisonError::into_inner));
            self.put(resting);
        }
    }

    /// Has everything gone out?
    pub(super) fn idle(&self) -> bool {
        self.lanes().is_empty()
    }

    async fn store<R: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let service = Arc::clone(&self.service);
        let task = tokio::task::spawn_blocking(move || service.assistant.with_store(job));
        task.await.unwrap_or(Err(StoreError::Stopped))
    }

    /// Sends what is ready, until nothing is or one has to wait.
    async fn run(self: Arc<Self>, seat: Seat) {
        let mut seat = Some(seat);
        while seat.is_some() {
            let next = self.lanes().next();
            let Some(parcel) = next else { break };
            match self.deliver(&parcel, &mut seat).await {
                Left::Done => self.notes.note(Noted { id: parcel.id, chat: parcel.chat }),
                Left::Resting => self.rest(parcel),
                Left::Stale => self.compose_anew(parcel).await,
                Left::Nowhere => self.give_up(parcel).await,
                Left::Moved(to) => self.redirect(parcel, to).await,
            }
        }
        self.leave(&mut seat);
    }

    /// Has a reminder wait until it is looked for such the next time.
    fn rest(&self, parcel: Parcel) {
        self.lanes().stays(&parcel);
        self.service.metrics.queue.dec();
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(parcel);
    }

    /// Another reminder takes the place of this one.
    async fn compose_anew(self: &Arc<Self>, parcel: Parcel) {
        let (service, dispatch, id) = (Arc::clone(&self.service), self.dispatch(), parcel.id);
        let composing = tokio::task::spawn_blocking(move || {
            service.assistant.remind_anew(id, (service.clock)(), super::unasked, dispatch)
        });
        match composing.await.unwrap_or(Err(StoreError::Stopped)) {
            Ok(()) => self.notes.note(Noted { id, chat: parcel.chat }),
            Err(error) => {
                tracing::error!(channel = CHANNEL, %error, "a reminder cannot be composed anew");
                self.rest(parcel);
            }
        }
    }

    /// Leaves a seat to others, and what became ready meanwhile.
    fn leave(self: &Arc<Self>, seat: &mut Option<Seat>) {
        drop(seat.take());
        self.muster(self.lanes());
    }

    /// Sends one message, however long it takes; who has to wait leaves their seat.
    async fn deliver(self: &Arc<Self>, parcel: &Parcel, seat: &mut Option<Seat>) -> Left {
        let body = self.service.assistant.revealed(&parcel.body);
        let body = body.as_ref().unwrap_or(&parcel.body);
        // What Telegram had against the message so far; each time it is sent a little plainer.
        let mut objections: Vec<String> = Vec::new();
        let mut wait = FIRST_WAIT;
        let mut waited = false;
        loop {
            let letter = match Letter::read_plain(body, objections.len()) {
                Ok(letter) => letter,
                Err(error) => {
                    tracing::error!(channel = CHANNEL, %error, "a stored message cannot be read and is dropped");
                    return Left::Done;
                }
            };
            let Some(letter) = letter else {
                tracing::error!(channel = CHANNEL, why = objections.pop(), "a message is refused for good and dropped");
                self.service.metrics.sent(CHANNEL, Sending::refused);
                return Left::Done;
            };
            let outcome = {
                // Waiting is done without one, so that whoever has to wait takes nobody's place.
                let _permit = self.permits.acquire().await;
                if let Some(left) = self.withheld(parcel, waited).await {
                    return left;
                }
                let mut sending = pin!(send(&self.bot, letter));
                match tokio::time::timeout(BRIEFLY.min(self.patience), &mut sending).await {
                    Ok(outcome) => outcome,
                    Err(_) => {
                        self.leave(seat);
                        let rest = self.patience.saturating_sub(BRIEFLY);
                        let late = |_| Outcome::Unclear(format!("no answer within {:?}", self.patience));
                        tokio::time::timeout(rest, sending).await.unwrap_or_else(late)
                    }
                }
            };
            let pause = match outcome {
                Outcome::Sent => {
                    self.service.metrics.sent(CHANNEL, Sending::sent);
                    if parcel.reminder {
                        self.service.metrics.reminders_sent.inc();
                    }
                    return Left::Done;
                }
                Outcome::Blocked => {
                    self.service.metrics.sent(CHANNEL, Sending::blocked);
                    return Left::Nowhere;
                }
                Outcome::Moved(chat) => return Left::Moved(chat),
                Outcome::Gone => {
                    objections.push("gone".to_owned());
                    continue;
                }
                Outcome::Refused(why) => {
                    objections.push(why);
                    continue;
                }
                Outcome::Wait(asked) => asked,
                Outcome::Unauthorized => {
                    let says = "Telegram refuses the token (401)".to_owned();
                    if self.service.health.set(CHANNEL, Err(says)) {
                        tracing::error!(channel = CHANNEL, "Telegram refuses the token (401)");
                    }
                    BAD_TOKEN_WAIT
                }
                Outcome::Unclear(why) => {
                    let pause = wait.mul_f64((self.service.chance)().random_range(0.75..1.25));
                    wait = (wait * 2).min(LONGEST_WAIT);
                    let pause_ms = pause.as_millis() as u64;
                    tracing::warn!(channel = CHANNEL, why, pause_ms, "sending is tried again");
                    pause
                }
            };
            self.service.metrics.retries.get_or_create(&Through { channel: CHANNEL }).inc();
            self.leave(seat);
            tokio::time::sleep(pause).await;
            waited = true;
        }
    }

    /// What becomes of a message that is not to be sent now; `waited`: time has passed since it was tried.
    async fn withheld(&self, parcel: &Parcel, waited: bool) -> Option<Left> {
        let id = parcel.id;
        if !self.lanes().wanted(id) {
            return Some(Left::Done);
        }
        if waited {
            let chat = parcel.chat.clone();
            let blocked =
                move |tx: &mut Tx<'_>| Ok(tx.member(&chat)?.is_some_and(|member| member.blocked_at.is_some()));
            if self.store(blocked).await.unwrap_or(false) {
                return Some(Left::Nowhere);
            }
        }
        if !parcel.reminder {
            return None;
        }
        let now = (self.service.clock)();
        if reminders::quiet(now) {
            return Some(Left::Resting);
        }
        // It may have become pointless, or say “tomorrow” of today.
        match self.store(move |tx| tx.unsent_reminder(id)).await {
            Ok(None) => Some(Left::Done),
            Ok(Some(unsent)) if day(&unsent.composed_at) != day(&now) => Some(Left::Stale),
            Ok(Some(_)) => None,
            Err(error) => {
                tracing::error!(channel = CHANNEL, %error, "whether a reminder is still to be sent cannot be read");
                Some(Left::Resting)
            }
        }
    }

    /// Ends the lane of a message. What waited in it may be put again.
    fn end(&self, parcel: Parcel) -> Vec<Parcel> {
        let all = self.lanes().end(parcel);
        self.service.metrics.queue.dec_by(all.len() as i64);
        all
    }

    /// Nothing more is sent to this chat until its people return.
    async fn give_up(&self, parcel: Parcel) {
        let chat = parcel.chat.clone();
        self.end(parcel);
        let (service, now) = (Arc::clone(&self.service), (self.service.clock)());
        let task = tokio::task::spawn_blocking(move || service.assistant.set_blocked(chat, now));
        if let Err(error) = task.await.unwrap_or(Err(StoreError::Stopped)) {
            tracing::error!(channel = CHANNEL, %error, "cannot note that a chat cannot be written to");
        }
    }

    /// This chat has another number.
    async fn redirect(self: &Arc<Self>, parcel: Parcel, number: i64) {
        let (name, to) = (parcel.chat.clone(), format!("{PREFIX}{number}"));
        let all = self.end(parcel);
        let moved = to.clone();
        if let Err(error) = self.store(move |tx| tx.moved(&name, &moved)).await {
            tracing::error!(channel = CHANNEL, %error, "cannot note that a chat has another number");
        }
        let there = |parcel: Parcel| {
            // What cannot be read is dropped when its turn comes.
            let letter = Letter::read(&parcel.body).and_then(|letter| letter.readdressed(number));
            let body = letter.map_or(parcel.body, |letter| letter.write());
            Parcel { chat: to.clone(), body, ..parcel }
        };
        self.put(all.into_iter().map(there).collect::<Vec<_>>());
    }
}

/// The right of a task to send as one of the crew.
struct Seat(Arc<Lanes>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.lanes().leaves();
    }
}

/// What became of a message.
enum Left {
    /// It is to be taken off the outbox.
    Done,
    /// It waits for the morning.
    Resting,
    /// It was composed on another day.
    Stale,
    /// The chat cannot be written to.
    Nowhere,
    /// The chat has this number now.
    Moved(i64),
}
