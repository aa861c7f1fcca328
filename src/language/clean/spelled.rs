//! Identity card and mobile numbers that are not written in digits alone: in Chinese digits (一一零一零五, 壹壹零), or with
//! letters that look like digits (11O1O5).
//!
//! Runs of 11 digits or more are looked at; shorter ones are ordinary words such as 一二三.

use super::private::{ID_CARD, IdCard, Masked, PHONE, Phone, is_check_letter, is_mobile, plausible, separated};

/// The digits of a mobile number.
const MOBILE: usize = 11;
/// The fewest digits of an identity card.
const CARD: usize = 15;

/// Zero in every script that has digits of its own; the other nine follow it.
const ZEROS: &[char] = &[
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{11f50}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e4d0}',
    '\u{1e950}',
];

/// The ASCII digit that a digit of another script is; none for anything else.
pub(super) fn ascii(c: char) -> Option<char> {
    if (c as u32) < 0x660 {
        return None;
    }
    let at = ZEROS.partition_point(|zero| *zero <= c).checked_sub(1)?;
    let value = c as u32 - ZEROS[at] as u32;
    char::from_digit(value, 10)
}

/// The digit that a Chinese character writes.
fn han(c: char) -> Option<char> {
    Some(match c {
        '〇' | '零' => '0',
        '一' | '壹' | '壱' | '幺' | '弌' => '1',
        '二' | '贰' | '貳' | '弐' => '2',
        '三' | '叁' | '參' | '叄' | '参' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' | '陸' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

/// The digit that a letter looks like.
fn letter(c: char) -> Option<char> {
    match c {
        'o' | 'о' | 'ο' => Some('0'),
        'l' | 'i' => Some('1'),
        _ => None,
    }
}

/// Hides what the first look at digits left.
pub(super) fn mask(masked: &mut Masked) {
    let chars: Vec<char> = masked.text.chars().collect();
    let read = readings(&chars);
    let mut out: Option<String> = None;
    let (mut done, mut i) = (0, 0);
    while i < chars.len() {
        if read[i].is_none() {
            i += 1;
            continue;
        }
        let start = i;
        let mut digits = String::new();
        let mut spelled = false;
        let mut end = i;
        while let Some(digit) = read.get(i).copied().flatten() {
            digits.push(digit);
            spelled |= !chars[i].is_ascii_digit();
            end = i + 1;
            i = separated(&chars, end);
        }
        let letter_follows = chars.get(i + 1).is_some_and(char::is_ascii_alphanumeric);
        let x = chars.get(i).copied().is_some_and(is_check_letter) && !letter_follows && digits.len() >= CARD;
        i = if x { i + 1 } else { end };
        if !spelled {
            continue;
        }
        let mobile = (0..=digits.len().saturating_sub(MOBILE))
            .filter_map(|at| digits.get(at..at + MOBILE))
            .find(|d| is_mobile(d));
        let hidden = if digits.len() >= CARD {
            let fits = plausible(&digits, x);
            masked.id_card.get_or_insert(IdCard { plausible: false }).plausible |= fits;
            ID_CARD
        } else if let Some(number) = mobile {
            masked.phone.get_or_insert_with(|| Phone(number.to_owned()));
            PHONE
        } else {
            continue;
        };
        let out = out.get_or_insert_with(String::new);
        out.extend(&chars[done..start]);
        out.push_str(hidden);
        done = i;
    }
    if let Some(mut out) = out {
        out.extend(&chars[done..]);
        masked.text = out;
    }
}

/// Each character as the digit it stands for. A letter stands for one alone between other characters, or in a word of
/// digits.
fn readings(chars: &[char]) -> Vec<Option<char>> {
    let mut read: Vec<Option<char>> =
        chars.iter().map(|c| if c.is_ascii_digit() { Some(*c) } else { han(*c) }).collect();
    let in_word = |c: &char| c.is_alphanumeric() && !super::is_han(*c);
    let mut i = 0;
    while i < chars.len() {
        let end = i + chars[i..].iter().take_while(|c| in_word(c)).count();
        let word = &chars[i..end];
        let word = word.strip_suffix(&['x']).unwrap_or(word);
        let digits = word.iter().filter(|c| c.is_ascii_digit()).count();
        if word.len() > digits
            && (digits > 0 || word.len() == 1)
            && word.iter().all(|c| c.is_ascii_digit() || letter(*c).is_some())
        {
            for at in i..i + word.len() {
                read[at] = read[at].or_else(|| letter(chars[at]));
            }
        }
        i = end.max(i + 1);
    }
    read
}
