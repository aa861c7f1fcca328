//! The days that a text names.
//!
//! Grammar, each line one form, an earlier line winning over a later one that overlaps it (N is a number in digits or
//! Chinese numerals):
//!
//! ```text
//! 2024-06-01  2024/6/1  2024.6.1  2024年6月1日  二〇二四年六月一日  24年6月1号
//! 20240601
//! 去年6月1号  今年…  前年…  明年…
//! 上个月5号  这个月…  本月…  下个月…
//! 6月1号  六月一日  6月1
//! N天前  N周前  N个星期前  半个月前  N个月前  半年前  N年前
//! 上周五  上个星期五  上上周五  这周一  本周三  下周二  周五  星期五  礼拜五
//! 今天  今早  刚刚  昨天  前天  大前天  明天  后天
//! 6.1  6/1  06-01
//! 1号  5日
//! ```
//!
//! A day without a year is the latest such day that is not after today; so is a day without a month, and a bare weekday.
//! A length of time (三天内, 6个月, 9日内), a version, a street number and a record number are no days.

mod forms;

use std::ops::Range;

use chrono::{Days, NaiveDate};

/// How far back a day can lie before one had better ask.
const LONG_AGO: u64 = 300;

/// What day was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Today or a day not long past.
    On(NaiveDate),
    /// After today.
    Future(NaiveDate),
    /// More than 300 days back: probably another year was meant, so ask.
    LongAgo(NaiveDate),
    /// No such day, as 2月30号.
    Impossible,
}

impl Day {
    /// The date, where there is one.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            Self::On(date) | Self::Future(date) | Self::LongAgo(date) => Some(date),
            Self::Impossible => None,
        }
    }

    fn of(date: NaiveDate, today: NaiveDate) -> Self {
        if date > today {
            Self::Future(date)
        } else if today.checked_sub_days(Days::new(LONG_AGO)).is_some_and(|limit| date < limit) {
            Self::LongAgo(date)
        } else {
            Self::On(date)
        }
    }
}

/// A day and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayFound {
    /// In bytes.
    pub span: Range<usize>,
    /// Which day.
    pub day: Day,
    /// 不是 stands before it.
    pub negated: bool,
}

/// All days that a cleaned text names, in order.
pub fn days(text: &str, today: NaiveDate) -> Vec<DayFound> {
    // Every form holds one of these; most messages hold none.
    if !text.chars().any(|c| {
        matches!(c, '月' | '年' | '天' | '日' | '号' | '周' | '期' | '拜' | '刚' | '今' | '昨' | '明')
            || c.is_ascii_digit()
    }) {
        return Vec::new();
    }
    let mut found: Vec<DayFound> = Vec::new();
    for form in forms::all() {
        for (span, day) in form.find(text, today) {
            if found.iter().all(|f| f.span.end <= span.start || span.end <= f.span.start) {
                let negated = is_negated(&text[..span.start]);
                found.push(DayFound { span, day, negated });
            }
        }
    }
    found.sort_by_key(|f| f.span.start);
    found
}

fn is_negated(before: &str) -> bool {
    ["不是", "并非", "不是在", "不在", "并不是", "不该是", "不应该是", "不是说"].iter().any(|n| before.ends_with(n))
}

#[cfg(test)]
mod tests;
