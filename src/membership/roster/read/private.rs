//! Private numbers in cells: where they do not belong a row is refused.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

/// Digits of an identity card number of old, and of today's.
const OLD: usize = 15;
const NEW: usize = 18;
/// Digits of a mobile number.
const MOBILE: usize = 11;
/// GB 11643: the weight of each place, and the last character by the remainder.
const WEIGHTS: [u32; NEW - 1] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const LAST: &[u8; 11] = b"10X98765432";

/// Whether an identity card number is in a text: alone with a region and a birthday in it, mistyped or not; or inside a
/// longer run of digits with the right last one as well.
pub(super) fn holds_id_card(text: &str) -> bool {
    runs(text, OLD).iter().any(|run| match run.len() {
        OLD | NEW => fits(run),
        _ => run.windows(NEW).any(|part| fits(part) && ends_well(part)),
    })
}

/// Whether a mobile number stands in a text by itself.
pub(super) fn holds_mobile(text: &str) -> bool {
    runs(text, MOBILE).into_iter().filter_map(|run| String::from_utf8(run).ok()).any(|run| {
        let digits = run.strip_prefix("0086").or_else(|| run.strip_prefix("86")).unwrap_or(&run);
        digits.len() == MOBILE && digits.starts_with('1') && !digits[1..].starts_with(['0', '1', '2'])
    })
}

/// Whether this number stands in a text, also where other numbers touch it.
pub(super) fn holds(text: &str, number: &str) -> bool {
    runs(text, MOBILE).iter().any(|run| run.windows(MOBILE).any(|part| part == number.as_bytes()))
}

/// Runs of at least so many digits, which a blank or a dash may part, with the X that may end one.
fn runs(text: &str, least: usize) -> Vec<Vec<u8>> {
    // Most cells have few digits.
    if text.chars().filter(|c| c.is_numeric()).take(least - 1).count() < least - 1 {
        return Vec::new();
    }
    let folded: Cow<'_, str> = if text.is_ascii() { text.into() } else { text.nfkc().collect::<String>().into() };
    let (mut runs, mut run, mut gap) = (Vec::new(), Vec::new(), 0);
    let mut end = |run: &mut Vec<u8>| {
        if run.len() >= least {
            runs.push(std::mem::take(run));
        }
        run.clear();
    };
    for c in folded.chars() {
        match c {
            '0'..='9' => {
                run.push(c as u8);
                gap = 0;
            }
            'x' | 'X' if run.len() >= NEW - 1 => {
                run.push(b'X');
                end(&mut run);
            }
            ' ' | '-' | '.' | '·' | '‐' | '–' | '—' if gap == 0 => gap = 1,
            _ => end(&mut run),
        }
    }
    end(&mut run);
    runs
}

/// A region, and a birthday of somebody who may be alive.
fn fits(run: &[u8]) -> bool {
    let Ok(digits) = std::str::from_utf8(run) else { return false };
    let (year, from) = match run.len() {
        OLD => (format!("19{}", &digits[6..8]), 8),
        _ => (digits[6..10].to_owned(), 10),
    };
    let number = |from: usize| digits[from..from + 2].parse().ok();
    let day = year.parse().ok().zip(number(from)).zip(number(from + 2));
    let birthday = day.and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year, month, day));
    ("11".."84").contains(&&digits[..2]) && birthday.is_some_and(|day| (1900..2100).contains(&day.year()))
}

fn ends_well(run: &[u8]) -> bool {
    let sum: u32 = run.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
    run.last() == Some(&LAST[(sum % 11) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_cards_are_found_however_they_are_written() {
        for text in [
            "11010519491231002X",
            "11010519491231002x",
            "110105194912310021",
            "110105491231002",
            "110105 19491231 002X",
            "证件１１０１０５１９４９１２３１００２Ｘ",
            "13800138000 11010519491231002X",
        ] {
            assert!(holds_id_card(text), "{text}");
        }
        for text in [
            "",
            "13800138000",
            "020-12345678 13800138000",
            "020-12345678、13800138000",
            "12440000455860000X",
            "2023级软件工程3班团支部",
            "999999999999999999",
        ] {
            assert!(!holds_id_card(text), "{text}");
        }
    }

    #[test]
    fn mobile_numbers_are_found() {
        for text in ["王老师 138-0013-8000，020-12345678", "+86 13800138000"] {
            assert!(holds_mobile(text) && holds(text, "13800138000") && !holds(text, "13900139000"), "{text}");
        }
        assert!(!holds_mobile("020-12345678") && !holds_mobile("12345678901234"));
        assert!(holds("020-12345678 13800138000", "13800138000"));
    }
}
