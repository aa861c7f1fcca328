//! Workbooks for the tests: as a spreadsheet program writes them, and made by hand to be odd.

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{CHINESE, HEADER, ROWS, expected, problems, rows};

/// A workbook of one sheet, all cells text.
pub(crate) fn workbook(rows: &[&str]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row.split(',')) {
            sheet.write_string(line, column, cell).expect("written");
        }
    }
    book.save_to_buffer().expect("saved")
}

/// An archive with these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("begun");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// A workbook made by hand of the XML inside `sheetData` and of the shared strings inside `sst`.
pub(crate) fn by_hand(data: &str, strings: &str) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |inside: &str| format!("<Relationships>{inside}</Relationships>");
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{office}/{kind}" Target="{target}"/>"#)
    };
    let root = relations(&relation("rId1", "officeDocument", "/xl/workbook.xml"));
    let book = r#"<workbook><sheets><sheet name="一" sheetId="7" r:id="rId2"/></sheets></workbook>"#;
    let of_book = relation("rId2", "worksheet", "worksheets/sheet1.xml")
        + &relation("rId3", "sharedStrings", "sharedStrings.xml");
    let sheet = format!(r#"<?xml version="1.0"?><worksheet><sheetData>{data}</sheetData></worksheet>"#);
    archive(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations(&of_book).as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", format!("<sst uniqueCount=\"9999999999999\">{strings}</sst>").as_bytes()),
    ])
}

/// A row of text cells without references.
pub(crate) fn inline(row: &str) -> String {
    let cell = |text| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    format!("<row>{}</row>", row.split(',').map(cell).collect::<String>())
}

#[test]
fn a_workbook_is_read() {
    assert_eq!(rows(workbook(&[&[HEADER][..], &ROWS].concat())), expected());
    assert_eq!(rows(workbook(&[&["共青团员名册"][..], &[CHINESE], &ROWS].concat())), expected());
}

#[test]
fn numbers_are_read_with_all_their_digits() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, cell) in (0..).zip(HEADER.split(',')) {
        sheet.write_string(0, column, cell).expect("written");
    }
    for (column, cell) in (1..).zip(["张三", "2301班", "", "全国"]) {
        sheet.write_string(1, column, cell).expect("written");
    }
    sheet.write_number(1, 0, 1.3800138E10).expect("written");
    sheet.write_number(1, 5, 12_345_678.0).expect("written");
    // And an office's remark, which nobody asked for.
    sheet.write_number(1, 6, 45_292.5).expect("written");
    let read = rows(book.save_to_buffer().expect("saved"));
    assert_eq!(read, [["13800138000", "张三", "2301班", "", "central", "12345678"].map(str::to_owned)]);
    let by_hand = by_hand(
        &format!(
            "{}{}",
            inline(HEADER),
            r#"<row r="2"><c r="A2"><v>1.3800138E10</v></c><c r="B2" t="str"><f>"张"&amp;"三"</f><v>张三</v></c>
               <c r="C2" t="s"><v>0</v></c><c r="E2" t="s"><v>1</v></c></row>"#
        ),
        "<si><r><t>2301</t></r><r><t xml:space=\"preserve\">班</t></r><rPh sb=\"0\" eb=\"1\"><t>ban</t></rPh></si>\
         <si><t>&#24191;&#x4E1C;</t></si>",
    );
    assert_eq!(rows(by_hand), [["13800138000", "张三", "2301班", "", "guangdong", ""].map(str::to_owned)]);
}

#[test]
fn the_first_sheet_with_the_header_counts() {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "说明").expect("written");
    for of in [ROWS[0], ROWS[1]] {
        let sheet = book.add_worksheet();
        for (line, row) in (2..).zip([HEADER, of]) {
            for (column, cell) in (3..).zip(row.split(',')) {
                sheet.write_string(line, column, cell).expect("written");
            }
        }
    }
    assert_eq!(rows(book.save_to_buffer().expect("saved")), expected()[..1]);
}

#[test]
fn a_bad_row_is_told_by_its_row_in_the_sheet() {
    let bad = "1380013800,张三,2301班,,guangdong,";
    assert_eq!(
        problems(workbook(&["", HEADER, ROWS[0], "", bad])),
        ["5: phone: is not one mobile number of eleven digits"]
    );
    let given = by_hand(&(inline(HEADER) + r#"<row r="9"><c r="A9" t="e"><v>#N/A</v></c></row>"#), "");
    let [told] = problems(given).try_into().expect("one");
    assert!(told.starts_with("9: phone: an error of the sheet; name: is empty"), "{told}");
}

#[test]
fn rows_are_numbered_from_one_whatever_the_sheet_says() {
    let bad = inline("1380013800,张三,一支部,团委,central,").replace("<row>", r#"<row r="0">"#);
    assert_eq!(
        problems(by_hand(&(inline(HEADER) + &bad), "")),
        ["2: phone: is not one mobile number of eleven digits"]
    );
}

#[test]
fn a_sheet_without_the_header_is_told_with_its_number() {
    let mut book = Workbook::new();
    book.add_worksheet();
    let sheet = book.add_worksheet();
    for (column, cell) in (0..).zip(["手机号", "姓名"]) {
        sheet.write_string(1, column, cell).expect("written");
    }
    let told = problems(book.save_to_buffer().expect("saved"));
    assert_eq!(told.len(), 4);
    assert_eq!(told[0], "2: sheet 2: the column organization (所在团支部) is missing");
}
