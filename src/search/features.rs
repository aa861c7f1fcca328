//! What a text is searched by: its words, its pairs of characters and how they sound.

use std::borrow::Cow;

use crate::language::latin::syllable;
use crate::language::segment::{Segmenter, Token, Weight};

/// What a text is searched by.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Its words, each once.
    pub tokens: Vec<Token>,
    /// Pairs of neighbouring Chinese characters.
    pub grams: Pairs,
    /// The same pairs as syllables, for homophones.
    pub sounds: Pairs,
}

/// Pairs of neighbours, each written as one, with a blank after each: there are too many to hold each for itself.
#[derive(Debug, Clone, Default)]
pub struct Pairs(String);

impl Pairs {
    fn extend<S: AsRef<str>>(&mut self, of: &[S]) {
        for pair in of.windows(2) {
            pair.iter().for_each(|part| self.0.push_str(part.as_ref()));
            self.0.push(' ');
        }
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split_terminator(' ')
    }

    /// All of them, with blanks between.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Features {
    /// The features of a clean text.
    pub fn of(segmenter: &Segmenter, text: &str) -> Self {
        let mut features = Self { tokens: segmenter.distinct(text), ..Self::default() };
        for run in text.split(|c: char| !is_chinese(c)).filter(|run| !run.is_empty()) {
            let letters: Vec<&str> = run.split_inclusive(|_| true).collect();
            features.grams.extend(&letters);
            // A character without a known reading sounds like itself alone, so that pairs and sounds stand side by side.
            let sound = |letter: &&str| {
                letter.chars().next().and_then(syllable).unwrap_or_else(|| Cow::from((*letter).to_owned()))
            };
            features.sounds.extend(&letters.iter().map(sound).collect::<Vec<_>>());
        }
        features
    }

    /// Its words but those that say nothing.
    pub fn words(&self) -> Vec<&str> {
        self.tokens.iter().filter(|t| t.weight > Weight::Stop).map(|t| t.word.as_str()).collect()
    }
}

/// Is it a Chinese character?
pub(super) fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
