//! Pinyin to Chinese: `zhuan tuan guanxi`, `zhihuituanjian`, also between Chinese characters.
//!
//! A *run* is a stretch of Latin words that each split into pinyin syllables. Known words are laid over it so that they
//! cover as much as possible, long words first; a word may cross blanks, a syllable may not. A run of two syllables or
//! more that is covered to seven tenths is replaced, what is not covered staying as it is. Elsewhere only places and
//! fixed spellings are replaced, as whole words, so an English sentence stays English but for its cities.

mod run;
mod syllable;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use pinyin::{ToPinyin, ToPinyinMulti};

use crate::knowledge::files::Files;
use crate::knowledge::problem::{Doc, Problems};
use crate::knowledge::read;

/// Where the words stand.
const FILE: &str = "language/pinyin.toml";
/// A word with several readings is entered under so many at most.
const READINGS: usize = 12;

/// A word under one of its readings.
#[derive(Debug)]
struct Word {
    chinese: String,
    /// Where its syllables begin, in letters.
    starts: Vec<usize>,
}

/// Words by their reading.
#[derive(Debug, Default)]
struct Words {
    /// By letters without blanks; the first word entered under a reading keeps it.
    by_letters: HashMap<String, Word>,
    /// How many letters the longest has.
    longest: usize,
}

/// All words by their reading.
#[derive(Debug, Default)]
pub struct Pinyin {
    words: Words,
    /// Further words of the field, the most frequent first,
    more: Vec<String>,
    /// entered when the first message has Latin letters: most have none, and thousands of words take their time.
    entered: OnceLock<Words>,
    /// Replaced as whole words anywhere; a spelling may hold one blank.
    places: HashMap<String, String>,
    english: HashSet<String>,
}

impl Words {
    /// Enters a word under its readings; false where a character has none.
    fn add(&mut self, word: &str) -> bool {
        let Some(readings) = readings(word) else { return false };
        for syllables in readings {
            let mut starts = Vec::with_capacity(syllables.len());
            let mut letters = String::new();
            for syllable in syllables {
                starts.push(letters.len());
                letters.push_str(&syllable);
            }
            self.longest = self.longest.max(letters.len());
            self.by_letters.entry(letters).or_insert_with(|| Word { chinese: word.to_owned(), starts });
        }
        true
    }
}

impl Pinyin {
    /// Reads and checks the project's own words and adds the caller's: words of the field, and names of places.
    ///
    /// Where two words read alike the earlier one counts: the file's, then `words`, then `places`.
    pub fn load<'w>(
        files: &Files,
        problems: &Problems,
        words: impl IntoIterator<Item = &'w str>,
        places: impl IntoIterator<Item = &'w str>,
    ) -> Self {
        let mut all = Self::default();
        let text = files.get(FILE).unwrap_or_default();
        let doc = Doc::new(FILE, text);
        if files.get(FILE).is_none() {
            problems.add(&doc.at(0), "the file is missing");
        }
        read::document(&doc, problems, |root| {
            for word in root.strings("words") {
                if !all.words.add(&word.value) {
                    problems.add(&word.at, format!("`{}` has no reading", word.value));
                }
            }
            all.english.extend(root.strings("english").into_iter().map(|w| w.value));
            for spelt in root.tables("spelt") {
                let word = spelt.string("word");
                let spellings = spelt.strings("as");
                spelt.finish();
                let Some(word) = word else { continue };
                for spelling in spellings {
                    if all.places.insert(spelling.value.clone(), word.value.clone()).is_some() {
                        problems.add(&spelling.at, format!("`{}` is listed twice", spelling.value));
                    }
                }
            }
        });
        for word in words {
            all.words.add(word);
        }
        for place in places {
            all.words.add(place);
            all.add_place(place);
        }
        all
    }

    /// Adds words of the field that are typed as pinyin too, the most frequent first; what is there already stays.
    pub fn extend(&mut self, words: Vec<String>) {
        (self.more, self.entered) = (words, OnceLock::new());
    }

    /// The words that were added later.
    fn further(&self) -> &Words {
        self.entered.get_or_init(|| {
            let mut words = Words::default();
            let several = self.more.iter().filter(|word| word.chars().nth(1).is_some() && !word.is_ascii());
            several.for_each(|word| {
                words.add(word);
            });
            words
        })
    }

    /// The word with this reading.
    fn word(&self, letters: &str) -> Option<&Word> {
        self.words.by_letters.get(letters).or_else(|| self.further().by_letters.get(letters))
    }

    /// How many letters the longest word has.
    fn longest(&self) -> usize {
        self.words.longest.max(self.further().longest)
    }

    /// The text with its pinyin in Chinese; none where it holds none.
    pub fn to_chinese(&self, text: &str) -> Option<String> {
        if !text.bytes().any(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let written = run::rewrite(self, text);
        (written != text).then_some(written)
    }

    /// Enters a place under its readings, where they are long enough not to be mistaken for English.
    fn add_place(&mut self, place: &str) {
        for (number, syllables) in readings(place).into_iter().flatten().enumerate() {
            let letters = syllables.concat();
            // xian is 西安, but zhuan is no 宁安: what is one syllable is a place by its usual reading alone.
            if number > 0 && syllable::is_syllable(&letters) {
                continue;
            }
            if syllables.len() > 1 && letters.len() > 3 && !self.english.contains(&letters) {
                self.places.entry(letters).or_insert_with(|| place.to_owned());
            }
        }
    }
}

/// The readings of a word, the usual one first. Single characters have their usual one only.
fn readings(word: &str) -> Option<Vec<Vec<Cow<'static, str>>>> {
    let count = word.chars().count();
    let mut all: Vec<Vec<Cow<'static, str>>> = vec![Vec::with_capacity(count)];
    for c in word.chars() {
        let mut choices: Vec<Cow<'static, str>> = Vec::new();
        for reading in c.to_pinyin_multi()? {
            let reading = plain(reading.plain());
            // 广 is read so in old books only; 去广州 is not Quanzhou.
            let never = c == '广' && reading == "an";
            if !never && !choices.contains(&reading) {
                choices.push(reading);
            }
        }
        if count == 1 || all.len() * choices.len() > READINGS {
            choices.truncate(1);
        }
        all = choices
            .iter()
            .flat_map(|choice| all.iter().map(move |reading| reading.iter().chain([choice]).cloned().collect()))
            .collect();
    }
    (count > 0).then_some(all)
}

/// As it is typed: `lv` for `lü`.
fn plain(reading: &'static str) -> Cow<'static, str> {
    if reading.is_ascii() { Cow::Borrowed(reading) } else { Cow::Owned(reading.replace('ü', "v")) }
}

/// The usual reading of each Chinese character, for finding words that sound alike; other characters are left out.
pub fn syllables(text: &str) -> Vec<Cow<'static, str>> {
    text.chars().filter_map(syllable).map(plain).collect()
}

/// The usual reading of a Chinese character, with `ü`; none of others.
pub fn syllable(c: char) -> Option<&'static str> {
    c.to_pinyin().map(|reading| reading.plain())
}

#[cfg(test)]
mod tests;
