//! Files that are too large, and small ones that unpack to something large.

use std::time::{Duration, Instant};

use zhuanjie::membership::roster::{ROWS as MOST_ROWS, SIZE};

use crate::sheets::{archive, by_hand, inline, workbook};
use crate::{HEADER, ROWS, problems, rows};

const TOO_LARGE: &str = "1: more is packed into the workbook than a roster can hold";
const NO_WORKBOOK: &str = "1: not a workbook (.xlsx) that can be read; save it anew, or as CSV";

#[test]
fn a_file_has_at_most_so_many_bytes() {
    let size = usize::try_from(SIZE).expect("fits");
    assert_eq!(problems(vec![b' '; size + 1]), ["1: the file is larger than 200 MB"]);
}

#[test]
fn a_roster_has_at_most_so_many_rows() {
    let mut file = format!("{HEADER}\n");
    for _ in 0..=MOST_ROWS {
        file.push_str("13800138000,a,b,,central,\n");
    }
    assert_eq!(problems(file), [format!("{}: more than {MOST_ROWS} rows", MOST_ROWS + 2)]);
}

#[test]
fn a_row_has_at_most_so_many_cells_and_bytes() {
    let too_long = "4: the row is too long; is a quotation mark not closed?";
    let table = format!("{HEADER}\n{}\n\n", ROWS[0]);
    for long in
        [",".repeat(1 << 20), "\"\n\",".repeat(1 << 20), "a".repeat(1 << 20), format!("\"{}", "a\n".repeat(1 << 20))]
    {
        assert_eq!(problems(format!("{table}{long}\n{}", ROWS[1])), [too_long]);
    }
}

/// Each unpacks to hundreds of megabytes or more from a file of less than one.
#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let zeros = "0".repeat(64 << 20);
    let begun = Instant::now();
    for bomb in [
        // One cell, one shared string, one tag.
        by_hand(&format!("<row><c><v>{zeros}</v></c></row>"), ""),
        by_hand("", &format!("<si><t>{zeros}</t></si>")),
        by_hand(&format!("<row a=\"{zeros}\"/>"), ""),
    ] {
        assert!(bomb.len() < 1 << 20);
        assert_eq!(problems(bomb), [TOO_LARGE]);
    }
    // Many strings of nothing.
    assert_eq!(problems(by_hand("", &"<si/>".repeat(9_000_000))), [TOO_LARGE]);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// A workbook claims to have thousands of billions of strings in every test made by hand; and here more.
#[test]
fn what_a_workbook_claims_is_not_believed() {
    let data = inline(HEADER) + &inline(ROWS[0]);
    assert_eq!(rows(by_hand(&data, "")).len(), 1);
    for odd in [
        r#"<row r="99999999999999"><c r="ZZZZZZZZZZ99999999999999"><v>1</v></c></row>"#,
        r#"<row r="-1"><c r="9"><v>NaN</v></c><c><v>1e400</v></c></row>"#,
        r#"<row><c t="s"><v>7</v></c></row>"#,
        r#"<row><c t="s"><v>x</v></c></row>"#,
        r#"<row><c t="str"><v>&unknown;</v></c></row>"#,
        r#"<row><c t="str"><v>&#xD800;</v></c></row>"#,
        "<row><c></row>",
        "</row></row></c></v>",
    ] {
        // It may be told or be no row; it must end.
        let told = std::panic::catch_unwind(|| zhuanjie::membership::roster::read(&by_hand(&(data.clone() + odd), "")));
        assert!(told.is_ok(), "{odd}");
    }
}

#[test]
fn a_damaged_workbook_is_told() {
    let whole = workbook(&[HEADER, ROWS[0]]);
    for end in [4, 30, whole.len() / 2, whole.len() - 1] {
        assert_eq!(problems(&whole[..end]), [NO_WORKBOOK], "{end} of {}", whole.len());
    }
    assert_eq!(problems(archive(&[("hello.txt", b"hello")])), [NO_WORKBOOK]);
    // Cut off inside the sheet, it must not pass for a shorter roster.
    let cut = by_hand(&(inline(HEADER) + &inline(ROWS[0]) + "<!-- "), "");
    assert_eq!(problems(cut), [NO_WORKBOOK]);
}
