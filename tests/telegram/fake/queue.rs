//! The updates waiting for the bot, and their confirmation.
//!
//! An update pushed in the ordinary way is gone for ever once a getUpdates names a greater offset, delivered or not.
//! A raw one (a duplicate, a late or a broken one) is delivered at least once whatever the offset, so that a test
//! does not race with the bot: only then does a greater offset confirm it. One without an id is delivered once.
//! An offset far above what there is confirms nothing, as after a week without updates, when numbers begin anew.

use std::collections::BTreeMap;

/// What an update without an id sorts under: before all others.
const NO_ID: i64 = i64::MIN;

struct Waiting {
    json: String,
    raw: bool,
    delivered: bool,
}

/// The queue of one bot.
pub(super) struct Queue {
    next: i64,
    /// By update id and, for equal ones, in the order they came.
    waiting: BTreeMap<(i64, u64), Waiting>,
    came: u64,
    confirmed: i64,
    /// The numbers began anew; until then what a test pushes late may have any.
    renumbered: bool,
}

/// So far above the next update an offset may be.
const FUTURE: i64 = 10;

impl Queue {
    pub(super) fn new(first: i64) -> Self {
        Self { next: first, waiting: BTreeMap::new(), came: 0, confirmed: first - 1, renumbered: false }
    }

    /// The id of the update that [`Self::push`] takes next.
    pub(super) fn next_id(&self) -> i64 {
        self.next
    }

    /// From now on updates are numbered from here, as they are after a week without any.
    pub(super) fn renumber(&mut self, first: i64) {
        (self.next, self.confirmed, self.renumbered) = (first, first - 1, true);
    }

    /// Queues an update under [`Self::next_id`].
    pub(super) fn push(&mut self, json: String) {
        let id = self.next;
        self.next += 1;
        self.add(id, json, false);
    }

    /// Queues an update under the id it brings; later pushes get greater ids.
    pub(super) fn push_raw(&mut self, id: Option<i64>, json: String) {
        self.next = self.next.max(id.map_or(0, |id| id.saturating_add(1)));
        self.add(id.unwrap_or(NO_ID), json, true);
    }

    fn add(&mut self, id: i64, json: String, raw: bool) {
        self.came += 1;
        self.waiting.insert((id, self.came), Waiting { json, raw, delivered: false });
    }

    /// Takes the `offset` of a getUpdates.
    pub(super) fn confirm(&mut self, offset: i64) {
        if self.renumbered && offset > self.next + FUTURE {
            return;
        }
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            while self.waiting.len() > keep
                && let Some(((id, _), _)) = self.waiting.pop_first()
            {
                self.confirmed = self.confirmed.max(id);
            }
        }
        if offset > 0 {
            self.confirmed = self.confirmed.max(offset.min(self.next) - 1);
        }
        let below = offset.max(NO_ID + 1);
        let mut undelivered = Vec::new();
        while let Some(entry) = self.waiting.first_entry()
            && entry.key().0 < below
        {
            let (key, waiting) = entry.remove_entry();
            if waiting.raw && !waiting.delivered {
                undelivered.push((key, waiting));
            }
        }
        self.waiting.extend(undelivered);
    }

    /// The oldest updates, ascending, as the text of a JSON array; none where nothing waits.
    pub(super) fn deliver(&mut self, limit: usize) -> Option<String> {
        if self.waiting.is_empty() {
            return None;
        }
        let batch: Vec<&str> = self
            .waiting
            .values_mut()
            .take(limit)
            .map(|waiting| {
                waiting.delivered = true;
                waiting.json.as_str()
            })
            .collect();
        Some(format!("[{}]", batch.join(",")))
    }

    /// How many updates are not confirmed.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Updates up to this id are confirmed.
    pub(super) fn confirmed(&self) -> i64 {
        self.confirmed
    }
}
