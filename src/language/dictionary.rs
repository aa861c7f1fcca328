//! The words of Chinese and how often each is seen, read in place from what `build.rs` packed.
//!
//! Nothing is loaded but the logarithms of some thousand frequencies. The layout is told in `build.rs`; offsets are
//! checked by the slices they index.

/// The packed trie.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.bin"));
/// Three numbers of eight bytes stand before the trie.
const HEAD: usize = 24;

/// Marks a word that names nobody and nothing in particular.
const PLAIN: u16 = 0x8000;

/// The words that can be found.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// Where each node's children begin.
    children: &'static [[u8; 4]],
    letters: &'static [[u8; 2]],
    /// For each node the place of its word's frequency, from 1; 0 where no word ends. The highest bit marks plain words.
    words: &'static [[u8; 2]],
    logarithms: Vec<f64>,
    frequencies: &'static [[u8; 4]],
    /// The sum of all frequencies.
    pub(super) total: usize,
}

impl Dictionary {
    /// The dictionary that is part of the program.
    pub(super) fn built_in() -> Self {
        let number = |at: usize| {
            let bytes = PACKED[at..].first_chunk().expect("the head has three numbers");
            usize::try_from(u64::from_le_bytes(*bytes)).expect("what is counted was in memory at build time")
        };
        let (nodes, count, total) = (number(0), number(8), number(16));
        let (children, rest) = PACKED[HEAD..].split_at(4 * (nodes + 1));
        let (frequencies, rest) = rest.split_at(4 * count);
        let (letters, words) = rest.split_at(2 * nodes);
        let frequencies = frequencies.as_chunks().0;
        let logarithms = frequencies.iter().map(|f| f64::from(u32::from_le_bytes(*f)).ln()).collect();
        let (children, letters, words) = (children.as_chunks().0, letters.as_chunks().0, words.as_chunks().0);
        Self { children, letters, words, logarithms, frequencies, total }
    }

    /// How often a word is seen; none for what is no word.
    pub(super) fn frequency(&self, word: &str) -> Option<usize> {
        let node = word.chars().try_fold(0, |node, letter| self.child(node, letter))?;
        Some(u32::from_le_bytes(self.frequencies[self.place(node)?]) as usize)
    }

    /// The words that a text of letters begins with, shortest first: how many letters, and the logarithm of how often.
    pub(super) fn beginning(&self, letters: impl Iterator<Item = char>) -> impl Iterator<Item = (usize, f64)> {
        let nodes = letters.scan(0, |node, letter| {
            *node = self.child(*node, letter)?;
            Some(*node)
        });
        nodes.enumerate().filter_map(|(at, node)| Some((at + 1, self.logarithms[self.place(node)?])))
    }

    /// Does a word name nobody and nothing in particular?
    pub(super) fn is_plain(&self, word: &str) -> bool {
        let node = word.chars().try_fold(0, |node, letter| self.child(node, letter));
        node.is_some_and(|node| u16::from_le_bytes(self.words[node]) & PLAIN != 0)
    }

    /// The place of the frequency of the word that ends here.
    fn place(&self, node: usize) -> Option<usize> {
        usize::from(u16::from_le_bytes(self.words[node]) & !PLAIN).checked_sub(1)
    }

    fn child(&self, node: usize, letter: char) -> Option<usize> {
        let letter = u16::try_from(u32::from(letter)).ok()?;
        let start = |node: usize| u32::from_le_bytes(self.children[node]) as usize;
        let (from, to) = (start(node), start(node + 1));
        let found = self.letters[from..to].binary_search_by_key(&letter, |bytes| u16::from_le_bytes(*bytes));
        Some(from + found.ok()?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use jieba_rs::Jieba;

    use super::*;

    /// All words below a node that spells this.
    fn words(of: &Dictionary, node: usize, spelt: &mut String, to: &mut Vec<String>) {
        if of.place(node).is_some() {
            to.push(spelt.clone());
        }
        let start = |node: usize| u32::from_le_bytes(of.children[node]) as usize;
        for child in start(node)..start(node + 1) {
            let letter = u16::from_le_bytes(of.letters[child]);
            spelt.push(char::from_u32(letter.into()).unwrap());
            words(of, child, spelt, to);
            spelt.pop();
        }
    }

    #[test]
    fn all_words_of_jieba_are_there_and_no_others() {
        let (dictionary, jieba) = (Dictionary::built_in(), Jieba::new());
        let mut all = Vec::new();
        words(&dictionary, 0, &mut String::new(), &mut all);
        assert!(all.iter().all(|word| jieba.has_word(word)));
        let counts = format!("{jieba:?}");
        assert!(counts.contains(&format!("records_len: {},", all.len())), "{} words; {counts}", all.len());
        assert!(counts.contains(&format!("total_freq: {} ", dictionary.total)), "{}; {counts}", dictionary.total);
        let sum: usize = all.iter().map(|word| dictionary.frequency(word).unwrap()).sum();
        assert_eq!(sum, dictionary.total);
    }

    #[test]
    fn what_is_no_word_is_none() {
        let dictionary = Dictionary::built_in();
        assert_eq!(dictionary.frequency("北京大学"), Some(2053));
        for none in ["", "北京大", "鿿", "𠀀"] {
            assert_eq!(dictionary.frequency(none), None, "{none}");
        }
    }
}
