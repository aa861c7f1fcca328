//! What a text is searched by: its words, its pairs of characters and how they sound.

use super::corpus::Vocabulary;
use crate::language::latin::syllables;
use crate::language::segment::{Segmenter, Token, Weight};

/// The share that a word of every transfer question counts in coverage.
const COMMON: f32 = 0.4;

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
        let mut tokens: Vec<Token> = Vec::new();
        for token in segmenter.tokens(text) {
            if !tokens.iter().any(|t| t.word == token.word) {
                tokens.push(token);
            }
        }
        let mut features = Self { tokens, ..Self::default() };
        for run in text.split(|c: char| !is_chinese(c)).filter(|run| !run.is_empty()) {
            let characters: Vec<char> = run.chars().collect();
            features.grams.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
            features.sounds.extend(syllables(run).windows(2).map(|pair| pair.join("")));
        }
        features
    }

    /// Its words but those that say nothing.
    pub fn words(&self) -> Vec<&str> {
        self.tokens.iter().filter(|t| t.weight > Weight::Stop).map(|t| t.word.as_str()).collect()
    }

    /// The share of this text's information that a vocabulary has.
    pub fn covered_by(&self, vocabulary: &Vocabulary, idf: &impl Fn(&str) -> f32) -> f32 {
        let (mut covered, mut total) = (0.0, 0.0);
        for token in &self.tokens {
            let share = match token.weight {
                Weight::Stop => continue,
                Weight::Common => COMMON,
                Weight::Informative => 1.0,
            };
            let weight = share * idf(&token.word).max(0.1);
            total += weight;
            covered += weight * vocabulary.has(token);
        }
        if total == 0.0 { 0.0 } else { covered / total }
    }
}

/// Is it a Chinese character?
pub(super) fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
