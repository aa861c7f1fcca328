//! What comes from Telegram and from the outbox, read without a network: for tests that bring any bytes.

use std::ops::Range;

use super::heard::{Heard, Me, heard};
use super::letter::Letter;
use super::{poll, split, work};
use crate::assistant::{Input, Said};
use crate::knowledge::Knowledge;

/// The most that one message holds, in UTF-16 units.
pub const MOST: usize = split::MOST;

/// What an update means, as far as a test can judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// Somebody says or presses something.
    Said(Input),
    /// Somebody gets these words of ours.
    Notice(&'static str),
    /// Somebody can be reached, or cannot.
    Reach(bool),
    /// Nothing that concerns us.
    Nothing,
    /// It could not be read.
    Unreadable,
}

/// The updates that an answer to `getUpdates` brings, with their numbers, each as a bot of this name would take it; none
/// where the answer cannot be read.
pub fn updates(known: &Knowledge, username: &str, raw: &str) -> Option<Vec<(u32, Meant)>> {
    let me = Me { id: 1, username: username.to_owned() };
    let updates = poll::whole(raw).or_else(|| poll::salvaged(raw))?;
    let shares = work::share_out(updates);
    let meant = |meant| match meant {
        Heard::Said(call) => Meant::Said(call.input),
        Heard::Notice(_, says) => Meant::Notice(says),
        Heard::Reach { reachable, .. } => Meant::Reach(reachable),
        Heard::Nothing => Meant::Nothing,
        Heard::Unreadable => Meant::Unreadable,
    };
    Some(shares.into_iter().flatten().map(|update| (update.id.0, meant(heard(known, &me, update)))).collect())
}

/// A stored letter, read and written again; none where it is no letter.
pub fn letter(stored: &str) -> Option<String> {
    Letter::read(stored).ok().map(|letter| letter.write())
}

/// The letters of what is said to one member.
pub fn letters(chat: &str, said: &Said) -> Vec<String> {
    super::unasked(chat, said)
}

/// The parts of a text, none longer than `most` UTF-16 units.
pub fn parts(text: &str, most: usize) -> Vec<Range<usize>> {
    split::parts(text, most)
}
