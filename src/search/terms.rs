//! Words, pairs of characters and sounds as numbers: comparing a question with dozens of texts compares numbers.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::features::{Cut, Features, Pair, Sound, is_chinese, pairs, sound};
use crate::language::segment::{Token, Weight};

/// The number of what no text has.
const NOWHERE: u32 = u32::MAX;

/// The numbers of everything that some text has.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    words: FxHashMap<String, u32>,
    pairs: FxHashMap<Pair, u32>,
    sounds: FxHashMap<Sound, u32>,
    /// The sound of each pair, by number.
    sound_of: Vec<u32>,
    /// The pairs of each sound, by number.
    pairs_of: Vec<Vec<Pair>>,
    /// How many texts have each word,
    seen: Vec<u32>,
    /// of so many.
    texts: u32,
}

/// A word, with what may stand for it: its pairs of characters and their sounds.
#[derive(Debug, Clone)]
pub(super) struct Word {
    word: u32,
    pairs: Box<[u32]>,
    sounds: Box<[u32]>,
}

/// Everything that a question or a target says.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: Set,
    pairs: Set,
    sounds: Set,
}

/// So many numbers have a bit each: a target with all its phrasings is asked about again and again.
const MANY: usize = 128;

/// A set of numbers: a sorted list, or bits where there are many.
#[derive(Debug, Default)]
struct Set {
    list: Vec<u32>,
    bits: Vec<u64>,
}

impl Set {
    /// Sorts what was pushed. To be called once when it is whole.
    fn settle(&mut self) {
        self.list.retain(|number| *number != NOWHERE);
        self.list.sort_unstable();
        self.list.dedup();
        self.list.shrink_to_fit();
    }

    /// Gives many numbers a bit each.
    fn spread(&mut self) {
        let Some(last) = self.list.last().filter(|_| self.list.len() >= MANY) else { return };
        self.bits = vec![0; *last as usize / 64 + 1];
        self.list.iter().for_each(|number| self.bits[*number as usize / 64] |= 1 << (number % 64));
        self.list = Vec::new();
    }

    fn has(&self, number: u32) -> bool {
        match &self.bits[..] {
            [] => self.list.binary_search(&number).is_ok(),
            bits => bits.get(number as usize / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1),
        }
    }
}

/// Where words stand in a list, by their numbers and sounds: most words of the knowledge have nothing in common with a
/// question, and need not be looked at.
#[derive(Debug, Default)]
pub(super) struct Places {
    by_word: Groups,
    by_sound: Groups,
}

/// Lists of places, one behind the other.
#[derive(Debug, Default)]
struct Groups {
    /// Where each begins, and the end of the last.
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl Groups {
    fn of(&self, number: u32) -> &[u32] {
        let at = number as usize;
        &self.places[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

impl Places {
    /// How far each word of the list is in a question.
    pub(super) fn there(&self, asked: &Vocabulary, words: &[Word]) -> Vec<f32> {
        let mut there = vec![0.0; words.len()];
        for place in asked.words.list.iter().flat_map(|word| self.by_word.of(*word)) {
            there[*place as usize] = 1.0;
        }
        for place in asked.sounds.list.iter().flat_map(|sound| self.by_sound.of(*sound)) {
            let there = &mut there[*place as usize];
            if *there == 0.0 {
                *there = asked.has(&words[*place as usize]);
            }
        }
        there
    }
}

impl Numbers {
    /// Is it a word of some text?
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// Does some text have this pair of characters?
    pub(super) fn has_pair(&self, pair: Pair) -> bool {
        self.pairs.contains_key(&pair)
    }

    /// The pairs of texts that sound like a pair.
    pub(super) fn alike(&self, pair: Pair) -> impl Iterator<Item = &Pair> {
        let number = sound(pair).and_then(|sound| self.sounds.get(&sound));
        number.map_or(&[][..], |number| &self.pairs_of[*number as usize]).iter()
    }

    /// How rare a word is among the texts.
    pub(super) fn rarity(&self, word: &str) -> f32 {
        let seen = self.words.get(word).map_or(0, |number| self.seen[*number as usize]);
        ((self.texts as f32 + 1.0) / (seen as f32 + 0.5)).ln()
    }

    /// Numbers a text and adds it to what its target says.
    pub(super) fn add(&mut self, to: &mut Vocabulary, text: &Cut<'_>) {
        self.texts += 1;
        for word in &text.words {
            let number = self.number_word(word.word);
            self.seen[number as usize] += u32::from(word.weight > Weight::Stop);
            to.words.list.push(number);
        }
        for pair in pairs(text.text) {
            let number = self.number_pair(pair);
            to.pairs.list.push(number);
        }
    }

    /// A word of a text that was added, with what may stand for it.
    pub(super) fn word(&self, word: &str, written: &str) -> Word {
        let whole = written.chars().all(is_chinese);
        let of = || pairs(written).filter(|_| whole);
        Word {
            word: known(&self.words, word),
            pairs: of().map(|pair| known(&self.pairs, &pair)).collect(),
            sounds: of().map(|pair| sound(pair).map_or(NOWHERE, |sound| known(&self.sounds, &sound))).collect(),
        }
    }

    /// A word of a question.
    pub(super) fn asked(&self, token: &Token) -> Word {
        self.word(&token.word, &token.written)
    }

    /// What a question says, as far as texts say it too.
    pub(super) fn vocabulary(&self, features: &Features) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        vocabulary.words.list.extend(features.tokens.iter().map(|token| known(&self.words, &token.word)));
        vocabulary.pairs.list.extend(features.pairs.iter().map(|pair| known(&self.pairs, pair)));
        let sounds = features.pairs.iter().filter_map(|pair| sound(*pair));
        vocabulary.sounds.list.extend(sounds.map(|sound| known(&self.sounds, &sound)));
        vocabulary.settle();
        vocabulary
    }

    /// To be called once for a target when all its texts were added.
    pub(super) fn settle(&self, vocabulary: &mut Vocabulary) {
        vocabulary.pairs.settle();
        vocabulary.sounds.list.extend(vocabulary.pairs.list.iter().map(|pair| self.sound_of[*pair as usize]));
        vocabulary.settle();
        vocabulary.each(Set::spread);
    }

    /// For each number of a word the places of those of `words` that are it, and for each sound of those that have it.
    pub(super) fn places(&self, words: &[Word]) -> Places {
        let of = |count: usize, numbers: fn(&Word) -> &[u32]| {
            let mut all: Vec<(u32, u32)> = Vec::with_capacity(words.len());
            for (place, word) in (0..).zip(words) {
                all.extend(numbers(word).iter().filter(|n| **n != NOWHERE).map(|number| (*number, place)));
            }
            all.sort_unstable();
            all.dedup();
            let mut starts = vec![0; count + 1];
            all.iter().for_each(|(number, _)| starts[*number as usize + 1] += 1);
            (1..starts.len()).for_each(|i| starts[i] += starts[i - 1]);
            Groups { starts, places: all.into_iter().map(|(_, place)| place).collect() }
        };
        Places {
            by_word: of(self.words.len(), |word| std::slice::from_ref(&word.word)),
            by_sound: of(self.sounds.len(), |word| &word.sounds),
        }
    }

    fn number_word(&mut self, word: &str) -> u32 {
        if let Some(number) = self.words.get(word) {
            return *number;
        }
        let number = next(&self.words);
        self.words.insert(word.to_owned(), number);
        self.seen.push(0);
        number
    }

    fn number_pair(&mut self, pair: Pair) -> u32 {
        if let Some(number) = self.pairs.get(&pair) {
            return *number;
        }
        let number = next(&self.pairs);
        self.pairs.insert(pair, number);
        let sound = sound(pair).map_or(NOWHERE, |sound| {
            let next = next(&self.sounds);
            let number = *self.sounds.entry(sound).or_insert(next);
            if number == next {
                self.pairs_of.push(Vec::new());
            }
            self.pairs_of[number as usize].push(pair);
            number
        });
        self.sound_of.push(sound);
        number
    }
}

impl Vocabulary {
    fn settle(&mut self) {
        self.each(Set::settle);
    }

    fn each(&mut self, change: fn(&mut Set)) {
        [&mut self.words, &mut self.pairs, &mut self.sounds].into_iter().for_each(change);
    }

    /// How far a word is there: itself or a synonym, or all its pairs of characters, or at least its sound.
    pub(super) fn has(&self, word: &Word) -> f32 {
        if self.words.has(word.word) {
            return 1.0;
        }
        let share = |there: &Set, all: &[u32]| {
            let found = all.iter().filter(|number| there.has(**number)).count();
            found as f32 / all.len().max(1) as f32
        };
        (0.9 * share(&self.pairs, &word.pairs)).max(0.7 * share(&self.sounds, &word.sounds))
    }
}

fn next<K>(of: &FxHashMap<K, u32>) -> u32 {
    u32::try_from(of.len()).expect("the knowledge has less than four thousand million words")
}

fn known<K: Hash + Eq + std::borrow::Borrow<Q>, Q: Hash + Eq + ?Sized>(of: &FxHashMap<K, u32>, key: &Q) -> u32 {
    of.get(key).copied().unwrap_or(NOWHERE)
}
