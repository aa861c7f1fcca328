//! The labelled phrases and questions, and one small case for each rule.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop, and lists what it got wrong")]

use super::*;
use crate::knowledge::files::Files;
use crate::knowledge::places;
use crate::knowledge::problem::Problems;
use crate::language::lexicon::fold;
use crate::language::segment::{Segmenter, Words};

fn knowledge() -> (Lexicon, Cues) {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge"));
    let (files, problems) = (Files::of_folder(root).unwrap(), Problems::default());
    let cues = Cues::load(&files, &problems);
    let places = places::load(&files, &problems);
    assert_eq!(problems.into_sorted(), []);
    (Lexicon::new(&places, &cues), cues)
}

fn read_by(lexicon: &Lexicon, cues: &Cues, text: &str) -> Ends {
    thread_local! {
        static SEGMENTER: Segmenter = {
            let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge"));
            Segmenter::new(Words::load(&Files::of_folder(root).unwrap(), &Problems::default()))
        };
    }
    SEGMENTER.with(|segmenter| ends(lexicon, cues, &segmenter.spans(text), text))
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
        let found = read_by(&lexicon, &cues, &fold(&row[0]));
        let single = found.single();
        // A default is asked about and answered with: both are right.
        let right = code(single) == &row[1] || matches!(single, Single::Default(_)) && &row[1] == "ask";
        all += 1;
        good += usize::from(right);
        if right && code(single) != &row[1] {
            println!("{}: the default {}", &row[0], code(single));
        }
        if !right {
            println!("{}: {} is {}, {}\n    {found:?}", &row[0], code(single), &row[1], &row[2]);
        }
    }
    println!("traps: {good} of {all}");
    assert!(good * 100 >= all * 98);
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
        let found = read_by(&lexicon, &cues, &simplified(text));
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
    assert!(good * 100 >= all * 98);
}

/// `tests/data/ends.txt`: phrases of the project's own, one for each way of saying it.
#[test]
fn own_phrases() {
    let (lexicon, cues) = knowledge();
    let data = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ends.txt"));
    let mut wrong = Vec::new();
    for line in data.lines().filter(|l| !l.starts_with('#')) {
        let (text, expected) = line.split_once('|').unwrap();
        let found = read_by(&lexicon, &cues, &simplified(text));
        let end = |m: &Option<Mention>| match m {
            None => "-",
            Some(m) => m.system().map_or("?", |s| code(Single::One(s))),
        };
        let got = if expected.contains('|') {
            format!("{}|{}", end(&found.origin), end(&found.destination))
        } else {
            code(found.single()).to_owned()
        };
        if got != expected {
            wrong.push(format!("{text}: {got}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn read(text: &str) -> Ends {
    thread_local! { static KNOWLEDGE: (Lexicon, Cues) = knowledge(); }
    KNOWLEDGE.with(|(lexicon, cues)| read_by(lexicon, cues, &fold(text)))
}

fn options(reading: &Reading) -> Vec<&str> {
    match reading {
        Reading::One(end) => vec![&end.name],
        Reading::Default(end, others) => std::iter::once(end).chain(others).map(|e| e.name.as_str()).collect(),
        Reading::Ask(ends) => ends.iter().map(|e| e.name.as_str()).collect(),
    }
}

fn only(text: &str) -> Mention {
    let found = read(text);
    let mut all = found.origin.into_iter().chain(found.destination).chain(found.unplaced);
    let one = all.next().unwrap_or_else(|| panic!("nothing in {text}"));
    assert_eq!(all.next(), None, "{text}");
    one
}

#[test]
fn a_split_school_offers_its_campuses() {
    let found = only("考上中国地质大学");
    assert!(matches!(found.reading, Reading::Ask(_)));
    assert_eq!(options(&found.reading), ["中国地质大学（北京）", "中国地质大学（武汉）"]);
}

#[test]
fn a_school_with_campuses_elsewhere_is_asked_about() {
    let found = only("哈工大");
    assert!(matches!(&found.reading, Reading::Ask(ends) if ends[0].system == System::Central));
    assert_eq!(options(&found.reading), ["哈尔滨工业大学", "哈尔滨工业大学（深圳）"]);
}

#[test]
fn a_namesake_is_settled_by_the_other_end() {
    assert!(matches!(only("朝阳区团委").reading, Reading::Ask(_)));
    let found = read("海淀换到朝阳区");
    assert_eq!(found.destination.unwrap().system(), Some(System::Beijing));
}

#[test]
fn a_branch_may_be_the_committees_or_the_places() {
    let found = only("工商银行福建省分行");
    let Reading::Ask(ends) = &found.reading else { panic!("{found:?}") };
    assert_eq!((ends[0].system, ends[0].committee), (System::Central, Some(Committee::Finance)));
    assert_eq!(ends[1].system, System::Fujian);
}

#[test]
fn a_committee_beats_the_place() {
    let found = read("北京籍,广东工作,单位是太原铁路局").destination.unwrap();
    assert!(matches!(&found.reading, Reading::One(e) if e.committee == Some(Committee::Railway)));
    let plain = only("转到民航系统");
    assert!(matches!(&plain.reading, Reading::One(e) if e.committee == Some(Committee::Aviation)));
}

#[test]
fn what_has_no_system_says_why() {
    assert_eq!(only("香港").unsettled, Some(Unsettled::OutsideMainland));
    assert_eq!(only("国防科技大学").unsettled, Some(Unsettled::Army));
    assert_eq!(only("福建商会").unsettled, Some(Unsettled::Unclear));
}

#[test]
fn where_somebody_reported_before_is_not_the_origin() {
    let found = read("以前在广东读书报到过,后来组织关系转去了云南,现在又回佛山工作");
    assert_eq!(found.reported_before, [System::Guangdong]);
    assert_eq!(found.origin.unwrap().system(), Some(System::Central));
    assert_eq!(found.destination.unwrap().system(), Some(System::Guangdong));
}

#[test]
fn homes_and_refusals_are_kept_apart() {
    assert_eq!(read("户口在广东,在北京上班").aside.len(), 1);
    assert_eq!(read("不去北京了").negated.len(), 1);
}

#[test]
fn spans_are_of_the_text() {
    let text = "从广州市越秀区转到北京市朝阳区";
    let found = read(text);
    assert_eq!(&text[found.origin.unwrap().span], "广州市越秀区");
    assert_eq!(&text[found.destination.unwrap().span], "北京市朝阳区");
}

#[test]
fn any_text_is_read_without_panic() {
    for text in ["", "转", "((((", "京", "在京", "\u{1f600}广东\u{1f600}", "a从b", "广", "从从从从广东广东广东"]
    {
        read(text);
    }
}

#[test]
fn mistakes_in_the_cues_have_their_place() {
    let text = "[[cue]]\nside = \"above\"\nrole = \"origin\"\nweight = 1\nwords = [\"从\", \"\"]\nword = 1\n";
    let problems = Problems::default();
    Cues::load(&Files::of([("language/ends.toml".to_owned(), text.to_owned())]), &problems);
    let told: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("language/ends.toml:2:8: unknown side `above`"), "{told:?}");
    assert!(told[1].starts_with("language/ends.toml:5:15: an empty word"), "{told:?}");
    assert!(told[2].starts_with("language/ends.toml:6:1: unknown key `word`"), "{told:?}");
}
