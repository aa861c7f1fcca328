//! A copy of the shipped trees, broken on purpose.
//!
//! Where a problem is expected the author of a test puts the mark `¦`. The marks are taken out before loading, and the
//! problems must stand exactly there: the position is counted here, not taken from the code under test.

use std::collections::BTreeMap;

use zhuanjie::assistant;
use zhuanjie::knowledge::files::Files;

use crate::shipped;

const MARK: char = '¦';

/// The shipped trees and what was done to them.
pub(crate) struct Broken {
    knowledge: BTreeMap<String, String>,
    dialogs: BTreeMap<String, String>,
    expected: Vec<(String, usize, usize)>,
}

/// An unbroken copy.
pub(crate) fn copy() -> Broken {
    let all = |name| shipped(name).under("").map(|(p, t)| (p.to_owned(), t.to_owned())).collect();
    Broken { knowledge: all("knowledge"), dialogs: all("dialogs"), expected: Vec::new() }
}

impl Broken {
    fn text(&mut self, path: &str) -> &mut String {
        let tree = if path == "transfer.toml" { &mut self.dialogs } else { &mut self.knowledge };
        tree.get_mut(path).unwrap_or_else(|| panic!("no file {path}"))
    }

    /// Puts `new` in place of the first `old`.
    pub(crate) fn swap(mut self, path: &str, old: &str, new: &str) -> Self {
        let text = self.text(path);
        assert!(text.contains(old), "{path} does not hold {old}");
        *text = text.replacen(old, new, 1);
        self
    }

    /// Writes more at the end of a file.
    pub(crate) fn add(mut self, path: &str, more: &str) -> Self {
        let text = self.text(path);
        text.push('\n');
        text.push_str(more);
        self
    }

    /// Puts a text in place of the whole file.
    pub(crate) fn write(mut self, path: &str, text: &str) -> Self {
        text.clone_into(self.text(path));
        self
    }

    /// Takes a file away; a problem is expected at its start.
    pub(crate) fn without(mut self, path: &str) -> Self {
        self.knowledge.remove(path);
        self.dialogs.remove(path);
        self.expected.push((path.to_owned(), 1, 1));
        self
    }

    /// All problems, as `check` prints them.
    pub(crate) fn problems(self) -> (Vec<String>, Vec<String>) {
        let mut expected = self.expected;
        let mut unmarked = |tree: BTreeMap<String, String>| {
            Files::of(tree.into_iter().map(|(path, text)| {
                let (text, marks) = unmark(&text);
                expected.extend(marks.into_iter().map(|(line, column)| (path.clone(), line, column)));
                (path, text)
            }))
        };
        let (knowledge, dialogs) = (unmarked(self.knowledge), unmarked(self.dialogs));
        let problems = assistant::check(&knowledge, &dialogs).problems;
        expected.sort();
        let places = expected.iter().map(|(path, line, column)| format!("{path}:{line}:{column}: "));
        (problems.iter().map(ToString::to_string).collect(), places.collect())
    }

    /// The problems must be these, each at its mark, in the order of the files.
    #[track_caller]
    pub(crate) fn reports(self, messages: &[&str]) {
        let (problems, places) = self.problems();
        assert_eq!(places.len(), messages.len(), "as many marks as messages; found {problems:#?}");
        let expected: Vec<String> = places.iter().zip(messages).map(|(place, m)| format!("{place}{m}")).collect();
        assert!(problems == expected, "found {problems:#?}\nexpected {expected:#?}");
    }

    /// Exactly as many problems as marks, each at its mark, whatever the reader of the format says.
    #[track_caller]
    pub(crate) fn reports_at_marks(self) {
        let (problems, places) = self.problems();
        let there = problems.iter().zip(&places).all(|(problem, place)| problem.starts_with(place.as_str()));
        assert!(there && problems.len() == places.len(), "found {problems:#?}\nexpected {places:#?}");
    }

    /// The same where one mistake brings others with it: these must be there, each at its mark, and all are in order.
    #[track_caller]
    pub(crate) fn reports_among(self, beginnings: &[&str]) {
        let (problems, places) = self.problems();
        assert_eq!(places.len(), beginnings.len(), "as many marks as messages; found {problems:#?}");
        for expected in places.iter().zip(beginnings).map(|(place, m)| format!("{place}{m}")) {
            assert!(problems.iter().any(|p| p.starts_with(&expected)), "missing {expected}\nfound {problems:#?}");
        }
    }
}

/// The text without its marks, and the line and column of each.
fn unmark(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut marks, mut line, mut column) = (String::new(), Vec::new(), 1, 1);
    for c in marked.chars() {
        match c {
            MARK => {
                marks.push((line, column));
                continue;
            }
            '\n' => (line, column) = (line + 1, 1),
            _ => column += 1,
        }
        text.push(c);
    }
    (text, marks)
}
