//! Whether something a member tells can go into the log as it stands.
//!
//! What cannot is a [`Doubt`]: a question to the member, never silence and never a record. Which events a route has
//! and which must come before which is the plan's knowledge and comes in as a [`Course`]; in Fujian and Beijing
//! reporting runs beside the origin's review, in Guangdong it waits for it.

use chrono::NaiveDate;

use crate::knowledge::terms::Event;
use crate::transfer::record::{Happened, Point, Record, ends_attempt};

/// More days back than this, and a day is asked about before it is believed.
pub const LONG_AGO_DAYS: i64 = 300;

/// What a route lays down about events.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// The events of the route, in order. Returns and withdrawals go without saying.
    pub expected: &'a [Event],
    /// Pairs of an event and one that must have happened before it. A pair whose second is not expected is void.
    pub needs: &'a [(Event, Event)],
}

/// What a member tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// What happened.
    pub event: Event,
    /// When.
    pub on: NaiveDate,
    /// Whether the member has confirmed that a day long ago is meant.
    pub long_ago_is_meant: bool,
    /// Whether it is said to be done once more: 重新发起了.
    pub again: bool,
}

/// Why something was not recorded; each is a question to the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The day has not come yet.
    Future {
        /// The day told.
        on: NaiveDate,
    },
    /// The day lies more than [`LONG_AGO_DAYS`] back. Can be confirmed.
    LongAgo {
        /// The day told.
        on: NaiveDate,
    },
    /// This attempt has the event. On the day told it is simply known; on another day a correction may be meant.
    AlreadyThere {
        /// The event.
        event: Event,
        /// The day on record.
        on: NaiveDate,
        /// The entry that a correction would name.
        number: u32,
    },
    /// The first would lie before the second, which must come before it. One of the two is on record.
    Before {
        /// What would lie too early.
        event: Event,
        /// Its day.
        on: NaiveDate,
        /// What must come before it.
        than: Event,
        /// Its day.
        than_on: NaiveDate,
    },
    /// Something that must have happened before is not on record: when was it?
    Missing {
        /// What was told.
        event: Event,
        /// What must have come first; the earliest that is missing.
        needs: Event,
    },
    /// The route has no such event.
    NotOnThisRoute {
        /// What was told.
        event: Event,
    },
    /// The transfer is completed.
    Finished {
        /// Since when.
        on: NaiveDate,
    },
    /// Returned or withdrawn, but nothing was submitted.
    NotBegun,
    /// Striking this out would leave something on record that needs it.
    StillNeeded {
        /// What was to be struck out.
        event: Event,
        /// What needs it.
        by: Event,
        /// The day of that.
        by_on: NaiveDate,
    },
    /// There is no such event on record.
    NotThere,
}

/// Which approval “审核通过了” means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approved {
    /// This one.
    One(Event),
    /// To be asked.
    Either(Event, Event),
    /// The route has none that is not on record.
    None,
}

/// The entry to append for what was told, or what to ask.
pub fn accept(record: &Record, course: &Course<'_>, said: Said, today: NaiveDate) -> Result<Happened, Doubt> {
    let Said { event, on, long_ago_is_meant, again } = said;
    possible_day(on, today, long_ago_is_meant)?;
    if again && event == Event::Submitted && begins_anew(record, on)? {
        return Ok(Happened::Event(event, on));
    }
    in_place(record, course, event)?;
    in_order(course, &Around::new_event(record), event, on)?;
    Ok(Happened::Event(event, on))
}

/// Whether handing it in on a day begins a new attempt while one is under way. What happened in that one came before.
fn begins_anew(record: &Record, on: NaiveDate) -> Result<bool, Doubt> {
    let attempt = record.attempt_points();
    let handed_in = attempt.iter().rfind(|p| p.event == Event::Submitted).is_some_and(|p| p.on < on);
    let over = attempt.iter().any(|p| p.event == Event::Completed);
    match attempt.last() {
        Some(last) if handed_in && !over && on < last.on => {
            Err(Doubt::Before { event: Event::Submitted, on, than: last.event, than_on: last.on })
        }
        Some(_) => Ok(handed_in && !over),
        None => Ok(false),
    }
}

/// The entry that moves an event on record to another day, or what to ask.
pub fn correct(
    record: &Record,
    course: &Course<'_>,
    number: u32,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<Happened, Doubt> {
    let point = point(record, number)?;
    possible_day(on, today, true)?;
    in_order(course, &Around::entry(record, number), point.event, on)?;
    Ok(Happened::Corrected(number, on))
}

/// The entry that strikes out an event on record, or what to ask.
pub fn strike(record: &Record, course: &Course<'_>, number: u32) -> Result<Happened, Doubt> {
    let Point { event, .. } = point(record, number)?;
    let around = Around::entry(record, number);
    let told_twice = around.attempt.iter().any(|p| p.event == event);
    let needed = |by: &&Point| needs(course, by.event, event) || (event == Event::Submitted && ends_attempt(by.event));
    // Without the end between them two attempts would run into one.
    let next = around.after.as_ref().filter(|_| ends_attempt(event));
    match around.attempt.iter().find(needed).or(next) {
        Some(by) if !told_twice => Err(Doubt::StillNeeded { event, by: by.event, by_on: by.on }),
        Some(_) | None => Ok(Happened::Struck(number)),
    }
}

/// Whether an event could be told of this record now, on some day; to choose among several transfers.
pub fn fits(record: &Record, course: &Course<'_>, event: Event) -> bool {
    in_place(record, course, event).is_ok()
}

/// Which approval is meant where a member does not say whose.
pub fn resolve_approved(record: &Record, course: &Course<'_>) -> Approved {
    use Event::{DestinationApproved, OriginApproved, Reported};
    let attempt = record.attempt();
    let there = |event| attempt.contains_key(&event);
    let awaited = |event| course.expected.contains(&event) && !there(event);
    match (awaited(OriginApproved), awaited(DestinationApproved)) {
        (true, true) if there(Reported) => Approved::Either(OriginApproved, DestinationApproved),
        (true, _) => Approved::One(OriginApproved),
        // Before reporting there is nothing for the destination to approve: the same news twice, or a report untold.
        (false, true) if awaited(Reported) && there(OriginApproved) => {
            Approved::Either(OriginApproved, DestinationApproved)
        }
        (false, true) => Approved::One(DestinationApproved),
        (false, false) => Approved::None,
    }
}

fn point(record: &Record, number: u32) -> Result<Point, Doubt> {
    record.timeline().into_iter().find(|p| p.number == number).ok_or(Doubt::NotThere)
}

fn possible_day(on: NaiveDate, today: NaiveDate, long_ago_is_meant: bool) -> Result<(), Doubt> {
    if on > today {
        return Err(Doubt::Future { on });
    }
    if !long_ago_is_meant && (today - on).num_days() > LONG_AGO_DAYS {
        return Err(Doubt::LongAgo { on });
    }
    Ok(())
}

/// All that can be said against an event whatever its day.
fn in_place(record: &Record, course: &Course<'_>, event: Event) -> Result<(), Doubt> {
    let attempt = record.attempt_points();
    let find = |event| attempt.iter().rfind(|p| p.event == event);
    if let Some(there) = find(event) {
        return Err(Doubt::AlreadyThere { event, on: there.on, number: there.number });
    }
    if let Some(completed) = find(Event::Completed) {
        return Err(Doubt::Finished { on: completed.on });
    }
    if ends_attempt(event) {
        // A return told twice is known, not something that happened before the next attempt began.
        return match (attempt.is_empty(), record.last_end()) {
            (false, _) => Ok(()),
            (true, Some(end)) if end.event == event => {
                Err(Doubt::AlreadyThere { event, on: end.on, number: end.number })
            }
            (true, _) => Err(Doubt::NotBegun),
        };
    }
    if !course.expected.contains(&event) {
        return Err(Doubt::NotOnThisRoute { event });
    }
    // In the order of the route, so that the member is asked for the earliest first.
    let missing = course.expected.iter().find(|needed| needs(course, event, **needed) && find(**needed).is_none());
    missing.map_or(Ok(()), |&needs| Err(Doubt::Missing { event, needs }))
}

/// What surrounds a place in the timeline.
struct Around {
    /// The last of the attempt before.
    before: Option<Point>,
    /// The rest of the attempt.
    attempt: Vec<Point>,
    /// The beginning of the attempt after.
    after: Option<Point>,
}

impl Around {
    /// Where something new goes: into the latest attempt.
    fn new_event(record: &Record) -> Self {
        let mut attempts = record.attempts();
        let attempt = attempts.pop().unwrap_or_default();
        Self { before: attempts.last().and_then(|before| before.last().copied()), attempt, after: None }
    }

    /// Where an entry stands.
    fn entry(record: &Record, number: u32) -> Self {
        let mut around = Self { before: None, attempt: Vec::new(), after: None };
        let mut attempts = record.attempts().into_iter();
        for attempt in attempts.by_ref() {
            if attempt.iter().any(|p| p.number == number) {
                around.attempt = attempt.into_iter().filter(|p| p.number != number).collect();
                break;
            }
            around.before = attempt.last().copied();
        }
        around.after = attempts.next().and_then(|next| next.first().copied());
        around
    }
}

/// All that can be said against the day of an event.
fn in_order(course: &Course<'_>, around: &Around, event: Event, on: NaiveDate) -> Result<(), Doubt> {
    let too_early = |event, on, than, than_on| Err(Doubt::Before { event, on, than, than_on });
    if let Some(end) = around.before
        && on < end.on
    {
        return too_early(event, on, end.event, end.on);
    }
    if let Some(next) = around.after
        && next.on < on
    {
        return too_early(next.event, next.on, event, on);
    }
    for other in &around.attempt {
        if on < other.on && goes_before(course, other.event, event) {
            return too_early(event, on, other.event, other.on);
        }
        if other.on < on && goes_before(course, event, other.event) {
            return too_early(other.event, other.on, event, on);
        }
    }
    Ok(())
}

/// Whether the first lies before the second if both happened.
fn goes_before(course: &Course<'_>, first: Event, second: Event) -> bool {
    // What ends an attempt or the transfer comes last; it need not have waited for everything.
    let last = ends_attempt(second) || second == Event::Completed && !ends_attempt(first);
    (last && first != second) || needs(course, second, first)
}

/// Whether an event must have waited for another one, directly or through others.
fn needs(course: &Course<'_>, event: Event, earlier: Event) -> bool {
    if event == earlier || !course.expected.contains(&earlier) {
        return false;
    }
    let mut reached = vec![event];
    let mut next = 0;
    while let Some(&reached_event) = reached.get(next) {
        next += 1;
        for &(_, before) in course.needs.iter().filter(|(later, _)| *later == reached_event) {
            if !reached.contains(&before) {
                reached.push(before);
            }
        }
    }
    reached.contains(&earlier)
}

#[cfg(test)]
mod tests;
