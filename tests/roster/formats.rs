//! Tables as text, as offices export them.

use encoding_rs::GB18030;

use crate::{CHINESE, HEADER, ROWS, csv, expected, problems, rows, table};

fn chinese() -> String {
    format!("{CHINESE}\r\n{}\r\n", ROWS.join("\r\n"))
}

fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn encodings_are_told_apart() {
    let text = chinese();
    let tabs = format!("\u{feff}{}", text.replace(',', "\t"));
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        GB18030.encode(&text).0.into_owned(),
        utf_16(&tabs, u16::to_le_bytes),
        utf_16(&tabs, u16::to_be_bytes),
    ];
    for file in files {
        assert_eq!(rows(&file), expected(), "{:?}", &file[..8]);
    }
}

/// 𠮷 has four bytes in GB18030 and none in the older GBK; 镕 is in names.
#[test]
fn rare_characters_survive() {
    let text = csv(&["13800138000,朱镕𠮷,㐂团支部,,全国,"]).replace(HEADER, CHINESE);
    for file in [text.as_bytes().to_vec(), GB18030.encode(&text).0.into_owned()] {
        assert_eq!(rows(file)[0][1..3], ["朱镕𠮷", "㐂团支部"]);
    }
}

#[test]
fn separators_are_told_apart() {
    for separator in [",", ";", "\t"] {
        for ending in ["\n", "\r\n", "\r"] {
            let text = csv(&ROWS).replace(',', separator).replace('\n', ending);
            assert_eq!(rows(&text), expected(), "{text:?}");
            assert_eq!(rows(format!("sep={separator}{ending}{text}")), expected());
        }
    }
}

#[test]
fn columns_stand_in_any_order_and_others_are_ignored() {
    let text = "备注,系统, 姓 名 ,序号,Phone,联系方式,上级团组织,organization\n\
                很好,广东,张三,1,13800138000,020-12345678,计算机学院团委,软件工程2301团支部\n";
    assert_eq!(rows(text), expected()[..1]);
}

#[test]
fn titles_above_the_header_and_blank_rows_are_passed_over() {
    let text = format!("\n某某大学团员名册,,,,,\n ,,,,,\n{HEADER}\n\n{}\n,,,,,\n\u{3000},,\n{}\n\n", ROWS[0], ROWS[1]);
    assert_eq!(rows(&text), expected()[..2]);
    assert_eq!(table(&text).rows, 2);
    let bad = text.replace("13900139000", "139");
    assert_eq!(problems(bad), ["9: phone: is not one mobile number of eleven digits"]);
}

#[test]
fn cells_are_tidied() {
    let text = csv(&[
        "'13800138000\t,　张　三 ,\"软件工程2301团支部\", 计算机学院团委 ,“广东”智慧团建,'020-12345678",
        "=\"+86 139-0013-9000\",欧阳娜娜,机械2202团支部,机械学院团委,BEIJING,\u{feff}",
        "０１５０１２３４５６７８,李四,鼓浪屿街道团支部,,福建省,0592-1234567",
    ]);
    let [told] = problems(&text).try_into().expect("one");
    assert_eq!(told, "4: phone: is not one mobile number of eleven digits");
    assert_eq!(rows(text.replace("０１５", "０086１５")), expected());
}

#[test]
fn quoted_cells_hold_separators_and_quotes() {
    let text = csv(&["13800138000,张三,\"软件,\"\"一\"\"班\",,全国,\"a;b\""]);
    assert_eq!(rows(text)[0][2..], ["软件,\"一\"班", "", "central", "a;b"]);
}

#[test]
fn the_same_row_twice_is_one() {
    let again = ROWS[0].replace("13800138000", "86 138 0013 8000");
    let table = table(csv(&[ROWS[0], ROWS[1], &again, ROWS[0]]));
    assert_eq!((table.rows, table.entries.len(), table.duplicates()), (4, 2, 2));
}
