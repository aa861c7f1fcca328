//! Tables of messages and what they say.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::knowledge::files::Files;
use crate::knowledge::problem::Problems;

static EVENTS: LazyLock<Events> = LazyLock::new(|| {
    let (events, problems) = load(include_str!("../../../knowledge/language/events.toml"));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    events
});

fn load(text: &str) -> (Events, Vec<String>) {
    let problems = Problems::default();
    let events = Events::load(&Files::of([(ways::FILE.to_owned(), text.to_owned())]), &problems);
    (events, problems.into_sorted().iter().map(ToString::to_string).collect())
}

fn shown(text: &str) -> String {
    let today = "2024-06-10".parse().unwrap();
    let day = |day: Option<Day>| match day {
        None => String::new(),
        Some(Day::On(d)) => format!(" {}", d.format("%-m.%-d")),
        Some(Day::Future(d)) => format!(" future {}", d.format("%-m.%-d")),
        Some(Day::LongAgo(d)) => format!(" long ago {d}"),
        Some(Day::Impossible) => " impossible".to_owned(),
    };
    let name = |what: Option<What>| what.map_or(String::new(), |w| format!(" {}", w.code()));
    let show = |saying: &Saying| match *saying {
        Saying::Happened { what, day: on, manner } => {
            format!("{}{}{}", what.code(), day(on), if manner.again { " again" } else { "" })
        }
        Saying::Instead { what, day: on, .. } => format!("instead {}{}", what.code(), day(on)),
        Saying::NotYet { what } => format!("not yet {}", what.code()),
        Saying::Correct { what, wrong, right } => {
            let wrong = wrong.map_or(String::new(), |d| format!(" not{}", day(Some(Day::On(d)))));
            format!("correct{}{wrong}{}", name(what), day(right))
        }
        Saying::Strike { what, on } => format!("strike{}{}", name(what), day(on.map(Day::On))),
    };
    EVENTS.said(text, today).iter().map(show).collect::<Vec<_>>().join(" / ")
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, want)| (text, want, shown(text)))
        .filter(|(_, want, got)| got != *want)
        .map(|(text, want, got)| format!("{text}\n  want {want}\n  got  {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reports() {
    check(&[
        ("发起成功了", "submitted"),
        ("我已经提交了", "submitted"),
        ("6月1号发起成功", "submitted 6.1"),
        ("昨天提交了转接申请", "submitted 6.9"),
        ("6月1号提交的", "submitted 6.1"),
        ("提交成功是在6月3号", "submitted 6.3"),
        ("6.1发起,6.3转出支部审核通过", "submitted 6.1 / origin_approved 6.3"),
        ("6月1日发起成功,6月3号转出支部审核通过", "submitted 6.1 / origin_approved 6.3"),
        ("6月1日发起成功6月3号审核通过", "submitted 6.1 / approved 6.3"),
        ("昨天,支部审核通过了", "approved 6.9"),
        ("支部审核通过了,就在昨天", "approved 6.9"),
        ("审核通过了", "approved"),
        ("申请批下来了", "approved"),
        ("上周五审核通过", "approved 6.7"),
        ("原支部同意了", "origin_approved"),
        ("原学校团委昨天审核通过", "origin_approved 6.9"),
        ("新支部今天通过了", "destination_approved 6.10"),
        ("对方接收了", "destination_approved"),
        ("我在广东系统报到了", "reported"),
        ("三天前在青春北京注册成功", "reported 6.7"),
        ("昨天报到的", "reported 6.9"),
        ("今天被退回了", "returned 6.10"),
        ("申请被驳回,理由是支部选错", "returned"),
        ("我把申请撤了", "withdrawn"),
        ("昨天撤回了申请", "withdrawn 6.9"),
        ("转好了,谢谢", "completed"),
        ("系统显示转接成功", "completed"),
        ("没想到审核通过了", "approved"),
        ("我提交了申请,但是还没审核", "submitted / not yet approved"),
        ("6月5号提交了,6月7号原支部审核通过,今天在北京注册了", "submitted 6.5 / origin_approved 6.7 / reported 6.10"),
        ("我昨天把申请撤回了,今天重新提交了", "withdrawn 6.9 / submitted 6.10 again"),
        ("6.3在广东智慧团建发起转接,6.5支部审核通过,6.6上级审核通过", "submitted 6.3 / approved 6.5 / approved 6.6"),
        ("昨天转出审核通过,今天报到", "origin_approved 6.9 / reported 6.10"),
        ("我6月9日去广东那边报到了", "reported 6.9"),
        ("已经转过去了,是6月4号", "completed 6.4"),
        ("6月3号审核不通过", "returned 6.3"),
        ("我6月1日提交申请,请问怎么查进度", "submitted 6.1"),
        ("6月1日没有提交,6月2日才提交", "not yet submitted / submitted 6.2"),
        ("2月30号提交的申请", "submitted impossible"),
        ("2月30号提交了", "submitted impossible"),
        ("去年6月1号提交了", "submitted long ago 2023-06-01"),
    ]);
}

#[test]
fn not_yet() {
    check(&[
        ("还没提交成功", "not yet submitted"),
        ("审核还没通过", "not yet approved"),
        ("没通过审核", "not yet approved"),
        ("还没审核通过", "not yet approved"),
        ("尚未审核通过", "not yet approved"),
        ("原支部还没通过", "not yet origin_approved"),
        ("新支部一直没同意", "not yet destination_approved"),
        ("还在等审核通过", "not yet approved"),
        ("没有被退回", "not yet returned"),
        ("还没报到完", "not yet reported"),
        ("转接还没转好", "not yet completed"),
        ("我还没提交", "not yet submitted"),
        ("还没去报到", "not yet reported"),
        ("支部一直没人审", "not yet approved"),
        ("还没批", "not yet approved"),
        ("还在等对方审核", "not yet destination_approved"),
        ("显示待审核", "not yet approved"),
        ("我没有撤回申请", "not yet withdrawn"),
        ("申请提交3天了还没人审核", "not yet approved"),
        ("不用报到", ""),
    ]);
}

#[test]
fn talk() {
    check(&[
        ("怎么发起", ""),
        ("被退回怎么办", ""),
        ("发起成功后", ""),
        ("如果被退回", ""),
        ("会不会被退回", ""),
        ("要几天才审核通过", ""),
        ("审核通过了吗", ""),
        ("审核通过没有", ""),
        ("提交了怎么撤回", ""),
        ("转去北京要报到吗", ""),
        ("我6月毕业", ""),
        ("明天去提交", ""),
        ("下周去报到", ""),
        ("准备提交申请", ""),
        ("昨天去公司报到", ""),
        ("以前报到过", ""),
        ("审核通过后几天报到", ""),
        ("等审核通过再去报到", ""),
        ("怎么撤回申请", ""),
        ("申请已提交,审核通过了吗?", "submitted"),
        ("什么时候审核通过", ""),
        ("不是去北京,是去福州", ""),
        ("不去上海了,改去北京", ""),
        ("", ""),
    ]);
}

#[test]
fn corrections() {
    check(&[
        ("不是6月1号,是6月2号", "correct not 6.1 6.2"),
        ("是6月2号,不是6月1号", "correct not 6.1 6.2"),
        ("日期记错了,应该是昨天", "correct 6.9"),
        ("改成6月3号", "correct 6.3"),
        ("把6月1号改成6月3号", "correct not 6.1 6.3"),
        ("发起日期改成6月3号", "correct submitted 6.3"),
        ("发起成功不是6月1号,是6月2号", "correct submitted not 6.1 6.2"),
        ("报到时间写错了,是6月5号", "correct reported 6.5"),
        ("记错了,是前天提交的", "correct submitted 6.8"),
        ("不是昨天通过的,是今天", "correct approved not 6.9 6.10"),
        ("日期记错了", "correct"),
        ("审核日期改成昨天怎么改", ""),
        ("6月5日那条记错了", "correct not 6.5"),
        ("改期 审核通过是6月4日", "correct approved 6.4"),
        ("不对,不是昨天审的,是6月4号审的", "correct approved not 6.9 6.4"),
    ]);
}

#[test]
fn strikes() {
    check(&[
        ("按错了", "strike"),
        ("点错了", "strike"),
        ("记错了,还没通过", "strike approved"),
        ("没有被退回,我看错了", "strike returned"),
        ("撤销上一条", "strike"),
        ("刚才那条不算", "strike"),
        ("点错了,没有被退回", "strike returned"),
        ("点错了怎么办", ""),
        ("取消审核通过", "strike approved"),
        ("删掉审核通过", "strike approved"),
        ("把审核通过那条去掉", "strike approved"),
        ("审核通过那条是错的", "strike approved"),
        ("6月5日的审核通过不算", "strike approved 6.5"),
        ("删除6月5日那条", "strike 6.5"),
        ("请帮我删除6月5日的审核通过记录", "strike approved 6.5"),
        ("刚才记错了", "strike"),
        ("刚才记错了,撤销", "strike"),
        ("刚才记错了,撤销上一条", "strike"),
        ("撤销刚才那条", "strike"),
        ("取消了申请", "withdrawn"),
        ("撤销申请了", "withdrawn"),
        ("昨天取消的", "withdrawn 6.9"),
        ("取消审核通过怎么弄", ""),
    ]);
}

#[test]
fn something_else_instead() {
    check(&[
        ("不对 是支书退回了", "instead returned"),
        ("不对是支书退回了", "instead returned"),
        ("说错了,是退回了", "instead returned"),
        ("不是通过了,是被退回了", "instead returned"),
        ("看错了,是转出支部通过了", "instead origin_approved"),
        ("不对,还没通过", "strike approved"),
        ("不是支书退回的", ""),
        ("没有通过,被退回了", "not yet approved / returned"),
    ]);
}

#[test]
fn short_and_loose_reports() {
    check(&[
        ("今天去福建报到了", "reported 6.10"),
        ("福建团委过了", "approved"),
        ("湖南那边审核通过了", "destination_approved"),
        ("广东弄好了,福建也报到了", "done / reported"),
        ("完成了", "done"),
        ("报到被退了", "report_returned"),
        ("广东的报到给打回来了", "report_returned"),
        ("报到被退怎么办", ""),
        ("我今天重新发起了", "submitted 6.10 again"),
        ("重新报到了", "reported again"),
        ("我早就提交了 原来的支部不审核", "submitted / not yet approved"),
        ("支书就是不批", "not yet approved"),
        ("明天去福建报到", ""),
        ("要去福建报到了吗", ""),
    ]);
}

#[test]
fn every_way_is_understood() {
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (what, way) in EVENTS.phrases() {
        *counts.entry(what.code()).or_default() += 1;
        let text = way.replace('…', "已经");
        if shown(&text).trim_end_matches(" again") != what.code() {
            wrong.push(format!("{text}: want {}, got {}", what.code(), shown(&text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts.len() == 10 && counts.values().all(|&n| n >= 25), "{counts:?}");
}

/// The messages of members without a record: hardly one of them is a report.
#[test]
fn questions_are_no_reports() {
    let mut said = Vec::new();
    for line in include_str!("../../../tests/data/questions.jsonl").lines() {
        let question: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = question["text"].as_str().unwrap();
        if !shown(text).is_empty() {
            said.push(format!("{text}: {}", shown(text)));
        }
    }
    assert_eq!(said, EXPECTED);
}

const EXPECTED: &[&str] = &[
    "转接申请一个礼拜了还是没通过，怎么催: not yet approved",
    "都转成功了，广东系统里多久能显示结果: completed",
    "北京系统我注册完了，接下来等谁审？在哪审？: reported",
    "北京转广东提交完就没动静了，是不是我还少做一步: submitted",
    "我申请交了五天了，想看看进度: submitted",
    "我这个福建报到进度已经到待团委审核了，想改手机号还来得及吗: not yet approved",
    "福建系统显示待团支书审核，发现支部选错了还能改不: not yet approved",
    "网上转完了，线下的团员证档案那些还用弄吗: completed",
];

#[test]
fn reports_authors_mistakes() {
    let (_, problems) = load(
        "negatoin = [\"没\"]\n[[event]]\ncode = \"submited\"\n[[event]]\ncode = \"returned\"\nways = [\"被退\", \"被退\", \"…退\"]\nway = []\n",
    );
    assert_eq!(
        problems,
        [
            "language/events.toml:1:1: unknown key `negatoin`, did you mean `negation`?",
            "language/events.toml:3:8: unknown event `submited`, expected one of submitted, origin_approved, reported, destination_approved, completed, returned, withdrawn, approved, done, report_returned",
            "language/events.toml:5:8: `returned` has 3 ways, at least 20 are needed",
            "language/events.toml:6:15: `被退` is listed already in line 6",
            "language/events.toml:6:21: `…退` must begin and end with a word",
            "language/events.toml:7:1: unknown key `way`, did you mean `ways`?",
        ]
    );
}

proptest! {
    #[test]
    fn never_panics(text: String) {
        EVENTS.said(&text, "2024-06-10".parse().unwrap());
    }
}
