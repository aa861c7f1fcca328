//! `zhuanjie misses` and `zhuanjie faq draft`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;
use zhuanjie::learning::{Found, Groups};
use zhuanjie::store::{Lesson, Miss, Store, StoreError};

use super::{Place, copy_of, json_of, keys, turn};

fn engine() -> Engine {
    let folder = |name: &str| Files::of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("shipped");
    Engine::load(&folder("knowledge"), &folder("dialogs")).expect("sound")
}

fn miss(lesson: Lesson, words: &str, day: &str) -> Miss {
    Miss { lesson, words: words.into(), nearest: NEAREST.into(), day: day.parse().expect("a day") }
}

const NEAREST: &str = "faq.gd-report-entry";

/// Three groups; 森林 is a word that the knowledge does not have.
fn asked() -> Vec<Miss> {
    use Lesson::{Missed, Near, Unhelpful};
    vec![
        miss(Missed, "附件 水印 怎么 弄", "2026-11-02"),
        miss(Missed, "附件 水印 怎么 弄", "2026-11-02"),
        miss(Near, "附件 水印 …", "2026-11-04"),
        miss(Unhelpful, "附件 的 水印", "2026-11-03"),
        miss(Missed, "转接 森林", "2026-11-01"),
        miss(Missed, "转接 森林 团费", "2026-11-02"),
        miss(Missed, "的 吗", "2026-11-05"),
    ]
}

fn place_with(misses: &[Miss]) -> Place {
    let place = Place::new();
    keep(&place, misses);
    place
}

fn keep(place: &Place, misses: &[Miss]) {
    let mut store = Store::open(&place.path("data")).expect("opens");
    let turn = store.turn(|tx| -> Result<(), StoreError> { misses.iter().try_for_each(|miss| tx.keep_miss(miss)) });
    turn.expect("committed");
}

fn listed(place: &Place) -> Vec<Value> {
    place.run(&["misses", "--json", "--data", &place.data()]).lines()
}

#[test]
fn groups_are_listed_most_frequent_first() {
    let place = place_with(&asked());
    let out = place.run(&["misses", "--json", "--data", &place.data()]).ok();
    let first = out.lines().next().expect("a group");
    assert_eq!(keys(first), ["group", "count", "kinds", "first", "last", "words", "asked", "nearest"]);
    let groups = listed(&place);
    assert_eq!(groups.iter().map(|g| g["count"].as_u64()).collect::<Vec<_>>(), [Some(4), Some(2), Some(1)], "{out}");
    let first = &groups[0];
    assert_eq!(first["kinds"], json!({ "missed": 2, "near": 1, "unhelpful": 1 }));
    assert_eq!((&first["first"], &first["last"]), (&json!("2026-11-02"), &json!("2026-11-04")));
    assert!(first["words"].as_array().expect("words").contains(&json!("水印")), "{first}");
    assert_eq!(first["asked"][0], json!({ "words": "附件 水印 怎么 弄", "count": 2 }));
    assert_eq!(first["nearest"], json!([{ "id": NEAREST, "topic": "广东团员报到的入口", "count": 4 }]));
    let text = place.run(&["misses", "--data", &place.data()]).ok();
    let head = format!(
        "{}  4 (2 missed, 1 near, 1 unhelpful)  2026-11-02 to 2026-11-04\n",
        first["group"].as_str().expect("a name")
    );
    assert!(text.starts_with(&head), "{text}");
    for line in ["  asked: 附件 水印 怎么 弄 (2)\n", "  nearest: faq.gd-report-entry “广东团员报到的入口” (4)\n"]
    {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn what_is_asked_of_a_running_service_is_listed_beside_it() {
    let place = Place::new();
    let mut running = place.converse(true);
    running.say(&turn("u1", "火星上的天气怎么样", "2026-11-01"));
    let groups = listed(&place);
    assert_eq!(
        (groups.len(), &groups[0]["kinds"]["missed"], &groups[0]["first"]),
        (1, &json!(1), &json!("2026-11-01"))
    );
    let name = groups[0]["group"].as_str().expect("a name").to_owned();
    assert!(place.run(&["faq", "draft", &name, "--data", &place.data()]).ok().contains("TODO"));
    running.say(&turn("u2", "火星上的天气怎么样", "2026-11-02"));
    assert_eq!(listed(&place)[0]["count"], json!(2));
    running.end();
}

#[test]
fn a_word_that_the_knowledge_does_not_have_is_shown_after_three_days() {
    let mut misses = asked();
    // Often on two days is not enough: it may be one member.
    misses.extend((0..9).map(|_| miss(Lesson::Missed, "转接 森林", "2026-11-02")));
    let place = place_with(&misses);
    let said = || place.run(&["misses", "--data", &place.data()]).ok();
    assert!(said().contains("asked: 转接 … ") && !said().contains("森林"), "{}", said());
    keep(&place, &[miss(Lesson::Near, "森林 报到", "2026-11-03")]);
    assert!(said().contains("asked: 转接 森林 ("), "{}", said());
}

#[test]
fn names_numbers_and_places_are_not_kept() {
    let engine = engine();
    let vocabulary = engine.vocabulary();
    let kept = |text: &str| {
        let question = engine.question(text);
        vocabulary.harmless(&question.text, &question.ends)
    };
    for (text, names) in [
        ("我叫王平安，森林票怎么转", &["王", "平安"][..]),
        ("我是于高兴的妈妈，怎么转接", &["高兴"]),
        ("姓名：欢乐 团员证丢了", &["欢乐"]),
        ("在蓝天科技有限公司上班怎么转接", &["蓝天"]),
        ("快乐幼儿园的老师怎么转接", &["快乐"]),
        ("张伟13800138000，李娜11010119900307867X，QQ 123456789", &["张", "伟", "李", "娜", "13", "11010", "12345"]),
        ("微信号zhangsan88，怎么转接", &["zhangsan", "88"]),
        ("我在长江路88号翠花小区3栋，怎么转接", &["长江", "88", "翠花", "栋"]),
        ("厦门大学软件学院2021级1班怎么转到深圳", &["厦门", "软件", "2021", "深圳"]),
        ("6QJF-VR9D-YEVF 怎么还没好", &["6QJF", "VR9D", "YEVF", "6qjf"]),
        ("验证码123456不对", &["123456"]),
    ] {
        let kept = kept(text);
        assert!(names.iter().all(|name| !kept.contains(name)), "{text}: {kept}");
    }
    // What is left says what was asked: the system of a place, and a word that the knowledge lacks.
    assert_eq!(kept("张伟"), "");
    let left = kept("转到厦门以后还能看森林吗");
    assert!(left.contains("福建") && left.contains("森林") && !left.contains("厦门"), "{left}");
}

#[test]
fn a_name_finds_its_group_after_more_came_in() {
    let place = place_with(&asked());
    let before = listed(&place);
    let more: Vec<Miss> = ["附件 水印 怎么 弄", "水印 弄", "报到 水印 附件 转接", "转接 团费", "验证码 收 不 到"]
        .iter()
        .flat_map(|words| ["2026-11-06", "2026-11-07", "2026-11-08"].map(|day| miss(Lesson::Missed, words, day)))
        .collect();
    keep(&place, &more);
    let after = listed(&place);
    for group in &before {
        assert!(after.iter().any(|g| g["group"] == group["group"]), "{group} is not among {after:?}");
    }
    assert_eq!(listed(&place), after, "the same every time");
    let draft =
        place.run(&["faq", "draft", before[0]["group"].as_str().expect("a name"), "--data", &place.data()]).ok();
    assert!(draft.contains("附件 水印"), "{draft}");
}

#[test]
fn where_another_group_took_the_questions_the_name_finds_that_one() {
    let engine = engine();
    let groups = |misses: &[Miss]| {
        let rows: Vec<(Miss, u32)> = misses.iter().map(|miss| (miss.clone(), 1)).collect();
        Groups::of(&rows, &engine.vocabulary(), &engine.known)
    };
    let late = miss(Lesson::Missed, "附件 水印", "2026-11-02");
    let name = groups(std::slice::from_ref(&late)).all[0].name.clone();
    let early = miss(Lesson::Missed, "附件 水印 验证码", "2026-11-01");
    let both = groups(&[early, late]);
    assert!(matches!(both.find(&name), Some(Found::Within(group)) if group.count() == 2 && group.name != name));
    assert!(both.find("00000000").is_none());
}

#[test]
fn ten_thousand_rows_are_grouped_in_time() {
    let engine = engine();
    let words =
        "附件 水印 报到 团费 验证码 密码 审核 退回 档案 毕业 森林 团员证 密码 账号 支部 转接 广东 福建 手机号 注册"
            .split(' ');
    let words: Vec<&str> = words.collect();
    let rows: Vec<(Miss, u32)> = (0..10_000_usize)
        .map(|number| {
            let of = |at: usize| words[(number * 7919 + at * at * 31 + number / (at + 3)) % words.len()];
            let text = (0..6).map(of).collect::<Vec<_>>().join(" ");
            (miss(Lesson::Missed, &text, &format!("2026-{:02}-{:02}", 1 + number % 6, 1 + number % 28)), 1)
        })
        .collect();
    let begun = std::time::Instant::now();
    let groups = Groups::of(&rows, &engine.vocabulary(), &engine.known);
    let took = begun.elapsed();
    assert_eq!(groups.all.iter().map(|group| group.count()).sum::<u32>(), 10_000);
    assert!(took.as_secs() < 5, "{} groups took {took:?} without optimization", groups.all.len());
}

/// What a person does with a draft.
fn finished(draft: &str) -> String {
    let asks = r#""水印要去掉吗", "附件上的水印怎么办", "图片有水印行不行", "带水印能不能交", "水印会不会被退", "#;
    let says = r#"text = "来源没有写水印要不要去掉，先问{contact}。""#;
    let lines = draft.lines().map(|line| match line {
        line if line.starts_with("topic") => "topic = \"附件上的水印\"".to_owned(),
        line if line.starts_with("ask") => format!("ask = [{asks}"),
        line if line.starts_with("text") => says.to_owned(),
        line => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_draft_is_refused_until_a_person_has_finished_it() {
    let place = place_with(&asked());
    let name = listed(&place)[0]["group"].as_str().expect("a name").to_owned();
    let knowledge = place.path("knowledge");
    copy_of("knowledge", &knowledge);
    let file = knowledge.join("faq/draft.toml");
    let command = ["faq", "draft", &name, "--data", &place.data()];
    let text = place.run(&command).ok();
    let out = file.display().to_string();
    assert_eq!(place.run(&[&command[..], &["--out", &out]].concat()).ok(), "");
    assert_eq!(fs::read_to_string(&file).expect("written"), text);
    place.run(&[&command[..], &["--out", &out]].concat()).refused(&["cannot write", "draft.toml"]);
    assert!(text.contains("# Nearest so far: faq.gd-report-entry “广东团员报到的入口”"), "{text}");
    assert!(text.contains("  \"附件 水印 怎么 弄\",\n") && text.contains("known = \"unknown\""), "{text}");

    let question = text.lines().find_map(|line| line.strip_prefix("# {")).map(|rest| format!("{{{rest}"));
    let question = question.expect("a question");
    let shipped = include_str!("../data/questions.jsonl").lines().next().expect("a question");
    assert_eq!(keys(&question), keys(shipped));
    let question = json_of(&question);
    assert_eq!((&question["kind"], &question["mentions"]), (&json!("answer"), &json!([["TODO"]])));

    let folder = knowledge.display().to_string();
    let ran = place.run(&["check", "--knowledge", &folder]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    for says in ["faq/draft.toml:", "this is a draft: write what `TODO` stands for", "at least 5 ways to ask"] {
        assert!(ran.out.contains(says), "{says}: {}", ran.out);
    }
    place.run(&["ask", "附件", "--knowledge", &folder]).refused(&["faq/draft.toml", "this is a draft"]);

    fs::write(&file, finished(&text)).expect("written");
    let checked = place.run(&["check", "--knowledge", &folder]).ok();
    assert!(checked.starts_with("0 problems"), "{checked}");
    let answer = place.run(&["ask", "附件上的水印怎么办", "--knowledge", &folder]).ok();
    assert!(answer.contains("没有写水印"), "{answer}");
}

#[test]
fn what_is_not_there_is_said() {
    let place = Place::new();
    for command in ["misses", "transfer"] {
        let list = if command == "misses" { vec![command] } else { vec![command, "list"] };
        assert_eq!(place.run(&list).ok(), "");
        let ran = place.run(&[&list[..], &["--data", &place.data()]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (0, ""));
        assert!(ran.err.contains("there is no database"), "{}", ran.err);
    }
    place
        .run(&["faq", "draft", "abc", "--data", &place.data()])
        .refused(&["no group is called `abc`", "zhuanjie misses"]);
    place.run(&["faq", "draft"]).refused(&["GROUP"]);
    assert!(!place.path("data").exists(), "nothing is made");
}
