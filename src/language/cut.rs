//! Cutting a text into its likeliest words.
//!
//! A text's likelihood is the product of its words' frequencies, each as a share of all words seen; the cut is the one
//! with the largest. It is the cut of jieba without its guesses at unknown words; a test compares.

use std::collections::{HashMap, HashSet};

use super::dictionary::Dictionary;

/// A frequency that makes a word preferred to its parts.
const NEVER_SPLIT: usize = 20_000;

/// The dictionary, and words that are kept whole.
#[derive(Debug)]
pub(super) struct Cutter {
    dictionary: Dictionary,
    /// The words to be kept whole by their first letter, each with the number of its letters.
    whole: HashMap<char, Vec<(String, usize)>>,
    /// The logarithm of the sum of all frequencies.
    total: f64,
}

/// The likeliest cut of a run from a letter on.
#[derive(Debug, Clone, Copy)]
struct Best {
    likely: f64,
    /// Where its first word ends.
    end: usize,
}

impl Cutter {
    /// Cuts by the dictionary that is part of the program, and keeps these words whole.
    pub(super) fn keeping<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let dictionary = Dictionary::built_in();
        let mut total = dictionary.total;
        let mut whole: HashMap<char, Vec<(String, usize)>> = HashMap::new();
        for word in words.collect::<HashSet<_>>() {
            let Some(first) = word.chars().next() else { continue };
            total = total + NEVER_SPLIT - dictionary.frequency(word).unwrap_or(0);
            whole.entry(first).or_default().push((word.to_owned(), word.chars().count()));
        }
        Self { dictionary, whole, total: (total as f64).ln() }
    }

    /// How often a word is seen that names nobody and nothing in particular; none for others.
    pub(super) fn plain(&self, word: &str) -> Option<usize> {
        self.dictionary.frequency(word).filter(|_| self.dictionary.is_plain(word))
    }

    /// All of a text, cut. What stands in no word is cut into letters.
    pub(super) fn cut<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let letters: Vec<(usize, char)> = text.char_indices().collect();
        let mut best = vec![Best { likely: 0.0, end: 0 }; letters.len() + 1];
        let mut cut = Vec::with_capacity(letters.len());
        for run in letters.chunk_by(|(_, a), (_, b)| in_words(*a) == in_words(*b)) {
            let (Some((start, first)), Some((last, letter))) = (run.first(), run.last()) else { continue };
            let text = &text[*start..last + letter.len_utf8()];
            if in_words(*first) {
                self.cut_run(text, run, &mut best[..=run.len()], &mut cut);
            } else {
                cut.extend(text.split_inclusive(|_| true));
            }
        }
        cut
    }

    /// Cuts a run of letters that may stand in words; each comes with its place in the whole text.
    fn cut_run<'t>(&self, text: &'t str, run: &[(usize, char)], best: &mut [Best], cut: &mut Vec<&'t str>) {
        let byte = |at: usize| run.get(at).map_or(text.len(), |(byte, _)| byte - run[0].0);
        best[run.len()] = Best { likely: 0.0, end: run.len() };
        for from in (0..run.len()).rev() {
            best[from] = self.best(&text[byte(from)..], &run[from..], from, best);
        }
        let mut latin = None;
        let mut from = 0;
        while from < run.len() {
            let to = best[from].end;
            // Latin letters and digits that are no word one by one are one together.
            if to - from == 1 && run[from].1.is_ascii_alphanumeric() {
                latin.get_or_insert(from);
            } else {
                cut.extend(latin.take().map(|start| &text[byte(start)..byte(from)]));
                cut.push(&text[byte(from)..byte(to)]);
            }
            from = to;
        }
        cut.extend(latin.map(|start| &text[byte(start)..]));
    }

    /// The likeliest cut from a letter on, where the cuts from all later letters are known.
    fn best(&self, text: &str, run: &[(usize, char)], from: usize, known: &[Best]) -> Best {
        let whole = self.whole.get(&run[0].1).map_or(&[][..], Vec::as_slice);
        let whole = whole.iter().filter(|(word, _)| text.starts_with(word.as_str())).map(|(_, letters)| *letters);
        let kept = |end: usize| whole.clone().any(|kept| kept == end);
        let words = self.dictionary.beginning(run.iter().map(|(_, letter)| *letter)).filter(|(end, _)| !kept(*end));
        let words = words.chain(whole.clone().map(|end| (end, (NEVER_SPLIT as f64).ln())));
        let cuts = words.map(|(end, frequency)| Best {
            likely: frequency - self.total + known[from + end].likely,
            end: from + end,
        });
        let longer = |a: &Best, b: &Best| a.likely.total_cmp(&b.likely).then(a.end.cmp(&b.end));
        cuts.max_by(longer).unwrap_or(Best { likely: 0.0 - self.total + known[from + 1].likely, end: from + 1 })
    }
}

/// May it stand in a word of the dictionary?
fn in_words(letter: char) -> bool {
    matches!(letter,
        'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '#' | '&' | '.' | '_' | '%' | '-'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2CEAF}'
        | '\u{2CEB0}'..='\u{2EBEF}'
        | '\u{2F800}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests;
