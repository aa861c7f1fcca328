//! The part of a turn inside its transaction: what is known of the member is read, a desk serves the message, and what it
//! decided is written together with the reply. Runs on the one thread that writes.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use rand::rngs::StdRng;
use rand::{Rng, RngExt};

use super::engine::Engine;
use super::message::{Input, Message, Post, Taken};
use super::state::{self, State};
use super::turn::{Around, Change, Outcome, Reach, Turn};
use super::understanding::Understanding;
use super::wire::{self, Said};
use super::{BY_MEMBER, reminding, stumbles};
use crate::reply::press::{PAGE, Press};
use crate::store::{Member, MemberKey, Miss, Of, Parcel, Ripe, StoreError, Tx};
use crate::transfer::{Reminding, TransferId};

/// How long a delivery id is known, in days.
const DELIVERY_DAYS: u32 = 7;
/// The longest message that is kept for operators when it found no answer, in characters.
const MISS_LENGTH: usize = 80;
/// Within what a delivery id is unique: a channel that sends by itself numbers all its deliveries, and then the hash need
/// not know whose it was.
pub(super) fn scope(message: &Message) -> &str {
    match &message.post {
        Some(post) => post.chat.split(':').next().unwrap_or_default(),
        None => &message.user,
    }
}

/// The part of a turn that reads and writes.
pub(super) fn turn(
    engine: &Engine,
    tx: &mut Tx<'_>,
    message: Message,
    received: DateTime<FixedOffset>,
    understanding: Arc<Understanding>,
    mut random: StdRng,
) -> Result<Taken, StoreError> {
    let delivery = message.delivery.as_ref().map(|id| tx.delivery(scope(&message), id));
    let seen = delivery.as_ref().map_or(Ok(None), |delivery| tx.seen(delivery))?;
    if let Some(seen) = seen {
        let said = match seen.reply {
            Some(reply) => wire::read(&reply),
            None => wire::words(engine.known.service("service.again").map_or("", |s| s.text.as_str())),
        };
        return Ok(Taken { said, posted: Vec::new(), again: true, returned: false });
    }
    let reach = match &message.post {
        None => Reach::Reader,
        Some(post) if post.company => Reach::Company,
        Some(_) => Reach::Member,
    };
    let member = if reach == Reach::Company { None } else { tx.member(&message.user)? };
    let returned = member.as_ref().is_some_and(|m| m.blocked_at.is_some());
    if returned {
        tx.set_blocked(&message.user, None)?;
    }
    if let Input::Press(Press::Rate { entry, useful }) = &message.input
        && engine.entry(entry).is_some()
    {
        tx.rate(entry, *useful)?;
    }
    let (text, nearest) = (understanding.text.clone(), nearest(&understanding));
    let outcome = run(engine, tx, &message, member.as_ref(), understanding, reach, &mut random)?;

    let mut key = None;
    if reach != Reach::Company {
        key = write(engine, tx, &message, &outcome)?;
    }
    if outcome.missed {
        let text_masked: String = stumbles::known_words(engine, &text).chars().take(MISS_LENGTH).collect();
        if !text_masked.is_empty() {
            tx.keep_miss(&Miss { text_masked, nearest, at: message.now })?;
        }
    }
    let said = wire::said(engine, &outcome.answer, &outcome.state.page);
    if let Some(delivery) = &delivery {
        // What is sent is not read back.
        let reply = message.post.is_none().then(|| wire::write(&said));
        if tx.keep_delivery(delivery, key, reply.as_deref(), received)? {
            tx.forget_deliveries(received, DELIVERY_DAYS)?;
        }
    }
    let posted = match message.post {
        Some(post) => send(tx, post, key, &said, received)?,
        None => Vec::new(),
    };
    Ok(Taken { said, posted, again: false, returned })
}

fn nearest(understanding: &Understanding) -> String {
    understanding.hits.first().map(|h| h.target.id().to_owned()).unwrap_or_default()
}

/// Has a desk serve the message.
fn run(
    engine: &Engine,
    tx: &mut Tx<'_>,
    message: &Message,
    member: Option<&Member>,
    understanding: Arc<Understanding>,
    reach: Reach,
    random: &mut StdRng,
) -> Result<Outcome, StoreError> {
    let state = member.map(|m| State::read(&m.state)).unwrap_or_default();
    let records = member.map_or_else(|| Ok(Vec::new()), |m| tx.transfers(m.key))?;
    // With 55 random bits an ID is nobody's; should it be somebody's, the turn fails as a whole.
    let fresh = TransferId::random(random);
    let page = if reach == Reach::Member { page(random) } else { String::new() };
    let around = Around { now: message.now, reach, fresh, page };
    Ok(Turn::new(engine, understanding, state, records, around).run(&message.input))
}

/// A name for a reply that an older one hardly has.
fn page(random: &mut impl Rng) -> String {
    (0..PAGE).map(|_| char::from_digit(random.random_range(0..36), 36).unwrap_or('0')).collect()
}

/// Writes what a turn decided; returns the member, unless they were erased.
fn write(
    engine: &Engine,
    tx: &mut Tx<'_>,
    message: &Message,
    outcome: &Outcome,
) -> Result<Option<MemberKey>, StoreError> {
    let key = tx.set_state(&message.user, &outcome.state.stored(), state::VERSION, message.now)?;
    let mut changed: Vec<TransferId> = Vec::new();
    for change in &outcome.changes {
        match change {
            Change::Create(record) => tx.insert_transfer(key, record)?,
            Change::Append(transfer, happened) => {
                if let Some(mut record) = tx.transfer(*transfer, key)? {
                    tx.append(&mut record, happened.clone(), message.now, BY_MEMBER)?;
                    changed.push(*transfer);
                }
            }
            Change::Situate(transfer, situation) => {
                if let Some(mut record) = tx.transfer(*transfer, key)? {
                    tx.set_situation(&mut record, situation)?;
                    changed.push(*transfer);
                }
            }
            Change::Remind(transfer, reminding) => {
                tx.set_reminding(*transfer, *reminding)?;
                changed.push(*transfer);
            }
            Change::Postpone(transfer, planned) => tx.plan_reminder(*transfer, planned)?,
            Change::Erase => {
                tx.erase(key)?;
                // From here on nothing of this member is kept, not even that they were here.
                return Ok(None);
            }
        }
    }
    changed.sort_unstable();
    changed.dedup();
    for transfer in changed {
        if let Some(record) = tx.transfer(transfer, key)?.filter(|r| r.reminding != Reminding::Unasked) {
            reminding::sync(engine, tx, &record, message.now)?;
        }
    }
    Ok(Some(key))
}

/// Hands what is said to the sender of the channel.
pub(super) fn send(
    tx: &mut Tx<'_>,
    post: Post,
    member: Option<MemberKey>,
    said: &Said,
    now: DateTime<FixedOffset>,
) -> Result<Vec<Parcel>, StoreError> {
    let messages = (post.render)(said);
    messages.into_iter().map(|body| tx.post(&post.chat, member, None, body, now)).collect()
}

/// The turn of reminders: what is ripe becomes messages.
pub(super) fn remind(
    engine: &Engine,
    tx: &mut Tx<'_>,
    channel: &str,
    now: DateTime<FixedOffset>,
    most: u32,
    render: fn(&Said) -> Vec<String>,
) -> Result<Vec<Parcel>, StoreError> {
    let mut posted = Vec::new();
    let ripe = tx.ripe(channel, now, most)?;
    for (number, one) in ripe.iter().enumerate() {
        tx.take_reminder(one.transfer, &one.planned)?;
        // Of several that became ripe while nobody could be reminded, the latest says it all.
        let same = |r: &&Ripe| r.transfer == one.transfer && r.planned.deadline == one.planned.deadline;
        if ripe[number + 1..].iter().any(|r| same(&r)) {
            continue;
        }
        let Some(record) = tx.transfer(one.transfer, one.member)? else { continue };
        let Some(reply) = reminding::reminder(engine, &record, &one.planned, now) else { continue };
        tx.drop_unsent(one.transfer, &one.planned.deadline)?;
        let said = wire::reminder(engine, &reply);
        let of = Of { transfer: one.transfer, deadline: &one.planned.deadline };
        for body in render(&said) {
            posted.push(tx.post(&one.handle, Some(one.member), Some(of), body, now)?);
        }
    }
    Ok(posted)
}
