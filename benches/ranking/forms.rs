//! The ways in which a question is written: as it stands, and with what goes wrong in typing.

use std::collections::HashMap;

use pinyin::ToPinyin;
use serde::{Deserialize, Serialize};

/// Words of two characters and how they are written traditionally; then, in long lines, single characters.
const TRADITIONAL: &str = include_str!("traditional.txt");

/// How a question is written.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// As it stands in the knowledge.
    Written,
    /// One character is missing.
    Dropped,
    /// One character is another one of the same sound.
    Homophone,
    /// In traditional characters.
    Traditional,
}

impl Form {
    pub(crate) const ALL: [Self; 4] = [Self::Written, Self::Dropped, Self::Homophone, Self::Traditional];
}

/// Writes questions in all forms.
pub(crate) struct Forms {
    /// The characters of all phrasings by their sound, the most frequent first.
    sounds: HashMap<&'static str, Vec<char>>,
    words: Vec<(&'static str, &'static str)>,
    characters: HashMap<char, char>,
}

impl Forms {
    pub(crate) fn new(phrasings: &[&str]) -> Self {
        let mut counts: HashMap<char, usize> = HashMap::new();
        phrasings.iter().flat_map(|p| p.chars()).for_each(|c| *counts.entry(c).or_default() += 1);
        let mut counts: Vec<(char, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(character, count)| (std::cmp::Reverse(*count), *character));
        let mut sounds: HashMap<&'static str, Vec<char>> = HashMap::new();
        for (character, _) in counts {
            if let Some(sound) = character.to_pinyin() {
                sounds.entry(sound.plain()).or_default().push(character);
            }
        }
        let pairs = TRADITIONAL.lines().filter_map(|line| line.split_once(' '));
        let (words, runs): (Vec<_>, Vec<_>) = pairs.partition(|(from, _)| from.chars().count() == 2);
        let characters = runs.into_iter().flat_map(|(from, to)| from.chars().zip(to.chars())).collect();
        Self { sounds, words, characters }
    }

    pub(crate) fn of(&self, form: Form, text: &str) -> String {
        match form {
            Form::Written => text.to_owned(),
            Form::Dropped => {
                let at = places(text).next();
                text.chars().enumerate().filter(|(place, _)| Some(*place) != at).map(|(_, c)| c).collect()
            }
            Form::Homophone => {
                let mut letters: Vec<char> = text.chars().collect();
                let other = |c: char| self.sounds.get(c.to_pinyin()?.plain())?.iter().copied().find(|o| *o != c);
                if let Some((at, other)) = places(text).find_map(|at| Some((at, other(letters[at])?))) {
                    letters[at] = other;
                }
                letters.into_iter().collect()
            }
            Form::Traditional => {
                let text = self.words.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
                text.chars().map(|c| self.characters.get(&c).copied().unwrap_or(c)).collect()
            }
        }
    }
}

/// The places of Chinese characters, each once, in an order that depends on the text alone.
fn places(text: &str) -> impl Iterator<Item = usize> + use<> {
    let chinese = text.chars().enumerate().filter(|(_, c)| c.to_pinyin().is_some());
    let mut places: Vec<usize> = chinese.map(|(at, _)| at).collect();
    // FNV-1a
    let hash = text.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01B3));
    let start = (hash % places.len().max(1) as u64) as usize;
    places.rotate_left(start);
    places.into_iter()
}
