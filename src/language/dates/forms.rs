//! The forms of a day, as a table: a pattern, what may not stand around it, and how to read it.

use std::sync::LazyLock;

use chrono::{Datelike, Days, Months, NaiveDate};
use regex::{Captures, Regex};

use super::Day;
use crate::language::numeral::number;

/// A number in digits or Chinese numerals.
const N: &str = "([0-9]{1,2}|[一二两三四五六七八九十廿卅]{1,3})";

type Read = fn(&Captures<'_>, NaiveDate) -> Option<Day>;

pub(super) struct Form {
    pattern: Regex,
    /// May the text before and after stand around a match?
    fits: fn(&str, &str) -> bool,
    read: Read,
}

impl Form {
    /// Matches of this form.
    pub(super) fn find(&self, text: &str, today: NaiveDate) -> Vec<(std::ops::Range<usize>, Day)> {
        let mut found = Vec::new();
        for captures in self.pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            if (self.fits)(&text[..whole.start()], &text[whole.end()..])
                && let Some(day) = (self.read)(&captures, today)
            {
                found.push((whole.range(), day));
            }
        }
        found
    }
}

/// All forms, the surer first.
pub(super) fn all() -> &'static [Form] {
    static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
        let form = |pattern: &str, fits, read: Read| Form {
            pattern: Regex::new(&pattern.replace("{N}", N)).expect("the patterns are constants, tested"),
            fits,
            read,
        };
        vec![
            form(r"((?:19|20)[0-9]{2})([-/.])([0-9]{1,2})([-/.])([0-9]{1,2})", is_free, dashed),
            form(
                r"((?:19|20)?[0-9]{2}|[二一][〇零一二三四五六七八九]{3}) ?年 ?{N} ?月 ?{N} ?[日号]?",
                starts_number,
                full,
            ),
            form(r"(20[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])", is_free, compact),
            form(r"(去年|今年|前年|明年)的? ?{N} ?月 ?{N} ?[日号]?", |_, _| true, of_named_year),
            form(r"(上个?月|这个?月|本月|下个?月)的? ?{N} ?[日号]", |_, _| true, of_named_month),
            form(r"{N} ?月(?:份的?)? ?{N}( ?[日号])?", month_day_fits, month_day),
            form(
                r"([0-9]{1,3}|半|[一二两三四五六七八九十]{1,3}) ?(天|日|周|个?星期|个?礼拜|个月|年)(?:之前|以前|前)",
                starts_number,
                ago,
            ),
            form(r"(上上个?|上个?|这个?|本|下个?)?(周|星期|礼拜)([一二三四五六日天1-6])", weekday_fits, weekday),
            form(
                "大前天|大后天|前天|前日|昨天|昨日|昨晚|昨夜|昨儿|今天|今日|今早|今晚|今晨|今儿|今上午|今下午|刚刚|刚才|方才|刚|明天|明日|明早|后天|后日",
                word_fits,
                word,
            ),
            form(r"([0-9]{1,2})([./])([0-9]{1,2})|([0-9]{2})(-)([0-9]{2})", dotted_fits, dotted),
            form(r"([0-9]{1,2}|[一二三四五六七八九十廿]{1,3}) ?([号日])", day_fits, day_alone),
        ]
    });
    &FORMS
}

fn year(text: &str) -> Option<i32> {
    let digits: String = text
        .chars()
        .map(|c| if c == '零' { '〇' } else { c })
        .map(|c| "〇一二三四五六七八九".chars().zip('0'..).find(|(d, _)| *d == c).map_or(c, |(_, digit)| digit))
        .collect();
    let year: i32 = digits.parse().ok()?;
    Some(if year < 100 { 2000 + year } else { year })
}

fn on(year: i32, month: u32, day: u32, today: NaiveDate) -> Day {
    NaiveDate::from_ymd_opt(year, month, day).map_or(Day::Impossible, |date| Day::of(date, today))
}

/// The latest such day that is not after today.
fn latest(month: u32, day: u32, today: NaiveDate) -> Day {
    // Two leap years lie at most eight years apart.
    let dates = (0..=8).filter_map(|back| NaiveDate::from_ymd_opt(today.year() - back, month, day));
    dates.into_iter().find(|date| *date <= today).map_or(Day::Impossible, |date| Day::of(date, today))
}

fn group<'t>(captures: &Captures<'t>, i: usize) -> &'t str {
    captures.get(i).map_or("", |m| m.as_str())
}

fn last(before: &str) -> Option<char> {
    before.chars().next_back()
}

fn first(after: &str) -> Option<char> {
    after.chars().next()
}

fn starts_number(before: &str, _: &str) -> bool {
    !last(before).is_some_and(|c| c.is_ascii_digit() || "一二两三四五六七八九十几半.第".contains(c))
}

/// Not part of a longer number, word or code.
fn is_free(before: &str, after: &str) -> bool {
    let joint = |c: char| c.is_ascii_alphanumeric() || "-./_".contains(c);
    let mut rest = after.chars();
    let goes_on = match (rest.next(), rest.next()) {
        (Some(a), Some(b)) if "-./".contains(a) => b.is_ascii_alphanumeric(),
        (Some(a), _) => a.is_ascii_alphanumeric() || a == '_',
        _ => false,
    };
    !last(before).is_some_and(joint) && !goes_on
}

fn dashed(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    (group(c, 2) == group(c, 4)).then_some(())?;
    Some(on(group(c, 1).parse().ok()?, number(group(c, 3))?, number(group(c, 5))?, today))
}

fn full(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    Some(on(year(group(c, 1))?, number(group(c, 2))?, number(group(c, 3))?, today))
}

fn compact(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    match on(group(c, 1).parse().ok()?, number(group(c, 2))?, number(group(c, 3))?, today) {
        // Eight digits that are no date are some other number.
        Day::Impossible => None,
        day => Some(day),
    }
}

fn of_named_year(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    let shift = match group(c, 1) {
        "前年" => -2,
        "去年" => -1,
        "明年" => 1,
        _ => 0,
    };
    Some(on(today.year() + shift, number(group(c, 2))?, number(group(c, 3))?, today))
}

fn of_named_month(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    let start = today.with_day(1)?;
    let month = match first(group(c, 1)) {
        Some('上') => start.checked_sub_months(Months::new(1))?,
        Some('下') => start.checked_add_months(Months::new(1))?,
        _ => start,
    };
    Some(on(month.year(), month.month(), number(group(c, 2))?, today))
}

fn month_day_fits(before: &str, after: &str) -> bool {
    let counted = first(after).is_some_and(|c| c.is_ascii_digit() || "个份张次天年月名人位届内十".contains(c));
    starts_number(before, after) && !last(before).is_some_and(|c| "年每".contains(c)) && !counted
}

fn month_day(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    Some(latest(number(group(c, 1))?, number(group(c, 2))?, today))
}

fn ago(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    let (count, unit) = (group(c, 1), group(c, 2));
    let half = count == "半";
    let n = if half { 0 } else { number(count).or_else(|| count.parse().ok())? };
    let date = match (unit, half) {
        ("天" | "日", false) => today.checked_sub_days(Days::new(n.into())),
        ("周" | "星期" | "个星期" | "礼拜" | "个礼拜", false) => {
            today.checked_sub_days(Days::new(u64::from(n) * 7))
        }
        ("个月", true) => today.checked_sub_days(Days::new(15)),
        ("个月", false) => today.checked_sub_months(Months::new(n)),
        ("年", true) => today.checked_sub_months(Months::new(6)),
        ("年", false) => today.checked_sub_months(Months::new(n * 12)),
        _ => None,
    };
    Some(Day::of(date?, today))
}

/// 每周五 is a habit, 两周一次 a rhythm, 周一到周五 a stretch.
fn weekday_fits(before: &str, after: &str) -> bool {
    let stretch = ["到周", "至周", "-周", "~周", "到星期", "至星期"];
    let counted = last(before).is_some_and(|c| c.is_ascii_digit() || "一二两三四五六七八九十几每半".contains(c));
    !counted
        && !first(after).is_some_and(|c| "次个年岁遍回".contains(c))
        && !stretch.iter().any(|s| after.starts_with(s))
        && !["到", "至", "-", "~"].iter().any(|s| before.ends_with(s))
}

fn weekday(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    let wanted = match group(c, 3) {
        "日" | "天" => 6,
        day => number(day)? - 1,
    };
    let monday = today.checked_sub_days(Days::new(today.weekday().num_days_from_monday().into()))?;
    let day = monday.checked_add_days(Days::new(wanted.into()))?;
    let week = Days::new(7);
    let which = group(c, 1);
    let date = match first(which) {
        Some('上') if which.starts_with("上上") => day.checked_sub_days(Days::new(14)),
        Some('上') => day.checked_sub_days(week),
        Some('下') => day.checked_add_days(week),
        Some(_) => Some(day),
        None if day > today => day.checked_sub_days(week),
        None => Some(day),
    };
    Some(Day::of(date?, today))
}

/// 提前天数, 目前天气, 然后天天 and 刚好 hold no day.
fn word_fits(before: &str, after: &str) -> bool {
    !last(before).is_some_and(|c| "提目以之然从最".contains(c))
        && !first(after).is_some_and(|c| "好需性刚毕".contains(c))
}

fn word(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    let word = group(c, 0);
    let shift = match word {
        "大前天" => -3,
        "前天" | "前日" => -2,
        "明天" | "明日" | "明早" => 1,
        "后天" | "后日" => 2,
        "大后天" => 3,
        _ if word.starts_with('昨') => -1,
        _ => 0,
    };
    let date = today.checked_add_signed(chrono::TimeDelta::days(shift))?;
    Some(Day::of(date, today))
}

/// No version, price, share or grade.
fn dotted_fits(before: &str, after: &str) -> bool {
    let word = before.trim_end();
    let version = last(word).is_some_and(|c| c.is_ascii_alphabetic() || "第§版约点绩".contains(c));
    let counted =
        first(after.trim_start()).is_some_and(|c| "%元分折万千个天年倍版米小条款章节°吨岁级月号楼室".contains(c));
    is_free(before, after) && !version && !counted
}

fn dotted(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    let (month, day) = if c.get(1).is_some() { (group(c, 1), group(c, 3)) } else { (group(c, 4), group(c, 6)) };
    match latest(number(month)?, number(day)?, today) {
        // Numbers that are no date are something else: 24/7, 2.30.
        Day::Impossible => None,
        day => Some(day),
    }
}

/// No street number, no building, no length of time.
fn day_fits(before: &str, after: &str) -> bool {
    let place =
        last(before).is_some_and(|c| c.is_ascii_alphanumeric() || "月第路街道巷弄村楼栋幢座每-./几".contains(c));
    let thing = first(after).is_some_and(|c| "楼线院栋门厅馆店码员机舱铺桥文令内之以后间本报常".contains(c));
    starts_number(before, after) && !place && !thing && !after.starts_with("前")
}

fn day_alone(c: &Captures<'_>, today: NaiveDate) -> Option<Day> {
    // 十日 is more often ten days than the tenth.
    if group(c, 2) == "日" && group(c, 1).parse::<u32>().is_err() {
        return None;
    }
    let day = number(group(c, 1)).filter(|d| (1..=31).contains(d))?;
    let start = today.with_day(1)?;
    let months = (0..=2).filter_map(|back| start.checked_sub_months(Months::new(back))?.with_day(day));
    let date = months.into_iter().find(|date| *date <= today)?;
    Some(Day::of(date, today))
}
