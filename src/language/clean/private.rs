//! Hiding what identifies a person before anything else sees the text.
//!
//! A *run* is digits with blanks, punctuation or tags between them. A run is cut into *atoms* (digits that touch); tokens
//! made of whole atoms are recognised: a date, a time, a year, a record number such as `20260915-117`, a mobile number.
//! Any run of 15 digits or more that is not made of such tokens alone is taken for an identity card: to hide too much
//! costs a question, to hide too little cannot be undone. What is written in Chinese digits, or with letters that look
//! like digits, is looked at afterwards ([`spelled`]).
//!
//! Expects folded text (half width, lower case, digits of all scripts as ASCII, no zero-width characters); see the parent
//! module.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::spelled;

/// What stands in the text in place of an identity card number.
pub const ID_CARD: &str = "〔证件号〕";
/// What stands in the text in place of a mobile number.
pub const PHONE: &str = "〔手机号〕";

/// An identity card number was given. Its digits are kept nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdCard {
    /// Do the birthday and the check digit fit? Only chooses the wording of the reply.
    pub plausible: bool,
}

/// A mainland mobile number. Neither prints nor logs in full.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(pub(super) String);

impl Phone {
    /// The number in eleven digits that a text consists of, with or without +86, blanks and dashes.
    pub fn parse(text: &str) -> Option<Self> {
        let masked = mask(&super::fold(text));
        if masked.text == PHONE { masked.phone } else { None }
    }

    /// `138****8000`, for people to recognise it by.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }

    /// The eleven digits, for the sender of codes and the roster alone; never for a reply or a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// A text without private numbers, and what was found in it.
#[derive(Debug, Default)]
pub(super) struct Masked {
    pub(super) text: String,
    pub(super) id_card: Option<IdCard>,
    pub(super) phone: Option<Phone>,
}

/// Hides identity card and mobile numbers.
pub(super) fn mask(text: &str) -> Masked {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Masked { text: String::with_capacity(text.len()), ..Masked::default() };
    let mut i = 0;
    while i < chars.len() {
        if chars[i].is_ascii_digit() {
            let run = Run::at(&chars, i);
            run.write(&chars, &mut out);
            i = run.end;
        } else {
            out.text.push(chars[i]);
            i += 1;
        }
    }
    spelled::mask(&mut out);
    out
}

/// The longest separator of any kind, in characters.
const WIDEST: usize = 3;
/// The longest tag, in characters.
const TAG: usize = 40;
/// Fewer digits than these beside whole dates are not what is left of an identity card.
const LEFT: usize = 7;

/// Where what separates digits ends: a tag counts nothing, blanks and dashes may be many, other punctuation few.
pub(super) fn separated(chars: &[char], mut at: usize) -> usize {
    let mut wide = 0;
    while let Some(&c) = chars.get(at) {
        if c == '<'
            && let Some(end) = chars[at..].iter().take(TAG).position(|c| *c == '>')
            && chars[at + 1].is_ascii_alphabetic() | (chars[at + 1] == '/')
            && chars[at..at + end].iter().filter(|c| c.is_ascii_digit()).count() < 2
        {
            at += end + 1;
        } else if is_separator(c) {
            at += 1;
        } else if is_check_letter(c) && !chars.get(at + 1).is_some_and(char::is_ascii_digit) {
            break;
        } else if wide < WIDEST && !c.is_alphanumeric() {
            wide += 1;
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// Digits that touch, as a range of characters.
#[derive(Debug, Clone, Copy)]
struct Atom {
    start: usize,
    end: usize,
}

/// What some atoms of a run are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A whole date or a record number; stays.
    Harmless,
    /// A month and day, a time or a year: stays where nothing else is beside it.
    Short,
    Phone,
    /// None of the known.
    Rest,
}

/// Neighbouring atoms that belong together: their indexes and what they are.
#[derive(Debug, Clone, Copy)]
struct Part {
    first: usize,
    last: usize,
    kind: Kind,
}

#[derive(Debug)]
struct Run {
    atoms: Vec<Atom>,
    /// A check letter stands behind the last digit.
    check_x: bool,
    end: usize,
}

impl Run {
    fn at(chars: &[char], start: usize) -> Self {
        let mut atoms = Vec::new();
        let mut at = start;
        let mut end = start;
        while at < chars.len() && chars[at].is_ascii_digit() {
            let from = at;
            while at < chars.len() && chars[at].is_ascii_digit() {
                at += 1;
            }
            atoms.push(Atom { start: from, end: at });
            end = at;
            at = separated(chars, at);
        }
        let letter_follows = chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric);
        let check_x = chars.get(at).copied().is_some_and(is_check_letter) && !letter_follows;
        let mut run = Self { atoms, check_x: false, end };
        if check_x && run.digits() >= 15 {
            run.check_x = true;
            run.end = at + 1;
        }
        run
    }

    fn digits(&self) -> usize {
        self.atoms.iter().map(|a| a.end - a.start).sum()
    }

    fn write(&self, chars: &[char], out: &mut Masked) {
        let digits = self.text(chars, 0, self.atoms.len() - 1);
        let whole = [Part { first: 0, last: self.atoms.len() - 1, kind: Kind::Rest }];
        let mut parts = self.parts(chars);
        if digits.len() >= 15 {
            let explained = parts.iter().all(|p| p.kind != Kind::Rest);
            let scraps = parts.iter().any(|p| p.kind == Kind::Rest && self.text(chars, p.first, p.last).len() < 15);
            let whole_dates = |p: &&Part| !matches!(p.kind, Kind::Harmless | Kind::Phone);
            let left = parts.iter().filter(whole_dates).map(|p| self.text(chars, p.first, p.last).len()).sum::<usize>();
            let scraps = scraps && (left >= LEFT || !self.is_wide(chars));
            // A real number wins over any other reading of its digits; and scraps beside a token mean that the token was
            // cut out of something longer.
            if plausible(&digits, self.check_x) || (scraps && !explained && !self.is_list(chars)) {
                parts = whole.to_vec();
            }
        }
        let mut done = self.atoms[0].start;
        for (i, part) in parts.iter().enumerate() {
            let start = self.atoms[part.first].start;
            let last_part = i + 1 == parts.len();
            let end = if last_part { self.end } else { self.atoms[part.last].end };
            out.text.extend(&chars[done..start]);
            done = end;
            let digits = self.text(chars, part.first, part.last);
            match part.kind {
                Kind::Phone => {
                    let before = out.text.trim_end().len();
                    let country = out.text[..before].ends_with('+');
                    if country {
                        out.text.truncate(before - 1);
                    }
                    out.text.push_str(PHONE);
                    // +1 and ten digits may look the same, and are somebody else's.
                    if !country || digits.starts_with("86") {
                        let number = digits[digits.len() - 11..].to_owned();
                        out.phone.get_or_insert(Phone(number));
                    }
                }
                Kind::Rest if digits.len() >= 15 && !self.is_list(chars) => {
                    out.text.push_str(ID_CARD);
                    let fits = plausible(&digits, self.check_x && last_part);
                    let card = out.id_card.get_or_insert(IdCard { plausible: false });
                    card.plausible |= fits;
                }
                Kind::Harmless | Kind::Short | Kind::Rest => out.text.extend(&chars[start..end]),
            }
        }
        out.text.extend(&chars[done..self.end]);
    }

    /// The digits of some atoms.
    fn text(&self, chars: &[char], first: usize, last: usize) -> String {
        self.atoms[first..=last].iter().flat_map(|a| &chars[a.start..a.end]).collect()
    }

    /// Cuts the run into tokens, and what is between them.
    fn parts(&self, chars: &[char]) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut i = 0;
        while i < self.atoms.len() {
            if let Some((last, kind)) = self.harmless(chars, i).or_else(|| self.phone(chars, i)) {
                parts.push(Part { first: i, last, kind });
                i = last + 1;
                continue;
            }
            match parts.last_mut() {
                Some(part) if part.kind == Kind::Rest => part.last = i,
                _ => parts.push(Part { first: i, last: i, kind: Kind::Rest }),
            }
            i += 1;
        }
        parts
    }

    /// What stands between an atom and the next: one character, or a blank for several.
    fn gap(&self, chars: &[char], i: usize) -> Option<char> {
        let (a, b) = (self.atoms.get(i)?, self.atoms.get(i + 1)?);
        Some(if b.start - a.end == 1 { chars[a.end] } else { ' ' })
    }

    /// Does punctuation stand in it that joins no digits elsewhere?
    fn is_wide(&self, chars: &[char]) -> bool {
        self.atoms.windows(2).any(|pair| chars[pair[0].end..pair[1].start].iter().any(|c| !is_separator(*c)))
    }

    /// Numbers of one length with commas between, and no identity card in pieces: 15606145、15606146.
    fn is_list(&self, chars: &[char]) -> bool {
        let length = self.atoms[0].end - self.atoms[0].start;
        let listed = |i: usize| self.gap(chars, i).is_none_or(|c| matches!(c, ',' | '、' | ';'));
        let whole = |a: &Atom| a.end - a.start == length;
        let card = matches!(self.digits() + usize::from(self.check_x), 15 | 18);
        (5..=10).contains(&length)
            && self.atoms.len() > 1
            && !card
            && self.atoms.iter().all(whole)
            && (0..self.atoms.len()).all(listed)
    }

    /// A date, a time, a year or a record number from an atom on, with nothing that joins on both sides.
    fn harmless(&self, chars: &[char], first: usize) -> Option<(usize, Kind)> {
        let gap = |i: usize| self.gap(chars, i);
        let before = first.checked_sub(1).and_then(gap);
        let apart = |gap: Option<char>| gap.is_none_or(|c| !matches!(c, '-' | '.' | '/' | ':' | '_' | '·' | '\\'));
        let digits = |i: usize| self.atoms.get(i).map_or(String::new(), |_| self.text(chars, i, i));
        let number = |i: usize| digits(i).parse::<u32>().ok().filter(|_| digits(i).len() <= 2);
        let joined = |i: usize| gap(i).filter(|c| matches!(c, '-' | '.' | '/'));
        let head = digits(first);
        let year = (head.len() == 4).then(|| head.parse::<i32>().ok()).flatten().filter(|y| (1980..2100).contains(y));
        if let (Some(year), Some(joint), Some(_)) = (year, joined(first), joined(first + 1))
            && let (Some(month), Some(day)) = (number(first + 1), number(first + 2))
            && NaiveDate::from_ymd_opt(year, month, day).is_some()
            && before != Some(joint)
            && gap(first + 2) != Some(joint)
        {
            return Some((first + 2, Kind::Harmless));
        }
        if !apart(before) {
            return None;
        }
        if head.len() == 8 && compact_date(&head).is_some_and(|d| (1980..2100).contains(&d.year())) {
            if apart(gap(first)) {
                return Some((first, Kind::Harmless));
            }
            if joined(first).is_some() && digits(first + 1).len() <= 6 && apart(gap(first + 1)) {
                return Some((first + 1, Kind::Harmless));
            }
        }
        if let (Some(1..=12), Some(1..=31), Some(_)) = (number(first), number(first + 1), joined(first))
            && apart(gap(first + 1))
        {
            return Some((first + 1, Kind::Short));
        }
        if let (Some(0..=23), Some(0..=59), Some(':')) = (number(first), number(first + 1), gap(first)) {
            if apart(gap(first + 1)) {
                return Some((first + 1, Kind::Short));
            }
            if let (Some(0..=59), Some(':')) = (number(first + 2), gap(first + 1))
                && apart(gap(first + 2))
            {
                return Some((first + 2, Kind::Short));
            }
        }
        (year.is_some() && apart(gap(first))).then_some((first, Kind::Short))
    }

    /// A mobile number from an atom on.
    fn phone(&self, chars: &[char], first: usize) -> Option<(usize, Kind)> {
        let mut digits = String::new();
        for (last, atom) in self.atoms.iter().enumerate().skip(first) {
            digits.extend(&chars[atom.start..atom.end]);
            let number = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).unwrap_or(&digits);
            if is_mobile(&digits) || is_mobile(number) {
                return Some((last, Kind::Phone));
            }
            if digits.len() > 15 {
                break;
            }
        }
        None
    }
}

pub(super) fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '.' | '_' | '·' | '•' | '・' | '。' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | 'ー'
    )
}

/// The letter X and what is typed for it.
pub(super) fn is_check_letter(c: char) -> bool {
    matches!(c, 'x' | '×' | 'х' | 'χ' | '╳' | '✕')
}

fn compact_date(digits: &str) -> Option<NaiveDate> {
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(part(0..4)?.try_into().ok()?, part(4..6)?, part(6..8)?)
}

/// Do region, birthday and, in the long form, the check digit fit?
pub(super) fn plausible(digits: &str, check_x: bool) -> bool {
    let region = digits.get(..2).is_some_and(|r| ("11".."84").contains(&r));
    let birthday = match (digits.len(), check_x) {
        (15, false) => compact_date(&format!("19{}", &digits[6..12])),
        (18, false) | (17, true) => compact_date(&digits[6..14]),
        _ => None,
    };
    let lived = birthday.is_some_and(|d| (1900..2100).contains(&d.year()));
    region
        && lived
        && (digits.len() == 15 || check_digit(digits) == if check_x { Some(10) } else { last_digit(digits) })
}

fn last_digit(digits: &str) -> Option<u32> {
    digits.chars().last()?.to_digit(10)
}

/// GB 11643: the value that the eighteenth place must have; 10 is written X.
fn check_digit(digits: &str) -> Option<u32> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut sum = 0;
    for (weight, c) in WEIGHTS.iter().zip(digits.chars()) {
        sum += weight * c.to_digit(10)?;
    }
    Some((12 - sum % 11) % 11)
}
