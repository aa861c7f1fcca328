//! `zhuanjie transfer`.

use serde_json::{Value, json};

use super::{Place, json_of, keys, turn};

/// A place with one transfer on record, and its ID.
fn recorded() -> (Place, String) {
    let place = Place::new();
    let mut running = place.converse(true);
    let mut id = String::new();
    for text in
        ["从广州转到福州", "记录这次转接", "6月1日发起成功", "不是6月1号，是6月2号", "6月3日报到了", "按错了，还没报到"]
    {
        let answer = running.say(&turn("u1", text, "2024-06-04"));
        if let Some(changed) = answer["transfer"].as_str() {
            changed.clone_into(&mut id);
        }
    }
    running.end();
    (place, id)
}

#[test]
fn a_transfer_is_shown_as_the_contract_says() {
    let (place, id) = recorded();
    let out = place.run(&["transfer", "show", &id, "--json", "--data", &place.data()]).ok();
    assert_eq!(keys(&out), ["id", "status", "origin", "destination", "case", "steps", "events", "deadlines"]);
    let shown = json_of(&out);
    assert_eq!((&shown["id"], &shown["status"], &shown["case"]), (&json!(id), &json!("submitted"), &Value::Null));
    assert_eq!((&shown["origin"], &shown["destination"]), (&json!("guangdong"), &json!("fujian")));
    let events = json!([
        { "event": "submitted", "on": "2024-06-02", "recorded_at": "2024-06-04T09:00:00+08:00", "by": "member" }
    ]);
    assert_eq!(shown["events"], events);
    let steps = shown["steps"].as_array().expect("steps");
    assert!(steps.iter().all(|s| s["id"].is_string() && s["done"].is_boolean()) && steps[0]["done"] == true, "{out}");
    let own: Vec<&Value> =
        shown["deadlines"].as_array().expect("deadlines").iter().filter(|d| d["duty"] == "member").collect();
    assert_eq!((own.len(), &own[0]["due"]), (1, &json!("2024-06-12")));
    assert!(!out.contains("{contact}"), "{out}");
    // As people type it.
    let spoken = id.to_lowercase().replace('-', " ");
    assert_eq!(place.run(&["transfer", "show", &spoken, "--json", "--data", &place.data()]).ok(), out);
    let text = place.run(&["transfer", "show", &id, "--data", &place.data()]).ok();
    assert!(text.contains(&id) && text.contains("2024-06-02"), "{text}");
    assert_eq!(place.run(&["transfer", "list", "--json", "--data", &place.data()]).ok(), out);
    assert!(place.run(&["transfer", "list", "--data", &place.data()]).ok().contains(&id));
}

#[test]
fn what_is_not_there_is_said() {
    let place = Place::new();
    // Nothing recorded yet is nothing wrong; a folder that was named and is not there may be.
    assert_eq!(place.run(&["transfer", "list"]).ok(), "");
    let ran = place.run(&["transfer", "list", "--data", &place.data()]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("there is no database") && ran.err.contains(&place.data()), "{}", ran.err);
    for id in ["ABCD-EFGH-JKLM", "x", ""] {
        let ran = place.run(&["transfer", "show", id, "--json", "--data", &place.data()]);
        ran.refused(&["no transfer", id]);
        assert_eq!(ran.out, "");
    }
    place.run(&["transfer", "show"]).refused(&["ID"]);
}

#[test]
fn without_a_folder_it_looks_where_chat_keeps_its_own() {
    let place = Place::new();
    place.feed(&["chat"], "从广州转到福州\n记录这次转接\n".as_bytes()).ok();
    assert_eq!(place.run(&["transfer", "list"]).ok().lines().count(), 1);
    assert!(place.path("home/data/zhuanjie/zhuanjie.db").is_file());
}
