//! What a message wants, by patterns kept as data, and which case of a transfer it names.

use std::borrow::Cow;

use regex::{Regex, RegexSet};

use crate::knowledge::files::Files;
use crate::knowledge::problem::{Doc, Problems};
use crate::knowledge::read::{Found, Table, document};
use crate::language::rules::{Read, Rules};

const FILE: &str = "language/intents.toml";
/// The intents of which a clause that asks has one.
const ASKING: [&str; 7] = ["asking", "particular", "how", "days", "deadline", "where", "progress"];

/// A word of asking that asks nothing: 没有什么团组织.
const NONE_AT_ALL: [&str; 7] = ["没有什么", "没什么", "没啥", "什么都", "啥都", "谁都", "哪都"];

/// The patterns of a key as one; those that are none are reported.
pub(super) fn patterns(table: &Table<'_>, key: &'static str) -> RegexSet {
    set(table, &table.strings(key))
}

/// The patterns as one; where some are none they are reported, and the set is empty.
pub(super) fn set(table: &Table<'_>, found: &[Found<String>]) -> RegexSet {
    RegexSet::new(found.iter().map(|pattern| &pattern.value)).unwrap_or_else(|error| {
        // One by one only here: it takes as long again.
        if compiled(table, found).len() == found.len() {
            table.problem(table.at(), format!("the patterns together are too many: {error}"));
        }
        RegexSet::empty()
    })
}

/// The patterns, each for itself; those that are none are reported.
pub(super) fn compiled(table: &Table<'_>, found: &[Found<String>]) -> Vec<Regex> {
    let mut good = Vec::new();
    for found in found {
        match Regex::new(&found.value) {
            Ok(pattern) => good.push(pattern),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().to_owned();
                table.problem(&found.at, format!("`{}` is no pattern: {reason}", found.value));
            }
        }
    }
    good
}

/// 收不收, 交没交: the same letter on both sides of a no asks which of the two.
fn chooses(clause: &str) -> bool {
    let letters: Vec<char> = clause.chars().collect();
    letters.windows(3).any(|three| matches!(three, [yes, '不' | '没', no] if yes == no && yes.is_alphanumeric()))
}

/// What a text wants, by name.
#[derive(Debug, Clone, Default)]
pub struct Wanted(Vec<String>);

impl Wanted {
    /// The first of these that it wants; empty where it wants none.
    pub fn first(&self, intents: &[&str]) -> String {
        intents.iter().find(|intent| self.has(intent)).map(|intent| (*intent).to_owned()).unwrap_or_default()
    }

    /// Does it want this?
    pub fn has(&self, intent: &str) -> bool {
        self.0.iter().any(|name| name == intent)
    }
}

/// The patterns of `knowledge/language/intents.toml`.
#[derive(Debug, Default)]
pub struct Intents {
    /// Those of which a clause that asks has one,
    asking: Rules,
    /// and all others.
    intents: Rules,
    beside: Rules,
    outside: Rules,
    /// What somebody works at or as.
    work: Vec<Regex>,
}

impl Intents {
    /// Reads the patterns; what is wrong goes to `problems`.
    pub fn load(files: &Files, problems: &Problems) -> Self {
        let text = files.get(FILE).unwrap_or_default();
        let doc = Doc::new(FILE, text);
        if text.is_empty() {
            problems.add(&doc.at(0), "this file is missing");
        }
        document(&doc, problems, |table| {
            let read = |key: &'static str, name: &'static str| -> Vec<Read> {
                table.tables(key).iter().filter_map(|t| Read::rule(t, name)).collect()
            };
            let (asking, others) =
                read("intent", "id").into_iter().partition(|rule| ASKING.contains(&rule.name.as_str()));
            Self {
                asking: Rules::of(table, asking),
                intents: Rules::of(table, others),
                beside: Rules::of(table, read("beside", "id")),
                outside: Rules::of(table, read("outside", "says")),
                work: table.table("work").map_or_else(Vec::new, |work| {
                    let patterns = compiled(&work, &work.strings("any"));
                    work.finish();
                    patterns
                }),
            }
        })
    }

    /// What a clean text wants, by itself and by what is left of it without its places.
    pub fn wanted(&self, text: &str, beside_places: &str) -> Wanted {
        let by_itself = self.asking.holding(text).chain(self.intents.holding(text));
        Wanted(by_itself.chain(self.beside.holding(beside_places.trim())).map(str::to_owned).collect())
    }

    /// Does a text want this?
    pub fn wants(&self, intent: &str, text: &str) -> bool {
        self.asking.holds(intent, text) || self.intents.holds(intent, text)
    }

    /// Does a clause ask something?
    pub fn asks(&self, clause: &str) -> bool {
        let clause = NONE_AT_ALL.iter().fold(Cow::Borrowed(clause), |clause, none| match clause.contains(none) {
            true => Cow::Owned(clause.replace(none, " ")),
            false => clause,
        });
        self.asking.any(&clause) || chooses(&clause)
    }

    /// The statement to answer with, where a text is about something else than a transfer.
    pub fn outside(&self, text: &str) -> Option<&str> {
        let mut text = Cow::Borrowed(text);
        for work in &self.work {
            if work.is_match(&text) {
                text = Cow::Owned(work.replace_all(&text, " ").into_owned());
            }
        }
        self.outside.holding(&text).next()
    }

    /// The statements that are answered with for what is outside.
    pub fn outside_statements(&self) -> impl Iterator<Item = &str> {
        self.outside.names()
    }
}
