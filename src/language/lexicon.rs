//! Every name of the places tables, found in one pass over a text.
//!
//! Names are matched leftmost and longest, so that 中国石油大学 hides 中国石油 and 京东 hides 京. They stand in a hash map, with
//! the lengths to try by first letter: over a message of some dozens of letters that is as fast as an automaton, and
//! it needs no building, which for nine thousand names would take longer than reading all the tables.
//! Names are brought to the same form as the text: NFKC, lower case, half-width brackets. A name may stand for several
//! rows; which one is meant is decided where the words around it are known, in [`super::ends`].

mod misspelt;
mod patterns;

use std::collections::HashMap;

use pinyin::{ToPinyin, ToPinyinMulti};
use unicode_normalization::UnicodeNormalization;

use super::ends::cues::{Cues, whole_word};
use crate::knowledge::places::{Alternative, Belongs, Level, Places, UnitKind};
use crate::knowledge::terms::{Committee, System};

/// The form in which names and texts are compared.
pub fn fold(text: &str) -> String {
    // Most of what is said here has but one form.
    let has_one_form = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_ascii() && !c.is_ascii_uppercase();
    if text.chars().all(has_one_form) {
        return text.to_owned();
    }
    text.nfkc().collect::<String>().to_lowercase()
}

/// What a row is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Province,
    City { level: Level, cross: bool, risk: bool },
    Region,
    School { ambiguous: bool, guess: Option<System>, army: bool },
    Unit { kind: UnitKind, ask: bool, alternative: Option<Alternative>, committee: Committee },
    Outside,
    Army,
    Blocked,
}

/// One row, ready to become an end.
#[derive(Debug, Clone)]
pub(crate) struct Sense {
    pub(crate) kind: Kind,
    pub(crate) belongs: Belongs,
    pub(crate) name: String,
    /// Short name of the province, or empty.
    pub(crate) province: String,
    /// The prefecture-level unit it lies in, or empty.
    pub(crate) parent: String,
    /// Its place among the senses.
    pub(crate) index: usize,
}

impl Sense {
    pub(crate) fn is_place(&self) -> bool {
        matches!(self.kind, Kind::Province | Kind::City { .. } | Kind::Region)
    }
}

/// How a name stands for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The row's own name.
    Name,
    Alias,
    /// Needs something that speaks for it.
    Weak,
    /// One letter for a province.
    Letter,
    /// It only sounds like the name.
    Sound,
}

/// One row a name can stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meaning {
    pub(crate) sense: usize,
    pub(crate) how: How,
    /// The place that an employer's name contains.
    pub(crate) seat: Option<usize>,
}

/// A name found in a text.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) meanings: Vec<Meaning>,
}

/// All names, built once.
#[derive(Debug)]
pub struct Lexicon {
    names: HashMap<String, Vec<Meaning>>,
    /// How long the names are that begin with a letter, in bytes, longest first.
    lengths: HashMap<char, Vec<usize>>,
    pub(crate) senses: Vec<Sense>,
    /// What follows a place in the example names of a pattern row (海关, 移动, 客运段), longest first.
    pub(crate) tails: Vec<(String, usize)>,
    /// The cities of the three own systems by the sound of their short names.
    sounds: HashMap<String, usize>,
}

/// Names being gathered.
#[derive(Default)]
struct Names(HashMap<String, Vec<Meaning>>);

impl Names {
    fn add(&mut self, name: &str, sense: usize, how: How) {
        let name = fold(name);
        let letters = name.chars().count();
        if name.is_empty() || (letters == 1 && how != How::Letter) {
            return;
        }
        let meanings = self.0.entry(name).or_default();
        match meanings.iter_mut().find(|m| m.sense == sense) {
            Some(known) if how == How::Weak => known.how = How::Weak,
            Some(_) => {}
            None => meanings.push(Meaning { sense, how, seat: None }),
        }
    }
}

impl Lexicon {
    /// Builds the automaton over the tables and the words that are no places.
    pub fn new(places: &Places, cues: &Cues) -> Self {
        let (mut names, mut senses) = (Names::default(), Vec::new());
        provinces(places, cues, &mut names, &mut senses);
        cities(places, cues, &mut names, &mut senses);
        schools(places, &mut names, &mut senses);
        let first_unit = senses.len();
        units(places, &mut names, &mut senses);
        let tails = patterns::seats_and_tails(&mut names.0, &senses, first_unit);
        words(cues, &mut names, &mut senses);
        let sounds = misspelt::add(places, cues, &senses, &mut names);
        let mut lengths: HashMap<char, Vec<usize>> = HashMap::new();
        for name in names.0.keys() {
            lengths.entry(name.chars().next().unwrap_or_default()).or_default().push(name.len());
        }
        for of in lengths.values_mut() {
            of.sort_unstable_by(|a, b| b.cmp(a));
            of.dedup();
        }
        Self { names: names.0, lengths, senses, tails, sounds }
    }

    /// The names in a text, in order, none inside a longer one.
    /// What is not taken hides nothing that begins within it.
    pub(crate) fn scan(&self, text: &str, taken: impl Fn(&Found) -> bool) -> Vec<Found> {
        let (mut all, mut at) = (Vec::new(), 0);
        while let Some(first) = text[at..].chars().next() {
            let found = self.longest(text, at, first).or_else(|| self.sounding(text, at)).filter(|found| taken(found));
            at = found.as_ref().map_or(at + first.len_utf8(), |f| f.end);
            all.extend(found);
        }
        all
    }

    fn longest(&self, text: &str, start: usize, first: char) -> Option<Found> {
        self.lengths.get(&first)?.iter().find_map(|len| {
            let end = start + len;
            let meanings = self.names.get(text.get(start..end)?)?;
            whole_word(text, start, end).then(|| Found { start, end, meanings: meanings.clone() })
        })
    }

    pub(crate) fn is_school(&self, sense: usize) -> bool {
        matches!(self.senses[sense].kind, Kind::School { .. })
    }

    /// Two places of one city, or a city and a place in it.
    pub(crate) fn same_city(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.senses[a], &self.senses[b]);
        let city = |s: &Sense| match s.kind {
            Kind::City { .. } if s.parent.is_empty() => s.name.clone(),
            Kind::City { .. } => s.parent.clone(),
            // A municipality is named as a province too.
            Kind::Province => format!("{}市", s.name),
            _ => String::new(),
        };
        a.province == b.province && !city(a).is_empty() && city(a) == city(b)
    }

    /// The schools that share a school's name and say which campus: 中国地质大学(武汉), 哈尔滨工业大学(深圳).
    pub(crate) fn campuses<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = &'a Sense> {
        self.senses.iter().filter(move |s| {
            matches!(s.kind, Kind::School { .. })
                && s.name.strip_prefix(stem).is_some_and(|rest| {
                    rest.starts_with(['（', '(']) || rest.ends_with("校区") || rest.ends_with("分校")
                })
        })
    }

    /// The school whose name a campus' name begins with.
    pub(crate) fn main_school(&self, campus: &str) -> Option<&Sense> {
        let schools = self.senses.iter().filter(|s| matches!(s.kind, Kind::School { .. }));
        schools
            .filter(|s| campus.len() > s.name.len() && campus.starts_with(s.name.as_str()))
            .max_by_key(|s| s.name.len())
    }
}

fn push(senses: &mut Vec<Sense>, kind: Kind, belongs: Belongs, name: &str, province: &str, parent: &str) -> usize {
    let index = senses.len();
    let (name, province, parent) = (name.to_owned(), province.to_owned(), parent.to_owned());
    senses.push(Sense { kind, belongs, name, province, parent, index });
    index
}

fn provinces(places: &Places, cues: &Cues, names: &mut Names, senses: &mut Vec<Sense>) {
    for row in &places.provinces {
        let sense = push(senses, Kind::Province, row.system, &row.name, &row.name, "");
        names.add(&row.name, sense, How::Name);
        for name in &row.short_names {
            match name.chars().count() {
                1 if cues.letters.contains(name.as_str()) => names.add(name, sense, How::Letter),
                1 => {}
                _ => names.add(name, sense, How::Name),
            }
        }
        for name in &row.pinyin {
            names.add(name, sense, How::Alias);
            let initials: String = row.name.as_str().to_pinyin().flatten().map(pinyin::Pinyin::first_letter).collect();
            if matches!(row.system, Belongs::To(s) if s != System::Central) {
                names.add(&initials, sense, How::Alias);
            }
        }
    }
    for region in &cues.regions {
        for name in &region.names {
            let sense = push(senses, Kind::Region, Belongs::To(region.system), name, "", "");
            names.add(name, sense, How::Name);
        }
    }
}

fn cities(places: &Places, cues: &Cues, names: &mut Names, senses: &mut Vec<Sense>) {
    for row in &places.cities {
        let kind = Kind::City { level: row.level, cross: row.cross_system, risk: row.word_risk };
        let parent = if row.parent == "省直辖" { "" } else { &row.parent };
        let sense = push(senses, kind, row.system, &row.name, &row.province, parent);
        names.add(&row.name, sense, How::Name);
        for name in &row.aliases {
            names.add(name, sense, if cues.ordinary.contains(name) { How::Weak } else { How::Alias });
        }
        // The names outside the three provinces matter less here: all of them are central.
        if row.level == Level::Prefecture || matches!(row.system, Belongs::To(s) if s != System::Central) {
            let short = row.name.trim_end_matches(['市', '区', '县', '盟']);
            for spelling in spellings(short) {
                if spelling.len() > 4 {
                    names.add(&spelling, sense, How::Alias);
                }
            }
        }
    }
}

fn schools(places: &Places, names: &mut Names, senses: &mut Vec<Sense>) {
    for row in &places.universities {
        let kind = Kind::School { ambiguous: row.ambiguous, guess: row.guess, army: row.army };
        let sense = push(senses, kind, row.system, &row.name, &row.province, &row.city);
        names.add(&row.name, sense, How::Name);
        if let Some(short) = without_college(&row.name) {
            names.add(short, sense, How::Alias);
        }
        if let Some((stem, campus)) = row.name.split_once('（') {
            names.add(&format!("{stem}{}", campus.replace('）', "")), sense, How::Alias);
        }
        for name in row.aliases.iter().flat_map(|a| a.split('/')) {
            names.add(name, sense, How::Alias);
        }
        // 广州校区 says nothing without its school; after a school it is that school's.
        for name in row.weak_aliases.iter().filter(|n| !n.ends_with("校区")) {
            names.add(name, sense, How::Weak);
        }
    }
}

fn units(places: &Places, names: &mut Names, senses: &mut Vec<Sense>) {
    for row in &places.units {
        let kind = Kind::Unit { kind: row.kind, ask: row.ask, alternative: row.alternative, committee: row.committee };
        let sense = push(senses, kind, row.system, &row.name, "", "");
        if row.kind == UnitKind::Pattern {
            // A name with XX in it names parts: 国家开发银行/农发行XX分行 is not the bank.
            for name in row.name.split('/').map(|n| n.trim_end_matches('等')) {
                if !row.name.contains(['X', '（']) && name.chars().count() > 3 {
                    names.add(name, sense, How::Name);
                }
            }
        } else {
            names.add(&row.name, sense, How::Name);
            if let Some(short) = without_form(&row.name) {
                names.add(short, sense, How::Alias);
            }
        }
        for name in row.aliases.iter().filter(|a| !a.contains("XX")) {
            names.add(name, sense, How::Alias);
        }
        for name in &row.weak_aliases {
            names.add(name, sense, How::Weak);
        }
        // 民航系统团委 is the committee of 民航系统, which says the same.
        if row.kind == UnitKind::Committee {
            for name in row.aliases.iter().filter_map(|a| a.strip_suffix("团委").or(a.strip_suffix("团工委"))) {
                if name.chars().count() > 3 {
                    names.add(name, sense, How::Alias);
                }
            }
        }
    }
}

fn words(cues: &Cues, names: &mut Names, senses: &mut Vec<Sense>) {
    for (kind, list) in [(Kind::Outside, &cues.outside), (Kind::Army, &cues.army), (Kind::Blocked, &cues.blocked)] {
        for name in list {
            let sense = push(senses, kind.clone(), Belongs::Ask, name, "", "");
            names.0.remove(&fold(name));
            names.add(name, sense, How::Name);
        }
    }
}

/// The ways to spell a name in Latin letters; a few at most.
fn spellings(name: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for letter in name.to_pinyin_multi() {
        let Some(letter) = letter else { return Vec::new() };
        let mut sounds: Vec<&str> = letter.into_iter().map(pinyin::Pinyin::plain).collect();
        sounds.sort_unstable();
        sounds.dedup();
        all = all.iter().flat_map(|s| sounds.iter().map(move |sound| format!("{s}{sound}"))).take(8).collect();
    }
    all
}

/// A company's name without its legal form: 中国人民保险集团股份有限公司 is called 中国人民保险.
fn without_form(name: &str) -> Option<&str> {
    let mut rest = name;
    for form in ["公司", "有限责任", "有限", "股份", "集团"] {
        rest = rest.strip_suffix(form).unwrap_or(rest);
    }
    (rest.len() < name.len() && rest.chars().count() > 4).then_some(rest)
}

/// A school's name without 大学, where the rest still says that it is one: 华南师范.
fn without_college(name: &str) -> Option<&str> {
    let rest = name.strip_suffix("大学")?;
    ["师范", "理工", "外国语", "农林", "中医药", "医科", "财经", "邮电", "政法"]
        .iter()
        .any(|w| rest.ends_with(w))
        .then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_in_one_form() {
        let forms = [("ＡＢＣ１２３", "abc123"), ("北京　大学", "北京 大学"), ("㈱", "(株)"), ("É", "e\u{301}")];
        for (one, other) in forms {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        // What is taken for a character of one form has one.
        for c in (0..=0xffff).filter_map(char::from_u32) {
            let text = format!("团{c}a");
            assert_eq!(fold(&text), text.nfkc().collect::<String>().to_lowercase(), "{c:?}");
        }
    }
}
