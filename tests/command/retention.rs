//! `zhuanjie retention`.

use serde_json::{Value, json};

use super::{Place, json_of, keys, turn};

/// A place with somebody of long ago and somebody of today.
fn place() -> Place {
    let place = Place::new();
    let mut running = place.converse(true);
    running.say(&turn("u1", "从广州转到福州", "2024-06-01"));
    running.say(&turn("u1", "记录这次转接", "2024-06-01"));
    running.say(&turn("u1", "6月1日办完了", "2024-06-01"));
    running.say(&turn("u2", "今天天气怎么样转接", "2024-06-01"));
    running.say(&json!({ "user": "u3", "text": "从广州转到福州" }));
    running.end();
    place
}

fn removed(out: &str) -> Value {
    assert_eq!(keys(out), ["dry_run", "removed"]);
    json_of(out)["removed"].clone()
}

#[test]
fn a_dry_run_counts_and_a_run_removes() {
    let place = place();
    let data = place.data();
    let command = ["retention", "--json", "--data", &data];
    let dry = [&command[..], &["--dry-run"]].concat();
    let says = place.run(&dry).ok();
    assert_eq!(json_of(&says)["dry_run"], json!(true));
    assert_eq!(place.run(&dry).ok(), says);
    let did = place.run(&command).ok();
    assert_eq!((removed(&did), &json_of(&did)["dry_run"]), (removed(&says), &json!(false)));
    assert_eq!(removed(&did)["conversations"], json!(2), "{did}");
    let nothing = removed(&place.run(&dry).ok());
    assert!(nothing.as_object().expect("counts").values().all(|count| *count == json!(0)), "{nothing}");
    assert!(place.run(&["transfer", "list", "--data", &data]).ok().is_empty());
    let out = place.run(&["retention", "--dry-run", "--data", &data]).ok();
    assert!(out.starts_with("would be removed:\n") && out.contains("  misses: 0\n"), "{out}");
}

#[test]
fn the_configuration_says_for_how_long() {
    let place = place();
    let data = place.data();
    let long = "[codes]\nsender = \"webhook\"\n[retention]\nconversations = \"3650d\"\nfinished = \"3650d\"\n";
    std::fs::write(place.path("work/long.toml"), format!("data = {data:?}\n{long}")).expect("written");
    // The secrets of the service are not needed for it.
    let out = place.run(&["retention", "--json", "--config", "long.toml"]).ok();
    assert_eq!((&removed(&out)["conversations"], &removed(&out)["finished"]), (&json!(0), &json!(0)), "{out}");
    std::fs::write(place.path("work/bad.toml"), "[retention]\nmisses = \"soon\"\n").expect("written");
    place.run(&["retention", "--config", "bad.toml", "--data", &data]).refused(&["bad.toml", "line 2", "soon"]);
    std::fs::write(place.path("work/short.toml"), "[retention]\nconversations = \"1d\"\n").expect("written");
    place.run(&["retention", "--config", "short.toml", "--data", &data]).refused(&["retention.conversations: 30d to"]);
}

#[test]
fn what_is_not_there_or_in_use_is_told() {
    let place = Place::new();
    let data = place.data();
    for more in [&[][..], &["--dry-run"]] {
        place.run(&[&["retention", "--data", &data], more].concat()).refused(&["there is no database"]);
        assert!(!place.path("data").exists(), "nothing is made");
    }
    let mut running = place.converse(true);
    running.say(&turn("u1", "从广州转到福州", "2024-06-01"));
    place.run(&["retention", "--data", &data]).refused(&["is running", "--dry-run"]);
    let beside = place.run(&["retention", "--dry-run", "--json", "--data", &data]).ok();
    assert_eq!(removed(&beside)["conversations"], json!(1), "{beside}");
    running.end();
}
