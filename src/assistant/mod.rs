//! One turn: a message in, what is said back and what is recorded out. The only room that sees all desks.
//!
//! Understanding is a pure function and runs on the caller's thread; so does the desk that answers, where the member is
//! known from the turn before. The turn itself runs when it has the store for itself: it makes sure that the member
//! is still as the desk saw them, or has it look again, and commits what changed together with the reply, so that the same
//! delivery again finds the reply and changes nothing.

mod aspects;
mod bars;
mod beside;
mod chosen;
mod commands;
mod company;
mod compose;
mod decide;
mod desk;
mod discussed;
mod doubts;
mod elsewhere;
mod engine;
mod erasing;
mod faq;
mod follow;
mod guide;
mod lessons;
mod looked;
mod memo;
mod message;
mod others;
mod passes;
mod presses;
mod proofs;
mod readings;
mod recent;
mod records;
mod refused;
mod reliance;
mod reminding;
mod righted;
mod several;
mod side;
mod spoken;
mod state;
mod stumbles;
mod told;
mod transaction;
mod turn;
mod understanding;
mod unrecorded;
mod whereabouts;
mod which;
mod why;
mod wire;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, FixedOffset, Utc};
use rand::rngs::StdRng;

pub use bars::{Bar, Bars};
pub use engine::{Engine, EngineError, Loaded, check};
pub use message::{DeliveryId, Dispatch, Input, Message, Post, Posted, Render, Taken};
pub use records::steps_done;
pub use spoken::unspoken;
pub use state::situation_from_text;
pub use understanding::{Question, Understanding};
pub use wire::{Said, SaidButton, SaidFile, SaidReply};

use crate::membership::sender::SendError;
use crate::membership::{CodeToSend, Registry, codes};
use crate::plan::fill_text;
use crate::store::{Does, Due, Gone, Parcel, Pending, Periods, Step, Store, StoreError, Tx, Writer};
use crate::transfer::reminders;
use compose::{Drawn, Known, compose, reach};
use looked::Looked;
use recent::Recent;
use transaction::{Prepared, Turned, plan_anew, remind, remind_anew, tell, turn};
use turn::Reach;

/// How many turns may wait for the writer before a channel has to wait itself.
const WAITING: usize = 256;
/// The reminders of so many transfers are planned anew in one turn.
const PLANNED_AT_ONCE: u32 = 25;
/// Who told what a member told.
const BY_MEMBER: &str = "member";

/// The time, wherever it comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<FixedOffset> + Send + Sync>;

/// A turn that only has to be written.
#[must_use = "nothing is written until it is handed in"]
pub struct Ready {
    shared: Shared,
    message: Message,
    received: DateTime<FixedOffset>,
    understanding: Arc<Understanding>,
    prepared: Option<Prepared>,
    drawn: Drawn,
}

/// What turns share.
struct Shared {
    engine: Arc<Engine>,
    registry: Option<Arc<Registry>>,
    periods: Option<Periods>,
    recent: Arc<Recent>,
}

/// The assistant over one store.
pub struct Assistant {
    engine: RwLock<Arc<Engine>>,
    writer: Writer,
    recent: Arc<Recent>,
    registry: Option<Arc<Registry>>,
    periods: Option<Periods>,
    clock: Clock,
}

impl Assistant {
    /// The assistant over a store.
    pub fn new(engine: Arc<Engine>, store: Store) -> Self {
        let clock: Clock = Arc::new(|| Utc::now().fixed_offset());
        Self {
            engine: RwLock::new(engine),
            writer: Writer::new(store, WAITING),
            recent: Arc::default(),
            registry: None,
            periods: None,
            clock,
        }
    }

    /// With another clock for how long deliveries are kept. It is not the time of a message: that one is told by whoever
    /// sends it, and a message from next year must not make the assistant forget everybody's deliveries.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// With what it takes to tell people where they are; without it there are no codes and no passes.
    #[must_use]
    pub fn with_registry(self, registry: Registry) -> Self {
        Self { registry: Some(Arc::new(registry)), ..self }
    }

    /// Told how long what is kept is kept, so that it can tell.
    #[must_use]
    pub fn with_periods(self, periods: Periods) -> Self {
        Self { periods: Some(periods), ..self }
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
        let Taken { mut said, codes, .. } = self.take(message, random)?.wait()?;
        for code in &codes {
            if self.send_code(code).is_err() {
                said.replies.extend(wire::words(&self.statement("service.code.failed")).replies);
            }
        }
        for reply in &mut said.replies {
            if let Some(shown) = self.revealed(&reply.text) {
                reply.text = shown;
            }
        }
        Ok(said)
    }

    /// A statement of the assistant's own, to be said outside a turn.
    pub fn statement(&self, id: &str) -> String {
        let engine = self.engine();
        let says = engine.known.service(id).map_or("", |s| s.text.as_str());
        fill_text(&engine.known, says, None, None).into_owned()
    }

    /// Sends a code of a turn. Blocks as long as its sender does; says how it went, for the operator.
    pub fn send_code(&self, code: &CodeToSend) -> Result<(), SendError> {
        let sender = self.registry.as_ref().and_then(|registry| registry.sender.as_ref());
        sender.ok_or_else(|| SendError::Broken("there is no sender".to_owned()))?.send(&code.message())
    }

    /// What was stored, as it is shown, where that differs: no digits of a pass are stored.
    pub fn revealed(&self, text: &str) -> Option<String> {
        self.registry.as_ref().and_then(|registry| codes::revealed(&registry.key, text))
    }

    /// Prepares a turn and hands it in; it is done when what this returns is waited for.
    pub fn take(&self, message: Message, random: StdRng) -> Result<Pending<Taken, StoreError>, StoreError> {
        self.hand_in(self.prepare(message, random))
    }

    /// Does what can be done of a turn without writing: the message is understood and, where the member is known, served.
    pub fn prepare(&self, message: Message, mut random: StdRng) -> Ready {
        let engine = self.engine();
        let text = match &message.input {
            Input::Text(text) => text.as_str(),
            Input::Press(_) => "",
        };
        let understanding = engine.understand(text, message.now.date_naive());
        let drawn = Drawn::from(&mut random);
        let shared = self.shared(engine);
        let ready = |known: &Known| !looked::needed(known, &understanding);
        let known = match reach(&message) {
            Reach::Company => Some((Known::default(), None)).filter(|(known, _)| ready(known)),
            Reach::Reader | Reach::Member => {
                self.recent.take_if(&message.user, ready).map(|(known, ticket)| (known, Some(ticket)))
            }
        };
        // Where it panics, the writer composes it again and says so.
        let prepared = known.and_then(|(known, ticket)| {
            let composing =
                AssertUnwindSafe(|| compose(&shared, &message, known, &understanding, &drawn, Looked::default()));
            catch_unwind(composing).ok().map(|composed| Prepared { ticket, composed })
        });
        Ready { shared, message, received: (self.clock)(), understanding, prepared, drawn }
    }

    fn shared(&self, engine: Arc<Engine>) -> Shared {
        Shared { engine, registry: self.registry.clone(), periods: self.periods, recent: Arc::clone(&self.recent) }
    }

    /// Hands a turn to the writer. Turns run in the order in which they are handed in.
    pub fn hand_in(&self, ready: Ready) -> Result<Pending<Taken, StoreError>, StoreError> {
        let Ready { shared, message, received, understanding, mut prepared, drawn } = ready;
        let (recent, user) = (Arc::clone(&self.recent), message.user.clone());
        let dispatch = message.dispatch();
        let job = move |tx: &mut Tx<'_>| turn(&shared, tx, &message, received, &understanding, prepared.take(), &drawn);
        self.writer.submit_then(job, move |Turned { taken, posted, left }| {
            if let Some((ticket, known)) = left {
                recent.put(&user, ticket, known);
            }
            dispatch(posted);
            taken
        })
    }

    /// Answers a delivery in these words alone, without a turn; for when there cannot be one. Known deliveries get nothing.
    pub fn tell(&self, message: Message, text: &str) -> Result<Taken, StoreError> {
        let received = (self.clock)();
        let said = wire::words(text);
        let (recent, dispatch) = (Arc::clone(&self.recent), message.dispatch());
        let job = move |tx: &mut Tx<'_>| {
            recent.forget(&message.user);
            tell(tx, &message, &said, received)
        };
        let told = self.writer.submit_then(job, move |(taken, posted)| {
            dispatch(posted.into());
            taken
        });
        told?.wait()
    }

    /// A member cannot be reached: nothing is sent to them until they return.
    pub fn set_blocked(&self, chat: String, now: DateTime<FixedOffset>) -> Result<(), StoreError> {
        let recent = Arc::clone(&self.recent);
        self.writer.turn(move |tx: &mut Tx<'_>| {
            recent.forget(&chat);
            tx.set_blocked(&chat, Some(now))?;
            tx.drop_unowned(&chat)
        })
    }

    /// A member can be reached: where they could not, what waits for them is sent.
    pub fn set_reachable(&self, chat: String, dispatch: Dispatch) -> Result<(), StoreError> {
        let recent = Arc::clone(&self.recent);
        self.post(dispatch, move |tx| {
            recent.forget(&chat);
            if tx.set_blocked(&chat, None)? { tx.unsent_to(&chat) } else { Ok(Vec::new()) }
        })?;
        Ok(())
    }

    /// Writes or finds messages to be sent, and has them sent in the order of the commits. Returns how many there were.
    pub fn post<F>(&self, dispatch: Dispatch, job: F) -> Result<usize, StoreError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<Vec<Parcel>, StoreError> + Send + 'static,
    {
        let posted = self.writer.submit_then(job, move |posted: Vec<Parcel>| {
            let count = posted.len();
            dispatch(posted.into());
            count
        });
        posted?.wait()
    }

    /// Composes the reminders of a channel whose time has come, each as a message to be sent, and plans no more than
    /// `most` at once. Returns how many there were. Nothing happens at night.
    pub fn remind(
        &self,
        channel: &'static str,
        now: DateTime<FixedOffset>,
        most: u32,
        render: fn(&str, &Said) -> Vec<String>,
        dispatch: Dispatch,
    ) -> Result<usize, StoreError> {
        if reminders::quiet(now) {
            return Ok(0);
        }
        let engine = self.engine();
        self.post(dispatch, move |tx| remind(&engine, tx, channel, now, most, render))
    }

    /// Composes a reminder anew that is still to be sent, as a message in its place: days have passed since it was composed.
    pub fn remind_anew(
        &self,
        id: i64,
        now: DateTime<FixedOffset>,
        render: fn(&str, &Said) -> Vec<String>,
        dispatch: Dispatch,
    ) -> Result<(), StoreError> {
        let engine = self.engine();
        self.post(dispatch, move |tx| remind_anew(&engine, tx, id, now, render)).map(drop)
    }

    /// Plans all reminders anew, in steps of few transfers: they were planned with other knowledge, perhaps.
    pub fn plan_reminders_anew(&self, now: DateTime<FixedOffset>) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let engine = self.engine();
            after = self.writer.turn(move |tx: &mut Tx<'_>| plan_anew(&engine, tx, after, PLANNED_AT_ONCE, now))?;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// One step of retention: removes what was kept long enough, and forgets the members who talk now where any of it may
    /// have been theirs.
    pub fn retain(&self, due: Due, step: Step) -> Result<(Gone, Option<Step>), StoreError> {
        let recent = Arc::clone(&self.recent);
        self.writer.turn(move |tx: &mut Tx<'_>| {
            let (gone, next) = tx.expire(&due, step.clone(), Does::Remove)?;
            if !gone.is_nothing() {
                recent.clear();
            }
            Ok((gone, next))
        })
    }

    /// Reads or writes the store in a turn of its own; for channels and operators. Members and their transfers are not to be
    /// written here.
    pub fn with_store<R, F>(&self, job: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
    {
        self.writer.turn(job)
    }

    /// The same, to be waited for.
    pub fn submit<R, F>(&self, job: F) -> Result<Pending<R, StoreError>, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
    {
        self.writer.submit(job)
    }

    /// Finishes what was taken and gives the store back.
    pub fn finish(self) -> Result<Store, StoreError> {
        self.writer.finish()
    }
}
