//! The numerals of a text: ASCII digits anywhere, Chinese numerals before a unit that promises something; and the words
//! by which members' deadlines are known.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use zhuanjie::knowledge::terms::System;

static NUMERAL: LazyLock<Regex> = LazyLock::new(|| {
    let number = "[零〇一二两三四五六七八九十百千]+";
    let unit = "(?:[天日张年月岁位字次周份页元]|小时|分钟|[KkMm][Bb]?)";
    Regex::new(&format!("[0-9]+|{number}个?{unit}|{number}个")).unwrap()
});

/// The ways in which a system's own deadline for members is worded.
pub(crate) const DEADLINES: [(&str, System); 4] = [
    ("9日", System::Beijing),
    ("九日", System::Beijing),
    ("10个自然日", System::Guangdong),
    ("十天内到福建", System::Fujian),
];

/// All numerals, Chinese ones as digits.
pub(crate) fn numerals(text: &str) -> BTreeSet<u32> {
    let value = |found: &str| {
        let digits: String = found.chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() { chinese(found) } else { digits.parse().unwrap_or(u32::MAX) }
    };
    NUMERAL.find_iter(text).map(|m| value(m.as_str())).collect()
}

/// The value of a Chinese numeral at the beginning of a text.
fn chinese(text: &str) -> u32 {
    let (mut total, mut digit) = (0, 0);
    for c in text.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '两' => {
                digit = 2;
                continue;
            }
            '〇' => continue,
            _ => match "零一二三四五六七八九".chars().position(|d| d == c) {
                Some(value) => {
                    digit = u32::try_from(value).unwrap();
                    continue;
                }
                None => break,
            },
        };
        total += unit * if digit == 0 { 1 } else { digit };
        digit = 0;
    }
    total + digit
}

#[test]
fn numerals_are_found() {
    for (text, expected) in [
        ("十天内，最晚9日", vec![9, 10]),
        ("10个自然日", vec![10]),
        ("二十一个字", vec![21]),
        ("两个月，一百零五张", vec![2, 105]),
        ("三小时，五百KB，两周", vec![2, 3, 500]),
        ("第一级，三地，四级", vec![]),
    ] {
        assert_eq!(numerals(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
    }
}
