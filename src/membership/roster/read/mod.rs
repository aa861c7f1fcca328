//! From the bytes of an export to a table, or to every row that is bad.
//!
//! A pure function: no file, no clock. What comes in is bounded: bytes, rows, the length of a cell, and for a workbook
//! everything that is unpacked. No message repeats what a cell holds; it says which column and what should be there.

mod cells;
mod header;
mod private;
mod rows;
mod sheet;
mod text;
mod unpack;
mod workbook;

use std::fmt;

use sha2::{Digest, Sha256};

use crate::membership::roster::Table;

/// Bytes of a file at most.
pub const SIZE: u64 = 200 << 20;
/// Rows of a roster at most.
pub const ROWS: u32 = 1_000_000;
/// Characters of a cell at most.
pub const CELL: usize = 200;

/// Why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Its line in the file, or its row in the sheet; from 1.
    pub line: u32,
    /// What is wrong. It names columns and repeats no cell.
    pub message: String,
}

impl RowProblem {
    fn new(line: u32, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }

    /// The one problem of a file that has no rows to speak of.
    fn only(line: u32, message: impl Into<String>) -> Vec<Self> {
        vec![Self::new(line, message)]
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// Reads an export: XLSX, or a table as text with `,`, `;` or tabs in UTF-8, UTF-16 or GB18030. All rows or none.
pub fn read(bytes: &[u8]) -> Result<Table, Vec<RowProblem>> {
    if bytes.len() as u64 > SIZE {
        return Err(RowProblem::only(1, format!("the file is larger than {} MB", SIZE >> 20)));
    }
    let rows = match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::read(bytes),
        // The container of old workbooks and of those with a password.
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            let what = "an .xls of old or a workbook with a password; save it as .xlsx without one, or as CSV";
            Err(RowProblem::only(1, what))
        }
        _ => text::read(bytes),
    }?;
    let (rows, entries) = rows.into_parts();
    Ok(Table { rows, entries, digest: Sha256::digest(bytes).into() })
}
