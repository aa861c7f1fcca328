//! `zhuanjie chat`, fed by a pipe.

use super::Place;

const TALK: &str = "从广州转到福州\n1\n今天发起成功\n1\n";

#[test]
fn a_conversation_numbers_its_options_and_names_its_sources() {
    let place = Place::new();
    let out = place.feed(&["chat", "--data", &place.data()], TALK.as_bytes()).ok();
    for part in ["[1] 记录这次转接", "来源：《", "转接编号", "发起成功", "[1] 日历", "transfer.ics"]
    {
        assert!(out.contains(part), "{part}: {out}");
    }
    let file = std::fs::read_to_string(place.path("work/transfer.ics")).expect("a file");
    assert!(file.starts_with("BEGIN:VCALENDAR"), "{file}");
    // The next run goes on with it; a file that is there is not overwritten.
    let out = place.feed(&["chat", "--data", &place.data()], "我的转接\n日历\n".as_bytes()).ok();
    assert!(out.contains("广东") && out.contains("transfer-2.ics"), "{out}");
    assert!(place.path("work/transfer-2.ics").is_file());
}

#[test]
fn alone_it_is_a_conversation_kept_in_the_home() {
    let place = Place::new();
    let alone = place.feed::<&str>(&[], "几天内要报到\n".as_bytes()).ok();
    assert!(place.path("home/data/zhuanjie/zhuanjie.db").is_file());
    assert_eq!(Place::new().feed(&["chat"], "几天内要报到\n".as_bytes()).ok(), alone);
}

#[test]
fn nothing_and_rubbish_end_well() {
    for input in [&b""[..], b"\n\n\n", b"\x00\x07\x1b[31m\n", "啊".repeat(10_000).as_bytes(), "没有换行".as_bytes()]
    {
        let place = Place::new();
        let out = place.feed(&["chat"], input).ok();
        assert!(out.contains("转接"), "{out}");
        assert!(!out.contains('\u{1b}'), "{out:?}");
    }
    let ran = Place::new().feed(&["chat"], b"\xff\xfe\n");
    assert!(matches!(ran.code, 0 | 2) && !ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn help_and_mistakes() {
    let place = Place::new();
    let help = place.run(&["--help"]).ok();
    for command in ["chat", "ask", "converse", "plan", "check", "dialogs", "transfer"] {
        assert!(help.contains(command), "{command}: {help}");
    }
    place.run(&["tea"]).refused(&["tea"]);
    place.run(&["chat", "--tea"]).refused(&["--tea"]);
}
