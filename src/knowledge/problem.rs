//! What is wrong in a knowledge or dialog file, and where.
//!
//! Loading never stops at the first mistake: readers add to a [`Problems`] and go on.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

/// A position in a file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// Path inside the tree it was read from.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One mistake of an author.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it stands.
    pub at: At,
    /// What is wrong; quotes the offending text.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.at.file, self.at.line, self.at.column, self.message)
    }
}

/// All mistakes found so far.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Adds one. What it quotes may hold line breaks and worse; a problem is one line and moves no cursor.
    pub fn add(&self, at: &At, message: impl Into<String>) {
        let message: String = message.into();
        let message = if message.contains(char::is_control) { message.replace(char::is_control, " ") } else { message };
        self.0.borrow_mut().push(Problem { at: at.clone(), message });
    }

    /// Adds those that were found elsewhere.
    pub fn join(&self, others: Self) {
        self.0.borrow_mut().extend(others.0.into_inner());
    }

    /// All of them, sorted by file and line, each once.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut all = self.0.into_inner();
        all.sort();
        all.dedup();
        all
    }
}

/// One file's text, able to say where a byte stands.
#[derive(Debug)]
pub struct Doc<'a> {
    /// Path inside the tree.
    pub file: Arc<str>,
    /// The whole text.
    pub text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Doc<'a> {
    /// A document of a file.
    pub fn new(file: &str, text: &'a str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { file: Arc::from(file), text, line_starts }
    }

    /// The position of a byte offset.
    pub fn at(&self, byte: usize) -> At {
        let byte = self.text.floor_char_boundary(byte.min(self.text.len()));
        let line = self.line_starts.partition_point(|&start| start <= byte);
        let start = self.line_starts[line - 1];
        At { file: self.file.clone(), line, column: self.text[start..byte].chars().count() + 1 }
    }
}
