//! Rosters: any bytes are a table or a list of bad rows, and neither tells what should not be told.

use std::io::{Cursor, Write};

use zhuanjie::membership::roster::{self, CELL, Table};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::numbers::{assert_hidden, is_mobile, private};

const HEADER: &str = "phone,name,organization,superior,system,contact\n";

/// A file: as it is, below a header, as the parts of a workbook, or as one whose sheet it is; the first byte says which.
pub fn roster(bytes: &[u8]) {
    let Some((way, rest)) = bytes.split_first() else { return judge(bytes) };
    match way % 4 {
        0 => judge(rest),
        1 => judge(&[HEADER.as_bytes(), rest].concat()),
        2 => judge(&archive(&[("_rels/.rels", rest), ("xl/workbook.xml", rest), ("xl/_rels/workbook.xml.rels", rest)])),
        _ => judge(&by_hand(rest)),
    }
}

fn judge(bytes: &[u8]) {
    match roster::read(bytes) {
        Ok(table) => taken(&table, bytes.len()),
        Err(problems) => {
            assert!(!problems.is_empty(), "a table that is refused for nothing");
            for problem in problems {
                assert!(problem.line > 0 && !problem.message.is_empty());
                assert!(problem.message.len() < 1_000, "a problem is told in a few words");
                // The longest number that is meant is that of GB18030.
                let longest = problem.message.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
                assert!(longest.is_some_and(|digits| digits < 8), "a problem repeats a number");
                assert!(!problem.message.contains(char::is_control), "a problem is one line");
            }
        }
    }
}

/// Eighteen digits with a region and a birthday in them; others number companies and accounts.
fn is_somebodys(number: &str) -> bool {
    let part = |from: usize, to: usize| number.get(from..to).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let region = (11..84).contains(&part(0, 2));
    region
        && (1900..2100).contains(&part(6, 10))
        && (1..=12).contains(&part(10, 12))
        && (1..=28).contains(&part(12, 14))
}

/// A table that is taken holds what it should and nothing else.
fn taken(table: &Table, bytes: usize) {
    assert!(table.rows > 0 && !table.entries.is_empty(), "a table without rows");
    assert!(table.entries.len() + table.duplicates() as usize == table.rows as usize);
    assert!(table.rows as usize <= bytes.max(1), "more rows than bytes");
    let mut phones = std::collections::HashSet::new();
    for row in &table.entries {
        let (phone, of) = (row.phone.reveal(), &row.membership);
        assert!(phone.bytes().all(|b| b.is_ascii_digit()) && is_mobile(phone), "a phone that is none");
        assert!(phones.insert(phone), "a person twice");
        assert!(!format!("{row:?}").contains(phone), "a row prints its number");
        let texts = [Some(of.name.reveal()), Some(&*of.organization), of.superior.as_deref(), of.contact.as_deref()];
        for text in texts.into_iter().flatten() {
            assert!(!text.trim().is_empty() && text.chars().count() <= CELL, "a cell is bounded");
            assert!(!text.contains(char::is_control), "a cell has no control characters");
        }
        for text in [Some(of.name.reveal()), Some(&*of.organization), of.superior.as_deref()].into_iter().flatten() {
            let told = private(text).into_iter().any(|number| is_mobile(&number) || is_somebodys(&number));
            assert!(!told, "a private number where none belongs");
        }
        assert_hidden(&[phone.to_owned()], of.contact.as_deref().unwrap_or_default(), "a contact");
    }
}

/// An archive with these files, not packed: what changes in a part is what the reader sees.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, plain).expect("begun");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// A workbook of one sheet; what stands before a NUL is inside `sheetData` below the header, what follows inside `sst`.
fn by_hand(inside: &[u8]) -> Vec<u8> {
    let at = inside.iter().position(|b| *b == 0).unwrap_or(inside.len());
    let (data, strings) = (&inside[..at], inside.get(at + 1..).unwrap_or_default());
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{office}/{kind}" Target="{target}"/>"#)
    };
    let relations = |inside: String| format!("<Relationships>{inside}</Relationships>");
    let root = relations(relation("rId1", "officeDocument", "/xl/workbook.xml"));
    let book = r#"<workbook><sheets><sheet name="一" sheetId="7" r:id="rId2"/></sheets></workbook>"#;
    let of_book = relations(
        relation("rId2", "worksheet", "worksheets/sheet1.xml")
            + &relation("rId3", "sharedStrings", "sharedStrings.xml"),
    );
    let cell = |text: &str| format!(r#"<c t="inlineStr"><is><t>{}</t></is></c>"#, text.trim());
    let header: String = HEADER.split(',').map(cell).collect();
    let begun = format!("<worksheet><sheetData><row>{header}</row>");
    let sheet = [begun.as_bytes(), data, b"</sheetData></worksheet>"];
    archive(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_book.as_bytes()),
        ("xl/worksheets/sheet1.xml", &sheet.concat()),
        ("xl/sharedStrings.xml", &[b"<sst>", strings, b"</sst>"].concat()),
    ])
}
