//! Workbooks (XLSX, ISO/IEC 29500): the first sheet that has the header, its rows read as a stream.
//!
//! Read here and not by a library of spreadsheets: those make room for as many strings as a file claims to have, and hold
//! all that it unpacks to.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::cells::Cell;
use super::header::{Hunt, Look};
use super::rows::Rows;
use super::unpack::{Part, Parts, Unreadable};
use super::{CELL, RowProblem};

/// Columns that are looked at.
const WIDTH: usize = 256;
/// Shared strings, and the bytes of all of them.
const STRINGS: usize = 8_000_000;
const STRING_BYTES: usize = 256 << 20;
/// Sheets that are looked at.
const SHEETS: usize = 256;

pub(super) fn read(bytes: &[u8]) -> Result<Rows, Vec<RowProblem>> {
    workbook(bytes).unwrap_or_else(|unreadable| {
        Err(RowProblem::only(
            1,
            match unreadable {
                Unreadable::TooLarge => "more is packed into the workbook than a roster can hold",
                Unreadable::Damaged => "not a workbook (.xlsx) that can be read; save it anew, or as CSV",
            },
        ))
    })
}

fn workbook(bytes: &[u8]) -> Result<Result<Rows, Vec<RowProblem>>, Unreadable> {
    let mut parts = Parts::new(bytes)?;
    let book = parts.office_document()?;
    let targets = parts.relations(&book)?;
    let shared = targets.values().find(|target| target.kind == "sharedStrings");
    let strings = match shared {
        Some(target) => strings(&mut parts, &target.path)?,
        None => Vec::new(),
    };
    let mut best: Option<(usize, Look)> = None;
    for (number, id) in (1..).zip(sheets(&mut parts, &book)?) {
        let Some(target) = targets.get(&id).filter(|target| target.kind == "worksheet") else { continue };
        let Some(part) = parts.open(&target.path)? else { return Err(Unreadable::Damaged) };
        match sheet(part, &strings)? {
            Sheet::Read(result) => return Ok(result.map_err(|problems| in_sheet(number, problems))),
            Sheet::Another(look) if best.as_ref().is_none_or(|(_, b)| look.known() > b.known()) => {
                best = Some((number, look));
            }
            Sheet::Another(_) => {}
        }
    }
    let (number, look) = best.ok_or(Unreadable::Damaged)?;
    Ok(Err(in_sheet(number, look.problems())))
}

/// Says which sheet, where it is not the first. Its name is not repeated, it may be a person's.
fn in_sheet(number: usize, problems: Vec<RowProblem>) -> Vec<RowProblem> {
    let named = |problem: RowProblem| match number {
        1 => problem,
        _ => RowProblem { message: format!("sheet {number}: {}", problem.message), ..problem },
    };
    problems.into_iter().map(named).collect()
}

/// Where a part refers to.
struct Target {
    path: String,
    /// The last word of its type.
    kind: String,
}

impl Parts<'_> {
    /// The part that is the workbook.
    fn office_document(&mut self) -> Result<String, Unreadable> {
        let targets = self.relations("")?;
        Ok(targets.into_values().find(|t| t.kind == "officeDocument").ok_or(Unreadable::Damaged)?.path)
    }

    /// What a part refers to, by the name that it uses for it; the archive as a whole is the part without a path.
    fn relations(&mut self, of: &str) -> Result<HashMap<String, Target>, Unreadable> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let mut targets = HashMap::new();
        let Some(mut part) = self.open(&format!("{folder}/_rels/{file}.rels"))? else { return Ok(targets) };
        let mut buffer = Vec::new();
        loop {
            match part.read_event_into(&mut buffer)? {
                Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                    let (id, kind, path) = (attribute(&tag, "Id"), attribute(&tag, "Type"), attribute(&tag, "Target"));
                    if let (Some(id), Some(kind), Some(path)) = (id, kind, path) {
                        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                        targets.insert(id, Target { path: resolved(folder, &path), kind });
                    }
                }
                Event::Eof => return Ok(targets),
                _ => {}
            }
            buffer.clear();
        }
    }
}

/// A reference as seen from a folder.
fn resolved(folder: &str, path: &str) -> String {
    let mut steps: Vec<&str> = match path.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').collect(),
    };
    for step in path.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." => {}
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}

/// An attribute by its name without prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

/// By which names the workbook refers to its sheets, in their order.
fn sheets(parts: &mut Parts<'_>, book: &str) -> Result<Vec<String>, Unreadable> {
    let mut part = parts.open(book)?.ok_or(Unreadable::Damaged)?;
    let (mut ids, mut buffer) = (Vec::new(), Vec::new());
    loop {
        match part.read_event_into(&mut buffer)? {
            Event::Start(tag) if tag.local_name().as_ref() == "sheet" && ids.len() < SHEETS => {
                // `id` with a prefix refers; `sheetId` is another attribute.
                ids.extend(attribute(&tag, "id"));
            }
            Event::Eof => return Ok(ids),
            _ => {}
        }
        buffer.clear();
    }
}

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
fn strings(parts: &mut Parts<'_>, path: &str) -> Result<Vec<Box<str>>, Unreadable> {
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
enum Sheet {
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

fn sheet(mut part: Part<'_>, strings: &[Box<str>]) -> Result<Sheet, Unreadable> {
    let (mut hunt, mut found, mut rows) = (Hunt::default(), None, Rows::default());
    let (mut line, mut column, mut of) = (0_u32, 0_usize, Kind::Number);
    let mut cells: Vec<Cell<'_>> = Vec::new();
    let (mut text, mut inside, mut spoken, mut buffer) = (Text::default(), false, false, Vec::new());
    loop {
        match part.read_event_into(&mut buffer)? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "row" => {
                    let given = attribute(&tag, "r").and_then(|r| r.trim().parse().ok());
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
    fn references_are_resolved() {
        for (folder, path, expected) in [
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/sharedStrings.xml", "xl/sharedStrings.xml"),
            ("xl", "../xl/./styles.xml", "xl/styles.xml"),
            ("", "../../x.xml", "x.xml"),
        ] {
            assert_eq!(resolved(folder, path), expected);
        }
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
