//! Finding many words in one pass over a text.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Finds the longest of these words wherever one begins, none overlapping another.
pub(crate) fn longest<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> AhoCorasick {
    of(words, MatchKind::LeftmostLongest)
}

/// Finds every one of these words, overlapping ones too.
pub(super) fn every<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> AhoCorasick {
    of(words, MatchKind::Standard)
}

fn of<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>, kind: MatchKind) -> AhoCorasick {
    // A table of every step of every word would take megabytes and time at the start.
    let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).match_kind(kind).build(words);
    automaton.expect("some thousand short words are within the automaton's limits")
}
