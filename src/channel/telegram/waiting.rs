//! What waits to be sent, chat by chat, and how many send it. Pure: nothing here sends, waits or knows why.
//!
//! Of a chat at most one message is on its way, and none is there twice.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::store::Parcel;

/// So many messages that have gone out are known not to be sent again.
const GONE: usize = 8192;

/// What waits to be sent.
#[derive(Default)]
pub(super) struct Waiting {
    /// By chat.
    lanes: FxHashMap<String, Lane>,
    /// The chats whose next message may be sent.
    ready: VecDeque<String>,
    /// Tasks that send, but for those that have to wait.
    crew: usize,
    /// What is in a lane or on its way, or has just gone out. Who reads the outbox may find what a turn is about to hand
    /// over, and the other way round.
    taken: FxHashSet<i64>,
    /// What has gone out, the oldest first.
    gone: VecDeque<i64>,
}

/// What waits for one chat.
#[derive(Default)]
struct Lane {
    /// The message on its way. The lane goes on when it is dealt with.
    on_its_way: Option<i64>,
    /// Those after it, in order.
    rest: VecDeque<Parcel>,
}

impl Waiting {
    /// Takes a message in, unless it is there already or has just gone out.
    pub(super) fn add(&mut self, parcel: Parcel) -> bool {
        if !self.taken.insert(parcel.id) {
            return false;
        }
        if let Some(lane) = self.lanes.get_mut(&parcel.chat) {
            lane.rest.push_back(parcel);
        } else {
            self.ready.push_back(parcel.chat.clone());
            self.lanes.insert(parcel.chat.clone(), Lane { on_its_way: None, rest: VecDeque::from([parcel]) });
        }
        true
    }

    /// The next message that may be sent.
    pub(super) fn next(&mut self) -> Option<Parcel> {
        let chat = self.ready.pop_front()?;
        let lane = self.lanes.get_mut(&chat)?;
        let next = lane.rest.pop_front();
        lane.on_its_way = next.as_ref().map(|parcel| parcel.id);
        next
    }

    /// The message of this chat that was on its way is dealt with.
    pub(super) fn go_on(&mut self, chat: String) {
        match self.lanes.get_mut(&chat) {
            Some(lane) if lane.rest.is_empty() => drop(self.lanes.remove(&chat)),
            Some(lane) => {
                lane.on_its_way = None;
                self.ready.push_back(chat);
            }
            None => {}
        }
    }

    /// This one has gone out. It is known for a while yet.
    pub(super) fn goes_out(&mut self, id: i64) {
        self.gone.push_back(id);
        if self.gone.len() > GONE
            && let Some(oldest) = self.gone.pop_front()
        {
            self.taken.remove(&oldest);
        }
    }

    /// This one was on its way and stays here after all. It may come in again.
    pub(super) fn stays(&mut self, parcel: &Parcel) {
        self.taken.remove(&parcel.id);
        self.go_on(parcel.chat.clone());
    }

    /// Ends the lane of a message that was on its way. All that were in it may come in again.
    pub(super) fn end(&mut self, parcel: Parcel) -> Vec<Parcel> {
        let rest = self.lanes.remove(&parcel.chat).unwrap_or_default().rest;
        let all: Vec<Parcel> = std::iter::once(parcel).chain(rest).collect();
        for one in &all {
            self.taken.remove(&one.id);
        }
        all
    }

    /// Of this chat only these may be sent. What else waits is dropped, and what is on its way is no longer [`Self::wanted`].
    /// How many were dropped.
    pub(super) fn keep(&mut self, chat: &str, these: &[Parcel]) -> usize {
        let Some(lane) = self.lanes.get_mut(chat) else { return 0 };
        let kept = |id: i64| these.iter().any(|one| one.id == id);
        if let Some(id) = lane.on_its_way.filter(|id| !kept(*id)) {
            self.taken.remove(&id);
        }
        let before = lane.rest.len();
        lane.rest.retain(|one| kept(one.id) || !self.taken.remove(&one.id));
        let dropped = before - lane.rest.len();
        if lane.rest.is_empty() && lane.on_its_way.is_none() {
            self.lanes.remove(chat);
            self.ready.retain(|ready| ready != chat);
        }
        dropped
    }

    /// Is a message on its way still to be sent?
    pub(super) fn wanted(&self, id: i64) -> bool {
        self.taken.contains(&id)
    }

    /// Takes on as many to send as there is something for, up to so many in all. How many those are.
    pub(super) fn muster(&mut self, most: usize) -> usize {
        let more = self.ready.len().min(most.saturating_sub(self.crew));
        self.crew += more;
        more
    }

    /// One sends no longer.
    pub(super) fn leaves(&mut self) {
        self.crew -= 1;
    }

    /// Is nothing here, and nothing on its way?
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_once_and_those_of_a_chat_one_after_the_other() {
        let mut waiting = Waiting::default();
        let parcel = |id: i64, chat: &str| Parcel { id, chat: chat.to_owned(), body: String::new(), reminder: false };
        let next = |waiting: &mut Waiting| waiting.next().map(|parcel| parcel.id);
        assert!(waiting.add(parcel(1, "a")) && waiting.add(parcel(2, "a")) && waiting.add(parcel(3, "b")));
        assert!(!waiting.add(parcel(1, "a")), "it is there already");
        assert_eq!([next(&mut waiting), next(&mut waiting), next(&mut waiting)], [Some(1), Some(3), None]);
        waiting.goes_out(1);
        waiting.go_on("a".to_owned());
        assert!(!waiting.add(parcel(1, "a")), "it has just gone out");
        assert_eq!([next(&mut waiting), next(&mut waiting)], [Some(2), None]);
        waiting.go_on("a".to_owned());
        waiting.go_on("b".to_owned());
        assert!(waiting.is_empty() && waiting.muster(8) == 0);
    }

    #[test]
    fn what_stays_and_what_a_lane_ends_with_may_come_in_again() {
        let mut waiting = Waiting::default();
        let parcel = |id: i64| Parcel { id, chat: "a".to_owned(), body: String::new(), reminder: false };
        for id in 1..=4 {
            waiting.add(parcel(id));
        }
        let first = waiting.next().expect("the first");
        waiting.stays(&first);
        let second = waiting.next().expect("the first has made way");
        let ids: Vec<i64> = waiting.end(second).iter().map(|one| one.id).collect();
        assert_eq!(ids, [2, 3, 4]);
        assert!(waiting.is_empty() && waiting.muster(8) == 0);
        assert!((1..=4).all(|id| waiting.add(parcel(id))));
    }

    #[test]
    fn of_who_was_erased_only_what_is_left_is_sent() {
        let mut waiting = Waiting::default();
        let parcel = |id: i64, chat: &str| Parcel { id, chat: chat.to_owned(), body: String::new(), reminder: false };
        for (id, chat) in [(1, "a"), (2, "a"), (3, "a"), (4, "a"), (5, "b")] {
            waiting.add(parcel(id, chat));
        }
        assert_eq!(waiting.next().map(|parcel| parcel.id), Some(1));
        assert_eq!(waiting.keep("a", &[parcel(3, "a"), parcel(6, "a")]), 2);
        assert!(!waiting.wanted(1) && waiting.wanted(3) && waiting.wanted(5));
        assert!(!waiting.add(parcel(3, "a")) && waiting.add(parcel(6, "a")));
        waiting.goes_out(1);
        waiting.go_on("a".to_owned());
        let mut order = Vec::new();
        while let Some(next) = waiting.next() {
            order.push(next.id);
            waiting.go_on(next.chat);
        }
        assert_eq!(order, [5, 3, 6]);
        waiting.add(parcel(7, "c"));
        assert_eq!(waiting.keep("c", &[]), 1);
        assert!(waiting.is_empty() && waiting.muster(8) == 0, "nothing is left of the lane");
        assert_eq!((waiting.add(parcel(7, "c")), waiting.next().map(|parcel| parcel.id)), (true, Some(7)));
    }

    #[test]
    fn as_many_send_as_there_is_something_for_and_as_may() {
        let mut waiting = Waiting::default();
        for (id, chat) in [(1, "a"), (2, "b"), (3, "b"), (4, "c")] {
            waiting.add(Parcel { id, chat: chat.to_owned(), body: String::new(), reminder: false });
        }
        assert_eq!([waiting.muster(2), waiting.muster(2)], [2, 0]);
        waiting.leaves();
        assert_eq!([waiting.muster(8), waiting.muster(4)], [3, 0]);
    }

    #[test]
    fn what_has_gone_out_is_known_for_a_while() {
        let mut waiting = Waiting::default();
        let most = i64::try_from(GONE).expect("a small number");
        for id in 0..2 * most {
            assert!(waiting.taken.insert(id));
            waiting.goes_out(id);
        }
        assert!(waiting.taken.contains(&most) && !waiting.taken.contains(&(most - 1)));
        assert_eq!((waiting.taken.len(), waiting.gone.len()), (GONE, GONE));
    }
}
