//! Words, pairs of characters and sounds as numbers: comparing a question with dozens of passages compares numbers.

use rustc_hash::FxHashMap;

use super::features::{Features, is_chinese};
use crate::language::latin::syllables;
use crate::language::segment::{Token, Weight};

/// The number of what no passage has.
const NOWHERE: u32 = u32::MAX;

/// The numbers of everything that some passage has.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    words: FxHashMap<String, u32>,
    grams: FxHashMap<String, u32>,
    sounds: FxHashMap<String, u32>,
    /// How many texts have each word,
    seen: Vec<u32>,
    /// of so many.
    texts: u32,
}

/// A word, with what may stand for it: its pairs of characters and their sounds.
#[derive(Debug, Clone)]
pub(super) struct Word {
    word: u32,
    grams: Vec<u32>,
    sounds: Vec<u32>,
}

/// Everything that a text or a target says.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: Vec<u32>,
    grams: Vec<u32>,
    sounds: Vec<u32>,
}

impl Numbers {
    /// Is it a word of some passage?
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// Does some passage have this pair of characters?
    pub(super) fn has_pair(&self, gram: &str) -> bool {
        self.grams.contains_key(gram)
    }

    /// Does some passage have a pair that sounds so?
    pub(super) fn has_sound(&self, sound: &str) -> bool {
        self.sounds.contains_key(sound)
    }

    /// Numbers a word of a passage.
    pub(super) fn add_word(&mut self, token: &Token) -> Word {
        let (grams, sounds) = parts(token);
        Word {
            word: number_of(&mut self.words, &token.word),
            grams: grams.iter().map(|g| number_of(&mut self.grams, g)).collect(),
            sounds: sounds.iter().map(|s| number_of(&mut self.sounds, s)).collect(),
        }
    }

    /// How rare a word is among the texts.
    pub(super) fn rarity(&self, word: &str) -> f32 {
        let seen = self.words.get(word).map_or(0, |number| self.seen[*number as usize]);
        ((self.texts as f32 + 1.0) / (seen as f32 + 0.5)).ln()
    }

    /// Numbers a text and adds it to what its target says.
    pub(super) fn add(&mut self, to: &mut Vocabulary, features: &Features) {
        self.texts += 1;
        for token in &features.tokens {
            let number = number_of(&mut self.words, &token.word);
            self.seen.resize(self.words.len(), 0);
            self.seen[number as usize] += u32::from(token.weight > Weight::Stop);
            to.words.push(number);
        }
        to.grams.extend(features.grams.iter().map(|g| number_of(&mut self.grams, g)));
        to.sounds.extend(features.sounds.iter().map(|s| number_of(&mut self.sounds, s)));
    }

    /// A word of a question.
    pub(super) fn word(&self, token: &Token) -> Word {
        let (grams, sounds) = parts(token);
        Word {
            word: known(&self.words, &token.word),
            grams: grams.iter().map(|g| known(&self.grams, g)).collect(),
            sounds: sounds.iter().map(|s| known(&self.sounds, s)).collect(),
        }
    }

    /// What a question says, as far as passages say it too.
    pub(super) fn vocabulary(&self, features: &Features) -> Vocabulary {
        let mut vocabulary = Vocabulary {
            words: features.tokens.iter().map(|t| known(&self.words, &t.word)).collect(),
            grams: features.grams.iter().map(|g| known(&self.grams, g)).collect(),
            sounds: features.sounds.iter().map(|s| known(&self.sounds, s)).collect(),
        };
        vocabulary.sort();
        vocabulary
    }
}

impl Vocabulary {
    /// To be called once everything was added.
    pub(super) fn sort(&mut self) {
        for all in [&mut self.words, &mut self.grams, &mut self.sounds] {
            all.retain(|number| *number != NOWHERE);
            all.sort_unstable();
            all.dedup();
            all.shrink_to_fit();
        }
    }

    /// How far a word is there: itself or a synonym, or all its pairs of characters, or at least its sound.
    pub(super) fn has(&self, word: &Word) -> f32 {
        if self.words.binary_search(&word.word).is_ok() {
            return 1.0;
        }
        let share = |there: &[u32], all: &[u32]| {
            let found = all.iter().filter(|number| there.binary_search(number).is_ok()).count();
            found as f32 / all.len().max(1) as f32
        };
        (0.9 * share(&self.grams, &word.grams)).max(0.7 * share(&self.sounds, &word.sounds))
    }
}

/// The pairs of characters of a Chinese word, and how they sound; of other words none.
fn parts(token: &Token) -> (Vec<String>, Vec<String>) {
    let characters: Vec<char> = token.written.chars().collect();
    if !characters.iter().all(|c| is_chinese(*c)) {
        return (Vec::new(), Vec::new());
    }
    let grams = characters.windows(2).map(|pair| pair.iter().collect()).collect();
    (grams, syllables(&token.written).windows(2).map(|pair| pair.join("")).collect())
}

fn number_of(of: &mut FxHashMap<String, u32>, text: &str) -> u32 {
    if let Some(number) = of.get(text) {
        return *number;
    }
    let number = u32::try_from(of.len()).expect("the knowledge has less than four thousand million words");
    of.insert(text.to_owned(), number);
    number
}

fn known(of: &FxHashMap<String, u32>, text: &str) -> u32 {
    of.get(text).copied().unwrap_or(NOWHERE)
}
