//! `zhuanjie eval`.

use std::fs;

use serde_json::{Value, json};

use super::{Place, json_of};

/// A small set: three pass, one is labelled wrong, one follows from what was said before.
fn set() -> String {
    let plan = |id: &str, text: &str| json!({ "id": id, "text": text, "kind": "plan", "origin": "guangdong" });
    let mut right = plan("right", "从广州转到福州");
    right["destination"] = json!("fujian");
    right["mentions"] = json!([["十天", "10天"]]);
    let mut wrong = plan("wrong", "从广州转到福州");
    wrong["destination"] = json!("beijing");
    wrong["not_mentions"] = json!(["福建"]);
    let mut after = plan("after", "换成北京");
    after["destination"] = json!("beijing");
    after["before"] = json!(["从广州转到福州"]);
    let answer = json!({ "id": "answer", "text": "附件要传几张图片", "kind": "answer", "mentions": [["5张"]] });
    let outside = json!({ "id": "outside", "text": "今天天气怎么样", "kind": "out_of_scope", "note": "x" });
    [right, wrong, after, answer, outside].map(|row| row.to_string()).join("\n\n")
}

#[test]
fn a_set_is_scored_and_every_failure_explained() {
    let place = Place::new();
    fs::write(place.path("work/set.jsonl"), set()).expect("written");
    let out = place.run(&["eval", "set.jsonl"]).ok();
    assert_eq!(out.lines().last(), Some("score 4/5 = 80.0%"), "{out}");
    for says in [
        "FAIL wrong: 从广州转到福州",
        "why: destination fujian, expected beijing; has 福建",
        "reply: plan, guangdong → fujian: ",
        "  5. ",
        "plan           2/3 = 66.7%         3/3 = 100.0%",
        "  plan guangdong→beijing      1/2 = 50.0%",
        "mention accuracy 2/2 = 100.0%",
        "out_of_scope answered all the same 0/1 = 0.0%",
        "mean reciprocal rank of the right candidate 1.000",
    ] {
        assert!(out.contains(says), "`{says}` is not in: {out}");
    }
    assert_eq!(out.matches("FAIL").count(), 1, "{out}");
    assert_eq!(place.run(&["eval", "set.jsonl"]).ok(), out, "the same set, the same report");
}

#[test]
fn json_has_the_same_figures() {
    let place = Place::new();
    fs::write(place.path("work/set.jsonl"), set()).expect("written");
    let out = place.run(&["eval", "set.jsonl", "--json", "--now", "2024-06-01T09:00:00+08:00"]).ok();
    assert_eq!(out.lines().count(), 1);
    let report = json_of(out.trim_end());
    assert_eq!(report["score"], json!({ "right": 4, "of": 5 }));
    assert_eq!(report["kinds"]["plan"]["passed"], json!({ "right": 2, "of": 3 }));
    assert_eq!(report["routes"]["guangdong→fujian"], json!({ "right": 1, "of": 1 }));
    assert_eq!(report["confusion"]["plan"]["plan"], 3);
    let failure = &report["failures"][0];
    assert_eq!((&failure["id"], &failure["kind"]), (&json!("wrong"), &json!("plan")));
    let candidates = failure["candidates"].as_array().expect("candidates");
    assert_eq!(candidates.len(), 5);
    for candidate in candidates {
        // What the best document scored is the sum of what its words, pairs and sounds brought.
        let parts = ["words", "pairs", "sounds"].iter().flat_map(|sort| candidate[sort].as_array().expect("parts"));
        let sum: f64 = parts.map(|part| part["score"].as_f64().expect("a score")).sum();
        let whole = candidate["document_score"].as_f64().expect("a score");
        assert!((sum - whole).abs() < 0.01 * whole, "{candidate}");
        assert!(candidate["text"].as_str().is_some_and(|text| !text.is_empty()), "{candidate}");
    }
}

#[test]
fn bad_lines_are_told_with_their_place() {
    let place = Place::new();
    let good = json!({ "id": "1", "text": "x", "kind": "answer" }).to_string();
    let bad: Value = json!({ "id": "2", "text": "x", "kind": "question" });
    fs::write(place.path("work/set.jsonl"), format!("{good}\n{bad}\n\nnot json\n{good}\n")).expect("written");
    let ran = place.run(&["eval", "set.jsonl"]);
    ran.refused(&["\nset.jsonl:2: `kind`", "`question`", "\nset.jsonl:4: not JSON", "\nset.jsonl:5: the id `1`"]);
    place.run(&["eval", "nowhere.jsonl"]).refused(&["nowhere.jsonl"]);
    place.run(&["eval"]).refused(&["FILE"]);
    fs::write(place.path("work/set.jsonl"), good).expect("written");
    place.run(&["eval", "set.jsonl", "--now", "today"]).refused(&["--now", "today"]);
}
