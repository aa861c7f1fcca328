//! `zhuanjie converse`.

use serde_json::{Value, json};

use super::{Place, json_of, keys, options, texts, turn};

const DAY: &str = "2024-06-03";

fn delivery(user: &str, text: &str, message: &str) -> Value {
    let mut turn = turn(user, text, DAY);
    turn["message"] = json!(message);
    turn
}

#[test]
fn answers_have_the_shape_of_the_contract() {
    let place = Place::new();
    let mut running = place.converse(false);
    for text in ["从广州转到福州", "几天内要报到", "记录这次转接", "6月1日发起成功", "日历", "", "你好"]
    {
        running.send(&turn("u1", text, DAY).to_string());
        // Each answer is out before the next line is sent.
        let line = running.line().expect("an answer");
        assert_eq!(keys(&line), ["user", "kind", "replies", "transfer"], "{line}");
        let answer = json_of(&line);
        assert_eq!(answer["user"], "u1");
        for reply in answer["replies"].as_array().expect("replies") {
            assert_eq!(keys(&reply.to_string()).len(), 3);
            assert!(reply["text"].is_string() && reply["options"].is_array() && reply["files"].is_array(), "{line}");
        }
        assert!(!texts(&answer).trim().is_empty(), "{text}: {line}");
    }
    running.end();
}

#[test]
fn a_plan_is_recorded_reported_on_and_put_into_a_calendar() {
    let place = Place::new();
    let mut running = place.converse(false);
    let plan = running.say(&turn("u1", "从广州转到福州", DAY));
    assert_eq!((&plan["kind"], &plan["transfer"]), (&json!("plan"), &Value::Null));
    assert!(options(&plan).contains(&"记录这次转接"));
    let recorded = running.say(&turn("u1", "记录这次转接", DAY));
    let id = recorded["transfer"].as_str().expect("an ID").to_owned();
    assert!(texts(&recorded).contains(&id), "{recorded}");
    let told = running.say(&turn("u1", "6月1日发起成功", DAY));
    assert_eq!((&told["kind"], &told["transfer"]), (&json!("progress"), &json!(id)));
    assert!(texts(&told).contains("2024-06-11") && options(&told).contains(&"日历"), "{told}");
    let calendar = running.say(&turn("u1", "日历", DAY));
    assert_eq!(calendar["transfer"], Value::Null);
    let file = &calendar["replies"][0]["files"][0];
    assert_eq!((&file["name"], &file["type"]), (&json!("transfer.ics"), &json!("text/calendar")));
    let ics = file["text"].as_str().expect("text");
    assert!(ics.starts_with("BEGIN:VCALENDAR\r\n") && ics.contains("DTSTART;VALUE=DATE:20240611"), "{ics}");
    assert!(!ics.replace("\r\n ", "").contains('{'), "{ics}");
    assert!(ics.lines().filter(|l| l.starts_with("DTSTAMP")).all(|l| l == "DTSTAMP:20240603T010000Z"), "{ics}");
    // Looking changes nothing.
    assert_eq!(running.say(&turn("u1", &id, DAY))["transfer"], Value::Null);
    assert_eq!(running.say(&turn("u1", "6月1日发起成功", DAY))["transfer"], Value::Null);
    running.end();
}

#[test]
fn an_option_is_chosen_by_its_label_or_its_number() {
    let place = Place::new();
    let mut running = place.converse(false);
    for (user, choice) in [("label", "记录这次转接"), ("number", "1")] {
        let plan = running.say(&turn(user, "从广州转到福州", DAY));
        assert_eq!(options(&plan)[0], "记录这次转接");
        assert!(running.say(&turn(user, choice, DAY))["transfer"].is_string(), "{choice}");
    }
    running.end();
}

#[test]
fn erasing_is_asked_once_and_then_done() {
    let place = Place::new();
    let mut running = place.converse(true);
    running.say(&turn("u1", "从广州转到福州", DAY));
    let id = running.say(&turn("u1", "记录这次转接", DAY))["transfer"].as_str().expect("an ID").to_owned();
    let asked = running.say(&turn("u1", "删除我的数据", DAY));
    assert!(options(&asked).contains(&"确认删除") && asked["transfer"].is_null(), "{asked}");
    let erased = running.say(&delivery("u1", "确认删除", "m9"));
    assert_eq!(running.say(&delivery("u1", "确认删除", "m9")), erased);
    let gone = running.say(&turn("u1", &id, DAY));
    assert!(!texts(&gone).contains("福建"), "{gone}");
    running.end();
    for entry in std::fs::read_dir(place.path("data")).expect("readable") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("readable");
        assert!(!bytes.windows(id.len()).any(|w| w == id.as_bytes()), "{}", path.display());
    }
    place.run(&["transfer", "show", &id, "--data", &place.data()]).refused(&[&id]);
}

#[test]
fn the_same_delivery_has_one_effect_and_the_same_reply_also_after_a_restart() {
    let place = Place::new();
    let mut running = place.converse(true);
    let turns = [
        delivery("u1", "从广州转到福州", "m1"),
        delivery("u1", "记录这次转接", "m2"),
        delivery("u1", "6月1日发起成功", "m3"),
        delivery("u1", "日历", "m4"),
        delivery("u1", "几天内要报到", "m5"),
    ];
    let first: Vec<Value> = turns.iter().map(|t| running.say(t)).collect();
    let again: Vec<Value> = turns.iter().map(|t| running.say(t)).collect();
    assert_eq!(again, first);
    // Somebody else's clock is nobody's reason to forget.
    running.say(&json!({ "user": "u9", "text": "你好", "message": "m1", "now": "2031-01-01T09:00:00+08:00" }));
    assert_eq!(running.say(&turns[2]), first[2]);
    // A delivery id is the member's own; with another text it is still the same delivery.
    assert_eq!(running.say(&delivery("u1", "别的话", "m2")), first[1]);
    assert_ne!(running.say(&delivery("u2", "记录这次转接", "m2"))["transfer"], first[1]["transfer"]);
    running.end();
    let mut running = place.converse(true);
    for (turn, first) in turns.iter().zip(&first) {
        assert_eq!(running.say(turn), *first);
    }
    let list = running.say(&turn("u1", "我的转接", DAY));
    assert!(texts(&list).contains(first[1]["transfer"].as_str().expect("an ID")), "{list}");
    running.end();
    let out = place.run(&["transfer", "list", "--json", "--data", &place.data()]).lines();
    assert_eq!(out.len(), 1);
    assert_eq!(out[0]["events"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_conversation_goes_on_between_lines_and_runs() {
    let place = Place::new();
    let mut running = place.converse(true);
    let asked = running.say(&turn("u1", "我在广州上学，团关系怎么转", DAY));
    assert_eq!(asked["kind"], "clarify");
    // Another member in between is another conversation.
    assert_eq!(running.say(&turn("u2", "怎么转团组织关系", DAY))["kind"], "clarify");
    running.end();
    let mut running = place.converse(true);
    let plan = running.say(&turn("u1", "去福州", DAY));
    assert_eq!(plan["kind"], "plan", "{plan}");
    running.end();
    // Without a folder nothing is kept.
    let mut running = place.converse(false);
    assert_ne!(running.say(&turn("u1", "记录这次转接", DAY))["kind"], "plan");
    running.end();
}

#[test]
fn a_stranger_learns_nothing_from_an_id() {
    let place = Place::new();
    let mut running = place.converse(false);
    running.say(&turn("u1", "从广州转到福州", DAY));
    let id = running.say(&turn("u1", "记录这次转接", DAY))["transfer"].as_str().expect("an ID").to_owned();
    let mut other = place.converse(false);
    other.say(&turn("x", "从广州转到福州", DAY));
    let nobodys = other.say(&turn("x", "记录这次转接", DAY))["transfer"].as_str().expect("an ID").to_owned();
    other.end();
    for text in ["ID", "查一下 ID", "ID 6月1日发起成功", "ID 被退回了"] {
        let said = |of: &str| text.replace("ID", of);
        let mut hidden = running.say(&turn("stranger-1", &said(&id), DAY));
        let mut absent = running.say(&turn("stranger-2", &said(&nobodys), DAY));
        for answer in [&mut hidden, &mut absent] {
            answer["user"] = Value::Null;
        }
        let blind = |answer: &Value| answer.to_string().replace(&id, "ID").replace(&nobodys, "ID");
        assert_eq!(blind(&hidden), blind(&absent), "{text}");
    }
    running.end();
}

#[test]
fn any_text_is_a_turn_with_a_reply() {
    let place = Place::new();
    let mut running = place.converse(true);
    let long: String = "从广州转到北京，6月1日发起成功，".chars().cycle().take(10_000).collect();
    for text in
        ["", " ", "\u{0}\u{7}\u{1b}[2J", "\n\n", &long, &"1".repeat(10_000), "'; DROP TABLE member; --", "{\"a\":1}"]
    {
        let answer = running.say(&turn("u1", text, DAY));
        assert!(!texts(&answer).trim().is_empty(), "{text:?}");
    }
    assert!(!texts(&running.say(&turn("", "几天内要报到", DAY))).is_empty());
    running.end();
}

#[test]
fn bad_input_is_named_by_its_line_and_what_came_before_is_kept() {
    let good = turn("u1", "从广州转到福州", DAY).to_string();
    let record = turn("u1", "记录这次转接", DAY).to_string();
    let cases: [(&str, &[&str]); 6] = [
        ("not json", &["line 3", "not JSON"]),
        ("\"text\"", &["line 3", "not a JSON object"]),
        (r#"{"user":"u1"}"#, &["line 3", "`text` is missing"]),
        (r#"{"text":"x"}"#, &["line 3", "`user` is missing"]),
        (r#"{"user":"u1","text":"x","now":"today"}"#, &["line 3", "`now`", "today"]),
        (r#"{"user":"u1","text":"x","now":"2024-06-31T09:00:00+08:00"}"#, &["line 3", "`now`"]),
    ];
    for (bad, says) in cases {
        let place = Place::new();
        let input = format!("{good}\n{record}\n{bad}\n{good}\n");
        let ran = place.feed(&["converse", "--json", "--data", &place.data()], input.as_bytes());
        assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
        ran.refused(says);
        assert_eq!(place.run(&["transfer", "list", "--data", &place.data()]).ok().lines().count(), 1);
    }
    Place::new().run(&["converse"]).refused(&["--json"]);
}

#[test]
fn dates_are_those_of_shanghai() {
    let place = Place::new();
    let mut running = place.converse(false);
    // Late in the evening of May 31 in London it is June 1 in Shanghai.
    let at = |text: &str| json!({ "user": "u1", "text": text, "now": "2024-05-31T20:00:00+00:00" });
    running.say(&at("从广州转到福州"));
    running.say(&at("记录这次转接"));
    assert!(texts(&running.say(&at("今天发起成功"))).contains("2024-06-01"));
    running.end();
}

#[test]
fn a_second_process_is_told_that_the_folder_is_held() {
    let place = Place::new();
    let mut running = place.converse(true);
    running.say(&turn("u1", "几天内要报到", DAY));
    place.run(&["converse", "--json", "--data", &place.data()]).refused(&["in use by another process"]);
    // To look is no harm.
    assert_eq!(place.run(&["transfer", "list", "--data", &place.data()]).ok(), "");
    running.end();
}
