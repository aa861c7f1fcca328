//! The sender: a lane for each chat, so that what is said to one member keeps its order and no lane waits for another.
//!
//! A message is taken off the outbox only after Telegram has taken it. Killed in between, it is sent again: at most one
//! copy more for each send of which nobody knows what came of it. A message that can never be sent is dropped, with a
//! line in the log; one to somebody who has blocked us stays until they return.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::RngExt;
use teloxide::Bot;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::letter::{Does, Letter};
use super::send::{Outcome, send};
use super::{CHANNEL, PREFIX, address};
use crate::service::Service;
use crate::service::metrics::{Sending, Through};
use crate::store::{Parcel, StoreError};
use crate::transfer::reminders;

/// So many messages are on their way at the same time.
const AT_ONCE: usize = 64;
/// The wait after the first failure; each further one doubles it,
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// So many messages noted together are a crowd,
const CROWD: usize = 16;
/// and then messages that were sent are gathered for so long before they are noted.
const GATHER: Duration = Duration::from_millis(10);
/// The wait after the token was refused.
const BAD_TOKEN_WAIT: Duration = Duration::from_secs(30);

/// All lanes.
pub(super) struct Lanes {
    bot: Bot,
    service: Arc<Service>,
    patience: Duration,
    lanes: Mutex<HashMap<String, Lane>>,
    permits: Semaphore,
    done: mpsc::UnboundedSender<Done>,
    /// Reminders that came into the night.
    resting: Mutex<Vec<Parcel>>,
}

/// What waits for one chat; the lane's task lives as long as this stands in the map.
#[derive(Default)]
struct Lane {
    waiting: VecDeque<Parcel>,
    /// What the task is busy with.
    current: Option<i64>,
}

/// A message that is off the outbox once this is answered.
struct Done {
    id: i64,
    noted: oneshot::Sender<()>,
}

impl Lanes {
    /// No lane yet. Has to be called inside a runtime.
    pub(super) fn new(bot: Bot, service: Arc<Service>, patience: Duration) -> Arc<Self> {
        let (done, finished) = mpsc::unbounded_channel();
        tokio::spawn(note(Arc::clone(&service), finished));
        Arc::new(Self {
            bot,
            service,
            patience,
            lanes: Mutex::default(),
            permits: Semaphore::new(AT_ONCE),
            done,
            resting: Mutex::default(),
        })
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends these, in order within a chat. One that waits already is not sent twice.
    pub(super) fn put(self: &Arc<Self>, parcels: Vec<Parcel>) {
        // All under one lock: a lane that begins with the first of them and learns that its chat cannot be written to
        // must find the others waiting, or they would be tried as well.
        let mut lanes = self.lanes();
        for parcel in parcels {
            let chat = parcel.chat.clone();
            let begins = !lanes.contains_key(&chat);
            let lane = lanes.entry(chat.clone()).or_default();
            if lane.current == Some(parcel.id) || lane.waiting.iter().any(|p| p.id == parcel.id) {
                continue;
            }
            lane.waiting.push_back(parcel);
            self.service.metrics.queue.inc();
            if begins {
                tokio::spawn(Arc::clone(self).run(chat));
            }
        }
    }

    /// Sends what the outbox still holds for a chat. Called from a thread that may wait.
    pub(super) fn resume(self: &Arc<Self>, chat: &str) {
        let name = chat.to_owned();
        match self.service.assistant.with_store(move |tx| tx.unsent_to(&name)) {
            Ok(parcels) => self.put(parcels),
            Err(error) => tracing::error!(channel = CHANNEL, %error, "cannot read what waits to be sent"),
        }
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
        job: impl FnOnce(&mut crate::store::Tx<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let service = Arc::clone(&self.service);
        let task = tokio::task::spawn_blocking(move || service.assistant.with_store(job));
        task.await.unwrap_or(Err(StoreError::Stopped))
    }

    async fn run(self: Arc<Self>, chat: String) {
        loop {
            let parcel = {
                let mut lanes = self.lanes();
                let Some(lane) = lanes.get_mut(&chat) else { return };
                lane.current = None;
                let Some(parcel) = lane.waiting.pop_front() else {
                    lanes.remove(&chat);
                    return;
                };
                lane.current = Some(parcel.id);
                parcel
            };
            // What is being tried again still waits.
            let rest = self.deliver(&parcel).await;
            self.service.metrics.queue.dec();
            if let Some(rest) = rest {
                self.redirect(&chat, parcel, rest).await;
                return;
            }
        }
    }

    /// Sends one message, however long it takes. Says so where the rest of the lane cannot be sent either: it goes to
    /// another chat, or nowhere.
    async fn deliver(&self, parcel: &Parcel) -> Option<Rest> {
        let Some(chat) = address(&parcel.chat) else {
            tracing::error!(channel = CHANNEL, "a message to no chat is dropped");
            self.finish(parcel.id).await;
            return None;
        };
        let body = self.service.assistant.revealed(&parcel.body);
        let mut letter = match Letter::read(body.as_ref().unwrap_or(&parcel.body)) {
            Ok(letter) => letter,
            Err(error) => {
                tracing::error!(channel = CHANNEL, %error, "a stored message cannot be read and is dropped");
                self.finish(parcel.id).await;
                return None;
            }
        };
        let mut wait = FIRST_WAIT;
        loop {
            if parcel.reminder && !self.timely(parcel).await {
                return None;
            }
            let outcome = {
                // Waiting is done without one, so that whoever has to wait takes nobody's place.
                let _permit = self.permits.acquire().await;
                send(&self.bot, chat, &letter, self.patience).await
            };
            let pause = match outcome {
                Outcome::Sent => {
                    self.service.metrics.sent(CHANNEL, Sending::sent);
                    if parcel.reminder {
                        self.service.metrics.reminders_sent.inc();
                    }
                    self.finish(parcel.id).await;
                    return None;
                }
                Outcome::Blocked => {
                    self.service.metrics.sent(CHANNEL, Sending::blocked);
                    return Some(Rest::Nowhere);
                }
                Outcome::Moved(chat) => return Some(Rest::To(chat)),
                Outcome::Gone | Outcome::Refused(_) => match simpler(&letter) {
                    Some(simple) => {
                        letter = simple;
                        continue;
                    }
                    None => {
                        let why = if let Outcome::Refused(why) = &outcome { why.as_str() } else { "gone" };
                        tracing::error!(channel = CHANNEL, why, "a message is refused for good and dropped");
                        self.service.metrics.sent(CHANNEL, Sending::refused);
                        self.finish(parcel.id).await;
                        return None;
                    }
                },
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
            tokio::time::sleep(pause).await;
        }
    }

    /// May a reminder be sent now? One that has become pointless is off the outbox; one that came into the night rests.
    async fn timely(&self, parcel: &Parcel) -> bool {
        if reminders::quiet((self.service.clock)()) {
            self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(parcel.clone());
            return false;
        }
        let id = parcel.id;
        self.store(move |tx| tx.is_unsent(id)).await.unwrap_or(true)
    }

    /// Waits until a message is off the outbox: only then may the next one of its chat be sent.
    async fn finish(&self, id: i64) {
        let (noted, answer) = oneshot::channel();
        if self.done.send(Done { id, noted }).is_ok() {
            // No answer: the store is gone, and with it the process.
            let _ = answer.await;
        }
    }

    /// What becomes of a lane whose chat cannot be written to.
    async fn redirect(self: &Arc<Self>, chat: &str, parcel: Parcel, rest: Rest) {
        let waiting = self.lanes().remove(chat).map(|lane| lane.waiting).unwrap_or_default();
        self.service.metrics.queue.dec_by(waiting.len() as i64);
        let (now, name) = ((self.service.clock)(), chat.to_owned());
        let stored = match rest {
            Rest::Nowhere => {
                let service = Arc::clone(&self.service);
                let task = tokio::task::spawn_blocking(move || {
                    service.assistant.set_blocked(name.clone(), Some(now))?;
                    service.assistant.with_store(move |tx| tx.drop_unowned(&name))
                });
                task.await.unwrap_or(Err(StoreError::Stopped))
            }
            Rest::To(number) => {
                let to = format!("{PREFIX}{number}");
                let moved = to.clone();
                let stored = self.store(move |tx| tx.moved(&name, &moved)).await;
                let all = std::iter::once(parcel).chain(waiting);
                self.put(all.map(|p| Parcel { chat: to.clone(), ..p }).collect());
                stored
            }
        };
        if let Err(error) = stored {
            tracing::error!(channel = CHANNEL, %error, "cannot note that a chat has changed");
        }
    }
}

/// Where the rest of a lane goes.
enum Rest {
    Nowhere,
    To(i64),
}

/// The same message with less to object to; none where there is nothing left to take away.
fn simpler(letter: &Letter) -> Option<Letter> {
    match letter {
        Letter::Edit { text, keys, .. } => Some(Letter::Text { text: text.clone(), keys: keys.clone(), to: None }),
        Letter::Text { text, keys, to } if !keys.is_empty() || to.is_some() => {
            // Without the keys the options are in words; they can be said.
            let labels = keys.iter().flatten().filter(|key| matches!(key.does, Does::Data(_)));
            let labels: Vec<&str> = labels.map(|key| key.label.as_str()).collect();
            let text = if labels.is_empty() { text.clone() } else { format!("{text}\n\n（{}）", labels.join(" / ")) };
            Some(Letter::Text { text, keys: Vec::new(), to: None })
        }
        Letter::Text { .. } | Letter::File { .. } => None,
    }
}

/// Takes messages off the outbox, all that are done in one transaction.
async fn note(service: Arc<Service>, mut finished: mpsc::UnboundedReceiver<Done>) {
    let mut all = Vec::new();
    let mut crowd = false;
    while let Some(first) = finished.recv().await {
        all.push(first);
        // A commit costs the same for one as for many, and turns wait for it. Only in a crowd: killed meanwhile, what is
        // not noted is sent again.
        if crowd {
            tokio::time::sleep(GATHER).await;
        }
        while let Ok(done) = finished.try_recv() {
            all.push(done);
        }
        crowd = all.len() >= CROWD;
        let mut wait = FIRST_WAIT;
        loop {
            let (service, ids) = (Arc::clone(&service), all.iter().map(|done| done.id).collect::<Vec<_>>());
            let job = move || service.assistant.with_store(move |tx| ids.iter().try_for_each(|id| tx.sent(*id)));
            match tokio::task::spawn_blocking(job).await.unwrap_or(Err(StoreError::Stopped)) {
                Ok(()) | Err(StoreError::Traces { .. }) => break,
                Err(error) => tracing::error!(channel = CHANNEL, %error, "cannot note what was sent"),
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        for done in all.drain(..) {
            let _ = done.noted.send(());
        }
    }
}
