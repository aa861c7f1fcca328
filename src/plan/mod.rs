//! From a situation to numbered steps, deadlines and warnings.
//!
//! A plan is an [`Outline`], filtered and sorted and never written out, in words and with days. Pure: no clock; the days
//! of what happened are an argument.

pub mod because;
pub mod calendar;
mod outline;
pub mod space;
pub mod text;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::knowledge::Knowledge;
use crate::knowledge::model::{Case, Deadline, Facts, Statement, Step, Warning};
use crate::knowledge::terms::{Actor, CaseId, Duty, Effect, Event, NoteKind, Phase, Role, System};
use crate::language::ends::End;
pub use outline::{Chosen, Outline, outline};

/// The days on which events happened.
pub type Happened = BTreeMap<Event, NaiveDate>;

/// What a plan is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// Where the membership is.
    pub from: End,
    /// Where it goes; none where the case decides.
    pub to: Option<End>,
    /// A special situation.
    pub case: Option<CaseId>,
    /// For whom the plan is read.
    pub role: Role,
    /// Is the member already registered at the destination? None is unsaid: the newcomer's plan, with the differences.
    pub known_there: Option<bool>,
}

/// Why there is no plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    /// A destination is needed and none was given.
    #[error("a destination is needed")]
    NeedsDestination,
    /// The knowledge that was loaded lacks this system's file.
    #[error("the knowledge has no route file of `{0}`")]
    NoRoute(&'static str),
}

/// One step of a plan.
#[derive(Debug, Clone)]
pub struct PlanStep<'k> {
    /// The step.
    pub step: &'k Step,
    /// What it says, its placeholders filled.
    pub text: Cow<'k, str>,
    /// Notes to show under it.
    pub notes: Vec<PlanNote<'k>>,
    /// Details that are told when the step is asked about.
    pub details: Vec<PlanNote<'k>>,
    /// Some for the steps of those who are already registered at the destination, while that is unsaid.
    pub only_if_known_there: bool,
}

/// A note of a plan's step, its placeholders filled.
#[derive(Debug, Clone)]
pub struct PlanNote<'k> {
    /// What it is for.
    pub kind: NoteKind,
    /// The statement.
    pub says: &'k Statement,
    /// What it says.
    pub text: Cow<'k, str>,
}

/// A deadline of a plan, with its date as soon as the event it counts from has one.
#[derive(Debug, Clone)]
pub struct Due<'k> {
    /// The rule.
    pub rule: &'k Deadline,
    /// What it says, its placeholders filled.
    pub text: Cow<'k, str>,
    /// What happens otherwise, its placeholders filled.
    pub if_missed: Option<Cow<'k, str>>,
    /// The last day, to its end.
    pub due: Option<NaiveDate>,
}

/// A sentence of a plan, its placeholders filled.
#[derive(Debug, Clone)]
pub struct Said<'k> {
    /// The statement.
    pub says: &'k Statement,
    /// What it says.
    pub text: Cow<'k, str>,
}

/// What to do, by when, and what to mind.
#[derive(Debug, Clone)]
pub struct Plan<'k> {
    /// The case, if one applies.
    pub case: Option<&'k Case>,
    /// Where the membership goes, in words, where a case says so.
    pub placement: Vec<Said<'k>>,
    /// The steps in order.
    pub steps: Vec<PlanStep<'k>>,
    /// The deadlines of this route.
    pub deadlines: Vec<Due<'k>>,
    /// What is said once.
    pub warnings: Vec<Said<'k>>,
}

impl Situation {
    /// A member's move between two systems.
    pub fn between(from: System, to: System) -> Self {
        Self { from: End::of(from), to: Some(End::of(to)), case: None, role: Role::Member, known_there: None }
    }

    /// Does the destination play no part?
    pub fn effect(&self, known: &Knowledge) -> Effect {
        self.case.and_then(|id| known.case(id)).map_or(Effect::Keeps, |case| case.effect)
    }
}

/// The plan of a situation, with the dates that follow from what happened.
pub fn plan<'k>(known: &'k Knowledge, situation: &Situation, happened: &Happened) -> Result<Plan<'k>, NoPlan> {
    let Outline { case, here, there, placement, steps, deadlines, warnings } = outline(known, situation)?;
    let fill = Fill { known, situation, place: OnceCell::new(), contacts: Default::default() };
    let step = |Chosen { step, only_if_known_there }| {
        fill.step(step, if only_if_known_there { &there } else { &here }, only_if_known_there)
    };
    Ok(Plan {
        case,
        placement: fill.warnings(placement),
        steps: steps.into_iter().map(step).collect(),
        deadlines: deadlines.into_iter().map(|rule| fill.deadline(rule, happened)).collect(),
        warnings: fill.warnings(warnings),
    })
}

/// The last day of a deadline: the event's own day does not count, and nothing moves it.
fn due(rule: &Deadline, happened: &Happened) -> Option<NaiveDate> {
    happened.get(&rule.from)?.checked_add_days(Days::new(rule.days.into()))
}

impl<'k> Plan<'k> {
    /// The steps that are numbered: all but those of the already registered while that is unsaid.
    pub fn numbered(&self) -> impl Iterator<Item = &PlanStep<'k>> {
        self.steps.iter().filter(|s| !s.only_if_known_there)
    }

    /// The numbered steps in which somebody reviews.
    pub fn reviews(&self) -> impl Iterator<Item = &PlanStep<'k>> {
        self.numbered().filter(|s| matches!(s.step.phase, Phase::OriginReview | Phase::DestinationReview))
    }

    /// The steps in place of which the already registered do something else.
    pub fn otherwise(&self) -> impl Iterator<Item = &PlanStep<'k>> {
        self.steps.iter().filter(|s| s.only_if_known_there)
    }

    /// The member's deadlines that are still to be kept. What comes after the event that one asks for shows that it has
    /// happened, told or not.
    pub fn open_deadlines(&self, attempt: &Happened) -> impl Iterator<Item = &Due<'k>> {
        let furthest = attempt.keys().next_back().copied();
        self.member_deadlines().filter(move |d| furthest.is_none_or(|event| event < d.rule.by))
    }

    /// The member's own deadlines.
    pub fn member_deadlines(&self) -> impl Iterator<Item = &Due<'k>> {
        self.deadlines.iter().filter(|d| d.rule.duty == Duty::Member)
    }

    /// Ids of the steps that are done once these events have happened.
    pub fn done<'a>(&'a self, happened: &'a Happened) -> impl Iterator<Item = &'k str> + 'a {
        self.numbered().filter(|s| happened.keys().any(|e| finishes(*e, s.step.phase))).map(|s| s.step.says.id.as_str())
    }

    /// Everything that the plan says to a member.
    pub fn statements(&self) -> impl Iterator<Item = &'k Statement> {
        let steps = self.steps.iter().flat_map(|s| std::iter::once(&s.step.says).chain(s.notes.iter().map(|n| n.says)));
        let deadlines = self.member_deadlines().flat_map(|d| std::iter::once(&d.rule.says).chain(&d.rule.if_missed));
        self.placement.iter().map(|s| s.says).chain(steps).chain(deadlines).chain(self.warnings.iter().map(|s| s.says))
    }
}

/// Is a phase over once an event has happened?
fn finishes(event: Event, phase: Phase) -> bool {
    match event {
        Event::Submitted => phase <= Phase::Submit,
        Event::OriginApproved => phase <= Phase::OriginReview,
        Event::Reported => phase <= Phase::Submit || phase == Phase::Report,
        Event::DestinationApproved => {
            phase <= Phase::Submit || matches!(phase, Phase::Report | Phase::DestinationReview)
        }
        Event::Completed => true,
        Event::Returned | Event::Withdrawn => false,
    }
}

/// Fills placeholders and picks the notes to show.
struct Fill<'k, 's> {
    known: &'k Knowledge,
    situation: &'s Situation,
    /// What placeholders stand for, once one was met: the place, and whom to ask on either side.
    place: OnceCell<String>,
    contacts: [OnceCell<String>; 2],
}

impl<'k> Fill<'k, '_> {
    fn step(&self, step: &'k Step, facts: &Facts, only_if_known_there: bool) -> PlanStep<'k> {
        let notes = step.notes.iter().filter(|n| n.when.holds(facts));
        let side = side(step.actor, step.phase);
        let notes = notes.map(|n| PlanNote { kind: n.kind, says: &n.says, text: self.text(&n.says, side) });
        let (details, notes) = notes.partition(|n| n.kind == NoteKind::Detail);
        PlanStep { step, text: self.text(&step.says, side), notes, details, only_if_known_there }
    }

    fn warnings(&self, all: Vec<&'k Warning>) -> Vec<Said<'k>> {
        all.into_iter().map(|w| Said { says: &w.says, text: self.text(&w.says, Side::Destination) }).collect()
    }

    fn deadline(&self, rule: &'k Deadline, happened: &Happened) -> Due<'k> {
        Due {
            rule,
            text: self.text(&rule.says, Side::Destination),
            if_missed: rule.if_missed.as_ref().map(|missed| self.text(missed, Side::Destination)),
            due: due(rule, happened),
        }
    }

    fn text(&self, says: &'k Statement, side: Side) -> Cow<'k, str> {
        if !says.has_placeholders {
            return Cow::Borrowed(&says.text);
        }
        let to = self.situation.to.as_ref();
        let place = self.place.get_or_init(|| place(self.known, to));
        let contact = match side {
            Side::Origin => self.contacts[0].get_or_init(|| self.known.contacts.of(Some(self.situation.from.system))),
            Side::Destination => self.contacts[1].get_or_init(|| self.known.contacts.of(to.map(|end| end.system))),
        };
        Cow::Owned(filled(&says.text, place, contact))
    }
}

/// Fills the placeholders of a text for a destination and the system whose contact is to be named.
pub fn fill_text<'t>(known: &Knowledge, text: &'t str, to: Option<&End>, system: Option<System>) -> Cow<'t, str> {
    // Most have none.
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(filled(text, &place(known, to), &known.contacts.of(system)))
}

fn filled(text: &str, place: &str, contact: &str) -> String {
    let mut out = String::with_capacity(text.len() + place.len() + contact.len());
    let mut parts = text.split('{');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match (part.strip_prefix("place}"), part.strip_prefix("contact}")) {
            (Some(rest), _) => out.extend([place, rest]),
            (None, Some(rest)) => out.extend([contact, rest]),
            (None, None) => out.extend(["{", part]),
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Side {
    Origin,
    Destination,
}

fn side(actor: Actor, phase: Phase) -> Side {
    match actor {
        Actor::OriginBranch | Actor::OriginSuperior => Side::Origin,
        Actor::Member | Actor::System if phase <= Phase::OriginReview => Side::Origin,
        Actor::Member | Actor::System | Actor::DestinationBranch | Actor::DestinationSuperior => Side::Destination,
    }
}

/// What to pick where a form asks for the place.
fn place(known: &Knowledge, to: Option<&End>) -> String {
    let Some(to) = to else { return "实际去向".to_owned() };
    if let Some(committee) = to.committee.and_then(|c| known.committee(c)) {
        return format!("“{}”", committee.name);
    }
    match (to.system, &to.province) {
        (_, Some(province)) => format!("“{province}”"),
        (System::Guangdong, None) => "“广东”".to_owned(),
        (System::Fujian, None) => "“福建”".to_owned(),
        (System::Beijing, None) => "“北京”".to_owned(),
        (System::Central, None) => "实际要去的省份或直辖市".to_owned(),
    }
}
