//! What a text says has happened to a transfer.
//!
//! The ways to say it are data (`knowledge/language/events.toml`). A text is cut into clauses; in each clause the ways
//! are found, leftmost and longest first, and each is then judged by what stands around it: a negation makes it
//! [`Saying::NotYet`]; a question, a condition or an intention makes it talk, which says nothing. A day belongs to the
//! event it stands before; a day in a clause of its own belongs to the event of the clause beside it.
//!
//! When in doubt it says nothing: a report that was missed is asked for, one that was invented is a wrong deadline.

mod retract;
mod ways;

use chrono::NaiveDate;

use crate::knowledge::terms::{Event, Term};

use super::dates::{Day, DayFound, days};
pub use ways::Events;
use ways::{Hit, last_characters};

/// So many characters before an event still say that it happened once more.
const LEAD: usize = 6;

/// What is said to have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// One of the events.
    Event(Event),
    /// An approval, without saying whose.
    Approved,
    /// Something is done, without saying what: 广东弄好了.
    Done,
    /// The report-in was refused, not the transfer: 报到被退了.
    ReportReturned,
}

impl What {
    /// The code in knowledge files: an event's, or `approved`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Event(event) => event.code(),
            Self::Approved => "approved",
            Self::Done => "done",
            Self::ReportReturned => "report_returned",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        let others = [Self::Approved, Self::Done, Self::ReportReturned];
        others.into_iter().find(|what| what.code() == code).or_else(|| Event::parse(code).map(Self::Event))
    }
}

/// How something was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// Where the words that tell it begin, with those that lead up to them, in bytes of the text.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// It is done once more: 重新发起了.
    pub again: bool,
    /// Whose it is was told by a word that a place beside it overrules: 湖南那边审核通过了.
    pub loose: bool,
}

/// One thing that a text says about a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// It happened.
    Happened {
        /// What.
        what: What,
        /// When, if said.
        day: Option<Day>,
        /// How.
        manner: Manner,
    },
    /// Not what was told last, but this: 不对,是支书退回了.
    Instead {
        /// What.
        what: What,
        /// When, if said.
        day: Option<Day>,
        /// How.
        manner: Manner,
    },
    /// It has not happened so far.
    NotYet {
        /// What.
        what: What,
    },
    /// An earlier report had the wrong day.
    Correct {
        /// Whose day, if said.
        what: Option<What>,
        /// The day it is not.
        wrong: Option<NaiveDate>,
        /// The day it is.
        right: Option<Day>,
    },
    /// An earlier report was a mistake.
    Strike {
        /// Which, if said.
        what: Option<What>,
        /// The day it was told for, if said: 删除6月5日那条.
        on: Option<NaiveDate>,
    },
}

/// A part of the text between punctuation.
#[derive(Debug)]
struct Clause<'t> {
    text: &'t str,
    /// Where it begins in the text.
    start: usize,
    asked: bool,
    days: Vec<DayFound>,
    hits: Vec<Hit>,
}

/// An event as judged in its clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judged {
    Happened(Option<Day>),
    NotYet,
    Talk,
}

impl Events {
    /// What a cleaned text says, in order.
    pub fn said(&self, text: &str, today: NaiveDate) -> Vec<Saying> {
        let clauses = self.clauses(text, today);
        if let Some(strike) = self.taken_back(&clauses) {
            return vec![strike];
        }
        if let Some(saying) = self.correction(&clauses) {
            return vec![saying];
        }
        let said = self.judged(&clauses);
        if let Some(saying) = self.denied(&clauses, &said) {
            return vec![saying];
        }
        if clauses.iter().any(|c| self.strikes(c)) {
            return vec![Saying::Strike { what: self.struck(&clauses), on: None }];
        }
        said
    }

    /// What happened and what did not, by what stands around each event.
    fn judged(&self, clauses: &[Clause<'_>]) -> Vec<Saying> {
        let mut said = Vec::new();
        for (i, clause) in clauses.iter().enumerate() {
            for (j, hit) in clause.hits.iter().enumerate() {
                match self.judge(clause, j) {
                    Judged::Talk => {}
                    Judged::NotYet => said.push(Saying::NotYet { what: hit.what }),
                    Judged::Happened(day) => {
                        let day = day.or_else(|| day_beside(clauses, i));
                        said.push(Saying::Happened { what: hit.what, day, manner: self.manner(clause, j) });
                    }
                }
            }
        }
        // The same news twice is told once, wherever it stands.
        let news = |saying: &Saying| match *saying {
            Saying::Happened { what, day, .. } => Saying::Happened { what, day, manner: Manner::default() },
            other => other,
        };
        said.dedup_by_key(|saying| news(saying));
        said
    }

    fn manner(&self, clause: &Clause<'_>, index: usize) -> Manner {
        let hit = &clause.hits[index];
        let from = if index == 0 { 0 } else { clause.hits[index - 1].end };
        let lead = from + last_characters(&clause.text[from..hit.start], LEAD);
        let again = self.again.is_in(&clause.text[lead..hit.end]);
        Manner { start: clause.start + from, end: clause.start + hit.end, again, loose: hit.loose }
    }

    fn clauses<'t>(&self, text: &'t str, today: NaiveDate) -> Vec<Clause<'t>> {
        let found = days(text, today);
        let mut clauses = Vec::new();
        let mut start = 0;
        let ends = text
            .char_indices()
            .filter(|(_, c)| matches!(c, ',' | '，' | '。' | ';' | '；' | '!' | '！' | '?' | '？' | '、' | ':' | '…'));
        for (end, c) in ends.chain(std::iter::once((text.len(), ' '))) {
            let part = &text[start..end];
            let days: Vec<DayFound> =
                found.iter().filter(|d| start <= d.span.start && d.span.end <= end).cloned().collect();
            let dated = days.iter().any(|d| !matches!(d.day, Day::Future(_)));
            let hits = self.find(part, dated);
            clauses.push(Clause { text: part, start, asked: matches!(c, '?' | '？'), days, hits });
            start = end + c.len_utf8().min(text.len() - end);
        }
        clauses
    }

    fn is_question(&self, clause: &Clause<'_>) -> bool {
        clause.asked || self.question.is_in(clause.text)
    }

    /// Whose news it is, where it is somebody else's: 我朋友被退回了. 朋友的转接… is kept for them and is none.
    pub fn other(&self, text: &str, today: NaiveDate) -> Option<String> {
        self.clauses(text, today).iter().find_map(|clause| {
            let before = &clause.text[..clause.hits.first()?.start];
            let other = self.others.first_in(before)?;
            (!self.no_others.is_in(before)).then(|| other.to_owned())
        })
    }

    /// What the surroundings make of the event.
    fn judge(&self, clause: &Clause<'_>, index: usize) -> Judged {
        let hit = &clause.hits[index];
        let from = if index == 0 { 0 } else { clause.hits[index - 1].end };
        let to = clause.hits.get(index + 1).map_or(clause.text.len(), |next| next.start);
        let denied = clause.text.len() - self.without_denial(clause.text).len();
        let before = &clause.text[from.max(denied).min(hit.start)..hit.start];
        let inside = &clause.text[hit.start..hit.end];
        let after = &clause.text[hit.end..to];
        let day = self.day_of(clause, hit, from, to);
        let past = day.is_some_and(|d| !matches!(d, Day::Future(_)));
        if self.question.is_in(before) || self.condition.is_in(before) || self.tail.starts(after) && !past {
            return Judged::Talk;
        }
        if !past && (clause.asked || self.question.is_in(after) || self.question.is_in(inside)) {
            return Judged::Talk;
        }
        if self.waiting.is_in(before) {
            return Judged::NotYet;
        }
        let near = last_words(before);
        let negated = hit.negated || self.negation.is_near_end(near, 5) && !self.no_negation.is_in(near);
        if negated {
            return Judged::NotYet;
        }
        if hit.intended || self.intention.is_near_end(before, 4) && !self.no_intention.is_in(before) {
            return Judged::Talk;
        }
        if hit.what == What::Event(Event::Reported)
            && self.elsewhere.is_in(clause.text)
            && !self.here.is_in(clause.text)
        {
            return Judged::Talk;
        }
        Judged::Happened(day)
    }

    /// The day nearest before an event, or else the first one after it.
    fn day_of(&self, clause: &Clause<'_>, hit: &Hit, from: usize, to: usize) -> Option<Day> {
        let at = |d: &DayFound| d.span.start - clause.start;
        let fits = |d: &&DayFound| !d.negated && (from..to).contains(&at(d));
        let before = clause.days.iter().filter(fits).rfind(|d| at(d) < hit.end);
        before.or_else(|| clause.days.iter().filter(fits).find(|d| at(d) >= hit.end)).map(|d| d.day)
    }
}

/// What stands behind the last blank, which on a phone is a comma: of 不支持 他们 it is 他们. A blank right before the event
/// is none.
fn last_words(before: &str) -> &str {
    let trimmed = before.trim_end();
    trimmed.rsplit(char::is_whitespace).next().unwrap_or(trimmed)
}

/// The day of a neighbouring clause that holds a day and no event: 昨天，支部审核通过了.
fn day_beside(clauses: &[Clause<'_>], i: usize) -> Option<Day> {
    let lone = |clause: &Clause<'_>| match clause.days.as_slice() {
        [day] if clause.hits.is_empty() && !day.negated => Some((day.day, clause.text.len() - day.span.len())),
        _ => None,
    };
    // Little else may stand in the clause, or the day is another thing's.
    let near = |clause: &Clause<'_>| lone(clause).filter(|(_, rest)| *rest <= 12).map(|(day, _)| day);
    let before = i.checked_sub(1).and_then(|i| near(&clauses[i]));
    before.or_else(|| clauses.get(i + 1).and_then(near)).filter(|_| clauses[i].hits.len() == 1)
}

#[cfg(test)]
mod tests;
