//! Named rules of patterns: which of them hold for a text.
//!
//! The patterns of several rules are one set, so that a text is read once for all of them: each set keeps what it has seen
//! of texts, and a set for each rule took megabytes.

use regex::RegexSet;

use crate::knowledge::read::{Found, Table};
use crate::language::intents::{patterns, set};

/// So many patterns are one set, or a few more: rules stay whole.
const TOGETHER: usize = 24;

/// Rules, each with patterns of which one must match and patterns of which none may.
#[derive(Debug, Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Rule {
    name: String,
    /// The set its patterns are in.
    group: usize,
    unless: Option<RegexSet>,
}

/// Patterns of several rules.
#[derive(Debug)]
struct Group {
    any: RegexSet,
    /// Whose each pattern is.
    of: Vec<usize>,
}

/// A rule as it is read.
pub(super) struct Read {
    pub(super) name: String,
    any: Vec<Found<String>>,
    unless: Option<RegexSet>,
}

impl Read {
    /// Reads a rule.
    pub(super) fn rule(table: &Table<'_>, name: &'static str) -> Option<Self> {
        let id = table.string(name);
        let any = table.strings("any");
        let unless = patterns(table, "unless");
        table.finish();
        Some(Self { name: id?.value, any, unless: (!unless.is_empty()).then_some(unless) })
    }
}

impl Rules {
    /// The rules of a file; patterns that are none are reported.
    pub(super) fn of(table: &Table<'_>, read: Vec<Read>) -> Self {
        let mut all = Self::default();
        let mut open: (Vec<Found<String>>, Vec<usize>) = Default::default();
        for Read { name, any, unless } in read {
            if open.0.len() >= TOGETHER {
                all.close(table, std::mem::take(&mut open));
            }
            open.1.extend(std::iter::repeat_n(all.rules.len(), any.len()));
            open.0.extend(any);
            all.rules.push(Rule { name, group: all.groups.len(), unless });
        }
        all.close(table, open);
        all
    }

    fn close(&mut self, table: &Table<'_>, (any, of): (Vec<Found<String>>, Vec<usize>)) {
        self.groups.push(Group { any: set(table, &any), of });
    }

    /// The rules that hold for a text, in their order.
    pub(super) fn holding<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a str> {
        self.groups.iter().flat_map(move |group| self.within(group, text)).map(|rule| rule.name.as_str())
    }

    /// Does the rule of this name hold?
    pub(super) fn holds(&self, name: &str, text: &str) -> bool {
        let mut of_name = self.rules.iter().filter(|rule| rule.name == name);
        of_name.any(|rule| self.within(&self.groups[rule.group], text).any(|held| held.name == name))
    }

    /// Does any rule hold?
    pub(super) fn any(&self, text: &str) -> bool {
        self.holding(text).next().is_some()
    }

    /// The names of all.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.name.as_str())
    }

    fn within<'a>(&'a self, group: &Group, text: &str) -> impl Iterator<Item = &'a Rule> {
        let mut found: Vec<usize> = group.any.matches(text).into_iter().map(|pattern| group.of[pattern]).collect();
        // Patterns stand in the order of their rules.
        found.dedup();
        let held = found.into_iter().map(|rule| &self.rules[rule]);
        held.filter(move |rule| rule.unless.as_ref().is_none_or(|unless| !unless.is_match(text)))
    }
}
