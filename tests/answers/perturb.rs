//! The same question written otherwise: mistyped, without punctuation, in other characters, with more words around it.
//!
//! What would change the question is spared: only Chinese characters are replaced, dropped or doubled, so no digit and
//! no ID; no Chinese numeral either; and no character of a name is replaced or dropped. A name is what understanding
//! takes for one in the question as it was (a place, school, unit or committee, in any role). What else a character may
//! change, a 不 or the 出 of 转出, is not spared: that is part of what is measured.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use encoding_rs::{BIG5, Encoding, GBK};
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use jieba_rs::Jieba;
use rand::RngExt;
use rand::rngs::StdRng;
use unicode_normalization::UnicodeNormalization;
use zhuanjie::assistant::Engine;
use zhuanjie::language::latin::syllables;

use super::folder;

/// A way to write a question otherwise; none where that changes nothing or it does not apply.
pub(crate) type Way = fn(&Writer, &str, &mut StdRng) -> Option<String>;

/// All ways.
pub(crate) const WAYS: [(&str, Way); 7] = [
    ("homophone", homophone),
    ("dropped character", dropped),
    ("doubled character", doubled),
    ("no punctuation", bare),
    ("traditional", traditional),
    ("pinyin", pinyin),
    ("polite filler", polite),
];

/// The longest sentence that anybody writes in pinyin, in characters.
const IN_PINYIN: usize = 12;
/// So many characters are common: of the first level of GB 2312 those that a dictionary has most often as words.
const COMMON: usize = 2_000;
/// Said as numbers.
const NUMERALS: &str = "〇零一二两三四五六七八九十百千万";
/// Words and characters with a traditional form that neither tables nor frequency can choose.
const TRADITIONAL: &[(&str, &str)] = &[
    ("关系", "關係"),
    ("联系", "聯繫"),
    ("复印", "複印"),
    ("重复", "重複"),
    ("公里", "公里"),
    ("里", "裡"),
    ("后", "後"),
    ("几", "幾"),
    ("于", "於"),
    ("干部", "幹部"),
    ("准备", "準備"),
    ("标准", "標準"),
    ("发", "發"),
    ("复", "復"),
    ("历", "歷"),
    ("汇", "匯"),
    ("尽", "盡"),
    ("钟", "鐘"),
    ("签", "簽"),
    ("获", "獲"),
    ("证", "證"),
    ("么", "麼"),
    ("个", "個"),
    ("听", "聽"),
    ("适", "適"),
    ("极", "極"),
    ("种", "種"),
    ("价", "價"),
    ("术", "術"),
    ("据", "據"),
    ("确", "確"),
    ("愿", "願"),
    ("划", "劃"),
    ("范", "範"),
    ("余", "餘"),
    ("机", "機"),
    ("体", "體"),
    ("担", "擔"),
    ("才", "才"),
    ("台", "台"),
];
/// How words are read whose characters are usually read otherwise.
const READ: &[(&str, &str)] = &[
    ("厦门", "xiamen"),
    ("厦大", "xiada"),
    ("重庆", "chongqing"),
    ("银行", "yinhang"),
    ("校长", "xiaozhang"),
    ("长沙", "changsha"),
];

/// What it takes to write otherwise.
pub(crate) struct Writer {
    engine: Arc<Engine>,
    to_simplified: OpenCC,
    /// Common characters by their sound, tones aside.
    alike: HashMap<String, Vec<char>>,
    /// Simplified words and characters in traditional ones, as they are common: the first level of Big5.
    traditional: HashMap<String, String>,
}

impl Writer {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        let to_simplified = OpenCC::from_config(BuiltinConfig::T2s).unwrap();
        let mut alike: HashMap<String, Vec<char>> = HashMap::new();
        let dictionary = Jieba::new();
        let mut common = level(GBK, 0xb0..=0xd7, &[(0xa1, 0xfe)]);
        common.sort_by_key(|c| Reverse(dictionary.suggest_freq(&c.to_string())));
        for c in common.into_iter().take(COMMON) {
            if let [sound] = syllables(&c.to_string()).as_slice() {
                alike.entry(sound.clone().into_owned()).or_default().push(c);
            }
        }
        let traditional = forms(&to_simplified);
        Self { engine, to_simplified, alike, traditional }
    }

    /// Which characters may not be replaced or dropped.
    fn spared(&self, text: &str) -> Vec<bool> {
        let ends = self.engine.question(text);
        let understood = &ends.text;
        let ends = &ends.ends;
        let placed = ends.origin.iter().chain(&ends.destination).chain(&ends.unplaced);
        let names = placed.chain(&ends.negated).chain(&ends.aside).chain(&ends.topics);
        // Names stand in the text as it was understood: folded and in simplified characters, one for one.
        let names: Vec<Vec<char>> = names.map(|m| understood[m.span.clone()].chars().collect()).collect();
        let simple: Vec<char> = text.chars().map(|c| self.simplified(c)).collect();
        let mut spared: Vec<bool> = text.chars().map(|c| !is_han(c) || NUMERALS.contains(c)).collect();
        for name in names {
            for start in 0..simple.len() {
                if simple[start..].starts_with(&name) {
                    spared[start..start + name.len()].fill(true);
                }
            }
        }
        spared
    }

    /// A character as understanding folds it.
    fn simplified(&self, c: char) -> char {
        let folded: String = c.to_lowercase().nfkc().collect();
        self.to_simplified.convert(&folded).chars().next().unwrap_or(c)
    }

    /// Other common characters that sound like this one.
    fn homophones(&self, c: char) -> Vec<char> {
        let all = syllables(&c.to_string()).first().and_then(|sound| self.alike.get(sound.as_ref()));
        all.into_iter().flatten().copied().filter(|other| *other != c).collect()
    }
}

/// The characters of a level of an encoding: rows, and within each these columns.
fn level(encoding: &'static Encoding, rows: std::ops::RangeInclusive<u8>, columns: &[(u8, u8)]) -> Vec<char> {
    let cells =
        rows.flat_map(|row| columns.iter().flat_map(move |(from, to)| (*from..=*to).map(move |column| [row, column])));
    let text =
        |bytes: [u8; 2]| encoding.decode_without_bom_handling_and_without_replacement(&bytes).map(|t| t.into_owned());
    cells.filter_map(text).filter_map(|t| t.chars().next().filter(|c| is_han(*c))).collect()
}

/// Traditional forms: ours, those that the variants list, then every character that is simplified to one.
fn forms(to_simplified: &OpenCC) -> HashMap<String, String> {
    // The level ends within its last row, which holds rare characters only.
    let big5 = level(BIG5, 0xa4..=0xc5, &[(0x40, 0x7e), (0xa1, 0xfe)]);
    let common: HashSet<char> = big5.iter().copied().collect();
    let mut forms: HashMap<String, String> =
        TRADITIONAL.iter().map(|(simple, form)| ((*simple).to_owned(), (*form).to_owned())).collect();
    let variants = std::fs::read_to_string(folder("knowledge/language/variants.toml")).unwrap();
    let variants: toml::Table = toml::from_str(&variants).unwrap();
    for variant in variants["variant"].as_array().unwrap() {
        let write = variant["write"].as_str().unwrap();
        for form in variant["for"].as_array().unwrap().iter().filter_map(|form| form.as_str()) {
            if form.chars().all(|c| common.contains(&c)) && to_simplified.convert(form) == write {
                forms.entry(write.to_owned()).or_insert_with(|| form.to_owned());
            }
        }
    }
    for form in big5 {
        let simple = to_simplified.convert(&form.to_string());
        // A simplified character that is a traditional one as well, such as 面, stays what it is.
        if simple != form.to_string() && !simple.chars().all(|c| common.contains(&c)) {
            forms.entry(simple).or_insert_with(|| form.to_string());
        }
    }
    forms
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Changes one of the characters at these places.
fn change(
    text: &str,
    places: &[usize],
    random: &mut StdRng,
    to: impl Fn(char, &mut StdRng) -> String,
) -> Option<String> {
    let place = *places.get(random.random_range(0..places.len().max(1)))?;
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == place { out.push_str(&to(c, random)) } else { out.push(c) }
    }
    Some(out)
}

/// The places of characters that may be changed.
fn places(spared: &[bool]) -> Vec<usize> {
    spared.iter().enumerate().filter(|(_, spared)| !**spared).map(|(at, _)| at).collect()
}

/// One character mistaken for another that sounds alike.
fn homophone(writer: &Writer, text: &str, random: &mut StdRng) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut places = places(&writer.spared(text));
    places.retain(|at| !writer.homophones(characters[*at]).is_empty());
    change(text, &places, random, |c, random| {
        let others = writer.homophones(c);
        others[random.random_range(0..others.len())].to_string()
    })
}

fn dropped(writer: &Writer, text: &str, random: &mut StdRng) -> Option<String> {
    change(text, &places(&writer.spared(text)), random, |_, _| String::new())
}

/// One character typed twice, a name's as well.
fn doubled(_: &Writer, text: &str, random: &mut StdRng) -> Option<String> {
    let spared: Vec<bool> = text.chars().map(|c| !is_han(c) || NUMERALS.contains(c)).collect();
    change(text, &places(&spared), random, |c, _| format!("{c}{c}"))
}

/// Without punctuation, but within numbers and IDs.
fn bare(_: &Writer, text: &str, _: &mut StdRng) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let latin = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_alphanumeric);
    let kept = |at: usize, c: char| {
        c.is_alphanumeric() || c.is_whitespace() || latin(at.checked_sub(1)) && latin(Some(at + 1))
    };
    let bare: String = characters.iter().enumerate().filter(|(at, c)| kept(*at, **c)).map(|(_, c)| c).collect();
    (bare != text && !bare.trim().is_empty()).then_some(bare)
}

fn traditional(writer: &Writer, text: &str, _: &mut StdRng) -> Option<String> {
    let longest = writer.traditional.keys().map(|word| word.chars().count()).max().unwrap_or(1);
    let characters: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while at < characters.len() {
        let word = (1..=longest.min(characters.len() - at)).rev().find_map(|length| {
            let word: String = characters[at..at + length].iter().collect();
            writer.traditional.get(&word).map(|form| (length, form.as_str()))
        });
        let (length, form) =
            word.map_or_else(|| (1, characters[at].to_string()), |(length, form)| (length, form.to_owned()));
        out.push_str(&form);
        at += length;
    }
    (out != text).then_some(out)
}

/// A short sentence in pinyin, word by word.
fn pinyin(writer: &Writer, text: &str, _: &mut StdRng) -> Option<String> {
    if text.chars().count() > IN_PINYIN || !text.chars().any(is_han) {
        return None;
    }
    let simple: String = text.chars().map(|c| writer.simplified(c)).collect();
    let mut words: Vec<String> = Vec::new();
    let mut run = String::new();
    let cut = |run: &mut String, words: &mut Vec<String>| {
        let tokens = writer.engine.segmenter.tokens(&std::mem::take(run));
        words.extend(tokens.iter().map(|token| read(&token.written)));
    };
    for c in simple.chars() {
        if is_han(c) {
            run.push(c);
            continue;
        }
        cut(&mut run, &mut words);
        if c.is_alphanumeric() {
            words.push(c.to_string());
        }
    }
    cut(&mut run, &mut words);
    Some(words.join(" "))
}

/// A word in pinyin.
fn read(word: &str) -> String {
    let known = READ.iter().find(|(written, _)| *written == word);
    known.map_or_else(|| syllables(word).concat(), |(_, letters)| (*letters).to_owned())
}

fn polite(_: &Writer, text: &str, _: &mut StdRng) -> Option<String> {
    let text = text.trim();
    let comma = if text.ends_with(char::is_alphanumeric) { "，" } else { "" };
    Some(format!("你好，请问一下，{text}{comma}谢谢啦"))
}
