//! Mistakes in the files of `language/`: told like those of every other file.

use crate::broken::copy;

const ENDS: &str = "language/ends.toml";
const INTENTS: &str = "language/intents.toml";
const WORDS: &str = "language/words.toml";

#[test]
fn misspelt_keys_and_wrong_types() {
    copy()
        .swap(ENDS, "weight = 6", "weight = ¦\"six\"")
        .swap(INTENTS, "id = \"back\"\nany", "id = \"back\"\n¦anny")
        .reports_among(&["`weight` must be ", "unknown key `anny`"]);
}

#[test]
fn an_unknown_word_of_a_vocabulary() {
    copy().swap(ENDS, "role = \"origin\"", "role = ¦\"orign\"").reports_among(&["unknown "]);
}

#[test]
fn a_missing_file() {
    copy().without(WORDS).reports_among(&[""]);
}

#[test]
fn a_mistake_of_syntax() {
    copy().swap(WORDS, "words = [", "words = [\n    ¦团委,").reports_among(&[""]);
}
