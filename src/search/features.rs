//! What a text is searched by: its words, its pairs of characters and how they sound.

use crate::language::latin::syllable;
use crate::language::segment::{Segmenter, Token, Word};

/// Two Chinese characters side by side.
pub type Pair = [char; 2];
/// How they sound.
pub(super) type Sound = [&'static str; 2];

/// What a question is searched by.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Its words, each once.
    pub tokens: Vec<Token>,
    /// Pairs of neighbouring Chinese characters.
    pub pairs: Vec<Pair>,
}

impl Features {
    /// The features of a clean text.
    pub fn of(segmenter: &Segmenter, text: &str) -> Self {
        Self { tokens: segmenter.distinct(text), pairs: pairs(text).collect() }
    }
}

/// A text of the knowledge, cut.
pub(super) struct Cut<'t> {
    /// Its words, each once.
    pub(super) words: Vec<Word<'t>>,
    pub(super) text: &'t str,
}

impl<'t> Cut<'t> {
    pub(super) fn of(segmenter: &'t Segmenter, text: &'t str) -> Self {
        Self { words: segmenter.distinct_words(text), text }
    }
}

/// The pairs of neighbouring Chinese characters of a text.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = Pair> + '_ {
    text.chars().zip(text.chars().skip(1)).filter(|(a, b)| is_chinese(*a) && is_chinese(*b)).map(|(a, b)| [a, b])
}

/// How a pair sounds; none where a character has no known reading.
pub(super) fn sound(pair: Pair) -> Option<Sound> {
    Some([syllable(pair[0])?, syllable(pair[1])?])
}

/// Is it a Chinese character?
pub(super) fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
