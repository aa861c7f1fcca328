//! The parts of a workbook, unpacked with bounds: a small file can hold a part of any size.
//!
//! Bounded are the bytes of all parts together and those of one piece of text or one tag, which the reader of XML holds
//! in memory as a whole. What a part claims of its own size is not asked.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::errors::Error as XmlError;
use zip::ZipArchive;

/// Bytes of all parts that are read; a roster of as many rows as are allowed has half of it.
const TOTAL: u64 = 1 << 30;
/// Bytes between two angle brackets; a cell has at most 32,767 characters, each of which may be written in ten bytes.
const PIECE: u64 = 512 << 10;

/// Why a workbook cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// More is in it than a roster can hold.
    TooLarge,
    /// It is no workbook, or a damaged one.
    Damaged,
}

impl From<XmlError> for Unreadable {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Damaged,
        }
    }
}

/// An XML part while it is read.
pub(super) type Part<'a> = Reader<BufReader<Bounded<'a>>>;

/// The parts of a workbook.
pub(super) struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Where each stands; some programs write the names with other letters or slashes than their references.
    names: HashMap<String, usize>,
    left: Cell<u64>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
        let named = (0..archive.len()).filter_map(|at| Some((folded(&archive.name_for_index(at)?.ok()?), at)));
        let names = named.collect();
        Ok(Self { archive, names, left: Cell::new(TOTAL) })
    }

    /// A part by its path; none where it does not exist.
    pub(super) fn open(&mut self, path: &str) -> Result<Option<Part<'_>>, Unreadable> {
        let Some(at) = self.names.get(&folded(path)) else { return Ok(None) };
        let part = self.archive.by_index(*at).map_err(|_| Unreadable::Damaged)?;
        let bounded = Bounded { part: Box::new(part), left: &self.left, piece: 0 };
        let mut reader = Reader::from_reader(BufReader::new(bounded));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Ok(Some(reader))
    }
}

fn folded(path: &str) -> String {
    path.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// Reads a part and stops where it is too large.
pub(super) struct Bounded<'a> {
    part: Box<dyn Read + 'a>,
    left: &'a Cell<u64>,
    /// Bytes since the last angle bracket.
    piece: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.part.read(buffer)?;
        let read = &buffer[..count];
        let after = read.iter().rposition(|b| matches!(b, b'<' | b'>')).map(|last| count - last - 1);
        self.piece = match after {
            Some(after) => after as u64,
            None => self.piece + count as u64,
        };
        let left = self.left.get().checked_sub(count as u64).filter(|_| self.piece <= PIECE);
        self.left.set(left.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?);
        Ok(count)
    }
}
