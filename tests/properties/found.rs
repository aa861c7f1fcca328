//! What fuzzing found once, each as small as it can be told.

use crate::invariants;

/// The limit fell into a number of twelve digits, and eleven of them were a mobile number.
#[test]
fn what_is_cut_off_leaves_no_private_number() {
    for end in ["138001380001", "138 0013 80001", "13800138000 ", "1101051990010112371", "一三八零零一三八零零零一"]
    {
        for kept in 1..=end.chars().count() {
            invariants::text(&format!("{}{end}还有", "团".repeat(2_000 - kept)));
        }
    }
}

/// What was left of a text was white space that was not skipped, and the parts went on for ever.
#[test]
fn white_space_of_any_kind_ends_a_text() {
    for text in ["\t", "好。\u{3000}", "好\r\n\t", "\u{a0}好\u{2003}"] {
        invariants::parts(text, 2);
        invariants::parts(text, 4096);
    }
}

/// A mistake that was quoted over two lines, or with an escape in it, was two lines of `check`.
#[test]
fn a_problem_is_one_line() {
    let files = invariants::source_files();
    let which = files.iter().position(|(path, _)| *path == "contacts.toml").expect("the file is there");
    let which = u8::try_from(which).expect("fewer than 128 files");
    for text in
        ["fallback = [\n1,\n2]", "fallback = \"x\"\n[[contact]]\nid = \"\\u001b[2J\\n\"\nsystem = \"\"\n\"\\n\" = 1"]
    {
        invariants::knowledge(which, text);
    }
}

/// A record whose situation this version cannot read was answered with nothing at all.
#[test]
fn a_record_that_cannot_be_planned_is_spoken_of() {
    for situation in ["null", "{}", r#"{"version":1,"from":{"system":"elsewhere","name":""},"role":"member"}"#] {
        invariants::states(&format!("{{}}\n{situation}\n我的转接\n看步骤\n6月1日提交了\n日历\n+9\n被退回了\n怎么转"));
    }
}
