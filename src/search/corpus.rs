//! What can be found: every phrasing of every entry, and every statement of routes and cases.

use std::collections::HashMap;

use super::features::Features;
use super::weights::Weights;
use crate::knowledge::Knowledge;
use crate::knowledge::model::{Purpose, Statement};
use crate::knowledge::terms::{CaseId, System};

/// What a passage leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// An entry of questions and answers.
    Entry(String),
    /// A statement of a system's part of the routes.
    Route(String, System),
    /// A statement of a case.
    Case(String, CaseId),
    /// No answer: another thing that messages want.
    Purpose(Purpose),
}

impl Target {
    /// The id of the entry or statement.
    pub fn id(&self) -> &str {
        match self {
            Self::Entry(id) | Self::Route(id, _) | Self::Case(id, _) => id,
            Self::Purpose(Purpose::Where) => "where",
            Self::Purpose(Purpose::Progress) => "progress",
            Self::Purpose(Purpose::Transfer) => "transfer",
            Self::Purpose(Purpose::Outside(says)) => says,
        }
    }
}

impl Target {
    /// What a message wants that is found here, where it is no answer.
    pub fn purpose(&self) -> Option<&Purpose> {
        if let Self::Purpose(purpose) = self { Some(purpose) } else { None }
    }
}

/// What a target is about, to prefer it for a question about the same.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    systems: Vec<System>,
    cases: Vec<CaseId>,
    entry: bool,
}

impl About {
    /// What a statement of a route or case is about.
    pub(super) fn of(target: &Target) -> Self {
        match target {
            Target::Entry(_) => Self::default(),
            Target::Purpose(_) => Self { entry: true, ..Self::default() },
            Target::Route(_, system) => Self { systems: vec![*system], ..Self::default() },
            Target::Case(_, case) => Self { cases: vec![*case], ..Self::default() },
        }
    }

    /// How much better or worse it suits a question about these systems and this case.
    pub(super) fn suits(&self, context: &Context, weights: &Weights) -> f32 {
        let whole = if self.entry { 1.0 } else { weights.statement };
        let system = if self.systems.is_empty() || context.systems.is_empty() {
            1.0
        } else if self.systems.iter().any(|s| context.systems.contains(s)) {
            weights.this_system
        } else {
            weights.other_system
        };
        let case = match context.case {
            Some(case) if self.cases.contains(&case) => weights.this_case,
            // An entry about a rare situation is not for everybody who presses the same button.
            None if self.cases.iter().any(|case| case.is_rare()) => weights.other_case,
            _ => 1.0,
        };
        whole * system * case
    }
}

/// What is known of a question besides its words.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The systems of the places it names.
    pub systems: Vec<System>,
    /// The special situation it names.
    pub case: Option<CaseId>,
}

/// What each target is about.
pub(super) fn abouts(known: &Knowledge) -> HashMap<Target, About> {
    let entries = known.faq.iter().map(|e| {
        let about = About { systems: e.systems.clone(), cases: e.cases.clone(), entry: true };
        (Target::Entry(e.id.clone()), about)
    });
    entries.collect()
}

/// One indexed text.
pub(super) struct Passage {
    pub(super) target: Target,
    pub(super) text: String,
    pub(super) features: Features,
    /// It is an answer; otherwise it is a way of asking.
    pub(super) answers: bool,
}

/// Every passage, not cut yet.
pub(super) fn passages(known: &Knowledge) -> Vec<Passage> {
    let mut all = Vec::new();
    let mut add = |target: &Target, text: &str, answers: bool| {
        all.push(Passage { target: target.clone(), text: text.to_owned(), features: Features::default(), answers });
    };
    for entry in &known.faq {
        let target = Target::Entry(entry.id.clone());
        entry.ask.iter().for_each(|ask| add(&target, ask, false));
        add(&target, &entry.topic, false);
        let answer: Vec<&str> = entry.says.iter().map(|s| s.text.as_str()).collect();
        add(&target, &format!("{} {}", entry.words.join(" "), answer.join(" ")), true);
    }
    for examples in &known.examples {
        let target = Target::Purpose(examples.purpose.clone());
        examples.ask.iter().for_each(|ask| add(&target, ask, false));
    }
    for route in &known.routes {
        let steps = route.steps.iter().flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
        let deadlines = route.deadlines.iter().flat_map(|d| std::iter::once(&d.says).chain(&d.if_missed));
        let rest = route.warnings.iter().map(|w| &w.says).chain(&route.lookup);
        for says in steps.chain(deadlines).chain(rest) {
            add(&Target::Route(says.id.clone(), route.system), &format!("{} {}", route.short, says.text), true);
        }
    }
    for case in &known.cases {
        let steps = case.steps.iter().flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
        let rest = case.placement.iter().chain(&case.warnings).map(|w| &w.says);
        for says in steps.chain(rest) {
            let Statement { id, text, .. } = says;
            add(&Target::Case(id.clone(), case.id), &format!("{} {text}", case.name), true);
        }
    }
    all
}
