//! What can be found: every entry with all ways of asking it, and every statement of routes and cases.

use std::collections::HashMap;
use std::sync::Arc;

use super::weights::Weights;
use crate::knowledge::Knowledge;
use crate::knowledge::model::{Purpose, Statement};
use crate::knowledge::terms::{CaseId, System};

/// What a passage leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// An entry of questions and answers.
    Entry(Arc<str>),
    /// A statement of a system's part of the routes.
    Route(Arc<str>, System),
    /// A statement of a case.
    Case(Arc<str>, CaseId),
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
    what: What,
}

/// What kind of document a target has.
#[derive(Debug, Clone, Copy, Default)]
enum What {
    #[default]
    Entry,
    Example,
    Statement,
}

impl About {
    /// What a statement of a route or case is about.
    pub(super) fn of(target: &Target) -> Self {
        match target {
            Target::Entry(_) => Self::default(),
            Target::Purpose(_) => Self { what: What::Example, ..Self::default() },
            Target::Route(_, system) => Self { systems: vec![*system], what: What::Statement, ..Self::default() },
            Target::Case(_, case) => Self { cases: vec![*case], what: What::Statement, ..Self::default() },
        }
    }

    /// How much better or worse it suits a question about these systems and this case.
    pub(super) fn suits(&self, context: &Context, weights: &Weights) -> f32 {
        let whole = match self.what {
            What::Entry => 1.0,
            What::Example => weights.example,
            What::Statement => weights.statement,
        };
        let system = if self.systems.is_empty() {
            1.0
        } else if context.systems.is_empty() {
            weights.unnamed_system
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
        let about = About { systems: e.systems.clone(), cases: e.cases.clone(), what: What::Entry };
        (Target::Entry(e.id.as_str().into()), about)
    });
    entries.collect()
}

/// One document of the index: everything that an entry says and all ways of asking it together, since they say most
/// about it together; a statement; or one example of what messages want, since these have little in common.
pub(super) struct Document {
    pub(super) target: Target,
    /// Its texts, each a way of asking or what is said.
    pub(super) texts: Vec<String>,
}

/// Every document.
pub(super) fn documents(known: &Knowledge) -> Vec<Document> {
    let entries = known.faq.iter().map(|entry| {
        let answer: Vec<&str> = entry.says.iter().map(|s| s.text.as_str()).collect();
        let says = format!("{} {}", entry.words.join(" "), answer.join(" "));
        let texts = entry.ask.iter().chain([&entry.topic, &says]).cloned().collect();
        Document { target: Target::Entry(entry.id.as_str().into()), texts }
    });
    let examples = known.examples.iter().flat_map(|examples| {
        let target = Target::Purpose(examples.purpose.clone());
        examples.ask.iter().map(move |ask| Document { target: target.clone(), texts: vec![ask.clone()] })
    });
    let routes = known.routes.iter().flat_map(|route| {
        let steps = route.steps.iter().flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
        let deadlines = route.deadlines.iter().flat_map(|d| std::iter::once(&d.says).chain(&d.if_missed));
        let rest = route.warnings.iter().map(|w| &w.says).chain(&route.lookup);
        let all = steps.chain(deadlines).chain(rest);
        all.map(|says| statement(Target::Route(says.id.as_str().into(), route.system), &route.short, says))
    });
    let cases = known.cases.iter().flat_map(|case| {
        let steps = case.steps.iter().flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
        let all = steps.chain(case.placement.iter().chain(&case.warnings).map(|w| &w.says));
        all.map(|says| statement(Target::Case(says.id.as_str().into(), case.id), &case.name, says))
    });
    entries.chain(examples).chain(routes).chain(cases).collect()
}

/// A statement with the name of what it belongs to.
fn statement(target: Target, of: &str, says: &Statement) -> Document {
    Document { target, texts: vec![format!("{of} {}", says.text)] }
}
