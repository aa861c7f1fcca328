//! What the writer knows of the members who talk now, so that a turn can be composed before it comes to the writer.
//!
//! A turn that was composed from what is here counts only if that is still what the writer would read. So a turn takes
//! its member out, is written as composed if nobody else took or changed them until then, and puts back what it left once
//! that is committed; whoever changes a member in any other way has them forgotten. Bounded, and in memory alone.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::compose::Known;

/// So many members are known at once; when there are more it begins anew.
const MOST: usize = 4096;

/// The members who talk now.
#[derive(Default)]
pub(super) struct Recent(Mutex<Members>);

#[derive(Default)]
struct Members {
    known: FxHashMap<String, Place>,
    /// The number of the last turn that took somebody out.
    turns: u64,
}

/// What is known of one member.
enum Place {
    Known(Box<Known>),
    /// This turn has taken them out.
    Taken(u64),
}

/// The right to put back a member who was taken out.
#[derive(Clone, Copy)]
pub(super) struct Ticket(u64);

impl Recent {
    fn members(&self) -> MutexGuard<'_, Members> {
        // A panic elsewhere cannot have left half of an entry.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a member out for a turn, if they are known and this holds of them.
    pub(super) fn take_if(&self, handle: &str, holds: impl FnOnce(&Known) -> bool) -> Option<(Known, Ticket)> {
        let members = &mut *self.members();
        let place = members.known.get_mut(handle)?;
        if !matches!(place, Place::Known(known) if holds(known)) {
            return None;
        }
        members.turns += 1;
        match std::mem::replace(place, Place::Taken(members.turns)) {
            Place::Known(known) => Some((*known, Ticket(members.turns))),
            Place::Taken(_) => None,
        }
    }

    /// Is a member as they were when they were taken out?
    pub(super) fn stands(&self, handle: &str, ticket: Ticket) -> bool {
        matches!(self.members().known.get(handle), Some(Place::Taken(turn)) if *turn == ticket.0)
    }

    /// Takes a member out for a turn, known or not.
    pub(super) fn take(&self, handle: &str) -> (Option<Known>, Ticket) {
        let members = &mut *self.members();
        members.turns += 1;
        if members.known.len() >= MOST {
            members.known.clear();
        }
        let taken = Place::Taken(members.turns);
        let known = match members.known.get_mut(handle) {
            Some(place) => match std::mem::replace(place, taken) {
                Place::Known(known) => Some(*known),
                Place::Taken(_) => None,
            },
            None => {
                members.known.insert(handle.to_owned(), taken);
                None
            }
        };
        (known, Ticket(members.turns))
    }

    /// Puts a member back, unless they were taken out or forgotten again since.
    pub(super) fn put(&self, handle: &str, ticket: Ticket, known: Known) {
        if let Some(place) = self.members().known.get_mut(handle)
            && matches!(place, Place::Taken(turn) if *turn == ticket.0)
        {
            *place = Place::Known(Box::new(known));
        }
    }

    /// Members were changed, and nobody says which.
    pub(super) fn clear(&self) {
        self.members().known.clear();
    }

    /// A member was changed, or is about to be in a transaction.
    pub(super) fn forget(&self, handle: &str) {
        self.members().known.remove(handle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Are they known, and does nobody have them?
    fn is_here(recent: &Recent, handle: &str) -> bool {
        matches!(recent.members().known.get(handle), Some(Place::Known(_)))
    }

    #[test]
    fn a_member_comes_back_only_from_the_turn_that_took_them_last() {
        let recent = Recent::default();
        let (known, first) = recent.take("a");
        assert!(known.is_none() && !is_here(&recent, "a"));
        let (_, second) = recent.take("a");
        recent.put("a", first, Known::default());
        assert!(!is_here(&recent, "a"), "the second turn has seen more");
        recent.put("a", second, Known::default());
        assert!(is_here(&recent, "a"));
        let (known, third) = recent.take("a");
        assert!(known.is_some());
        recent.forget("a");
        recent.put("a", third, Known::default());
        assert!(!is_here(&recent, "a"), "changed in another way meanwhile");
        let (_, fourth) = recent.take("a");
        recent.clear();
        recent.put("a", fourth, Known::default());
        assert!(!is_here(&recent, "a"), "anybody may have been changed meanwhile");
    }

    #[test]
    fn what_was_taken_stands_until_another_takes_or_changes_it() {
        let recent = Recent::default();
        let here = |recent: &Recent| {
            let (_, ticket) = recent.take("a");
            recent.put("a", ticket, Known::default());
        };
        let taken = |recent: &Recent| recent.take_if("a", |_| true).map(|(_, ticket)| ticket);
        assert!(taken(&recent).is_none(), "nothing is known of them");
        here(&recent);
        assert!(recent.take_if("a", |_| false).is_none() && is_here(&recent, "a"), "not wanted, so not taken");
        let first = taken(&recent).expect("they are here");
        assert!(recent.stands("a", first) && taken(&recent).is_none(), "one has them at a time");
        let (_, second) = recent.take("a");
        assert!(!recent.stands("a", first) && recent.stands("a", second));
        recent.forget("a");
        assert!(!recent.stands("a", second), "changed in another way");
        here(&recent);
        let third = taken(&recent).expect("they are here");
        recent.clear();
        assert!(!recent.stands("a", third), "anybody may have been changed");
    }

    #[test]
    fn it_stays_bounded() {
        let recent = Recent::default();
        for number in 0..3 * MOST {
            let handle = number.to_string();
            let (_, ticket) = recent.take(&handle);
            recent.put(&handle, ticket, Known::default());
            assert!(is_here(&recent, &handle));
        }
        assert!(recent.members().known.len() <= MOST);
    }
}
