//! The auditor: what a member received against what they were to receive, and what it takes for a copy to be excused.
//! Pure; it knows neither channel nor service.

use std::fmt;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Timelike};
use regex::Regex;

use super::channel::Received;

/// A message that was on its way when the night began may still arrive, for so long.
const ON_ITS_WAY: Duration = Duration::from_secs(2);
/// After so long it must have been noted that a message went out: a kill later than that excuses no copy. It takes some
/// milliseconds; a busy machine is given more.
const NOTING: Duration = Duration::from_secs(2);
/// How a reminder begins.
const REMINDER: &str = "sent\n提醒：";

/// From when to when a process lived, and whether it was killed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    pub(crate) since: Instant,
    pub(crate) killed: Option<Instant>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It never came.
    Lost(String),
    /// It came once more, and the service must have known that it had arrived.
    Doubled(String),
    /// It came before something that was to come first.
    OutOfOrder { came: String, missing: String },
    /// Nobody was to be told this.
    Unexpected(String),
    /// Somebody was disturbed at night.
    AtNight(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let brief = |content: &str| content.chars().take(100).collect::<String>();
        match self {
            Self::Lost(what) => write!(f, "lost: {}", brief(what)),
            Self::Doubled(what) => write!(f, "came twice without need: {}", brief(what)),
            Self::OutOfOrder { came, missing } => write!(f, "came before {}: {}", brief(missing), brief(came)),
            Self::Unexpected(what) => write!(f, "nobody was to be told: {}", brief(what)),
            Self::AtNight(what) => write!(f, "at night: {}", brief(what)),
        }
    }
}

/// With everybody's IDs alike, as two runs draw different ones.
pub(crate) fn blind(text: &str) -> String {
    let id = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").expect("a pattern");
    id.replace_all(text, "ID").into_owned()
}

pub(crate) fn is_reminder(content: &str) -> bool {
    content.starts_with(REMINDER)
}

/// Is this what was to come? A reminder that had to wait until the next day says a day less.
fn is(expected: &str, came: &str) -> bool {
    let left = |content: &str| -> Option<(u32, String)> {
        let (days, rest) = content.strip_prefix(REMINDER)?.strip_prefix("还剩")?.split_once('天')?;
        Some((days.parse().ok()?, rest.to_owned()))
    };
    let later = |((expected, one), (came, other)): ((u32, String), (u32, String))| expected == came + 1 && one == other;
    came == expected || left(expected).zip(left(came)).is_some_and(later)
}

/// Goes through what a member received. It must be what they were to receive, in order; in between what came last may
/// come again, if it is excused. Returns how many copies there were. No two neighbours in `expected` are alike.
pub(crate) fn follow(expected: &[String], received: &[Received], lives: &[Life]) -> Result<usize, Problem> {
    let (mut next, mut copies) = (0, 0);
    let mut before: Option<&Received> = None;
    for one in received {
        let content = &one.content;
        if expected.get(next).is_some_and(|expected| is(expected, content)) {
            next += 1;
        } else if let Some(before) = before.filter(|before| is(&before.content, content)) {
            if !excused(before, one, lives) {
                return Err(Problem::Doubled(content.clone()));
            }
            copies += 1;
        } else if expected[next..].contains(content) {
            let (came, missing) = (content.clone(), expected[next].clone());
            let comes = received.iter().any(|other| other.content == missing && other.at > one.at);
            return Err(if comes { Problem::OutOfOrder { came, missing } } else { Problem::Lost(missing) });
        } else if expected[..next].contains(content) {
            return Err(Problem::Doubled(content.clone()));
        } else {
            return Err(Problem::Unexpected(content.clone()));
        }
        before = Some(one);
    }
    expected.get(next).map_or(Ok(copies), |missing| Err(Problem::Lost(missing.clone())))
}

/// How much of what was to come has come, whatever else came.
pub(crate) fn covered(expected: &[String], from: usize, received: &[Received]) -> usize {
    let comes = |next: usize, one: &Received| expected.get(next).is_some_and(|expected| is(expected, &one.content));
    received.iter().fold(from, |next, one| next + usize::from(comes(next, one)))
}

/// A copy is excused where the service could not know that the message before it had arrived: nobody told it, or it was
/// killed before it had noted that. A process sends nothing after what it could not note, so a kill excuses one copy in
/// a chat at most.
fn excused(before: &Received, copy: &Received, lives: &[Life]) -> bool {
    let life = |of: &Received| lives.iter().rposition(|life| life.since <= of.at);
    before.known.is_none_or(|known| {
        let killed = |number: usize| lives[number].killed.is_some_and(|at| at < known + NOTING);
        life(before) != life(copy) && life(before).is_some_and(killed)
    })
}

/// No reminder came at night. `times`: what the clock told, and since when.
pub(crate) fn nights(received: &[Received], times: &[(Instant, DateTime<FixedOffset>)]) -> Result<(), Problem> {
    let night = |one: &&Received| {
        let told = times.iter().rfind(|(since, _)| *since <= one.at);
        told.is_some_and(|(since, time)| !(8..22).contains(&time.hour()) && one.at > *since + ON_ITS_WAY)
    };
    let disturbed = received.iter().filter(|one| is_reminder(&one.content)).find(night);
    disturbed.map_or(Ok(()), |one| Err(Problem::AtNight(one.content.clone())))
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
