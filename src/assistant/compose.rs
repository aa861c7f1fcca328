//! What a turn comes to, worked out from the message and what is known of the member: a pure function, so that it can run
//! on any thread, before the turn comes to the one that writes.

use std::sync::Arc;

use rand::{CryptoRng, RngExt};

use super::Shared;
use super::looked::Looked;
use super::message::Message;
use super::state::State;
use super::turn::{Around, Change, Outcome, Reach, Turn};
use super::understanding::Understanding;
use super::wire::{self, Said};
use crate::membership::codes::{Code, Nonce};
use crate::reply::press::PAGE;
use crate::store::{MemberKey, Miss, StoreError, Tx};
use crate::transfer::{Record, TransferId};

/// What is known of a member; the default is that they are not known.
#[derive(Default)]
pub(super) struct Known {
    /// Their row.
    pub(super) key: Option<MemberKey>,
    pub(super) state: State,
    /// They could not be reached so far.
    pub(super) blocked: bool,
    /// Their transfers, oldest first.
    pub(super) records: Vec<Record>,
}

impl Known {
    /// As the database has it.
    pub(super) fn read(tx: &mut Tx<'_>, handle: &str) -> Result<Self, StoreError> {
        let Some(member) = tx.member(handle)? else { return Ok(Self::default()) };
        Ok(Self {
            key: Some(member.key),
            state: State::read(&member.state),
            blocked: member.blocked_at.is_some(),
            records: tx.transfers(member.key)?,
        })
    }
}

/// Everything that a turn is going to write and to say.
pub(super) struct Composed {
    /// Whose turn it is, and whether they could not be reached so far.
    pub(super) key: Option<MemberKey>,
    pub(super) blocked: bool,
    /// Their transfers, as the turn leaves them.
    pub(super) records: Vec<Record>,
    /// Where the conversation stands from now on.
    pub(super) state: State,
    /// The same as it is stored.
    pub(super) stored: String,
    pub(super) changes: Vec<Change>,
    pub(super) said: Said,
    /// The same as a channel reads it back, JSON; none for one that sends by itself,
    pub(super) reply: Option<String>,
    /// which is given these messages.
    pub(super) letters: Vec<String>,
    /// What operators can learn from it.
    pub(super) miss: Option<Miss>,
}

/// What chance gives a turn; drawn once, however often it is composed.
pub(super) struct Drawn {
    /// The ID of the next transfer. With 55 random bits it is nobody's; should it be somebody's, the turn fails as a whole.
    fresh: TransferId,
    /// A name for the reply that an older one hardly has.
    page: String,
    /// What the next pass follows from.
    nonce: Nonce,
    /// The next verification code,
    pub(super) code: Code,
    /// and the name of the message that brings it.
    pub(super) code_id: String,
}

impl Drawn {
    pub(super) fn from(random: &mut impl CryptoRng) -> Self {
        let fresh = TransferId::random(random);
        let page = (0..PAGE).map(|_| char::from_digit(random.random_range(0..36), 36).unwrap_or('0')).collect();
        let mut nonce = Nonce::default();
        random.fill_bytes(&mut nonce);
        let code_id = format!("{:016x}", random.next_u64());
        Self { fresh, page, nonce, code: Code::draw(random), code_id }
    }
}

/// How far an answer to this message reaches.
pub(super) fn reach(message: &Message) -> Reach {
    match &message.post {
        None => Reach::Reader,
        Some(post) if post.company => Reach::Company,
        Some(_) => Reach::Member,
    }
}

/// Has a desk serve the message, and puts its answer into the form in which it is written and said.
pub(super) fn compose(
    shared: &Shared,
    message: &Message,
    known: Known,
    understanding: &Arc<Understanding>,
    drawn: &Drawn,
    looked: Looked,
) -> Composed {
    let (engine, reach) = (&*shared.engine, reach(message));
    let codes = shared.registry.as_ref().is_some_and(|registry| registry.sender.is_some());
    let page = if reach == Reach::Member { drawn.page.clone() } else { String::new() };
    let around = Around {
        now: message.now,
        reach,
        fresh: drawn.fresh,
        page,
        nonce: drawn.nonce,
        codes,
        periods: shared.periods,
    };
    let Known { key, state, blocked, records } = known;
    let turn = Turn::new(engine, Arc::clone(understanding), state, records, around, looked);
    let Outcome { answer, state, records, changes, miss } = turn.run(&message.input);
    let said = wire::said(engine, answer, &state.page, reach);
    Composed {
        key,
        blocked,
        records,
        stored: state.stored(),
        state,
        changes,
        reply: message.post.is_none().then(|| wire::write(&said)),
        letters: message.post.as_ref().map(|post| (post.render)(&said)).unwrap_or_default(),
        said,
        miss,
    }
}
