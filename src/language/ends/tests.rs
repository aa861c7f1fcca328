//! The labelled phrases and questions, and one small case for each rule.

use super::*;
use crate::knowledge::files::Files;
use crate::knowledge::places;
use crate::knowledge::problem::Problems;
use crate::language::lexicon::fold;

fn knowledge() -> (Lexicon, Cues) {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge"));
    let (files, problems) = (Files::of_folder(root).unwrap(), Problems::default());
    let cues = Cues::load(&files, &problems);
    let places = places::load(&files, &problems);
    assert_eq!(problems.into_sorted(), []);
    (Lexicon::new(&places, &cues), cues)
}

fn simplified(text: &str) -> String {
    use ferrous_opencc::{OpenCC, config::BuiltinConfig};
    let convert = OpenCC::from_config(BuiltinConfig::T2s).unwrap();
    fold(&convert.convert(text))
}

fn code(single: Single) -> &'static str {
    use crate::knowledge::terms::Term;
    match single {
        Single::One(system) | Single::Default(system) => system.code(),
        Single::Ask => "ask",
    }
}

#[test]
fn labelled_phrases() {
    let (lexicon, cues) = knowledge();
    let data = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/traps.csv"));
    let (mut all, mut good) = (0, 0);
    for row in csv::Reader::from_reader(data.as_bytes()).records() {
        let row = row.unwrap();
        let found = ends(&lexicon, &cues, &fold(&row[0]));
        let single = found.single();
        // A default is asked about and answered with: both are right.
        let right = code(single) == &row[1] || matches!(single, Single::Default(_)) && &row[1] == "ask";
        all += 1;
        good += usize::from(right);
        if !right {
            println!("{}: {} is {}, {}\n    {found:?}", &row[0], code(single), &row[1], &row[2]);
        }
    }
    println!("traps: {good} of {all}");
    assert!(good * 100 >= all * 95);
}

#[test]
fn labelled_questions() {
    let (lexicon, cues) = knowledge();
    let data = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/questions.jsonl"));
    let (mut all, mut good) = (0, 0);
    for line in data.lines() {
        let q: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = q["text"].as_str().unwrap();
        let clarify = q["kind"] == "clarify";
        if q["kind"] != "plan" && !clarify {
            continue;
        }
        let found = ends(&lexicon, &cues, &simplified(text));
        for (label, mention) in [(&q["origin"], &found.origin), (&q["destination"], &found.destination)] {
            let said = mention.as_ref().and_then(Mention::system).map(|s| code(Single::One(s)));
            let ask = mention.as_ref().is_some_and(|m| matches!(m.reading, Reading::Ask(_)));
            let may_ask = q["also"].as_array().is_some_and(|a| a.iter().any(|k| k == "clarify"));
            let right = said == label.as_str() || (ask && may_ask);
            all += 1;
            good += usize::from(right);
            if !right {
                println!("{} {text}: {said:?} is {label}\n    {found:?}", q["id"]);
            }
        }
    }
    println!("labels: {good} of {all}");
    assert!(good * 100 >= all * 95);
}
