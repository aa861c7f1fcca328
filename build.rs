//! Packs the dictionary of Chinese words that comes with jieba-rs, so that the program reads it in place: no start pays
//! for three hundred thousand words, and only the pages that are looked at are in memory.
//!
//! The package keeps its dictionary to itself, but it is in its source, whose checksum is in Cargo.lock. A line is a word,
//! how often it was seen, and a part of speech. What is packed is a trie by letters, level after level: the children of
//! a node stand side by side, sorted. All numbers are little-endian; `src/language/dictionary.rs` reads:
//!
//! | what | type |
//! |---|---|
//! | number of nodes, the root included; number of frequencies; sum of the frequencies of all words | 3 × u64 |
//! | for each node and one more: where its children begin; the next node's are where they end | u32 |
//! | each frequency once | u32 |
//! | for each node: its letter | u16 |
//! | for each node: 0, or for a word the place of its frequency, from 1, and the highest bit where it is plain | u16 |

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Where the dictionary stands, from the folder of the package that has it.
const DICTIONARY: (&str, &str) = ("jieba-rs", "src/data/dict.txt");

fn main() {
    let dictionary = package(DICTIONARY.0).join(DICTIONARY.1);
    for changed in [Path::new("build.rs"), Path::new("Cargo.lock"), &dictionary] {
        println!("cargo::rerun-if-changed={}", changed.display());
    }
    let text = fs::read_to_string(&dictionary).unwrap_or_else(|e| panic!("{}: {e}", dictionary.display()));
    let packed = pack(&text);
    fs::write(Path::new(&variable("OUT_DIR")).join("dictionary.bin"), packed).expect("OUT_DIR can be written");
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|e| panic!("cargo sets {name} for build scripts: {e}"))
}

/// The folder of a package in Cargo.lock, as cargo tells it; the network is used only where something was never loaded.
fn package(name: &str) -> PathBuf {
    let ask = |more: &[&str]| {
        let manifest = Path::new(&variable("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let mut cargo = Command::new(variable("CARGO"));
        cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &variable("TARGET")]);
        cargo.arg("--manifest-path").arg(manifest).args(more).output().expect("cargo runs")
    };
    let mut told = ask(&["--offline"]);
    if !told.status.success() {
        told = ask(&[]);
    }
    assert!(told.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&told.stderr));
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("cargo writes JSON");
    let packages = told["packages"].as_array().into_iter().flatten();
    let manifest = packages.filter(|p| p["name"] == name).find_map(|p| p["manifest_path"].as_str());
    let manifest = Path::new(manifest.unwrap_or_else(|| panic!("{name} is not in Cargo.lock")));
    manifest.parent().expect("a manifest stands in a folder").to_owned()
}

/// The parts of speech whose words name nobody and nothing in particular, and count nothing: nouns, verbs, adjectives,
/// adverbs and set phrases. Names of people, places and organizations, numbers and times have tags of their own.
const PLAIN: [&str; 10] = ["n", "v", "vn", "vd", "a", "ad", "an", "b", "i", "l"];

#[derive(Default)]
struct Node {
    children: BTreeMap<u16, Node>,
    frequency: Option<u32>,
    plain: bool,
}

fn pack(text: &str) -> Vec<u8> {
    let mut root = Node::default();
    let mut total: u64 = 0;
    for line in text.lines() {
        let mut parts = line.split_ascii_whitespace();
        let (Some(word), Some(frequency)) = (parts.next(), parts.next()) else { panic!("no word: `{line}`") };
        let frequency: u32 = frequency.parse().unwrap_or_else(|e| panic!("no frequency in `{line}`: {e}"));
        let mut node = &mut root;
        for letter in word.chars() {
            let letter = u16::try_from(u32::from(letter)).expect("the dictionary's letters are of two bytes");
            node = node.children.entry(letter).or_default();
        }
        node.plain = parts.next().is_some_and(|tag| PLAIN.contains(&tag));
        assert!(node.frequency.replace(frequency).is_none(), "`{word}` stands there twice");
        total += u64::from(frequency);
    }
    let mut frequencies = BTreeSet::new();
    let mut queue = VecDeque::from([(0, &root)]);
    let mut nodes: Vec<(u16, &Node)> = Vec::new();
    while let Some((letter, node)) = queue.pop_front() {
        frequencies.extend(node.frequency);
        queue.extend(node.children.iter().map(|(letter, child)| (*letter, child)));
        nodes.push((letter, node));
    }
    let frequencies: Vec<u32> = frequencies.into_iter().collect();

    let mut packed = Vec::new();
    packed.extend([nodes.len() as u64, frequencies.len() as u64, total].iter().flat_map(|n| n.to_le_bytes()));
    let mut children: u32 = 1;
    for (_, node) in &nodes {
        packed.extend(children.to_le_bytes());
        children += node.children.len() as u32;
    }
    packed.extend(children.to_le_bytes());
    packed.extend(frequencies.iter().flat_map(|f| f.to_le_bytes()));
    packed.extend(nodes.iter().flat_map(|(letter, _)| letter.to_le_bytes()));
    for (_, node) in &nodes {
        let place = node.frequency.map_or(0, |f| frequencies.partition_point(|known| *known < f) + 1);
        let place =
            u16::try_from(place).ok().filter(|place| *place < 0x8000).expect("there are some thousand frequencies");
        packed.extend((place | if node.plain { 0x8000 } else { 0 }).to_le_bytes());
    }
    packed
}
