//! Reading one CSV table: a row at a time, every field through a getter that reports what is wrong with it.
//!
//! A row whose fields cannot be told apart (a stray quote, a missing comma) is reported once and not read.

use std::collections::HashSet;

use csv::StringRecord;

use super::{Alternative, Belongs};
use crate::knowledge::files::Files;
use crate::knowledge::problem::{At, Doc, Problems};
use crate::knowledge::terms::{Committee, System, Term};

/// One row being read; every getter reports what is wrong with its own field.
pub(super) struct Row<'a> {
    doc: &'a Doc<'a>,
    problems: &'a Problems,
    columns: &'static [&'static str],
    record: &'a StringRecord,
    start: usize,
}

/// Reads one file row by row; `read` returns `None` where the row cannot be used and has said why.
pub(super) fn table<T>(
    files: &Files,
    problems: &Problems,
    file: &str,
    columns: &'static [&'static str],
    mut read: impl FnMut(&Row<'_>, &mut HashSet<String>) -> Option<T>,
) -> Vec<T> {
    let Some(text) = files.get(file) else {
        problems.add(&At { file: file.into(), line: 1, column: 1 }, "missing file");
        return Vec::new();
    };
    let doc = Doc::new(file, text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let (mut record, mut seen, mut header) = (StringRecord::new(), HashSet::new(), true);
    let mut rows = Vec::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.add(&doc.at(0), error.to_string());
                break;
            }
        }
        // The reader leaves a line end it has not consumed to the next record.
        let from = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        let blank = text[from..].len() - text[from..].trim_start_matches(['\r', '\n']).len();
        let row = Row { doc: &doc, problems, columns, record: &record, start: from + blank };
        if header {
            header = false;
            if record.iter().ne(columns.iter().copied()) {
                row.problem(0, format!("the first line must be `{}`", columns.join(",")));
                return Vec::new();
            }
            continue;
        }
        let broken = record.iter().position(|f| f.contains(['"', '\n']));
        if let Some(i) = broken {
            row.problem(i, "a double quote that is not closed, or not doubled inside a quoted field");
        } else if record.len() != columns.len() {
            let i = record.len().min(columns.len());
            row.problem(i, format!("{} fields, expected {}", record.len(), columns.len()));
        } else {
            rows.extend(read(&row, &mut seen));
        }
    }
    if header {
        problems.add(&doc.at(0), format!("the first line must be `{}`", columns.join(",")));
    }
    rows
}

impl<'a> Row<'a> {
    fn index(&self, column: &str) -> usize {
        self.columns.iter().position(|c| *c == column).unwrap_or(0)
    }

    pub(super) fn get(&self, column: &str) -> &'a str {
        self.record.get(self.index(column)).unwrap_or_default().trim()
    }

    pub(super) fn at(&self, column: &str) -> At {
        self.field(self.index(column))
    }

    /// Where a field begins. Found by walking the line, as only mistakes need it.
    fn field(&self, index: usize) -> At {
        let (mut quoted, mut left) = (false, index);
        let line = &self.doc.text[self.start..];
        for (i, c) in line.char_indices() {
            if left == 0 {
                return self.doc.at(self.start + i);
            }
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => left -= 1,
                '\r' | '\n' if !quoted => return self.doc.at(self.start + i),
                _ => {}
            }
        }
        self.doc.at(self.doc.text.len())
    }

    fn problem(&self, index: usize, message: impl Into<String>) {
        self.problems.add(&self.field(index), message);
    }

    fn wrong<T>(&self, column: &str, message: impl Into<String>) -> Option<T> {
        self.problem(self.index(column), message);
        None
    }

    pub(super) fn required(&self, column: &str) -> Option<&'a str> {
        match self.get(column) {
            "" => self.wrong(column, format!("`{column}` is empty")),
            value => Some(value),
        }
    }

    pub(super) fn once(&self, seen: &mut HashSet<String>, key: String) -> Option<()> {
        let shown = self.get("name");
        if seen.insert(key) { Some(()) } else { self.wrong("name", format!("`{shown}` stands here twice")) }
    }

    pub(super) fn list(&self, column: &str) -> Vec<String> {
        self.get(column).split(';').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn weak(&self) -> Vec<String> {
        let (weak, all) = (self.list("weak_aliases"), self.list("aliases"));
        for name in weak.iter().filter(|w| !all.contains(w)) {
            self.problem(self.index("weak_aliases"), format!("`{name}` is not one of the aliases"));
        }
        weak
    }

    pub(super) fn strong(&self, weak: &[String]) -> Vec<String> {
        self.list("aliases").into_iter().filter(|a| !weak.contains(a)).collect()
    }

    pub(super) fn term<T: Term>(&self, column: &str) -> Option<T> {
        let value = self.get(column);
        T::parse(value)
            .or_else(|| self.wrong(column, format!("unknown {} `{value}`, expected one of {}", T::KIND, T::codes())))
    }

    pub(super) fn optional_term<T: Term>(&self, column: &str) -> Option<T> {
        if self.get(column).is_empty() { None } else { self.term(column) }
    }

    pub(super) fn belongs(&self, local: bool) -> Option<Belongs> {
        match self.term("system")? {
            Belongs::Local if !local => self.wrong("system", "`local` is only for employers"),
            belongs => Some(belongs),
        }
    }

    pub(super) fn flag(&self, column: &str) -> Option<bool> {
        match self.get(column) {
            "0" => Some(false),
            "1" => Some(true),
            other => self.wrong(column, format!("`{column}` must be 0 or 1, not `{other}`")),
        }
    }

    pub(super) fn yes(&self, column: &str) -> Option<bool> {
        match self.get(column) {
            "" => Some(false),
            "yes" => Some(true),
            other => self.wrong(column, format!("`{column}` must be yes or empty, not `{other}`")),
        }
    }

    pub(super) fn known(&self, column: &str, names: &HashSet<String>) -> Option<&'a str> {
        match self.get(column) {
            "" => Some(""),
            value if names.contains(value) => Some(value),
            value => self.wrong(column, format!("unknown {column} `{value}`")),
        }
    }

    pub(super) fn alternative(&self) -> Option<Alternative> {
        let value = self.get("alt_system");
        match value {
            "" => None,
            "local" => Some(Alternative::Local),
            _ => System::parse(value)
                .map(Alternative::System)
                .or_else(|| Committee::parse(value).map(Alternative::Committee))
                .or_else(|| self.wrong("alt_system", format!("unknown system or committee `{value}`"))),
        }
    }
}
