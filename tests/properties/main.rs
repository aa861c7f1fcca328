//! What holds whatever comes in from outside: the parsers of texts, files, buttons, updates and lines, fed with what
//! proptest draws. The same invariants are fuzzed, see `fuzz/README.md`; what was found there stands in [`found`].

mod found;
mod invariants;

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// How often each cheap property is tried, each that takes whole turns or a file, and each that takes all files.
const MANY: u32 = 1_000;
const FEW: u32 = 200;
const RARE: u32 = 12;

fn tries(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// What members write, in pieces that the pipeline looks at, and anything.
fn piece() -> impl Strategy<Value = String> {
    let known = select(vec![
        "从广州",
        "转到",
        "北京",
        "我想",
        "还是",
        "全国铁道",
        "毕业",
        "6月1日",
        "昨天",
        "2024-06-31",
        "已经提交",
        "被退回了",
        "没有",
        "不是",
        "室友",
        "记录这次转接",
        "我的转接",
        "删除我的数据",
        "zhuan tuan zu zhi guan xi",
        "beijing",
        "13800138000",
        "１３８００１３８０００",
        "110105199001011237",
        "138-0013-8000",
        "ABCD-EFGH-JKLM",
        "T20260820-0007",
        "編號",
        "唔知",
        "<b>",
        "\u{200b}",
        "\u{301}",
        "😀",
        "(1)",
        "①",
        "x",
        "0",
        "1",
        " ",
        ",",
        "。",
        "\r\n",
        "\t",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,8}", 1 => "[0-9x -]{1,20}", 1 => any::<char>().prop_map(String::from)]
}

fn message() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

/// A conversation in the form of [`invariants::turns`].
fn script() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        3 => message().prop_map(|text| text.replace('\n', " ")),
        3 => (1..5u8).prop_map(|n| format!("#{n}")),
        2 => (1..8u8).prop_map(|n| format!("!{n}")),
        1 => (1..40u16).prop_map(|days| format!("+{days}")),
        1 => "~[otdlqun][ -~]{0,20}",
        2 => select(vec!["广东转北京", "记录这次转接", "6月3日提交了", "被退回了", "没以前报到过", "我的转接"]).prop_map(str::to_owned),
    ];
    (select(vec!["", "@", "&"]), prop::collection::vec(line, 1..10))
        .prop_map(|(way, lines)| way.to_owned() + &lines.join("\n"))
}

/// A text of which a few characters are changed, doubled or gone.
fn broken(text: String) -> impl Strategy<Value = String> {
    let change = (any::<Index>(), prop_oneof![piece(), "[\\[\\]{}\"'=,:\\\\#\n]", Just(String::new())], 0..3usize);
    prop::collection::vec(change, 0..5).prop_map(move |changes| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, with, gone) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + gone).min(chars.len());
            chars.splice(at..end, with.chars());
        }
        chars.into_iter().collect()
    })
}

fn broken_file() -> impl Strategy<Value = (u8, String)> {
    let files = invariants::source_files();
    (0..files.len()).prop_flat_map(move |which| {
        let text = files[which].1.to_owned();
        (Just(u8::try_from(which).expect("fewer than 128 files")), broken(text))
    })
}

/// Text that stands in a file of the repository.
fn shipped(path: &str) -> String {
    std::fs::read_to_string(invariants::ROOT.join(path)).expect("a file of the repository")
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1e400".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        message().prop_map(|text| serde_json::Value::from(text).to_string()),
        Just("true".to_owned()),
    ];
    let key = select(vec![
        "user",
        "text",
        "now",
        "message",
        "id",
        "answers",
        "offered",
        "label",
        "action",
        "chat_id",
        "send_message",
    ]);
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|all| {
                let all: Vec<String> = all.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", all.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(tries(MANY))]

    #[test]
    fn any_text_is_understood(text in message()) {
        invariants::text(&text);
    }

    #[test]
    fn a_private_number_is_hidden_however_it_is_written(text in message(), seed in any::<u64>()) {
        invariants::planted(&text, seed);
    }

    #[test]
    fn ids_and_presses_are_read_as_they_are_written(text in message(), code in "[otdlqun]?\\PC{0,70}") {
        invariants::ids(&text);
        invariants::presses(&code);
        invariants::presses(&text);
    }

    #[test]
    fn any_bytes_are_a_roster_or_are_refused(way in 0..4u8, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        invariants::roster(&[&[way], &bytes[..]].concat());
    }

    #[test]
    fn any_rows_are_taken_or_refused(rows in prop::collection::vec(prop::collection::vec(piece(), 4..7), 0..6)) {
        let rows: Vec<String> = rows.into_iter().map(|row| row.join(",")).collect();
        invariants::roster(format!("\u{1}{}", rows.join("\n")).as_bytes());
    }

    #[test]
    fn any_update_is_heard_or_passed_over(update in broken(shipped("tests/properties/updates.json"))) {
        invariants::updates(&update);
    }

    #[test]
    fn any_letter_is_read_or_refused(letter in json(), text in message(), most in 0..60usize) {
        invariants::letters(&letter);
        invariants::parts(&text, most);
    }

    #[test]
    fn any_configuration_is_taken_or_told(text in broken(shipped("deploy/zhuanjie.toml").replace("#: ", ""))) {
        invariants::config(&text);
        invariants::keys(&text);
    }

    #[test]
    fn any_line_is_a_message_or_a_mistake(lines in prop::collection::vec(json(), 0..5)) {
        invariants::lines(lines.join("\n").as_bytes());
    }

    #[test]
    fn an_answer_is_sent_only_where_it_says_so(status in 100..600u16, code in "[A-Za-z.0-9]{0,30}", says in message()) {
        let body = serde_json::json!({ "Code": code, "Message": says }).to_string();
        invariants::answers(status, body.as_bytes());
        invariants::answers(status, says.as_bytes());
    }
}

proptest! {
    #![proptest_config(tries(FEW))]

    #[test]
    fn any_conversation_has_its_replies(script in script()) {
        invariants::turns(&script);
    }

    #[test]
    fn any_stored_state_is_gone_on_from(state in json(), situation in json(), script in script()) {
        invariants::states(&format!("{state}\n{situation}\n{script}"));
    }

    #[test]
    fn any_file_of_an_author_is_told((which, text) in broken_file()) {
        invariants::knowledge(which, &text);
    }
}

proptest! {
    #![proptest_config(tries(RARE))]

    #[test]
    fn any_file_of_an_author_is_told_among_all_others((which, text) in broken_file()) {
        invariants::knowledge(which | 0x80, &text);
    }
}
