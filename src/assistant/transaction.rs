//! The part of a turn inside its transaction: what it came to is written together with the reply. Runs while nobody else
//! writes.
//!
//! What a turn comes to may have been composed before it gets here. Where the member is not as they were then, or were
//! not known, it is composed from what is there now; so every turn sees what the one before it left.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::Shared;
use super::compose::{Composed, Drawn, Known, compose, reach};
use super::engine::Engine;
use super::looked::look_up;
use super::message::{Input, Message, Post, Posted, Taken};
use super::recent::Ticket;
use super::reminding;
use super::state;
use super::turn::{Change, Reach};
use super::understanding::Understanding;
use super::wire::{self, Said};
use crate::language::clean::Phone;
use crate::membership::codes::{self, Bound, LIFETIME, Purpose};
use crate::membership::{CodeToSend, Registry};
use crate::reply::press::Press;
use crate::store::{Delivery, MemberKey, Of, Parcel, Planned, Seen, StoreError, Tx, Unsent};
use crate::transfer::{Record, Reminding, TransferId};

/// A turn that was composed before it came here.
pub(super) struct Prepared {
    /// The right to what it was composed from; none where that was nothing.
    pub(super) ticket: Option<Ticket>,
    pub(super) composed: Composed,
}

/// What a turn left, to be put back among those who talk now.
pub(super) type Left = Option<(Ticket, Known)>;

/// What a turn came to.
pub(super) struct Turned {
    /// For the caller.
    pub(super) taken: Taken,
    /// What is to be sent; nothing for a delivery that came before.
    pub(super) posted: Posted,
    pub(super) left: Left,
}

/// The part of a turn that reads and writes.
pub(super) fn turn(
    shared: &Shared,
    tx: &mut Tx<'_>,
    message: &Message,
    received: DateTime<FixedOffset>,
    understanding: &Arc<Understanding>,
    prepared: Option<Prepared>,
    drawn: &Drawn,
) -> Result<Turned, StoreError> {
    let engine = &*shared.engine;
    let delivery = message.delivery.as_ref().map(|id| id.kept(tx, message));
    let seen = match &delivery {
        // What is sent is not read back; then it need not be known whose it was, and to keep it is to learn whether it is new.
        Some(delivery) if message.post.is_some() => {
            (!keep(tx, delivery, None, None, received)?).then_some(Seen { reply: None })
        }
        Some(delivery) => tx.seen(delivery)?,
        None => None,
    };
    if let Some(seen) = seen {
        let said = match seen.reply {
            Some(reply) => wire::read(&reply),
            None => wire::words(engine.known.service("service.again").map_or("", |s| s.text.as_str())),
        };
        let taken = Taken { said, codes: Vec::new(), again: true, rated: false };
        return Ok(Turned { taken, posted: Posted::default(), left: None });
    }
    // What is pressed is what somebody sent: a name of nothing is none to count under.
    let mut rated = false;
    if let Input::Press(Press::Rate { entry, useful }) = &message.input
        && engine.entry(entry).is_some()
    {
        tx.rate(entry, *useful)?;
        rated = true;
    }
    let company = reach(message) == Reach::Company;
    let stands = |ticket: Option<Ticket>| ticket.is_none_or(|ticket| shared.recent.stands(&message.user, ticket));
    let Prepared { ticket, composed } = match prepared.filter(|prepared| stands(prepared.ticket)) {
        Some(prepared) => prepared,
        None => {
            let (known, ticket) = match company {
                true => (Known::default(), None),
                false => {
                    let (known, ticket) = shared.recent.take(&message.user);
                    (known.map_or_else(|| Known::read(tx, &message.user), Ok)?, Some(ticket))
                }
            };
            let looked = look_up(shared, tx, message, &known, understanding)?;
            Prepared { ticket, composed: compose(shared, message, known, understanding, drawn, looked) }
        }
    };
    if composed.blocked {
        tx.set_blocked(&message.user, None)?;
    }
    let key = if company { None } else { write(engine, tx, message, &composed)? };
    if let Some(miss) = &composed.miss {
        tx.keep_miss(miss)?;
    }
    if let Some(delivery) = delivery.filter(|_| message.post.is_none()) {
        keep(tx, &delivery, key, composed.reply.as_deref(), received)?;
    }
    let erased = composed.changes.iter().any(|change| matches!(change, Change::Erase));
    let parcels = post_all(tx, message, key, composed.letters, composed.blocked || erased, received)?;
    let chat = message.post.as_ref().filter(|_| erased).map(|post| post.chat.clone());
    let posted = Posted { parcels, erased: chat };
    let mut codes = Vec::new();
    for change in &composed.changes {
        if let (Change::SendCode(phone), Some(registry), Some(key)) = (change, &shared.registry, key) {
            codes.push(send_code(tx, registry, message, key, phone, drawn)?);
        }
    }
    let taken = Taken { said: composed.said, codes, again: false, rated };
    if ticket.is_some() && key.is_none() {
        // Erased, here too.
        shared.recent.forget(&message.user);
    }
    debug_assert_eq!(
        state::State::read(&composed.stored).stored(),
        composed.stored,
        "what is stored is read as it was"
    );
    let Some((ticket, key)) = ticket.zip(key) else { return Ok(Turned { taken, posted, left: None }) };
    debug_assert_eq!(
        untimed(composed.records.clone()),
        untimed(tx.transfers(key)?),
        "what is written is what the turn left"
    );
    let Composed { state, records, .. } = composed;
    let known = Known { key: Some(key), state, blocked: false, records };
    Ok(Turned { taken, posted, left: Some((ticket, known)) })
}

/// Keeps a delivery, and now and then forgets old ones. Says whether it is new.
fn keep(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    member: Option<MemberKey>,
    reply: Option<&str>,
    received: DateTime<FixedOffset>,
) -> Result<bool, StoreError> {
    let kept = tx.keep_delivery(delivery, member, reply, received)?;
    if kept == Some(true) {
        tx.forget_deliveries(received)?;
    }
    Ok(kept.is_some())
}

/// Transfers to be compared: in the order of their IDs, and without times, which are stored in microseconds.
fn untimed(mut records: Vec<Record>) -> Vec<Record> {
    for record in &mut records {
        record.created_at = DateTime::default();
        record.log.iter_mut().for_each(|entry| entry.recorded_at = DateTime::default());
    }
    records.sort_by_key(|record| record.id);
    records
}

/// Writes what a turn decided; returns the member, unless they were erased.
fn write(
    engine: &Engine,
    tx: &mut Tx<'_>,
    message: &Message,
    composed: &Composed,
) -> Result<Option<MemberKey>, StoreError> {
    let key = match composed.key {
        Some(key) => tx.update_state(key, &composed.stored, state::VERSION, message.now).map(|()| key)?,
        None => tx.set_state(&message.user, &composed.stored, state::VERSION, message.now)?,
    };
    let mut changed: Vec<TransferId> = Vec::new();
    for change in &composed.changes {
        match change {
            Change::Create(record) => tx.insert_transfer(key, record)?,
            Change::Append(transfer, entry) => {
                tx.append(*transfer, entry)?;
                changed.push(*transfer);
            }
            Change::Situate(transfer, situation) => {
                tx.set_situation(*transfer, situation)?;
                changed.push(*transfer);
            }
            Change::Remind(transfer, reminding) => {
                tx.set_reminding(*transfer, *reminding)?;
                changed.push(*transfer);
            }
            Change::Postpone(transfer, planned) => tx.plan_reminder(*transfer, planned)?,
            Change::GivePass(transfer, pass) => tx.set_pass(*transfer, pass)?,
            Change::TakePass(transfer) => tx.revoke_pass(*transfer)?,
            // Below, with what it comes to.
            Change::SendCode(_) => {}
            Change::Erase => {
                tx.erase(key)?;
                // From here on nothing of this member is kept, not even that they were here.
                return Ok(None);
            }
        }
    }
    for record in composed.records.iter().filter(|record| changed.contains(&record.id)) {
        // Nothing is planned while nobody has said yes.
        if !matches!(record.reminding, Reminding::Unasked | Reminding::Asked) {
            reminding::sync(engine, tx, record, message.now)?;
        }
    }
    Ok(Some(key))
}

/// Keeps a code for a phone; it leaves once this is committed.
fn send_code(
    tx: &mut Tx<'_>,
    registry: &Registry,
    message: &Message,
    member: MemberKey,
    phone: &Phone,
    drawn: &Drawn,
) -> Result<CodeToSend, StoreError> {
    let (key, now) = (&registry.key, message.now);
    let hash = key.phone(phone);
    let bound = Bound { purpose: Purpose::Whereabouts, phone: &hash, conversation: &message.user };
    tx.keep_code(member, (bound.purpose, &hash), &bound.mac(key, &drawn.code), now + LIFETIME)?;
    tx.count_code(&hash, &codes::conversation(key, &message.user), now)?;
    Ok(CodeToSend { to: phone.clone(), code: drawn.code.clone(), id: drawn.code_id.clone(), at: now })
}

/// Answers in these words alone; known deliveries get nothing. Returns what is to be sent, too.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    message: &Message,
    said: &Said,
    received: DateTime<FixedOffset>,
) -> Result<(Taken, Vec<Parcel>), StoreError> {
    let taken = |again| Taken { said: said.clone(), codes: Vec::new(), again, rated: false };
    if let Some(delivery) = message.delivery.as_ref().map(|id| id.kept(tx, message))
        && !keep(tx, &delivery, None, None, received)?
    {
        return Ok((taken(true), Vec::new()));
    }
    // Whoever writes to us can be reached again.
    let returned = reach(message) != Reach::Company && tx.set_blocked(&message.user, None)?;
    let letters = message.post.as_ref().map_or_else(Vec::new, |post| (post.render)(said));
    let posted = post_all(tx, message, None, letters, returned, received)?;
    Ok((taken(false), posted))
}

/// Writes messages to be sent. Where those that wait for the chat are wanted too, they come first.
fn post_all(
    tx: &mut Tx<'_>,
    message: &Message,
    member: Option<MemberKey>,
    letters: Vec<String>,
    waiting: bool,
    now: DateTime<FixedOffset>,
) -> Result<Vec<Parcel>, StoreError> {
    let Some(Post { chat, .. }) = &message.post else { return Ok(Vec::new()) };
    let mut posted = if waiting { tx.unsent_to(chat)? } else { Vec::new() };
    for body in letters {
        posted.push(tx.post(chat, member, None, body, now)?);
    }
    Ok(posted)
}

/// Plans the reminders of some transfers anew, those after the given one. Returns the last of them, if there are more.
pub(super) fn plan_anew(
    engine: &Engine,
    tx: &mut Tx<'_>,
    after: Option<TransferId>,
    most: u32,
    now: DateTime<FixedOffset>,
) -> Result<Option<TransferId>, StoreError> {
    let records = tx.transfers_to_remind_of(after, most)?;
    for record in &records {
        reminding::sync(engine, tx, record, now)?;
    }
    Ok(records.last().map(|record| record.id).filter(|_| records.len() == most as usize))
}

/// The turn of reminders: what is ripe becomes messages.
pub(super) fn remind(
    engine: &Engine,
    tx: &mut Tx<'_>,
    channel: &str,
    now: DateTime<FixedOffset>,
    most: u32,
    render: fn(&str, &Said) -> Vec<String>,
) -> Result<Vec<Parcel>, StoreError> {
    let mut posted = Vec::new();
    let ripe = tx.ripe(channel, now, most)?;
    for one in &ripe {
        tx.take_reminder(one.transfer, &one.planned)?;
        let Some(record) = tx.transfer(one.transfer, one.member)? else { continue };
        match reminding::reminder(engine, &record, &one.planned, now) {
            Some(reply) => {
                let of = Of { transfer: one.transfer, deadline: &one.planned.deadline };
                tx.drop_unsent(of.transfer, of.deadline)?;
                let said = wire::reminder(engine, reply);
                posted.extend(post_reminder(tx, (&one.handle, one.member), of, render(&one.handle, &said), now)?);
            }
            // Planned with other knowledge; what holds now is planned instead.
            None => reminding::sync(engine, tx, &record, now)?,
        }
    }
    Ok(posted)
}

/// A reminder that was composed on another day says how many days are left now, if it still holds.
pub(super) fn remind_anew(
    engine: &Engine,
    tx: &mut Tx<'_>,
    id: i64,
    now: DateTime<FixedOffset>,
    render: fn(&str, &Said) -> Vec<String>,
) -> Result<Vec<Parcel>, StoreError> {
    let Some(Unsent { chat, member, transfer, deadline, .. }) = tx.unsent_reminder(id)? else { return Ok(Vec::new()) };
    tx.drop_unsent(transfer, &deadline)?;
    let Some(record) = tx.transfer(transfer, member)? else { return Ok(Vec::new()) };
    let Some(due) = reminding::due(engine, &record, &deadline) else { return Ok(Vec::new()) };
    let planned = Planned { deadline, due, at: now };
    // It says what those say too that became due meanwhile.
    tx.take_reminder(transfer, &planned)?;
    let Some(reply) = reminding::reminder(engine, &record, &planned, now) else { return Ok(Vec::new()) };
    let of = Of { transfer, deadline: &planned.deadline };
    post_reminder(tx, (&chat, member), of, render(&chat, &wire::reminder(engine, reply)), now)
}

/// Writes a reminder to be sent.
fn post_reminder(
    tx: &mut Tx<'_>,
    (chat, member): (&str, MemberKey),
    of: Of<'_>,
    letters: Vec<String>,
    now: DateTime<FixedOffset>,
) -> Result<Vec<Parcel>, StoreError> {
    letters.into_iter().map(|body| tx.post(chat, Some(member), Some(of), body, now)).collect()
}
