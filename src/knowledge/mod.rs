//! Everything the assistant knows, loaded and checked into one immutable value.
//!
//! Absent on purpose: code that decides anything. This room reads files, says what is wrong in them, and holds them.

use std::collections::{BTreeMap, HashMap};

pub mod files;
pub(crate) mod limits;
mod load;
pub mod model;
pub mod places;
pub mod problem;
pub mod read;
pub mod terms;

use files::Files;
use model::{Case, CommitteeName, Contacts, Entry, Examples, Family, Route, Service, Source, Statement};
use problem::{At, Problems};
use terms::{CaseId, Committee, System};

/// Everything but places and language: sources, routes, cases, questions and answers.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// Sources by id.
    pub sources: BTreeMap<String, Source>,
    /// Whom to ask.
    pub contacts: Contacts,
    /// What the assistant says of itself.
    pub service: Service,
    /// One a system.
    pub routes: Vec<Route>,
    /// The five system committees.
    pub committees: Vec<CommitteeName>,
    /// Special situations.
    pub cases: Vec<Case>,
    /// Questions and answers.
    pub faq: Vec<Entry>,
    /// Messages that want something else than an answer.
    pub examples: Vec<Examples>,
    /// Which of them are the same question of different systems.
    pub families: Vec<Family>,
    positions: HashMap<String, At>,
}

impl Knowledge {
    /// Reads a tree of files; what is wrong goes to `problems`, and the rest is read.
    pub fn load(files: &Files, problems: &Problems) -> Self {
        load::Loader::new(problems).load(files)
    }

    /// A system's route file; only knowledge with problems lacks one.
    pub fn route(&self, system: System) -> Option<&Route> {
        self.routes.iter().find(|r| r.system == system)
    }

    /// A case.
    pub fn case(&self, id: CaseId) -> Option<&Case> {
        self.cases.iter().find(|c| c.id == id)
    }

    /// A system committee's names.
    pub fn committee(&self, id: Committee) -> Option<&CommitteeName> {
        self.committees.iter().find(|c| c.committee == id)
    }

    /// A statement of the assistant's own, by id.
    pub fn service(&self, id: &str) -> Option<&Statement> {
        self.service.get(id)
    }

    /// Where an id was first used.
    pub fn position(&self, id: &str) -> Option<&At> {
        self.positions.get(id)
    }

    /// Every statement there is.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        let routes = self.routes.iter().flat_map(|r| {
            let steps = r.steps.iter().flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
            let deadlines = r.deadlines.iter().flat_map(|d| std::iter::once(&d.says).chain(&d.if_missed));
            steps.chain(deadlines).chain(r.warnings.iter().map(|w| &w.says)).chain(&r.lookup)
        });
        let cases = self.cases.iter().flat_map(|c| {
            let steps = c.steps.iter().flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
            steps.chain(c.placement.iter().map(|w| &w.says)).chain(c.warnings.iter().map(|w| &w.says))
        });
        routes.chain(cases).chain(self.faq.iter().flat_map(|e| &e.says)).chain(self.service.values())
    }
}
