//! What is remembered between two messages of a member, and how it is stored.

use serde::{Deserialize, Serialize};

use crate::dialog::{Answers, CASE, FROM, KNOWN_THERE, ROLE, TO};
use crate::knowledge::terms::{CaseId, Event, Role, System, Term};
use crate::language::ends::End;
use crate::plan::Situation;

/// The version of the stored form.
pub(super) const VERSION: u32 = 1;

/// A conversation. Its position is not here: it is computed from the answers. What is empty is not stored.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// Answers in the order they were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) answers: Vec<Answer>,
    /// What the last reply offered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) offered: Vec<Offer>,
    /// An event whose day or transfer was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pending: Option<Pending>,
    /// Messages in a row that were not understood.
    #[serde(skip_serializing_if = "is_nothing")]
    pub(super) misses: u8,
    /// The transfer last spoken of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) focus: Option<String>,
    /// Is a question of the dialog open?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) asking: bool,
    /// The page of the last reply, and that of the last plan: what their buttons were handed out with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) page: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) plan_page: String,
    /// It was told what is kept with a record.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) told_privacy: bool,
    /// A code was sent and is awaited.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) awaits_code: bool,
    /// By which words for others a record of the member's has been spoken of: 室友.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) speaks_for: Vec<String>,
    /// What was answered last: 为什么 and 那福建呢 are about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last: Option<Last>,
    /// The last answers that an opinion was asked of, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) answered: Vec<Answered>,
}

/// How often nothing happened.
fn is_nothing(times: &u8) -> bool {
    *times == 0
}

/// A question and what it was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Last {
    /// The question as understood, private numbers hidden, cut where it is long.
    pub(super) asked: String,
    pub(super) with: Shown,
}

/// What a question was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shown {
    /// These entries or statements.
    Says(Vec<String>),
    /// The plan of the route under discussion.
    Plan,
    /// The deadlines of that route, or of all routes.
    Deadlines,
    /// Who reviews on that route.
    Reviewers,
    /// The step with this number.
    Step(usize),
}

/// An answer that was given, for operators to learn from where it did not help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answered {
    /// The entry.
    pub(super) entry: String,
    /// Harmless words of what was asked.
    pub(super) words: String,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) slot: String,
    pub(super) value: String,
    /// For an end: which one in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<End>,
}

/// An option and what choosing it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) label: String,
    /// Other words that choose it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) says: Vec<String>,
    pub(super) action: Action,
}

/// What choosing an option does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    /// As if this had been said.
    Say(String),
    /// Shows an entry.
    Entry(String),
    /// Fills a slot.
    Slot(Answer),
    /// Records the plan as a transfer.
    Record,
    /// Hands over the calendar file.
    Calendar,
    /// Erases everything.
    Erase,
    /// Shows a transfer.
    Show(String),
    /// Records an event on a day.
    Tell(Told),
    /// The report-in of a transfer was refused.
    ReportRefused(String),
    /// Moves an entry to another day.
    Correct { transfer: String, number: u32, on: chrono::NaiveDate },
    /// What was told of somebody, by this word, is of the member's own record after all.
    Mine { who: String, happened: Vec<(String, Option<chrono::NaiveDate>)> },
    /// Whether to remind of a transfer.
    Remind { transfer: String, on: bool },
    /// Leaves things as they are.
    Leave,
}

/// An event told of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) transfer: String,
    pub(super) event: String,
    pub(super) on: Option<chrono::NaiveDate>,
    pub(super) long_ago_is_meant: bool,
    /// It was said to be done once more.
    #[serde(default)]
    pub(super) again: bool,
    /// What was told first and has to wait for this one.
    #[serde(default)]
    pub(super) then: Option<Box<Told>>,
}

/// What waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Pending {
    /// The day of an event.
    Day(Told),
    /// The day that an entry is moved to.
    Move { transfer: String, number: u32 },
    /// What was told before there was a record, by its codes, with the days where they were said.
    Unrecorded { happened: Vec<(String, Option<chrono::NaiveDate>)> },
}

impl Answer {
    pub(super) fn end(slot: &str, end: &End) -> Self {
        Self { slot: slot.to_owned(), value: end.system.code().to_owned(), end: Some(end.clone()) }
    }

    pub(super) fn plain(slot: &str, value: &str) -> Self {
        Self { slot: slot.to_owned(), value: value.to_owned(), end: None }
    }
}

impl State {
    pub(super) fn read(stored: &str) -> Self {
        // A form that this version cannot read starts the conversation anew; transfers are stored apart from it.
        serde_json::from_str(stored).unwrap_or_default()
    }

    pub(super) fn stored(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers always serialise")
    }

    pub(super) fn slots(&self) -> Answers {
        self.answers.iter().map(|a| (a.slot.clone(), a.value.clone())).collect()
    }

    pub(super) fn answer(&mut self, answer: Answer) {
        self.answers.retain(|a| a.slot != answer.slot);
        self.answers.push(answer);
    }

    pub(super) fn forget(&mut self, slot: &str) {
        self.answers.retain(|a| a.slot != slot);
    }

    pub(super) fn end(&self, slot: &str) -> Option<End> {
        let answer = self.answers.iter().find(|a| a.slot == slot)?;
        answer.end.clone().or_else(|| System::parse(&answer.value).map(End::of))
    }

    /// The system of an end.
    pub(super) fn system(&self, slot: &str) -> Option<System> {
        let answer = self.answers.iter().find(|a| a.slot == slot)?;
        answer.end.as_ref().map(|end| end.system).or_else(|| System::parse(&answer.value))
    }

    /// The slot of the end that was answered last.
    pub(super) fn last_end(&self) -> &'static str {
        let last = self.answers.iter().rev().find(|a| a.slot == FROM || a.slot == TO);
        if last.is_some_and(|a| a.slot == FROM) { FROM } else { TO }
    }

    fn value(&self, slot: &str) -> Option<&str> {
        self.answers.iter().find(|a| a.slot == slot).map(|a| a.value.as_str())
    }

    /// The situation that the answers make, once the origin is known.
    pub(super) fn situation(&self) -> Option<Situation> {
        Some(Situation {
            from: self.end(FROM)?,
            to: self.end(TO),
            case: self.value(CASE).and_then(CaseId::parse),
            role: self.value(ROLE).and_then(Role::parse).unwrap_or(Role::Member),
            known_there: match self.value(KNOWN_THERE) {
                Some("yes") => Some(true),
                Some("no") => Some(false),
                _ => None,
            },
        })
    }
}

/// A situation as stored with a transfer.
#[derive(Serialize, Deserialize)]
struct SituationForm {
    version: u32,
    from: End,
    to: Option<End>,
    case: Option<CaseId>,
    role: Role,
    known_there: Option<bool>,
}

/// A situation as text for the store.
pub(super) fn situation_to_text(situation: &Situation) -> String {
    let Situation { from, to, case, role, known_there } = situation.clone();
    let form = SituationForm { version: VERSION, from, to, case, role, known_there };
    serde_json::to_string(&form).expect("strings always serialise")
}

/// A stored situation; none where it was written by something else.
pub fn situation_from_text(text: &str) -> Option<Situation> {
    let SituationForm { from, to, case, role, known_there, .. } = serde_json::from_str(text).ok()?;
    Some(Situation { from, to, case, role, known_there })
}

/// An event by its stored code.
pub(super) fn event(code: &str) -> Option<Event> {
    Event::parse(code)
}
