//! The ID of a transfer: `ABCD-EFGH-JKLM`, to be read aloud over a telephone.
//!
//! Twelve symbols out of 32 (no I, O, 0 or 1). Eleven are random (55 bits), the last checks the others: read as
//! elements of GF(32), s₁…s₁₂ satisfy Σ sᵢ·xⁱ = 0 (powers counted from the right). x has order 31, so all twelve
//! weights differ and none is zero: every single wrong symbol and every swap of two symbols, neighbours or not, is
//! noticed. (Luhn modulo 32 would miss the swap of its first and last symbol.)
//!
//! An ID holds at least one letter and one digit. That costs less than a twentieth of a bit, and in exchange no
//! English words and no telephone or card number in a message can be taken for an ID.

use std::fmt;
use std::ops::Range;

use rand::Rng;

const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH: usize = 12;
const GROUP: usize = 4;

/// The ID of a transfer; always a valid one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId([u8; LENGTH]);

impl TransferId {
    /// Draws a new one.
    pub fn random<R: Rng + ?Sized>(rng: &mut R) -> Self {
        loop {
            let mut bits = rng.next_u64();
            let mut symbols = [0; LENGTH];
            for symbol in &mut symbols[..LENGTH - 1] {
                *symbol = ALPHABET[(bits & 31) as usize];
                bits >>= 5;
            }
            let sum = checksum(&symbols[..LENGTH - 1]).expect("drawn from the alphabet");
            symbols[LENGTH - 1] = ALPHABET[usize::from(times_x(sum))];
            if let Some(id) = Self::from_symbols(symbols) {
                return id;
            }
        }
    }

    /// Reads an ID in any case, with or without blanks and dashes. Full-width characters are to be folded before.
    pub fn parse(text: &str) -> Option<Self> {
        let mut symbols = [0; LENGTH];
        let mut count = 0;
        for c in text.chars().filter(|&c| !is_separator(c)) {
            *symbols.get_mut(count)? = u8::try_from(c).ok()?.to_ascii_uppercase();
            count += 1;
        }
        (count == LENGTH).then(|| Self::from_symbols(symbols))?
    }

    fn from_symbols(symbols: [u8; LENGTH]) -> Option<Self> {
        let mixed = symbols.iter().any(u8::is_ascii_digit) && symbols.iter().any(u8::is_ascii_alphabetic);
        (mixed && checksum(&symbols)? == 0).then_some(Self(symbols))
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, symbol) in self.0.iter().enumerate() {
            if i > 0 && i % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*symbol))?;
        }
        Ok(())
    }
}

/// All IDs in a text, in order.
pub fn find(text: &str) -> Vec<TransferId> {
    spans(text).into_iter().map(|(_, id)| id).collect()
}

/// The text with every ID in it replaced, for what is kept without saying whose it is.
pub fn without_ids(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (span, _) in spans(text) {
        kept.push_str(&text[from..span.start]);
        kept.push_str("〔记录编号〕");
        from = span.end;
    }
    kept.push_str(&text[from..]);
    kept
}

/// All IDs in a text and where they stand, in bytes.
pub(super) fn spans(text: &str) -> Vec<(Range<usize>, TransferId)> {
    let mut found: Vec<(Range<usize>, TransferId)> = Vec::new();
    let mut before = ' ';
    for (start, c) in text.char_indices() {
        let begins = c.is_ascii_alphanumeric() && !before.is_ascii_alphanumeric();
        before = c;
        if !begins || found.last().is_some_and(|(span, _)| start < span.end) {
            continue;
        }
        if let Some((length, id)) = at_start(&text[start..]) {
            found.push((start..start + length, id));
        }
    }
    found
}

/// The ID that the text begins with, and its length in bytes.
fn at_start(text: &str) -> Option<(usize, TransferId)> {
    let mut groups = vec![0];
    let mut symbols = 0;
    let mut separators = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if c.is_ascii_alphanumeric() {
            if separators > 0 {
                // Twelve symbols stood complete before this blank; what follows is the rest of the sentence.
                if symbols == LENGTH {
                    break;
                }
                groups.push(0);
            }
            separators = 0;
            symbols += 1;
            if symbols > LENGTH {
                return None;
            }
            *groups.last_mut().expect("begins with one group") += 1;
            end = at + 1;
        } else if is_separator(c) && separators < 3 {
            separators += 1;
        } else {
            break;
        }
    }
    // People read in even groups. Anything else is words and numbers that happen to stand side by side.
    let even = groups.iter().all(|&g| g == groups[0]) || groups.iter().all(|&g| g % GROUP == 0);
    (even && symbols == LENGTH).then(|| TransferId::parse(&text[..end]).map(|id| (end, id)))?
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '‐'..='―' | '−' | '－')
}

/// Σ sᵢ·xⁱ over GF(32), the last symbol having the power 0. `None` where a symbol is not in the alphabet.
fn checksum(symbols: &[u8]) -> Option<u8> {
    symbols.iter().try_fold(0, |sum, symbol| {
        let value = ALPHABET.iter().position(|s| s == symbol)?;
        Some(times_x(sum) ^ u8::try_from(value).expect("32 symbols"))
    })
}

/// Multiplies by x modulo x⁵ + x² + 1, which is primitive.
fn times_x(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn some_ids(count: usize) -> Vec<TransferId> {
        let mut rng = StdRng::seed_from_u64(1);
        (0..count).map(|_| TransferId::random(&mut rng)).collect()
    }

    /// What a slip makes of an ID, judged by the check symbol alone.
    fn noticed(symbols: &[u8]) -> bool {
        checksum(symbols) != Some(0)
    }

    #[test]
    fn weights_differ_and_none_is_zero() {
        let mut weights = vec![1];
        while weights.len() < 31 {
            weights.push(times_x(weights[weights.len() - 1]));
        }
        weights.sort_unstable();
        assert_eq!(weights, (1..32).collect::<Vec<u8>>());
    }

    #[test]
    fn every_single_wrong_symbol_is_noticed() {
        for id in some_ids(200) {
            for place in 0..LENGTH {
                for &symbol in ALPHABET {
                    let mut slip = id.0;
                    slip[place] = symbol;
                    assert_eq!(noticed(&slip), slip != id.0, "{id}");
                }
            }
        }
    }

    /// The sum is linear, so what a swap does to it depends on the place and on the two symbols alone: all cases.
    #[test]
    fn every_swap_is_noticed() {
        for place in 0..LENGTH {
            for other in place + 1..LENGTH {
                for &a in ALPHABET {
                    for &b in ALPHABET {
                        let mut told = some_ids(1)[0].0;
                        (told[place], told[other]) = (a, b);
                        let mut swapped = told;
                        swapped.swap(place, other);
                        assert_eq!(checksum(&told) == checksum(&swapped), a == b);
                    }
                }
            }
        }
    }

    #[test]
    fn random_ids_differ_and_use_every_symbol() {
        let ids = some_ids(20_000);
        let unique: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        for place in 0..LENGTH {
            for symbol in ALPHABET {
                assert!(ids.iter().any(|id| id.0[place] == *symbol));
            }
        }
    }

    #[test]
    fn reads_what_people_write() {
        for id in some_ids(50) {
            let shown = id.to_string();
            let bare = shown.replace('-', "");
            let spelt: Vec<String> = bare.chars().map(String::from).collect();
            for form in [
                shown.clone(),
                bare.clone(),
                shown.to_lowercase(),
                shown.replace('-', " "),
                shown.replace('-', " - "),
                shown.replace('-', "—"),
                spelt.join(" "),
                format!("  {shown} "),
            ] {
                assert_eq!(TransferId::parse(&form), Some(id), "{form}");
                assert_eq!(find(&form), [id], "{form}");
                assert_eq!(find(&format!("我的编号是{form}，到哪了？")), [id], "{form}");
                assert_eq!(find(&format!("{form} ok 2024-06-01")), [id], "{form}");
                assert_eq!(without_ids(&format!("查{form}谢谢")).replace(' ', ""), "查〔记录编号〕谢谢");
            }
            assert!(find(&format!("{bare}2")).is_empty());
            assert!(find(&format!("X{bare}")).is_empty());
        }
        let two = some_ids(2);
        assert_eq!(find(&format!("{}和{}", two[0], two[1])), two);
        assert_eq!(find(&format!("{} {}", two[0], two[1])), two);
    }

    #[test]
    fn takes_nothing_else_for_an_id() {
        for text in [
            "",
            "AAAA-AAAA-AAAA",
            "2222-2222-2222",
            "13800138000",
            "what time need been",
            "2024-06-01 2024-06-02",
            "https://zhtj.youth.cn/zhtj/",
            "团员",
            "IOIO-0101-IOIO",
        ] {
            assert_eq!(TransferId::parse(text), None, "{text}");
            assert!(find(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_reading_are_inverse(seed in any::<u64>()) {
            let id = TransferId::random(&mut StdRng::seed_from_u64(seed));
            prop_assert_eq!(TransferId::parse(&id.to_string()), Some(id));
        }

        #[test]
        fn reads_any_text(text in "\\PC*") {
            let found = find(&text);
            prop_assert!(found.len() <= text.len() / LENGTH);
            let _ = TransferId::parse(&text);
            prop_assert!(find(&without_ids(&text)).is_empty() || !found.is_empty());
        }
    }
}
