//! The words around a place that tell its end, read from `language/ends.toml`.
//!
//! Cues before and after a place are searched separately, longest first, so that a neutral word (`收到`) hides the cue
//! inside it (`到`).

use aho_corasick::AhoCorasick;

use super::patterns::Patterns;
use crate::knowledge::files::Files;
use crate::knowledge::problem::{Doc, Problems};
use crate::knowledge::read::{Table, document};
use crate::knowledge::terms::{System, Term};
use crate::language::automaton;

/// What a cue says about the place beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Origin,
    Destination,
    Negated,
    Aside,
    Registered,
    Moved,
    Reported,
    Neutral,
}

impl Term for Says {
    const KIND: &'static str = "cue role";
    const ALL: &'static [Self] = &[
        Self::Origin,
        Self::Destination,
        Self::Negated,
        Self::Aside,
        Self::Registered,
        Self::Moved,
        Self::Reported,
        Self::Neutral,
    ];
    fn code(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Destination => "destination",
            Self::Negated => "negated",
            Self::Aside => "aside",
            Self::Registered => "registered",
            Self::Moved => "moved",
            Self::Reported => "reported",
            Self::Neutral => "neutral",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl Term for Side {
    const KIND: &'static str = "side";
    const ALL: &'static [Self] = &[Self::Before, Self::After];
    fn code(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// One cue found in a piece of text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) says: Says,
    pub(crate) weight: f32,
}

/// Words of one side.
#[derive(Debug, Default)]
pub(crate) struct SideWords {
    automaton: Option<AhoCorasick>,
    meanings: Vec<(Says, f32)>,
}

impl SideWords {
    fn new(words: Vec<(String, Says, f32)>) -> Self {
        let automaton = Some(automaton::longest(words.iter().map(|w| w.0.as_str())));
        Self { automaton, meanings: words.into_iter().map(|w| (w.1, w.2)).collect() }
    }

    /// The cues in a text, in order.
    pub(crate) fn hits(&self, text: &str) -> Vec<Hit> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let hits = automaton.find_iter(text).filter(|m| whole_word(text, m.start(), m.end()));
        hits.map(|m| {
            let (says, weight) = self.meanings[m.pattern().as_usize()];
            Hit { start: m.start(), end: m.end(), says, weight }
        })
        .collect()
    }
}

/// Latin words count only whole; other scripts have no borders.
pub(crate) fn whole_word(text: &str, start: usize, end: usize) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inside = |c: Option<char>, d: Option<char>| latin(c) && latin(d);
    !inside(text[..start].chars().next_back(), text[start..].chars().next())
        && !inside(text[..end].chars().next_back(), text[end..].chars().next())
}

/// Names that stand for several places of one system.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    pub(crate) system: System,
    pub(crate) names: Vec<String>,
}

/// Everything in `language/ends.toml`.
#[derive(Debug, Default)]
pub struct Cues {
    pub(crate) before: SideWords,
    pub(crate) after: SideWords,
    stages: Option<AhoCorasick>,
    ranks: Vec<u16>,
    pub(crate) patterns: Patterns,
    pub(crate) regions: Vec<Region>,
    pub(crate) roads: Vec<String>,
    pub(crate) things: Vec<String>,
    pub(crate) associations: Vec<String>,
    pub(crate) eponyms: Vec<String>,
    pub(crate) titles: Vec<String>,
    pub(crate) surnames: String,
    pub(crate) named: Vec<String>,
    pub(crate) branches: Vec<String>,
    pub(crate) bearers: Vec<String>,
    pub(crate) employers: Vec<String>,
    pub(crate) head_offices: Vec<String>,
    pub(crate) subsidiaries: Vec<String>,
    pub(crate) nearby: Vec<String>,
    pub(crate) landmarks: Vec<String>,
    pub(crate) firms: Vec<String>,
    pub(crate) blocked: Vec<String>,
    pub(crate) ordinary: Vec<String>,
    pub(crate) outside: Vec<String>,
    pub(crate) army: Vec<String>,
    pub(crate) misspelt: Vec<String>,
    pub(crate) alike: Vec<String>,
    pub(crate) sound_before: Vec<String>,
    pub(crate) sound_after: Vec<String>,
    pub(crate) letters: String,
    pub(crate) letter_before: String,
    pub(crate) letter_after: String,
}

const FILE: &str = "language/ends.toml";

impl Cues {
    /// Reads the file and reports every mistake in it.
    pub fn load(files: &Files, problems: &Problems) -> Self {
        let doc = Doc::new(FILE, files.get(FILE).unwrap_or_default());
        if doc.text.is_empty() {
            problems.add(&doc.at(0), "missing file");
            return Self::default();
        }
        document(&doc, problems, |root| {
            let mut cues = Self::default();
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for table in root.tables("cue") {
                let (side, says) = (table.term("side"), table.term("role"));
                let weight = table.number("weight").map_or(0, |n| n.value);
                for word in words(&table, "words") {
                    match (side, says) {
                        (Some(Side::Before), Some(says)) => before.push((word, says, f32::from(weight))),
                        (Some(Side::After), Some(says)) => after.push((word, says, f32::from(weight))),
                        _ => {}
                    }
                }
                table.finish();
            }
            (cues.before, cues.after) = (SideWords::new(before), SideWords::new(after));
            let mut stages = Vec::new();
            for table in root.tables("stage") {
                let rank = table.number("rank").map_or(0, |n| n.value);
                for word in words(&table, "words") {
                    stages.push(word);
                    cues.ranks.push(rank);
                }
                table.finish();
            }
            cues.stages = Some(automaton::longest(&stages));
            for table in root.tables("region") {
                if let Some(system) = table.term("system") {
                    cues.regions.push(Region { system, names: words(&table, "names") });
                }
                table.finish();
            }
            if let Some(table) = root.table("patterns") {
                cues.patterns = Patterns::read(&table);
                table.finish();
            }
            if let Some(names) = root.table("names") {
                cues.names(&names);
                names.finish();
            }
            cues
        })
    }

    fn names(&mut self, table: &Table<'_>) {
        self.roads = words(table, "roads");
        self.things = words(table, "things");
        self.associations = words(table, "associations");
        self.eponyms = words(table, "eponyms");
        self.titles = words(table, "titles");
        self.named = words(table, "named");
        self.branches = words(table, "branches");
        self.bearers = words(table, "bearers");
        self.employers = words(table, "employers");
        self.head_offices = words(table, "head_offices");
        self.subsidiaries = words(table, "subsidiaries");
        self.nearby = words(table, "nearby");
        self.landmarks = words(table, "landmarks");
        self.firms = words(table, "firms");
        self.blocked = words(table, "blocked");
        self.ordinary = words(table, "ordinary");
        self.outside = words(table, "outside");
        self.army = words(table, "army");
        self.misspelt = words(table, "misspelt");
        self.alike = words(table, "alike");
        self.sound_before = words(table, "sound_before");
        self.sound_after = words(table, "sound_after");
        let letters = |key| table.string(key).map_or(String::new(), |s| s.value);
        self.surnames = letters("surnames");
        self.letters = letters("letters");
        self.letter_before = letters("letter_before");
        self.letter_after = letters("letter_after");
    }

    /// The lowest stage of schooling a text names.
    pub(crate) fn stage(&self, text: &str) -> Option<u16> {
        self.stages.as_ref()?.find_iter(text).map(|m| self.ranks[m.pattern().as_usize()]).next()
    }
}

fn words(table: &Table<'_>, key: &'static str) -> Vec<String> {
    let found = table.strings(key);
    for word in &found {
        if word.value.trim().is_empty() {
            table.problem(&word.at, format!("an empty word in `{key}`"));
        }
    }
    found.into_iter().map(|w| w.value).filter(|w| !w.trim().is_empty()).collect()
}

/// Does the text begin with one of the words?
pub(crate) fn begins<'w>(text: &str, words: &'w [String]) -> Option<&'w str> {
    words.iter().filter(|w| text.starts_with(w.as_str())).max_by_key(|w| w.len()).map(String::as_str)
}
