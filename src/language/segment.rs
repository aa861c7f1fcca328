//! Cutting Chinese text into words, with the field's own words kept whole and synonyms made one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cut::Cutter;
use crate::knowledge::files::Files;
use crate::knowledge::problem::{Doc, Problems};
use crate::knowledge::read::document;

/// The word lists of `knowledge/language/words.toml`.
#[derive(Debug, Default, Clone)]
pub struct Words {
    /// What the segmenter must keep whole.
    whole: Vec<String>,
    /// What the lists say of a word; nothing of one that is not here.
    said: HashMap<String, Said>,
}

/// What the lists say of a word.
#[derive(Debug, Clone)]
struct Said {
    /// The word that stands for it, where that is another.
    word: Option<String>,
    weight: Weight,
}

impl Words {
    /// Reads the word lists; what is wrong goes to `problems`.
    pub fn load(files: &Files, problems: &Problems) -> Self {
        let path = "language/words.toml";
        let mut words = Self::default();
        let text = files.get(path).unwrap_or_default();
        let doc = Doc::new(path, text);
        if text.is_empty() {
            problems.add(&doc.at(0), "this file is missing");
        }
        document(&doc, problems, |table| {
            let list = |key| table.strings(key).into_iter().map(|w| w.value);
            words.whole = list("words").collect();
            let stop: HashSet<String> = list("stop").collect();
            let common: HashSet<String> = list("common").collect();
            let mut same: HashMap<String, String> = HashMap::new();
            for group in table.tables("same") {
                let all = group.strings("words");
                group.finish();
                let Some(first) = all.first().map(|w| w.value.clone()) else { continue };
                for word in all {
                    if let Some(other) = same.insert(word.value.clone(), first.clone())
                        && other != first
                    {
                        table.problem(&word.at, format!("`{}` already stands for `{other}`", word.value));
                    }
                    words.whole.push(word.value);
                }
            }
            for written in stop.iter().chain(&common).chain(same.keys()) {
                let word = same.get(written).unwrap_or(written);
                let weight = if stop.contains(written) {
                    Weight::Stop
                } else if common.contains(written) || common.contains(word) {
                    Weight::Common
                } else {
                    Weight::Informative
                };
                let word = (word != written).then(|| word.clone());
                words.said.insert(written.clone(), Said { word, weight });
            }
        });
        words
    }
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word that stands for it and its synonyms.
    pub word: String,
    /// As it was written.
    pub written: String,
    /// Does it carry information in a question of this field?
    pub weight: Weight,
}

/// How much a word says about what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing.
    Stop,
    /// That the text is about a transfer, not what it asks.
    Common,
    /// What it asks.
    Informative,
}

/// How often the dictionary's corpus has a word that everybody uses, at least. Below it stand given names that the
/// dictionary takes for plain words, such as 建平 and 育才.
const ORDINARY: usize = 600;
/// Cuts texts into words.
pub struct Segmenter {
    cutter: Cutter,
    words: Words,
}

impl Segmenter {
    /// A segmenter that keeps the words of the lists whole.
    pub fn new(words: Words) -> Self {
        Self { cutter: Cutter::keeping(words.whole.iter().map(String::as_str)), words }
    }

    /// The words that are kept whole.
    pub fn whole(&self) -> impl Iterator<Item = &str> {
        self.words.whole.iter().map(String::as_str)
    }

    /// The words of a clean text, punctuation left out.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        self.words(text).map(Word::token).collect()
    }

    /// Is it a word that everybody uses and that names nobody, by the general dictionary?
    pub fn is_ordinary(&self, word: &str) -> bool {
        word.chars().nth(1).is_some() && self.cutter.plain(word).is_some_and(|seen| seen >= ORDINARY)
    }

    /// Where the words of a text stand that have several letters, in bytes.
    pub fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let mut start = 0;
        let cut = self.cutter.cut(text).into_iter().map(|word| {
            start += word.len();
            (start - word.len()..start, word)
        });
        cut.filter(|(_, word)| word.chars().nth(1).is_some()).map(|(span, _)| span).collect()
    }

    /// One word that was cut already.
    pub fn token(&self, written: &str) -> Token {
        self.word(written).token()
    }

    /// The words of a clean text, of those that stand for the same the first.
    pub fn distinct(&self, text: &str) -> Vec<Token> {
        self.distinct_words(text).into_iter().map(Word::token).collect()
    }

    /// The same, owning nothing.
    pub(crate) fn distinct_words<'a>(&'a self, text: &'a str) -> Vec<Word<'a>> {
        let mut seen = HashSet::new();
        self.words(text).filter(|word| seen.insert(word.word)).collect()
    }

    fn words<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Word<'a>> {
        let cut = self.cutter.cut(text).into_iter();
        cut.filter(|w| w.chars().any(char::is_alphanumeric)).map(|written| self.word(written))
    }

    fn word<'a>(&'a self, written: &'a str) -> Word<'a> {
        match self.words.said.get(written) {
            Some(said) => Word { word: said.word.as_deref().unwrap_or(written), written, weight: said.weight },
            None => Word { word: written, written, weight: Weight::Informative },
        }
    }
}

/// A [`Token`] that owns nothing yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    /// The word that stands for it and its synonyms.
    pub(crate) word: &'a str,
    /// As it was written.
    pub(crate) written: &'a str,
    /// What it says.
    pub(crate) weight: Weight,
}

impl Word<'_> {
    fn token(self) -> Token {
        Token { word: self.word.to_owned(), written: self.written.to_owned(), weight: self.weight }
    }
}
