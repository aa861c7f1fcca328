//! Rows below the header, one after the other, to a table.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::cells::{self, Cell};
use super::header::Columns;
use super::{ROWS, RowProblem, private};
use crate::membership::roster::{Membership, Name, Row};

/// What has been read so far.
#[derive(Default)]
pub(super) struct Rows {
    rows: u32,
    entries: Vec<Row>,
    /// For each number that was read, its line and its place among the entries.
    phones: HashMap<String, (u32, usize)>,
    /// Organizations and contacts repeat from row to row; each is held once.
    texts: HashSet<Arc<str>>,
    problems: Vec<RowProblem>,
}

impl Rows {
    /// Takes a row. False when there are too many.
    pub(super) fn take(&mut self, columns: &Columns, line: u32, cells: &[Cell<'_>]) -> bool {
        if cells.iter().all(Cell::is_blank) {
            return true;
        }
        if self.rows == ROWS {
            self.problems.push(RowProblem::new(line, format!("more than {ROWS} rows")));
            return false;
        }
        self.rows += 1;
        match self.row(columns, cells).and_then(|row| self.add(line, row)) {
            Ok(()) => {}
            Err(message) => self.problems.push(RowProblem { line, message }),
        }
        true
    }

    /// A mistake that the file has beside those of its rows.
    pub(super) fn problem(&mut self, line: u32, message: impl Into<String>) {
        self.problems.push(RowProblem::new(line, message));
    }

    /// What came of it; `header` is the line of the header.
    pub(super) fn finish(self, header: u32) -> Result<Self, Vec<RowProblem>> {
        match (self.problems.is_empty(), self.rows) {
            (true, 0) => Err(RowProblem::only(header, "no row stands below the header")),
            (true, _) => Ok(self),
            (false, _) => Err(self.problems),
        }
    }

    /// How many rows there were, and each person once.
    pub(super) fn into_parts(self) -> (u32, Vec<Row>) {
        (self.rows, self.entries)
    }

    /// The row that cells are, or all that is wrong with them.
    fn row(&mut self, columns: &Columns, cells: &[Cell<'_>]) -> Result<Row, String> {
        if cells.iter().any(Cell::holds_id_card) {
            return Err("holds an ID-card number; take it out of the file, it is not needed".into());
        }
        let mut wrong = Vec::new();
        let mut note = |column: &str, why: &str| wrong.push(format!("{column}: {why}"));
        let empty = Cell::Text("".into());
        let text = |place: usize| cells.get(place).unwrap_or(&empty).tidy();
        let filled = |text: String| if text.is_empty() { Err("is empty") } else { Ok(text) };

        let phone = text(columns.phone).and_then(|t| cells::phone(&t)).map_err(|why| note("phone", why)).ok();
        let name = text(columns.name).and_then(filled).and_then(cells::name).map_err(|why| note("name", why)).ok();
        let organization = text(columns.organization).and_then(filled).and_then(cells::words);
        let organization = organization.map_err(|why| note("organization", why)).ok();
        let superior = text(columns.superior).and_then(cells::words).map_err(|why| note("superior", why)).ok();
        let system = text(columns.system).and_then(|t| cells::system(&t)).map_err(|why| note("system", why)).ok();
        let contact = text(columns.contact).and_then(cells::plain).map_err(|why| note("contact", why)).ok();
        if let (Some(phone), Some(contact)) = (&phone, &contact)
            && private::holds(contact, phone.reveal())
        {
            note("contact", "is the member's own number; it must be that of the organization");
        }
        match (phone, name, organization, superior, system, contact) {
            (Some(phone), Some(name), Some(organization), Some(superior), Some(system), Some(contact))
                if wrong.is_empty() =>
            {
                Ok(Row {
                    phone,
                    membership: Membership {
                        name: Name::new(name),
                        organization: self.text(organization),
                        superior: self.some(superior),
                        system,
                        contact: self.some(contact),
                    },
                })
            }
            _ => Err(wrong.join("; ")),
        }
    }

    fn text(&mut self, text: String) -> Arc<str> {
        if let Some(known) = self.texts.get(text.as_str()) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    fn some(&mut self, text: String) -> Option<Arc<str>> {
        (!text.is_empty()).then(|| self.text(text))
    }

    fn add(&mut self, line: u32, row: Row) -> Result<(), String> {
        match self.phones.entry(row.phone.reveal().to_owned()) {
            Entry::Vacant(free) => {
                free.insert((line, self.entries.len()));
                self.entries.push(row);
            }
            Entry::Occupied(taken) => {
                let (other, at) = *taken.get();
                if self.entries[at].membership != row.membership {
                    return Err(format!("says something else of the same phone than line {other}"));
                }
            }
        }
        Ok(())
    }
}
