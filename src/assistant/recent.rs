//! What the writer knows of the members who talk now, so that a turn can be composed before it comes to the writer.
//!
//! A turn that was composed from what is here counts only if that is still what the writer would read. So a turn takes
//! its member out when it is written, and puts back what it left once that is committed; whoever changes a member in any
//! other way has them forgotten. Bounded, and in memory alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::compose::Known;

/// So many members are known at once; when there are more it begins anew.
const MOST: usize = 4096;

/// The members who talk now.
#[derive(Default)]
pub(super) struct Recent(Mutex<Members>);

#[derive(Default)]
struct Members {
    known: HashMap<String, Place>,
    /// The number of the last turn that took somebody out.
    turns: u64,
}

/// What is known of one member.
enum Place {
    Known(Arc<Known>),
    /// This turn has taken them out.
    Taken(u64),
}

/// The right to put back a member who was taken out.
pub(super) struct Ticket(u64);

impl Recent {
    fn members(&self) -> MutexGuard<'_, Members> {
        // A panic elsewhere cannot have left half of an entry.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a member.
    pub(super) fn of(&self, handle: &str) -> Option<Arc<Known>> {
        match self.members().known.get(handle) {
            Some(Place::Known(known)) => Some(Arc::clone(known)),
            Some(Place::Taken(_)) | None => None,
        }
    }

    /// Takes a member out for a turn.
    pub(super) fn take(&self, handle: &str) -> (Option<Arc<Known>>, Ticket) {
        let members = &mut *self.members();
        members.turns += 1;
        if members.known.len() >= MOST {
            members.known.clear();
        }
        let taken = Place::Taken(members.turns);
        let known = match members.known.get_mut(handle) {
            Some(place) => match std::mem::replace(place, taken) {
                Place::Known(known) => Some(known),
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
    pub(super) fn put(&self, handle: &str, ticket: &Ticket, known: Known) {
        if let Some(place) = self.members().known.get_mut(handle)
            && matches!(place, Place::Taken(turn) if *turn == ticket.0)
        {
            *place = Place::Known(Arc::new(known));
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

    #[test]
    fn a_member_comes_back_only_from_the_turn_that_took_them_last() {
        let recent = Recent::default();
        let (known, first) = recent.take("a");
        assert!(known.is_none() && recent.of("a").is_none());
        let (_, second) = recent.take("a");
        recent.put("a", &first, Known::default());
        assert!(recent.of("a").is_none(), "the second turn has seen more");
        recent.put("a", &second, Known::default());
        assert!(recent.of("a").is_some());
        let (known, third) = recent.take("a");
        assert!(known.is_some());
        recent.forget("a");
        recent.put("a", &third, Known::default());
        assert!(recent.of("a").is_none(), "changed in another way meanwhile");
        let (_, fourth) = recent.take("a");
        recent.clear();
        recent.put("a", &fourth, Known::default());
        assert!(recent.of("a").is_none(), "anybody may have been changed meanwhile");
    }

    #[test]
    fn it_stays_bounded() {
        let recent = Recent::default();
        for number in 0..3 * MOST {
            let handle = number.to_string();
            let (_, ticket) = recent.take(&handle);
            recent.put(&handle, &ticket, Known::default());
            assert!(recent.of(&handle).is_some());
        }
        assert!(recent.members().known.len() <= MOST);
    }
}
