//! From what was typed to text that can be understood.
//!
//! Order: the characters are folded (NFKC, lower case, no control or zero-width characters, one blank for any white
//! space and for emoji); private numbers are hidden, which is the first step that looks at content; then traditional
//! characters are simplified, variants written one way, and blanks between Chinese characters dropped. Folding comes
//! before hiding so that no character dropped later can join digits that were apart.
//!
//! Invariants: the result holds no identity card or mobile number; it is at most [`LIMIT`] characters; to clean it again
//! changes nothing. Punctuation comes out half width (`，` is `,`).

mod private;
mod spelled;
mod variants;

use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::UnicodeNormalization;

pub use private::{ID_CARD, IdCard, PHONE, Phone};
pub use variants::Variants;

/// How many characters of a message are kept for understanding.
pub const LIMIT: usize = 2_000;

/// How often folding and rewriting are repeated at most; a second pass changes something for odd input only.
const PASSES: usize = 6;

/// A message made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    /// The text, without private numbers.
    pub text: String,
    /// An identity card number was in it.
    pub id_card: Option<IdCard>,
    /// The first mobile number in it.
    pub phone: Option<Phone>,
    /// It was longer than [`LIMIT`].
    pub truncated: bool,
}

/// Makes a message ready to be understood.
pub fn clean(variants: &Variants, raw: &str) -> Clean {
    let masked = private::mask(&fold(raw));
    let mut text = repeat(masked.text, |text| rewrite(variants, text));
    let truncated = cut(&mut text);
    if truncated {
        // What the cut left of a longer number or word may be one itself.
        text = repeat(private::mask(&text).text, |text| rewrite(variants, text));
        cut(&mut text);
    }
    Clean { text, id_card: masked.id_card, phone: masked.phone, truncated }
}

/// Cuts what is longer than is kept. Says whether there was more.
fn cut(text: &mut String) -> bool {
    let Some((end, _)) = text.char_indices().nth(LIMIT) else { return false };
    text.truncate(end);
    text.truncate(text.trim_end().len());
    true
}

/// Applies a step until it changes nothing.
fn repeat(mut text: String, step: impl Fn(&str) -> Option<String>) -> String {
    for _ in 0..PASSES {
        match step(&text) {
            Some(next) if next != text => text = next,
            _ => break,
        }
    }
    text
}

/// Folds characters.
fn fold(raw: &str) -> String {
    repeat(fold_once(raw), |text| {
        // Plain text is settled after one pass; only combining marks and their like can need a second.
        let settled = text.chars().all(|c| c.is_ascii() || is_han(c) || is_common_mark(c));
        if settled { None } else { Some(fold_once(text)) }
    })
}

fn fold_once(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars().filter_map(fold_char).nfkc().filter_map(fold_char) {
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// From `①` to `⒈`.
const POINTED: u32 = '⒈' as u32 - '①' as u32;

/// One character folded; none where it is to vanish.
fn fold_char(c: char) -> Option<char> {
    let vanishes = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    if vanishes {
        return None;
    }
    Some(match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        // What counts in a circle counts with a point: NFKC would leave the bare digit.
        '①'..='⑳' => char::from_u32(u32::from(c) + POINTED).unwrap_or(c),
        // Arrows say where to.
        '➡' | '➜' | '➔' | '➝' | '➞' | '⮕' | '⇒' | '⟶' | '⟹' => '→',
        // Cut the emoji, and with them what has no place in a sentence.
        '\u{1f000}'..='\u{1faff}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{fffc}'
        | '\u{fffd}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{f0000}'..='\u{10ffff}' => ' ',
        c if c.is_control() || c.is_whitespace() => ' ',
        c => spelled::ascii(c).unwrap_or(c),
    })
}

/// A Chinese character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

fn is_common_mark(c: char) -> bool {
    matches!(c, '。' | '、' | '“' | '”' | '《' | '》' | '→' | '·' | '【' | '】')
}

/// One pass of simplifying, writing variants one way and dropping blanks; none where nothing changes.
fn rewrite(variants: &Variants, text: &str) -> Option<String> {
    // Variants come first: simplifying turns the Cantonese 係 into the 系 of 系统.
    let mut changed = join_han(text);
    for step in
        [|v: &Variants, t: &str| v.apply(t), |_: &Variants, t: &str| simplify(t), |v: &Variants, t: &str| v.apply(t)]
    {
        if let Some(next) = step(variants, changed.as_deref().unwrap_or(text)) {
            changed = Some(next);
        }
    }
    changed
}

/// A blank between pieces of so many characters is a pause; beside shorter ones it says nothing: 转 团 关 系.
const PIECE: usize = 3;

/// Drops blanks between Chinese characters; those that stand for a comma become one.
fn join_han(text: &str) -> Option<String> {
    if !text.contains(' ') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let long = |piece: &str| piece.chars().nth(PIECE - 1).is_some();
    let mut last = "";
    for piece in text.split(' ') {
        let between = last.chars().next_back().is_some_and(is_han) && piece.chars().next().is_some_and(is_han);
        match between {
            true if long(last) && long(piece) => out.push(','),
            true => {}
            false if out.is_empty() => {}
            false => out.push(' '),
        }
        out.push_str(piece);
        last = piece;
    }
    Some(out)
}

static OPENCC: LazyLock<OpenCC> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).expect("the built-in tables are part of the program"));

/// Traditional to simplified characters.
fn simplify(text: &str) -> Option<String> {
    text.chars().any(is_han).then(|| OPENCC.convert(text))
}

#[cfg(test)]
mod tests;
