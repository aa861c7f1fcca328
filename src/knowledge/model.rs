//! The types of what is known. All of it is read once, checked, and never changed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;

use super::terms::{Actor, CaseId, Committee, Duty, Effect, Event, Leg, Level, NoteKind, Phase, Rank, Role, System};

/// A place in a source, shown as `guangdong-guide §三.6`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cite {
    /// The id of the source.
    pub source: Arc<str>,
    /// The section as the source prints it, without the sign; may be empty.
    pub section: Arc<str>,
}

impl fmt::Display for Cite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if self.section.is_empty() { Ok(()) } else { write!(f, " §{}", self.section) }
    }
}

/// A text that something was learnt from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The title that a member reads.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When, as far as known, in the words of the table.
    pub date: String,
    /// Its address; may be empty.
    pub url: String,
    /// How much it counts.
    pub rank: Rank,
    /// When somebody last looked at it.
    pub checked_on: NaiveDate,
}

/// One thing that is known. `text` may hold the placeholders `{place}` and `{contact}`.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Stable id, unique over everything.
    pub id: String,
    /// What is said.
    pub text: String,
    /// Whether the text may hold placeholders: most hold none, and plans ask it of every statement.
    pub has_placeholders: bool,
    /// How well it is known.
    pub known: Level,
    /// Where it stands.
    pub cites: Vec<Cite>,
    /// The year whose arrangement it is, if it is only that.
    pub year: Option<u16>,
    /// When somebody last compared it with its sources.
    pub checked_on: NaiveDate,
}

/// When something applies. An empty list means always; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Origin systems.
    pub from: Vec<System>,
    /// Destination systems.
    pub to: Vec<System>,
    /// Is the destination under a system committee?
    pub committee: Option<bool>,
    /// Is the member already registered at the destination?
    pub known_there: Option<bool>,
    /// Roles the plan is read by.
    pub role: Vec<Role>,
}

/// The facts that a [`When`] is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Where the membership is.
    pub from: System,
    /// Where it goes; none where a case replaces or keeps the place.
    pub to: Option<System>,
    /// Is the destination under a system committee?
    pub committee: bool,
    /// Is the member already registered at the destination?
    pub known_there: bool,
    /// Who reads.
    pub role: Role,
}

impl When {
    /// Does it hold?
    pub fn holds(&self, facts: &Facts) -> bool {
        let among = |list: &[System], system: Option<System>| {
            list.is_empty() || system.is_some_and(|system| list.contains(&system))
        };
        among(&self.from, Some(facts.from))
            && among(&self.to, facts.to)
            && self.committee.is_none_or(|c| c == facts.committee)
            && self.known_there.is_none_or(|k| k == facts.known_there)
            && (self.role.is_empty() || self.role.contains(&facts.role))
    }
}

/// Something worth knowing about a step.
#[derive(Debug, Clone)]
pub struct Note {
    /// What it says.
    pub says: Statement,
    /// What it is for.
    pub kind: NoteKind,
    /// When it applies.
    pub when: When,
}

/// One step of a system or case.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it says.
    pub says: Statement,
    /// The legs in which it occurs; empty for the step of a case.
    pub legs: Vec<Leg>,
    /// Its place in the order.
    pub phase: Phase,
    /// Who acts.
    pub actor: Actor,
    /// When it applies.
    pub when: When,
    /// What to have ready, what goes wrong, and details.
    pub notes: Vec<Note>,
}

/// A rule: so many days from one event to another.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// What it says; `known` is about the number of days and whose duty it is.
    pub says: Statement,
    /// The legs in which it occurs.
    pub legs: Vec<Leg>,
    /// Whose duty it is.
    pub duty: Duty,
    /// How many days.
    pub days: u16,
    /// The event it is counted from; that day does not count.
    pub from: Event,
    /// The event that must have happened by the end of the last day.
    pub by: Event,
    /// When it applies.
    pub when: When,
    /// How well the event it is counted from is known.
    pub start_known: Level,
    /// What happens otherwise.
    pub if_missed: Option<Statement>,
}

/// A statement that applies under a condition.
#[derive(Debug, Clone)]
pub struct Warning {
    /// What it says.
    pub says: Statement,
    /// The legs in which it occurs; empty for the warning of a case.
    pub legs: Vec<Leg>,
    /// When it applies.
    pub when: When,
}

/// One system's part of every route.
#[derive(Debug, Clone)]
pub struct Route {
    /// The system.
    pub system: System,
    /// Its name as printed.
    pub name: String,
    /// Its name in passing.
    pub short: String,
    /// Its steps, in the order of the file.
    pub steps: Vec<Step>,
    /// Its deadlines.
    pub deadlines: Vec<Deadline>,
    /// What is said once under a plan.
    pub warnings: Vec<Warning>,
    /// The official way to see where one's membership is.
    pub lookup: Vec<Statement>,
}

/// A system committee's names.
#[derive(Debug, Clone)]
pub struct CommitteeName {
    /// Which one.
    pub committee: Committee,
    /// As the forms print it.
    pub name: String,
    /// Its organization's name.
    pub org: String,
}

/// A special situation.
#[derive(Debug, Clone)]
pub struct Case {
    /// Which one.
    pub id: CaseId,
    /// Its name.
    pub name: String,
    /// What it does to the route.
    pub effect: Effect,
    /// How people say it.
    pub names: Vec<String>,
    /// Words beside which it is not meant.
    pub unless: Vec<String>,
    /// Ids of route steps that still hold when the destination is replaced.
    pub reuse: Vec<String>,
    /// Where the membership goes, in words.
    pub placement: Vec<Warning>,
    /// Steps of its own.
    pub steps: Vec<Step>,
    /// What is said once under the plan.
    pub warnings: Vec<Warning>,
}

/// A question and its answer.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Stable id.
    pub id: String,
    /// A short label.
    pub topic: String,
    /// Ways people ask it.
    pub ask: Vec<String>,
    /// Systems it is about; empty means all.
    pub systems: Vec<System>,
    /// Cases it belongs to.
    pub cases: Vec<CaseId>,
    /// Further search words.
    pub words: Vec<String>,
    /// The answer.
    pub says: Vec<Statement>,
}

/// What a message wants that is answered by no entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To know where one's own membership is.
    Where,
    /// To know how far a transfer of one's own is.
    Progress,
    /// To transfer, from and to wherever.
    Transfer,
    /// Something else, answered with this statement of the assistant's own.
    Outside(String),
}

/// Messages with one purpose, as people write them.
#[derive(Debug, Clone)]
pub struct Examples {
    /// What they want.
    pub purpose: Purpose,
    /// The messages.
    pub ask: Vec<String>,
    /// Entries that say in general what this does for one member, by id.
    pub beside: Vec<String>,
}

/// The same question asked of different systems.
#[derive(Debug, Clone)]
pub struct Family {
    /// Stable id.
    pub id: String,
    /// Whose system decides on a route: the origin's or the destination's. None: either may be meant.
    pub leg: Option<Leg>,
    /// The entry that answers it, by system.
    pub entries: BTreeMap<System, String>,
    /// Where the route must come from for an entry to be about it, by the system of the entry. Of another route its own
    /// deadlines are told. Empty for what does not depend on where somebody comes from.
    pub from: BTreeMap<System, System>,
}

/// Somebody to ask.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Stable id.
    pub id: String,
    /// The system whose members it is for; none means a school's.
    pub system: Option<System>,
    /// The school it is for.
    pub school: Option<String>,
    /// Its name.
    pub name: String,
    /// Its telephone number.
    pub phone: String,
}

/// Whom to ask.
#[derive(Debug, Clone, Default)]
pub struct Contacts {
    /// Known contacts; empty as shipped.
    pub all: Vec<Contact>,
    /// The role that stands in where none is known.
    pub fallback: String,
}

impl Contacts {
    /// Whom to ask in a system, as words for a sentence.
    pub fn of(&self, system: Option<System>) -> String {
        let known = self.all.iter().find(|c| c.system.is_some() && c.system == system);
        known.map_or_else(|| self.fallback.clone(), |c| format!("{}（{}）", c.name, c.phone))
    }
}

/// What the assistant says of itself and in general, by id.
pub type Service = BTreeMap<String, Statement>;
