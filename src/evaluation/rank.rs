//! How far down the candidates of the index the right answer stands.
//!
//! A candidate is right when its own statements hit every group of mentions: those of an entry, or the one statement of
//! a route or case with the name of its system or case. What the turn makes of it (another desk, the route under
//! discussion) does not count here.

use std::collections::HashMap;

use super::question::Question;
use super::score::{fold, hits};
use crate::knowledge::Knowledge;
use crate::knowledge::terms::System;
use crate::plan::fill_text;
use crate::search::{Hit, Target};

/// What each candidate says, ready to be compared.
pub struct Candidates<'k> {
    known: &'k Knowledge,
    texts: HashMap<&'k str, String>,
}

impl<'k> Candidates<'k> {
    /// Of everything that can be found.
    pub fn of(known: &'k Knowledge) -> Self {
        let mut texts: HashMap<&str, String> = HashMap::new();
        for entry in &known.faq {
            let says: Vec<&str> = entry.says.iter().map(|says| says.text.as_str()).collect();
            let says = says.join("\n");
            let text = fill_text(known, &says, None, entry.systems.first().copied());
            texts.insert(&entry.id, fold(&text));
        }
        for says in known.statements() {
            texts.entry(&says.id).or_insert_with(|| fold(&fill_text(known, &says.text, None, None)));
        }
        Self { known, texts }
    }

    /// The rank of the first candidate that is right, from 1.
    pub fn rank(&self, question: &Question, candidates: &[Hit]) -> Option<usize> {
        candidates.iter().position(|hit| self.is_right(question, &hit.target)).map(|place| place + 1)
    }

    fn is_right(&self, question: &Question, target: &Target) -> bool {
        let Some(says) = self.texts.get(target.id()) else { return false };
        let name = match target {
            Target::Entry(_) | Target::Purpose(_) => None,
            Target::Route(_, system) => self.system(*system),
            Target::Case(_, case) => self.known.case(*case).map(|case| case.name.as_str()),
        };
        let text = fold(name.unwrap_or_default()) + says;
        question.mentions.iter().all(|group| hits(&text, group))
    }

    fn system(&self, system: System) -> Option<&str> {
        self.known.route(system).map(|route| route.short.as_str())
    }
}
