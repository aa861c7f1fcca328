//! What is wrong with a file: all of it at once, each with its line, nothing private repeated.

use encoding_rs::GB18030;

use crate::{CHINESE, HEADER, ROWS, csv, problems};

/// The problem of a file whose second row is bad.
fn second(row: &str) -> String {
    let [told] = problems(csv(&[ROWS[0], row])).try_into().expect("one problem");
    told.strip_prefix("3: ").expect("its line").to_owned()
}

#[test]
fn each_cell_is_judged() {
    let long = "长".repeat(201);
    for (row, expected) in [
        (",李四,团支部,,全国,", "phone: is empty"),
        ("139001390,李四,团支部,,全国,", "phone: is not one mobile number of eleven digits"),
        ("13900139000/15012345678,李四,团支部,,全国,", "phone: is not one mobile number of eleven digits"),
        (
            "1.39E+10,李四,团支部,,全国,",
            "phone: is in scientific notation, which loses digits; make the column text and export again",
        ),
        ("13900139000,,团支部,,全国,", "name: is empty"),
        ("13900139000,李四,,,全国,", "organization: is empty"),
        ("13900139000,李四,团支部,,,", "system: is empty"),
        (
            "13900139000,李四,团支部,,上海,",
            "system: is not one of central (全国), guangdong (广东), fujian (福建), beijing (北京)",
        ),
        ("13900139000,李四,团支部", "system: is empty"),
        ("13900139000,13900139000,团支部,,全国,", "name: holds a mobile number; are the columns shifted?"),
        ("13900139000,李四,团支部,15012345678,全国,", "superior: holds a mobile number; are the columns shifted?"),
        (
            "13900139000,李四,团支部,,全国,139 0013 9000",
            "contact: is the member's own number; it must be that of the organization",
        ),
        ("13900139000,李四,\"团\n支部\",,全国,", "organization: holds a control character or a line break"),
        ("13900139000,李四,团\u{1}支部,,全国,", "organization: holds a control character or a line break"),
        (
            &format!("13900139000,李四,{long},,全国,"),
            "organization: is longer than 200 characters; is a quotation mark not closed?",
        ),
        (
            "13900139000,李四,团支部,,全国,,多",
            "has more cells than the header; quote cells in which a separator stands",
        ),
        (
            "1,,,,,",
            "phone: is not one mobile number of eleven digits; name: is empty; organization: is empty; system: is empty",
        ),
    ] {
        assert_eq!(second(row), expected, "{row}");
    }
    assert!(problems(csv(&["13900139000,李四,\"团支部,,全国,", ROWS[0]]))[0].starts_with("2: "));
}

#[test]
fn identity_cards_are_refused_in_every_cell() {
    let expected = "holds an ID-card number; take it out of the file, it is not needed";
    for card in [
        "11010519491231002X",
        "110105194912310021",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002x",
        "110105491231002",
    ] {
        for row in
            ["CARD,李四,团支部,,全国,", "13900139000,CARD,团支部,,全国,", "13900139000,李四,团支部,,全国,王老师CARD"]
        {
            assert_eq!(second(&row.replace("CARD", card)), expected, "{row}");
        }
    }
    let ignored = format!("{HEADER},证件\n{},\n13900139000,李四,团支部,,全国,,11010519491231002X\n", ROWS[0]);
    assert_eq!(problems(ignored), [format!("3: {expected}")]);
}

#[test]
fn rows_that_contradict_each_other_are_told_with_both_lines() {
    let other = ROWS[0].replace("软件工程2301", "软件工程2302").replace("13800138000", "+86 13800138000");
    let file = csv(&[ROWS[0], ROWS[1], &other, ROWS[0]]);
    assert_eq!(problems(file), ["4: says something else of the same phone than line 2"]);
}

#[test]
fn all_bad_rows_are_told_at_once() {
    let told = problems(csv(&["1,张三,团支部,,全国,", ROWS[0], "13900139000,李四,团支部,,上海,", "", ",,,,全国,"]));
    let lines: Vec<&str> = told.iter().map(|told| told.split_once(':').expect("a line").0).collect();
    assert_eq!(lines, ["2", "4", "6"]);
}

#[test]
fn columns_that_are_missing_are_named() {
    let told = problems("手机号;姓名;系统\n13800138000;张三;广东\n");
    assert_eq!(
        told,
        [
            "1: the column organization (所在团支部) is missing",
            "1: the column superior (上级团组织) is missing",
            "1: the column contact (联系方式) is missing"
        ]
    );
    assert_eq!(problems(format!("\n{HEADER},手机号\n")), ["2: the column phone (手机号) is there twice"]);
    for nothing in ["", "\n\n", "hello\n", "\u{feff}"] {
        assert_eq!(problems(nothing), [format!("1: no header; it must name the columns {HEADER} or {CHINESE}")]);
    }
    assert_eq!(problems(format!("{HEADER}\n,,,\n")), ["1: no row stands below the header"]);
}

#[test]
fn a_file_that_is_something_else_is_told() {
    let mut broken = csv(&ROWS).into_bytes();
    let at = broken.len() - 3;
    broken[at] = 0xff;
    assert_eq!(problems(&broken), ["4: this line is not UTF-8, as others are"]);
    assert_eq!(problems([&[0xef, 0xbb, 0xbf], &broken[..]].concat()), ["4: this line is not UTF-8, as its mark says"]);
    assert_eq!(problems([0xff, 0xfe, b'a']), ["1: this line is not UTF-16, as its mark says"]);
    let mut truncated = GB18030.encode(&csv(&ROWS)).0.into_owned();
    truncated.extend("机".as_bytes()[..1].iter());
    // The mistake is told and not taken for another encoding, in which all would read as something else.
    assert_eq!(problems(truncated), ["5: this line is not UTF-8 or GB18030"]);
    let old = problems([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]);
    assert!(old[0].contains("save it as .xlsx"), "{old:?}");
    assert_eq!(
        problems(b"PK\x03\x04 and then nothing"),
        ["1: not a workbook (.xlsx) that can be read; save it anew, or as CSV"]
    );
}
