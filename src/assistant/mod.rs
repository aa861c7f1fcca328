//! One turn: a message in, what is said back and what is recorded out. The only room that sees all desks.
//!
//! Understanding is a pure function and runs on the caller's thread. The turn itself runs on the one thread that owns
//! the store: it reads the member's state, hands the message to a desk, and commits what changed together with the
//! reply, so that the same delivery again finds the reply and changes nothing.

mod decide;
mod doubts;
mod engine;
mod erasing;
mod faq;
mod guide;
mod others;
mod readings;
mod records;
mod state;
mod stumbles;
mod told;
mod turn;
mod understanding;
mod whereabouts;
mod which;
mod wire;

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use rand::Rng;
use rand::rngs::StdRng;

pub use engine::{Engine, EngineError, Loaded, check};
pub use records::steps_done;
pub use state::situation_from_text;
pub use understanding::{Question, Understanding};
pub use wire::{Said, SaidFile, SaidReply};

use crate::store::{Miss, Outgoing, Store, StoreError, Tx, Writer};
use crate::transfer::TransferId;
use state::State;
use turn::{Change, Turn};

/// How long a delivery id keeps its reply, in days.
const DELIVERY_DAYS: u32 = 7;
/// How many turns may wait for the writer before a channel has to wait itself.
const WAITING: usize = 256;
/// The longest message that is kept for operators when it found no answer, in characters.
const MISS_LENGTH: usize = 80;

/// A message of a member.
#[derive(Debug, Clone)]
pub struct Message {
    /// Who, as the channel names them.
    pub user: String,
    /// What was typed.
    pub text: String,
    /// The channel's delivery id.
    pub delivery: Option<String>,
    /// When.
    pub now: DateTime<FixedOffset>,
}

/// The assistant over one store.
pub struct Assistant {
    engine: Arc<Engine>,
    writer: Writer,
    clock: fn() -> DateTime<FixedOffset>,
}

impl Assistant {
    /// The assistant over a store.
    pub fn new(engine: Arc<Engine>, store: Store) -> Result<Self, StoreError> {
        Ok(Self { engine, writer: Writer::start(store, WAITING)?, clock: || Utc::now().fixed_offset() })
    }

    /// With another clock for how long deliveries are kept. It is not the time of a message: that one is told by whoever
    /// sends it, and a message from next year must not make the assistant forget everybody's deliveries.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> DateTime<FixedOffset>) -> Self {
        Self { clock, ..self }
    }

    /// What is shared by all turns.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// One turn. `random` is asked for the ID of a new transfer.
    pub fn hear(&self, message: Message, random: StdRng) -> Result<Said, StoreError> {
        let understanding = self.engine.understand(&message.text, message.now.date_naive());
        let (engine, received) = (Arc::clone(&self.engine), (self.clock)());
        self.writer.turn(move |tx: &mut Tx<'_>| turn(&engine, tx, &message, received, understanding, random))
    }

    /// Finishes what was taken and gives the store back.
    pub fn finish(self) -> Result<Store, StoreError> {
        self.writer.finish()
    }
}

/// The part of a turn that reads and writes.
fn turn(
    engine: &Engine,
    tx: &mut Tx<'_>,
    message: &Message,
    received: DateTime<FixedOffset>,
    understanding: Understanding,
    mut random: StdRng,
) -> Result<Said, StoreError> {
    let delivery = message.delivery.as_ref().map(|id| tx.delivery(&message.user, id));
    if let Some(delivery) = &delivery {
        if let Some(body) = tx.outgoing(delivery)? {
            return Ok(wire::read(&body));
        }
        tx.forget_deliveries(received, DELIVERY_DAYS)?;
    }
    let member = tx.member(&message.user)?;
    let state = member.as_ref().map(|m| State::read(&m.state)).unwrap_or_default();
    let records = member.as_ref().map_or_else(|| Ok(Vec::new()), |m| tx.transfers(m.key))?;
    let text = understanding.text.clone();
    let nearest = understanding.hits.first().map(|h| h.target.id().to_owned()).unwrap_or_default();
    let fresh = unused(tx, &mut random)?;
    let outcome = Turn::new(engine, understanding, state, records, fresh, message.now).run();

    let mut key = Some(tx.set_state(&message.user, &outcome.state.stored(), state::VERSION, message.now)?);
    for change in outcome.changes {
        match (change, key) {
            (Change::Create(record), Some(key)) => tx.insert_transfer(key, &record)?,
            (Change::Append(transfer, happened), Some(key)) => {
                if let Some(mut record) = tx.transfer(transfer, key)? {
                    tx.append(&mut record, happened, message.now, BY_MEMBER)?;
                }
            }
            (Change::Situate(transfer, situation), Some(key)) => {
                if let Some(mut record) = tx.transfer(transfer, key)? {
                    tx.set_situation(&mut record, &situation)?;
                }
            }
            (Change::Erase, Some(member)) => {
                tx.erase(member)?;
                // From here on nothing of this member is kept, not even that they were here.
                key = None;
            }
            (_, None) => {}
        }
    }
    if outcome.missed {
        let text_masked: String = stumbles::known_words(engine, &text).chars().take(MISS_LENGTH).collect();
        if !text_masked.is_empty() {
            tx.keep_miss(&Miss { text_masked, nearest, at: message.now })?;
        }
    }
    let said = wire::said(engine, &outcome.answer);
    tx.put_outgoing(&Outgoing {
        member: key,
        delivery,
        body: &wire::write(&said),
        created_at: received,
        sent_at: Some(received),
    })?;
    Ok(said)
}

/// Who told what a member told.
const BY_MEMBER: &str = "member";

/// An ID that no record has; with 55 random bits the first one nearly always is.
fn unused(tx: &mut Tx<'_>, random: &mut impl Rng) -> Result<TransferId, StoreError> {
    loop {
        let id = TransferId::random(random);
        if tx.any_transfer(id)?.is_none() {
            return Ok(id);
        }
    }
}
