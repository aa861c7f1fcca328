//! Ways of writing that are brought to one: Cantonese function words, frequent typing mistakes.
//!
//! All of it is data (`knowledge/language/variants.toml`). At each place the longest entry wins, so a word to be left
//! alone (`keep`) shields what stands inside it: 關係 from 係, 转介绍 from 转介.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use crate::knowledge::files::Files;
use crate::knowledge::problem::{Doc, Problems};
use crate::knowledge::read;
use crate::language::automaton;

/// Where the variants stand.
pub(super) const FILE: &str = "language/variants.toml";

/// What is replaced by what.
#[derive(Debug)]
pub struct Variants {
    find: AhoCorasick,
    /// By pattern; none for a word to be left alone.
    write: Vec<Option<String>>,
}

impl Variants {
    /// Reads and checks the variants.
    pub fn load(files: &Files, problems: &Problems) -> Self {
        let mut words: Vec<(String, Option<String>)> = Vec::new();
        let text = files.get(FILE).unwrap_or_default();
        let doc = Doc::new(FILE, text);
        if files.get(FILE).is_none() {
            problems.add(&doc.at(0), "the file is missing");
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        read::document(&doc, problems, |root| {
            for keep in root.strings("keep") {
                if seen.insert(keep.value.clone(), keep.at.line).is_some() {
                    problems.add(&keep.at, format!("`{}` is listed twice", keep.value));
                }
                words.push((keep.value, None));
            }
            for variant in root.tables("variant") {
                let write = variant.string("write");
                let says = variant.strings("for");
                if says.is_empty() {
                    problems.add(variant.at(), "`for` lists nothing");
                }
                variant.finish();
                let Some(write) = write else { continue };
                for say in says {
                    if let Some(line) = seen.insert(say.value.clone(), say.at.line) {
                        problems.add(&say.at, format!("`{}` is listed already in line {line}", say.value));
                    } else if say.value.is_empty() || say.value == write.value {
                        problems.add(&say.at, format!("`{}` changes nothing", say.value));
                    } else if write.value.contains(&say.value) {
                        problems
                            .add(&say.at, format!("`{}` stands in its own replacement `{}`", say.value, write.value));
                    } else if let Some(c) = write.value.chars().chain(say.value.chars()).find(|c| c.is_ascii_digit()) {
                        problems.add(&say.at, format!("`{}` holds the digit `{c}`", say.value));
                    } else {
                        words.push((say.value, Some(write.value.clone())));
                    }
                }
            }
        });
        Self::of(words)
    }

    fn of(words: Vec<(String, Option<String>)>) -> Self {
        let (patterns, write): (Vec<String>, Vec<Option<String>>) = words.into_iter().unzip();
        Self { find: automaton::longest(&patterns), write }
    }

    /// The text with every variant replaced; none where nothing was found.
    pub(super) fn apply(&self, text: &str) -> Option<String> {
        let mut out: Option<String> = None;
        let mut done = 0;
        for found in self.find.find_iter(text) {
            let Some(write) = &self.write[found.pattern().as_usize()] else { continue };
            let out = out.get_or_insert_with(|| String::with_capacity(text.len() + 16));
            out.push_str(&text[done..found.start()]);
            out.push_str(write);
            done = found.end();
        }
        let mut out = out?;
        out.push_str(&text[done..]);
        Some(out)
    }
}
