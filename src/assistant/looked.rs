//! What a turn has to look up in its transaction before a desk can serve it: whether a code may be sent or was right,
//! what a pass opens, what is kept. A turn that needs any of it cannot be composed before it comes to the writer.
//!
//! A code is counted as tried before it is compared, and rosters are read only after a code was right.

use super::Shared;
use super::compose::{Known, reach};
use super::message::Message;
use super::state::Action;
use super::turn::Reach;
use super::understanding::Understanding;
use crate::membership::codes::{self, Bound, Purpose};
use crate::membership::roster::Entry;
use crate::store::{Kept, Pass, Sending, StoreError, Tx};
use crate::transfer::{Record, TransferId};

/// What was looked up; nothing of what the message does not need.
#[derive(Default)]
pub(super) struct Looked {
    /// May a code be sent to the phone in the message? None where nobody could send one.
    pub(super) sending: Option<Sending>,
    /// What the code in the message proved.
    pub(super) proved: Option<Proved>,
    /// The transfer that a pass in the message opens.
    pub(super) opened: Option<Record>,
    /// The passes of the member's transfers.
    pub(super) passes: Vec<(TransferId, Pass)>,
    /// What is kept of the member.
    pub(super) kept: Option<Kept>,
}

/// What a code proved.
pub(super) enum Proved {
    /// Nothing.
    Nothing,
    /// Whose the phone is; what the newest roster says of it.
    Holder(Option<Box<Entry>>),
    /// Whose the phone is, but the rosters cannot be read.
    Unreadable,
}

/// Does a message need something looked up?
pub(super) fn needed(known: &Known, said: &Understanding) -> bool {
    said.private() || said.wants.has("pass") || needs_kept(known, said)
}

/// Is it asked, or about to be told in a receipt, what is kept?
fn needs_kept(known: &Known, said: &Understanding) -> bool {
    said.wants.has("mydata") || known.state.offered.iter().any(|offer| offer.action == Action::Erase)
}

/// Looks it up.
pub(super) fn look_up(
    shared: &Shared,
    tx: &mut Tx<'_>,
    message: &Message,
    known: &Known,
    said: &Understanding,
) -> Result<Looked, StoreError> {
    let mut looked = Looked::default();
    if let Some(member) = known.key.filter(|_| needs_kept(known, said)) {
        looked.kept = Some(tx.kept(member)?);
    }
    let (Some(registry), false) = (&shared.registry, reach(message) == Reach::Company) else { return Ok(looked) };
    let (key, now) = (&registry.key, message.now);
    let codes_sent = registry.sender.is_some();
    if let Some(phone) = &said.clean.phone
        && codes_sent
    {
        let conversation = codes::conversation(key, &message.user);
        let sending = tx.may_send(&key.phone(phone), &conversation, registry.total, now)?;
        if sending == Sending::Closed {
            tracing::error!(
                "no code is sent: all together have had as many as `codes.most_an_hour` or `most_a_day` allow"
            );
        }
        looked.sending = Some(sending);
    }
    match (&said.code, &said.ids[..]) {
        (Some(code), []) if codes_sent => {
            let right = |phone: &_, mac: &[u8]| {
                let bound = Bound { purpose: Purpose::Whereabouts, phone, conversation: &message.user };
                bound.verify(key, code, mac)
            };
            let held = match known.key {
                Some(member) => tx.try_code(member, Purpose::Whereabouts, now, right)?,
                None => None,
            };
            looked.proved = Some(match held.map(|phone| registry.lookup(&phone)) {
                None => Proved::Nothing,
                Some(Ok(entry)) => Proved::Holder(entry.map(Box::new)),
                Some(Err(error)) => {
                    tracing::error!(%error, "the rosters cannot be read");
                    Proved::Unreadable
                }
            });
        }
        (Some(code), [id, ..]) if known.records.iter().all(|r| r.id != *id) => {
            let right = tx.try_pass(*id, now, |nonce| codes::is_pass(key, *id, nonce, code))?;
            looked.opened = if right { tx.any_transfer(*id)? } else { None };
        }
        _ => {}
    }
    if said.wants.has("pass") {
        for record in &known.records {
            looked.passes.extend(tx.pass(record.id, now)?.map(|pass| (record.id, pass)));
        }
    }
    Ok(looked)
}
