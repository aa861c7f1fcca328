//! The ways to say an event, loaded and found.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use crate::knowledge::files::Files;
use crate::knowledge::problem::{Doc, Problems};
use crate::knowledge::read::{self, Found, Table};
use crate::knowledge::terms::{Event, Term};
use crate::language::automaton;

use super::What;

/// Where the ways stand.
pub(super) const FILE: &str = "language/events.toml";
/// An event with fewer ways is one that was forgotten.
const FEWEST: usize = 20;
/// How many characters `…` can stand for.
const GAP: usize = 6;

/// Ways to say what happened, with the words that turn a report into something else.
#[derive(Debug)]
pub struct Events {
    pieces: AhoCorasick,
    ways: Vec<Way>,
    names: Vec<(String, What)>,
    pub(super) negation: Words,
    undone_negation: Words,
    pub(super) no_negation: Words,
    pub(super) waiting: Words,
    pub(super) question: Words,
    pub(super) condition: Words,
    pub(super) intention: Words,
    pub(super) no_intention: Words,
    pub(super) tail: Words,
    pub(super) change: Words,
    pub(super) misdated: Words,
    pub(super) mistaken: Words,
    pub(super) denial: Words,
    pub(super) again: Words,
    pub(super) strike: Words,
    pub(super) strike_first: Words,
    pub(super) strike_last: Words,
    pub(super) politeness: Words,
    pub(super) others: Words,
    pub(super) no_others: Words,
    pub(super) elsewhere: Words,
    pub(super) here: Words,
}

/// One way to say an event: pieces with gaps between them.
#[derive(Debug)]
struct Way {
    what: What,
    #[cfg(test)]
    phrase: String,
    /// Indexes of the pieces.
    pieces: Vec<usize>,
    needs: Needs,
    /// A place beside it says better whose it is.
    loose: bool,
}

/// What a way needs to say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A past day in the clause: 昨天提交.
    Day,
    /// A word before it that says it is not done: 还没提交.
    Undone,
}

/// An event found in a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) what: What,
    pub(super) start: usize,
    pub(super) end: usize,
    /// A negation stands in a gap, 审核还没通过, or the way needs one.
    pub(super) negated: bool,
    /// Found by a way that needs [`Needs::Undone`].
    undone: bool,
    /// An intention stands in a gap: 审核要通过.
    pub(super) intended: bool,
    /// A place beside it says better whose it is.
    pub(super) loose: bool,
}

/// Words looked for in a clause.
#[derive(Debug, Default)]
pub(super) struct Words {
    find: Option<AhoCorasick>,
    words: Vec<String>,
}

/// Where the last so many characters of a text begin.
pub(super) fn last_characters(text: &str, characters: usize) -> usize {
    text.char_indices().rev().nth(characters.saturating_sub(1)).map_or(0, |(at, _)| at)
}

impl Words {
    fn of(found: Vec<Found<String>>) -> Self {
        let words: Vec<String> = found.into_iter().map(|f| f.value).filter(|w| !w.is_empty()).collect();
        let find = automaton::every(&words);
        Self { find: Some(find), words }
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        self.find.as_ref().is_some_and(|find| find.is_match(text))
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        let text = text.trim_start();
        self.words.iter().any(|w| text.starts_with(w.as_str()))
    }

    /// Where they stand.
    pub(super) fn spans(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let found = self.find.iter().flat_map(|find| find.find_overlapping_iter(text));
        found.map(|m| m.start()..m.end()).collect()
    }

    /// The first of them in a text.
    pub(super) fn first_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.find.as_ref()?.find(text).map(|m| &text[m.start()..m.end()])
    }

    /// The longest of them that a text begins with.
    pub(super) fn front(&self, text: &str) -> Option<&str> {
        self.words.iter().filter(|w| text.starts_with(w.as_str())).max_by_key(|w| w.len()).map(String::as_str)
    }

    /// The text without those that it begins with.
    pub(super) fn stripped_front<'t>(&self, mut text: &'t str) -> &'t str {
        while let Some(front) = self.front(text) {
            text = &text[front.len()..];
        }
        text
    }

    /// The text without the longest of them that it ends with.
    pub(super) fn stripped_back<'t>(&self, text: &'t str) -> Option<&'t str> {
        let back = self.words.iter().filter(|w| text.ends_with(w.as_str())).max_by_key(|w| w.len())?;
        text.strip_suffix(back.as_str())
    }

    /// Does one of them begin within so many characters of the end?
    pub(super) fn is_near_end(&self, text: &str, characters: usize) -> bool {
        self.is_in(&text[last_characters(text, characters)..])
    }
}

impl Events {
    /// Reads and checks the ways.
    pub fn load(files: &Files, problems: &Problems) -> Self {
        let text = files.get(FILE).unwrap_or_default();
        let doc = Doc::new(FILE, text);
        if files.get(FILE).is_none() {
            problems.add(&doc.at(0), "the file is missing");
        }
        read::document(&doc, problems, Self::read)
    }

    fn read(root: &Table<'_>) -> Self {
        let mut pieces: Vec<String> = Vec::new();
        let mut piece_ids: HashMap<String, usize> = HashMap::new();
        let mut ways: Vec<Way> = Vec::new();
        let mut names = Vec::new();
        let mut seen: HashMap<(String, bool), usize> = HashMap::new();
        for event in root.tables("event") {
            let code = event.string("code");
            let says = event.strings("ways");
            let loose = event.strings("loose");
            let dated = event.strings("dated");
            let undone = event.strings("undone");
            let named = event.strings("names");
            event.finish();
            let Some(code) = code else { continue };
            let Some(what) = What::parse(&code.value) else {
                let message = format!(
                    "unknown event `{}`, expected one of {}, approved, done, report_returned",
                    code.value,
                    Event::codes()
                );
                event.problem(&code.at, message);
                continue;
            };
            if says.len() < FEWEST {
                let message = format!("`{}` has {} ways, at least {FEWEST} are needed", code.value, says.len());
                event.problem(&code.at, message);
            }
            let all = [
                (says, Needs::Nothing, false),
                (loose, Needs::Nothing, true),
                (dated, Needs::Day, false),
                (undone, Needs::Undone, false),
            ];
            let all = all.into_iter().flat_map(|(ways, needs, loose)| ways.into_iter().map(move |w| (w, needs, loose)));
            for (way, needs, loose) in all {
                if let Some(line) = seen.insert((way.value.clone(), needs == Needs::Undone), way.at.line) {
                    event.problem(&way.at, format!("`{}` is listed already in line {line}", way.value));
                    continue;
                }
                let parts: Vec<&str> = way.value.split('…').collect();
                if parts.iter().any(|p| p.is_empty()) {
                    event.problem(&way.at, format!("`{}` must begin and end with a word", way.value));
                    continue;
                }
                let ids = parts.iter().map(|part| {
                    *piece_ids.entry((*part).to_owned()).or_insert_with(|| {
                        pieces.push((*part).to_owned());
                        pieces.len() - 1
                    })
                });
                ways.push(Way {
                    what,
                    pieces: ids.collect(),
                    needs,
                    loose,
                    #[cfg(test)]
                    phrase: way.value.clone(),
                });
            }
            names.extend(named.into_iter().map(|n| (n.value, what)));
        }
        let words = |key: &'static str| Words::of(root.strings(key));
        Self {
            pieces: automaton::every(&pieces),
            ways,
            names,
            negation: words("negation"),
            undone_negation: words("undone_negation"),
            no_negation: words("no_negation"),
            waiting: words("waiting"),
            question: words("question"),
            condition: words("condition"),
            intention: words("intention"),
            no_intention: words("no_intention"),
            tail: words("tail"),
            change: words("change"),
            misdated: words("misdated"),
            mistaken: words("mistaken"),
            denial: words("denial"),
            again: words("again"),
            strike: words("strike"),
            strike_first: words("strike_first"),
            strike_last: words("strike_last"),
            politeness: words("politeness"),
            others: words("others"),
            no_others: words("no_others"),
            elsewhere: words("elsewhere"),
            here: words("here"),
        }
    }

    /// The ways that need no day.
    #[cfg(test)]
    pub(super) fn phrases(&self) -> impl Iterator<Item = (What, &str)> {
        self.ways.iter().filter(|w| w.needs == Needs::Nothing).map(|w| (w.what, w.phrase.as_str()))
    }

    /// The event whose name stands first in a clause, for corrections: 报到的日期.
    pub(super) fn named(&self, text: &str) -> Option<What> {
        let found =
            self.names.iter().filter_map(|(name, what)| Some((text.find(name)?, usize::MAX - name.len(), *what)));
        found.min_by_key(|(at, length, _)| (*at, *length)).map(|(_, _, what)| what)
    }

    /// Events in a clause, leftmost and longest first, none overlapping another.
    pub(super) fn find(&self, text: &str, with_day: bool) -> Vec<Hit> {
        let mut at: FxHashMap<usize, Vec<(usize, usize)>> = FxHashMap::default();
        for found in self.pieces.find_overlapping_iter(text) {
            at.entry(found.pattern().as_usize()).or_default().push((found.start(), found.end()));
        }
        if at.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<Hit> = Vec::new();
        for way in self.ways.iter().filter(|w| with_day || w.needs != Needs::Day) {
            let Some((first, rest)) = way.pieces.split_first() else { continue };
            for &(start, end) in at.get(first).into_iter().flatten() {
                hits.extend(self.follow(text, &at, rest, start, end).map(|(end, negated, intended)| Hit {
                    what: way.what,
                    start,
                    end,
                    negated: negated || way.needs == Needs::Undone,
                    undone: way.needs == Needs::Undone,
                    intended,
                    loose: way.loose,
                }));
            }
        }
        hits.sort_by_key(|h| (h.start, usize::MAX - h.end));
        let undone = |before: &str| self.undone_negation.is_near_end(before, 5) && !self.no_negation.is_in(before);
        let mut done = 0;
        hits.retain(|h| {
            // What says that it is not done must not belong to the event before.
            let denied = !h.undone || h.start >= done && undone(&text[done..h.start]);
            let free = h.start >= done && denied;
            if free {
                done = h.end;
            }
            free
        });
        hits
    }

    /// The rest of a way's pieces behind the first: where they end, and whether a gap negates or intends.
    fn follow(
        &self,
        text: &str,
        at: &FxHashMap<usize, Vec<(usize, usize)>>,
        rest: &[usize],
        start: usize,
        end: usize,
    ) -> Option<(usize, bool, bool)> {
        let (mut end, mut negated, mut intended) = (end, false, false);
        for piece in rest {
            let next = at.get(piece)?.iter().find(|(s, _)| *s >= end && text[end..*s].chars().count() <= GAP)?;
            let gap = &text[end..next.0];
            negated |= self.negation.is_in(gap);
            let meant = self.intention.is_in(gap) && !self.no_intention.is_in(gap);
            intended |= meant || self.question.is_in(gap) || self.condition.is_in(gap);
            end = next.1;
        }
        debug_assert!(start < end);
        Some((end, negated, intended))
    }
}
