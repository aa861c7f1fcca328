//! `zhuanjie ask`.

use serde_json::{Value, json};

use super::{Place, Running, json_of, keys};

const KEYS: [&str; 7] = ["id", "kind", "origin", "destination", "text", "citations", "options"];
const KINDS: [&str; 6] = ["answer", "plan", "clarify", "progress", "where", "out_of_scope"];

fn question(id: &str, text: &str) -> String {
    json!({ "id": id, "text": text }).to_string()
}

fn check_shape(line: &str) -> Value {
    assert_eq!(keys(line), KEYS, "{line}");
    let answer = json_of(line);
    assert!(KINDS.contains(&answer["kind"].as_str().expect("a kind")), "{line}");
    assert!(answer["text"].as_str().is_some_and(|t| !t.trim().is_empty()), "{line}");
    for key in ["citations", "options"] {
        assert!(answer[key].as_array().is_some_and(|all| all.iter().all(Value::is_string)), "{key}: {line}");
    }
    for key in ["origin", "destination"] {
        assert!(answer[key].is_null() || answer[key].is_string(), "{key}: {line}");
    }
    answer
}

#[test]
fn answers_come_in_order_with_the_keys_of_the_contract() {
    let questions = [
        ("d001", "我在深圳上大学，考上了清华的研究生，团关系怎么转"),
        ("d002", "从广东转到福建几天内要报到"),
        ("d003", "我的组织在哪"),
        ("d004", "今天天气怎么样"),
        ("d005", "怎么转团组织关系"),
        ("d006", "我的转接到哪一步了"),
    ];
    let input: Vec<String> = questions.iter().map(|(id, text)| question(id, text)).collect();
    let out = Place::new().feed(&["ask", "--json"], input.join("\n").as_bytes()).ok();
    let answers: Vec<Value> = out.lines().map(check_shape).collect();
    let ids: Vec<&str> = answers.iter().map(|a| a["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, questions.map(|(id, _)| id));

    let plan = &answers[0];
    assert_eq!((&plan["kind"], &plan["origin"]), (&json!("plan"), &json!("guangdong")));
    assert_eq!(plan["destination"], "beijing");
    assert!(plan["options"].as_array().expect("options").contains(&json!("记录这次转接")));
    assert!(plan["citations"].as_array().expect("citations").iter().any(|c| c == "guangdong-guide §三.6"));
    let text = plan["text"].as_str().expect("text");
    let opening = text.split("\n\n").next().expect("an opening");
    assert!(opening.lines().count() <= 6, "{opening}");
    assert!(text.split("\n\n").last().is_some_and(|last| last.starts_with("来源：")), "{text}");
    let before = text.rfind("来源：").expect("sources");
    assert!(text[..before].chars().count() <= 2500);
    assert!(answers.iter().all(|a| a["kind"] == "plan" || a["destination"].is_null() || a["origin"].is_string()));
    assert_eq!(answers[2]["kind"], "where");
    assert_eq!(answers[3]["kind"], "out_of_scope");
    assert_eq!(answers[4]["kind"], "clarify");
    assert_eq!(answers[5]["kind"], "progress");
}

#[test]
fn each_answer_is_out_before_the_next_line_is_read() {
    let mut running = Running::of(&mut Place::new().command(&["ask", "--json"]));
    for id in ["1", "2", "3"] {
        // Were the answer held back, this would wait for ever.
        running.send(&question(id, "几天内要报到"));
        assert_eq!(check_shape(&running.line().expect("an answer"))["id"], id);
    }
    running.end();
}

#[test]
fn every_line_is_a_new_member() {
    let lines = [question("1", "从广州转到福州"), question("2", "记录这次转接"), question("3", "我的转接")];
    let answers = Place::new().feed(&["ask", "--json"], lines.join("\n").as_bytes()).lines();
    assert_eq!(answers[0]["kind"], "plan");
    assert!(answers[1]["origin"].is_null() && answers[2]["origin"].is_null(), "{answers:?}");
}

#[test]
fn any_text_is_a_turn_with_a_reply() {
    let place = Place::new();
    let long: String = "从广州转到北京怎么转，".chars().cycle().take(10_000).collect();
    let texts =
        ["", "   ", "\u{0}\u{1}\u{7}\u{1b}[31m\r\t", "🙂🙂", "?", &long, &"啊".repeat(10_000), &"\u{202e}".repeat(50)];
    let lines: Vec<String> = texts.iter().enumerate().map(|(i, text)| question(&i.to_string(), text)).collect();
    let out = place.feed(&["ask", "--json"], lines.join("\n").as_bytes()).ok();
    let answers: Vec<Value> = out.lines().map(check_shape).collect();
    assert_eq!(answers.len(), texts.len());
    for answer in &answers {
        let text = answer["text"].as_str().expect("text");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
}

#[test]
fn bad_input_is_named_by_its_line_and_what_came_before_stays_answered() {
    let good = question("1", "几天内要报到");
    let cases: [(&[u8], &[&str]); 6] = [
        (b"not json", &["line 3", "not JSON"]),
        (b"[1]", &["line 3", "not a JSON object"]),
        (br#"{"id":"x"}"#, &["line 3", "`text` is missing"]),
        (br#"{"text":"x"}"#, &["line 3", "`id` is missing"]),
        (br#"{"id":"x","text":["x"]}"#, &["line 3", "`text`"]),
        (b"{\"id\":\"x\",\"text\":\"\xff\xfe\"}", &["line 3", "UTF-8"]),
    ];
    for (bad, says) in cases {
        let mut input = format!("{good}\n{good}\n").into_bytes();
        input.extend(bad);
        input.extend(format!("\n{good}\n").bytes());
        let ran = Place::new().feed(&["ask", "--json"], &input);
        ran.refused(says);
        assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        ran.out.lines().for_each(|line| drop(check_shape(line)));
    }
}

#[test]
fn now_is_an_argument_and_a_bad_one_is_refused() {
    let place = Place::new();
    for bad in ["yesterday", "2024-06-01", "2024-13-01T00:00:00+08:00"] {
        place.run(&["ask", "--json", "--now", bad]).refused(&["--now", bad]);
    }
    let now = ["ask", "--json", "--now", "2024-06-01T09:00:00+08:00"];
    let answer = place.feed(&now, question("1", "从广州转到福州").as_bytes()).lines();
    assert_eq!(answer[0]["kind"], "plan");
}

#[test]
fn without_json_it_prints_the_reply() {
    let place = Place::new();
    let out = place.run(&["ask", "从广东转到福建几天内要报到"]).ok();
    assert!(out.contains("天内") && out.contains("来源："), "{out}");
    place.run(&["ask"]).refused(&["--json"]);
    assert!(place.run(&["ask", ""]).ok().lines().next().is_some());
    // Nothing of a question is kept.
    assert_eq!(std::fs::read_dir(place.path("home")).expect("readable").count(), 0);
    assert_eq!(std::fs::read_dir(place.path("work")).expect("readable").count(), 0);
}
