//! What only the sentence as a whole tells: regular expressions of `language/ends.toml`.

use regex::Regex;

use crate::knowledge::read::Table;
use crate::language::intents::compiled;

/// The patterns; all but the topics are held against a text whose places are written `@`.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    pub(super) topics: Vec<Regex>,
    pub(super) moved: Vec<Regex>,
    pub(super) turns: Vec<Regex>,
    pub(super) reported: Vec<Regex>,
    pub(super) taken_back: Vec<Regex>,
    pub(super) left: Vec<Regex>,
    pub(super) sent: Vec<Regex>,
    pub(super) schooled: Vec<Regex>,
    pub(super) theirs: Vec<Regex>,
    pub(super) undecided: Vec<Regex>,
    pub(super) campus_unknown: Vec<Regex>,
    pub(super) owner_unknown: Vec<Regex>,
    pub(super) reversed: Vec<Regex>,
    pub(super) within: Vec<Regex>,
    pub(super) not_within: Vec<Regex>,
    pub(super) campus_told: Vec<Regex>,
    pub(super) campus_main: Vec<Regex>,
    pub(super) bank_unnamed: Vec<Regex>,
    pub(super) settled: Vec<Regex>,
    pub(super) under: Vec<Regex>,
}

impl Patterns {
    pub(super) fn read(table: &Table<'_>) -> Self {
        let of = |key| compiled(table, &table.strings(key));
        Self {
            topics: of("topics"),
            moved: of("moved"),
            turns: of("turns"),
            reported: of("reported"),
            taken_back: of("taken_back"),
            left: of("left"),
            sent: of("sent"),
            schooled: of("schooled"),
            theirs: of("theirs"),
            undecided: of("undecided"),
            campus_unknown: of("campus_unknown"),
            owner_unknown: of("owner_unknown"),
            reversed: of("reversed"),
            within: of("within"),
            not_within: of("not_within"),
            campus_told: of("campus_told"),
            campus_main: of("campus_main"),
            bank_unnamed: of("bank_unnamed"),
            settled: of("settled"),
            under: of("under"),
        }
    }
}

/// Does one of them match?
pub(super) fn any(patterns: &[Regex], text: &str) -> bool {
    patterns.iter().any(|p| p.is_match(text))
}
