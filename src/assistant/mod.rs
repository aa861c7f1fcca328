//! One turn: a message in, what is said back and what is recorded out. The only room that sees all desks.
//!
//! Understanding is a pure function and runs on the caller's thread. The turn itself runs on the one thread that owns
//! the store: it reads the member's state, hands the message to a desk, and commits what changed together with the
//! reply, so that the same delivery again finds the reply and changes nothing.

mod company;
mod decide;
mod doubts;
mod engine;
mod erasing;
mod faq;
mod guide;
mod memo;
mod message;
mod others;
mod presses;
mod readings;
mod records;
mod reliance;
mod reminding;
mod state;
mod stumbles;
mod told;
mod transaction;
mod turn;
mod understanding;
mod whereabouts;
mod which;
mod wire;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, FixedOffset, Utc};
use rand::rngs::StdRng;

pub use engine::{Engine, EngineError, Loaded, check};
pub use message::{Input, Message, Post, Render, Taken};
pub use records::steps_done;
pub use state::situation_from_text;
pub use understanding::{Question, Understanding};
pub use wire::{Said, SaidButton, SaidFile, SaidReply};

use crate::store::{Parcel, Pending, Store, StoreError, Tx, Writer};
use crate::transfer::reminders;
use transaction::{remind, scope, send, turn};

/// How many turns may wait for the writer before a channel has to wait itself.
const WAITING: usize = 256;
/// Who told what a member told.
const BY_MEMBER: &str = "member";

/// The time, wherever it comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<FixedOffset> + Send + Sync>;

/// The assistant over one store.
pub struct Assistant {
    engine: RwLock<Arc<Engine>>,
    writer: Writer,
    clock: Clock,
}

impl Assistant {
    /// The assistant over a store.
    pub fn new(engine: Arc<Engine>, store: Store) -> Result<Self, StoreError> {
        let clock: Clock = Arc::new(|| Utc::now().fixed_offset());
        Ok(Self { engine: RwLock::new(engine), writer: Writer::start(store, WAITING)?, clock })
    }

    /// With another clock for how long deliveries are kept. It is not the time of a message: that one is told by whoever
    /// sends it, and a message from next year must not make the assistant forget everybody's deliveries.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// What is shared by all turns.
    pub fn engine(&self) -> Arc<Engine> {
        // An `Arc` is read or replaced whole, so a panic elsewhere cannot have left half of one.
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers from something else from now on; turns under way finish with what they began with.
    pub fn replace_engine(&self, engine: Arc<Engine>) {
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = engine;
    }

    /// One turn. `random` is asked for the ID of a new transfer.
    pub fn hear(&self, message: Message, random: StdRng) -> Result<Said, StoreError> {
        self.take(message, random)?.wait().map(|taken| taken.said)
    }

    /// Begins a turn; understanding is done when this returns, the rest when what it returns is waited for. Turns run in
    /// the order in which they were begun.
    pub fn take(&self, message: Message, random: StdRng) -> Result<Pending<Taken, StoreError>, StoreError> {
        let engine = self.engine();
        let text = match &message.input {
            Input::Text(text) => text.as_str(),
            Input::Press(_) => "",
        };
        let understanding = engine.understand(text, message.now.date_naive());
        let received = (self.clock)();
        self.writer.submit(move |tx: &mut Tx<'_>| turn(&engine, tx, message, received, understanding, random))
    }

    /// Answers a delivery in these words alone, without a turn; for when there cannot be one. Known deliveries get nothing.
    pub fn tell(&self, message: Message, text: &str) -> Result<Taken, StoreError> {
        let received = (self.clock)();
        let said = wire::words(text);
        self.writer.turn(move |tx: &mut Tx<'_>| {
            let delivery = message.delivery.as_ref().map(|id| tx.delivery(scope(&message), id));
            if let Some(delivery) = &delivery {
                if tx.seen(delivery)?.is_some() {
                    return Ok(Taken { said, posted: Vec::new(), again: true, returned: false });
                }
                tx.keep_delivery(delivery, None, None, received)?;
            }
            // Whoever does anything at all can be reached again.
            let returned = tx.set_blocked(&message.user, None)?;
            let posted = match message.post {
                Some(post) => send(tx, post, None, &said, received)?,
                None => Vec::new(),
            };
            Ok(Taken { said, posted, again: false, returned })
        })
    }

    /// Composes the reminders of a channel whose time has come, each as a message to be sent, and plans no more than
    /// `most` at once. Nothing happens at night.
    pub fn remind(
        &self,
        channel: &'static str,
        now: DateTime<FixedOffset>,
        most: u32,
        render: fn(&Said) -> Vec<String>,
    ) -> Result<Vec<Parcel>, StoreError> {
        if reminders::quiet(now) {
            return Ok(Vec::new());
        }
        let engine = self.engine();
        self.writer.turn(move |tx: &mut Tx<'_>| remind(&engine, tx, channel, now, most, render))
    }

    /// Reads or writes the store in a turn of its own; for channels and operators.
    pub fn with_store<R, F>(&self, job: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
    {
        self.writer.turn(job)
    }

    /// Finishes what was taken and gives the store back.
    pub fn finish(self) -> Result<Store, StoreError> {
        self.writer.finish()
    }
}
