//! What holds for every file.

use encoding_rs::GB18030;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use zhuanjie::membership::roster;

use crate::sheets::{archive, by_hand};
use crate::{CHINESE, HEADER, plain, rows, table};

/// Text as names and organizations are: no blanks at its ends, none of the marks that are taken off.
fn words() -> impl Strategy<Value = String> {
    "[一-龥A-Za-z（），;,\"“]{1,12}".prop_map(|text| format!("团{text}部"))
}

fn person() -> impl Strategy<Value = [String; 6]> {
    let system = prop::sample::select(vec!["central", "guangdong", "fujian", "beijing"]);
    let phone = "1[3-9][0-9]{9}";
    let some = prop_oneof![Just(String::new()), words()];
    (phone, words(), words(), some.clone(), system, some).prop_map(
        |(phone, name, organization, superior, system, contact)| {
            [phone, name, organization, superior, system.to_owned(), contact]
        },
    )
}

/// People with a number each.
fn people() -> impl Strategy<Value = Vec<[String; 6]>> {
    prop::collection::hash_map("1[3-9][0-9]{9}", person(), 1..8).prop_map(|people| {
        people
            .into_iter()
            .map(|(phone, [_, rest @ ..])| {
                let [name, organization, superior, system, contact] = rest;
                [phone, name, organization, superior, system, contact]
            })
            .collect()
    })
}

fn text(header: &str, people: &[[String; 6]], separator: char) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut text = header.replace(',', &separator.to_string()) + "\r\n";
    for person in people {
        let cells: Vec<String> = person.iter().map(|cell| quoted(cell)).collect();
        text += &(cells.join(&separator.to_string()) + "\r\n");
    }
    text
}

/// What a sheet and its strings are made of, in no order.
const XML: &str = "(<(/?(row|c|v|t|is|f|si|sheetData)( (r|t)=\"[A-Z0-9a-z]{0,3}\")?/?)>|[0-9a-z&;#x]{0,3}){0,60}";

/// A real table, broken by an editor or a transfer.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let good = people().prop_map(|people| text(HEADER, &people, ',').into_bytes());
    (good, prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6)).prop_map(|(mut bytes, changes)| {
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_reads_back_in_every_encoding(people in people()) {
        let (english, chinese) = (text(HEADER, &people, ','), text(CHINESE, &people, ';'));
        let tabs: Vec<u8> = format!("\u{feff}{}", text(HEADER, &people, '\t'))
            .encode_utf16().flat_map(u16::to_le_bytes).collect();
        prop_assert_eq!(&rows(&english), &people);
        prop_assert_eq!(&rows(format!("\u{feff}{english}")), &people);
        // Chinese letters in the header tell GB18030 from UTF-8.
        prop_assert_eq!(&rows(GB18030.encode(&chinese).0), &people);
        prop_assert_eq!(&rows(tabs), &people);
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, cell) in (0..).zip(HEADER.split(',')) {
            sheet.write_string(0, column, cell).expect("written");
        }
        for (line, person) in (1..).zip(&people) {
            sheet.write_number(line, 0, person[0].parse::<f64>().expect("a number")).expect("written");
            for (column, cell) in (1..).zip(&person[1..]) {
                sheet.write_string(line, column, cell).expect("written");
            }
        }
        prop_assert_eq!(&rows(book.save_to_buffer().expect("saved")), &people);
    }

    #[test]
    fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = roster::read(&bytes);
        let _ = roster::read(&[HEADER.as_bytes(), b"\n", &bytes].concat());
        let _ = roster::read(&[b"PK\x03\x04", &bytes[..]].concat());
        let _ = roster::read(&archive(&[("xl/workbook.xml", &bytes), ("_rels/.rels", &bytes)]));
    }

    #[test]
    fn any_sheet_ends_in_an_answer(data in XML) {
        let _ = roster::read(&by_hand(&data, &data));
    }

    /// Whatever is wrong, no message repeats a number, and what is taken is well formed.
    #[test]
    fn a_broken_table_is_told_without_what_is_in_it(bytes in broken()) {
        match roster::read(&bytes) {
            Ok(_) => {
                for row in &table(&bytes).entries {
                    let [phone, name, organization, ..] = plain(row);
                    prop_assert!(phone.len() == 11 && !name.is_empty() && !organization.is_empty());
                    prop_assert!(!organization.contains(char::is_control));
                }
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    // The longest is that of GB18030.
                    let digits = problem.message.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
                    prop_assert!(problem.line > 0 && digits.is_some_and(|longest| longest < 6), "{}", problem);
                }
            }
        }
    }
}
