//! Tables of texts and their days, and dates printed in every form.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use proptest::prelude::*;

use super::*;

/// A Saturday.
const TODAY: &str = "2024-06-01";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `on`, `future`, `long ago` with the date, or `impossible`; several joined by a blank and `/`.
fn shown(text: &str, today: NaiveDate) -> String {
    let show = |found: &DayFound| {
        let not = if found.negated { "not " } else { "" };
        match found.day {
            Day::On(d) => format!("{not}{d}"),
            Day::Future(d) => format!("{not}future {d}"),
            Day::LongAgo(d) => format!("{not}long ago {d}"),
            Day::Impossible => format!("{not}impossible"),
        }
    };
    days(text, today).iter().map(show).collect::<Vec<_>>().join(" / ")
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, want)| (text, want, shown(text, date(TODAY))))
        .filter(|(_, want, got)| got != *want)
        .map(|(text, want, got)| format!("{text}\n  want {want}\n  got  {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words() {
    check(&[
        ("今天提交了", "2024-06-01"),
        ("今早提交", "2024-06-01"),
        ("刚刚提交", "2024-06-01"),
        ("刚才", "2024-06-01"),
        ("我刚提交", "2024-06-01"),
        ("昨天通过", "2024-05-31"),
        ("昨晚通过", "2024-05-31"),
        ("前天", "2024-05-30"),
        ("大前天", "2024-05-29"),
        ("明天去", "future 2024-06-02"),
        ("后天去", "future 2024-06-03"),
        ("三天前", "2024-05-29"),
        ("3天前", "2024-05-29"),
        ("十天前天河区", "2024-05-22"),
        ("一周前", "2024-05-25"),
        ("两个星期前", "2024-05-18"),
        ("2周前", "2024-05-18"),
        ("半个月前", "2024-05-17"),
        ("一个月前", "2024-05-01"),
        ("半年前", "2023-12-01"),
        ("一年前", "long ago 2023-06-01"),
    ]);
}

#[test]
fn weekdays() {
    check(&[
        ("上周五", "2024-05-24"),
        ("上个星期五", "2024-05-24"),
        ("上上周五", "2024-05-17"),
        ("这周一", "2024-05-27"),
        ("本周三", "2024-05-29"),
        ("本周日", "future 2024-06-02"),
        ("下周二", "future 2024-06-04"),
        ("周五", "2024-05-31"),
        ("周六", "2024-06-01"),
        ("周日", "2024-05-26"),
        ("星期天", "2024-05-26"),
        ("礼拜三", "2024-05-29"),
        ("每周五开会", ""),
        ("两周一次", ""),
        ("周一到周五上班", ""),
    ]);
}

#[test]
fn without_a_year() {
    check(&[
        ("6月1号", "2024-06-01"),
        ("6月1日", "2024-06-01"),
        ("六月一号", "2024-06-01"),
        ("五月二十三号", "2024-05-23"),
        ("6月1提交", "2024-06-01"),
        ("6.1提交", "2024-06-01"),
        ("6/1提交", "2024-06-01"),
        ("05-30提交", "2024-05-30"),
        ("12月25日", "2023-12-25"),
        ("6月2日", "long ago 2023-06-02"),
        ("1号", "2024-06-01"),
        ("5号", "2024-05-05"),
        ("31号", "2024-05-31"),
        ("三十一号", "2024-05-31"),
        ("二号", "2024-05-02"),
        ("上个月5号", "2024-05-05"),
        ("这个月1号", "2024-06-01"),
        ("下个月5号", "future 2024-07-05"),
        ("去年6月1号", "long ago 2023-06-01"),
        ("今年3月5日", "2024-03-05"),
        ("今年9月1日", "future 2024-09-01"),
        ("2月29号", "2024-02-29"),
        ("2月30号", "impossible"),
        ("4月31日", "impossible"),
        ("13月5号", "impossible"),
    ]);
}

#[test]
fn with_a_year() {
    check(&[
        ("2024-06-01", "2024-06-01"),
        ("2024/6/1", "2024-06-01"),
        ("2024.6.1", "2024-06-01"),
        ("2024.05.31通过", "2024-05-31"),
        ("2024年6月1日", "2024-06-01"),
        ("24年6月1号", "2024-06-01"),
        ("二〇二四年六月一日", "2024-06-01"),
        ("20240601", "2024-06-01"),
        ("2023-01-01", "long ago 2023-01-01"),
        ("2024-06-15", "future 2024-06-15"),
        ("2024-02-30", "impossible"),
        ("2024-06-01 09:00", "2024-06-01"),
    ]);
}

#[test]
fn several_and_negated() {
    check(&[
        ("6月1日发起成功,6月3号审核通过", "2024-06-01 / long ago 2023-06-03"),
        ("不是5月1号,是5月2号", "not 2024-05-01 / 2024-05-02"),
        ("不是昨天,是今天", "not 2024-05-31 / 2024-06-01"),
    ]);
}

#[test]
fn no_days() {
    check(&[
        ("三天内", ""),
        ("十天内报到", ""),
        ("9日内", ""),
        ("10个自然日", ""),
        ("十日内", ""),
        ("6个月", ""),
        ("3张图", ""),
        ("版本6.1版", ""),
        ("ios 15.1", ""),
        ("v6.1", ""),
        ("android 6.1", ""),
        ("24/7", ""),
        ("t20260820-0007", ""),
        ("20260915-117", ""),
        ("15606145", ""),
        ("20241399", ""),
        ("a-2026-0731", ""),
        ("北京路1号", ""),
        ("3号楼", ""),
        ("1号线", ""),
        ("提前天数", ""),
        ("我6月毕业", ""),
        ("2024年毕业", ""),
        ("目前天气", ""),
        ("绩点3.5", ""),
        ("1+1等于几", ""),
        ("", ""),
    ]);
}

proptest! {
    #[test]
    fn a_printed_date_reads_back(back in 0_u64..=300, today in 0_u64..4_000) {
        let today = date("2020-01-01") + Days::new(today);
        let day = today - Days::new(back);
        for form in ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%-m-%-d", "%Y.%-m.%-d", "%Y年%-m月%-d日", "%Y年%m月%d号", "%Y%m%d",
            "%y年%-m月%-d日", "%-m月%-d日", "%-m月%-d号", "%-m.%-d", "%-m/%-d", "%m-%d"]
        {
            let text = format!("我{}提交了", day.format(form));
            let found: Vec<Day> = days(&text, today).iter().map(|f| f.day).collect();
            prop_assert_eq!(&found, &[Day::On(day)], "{} on {}", text, today);
        }
    }

    #[test]
    fn never_panics(text: String, today in 0_u64..40_000) {
        for found in days(&text, date("1970-01-01") + Days::new(today)) {
            prop_assert!(text.get(found.span).is_some());
        }
    }

    #[test]
    fn never_panics_on_likely_text(text in "[0-9一二十月日号年前天周上个./\\- 内]{0,20}") {
        for found in days(&text, date(TODAY)) {
            prop_assert!(text.get(found.span).is_some());
        }
    }
}
