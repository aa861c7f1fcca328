//! Reading authors' TOML so that every mistake of a file is found in one go.
//!
//! A derive-based reader stops at the first mistake of a file. This one walks the parsed document: each getter takes a
//! key, reports what is wrong with its value and goes on; [`Table::finish`] reports the keys nobody asked for.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{At, Doc, Problems};
use super::terms::Term;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: At,
}

/// One table of a document, with a note of which keys were asked for.
pub struct Table<'d> {
    doc: &'d Doc<'d>,
    problems: &'d Problems,
    table: &'d DeTable<'d>,
    at: At,
    asked: RefCell<Vec<&'static str>>,
}

/// Parses a document and hands its root table to `read`; syntax mistakes are reported, and what could be read is read.
///
/// The parser drops everything that follows a key without a value. Such lines are reported and blanked, so that the
/// rest of the file is read; every byte keeps its place.
pub fn document<R>(doc: &Doc<'_>, problems: &Problems, read: impl FnOnce(&Table<'_>) -> R) -> R {
    let mut text = Cow::Borrowed(doc.text);
    loop {
        let (root, errors) = DeTable::parse_recoverable(&text);
        let lone = lone_keys(&text, &errors);
        for error in errors.iter().filter(|error| lone.is_empty() || is_lone_key(error)) {
            report(doc, problems, error);
        }
        if lone.is_empty() {
            let table = Table { doc, problems, table: root.get_ref(), at: doc.at(0), asked: RefCell::default() };
            let result = read(&table);
            table.finish();
            return result;
        }
        drop((root, errors));
        for line in lone {
            text.to_mut().replace_range(line.clone(), &" ".repeat(line.len()));
        }
    }
}

fn report(doc: &Doc<'_>, problems: &Problems, error: &toml::de::Error) {
    let at = doc.at(error.span().map_or(0, |s| s.start));
    problems.add(&at, error.message());
}

/// The lines that hold a key without a value.
fn lone_keys(text: &str, errors: &[toml::de::Error]) -> Vec<Range<usize>> {
    let lone = errors.iter().filter(|error| is_lone_key(error));
    let lines = lone.map(|error| line_around(text, error.span().map_or(0, |s| s.start)));
    lines.filter(|line| !text[line.clone()].trim().is_empty()).collect()
}

fn is_lone_key(error: &toml::de::Error) -> bool {
    error.message().starts_with("key with no value")
}

/// The line in which a byte stands, without its end.
fn line_around(text: &str, byte: usize) -> Range<usize> {
    let start = text[..byte].rfind('\n').map_or(0, |end| end + 1);
    start..text[byte..].find('\n').map_or(text.len(), |end| byte + end)
}

impl<'d> Table<'d> {
    /// Where the table begins.
    pub fn at(&self) -> &At {
        &self.at
    }

    /// Reports a mistake of this table.
    pub fn problem(&self, at: &At, message: impl Into<String>) {
        self.problems.add(at, message);
    }

    /// Is the key there?
    pub fn has(&self, key: &'static str) -> bool {
        self.table.contains_key(key)
    }

    /// A required string; an empty one is a mistake.
    pub fn string(&self, key: &'static str) -> Option<Found<String>> {
        let found = self.optional_string(key);
        if found.is_none() && !self.has(key) {
            self.problems.add(&self.at, format!("missing key `{key}`"));
        }
        if let Some(found) = &found
            && found.value.trim().is_empty()
        {
            self.problems.add(&found.at, format!("`{key}` is empty"));
        }
        found
    }

    /// A string that may be absent.
    pub fn optional_string(&self, key: &'static str) -> Option<Found<String>> {
        let value = self.get(key)?;
        self.as_string(key, value)
    }

    /// A list of strings; absent is empty.
    pub fn strings(&self, key: &'static str) -> Vec<Found<String>> {
        self.array(key).into_iter().filter_map(|v| self.as_string(key, v)).collect()
    }

    /// A required member of a vocabulary.
    pub fn term<T: Term>(&self, key: &'static str) -> Option<T> {
        let found = self.string(key)?;
        self.as_term(&found)
    }

    /// A member of a vocabulary, or the default where the key is absent.
    pub fn term_or<T: Term>(&self, key: &'static str, default: T) -> T {
        self.optional_term(key).unwrap_or(default)
    }

    /// A member of a vocabulary that may be absent.
    pub fn optional_term<T: Term>(&self, key: &'static str) -> Option<T> {
        self.optional_string(key).and_then(|found| self.as_term(&found))
    }

    /// A list of members of a vocabulary; absent is empty.
    pub fn terms<T: Term>(&self, key: &'static str) -> Vec<T> {
        self.strings(key).iter().filter_map(|found| self.as_term(found)).collect()
    }

    /// A truth value that may be absent.
    pub fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(b) => Some(*b),
            other => self.wrong(key, "true or false", value, other),
        }
    }

    /// A whole number that may be absent.
    pub fn number(&self, key: &'static str) -> Option<Found<u16>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Integer(i) => match u16::from_str_radix(i.as_str(), i.radix()) {
                Ok(number) => Some(Found { value: number, at: self.doc.at(value.span().start) }),
                Err(_) => self.wrong(key, "a number from 0 to 65535", value, value.get_ref()),
            },
            other => self.wrong(key, "a whole number", value, other),
        }
    }

    /// A date that may be absent.
    pub fn date(&self, key: &'static str) -> Option<NaiveDate> {
        let value = self.get(key)?;
        if let DeValue::Datetime(stamp) = value.get_ref()
            && let Some(date) = stamp.date
            && let Some(date) = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        {
            return Some(date);
        }
        self.wrong(key, "a date such as 2026-01-31", value, value.get_ref())
    }

    /// A table that may be absent.
    pub fn table(&self, key: &'static str) -> Option<Table<'d>> {
        let value = self.get(key)?;
        self.as_table(key, value)
    }

    /// A list of tables; absent is empty.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'d>> {
        self.array(key).into_iter().filter_map(|v| self.as_table(key, v)).collect()
    }

    /// The lists of strings under keys that the author chose.
    pub fn lists(&self) -> Vec<(Found<String>, Vec<Found<String>>)> {
        let mut all = Vec::new();
        for (key, value) in self.table.iter() {
            let name = Found { value: key.get_ref().to_string(), at: self.doc.at(key.span().start) };
            if let DeValue::Array(items) = value.get_ref() {
                let items = items.iter().filter_map(|item| self.as_string(&name.value, item)).collect();
                all.push((name, items));
            } else {
                self.wrong::<()>(&name.value, "a list", value, value.get_ref());
            }
        }
        all
    }

    /// Reports every key that no getter asked for, with the nearest one that exists.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            if asked.contains(&key.get_ref().as_ref()) {
                continue;
            }
            let name = key.get_ref();
            let near = asked.iter().find(|a| near(a, name));
            let hint = near.map_or(String::new(), |a| format!(", did you mean `{a}`?"));
            self.problems.add(&self.doc.at(key.span().start), format!("unknown key `{name}`{hint}"));
        }
    }

    fn get(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn array(&self, key: &'static str) -> Vec<&'d Spanned<DeValue<'d>>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            other => self.wrong(key, "a list", value, other).unwrap_or_default(),
        }
    }

    fn as_string(&self, key: &str, value: &'d Spanned<DeValue<'d>>) -> Option<Found<String>> {
        match value.get_ref() {
            DeValue::String(s) => Some(Found { value: s.to_string(), at: self.doc.at(value.span().start) }),
            other => self.wrong(key, "a string", value, other),
        }
    }

    fn as_term<T: Term>(&self, found: &Found<String>) -> Option<T> {
        let term = T::parse(&found.value);
        if term.is_none() {
            let message = format!("unknown {} `{}`, expected one of {}", T::KIND, found.value, T::codes());
            self.problems.add(&found.at, message);
        }
        term
    }

    fn as_table(&self, key: &str, value: &'d Spanned<DeValue<'d>>) -> Option<Table<'d>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Table {
                doc: self.doc,
                problems: self.problems,
                table,
                at: self.doc.at(value.span().start),
                asked: RefCell::default(),
            }),
            other => self.wrong(key, "a table", value, other),
        }
    }

    fn wrong<T>(&self, key: &str, expected: &str, value: &Spanned<DeValue<'_>>, is: &DeValue<'_>) -> Option<T> {
        let text = self.doc.text.get(value.span()).unwrap_or_default();
        let shown: String = text.chars().take(40).collect();
        let at = self.doc.at(value.span().start);
        self.problems.add(&at, format!("`{key}` must be {expected}, not {} `{shown}`", is.type_str()));
        None
    }
}

/// Could one be a misspelling of the other? At most two characters added, dropped or changed.
fn near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()] <= 2 && row[b.len()] < a.len()
}
