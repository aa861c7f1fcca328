//! A transfer record: a log that only grows, and what can be read from it.
//!
//! Entries are numbered from 1 in the order they were told. An entry may correct the day of an earlier one or strike
//! an earlier one out, and corrections and strikes are entries like any other: they can be corrected and struck out
//! themselves. Entries that point at themselves, forward, at nothing, or at something that has no day, change nothing;
//! so every log has one reading, and striking out the last entry gives back the reading before it.
//!
//! An *attempt* is what happened since the last return or withdrawal, or since it was handed in anew: a transfer that was
//! sent back, or that ran out of time, begins again under the same ID.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::knowledge::terms::Event;
use crate::transfer::TransferId;

/// One thing that was told about a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Something happened on a day.
    Event(Event, NaiveDate),
    /// A step of the plan was ticked, by its stable id.
    StepDone(String),
    /// The tick was taken away.
    StepUndone(String),
    /// The entry with this number happened on this day instead.
    Corrected(u32, NaiveDate),
    /// The entry with this number was told by mistake.
    Struck(u32),
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// From 1, without gaps.
    pub number: u32,
    /// What was told.
    pub happened: Happened,
    /// When it was told; not when it happened.
    pub recorded_at: DateTime<FixedOffset>,
    /// Who told it.
    pub by: String,
}

/// Whether the member wants to be reminded of a transfer's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reminding {
    /// Nobody has asked yet.
    #[default]
    Unasked,
    /// Asked, and not answered.
    Asked,
    /// Yes.
    On,
    /// No, or not any more.
    Off,
}

impl Reminding {
    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unasked => "unasked",
            Self::Asked => "asked",
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// By its code.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Unasked, Self::Asked, Self::On, Self::Off].into_iter().find(|r| r.code() == code)
    }
}

/// A transfer and all that was told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its ID.
    pub id: TransferId,
    /// The situation it was planned for, as the plan desk wrote it; opaque here.
    pub situation: String,
    /// When it was put on record.
    pub created_at: DateTime<FixedOffset>,
    /// Whether the member wants to be reminded.
    pub reminding: Reminding,
    /// What was told, oldest first.
    pub log: Vec<Entry>,
}

/// An event that counts, with the day that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The number of the entry that told the event; what a correction or a strike has to name.
    pub number: u32,
    /// What happened.
    pub event: Event,
    /// On which day, after corrections.
    pub on: NaiveDate,
    /// Whether the day was corrected.
    pub corrected: bool,
}

/// How far a transfer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// On record, nothing handed in.
    Planned,
    /// Handed in in the origin system.
    Submitted,
    /// The origin's side has approved.
    OriginApproved,
    /// Reported or registered in the destination system.
    Reported,
    /// The destination's side has approved.
    DestinationApproved,
    /// Done.
    Completed,
    /// Sent back, and not begun again.
    Returned,
    /// Taken back, and not begun again.
    Withdrawn,
}

impl Status {
    /// The code used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Submitted => "submitted",
            Self::OriginApproved => "origin_approved",
            Self::Reported => "reported",
            Self::DestinationApproved => "destination_approved",
            Self::Completed => "completed",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl From<Event> for Status {
    fn from(event: Event) -> Self {
        match event {
            Event::Submitted => Self::Submitted,
            Event::OriginApproved => Self::OriginApproved,
            Event::Reported => Self::Reported,
            Event::DestinationApproved => Self::DestinationApproved,
            Event::Completed => Self::Completed,
            Event::Returned => Self::Returned,
            Event::Withdrawn => Self::Withdrawn,
        }
    }
}

/// Whether an event ends an attempt without completing the transfer.
pub fn ends_attempt(event: Event) -> bool {
    matches!(event, Event::Returned | Event::Withdrawn)
}

/// An entry that no later entry struck out.
struct Standing<'a> {
    entry: &'a Entry,
    /// The day that the last standing correction gives it.
    corrected: Option<NaiveDate>,
}

impl Record {
    /// The number that the next entry gets.
    pub fn next_number(&self) -> u32 {
        self.log.last().map_or(1, |last| last.number + 1)
    }

    /// Adds what was told to the log.
    pub fn tell(&mut self, happened: Happened, recorded_at: DateTime<FixedOffset>, by: &str) -> &Entry {
        let entry = Entry { number: self.next_number(), happened, recorded_at, by: by.to_owned() };
        self.log.push_mut(entry)
    }

    /// What counts, ordered by day; on one day as told, except that inside an attempt the natural order of events
    /// goes first.
    pub fn timeline(&self) -> Vec<Point> {
        let mut points: Vec<Point> = self
            .standing()
            .into_iter()
            .filter_map(|standing| match standing.entry.happened {
                Happened::Event(event, told) => Some(Point {
                    number: standing.entry.number,
                    event,
                    on: standing.corrected.unwrap_or(told),
                    corrected: standing.corrected.is_some(),
                }),
                Happened::StepDone(_) | Happened::StepUndone(_) | Happened::Corrected(..) | Happened::Struck(_) => None,
            })
            .collect();
        points.sort_by_key(|p| (p.on, p.number));
        // A return and the new submission may share a day, so the attempts are cut before events are put in order.
        for attempt in points.split_inclusive_mut(|p| ends_attempt(p.event)) {
            attempt.sort_by_key(|p| (p.on, p.event, p.number));
        }
        points
    }

    /// The attempts, oldest first: each ends with a return or a withdrawal, or where it is handed in anew. The latest has
    /// no such end; it is empty where nothing happened since.
    pub fn attempts(&self) -> Vec<Vec<Point>> {
        let mut attempts = vec![Vec::new()];
        let mut handed_in = false;
        let mut ended = false;
        for point in self.timeline() {
            if ended || handed_in && point.event == Event::Submitted {
                attempts.push(Vec::new());
                handed_in = false;
            }
            handed_in |= point.event == Event::Submitted;
            ended = ends_attempt(point.event);
            if let Some(attempt) = attempts.last_mut() {
                attempt.push(point);
            }
        }
        if ended {
            attempts.push(Vec::new());
        }
        attempts
    }

    /// The points of the latest attempt.
    pub fn attempt_points(&self) -> Vec<Point> {
        self.attempts().pop().unwrap_or_default()
    }

    /// The latest attempt: what happened in it, and when. Of an event told twice the later day counts.
    pub fn attempt(&self) -> BTreeMap<Event, NaiveDate> {
        self.attempt_points().into_iter().map(|p| (p.event, p.on)).collect()
    }

    /// The return or withdrawal that ended the attempt before the latest.
    pub fn last_end(&self) -> Option<Point> {
        self.timeline().into_iter().rfind(|p| ends_attempt(p.event))
    }

    /// How far the latest attempt has come.
    pub fn status(&self) -> Status {
        match (self.attempt().last_key_value(), self.last_end()) {
            (Some((&furthest, _)), _) => furthest.into(),
            (None, Some(end)) => end.event.into(),
            (None, None) => Status::Planned,
        }
    }

    /// Whether something is still to be done. A returned transfer is open, it has to be begun again; a withdrawn one
    /// is not, though it may be.
    pub fn open(&self) -> bool {
        !matches!(self.status(), Status::Completed | Status::Withdrawn)
    }

    /// The ticked steps of the plan.
    pub fn steps_done(&self) -> BTreeSet<&str> {
        let mut done = BTreeSet::new();
        for standing in self.standing() {
            match &standing.entry.happened {
                Happened::StepDone(step) => {
                    done.insert(step.as_str());
                }
                Happened::StepUndone(step) => {
                    done.remove(step.as_str());
                }
                Happened::Event(..) | Happened::Corrected(..) | Happened::Struck(_) => {}
            }
        }
        done
    }

    /// The entries that count, in the order told.
    ///
    /// Read backwards: an entry is only ever changed by later ones, so when it is reached all that concerns it is
    /// known, and the first correction met is the one that was told last.
    fn standing(&self) -> Vec<Standing<'_>> {
        let mut struck = BTreeSet::new();
        let mut days = BTreeMap::new();
        let mut standing = Vec::with_capacity(self.log.len());
        for entry in self.log.iter().rev() {
            if struck.contains(&entry.number) {
                continue;
            }
            let corrected = days.get(&entry.number).copied();
            match entry.happened {
                Happened::Struck(target) if target < entry.number => {
                    struck.insert(target);
                }
                Happened::Corrected(target, told) if target < entry.number => {
                    days.entry(target).or_insert(corrected.unwrap_or(told));
                }
                Happened::Struck(_)
                | Happened::Corrected(..)
                | Happened::Event(..)
                | Happened::StepDone(_)
                | Happened::StepUndone(_) => {}
            }
            standing.push(Standing { entry, corrected });
        }
        standing.reverse();
        standing
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::knowledge::terms::Term;

    pub(crate) fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    pub(crate) fn record(log: impl IntoIterator<Item = Happened>) -> Record {
        let at = DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time");
        let id = TransferId::random(&mut StdRng::seed_from_u64(7));
        let mut record =
            Record { id, situation: "{}".into(), created_at: at, reminding: Reminding::default(), log: Vec::new() };
        for happened in log {
            append(&mut record, happened);
        }
        record
    }

    pub(crate) fn append(record: &mut Record, happened: Happened) {
        record.tell(happened, record.created_at, "member");
    }

    fn event(event: Event, on: &str) -> Happened {
        Happened::Event(event, day(on))
    }

    #[track_caller]
    fn check(log: &[Happened], status: Status, timeline: &[(u32, Event, &str)]) {
        let record = record(log.iter().cloned());
        let shown: Vec<_> = record.timeline().iter().map(|p| (p.number, p.event, p.on)).collect();
        let wanted: Vec<_> = timeline.iter().map(|&(n, e, on)| (n, e, day(on))).collect();
        assert_eq!(shown, wanted);
        assert_eq!(record.status(), status);
    }

    #[test]
    fn statuses() {
        use Event::*;
        check(&[], Status::Planned, &[]);
        check(&[event(Submitted, "2024-06-01")], Status::Submitted, &[(1, Submitted, "2024-06-01")]);
        check(
            &[event(Submitted, "2024-06-01"), event(Reported, "2024-06-02"), event(OriginApproved, "2024-06-05")],
            Status::Reported,
            &[(1, Submitted, "2024-06-01"), (2, Reported, "2024-06-02"), (3, OriginApproved, "2024-06-05")],
        );
        check(
            &[event(Submitted, "2024-06-01"), event(Returned, "2024-06-03")],
            Status::Returned,
            &[(1, Submitted, "2024-06-01"), (2, Returned, "2024-06-03")],
        );
    }

    #[test]
    fn begun_again_on_the_day_of_the_return() {
        use Event::*;
        let log = [event(Submitted, "2024-06-01"), event(Returned, "2024-06-03"), event(Submitted, "2024-06-03")];
        check(
            &log,
            Status::Submitted,
            &[(1, Submitted, "2024-06-01"), (2, Returned, "2024-06-03"), (3, Submitted, "2024-06-03")],
        );
        let attempt = record(log).attempt();
        assert_eq!(attempt, BTreeMap::from([(Submitted, day("2024-06-03"))]));
    }

    #[test]
    fn told_in_reverse_order() {
        use Event::*;
        check(
            &[event(OriginApproved, "2024-06-01"), event(Submitted, "2024-06-01")],
            Status::OriginApproved,
            &[(2, Submitted, "2024-06-01"), (1, OriginApproved, "2024-06-01")],
        );
    }

    #[test]
    fn corrections_and_strikes_of_each_other() {
        use Event::*;
        let mut log = vec![event(Submitted, "2024-06-01")];
        let mut told = |happened, status, day: Option<&str>| {
            log.push(happened);
            let timeline: Vec<_> = day.into_iter().map(|on| (1, Submitted, on)).collect();
            check(&log, status, &timeline);
        };
        told(Happened::Corrected(1, day("2024-06-02")), Status::Submitted, Some("2024-06-02"));
        told(Happened::Corrected(2, day("2024-06-03")), Status::Submitted, Some("2024-06-03"));
        told(Happened::Struck(3), Status::Submitted, Some("2024-06-02"));
        told(Happened::Struck(2), Status::Submitted, Some("2024-06-01"));
        told(Happened::Struck(1), Status::Planned, None);
        told(Happened::Struck(6), Status::Submitted, Some("2024-06-01"));
        told(Happened::Struck(5), Status::Submitted, Some("2024-06-02"));
        told(Happened::Corrected(7, day("2024-06-09")), Status::Submitted, Some("2024-06-02"));
        told(Happened::Struck(99), Status::Submitted, Some("2024-06-02"));
    }

    #[test]
    fn ticks() {
        let done = |step: &str| Happened::StepDone(step.into());
        let undone = |step: &str| Happened::StepUndone(step.into());
        let record = record([done("a"), done("b"), undone("a"), undone("b"), Happened::Struck(4)]);
        assert_eq!(record.steps_done(), BTreeSet::from(["b"]));
    }

    fn happened() -> impl Strategy<Value = Happened> {
        let on = (0i64..40).prop_map(|n| day("2024-06-01") + chrono::Duration::days(n));
        prop_oneof![
            4 => (0..Event::ALL.len(), on.clone()).prop_map(|(i, on)| Happened::Event(Event::ALL[i], on)),
            1 => "[ab]".prop_map(Happened::StepDone),
            1 => "[ab]".prop_map(Happened::StepUndone),
            3 => (0u32..20, on).prop_map(|(n, on)| Happened::Corrected(n, on)),
            3 => (0u32..20).prop_map(Happened::Struck),
        ]
    }

    /// All that can be read from a record.
    fn view(record: &Record) -> impl PartialEq + std::fmt::Debug + use<> {
        let steps: Vec<_> = record.steps_done().into_iter().map(String::from).collect();
        (record.timeline(), record.attempt(), record.status(), record.open(), steps)
    }

    proptest! {
        #[test]
        fn every_log_reads_consistently(log in proptest::collection::vec(happened(), 0..20)) {
            let record = record(log);
            let timeline = record.timeline();
            prop_assert!(timeline.is_sorted_by_key(|p| p.on));
            for point in &timeline {
                let entry = &record.log[point.number as usize - 1];
                prop_assert_eq!(entry.number, point.number);
                prop_assert!(matches!(entry.happened, Happened::Event(event, _) if event == point.event));
            }
            let attempt = record.attempt();
            prop_assert!(!attempt.keys().any(|e| ends_attempt(*e)));
            for (event, on) in &attempt {
                prop_assert!(timeline.iter().any(|p| p.event == *event && p.on == *on));
            }
            if record.status() == Status::Completed {
                prop_assert!(attempt.contains_key(&Event::Completed));
            }
        }

        #[test]
        fn striking_the_last_entry_gives_back_the_view_before(
            log in proptest::collection::vec(happened(), 0..20), last in happened(),
        ) {
            let mut record = record(log);
            let before = view(&record);
            append(&mut record, last);
            let number = record.next_number() - 1;
            let with = view(&record);
            append(&mut record, Happened::Struck(number));
            prop_assert_eq!(view(&record), before);
            append(&mut record, Happened::Struck(number + 1));
            prop_assert_eq!(view(&record), with);
        }

        #[test]
        fn the_last_correction_gives_the_day(
            log in proptest::collection::vec(happened(), 1..20), n in 0i64..40,
        ) {
            let mut record = record(log);
            let on = day("2024-07-01") + chrono::Duration::days(n);
            for point in record.timeline() {
                append(&mut record, Happened::Corrected(point.number, on));
                let now = record.timeline().into_iter().find(|p| p.number == point.number);
                prop_assert_eq!(now.map(|p| (p.on, p.corrected)), Some((on, true)));
            }
        }
    }
}
