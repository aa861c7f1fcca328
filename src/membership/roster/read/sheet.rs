//! The cells of one sheet of a workbook, and the strings that they refer to, read as a stream.

use std::borrow::Cow;

use quick_xml::events::{BytesRef, BytesStart, Event};

use super::cells::Cell;
use super::header::{Hunt, Look};
use super::rows::Rows;
use super::unpack::{Part, Parts, Unreadable};
use super::workbook::attribute;
use super::{CELL, RowProblem};

/// Columns that are looked at.
const WIDTH: usize = 256;
/// Shared strings, and the bytes of all of them.
const STRINGS: usize = 8_000_000;
const STRING_BYTES: usize = 256 << 20;

/// Text of a cell or a shared string, cut where it is too long for one anyway.
#[derive(Default)]
struct Text {
    text: String,
    chars: usize,
}

impl Text {
    fn push(&mut self, more: &str) {
        for c in more.chars() {
            // One more than is allowed, so that it is noticed.
            if self.chars > CELL * 2 {
                return;
            }
            self.text.push(c);
            self.chars += 1;
        }
    }

    fn refer(&mut self, reference: &BytesRef<'_>) -> Result<(), Unreadable> {
        let named = match &**reference {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => reference.resolve_char_ref()?.ok_or(Unreadable::Damaged)?,
        };
        self.push(named.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    /// `_x000D_` is how a workbook writes a character that XML cannot hold.
    fn take(&mut self) -> String {
        self.chars = 0;
        let text = std::mem::take(&mut self.text);
        if !text.contains("_x") {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find("_x") {
            let code = rest.get(at + 2..at + 6).filter(|_| rest.get(at + 6..at + 7) == Some("_"));
            let code = code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
            out.push_str(&rest[..at]);
            match code {
                Some(c) => out.push(c),
                None => out.push_str("_x"),
            }
            rest = &rest[at + if code.is_some() { 7 } else { 2 }..];
        }
        out + rest
    }
}

/// The strings that cells refer to by number.
pub(super) fn strings(parts: &mut Parts<'_>, path: &str) -> Result<Vec<Box<str>>, Unreadable> {
    let mut part = parts.open(path)?.ok_or(Unreadable::Damaged)?;
    let (mut strings, mut bytes, mut text, mut buffer) = (Vec::new(), 0, Text::default(), Vec::new());
    // Inside `t`; and inside `rPh`, which says how something is pronounced.
    let (mut inside, mut spoken) = (false, false);
    loop {
        match part.read_event_into(&mut buffer)? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => inside = !spoken,
                "rPh" => spoken = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => inside = false,
                "rPh" => spoken = false,
                "si" => {
                    let whole: Box<str> = text.take().into();
                    bytes += whole.len();
                    if bytes > STRING_BYTES || strings.len() == STRINGS {
                        return Err(Unreadable::TooLarge);
                    }
                    strings.push(whole);
                }
                _ => {}
            },
            Event::Text(piece) if inside => text.push(&piece),
            Event::CData(piece) if inside => text.push(&piece),
            Event::GeneralRef(reference) if inside => text.refer(&reference)?,
            Event::Eof => return Ok(strings),
            _ => {}
        }
        buffer.clear();
    }
}

/// What a sheet is.
pub(super) enum Sheet {
    /// The roster.
    Read(Result<Rows, Vec<RowProblem>>),
    /// Not a roster; the row that is most like a header.
    Another(Look),
}

/// What a cell's value means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Text,
    Bool,
    Error,
}

fn kind(tag: &BytesStart<'_>) -> Kind {
    match attribute(tag, "t").as_deref() {
        None | Some("n") => Kind::Number,
        Some("s") => Kind::Shared,
        Some("b") => Kind::Bool,
        Some("e") => Kind::Error,
        Some(_) => Kind::Text,
    }
}

/// Reads a sheet to its end, or until it is clear that it has no header.
pub(super) fn sheet(mut part: Part<'_>, strings: &[Box<str>]) -> Result<Sheet, Unreadable> {
    let (mut hunt, mut found, mut rows) = (Hunt::default(), None, Rows::default());
    let (mut line, mut column, mut of) = (0_u32, 0_usize, Kind::Number);
    let mut cells: Vec<Cell<'_>> = Vec::new();
    let (mut text, mut inside, mut spoken, mut buffer) = (Text::default(), false, false, Vec::new());
    loop {
        match part.read_event_into(&mut buffer)? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "row" => {
                    // Rows are numbered from 1; what says otherwise is not believed.
                    let given = attribute(&tag, "r").and_then(|r| r.trim().parse().ok()).filter(|row| *row > 0);
                    line = given.unwrap_or(line.saturating_add(1));
                    column = 0;
                    cells.clear();
                }
                "c" => {
                    column = attribute(&tag, "r").and_then(|r| column_of(&r)).unwrap_or(column);
                    of = kind(&tag);
                    text.take();
                }
                "v" | "t" => inside = !spoken,
                "rPh" => spoken = true,
                _ => {}
            },
            Event::Text(piece) if inside => text.push(&piece),
            Event::CData(piece) if inside => text.push(&piece),
            Event::GeneralRef(reference) if inside => text.refer(&reference)?,
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" | "t" => inside = false,
                "rPh" => spoken = false,
                "c" => {
                    if column < WIDTH {
                        if cells.len() <= column {
                            cells.resize(column + 1, Cell::Text("".into()));
                        }
                        cells[column] = value(of, text.take(), strings)?;
                    }
                    column = column.saturating_add(1);
                }
                "row" => match &found {
                    None => {
                        found = hunt.look(line, &cells).map(|columns| (columns, line));
                        if found.is_none() && hunt.is_over() {
                            break;
                        }
                    }
                    Some((columns, _)) => {
                        if !rows.take(columns, line, &cells) {
                            break;
                        }
                    }
                },
                "sheetData" => break,
                _ => {}
            },
            // A file that was cut off must not pass for a shorter one.
            Event::Eof => return Err(Unreadable::Damaged),
            _ => {}
        }
        buffer.clear();
    }
    Ok(match found {
        Some((_, header)) => Sheet::Read(rows.finish(header)),
        None => Sheet::Another(hunt.best()),
    })
}

fn value<'s>(kind: Kind, text: String, strings: &'s [Box<str>]) -> Result<Cell<'s>, Unreadable> {
    if text.is_empty() {
        return Ok(Cell::Text("".into()));
    }
    Ok(match kind {
        Kind::Text => Cell::Text(text.into()),
        Kind::Number => text.trim().parse().ok().filter(|n: &f64| n.is_finite()).map_or(Cell::Broken, Cell::Number),
        Kind::Shared => {
            let at: usize = text.trim().parse().map_err(|_| Unreadable::Damaged)?;
            Cell::Text(Cow::Borrowed(strings.get(at).ok_or(Unreadable::Damaged)?))
        }
        Kind::Bool => Cell::Text(if text.trim() == "1" { "TRUE" } else { "FALSE" }.into()),
        Kind::Error => Cell::Broken,
    })
}

/// The column of a cell such as `AB12`, from 0.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.take(4).fold(0_usize, |sum, b| sum * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_from_their_letters() {
        assert_eq!(["A1", "z9", "AB12", "1", ""].map(column_of), [Some(0), Some(25), Some(27), None, None]);
    }

    #[test]
    fn escaped_characters_are_what_they_stand_for() {
        let text = |text: &str| Text { text: text.into(), chars: 0 }.take();
        assert_eq!(text("a_x000D_b"), "a\rb");
        assert_eq!(text("_x005F_x000D_"), "_x000D_");
        assert_eq!(text("_x_xyz_ _x00"), "_x_xyz_ _x00");
    }
}
