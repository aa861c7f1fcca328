//! Finding the runs of pinyin in a text and laying known words over them.

use super::Pinyin;
use super::syllable::{LONGEST, is_syllable};

/// No run is longer, so that a wall of Latin letters costs no more than its length.
const MOST_LETTERS: usize = 400;

/// What a syllable costs that is in no word.
const UNKNOWN: i64 = 5;
/// What each word costs.
const PIECE: i64 = 3;

/// A Latin word in the text; apostrophes belong to it.
#[derive(Debug, Clone, Copy)]
struct Written<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

/// The text with runs of pinyin and whole-word places in Chinese.
pub(super) fn rewrite(pinyin: &Pinyin, text: &str) -> String {
    let words = written(text);
    let mut out = Output { text: String::with_capacity(text.len()), chinese: false };
    let (mut i, mut done) = (0, 0);
    while i < words.len() {
        let end = run_end(text, &words, i);
        let replaced = (end > i).then(|| laid(pinyin, &words[i..end])).flatten();
        if let Some(chinese) = replaced {
            out.keep(&text[done..words[i].start]);
            out.replace(&chinese);
            done = words[end - 1].end;
            i = end;
            continue;
        }
        // No pinyin here: only the names of places, one or two written words long.
        let two = words
            .get(i + 1)
            .filter(|next| &text[words[i].end..next.start] == " ")
            .and_then(|next| Some((pinyin.places.get(&text[words[i].start..next.end])?, i + 1)));
        if let Some((place, last)) = two.or_else(|| Some((place(pinyin, words[i].text)?, i))) {
            out.keep(&text[done..words[i].start]);
            out.replace(place);
            done = words[last].end;
            i = last;
        }
        i += 1;
    }
    out.keep(&text[done..]);
    out.text
}

fn place<'p>(pinyin: &'p Pinyin, word: &str) -> Option<&'p String> {
    pinyin.places.get(word).or_else(|| pinyin.places.get(&word.replace('\'', "")))
}

/// Text under construction: no blank is left between two Chinese pieces.
struct Output {
    text: String,
    /// The last piece was put in.
    chinese: bool,
}

impl Output {
    fn keep(&mut self, text: &str) {
        let mut text = text;
        if self.chinese && text.starts_with(' ') && text[1..].chars().next().is_none_or(|c| !c.is_ascii()) {
            text = &text[1..];
        }
        if !text.is_empty() {
            self.text.push_str(text);
            self.chinese = false;
        }
    }

    fn replace(&mut self, chinese: &str) {
        let bare = self.text.strip_suffix(' ').map(str::len);
        if let Some(length) = bare.filter(|&l| self.text[..l].chars().next_back().is_some_and(|c| !c.is_ascii())) {
            self.text.truncate(length);
        }
        self.text.push_str(chinese);
        self.chinese = true;
    }
}

/// The Latin words of a text; letters next to digits are codes, not words.
fn written(text: &str) -> Vec<Written<'_>> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_alphanumeric() {
            i += 1;
            continue;
        }
        let start = i;
        while i < bytes.len() && (bytes[i].is_ascii_alphanumeric() || bytes[i] == b'\'') {
            i += 1;
        }
        let word = text[start..i].trim_end_matches('\'');
        if word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'') {
            words.push(Written { text: word, start, end: start + word.len() });
        }
    }
    words
}

/// The end of the run of pinyin words that begins here.
fn run_end(text: &str, words: &[Written<'_>], first: usize) -> usize {
    let mut end = first;
    let mut letters = 0;
    while let Some(word) = words.get(end) {
        let joined = end == first || &text[words[end - 1].end..word.start] == " ";
        letters += word.text.len();
        if !joined || letters > MOST_LETTERS || !splits(word.text) {
            break;
        }
        end += 1;
    }
    end
}

/// Does a word split into syllables?
fn splits(word: &str) -> bool {
    word.split('\'').all(|part| {
        let mut reached = vec![false; part.len() + 1];
        reached[0] = true;
        for start in 0..part.len() {
            if reached[start] {
                for end in start + 1..=part.len().min(start + LONGEST) {
                    reached[end] = reached[end] || is_syllable(&part[start..end]);
                }
            }
        }
        reached[part.len()] && !part.is_empty()
    })
}

/// The best reading up to a place in the run.
#[derive(Debug, Clone, Copy)]
struct Best {
    score: i64,
    /// Where the last piece begins.
    from: usize,
    known: bool,
    syllables: usize,
    covered: usize,
}

/// The run in Chinese, where enough of it is known.
fn laid(pinyin: &Pinyin, words: &[Written<'_>]) -> Option<String> {
    if words.iter().all(|w| pinyin.english.contains(w.text)) {
        return None;
    }
    let mut letters = String::new();
    // Where a written word or a part behind an apostrophe ends: no syllable crosses it.
    let mut breaks = Vec::new();
    for part in words.iter().flat_map(|w| w.text.split('\'')) {
        letters.push_str(part);
        breaks.push(letters.len());
    }
    let crosses = |start: usize, end: usize| {
        let next = breaks.partition_point(|&b| b <= start);
        breaks.get(next).is_some_and(|&b| b < end)
    };
    let (length, longest) = (letters.len(), pinyin.longest().max(LONGEST));
    let mut best: Vec<Option<Best>> = vec![None; length + 1];
    best[0] = Some(Best { score: 0, from: 0, known: false, syllables: 0, covered: 0 });
    for start in 0..length {
        let Some(here) = best[start] else { continue };
        for end in start + 1..=length.min(start + longest) {
            let piece = &letters[start..end];
            let known = pinyin.word(piece).filter(|word| {
                let ends = word.starts.iter().skip(1).copied().chain([piece.len()]);
                word.starts.iter().zip(ends).all(|(s, e)| !crosses(start + s, start + e))
            });
            let next = if let Some(word) = known {
                let count = word.starts.len();
                // Long words say more: squares make one of two syllables better than two of one; and of the same
                // letters few words, not many syllables: 现在, not 西安在.
                Best {
                    score: here.score + (count * count) as i64 * 2 - PIECE,
                    from: start,
                    known: true,
                    syllables: here.syllables + count,
                    covered: here.covered + count,
                }
            } else if end - start <= LONGEST && is_syllable(piece) && !crosses(start, end) {
                Best {
                    score: here.score - UNKNOWN,
                    from: start,
                    known: false,
                    syllables: here.syllables + 1,
                    covered: here.covered,
                }
            } else {
                continue;
            };
            if best[end].is_none_or(|b| b.score < next.score) {
                best[end] = Some(next);
            }
        }
    }
    let whole = best[length]?;
    if whole.syllables < 2 || whole.covered * 10 < whole.syllables * 7 {
        return None;
    }
    let mut pieces = Vec::new();
    let mut end = length;
    while end > 0 {
        let piece = best[end].filter(|b| b.from < end)?;
        pieces.push((piece.known, &letters[piece.from..end]));
        end = piece.from;
    }
    let mut out = String::new();
    let mut latin_before = false;
    for (known, piece) in pieces.into_iter().rev() {
        if known {
            out.push_str(&pinyin.word(piece)?.chinese);
        } else {
            if latin_before || !out.is_empty() {
                out.push(' ');
            }
            out.push_str(piece);
        }
        latin_before = !known;
    }
    Some(out)
}
