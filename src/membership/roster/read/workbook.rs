//! Workbooks (XLSX, ISO/IEC 29500): which parts there are, and the first sheet that has the header.
//!
//! Read here and not by a library of spreadsheets: those make room for as many strings as a file claims to have, and
//! hold all that it unpacks to.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::RowProblem;
use super::header::Look;
use super::rows::Rows;
use super::sheet::{Sheet, sheet, strings};
use super::unpack::{Parts, Unreadable};

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
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
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
    }
}
