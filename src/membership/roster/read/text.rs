//! Tables as text: which encoding, which separator, and which line a row begins in.

use std::borrow::Cow;

use csv_core::ReadRecordResult;
use encoding_rs::{DecoderResult, GB18030, UTF_16BE, UTF_16LE};

use super::RowProblem;
use super::cells::Cell;
use super::header::{Columns, Hunt, Look};
use super::rows::Rows;

/// What may stand between cells.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];
/// Bytes of a record at most,
const RECORD: usize = 256 << 10;
/// and cells.
const COLUMNS: usize = 1_024;

pub(super) fn read(bytes: &[u8]) -> Result<Rows, Vec<RowProblem>> {
    let text = decode(bytes)?;
    let mut best = Box::<Look>::default();
    for separator in SEPARATORS {
        match header(&text, separator) {
            Ok((columns, line)) => return table(&text, separator, &columns, line),
            Err(look) if best.line == 0 || look.known() > best.known() => best = look,
            Err(_) => {}
        }
    }
    Err(best.problems())
}

/// The text that bytes are: as their mark says, else UTF-8 where they are, else GB18030.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Vec<RowProblem>> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => strictly(UTF_16LE, rest, "UTF-16, as its mark says"),
        [0xfe, 0xff, rest @ ..] => strictly(UTF_16BE, rest, "UTF-16, as its mark says"),
        [0xef, 0xbb, 0xbf, rest @ ..] => match std::str::from_utf8(rest) {
            Ok(text) => Ok(text.into()),
            Err(error) => Err(broken(&rest[..error.valid_up_to()], "UTF-8, as its mark says")),
        },
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(error) if is_damaged(bytes) => Err(broken(&bytes[..error.valid_up_to()], "UTF-8, as others are")),
            Err(_) => strictly(GB18030, bytes, "UTF-8 or GB18030"),
        },
    }
}

/// Whether bytes that are not UTF-8 are so but for a few. Most would pass for GB18030 too, with other characters; in
/// what is GB18030 little passes for UTF-8.
fn is_damaged(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 4 * bad
}

fn strictly(
    encoding: &'static encoding_rs::Encoding,
    bytes: &[u8],
    expected: &str,
) -> Result<Cow<'static, str>, Vec<RowProblem>> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(room.unwrap_or(bytes.len()));
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text.into()),
        (DecoderResult::Malformed(..) | DecoderResult::OutputFull, _) => Err(broken(text.as_bytes(), expected)),
    }
}

fn broken(before: &[u8], expected: &str) -> Vec<RowProblem> {
    let mut lines = Lines::default();
    lines.pass(before, before.len());
    RowProblem::only(lines.line(), format!("this line is not {expected}"))
}

/// The header, if this is the separator, and its line; else what is most like one.
fn header(text: &str, separator: u8) -> Result<(Columns, u32), Box<Look>> {
    let mut hunt = Hunt::default();
    let mut records = Records::new(text, separator);
    while !hunt.is_over()
        && let Some((line, Ok(cells))) = records.next()
    {
        if let Some(columns) = hunt.look(line, &cells) {
            return Ok((columns, line));
        }
    }
    Err(Box::new(hunt.best()))
}

fn table(text: &str, separator: u8, columns: &Columns, header: u32) -> Result<Rows, Vec<RowProblem>> {
    let mut rows = Rows::default();
    let mut records = Records::new(text, separator);
    while let Some((line, cells)) = records.next() {
        match cells {
            _ if line <= header => {}
            Err(TooLong) => {
                rows.problem(line, "the row is too long; is a quotation mark not closed?");
                break;
            }
            Ok(cells) if cells.iter().skip(columns.width).any(|cell| !cell.is_blank()) => {
                rows.problem(line, "has more cells than the header; quote cells in which a separator stands");
            }
            Ok(cells) => {
                if !rows.take(columns, line, &cells) {
                    break;
                }
            }
        }
    }
    rows.finish(header)
}

/// A record has more cells or is longer than any row of a roster.
struct TooLong;

/// The records of a text, each with the line in which it begins.
struct Records<'a> {
    text: &'a [u8],
    /// How far it has been read.
    at: usize,
    reader: csv_core::Reader,
    /// The cells of a record after each other, and where each ends.
    record: Vec<u8>,
    ends: Vec<usize>,
    lines: Lines,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, separator: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(separator).build();
        let (record, ends) = (vec![0; RECORD], vec![0; COLUMNS]);
        Self { text: text.as_bytes(), at: 0, reader, record, ends, lines: Lines::default() }
    }

    /// The next record; after one that is too long there is nothing to be read.
    fn next(&mut self) -> Option<(u32, Result<Vec<Cell<'_>>, TooLong>)> {
        self.at += self.text[self.at..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        self.lines.pass(self.text, self.at);
        let (mut length, mut cells) = (0, 0);
        loop {
            // Once all was read, an empty input says so.
            let (result, read, written, ended) =
                self.reader.read_record(&self.text[self.at..], &mut self.record[length..], &mut self.ends[cells..]);
            self.at += read;
            length += written;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return None,
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Some((self.lines.line(), Err(TooLong)));
                }
            }
        }
        let starts = std::iter::once(0).chain(self.ends[..cells].iter().copied());
        let cell = |(from, to): (usize, &usize)| Cell::Text(String::from_utf8_lossy(&self.record[from..*to]));
        Some((self.lines.line(), Ok(starts.zip(&self.ends[..cells]).map(cell).collect())))
    }
}

/// Counts lines on the way through a text. A line ends with CR LF, LF or CR.
#[derive(Default)]
struct Lines {
    at: usize,
    ended: u32,
}

impl Lines {
    fn pass(&mut self, text: &[u8], to: usize) {
        for at in self.at..to.min(text.len()) {
            let ends = text[at] == b'\n' || text[at] == b'\r' && text.get(at + 1) != Some(&b'\n');
            self.ended = self.ended.saturating_add(ends.into());
        }
        self.at = self.at.max(to);
    }

    /// The line that it has come to.
    fn line(&self) -> u32 {
        self.ended.saturating_add(1)
    }
}
