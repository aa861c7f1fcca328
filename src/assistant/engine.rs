//! Everything that is loaded once and never changes: knowledge, dialogs, language, index.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::bars::Bars;
use super::memo::Memo;
use super::spoken::unspoken;
use crate::dialog::{self, Tree};
use crate::knowledge::Knowledge;
use crate::knowledge::files::Files;
use crate::knowledge::model::{Entry, Family};
use crate::knowledge::places::{self, Level, Places};
use crate::knowledge::problem::{Problem, Problems};
use crate::knowledge::terms::CaseId;
use crate::language::automaton;
use crate::language::clean::Variants;
use crate::language::ends::Cues;
use crate::language::events::Events;
use crate::language::intents::Intents;
use crate::language::latin::Pinyin;
use crate::language::lexicon::Lexicon;
use crate::language::segment::{Segmenter, Words};
use crate::learning::Vocabulary;
use crate::search::{Search, Target, Weights};

/// The dialog that leads to a plan.
const TREE: &str = "transfer";

/// Why nothing could be loaded; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Knowledge or dialogs have problems.
    #[error("{}", list(.0))]
    Problems(Vec<Problem>),
    /// Their files cannot be read.
    #[error("{0}")]
    Files(String),
    /// The index could not be built.
    #[error("building the search index: {0}")]
    Index(#[from] tantivy::TantivyError),
}

fn list(problems: &[Problem]) -> String {
    let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
    format!("knowledge or dialogs have {} problems:\n{}", all.len(), all.join("\n"))
}

/// What understands and answers; shared by all threads.
pub struct Engine {
    /// What is known.
    pub known: Knowledge,
    pub(super) tree: Tree,
    pub(super) language: Language,
    pub(super) cases: Cases,
    pub(super) memo: Memo,
    pub(super) bars: Bars,
    /// Where each entry stands,
    entries: FxHashMap<String, usize>,
    /// and where the family of those that have one.
    families: FxHashMap<String, usize>,
    /// Cuts texts into words.
    pub segmenter: Segmenter,
    /// What can be found.
    pub search: Search,
}

pub(super) struct Language {
    pub(super) variants: Variants,
    pub(super) pinyin: Pinyin,
    pub(super) events: Events,
    pub(super) intents: Intents,
    pub(super) cues: Cues,
    pub(super) lexicon: Lexicon,
}

/// All that is read from files, with every problem; the counts of `check` come from here.
pub struct Loaded {
    /// What is known.
    pub known: Knowledge,
    /// The places tables.
    pub places: Places,
    /// The dialogs.
    pub trees: Vec<Tree>,
    /// How many plans the rule space holds.
    pub plans: usize,
    /// What is wrong, sorted.
    pub problems: Vec<Problem>,
}

/// Reads and checks everything, the rule space included, without building what answers need.
pub fn check(knowledge: &Files, dialogs: &Files) -> Loaded {
    let problems = Problems::default();
    let known = Knowledge::load(knowledge, &problems);
    let trees = dialog::load(dialogs, &problems);
    let segmenter = Segmenter::new(Words::load(knowledge, &problems));
    let (_, places) = language(knowledge, &segmenter, &problems);
    let plans = crate::plan::space::check(&known, &problems);
    Loaded { known, places, trees, plans, problems: problems.into_sorted() }
}

/// What understanding needs besides words and search, and the places it was made of.
fn language(knowledge: &Files, segmenter: &Segmenter, problems: &Problems) -> (Language, Places) {
    let places = places::load(knowledge, problems);
    let cues = Cues::load(knowledge, problems);
    let names = places
        .cities
        .iter()
        .filter(|c| matches!(c.level, Level::Municipality | Level::Prefecture | Level::CountyCity))
        .map(|c| c.name.trim_end_matches('市'));
    let names: Vec<&str> = places.provinces.iter().map(|p| p.name.as_str()).chain(names).collect();
    let language = Language {
        variants: Variants::load(knowledge, problems),
        pinyin: Pinyin::load(knowledge, problems, segmenter.whole(), names),
        events: Events::load(knowledge, problems),
        intents: Intents::load(knowledge, problems),
        lexicon: Lexicon::new(&places, &cues),
        cues,
    };
    (language, places)
}

impl Engine {
    /// Loads everything, on two threads: what is known and searched, and what understanding needs besides.
    pub fn load(knowledge: &Files, dialogs: &Files) -> Result<Self, EngineError> {
        let problems = Problems::default();
        let segmenter = Segmenter::new(Words::load(knowledge, &problems));
        let read = |problems: &Problems| {
            let known = Knowledge::load(knowledge, problems);
            let search = Search::build(&known, &segmenter);
            (known, search)
        };
        let (mut language, trees, (known, search)) = std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let problems = Problems::default();
                let (language, _) = language(knowledge, &segmenter, &problems);
                (language, dialog::load(dialogs, &problems), problems)
            });
            let read = read(&problems);
            let (language, trees, others) = other.join().expect("reading does not panic");
            problems.join(others);
            (language, trees, read)
        });
        let tree = trees.into_iter().find(|t| t.name == TREE);
        let mut problems = problems.into_sorted();
        if problems.is_empty() {
            problems = unspoken(&known);
        }
        let (true, Some(tree)) = (problems.is_empty(), tree) else { return Err(EngineError::Problems(problems)) };
        let (cases, mut search) = (Cases::new(&known), search?);
        language.pinyin.extend(search.take_vocabulary());
        let entries = known.faq.iter().enumerate().map(|(at, entry)| (entry.id.clone(), at)).collect();
        let families = known.families.iter().enumerate();
        let families =
            families.flat_map(|(at, family)| family.entries.values().map(move |id| (id.clone(), at))).collect();
        Ok(Self {
            known,
            tree,
            language,
            cases,
            memo: Memo::default(),
            bars: Bars::default(),
            entries,
            families,
            segmenter,
            search,
        })
    }
}

impl Engine {
    /// The words that are known.
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary::new(&self.segmenter, &self.search)
    }

    /// The same with other weights and bars than those that were found best, to find better ones.
    #[must_use]
    pub fn tuned(self, weights: Weights, bars: Bars) -> Self {
        let memo = if weights == *self.search.weights() { self.memo } else { Memo::default() };
        Self { search: self.search.weighing(weights), memo, bars, ..self }
    }

    /// Does a candidate hold whatever the system? What is true of one only may be about the other end of a route.
    pub(super) fn is_general(&self, target: &Target) -> bool {
        match target {
            Target::Entry(id) => self.entry(id).is_some_and(|entry| entry.systems.is_empty()),
            Target::Route(..) => false,
            Target::Case(..) | Target::Purpose(_) => true,
        }
    }

    /// An entry of the questions and answers, by its id.
    pub(super) fn entry(&self, id: &str) -> Option<&Entry> {
        self.known.faq.get(*self.entries.get(id)?)
    }

    /// The same question of other systems, by the id of one of its entries.
    pub(super) fn family(&self, entry: &str) -> Option<&Family> {
        self.known.families.get(*self.families.get(entry)?)
    }
}

/// Which special situation a text names.
pub(super) struct Cases {
    names: AhoCorasick,
    ids: Vec<CaseId>,
    /// Words beside which a case is not meant.
    unless: Vec<(CaseId, Vec<String>)>,
}

impl Cases {
    fn new(known: &Knowledge) -> Self {
        let named: HashMap<&str, CaseId> =
            known.cases.iter().flat_map(|c| c.names.iter().map(|n| (n.as_str(), c.id))).collect();
        let (names, ids): (Vec<&str>, Vec<CaseId>) = named.into_iter().unzip();
        let unless = known.cases.iter().map(|c| (c.id, c.unless.clone())).collect();
        Self { names: automaton::longest(names), ids, unless }
    }

    /// The case that says most: a rare situation before going on studying or working. One that is denied is none.
    pub(super) fn named(&self, text: &str) -> Option<CaseId> {
        let denied = |start: usize| DENIALS.iter().any(|no| text[..start].ends_with(no));
        let found = self.names.find_iter(text).filter(|m| !denied(m.start()));
        let found = found.map(|m| (self.ids[m.pattern().as_usize()], m.start()));
        let meant = |case: CaseId| {
            let unless = self.unless.iter().filter(|(id, _)| *id == case).flat_map(|(_, words)| words);
            !unless.into_iter().any(|word| text.contains(word.as_str()))
        };
        let found = found.filter(|(case, _)| meant(*case));
        found.max_by_key(|(id, start)| (!matches!(id, CaseId::FurtherStudy | CaseId::Employment), *start)).map(|f| f.0)
    }
}

/// What before the name of a case says that it is not so.
const DENIALS: [&str; 8] = ["不", "没", "不是", "没有", "不想", "不去", "不打算", "并非"];
