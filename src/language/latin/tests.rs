//! Tables of pinyin and what it says.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

const PLACES: &[&str] =
    &["深圳", "杭州", "北京", "广州", "泉州", "西安", "重庆", "厦门", "长沙", "大兴", "珠海", "吕梁"];

static PINYIN: LazyLock<Pinyin> = LazyLock::new(|| {
    let (pinyin, problems) = load(include_str!("../../../knowledge/language/pinyin.toml"));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    pinyin
});

fn load(text: &str) -> (Pinyin, Vec<String>) {
    let problems = Problems::default();
    let files = Files::of([(FILE.to_owned(), text.to_owned())]);
    let pinyin = Pinyin::load(&files, &problems, ["清华", "银行"], PLACES.iter().copied());
    (pinyin, problems.into_sorted().iter().map(ToString::to_string).collect())
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, want)| (text, want, PINYIN.to_chinese(text).unwrap_or_else(|| (*text).to_owned())))
        .filter(|(_, want, got)| got != *want)
        .map(|(text, want, got)| format!("{text}\n  want {want}\n  got  {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sentences() {
    check(&[
        ("zhuan tuan guanxi", "转团关系"),
        ("zhuan tuan guan xi", "转团关系"),
        ("zhuantuanguanxi", "转团关系"),
        ("wo de zuzhi zai na", "我的组织在哪"),
        ("wodezuzhizaina", "我的组织在哪"),
        ("shenzhen zhuan dao beijing tuan guanxi zenme nong", "深圳转到北京团关系怎么弄"),
        ("zhihuituanjian", "智慧团建"),
        ("zhihui tuanjian", "智慧团建"),
        ("zhtj", "智慧团建"),
        ("xian zhuan dao chongqing", "西安转到重庆"),
        ("xi'an", "西安"),
        ("jindu chaxun", "进度查询"),
        ("beijing daxue biye", "北京大学毕业"),
        ("qinghua", "清华"),
        ("wo zai yinhang gongzuo", "我在银行工作"),
        ("lvliang", "吕梁"),
        ("baodao", "报到"),
    ]);
}

#[test]
fn mixed_with_chinese() {
    check(&[
        ("我想zhuan团关系", "我想转团关系"),
        ("我在shenzhen上学", "我在深圳上学"),
        ("从 guangzhou 转到 xiamen", "从广州转到厦门"),
        ("zhihuituanjian怎么登录", "智慧团建怎么登录"),
        ("怎么zhuan tuan guanxi?", "怎么转团关系?"),
        ("beijing,shenzhen", "北京,深圳"),
    ]);
}

#[test]
fn english_stays() {
    check(&[
        (
            "i graduated from sustech in shenzhen and will work in hangzhou,团关系怎么transfer",
            "i graduated from sustech in 深圳 and will work in 杭州,团关系怎么transfer",
        ),
        ("women in tech", "women in tech"),
        ("change", "change"),
        ("he can run", "he can run"),
        ("pdf", "pdf"),
        ("id 3f9a2c", "id 3f9a2c"),
        ("t20260820-0007", "t20260820-0007"),
        ("hong kong", "香港"),
        ("from peking to amoy", "from 北京 to 厦门"),
        ("", ""),
        ("团关系怎么转", "团关系怎么转"),
    ]);
}

#[test]
fn syllables_of_characters() {
    assert_eq!(syllables("团组织a关系"), ["tuan", "zu", "zhi", "guan", "xi"]);
    assert_eq!(syllables("旅"), ["lv"]);
}

#[test]
fn reports_authors_mistakes() {
    let (_, problems) =
        load("words = [\"团x\"]\n[[spelt]]\nword = \"北京\"\nas = [\"bj\", \"bj\"]\n[[spelt]]\nwords = \"x\"\n");
    assert_eq!(
        problems,
        [
            "language/pinyin.toml:1:10: `团x` has no reading",
            "language/pinyin.toml:4:13: `bj` is listed twice",
            "language/pinyin.toml:5:1: missing key `word`",
            "language/pinyin.toml:6:1: unknown key `words`, did you mean `word`?",
        ]
    );
}

proptest! {
    #[test]
    fn never_panics(text: String) {
        PINYIN.to_chinese(&text);
    }

    #[test]
    fn never_panics_on_likely_text(text in "[a-z' 团0-9]{0,80}") {
        PINYIN.to_chinese(&text);
    }
}

/// The whole way of a message through this room, but for its search; seen with `--nocapture`.
#[test]
fn all_of_it_is_fast() {
    use crate::language::{clean, dates, events};
    let problems = Problems::default();
    let files = Files::of([
        ("language/variants.toml".to_owned(), include_str!("../../../knowledge/language/variants.toml").to_owned()),
        ("language/events.toml".to_owned(), include_str!("../../../knowledge/language/events.toml").to_owned()),
    ]);
    let start = std::time::Instant::now();
    let (variants, events) = (clean::Variants::load(&files, &problems), events::Events::load(&files, &problems));
    let today = "2024-06-10".parse().unwrap();
    let run = |raw: &str| {
        let text = clean::clean(&variants, raw).text;
        let text = PINYIN.to_chinese(&text).unwrap_or(text);
        (dates::days(&text, today).len(), events.said(&text, today).len())
    };
    run("6月1日");
    eprintln!("loaded in {:?}", start.elapsed());
    let long = "shenzhenzhuandao6月1日发起成功".repeat(400);
    for raw in
        ["6月1日發起成功，6月3號轉出支部審核通過，怎麼還沒到北京", "shenzhen zhuan dao beijing zenme nong", &long]
    {
        let start = std::time::Instant::now();
        for _ in 0..100 {
            run(raw);
        }
        eprintln!("{} characters: {:?}", raw.chars().count(), start.elapsed() / 100);
        assert!(start.elapsed().as_secs() < 10);
    }
}
