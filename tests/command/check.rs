//! `zhuanjie check` and `zhuanjie dialogs`, and the folders that every command takes.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Place, copy_of, json_of, keys};

#[test]
fn the_shipped_files_have_no_problem() {
    let place = Place::new();
    let out = place.run(&["check"]).ok();
    let last = out.lines().last().expect("counts");
    for count in ["0 problems", "routes", "cases", "faq", "dialogs", "nodes", "places", "sources", "plans"] {
        assert!(last.contains(count), "{count}: {last}");
    }
    let out = place.run(&["check", "--json"]).ok();
    let json = json_of(&out);
    assert_eq!(keys(&out), ["problems", "counts", "old"]);
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(0));
    assert!(json["counts"].as_object().expect("counts").values().all(|c| c.as_u64().is_some_and(|c| c > 0)), "{out}");
}

#[test]
fn what_is_due_for_another_look_is_listed() {
    let place = Place::new();
    let day = ["check", "--older-than", "180d", "--today"];
    let far = place.run(&[&day[..], &["2099-01-01"]].concat()).ok();
    let near = place.run(&[&day[..], &["2026-11-23"]].concat()).ok();
    assert!(far.lines().count() > near.lines().count(), "{near}");
    let json = json_of(&place.run(&[&day[..], &["2099-01-01", "--json"]].concat()).ok());
    assert_eq!(json["old"].as_array().map(Vec::len), Some(far.lines().count() - 1));
    assert!(json["old"][0]["id"].is_string() && json["old"][0]["checked_on"].is_string(), "{json}");
    for bad in ["180", "3w", "d", "-1d"] {
        place.run(&["check", &format!("--older-than={bad}")]).refused(&["--older-than", bad]);
    }
    place.run(&["check", "--older-than", "180d", "--today", "soon"]).refused(&["--today", "soon"]);
}

/// Breaks three files of a copy and says where.
fn broken(place: &Place) -> String {
    let edits = [
        ("routes/guangdong.toml", "cites = [\"guangdong-guide ", "cites = [\"no-such-source "),
        ("cases/enlistment.toml", "text = ", "txet = "),
        ("service.toml", "id = \"service.help\"", "id = \"service.welcome\""),
    ];
    edited(place, "knowledge", &edits)
}

/// A copy of a folder where in some files one text stands in the place of another.
fn edited(place: &Place, folder: &str, edits: &[(&str, &str, &str)]) -> String {
    let copy = place.path(folder);
    copy_of(folder, &copy);
    for (file, from, to) in edits {
        let path = copy.join(file);
        let text = fs::read_to_string(&path).expect("readable");
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replacen(from, to, 1)).expect("written");
    }
    copy.display().to_string()
}

/// `file:line:column: message`.
fn is_problem(line: &str) -> bool {
    let mut parts = line.splitn(4, ':');
    let (file, place) = (parts.next().unwrap_or_default(), [parts.next(), parts.next()]);
    let numbers = place.iter().all(|n| n.is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 0)));
    Path::new(file).extension().is_some() && numbers && parts.next().is_some_and(|m| m.starts_with(' '))
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let place = Place::new();
    let knowledge = broken(&place);
    let ran = place.run(&["check", "--knowledge", &knowledge]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    let lines: Vec<&str> = ran.out.lines().collect();
    let (counts, problems) = lines.split_last().expect("lines");
    assert!(counts.starts_with(&format!("{} problems", problems.len())), "{counts}");
    assert!(problems.iter().all(|line| is_problem(line)), "{}", ran.out);
    for (file, quoted) in
        [("guangdong.toml", "no-such-source"), ("enlistment.toml", "txet"), ("service.toml", "service.welcome")]
    {
        assert!(problems.iter().any(|p| p.contains(file) && p.contains(quoted)), "{file}: {}", ran.out);
    }
    let ran = place.run(&["check", "--json", "--knowledge", &knowledge]);
    assert_eq!(ran.code, 1);
    let json = json_of(&ran.out);
    let all: &Vec<Value> = json["problems"].as_array().expect("problems");
    assert_eq!(all.len(), problems.len());
    for (problem, line) in all.iter().zip(problems) {
        let text = |key: &str| problem[key].as_str().expect("text").to_owned();
        let (file, message) = (text("file"), text("message"));
        assert_eq!(*line, format!("{file}:{}:{}: {message}", problem["line"], problem["column"]));
    }
}

#[test]
fn what_the_program_says_by_itself_may_not_be_left_out() {
    let place = Place::new();
    let edit = ("service.toml", "id = \"service.help\"", "id = \"service.helped\"");
    let knowledge = edited(&place, "knowledge", &[edit]);
    let ran = place.run(&["check", "--knowledge", &knowledge]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("service.toml:1:1: `service.help` is missing"), "{}", ran.out);
    place.run(&["ask", "--knowledge", &knowledge, "你好"]).refused(&["service.help"]);
}

/// All commands, each with an input that it would serve.
const COMMANDS: [(&[&str], &str); 7] = [
    (&["ask", "几天内要报到"], ""),
    (&["ask", "--json"], "{\"id\":\"1\",\"text\":\"几天内要报到\"}\n"),
    (&["converse", "--json"], "{\"user\":\"u\",\"text\":\"几天内要报到\"}\n"),
    (&["chat"], "几天内要报到\n"),
    (&["plan", "--from", "guangdong", "--to", "beijing"], ""),
    (&["transfer", "list"], ""),
    (&["dialogs", "graph"], ""),
];

#[test]
fn every_command_takes_other_folders() {
    let place = Place::new();
    copy_of("knowledge", &place.path("k"));
    copy_of("dialogs", &place.path("d"));
    let (knowledge, dialogs) = (place.path("k").display().to_string(), place.path("d").display().to_string());
    for (command, input) in COMMANDS.into_iter().chain([(&["check"][..], "")]) {
        // Each in a place of its own: a conversation would go on where it was.
        let run = |arguments: &[&str]| Place::new().feed(arguments, input.as_bytes());
        let own = run(command).ok();
        let folders = ["--knowledge", &knowledge, "--dialogs", &dialogs];
        assert_eq!(run(&[command, &folders[..]].concat()).ok(), own, "{command:?}");
        assert_eq!(run(&[&folders[..], command].concat()).ok(), own, "{command:?}");
        let missing = ["--knowledge", "/no/such/folder"];
        run(&[command, &missing[..]].concat()).refused(&["/no/such/folder"]);
    }
}

#[test]
fn broken_knowledge_is_refused_by_all_that_need_it() {
    let place = Place::new();
    let knowledge = broken(&place);
    for (command, input) in COMMANDS.into_iter().filter(|(c, _)| c[0] != "dialogs") {
        let ran = place.feed(&[command, &["--knowledge", &knowledge][..]].concat(), input.as_bytes());
        ran.refused(&["no-such-source", "txet"]);
        assert_eq!(ran.out, "", "{command:?}");
    }
}

#[test]
fn a_question_added_to_a_copy_changes_the_conversation() {
    let place = Place::new();
    let dialogs = place.path("dialogs");
    copy_of("dialogs", &dialogs);
    let file = dialogs.join("transfer.toml");
    let text = fs::read_to_string(&file).expect("readable").replacen("next = \"destination\"", "next = \"hurry\"", 1);
    let question = r#"
[[node]]
id = "hurry"
fills = "hurry"
ask = "很急吗？"
why = "急的先打电话。"
options = [
    { label = "很急", value = "yes", next = "phone" },
    { label = "不急", value = "no" },
]
next = "destination"

[[node]]
id = "phone"
fills = "phone"
ask = "打过电话了吗？"
why = "电话最快。"
options = [{ label = "打过了", value = "yes" }]
next = "destination"
"#;
    fs::write(&file, text + question).expect("written");
    let dialogs = dialogs.display().to_string();
    let graph = place.run(&["dialogs", "graph", "transfer", "--dialogs", &dialogs]).ok();
    assert!(graph.contains("hurry -->|\"很急\"| phone"), "{graph}");
    let say = |user: &str, text: &str| super::turn(user, text, "2024-06-01").to_string();
    let talk = |user: &str, text: &str| [say(user, "我要转团组织关系"), say(user, "广州"), say(user, text)];
    let turns = [talk("calm", "不急"), talk("hasty", "很急")].concat().join("\n");
    let answers = place.feed(&["converse", "--json", "--dialogs", &dialogs], turns.as_bytes()).lines();
    assert!(super::texts(&answers[1]).contains("很急吗") && super::options(&answers[1]) == ["很急", "不急"]);
    assert!(super::texts(&answers[2]).contains("要转到哪里"), "{}", answers[2]);
    assert!(super::texts(&answers[5]).contains("打过电话了吗"), "{}", answers[5]);
}

#[test]
fn a_tree_is_printed_as_mermaid() {
    let place = Place::new();
    let all = place.run(&["dialogs", "graph"]).ok();
    assert!(all.starts_with("flowchart TD\n") && all.contains("-->"), "{all}");
    assert_eq!(place.run(&["dialogs", "graph", "transfer"]).ok(), all);
    place.run(&["dialogs", "graph", "tea"]).refused(&["tea", "transfer"]);
    place.run(&["dialogs"]).refused(&[]);
}
