//! What a text is searched by: its words, its pairs of characters and how they sound.

use crate::language::latin::syllables;
use crate::language::segment::{Segmenter, Token, Weight};

/// What a text is searched by.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Its words, each once.
    pub tokens: Vec<Token>,
    /// Pairs of neighbouring Chinese characters.
    pub grams: Vec<String>,
    /// The same pairs as syllables, for homophones.
    pub sounds: Vec<String>,
}

impl Features {
    /// The features of a clean text.
    pub fn of(segmenter: &Segmenter, text: &str) -> Self {
        let mut features = Self::default();
        for token in segmenter.tokens(text) {
            if !features.tokens.iter().any(|t| t.word == token.word) {
                features.tokens.push(token);
            }
        }
        for run in text.split(|c: char| !is_chinese(c)).filter(|run| !run.is_empty()) {
            let letters: Vec<&str> = run.split_inclusive(|_| true).collect();
            features.grams.extend(letters.windows(2).map(<[&str]>::concat));
            features.sounds.extend(syllables(run).windows(2).map(|pair| pair.join("")));
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
