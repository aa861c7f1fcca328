//! The row that names the columns.

use super::RowProblem;
use super::cells::Cell;

/// So many rows that are not blank may stand where the header is looked for: above it offices put a title.
pub(super) const HUNT: usize = 10;

/// The columns that a roster has: their names in English and in Chinese.
const COLUMNS: [(&str, &str); 6] = [
    ("phone", "手机号"),
    ("name", "姓名"),
    ("organization", "所在团支部"),
    ("superior", "上级团组织"),
    ("system", "系统"),
    ("contact", "联系方式"),
];

/// Where each column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) phone: usize,
    pub(super) name: usize,
    pub(super) organization: usize,
    pub(super) superior: usize,
    pub(super) system: usize,
    pub(super) contact: usize,
    /// How many columns the header has, with those that are ignored.
    pub(super) width: usize,
}

/// A row looked at as a header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Look {
    found: [Option<usize>; COLUMNS.len()],
    /// A column that is there more than once.
    twice: Option<usize>,
    width: usize,
    /// Its line.
    pub(super) line: u32,
}

impl Look {
    pub(super) fn at(line: u32, cells: &[Cell<'_>]) -> Self {
        let mut look = Self { line, ..Self::default() };
        for (place, cell) in cells.iter().enumerate() {
            if !cell.is_blank() {
                look.width = place + 1;
            }
            let Ok(text) = cell.tidy() else { continue };
            let title: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
            let Some(column) = COLUMNS.iter().position(|(english, chinese)| title == *english || title == *chinese)
            else {
                continue;
            };
            match look.found[column] {
                None => look.found[column] = Some(place),
                Some(_) => look.twice = Some(column),
            }
        }
        look
    }

    /// How many of the columns are there.
    pub(super) fn known(&self) -> usize {
        self.found.iter().flatten().count()
    }

    /// The columns, where all are there once.
    pub(super) fn columns(&self) -> Option<Columns> {
        let [phone, name, organization, superior, system, contact] = self.found;
        if self.twice.is_some() {
            return None;
        }
        Some(Columns {
            phone: phone?,
            name: name?,
            organization: organization?,
            superior: superior?,
            system: system?,
            contact: contact?,
            width: self.width,
        })
    }

    /// What is wrong with the best header there is.
    pub(super) fn problems(&self) -> Vec<RowProblem> {
        let line = self.line.max(1);
        if self.known() == 0 {
            let name = |pick: fn(&(&'static str, &'static str)) -> &'static str| COLUMNS.each_ref().map(pick).join(",");
            let (english, chinese) = (name(|c| c.0), name(|c| c.1));
            return RowProblem::only(line, format!("no header; it must name the columns {english} or {chinese}"));
        }
        let said = |column: usize| format!("the column {} ({})", COLUMNS[column].0, COLUMNS[column].1);
        let missing = (0..COLUMNS.len()).filter(|column| self.found[*column].is_none());
        let missing = missing.map(|column| RowProblem::new(line, format!("{} is missing", said(column))));
        let twice = self.twice.map(|column| RowProblem::new(line, format!("{} is there twice", said(column))));
        missing.chain(twice).collect()
    }
}

/// Looks for the header among the first rows.
#[derive(Debug, Default)]
pub(super) struct Hunt {
    best: Look,
    seen: usize,
}

impl Hunt {
    /// Whether this row is the header.
    pub(super) fn look(&mut self, line: u32, cells: &[Cell<'_>]) -> Option<Columns> {
        if cells.iter().all(Cell::is_blank) {
            return None;
        }
        let look = Look::at(line, cells);
        self.seen += 1;
        if self.seen == 1 || look.known() > self.best.known() {
            self.best = look;
        }
        self.best.columns()
    }

    /// Whether it need not go on.
    pub(super) fn is_over(&self) -> bool {
        self.seen >= HUNT
    }

    /// The row that is most like a header.
    pub(super) fn best(self) -> Look {
        self.best
    }
}
