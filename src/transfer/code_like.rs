//! Numbers that somebody else gave out: `T20260820-0007`, `TJ-88213`, `编号 5521`.
//!
//! Members ask about them as if they were ours. They are told what ours look like, so a false alarm costs a wrong
//! answer to another question: what is a date, a telephone number, a quantity or the name of a file is left alone, and
//! digits alone count only beside a word that calls them a number.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use crate::transfer::id::{self, TransferId};

/// Words that call what stands beside them a record number. `查询` names one only when it stands right before it.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(编号|单号|记录号|流水号|受理号|申请号|转接号|进度号|查询码|号码|查询|记录|(?-u:\b)id(?-u:\b)|(?-u:\b)no(?-u:\b)\.?)",
    )
});
/// What makes such a word speak of something else.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)(手机|电话|联系|热线|qq|微信|身份证|证件|团员|党员|发展|学|志愿书|房间|准考证|银行卡|发票|快递|文)$")
});
static TOKEN: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*"));
/// An ID of ours with a slip in it, read in groups.
static GROUPS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u:\b)[A-Za-z0-9]{4}[- ][A-Za-z0-9]{4}[- ][A-Za-z0-9]{4}(?-u:\b)"));
static QUANTITY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)^\s*(年|月|日|天|号|岁|级|届|点|人|元|个|次|字|位|%|kb|mb|gb|m\b|k\b|g\b)"));
static ACCOUNT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^(qq|wx|vx|wechat|win|ios|android|v)[-_]?\d"));

/// How far a word may stand from the number it speaks of, in characters.
const BESIDE: usize = 6;

/// The first thing in a text that looks like a record number without being one of ours.
pub fn code_like(text: &str) -> Option<&str> {
    if let Some(found) = GROUPS.find_iter(text).find(|m| slip(m.as_str()) && alone(text, &m.range())) {
        return Some(found.as_str());
    }
    let ours = id::spans(text);
    TOKEN
        .find_iter(text)
        .filter(|m| alone(text, &m.range()) && !ours.iter().any(|(id, _)| id.contains(&m.start())))
        .find(|m| is_code(text, &m.range()))
        .map(|m| m.as_str())
}

/// Letters and digits mixed as only a machine mixes them, and not an ID.
fn slip(text: &str) -> bool {
    TransferId::parse(text).is_none() && changes(text) >= 2
}

fn is_code(text: &str, span: &Range<usize>) -> bool {
    let token = &text[span.clone()];
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let letters = token.bytes().filter(u8::is_ascii_alphabetic).count();
    if digits == 0 || ACCOUNT.is_match(token) || is_date(token) || is_telephone(token) {
        return false;
    }
    let called = called(text, span);
    if letters == 0 {
        return (called && digits >= 3) || dated_serial(token);
    }
    if called && letters + digits >= 4 {
        return true;
    }
    let starts_with_letter = token.starts_with(|c: char| c.is_ascii_alphabetic());
    let plate = letters == 1 && digits <= 5 && !token.contains(['-', '_']);
    (starts_with_letter && digits >= 5 && letters <= 6 && !plate)
        || ((10..=16).contains(&(letters + digits)) && changes(token) >= 2)
}

/// `20260915-117`: a day and a serial number. `20240601-0630` is two days.
fn dated_serial(token: &str) -> bool {
    token.split_once('-').is_some_and(|(first, second)| {
        let short_day = second.len() == 4 && is_date(&format!("{}{second}", &first[..first.len().min(4)]));
        first.len() == 8 && is_date(first) && (3..=7).contains(&second.len()) && !second.contains('-') && !short_day
    })
}

fn is_date(token: &str) -> bool {
    // 2024-06-01T09, the beginning of a time as machines write it.
    let day = match token.split_once(['T', 't']) {
        Some((day, time)) if time.bytes().all(|b| b.is_ascii_digit()) => day,
        Some(_) | None => token,
    };
    ["%Y%m%d", "%Y-%m-%d", "%Y_%m_%d"].iter().any(|format| {
        NaiveDate::parse_from_str(day, format).is_ok_and(|d| (1900..2200).contains(&chrono::Datelike::year(&d)))
    }) || {
        let parts: Vec<_> = token.split('-').collect();
        let year = |p: &str| p.len() == 4 && (p.starts_with("19") || p.starts_with("20"));
        // A year, a month of a year, a school year.
        token.bytes().all(|b| b.is_ascii_digit() || b == b'-')
            && match parts.as_slice() {
                [y] => year(y),
                [y, m] => year(y) && (m.len() <= 2 || year(m)) || y.len() <= 2 && m.len() <= 2,
                _ => false,
            }
    }
}

fn is_telephone(token: &str) -> bool {
    let bare: String = token.chars().filter(char::is_ascii_digit).collect();
    if bare.len() + token.matches('-').count() != token.len() {
        return false;
    }
    let mobile = bare.len() == 11 && bare.starts_with('1');
    let abroad = bare.len() == 13 && bare.starts_with("861");
    let landline = token.starts_with('0') && token.contains('-') && (10..=12).contains(&bare.len());
    mobile
        || abroad
        || landline
        || matches!(token, "12355" | "110" | "12345")
        || bare.starts_with("400") && bare.len() == 10
}

/// Whether a word beside the number calls it one.
fn called(text: &str, span: &Range<usize>) -> bool {
    let before = clause_before(&text[..span.start]);
    let after = clause_after(&text[span.end..]);
    if let Some(word) = CALLED.find_iter(before).last() {
        let gap = before[word.end()..].trim_matches(|c: char| " :：#是为".contains(c));
        let direct = gap.is_empty();
        let weak = matches!(word.as_str(), "查询" | "记录");
        if !OTHER.is_match(&before[..word.start()])
            && (direct || !weak && gap.chars().count() <= BESIDE && !QUANTITY.is_match(after))
        {
            return true;
        }
    }
    !QUANTITY.is_match(after)
        && CALLED.find(after).is_some_and(|word| {
            let gap = &after[..word.start()];
            gap.chars().count() <= 3 && !OTHER.is_match(gap) && !matches!(word.as_str(), "查询" | "号码")
        })
}

fn clause_before(text: &str) -> &str {
    text.rsplit(is_stop).next().unwrap_or(text)
}

fn clause_after(text: &str) -> &str {
    text.split(is_stop).next().unwrap_or(text)
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | ',' | '。' | '？' | '?' | '！' | '!' | '；' | ';' | '\n' | '、')
}

/// Whether a token is not part of an address, a file name or a decimal number.
fn alone(text: &str, span: &Range<usize>) -> bool {
    let joins = |c: char| matches!(c, '.' | '@' | '/' | '\\' | '&' | '=');
    let mut before = text[..span.start].chars().rev();
    let mut after = text[span.end..].chars();
    let joined_before =
        before.next().is_some_and(joins) && before.next().is_some_and(|c| c.is_ascii_alphanumeric() || joins(c));
    let joined_after = match after.next() {
        Some('@') => true,
        Some(c) if joins(c) => after.next().is_some_and(|c| c.is_ascii_alphanumeric() || joins(c)),
        Some(_) | None => false,
    };
    !joined_before && !joined_after
}

/// How often letters and digits change places.
fn changes(token: &str) -> usize {
    let kinds: Vec<bool> = token.chars().filter(char::is_ascii_alphanumeric).map(|c| c.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern written here")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn numbers_of_others() {
        for (text, code) in [
            ("T20260820-0007 到哪一步了", "T20260820-0007"),
            ("帮我查一下A-2026-0731", "A-2026-0731"),
            ("查询TJ-88213", "TJ-88213"),
            ("20260915-117这条现在什么状态", "20260915-117"),
            ("编号 5521 的进度", "5521"),
            ("编号：5521", "5521"),
            ("我的编号是5521", "5521"),
            ("5521这个编号查一下", "5521"),
            ("id 3f9a2c 到哪了", "3f9a2c"),
            ("记录号5521", "5521"),
            ("查询 5521", "5521"),
            ("单号20240601001审核了吗", "20240601001"),
            ("我的号码是 88213", "88213"),
            ("ABC2-EFGH-JK3M", "ABC2-EFGH-JK3M"),
            ("abc2 efgh jk3m 怎么样了", "abc2 efgh jk3m"),
            ("A0C2EF1HJK3M", "A0C2EF1HJK3M"),
        ] {
            assert_eq!(code_like(text), Some(code), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_anybody() {
        for text in [
            "",
            "6月1号发起成功",
            "2024-06-01提交的",
            "2024年6月1日",
            "20240601提交",
            "20240601-0630期间",
            "2023-2024学年",
            "2024-06-01T09:00:00+08:00",
            "我的手机号码是13800138000",
            "手机13800138000",
            "0591-88012345打不通",
            "电话号码88213456",
            "打12355问",
            "怎么查询2024级的团员",
            "查询3天了还没结果",
            "图片不超过2M，PDF不超过10M",
            "QQ123456789加我",
            "发展团员编号201711000001怎么填",
            "https://zhtj.youth.cn/zhtj/20240601123",
            "a20240601@163.com",
            "文件scan20240601.pdf打不开",
            "iPhone15上不去",
            "G1234次列车",
            "京A12345",
            "what time need",
            "在福建9天内报到",
            "毕业两年了，28岁",
        ] {
            assert_eq!(code_like(text), None, "{text}");
        }
    }

    #[test]
    fn ours_are_ours() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(3);
        for _ in 0..500 {
            let id = TransferId::random(&mut rng).to_string();
            for form in [id.clone(), id.replace('-', ""), id.to_lowercase(), id.replace('-', " ")] {
                assert_eq!(code_like(&format!("编号 {form} 到哪了")), None, "{form}");
            }
        }
    }

    proptest! {
        #[test]
        fn reads_any_text(text in "(编号|id|[-A-Za-z0-9_.@/ ，天号TZ年]|\\PC){0,30}") {
            if let Some(code) = code_like(&text) {
                prop_assert!(text.contains(code));
                prop_assert!(id::find(code).is_empty());
            }
        }
    }
}
