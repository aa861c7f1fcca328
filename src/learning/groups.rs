//! Questions that are alike, as groups that keep their names.
//!
//! Leaders: questions are taken in the order of the day on which they were first asked, and each joins the group whose
//! first question it shares the most words with, by their weight, or begins a group of its own. The weights are those
//! of the knowledge, and who comes later changes nothing of what came before; so a group and its name, which is made
//! from the words of its first question, stay while that question is kept and the knowledge is the same. When
//! retention has taken the first question, or new knowledge weighs words otherwise, groups may be cut anew; any
//! question's own name still finds the group in which it is now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::words::{CROWD, GAP, Vocabulary};
use crate::knowledge::Knowledge;
use crate::store::{Lesson, Miss};

/// The least share that two questions have in common of the words of both, by weight, in hundredths.
const ALIKE: u64 = 45;
/// So many words, ways of asking and nearest entries are shown of a group.
const WORDS: usize = 6;
const PHRASES: usize = 8;
const NEAREST: usize = 3;
/// What names are made of, in characters: none that can be taken for another one.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const NAME: usize = 8;

/// Questions that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is called: lower-case letters and digits.
    pub name: String,
    /// How often each lesson was to be learnt, in the order of [`Lesson::ALL`].
    pub times: [u32; Lesson::ALL.len()],
    /// The first day on which it was asked,
    pub first: NaiveDate,
    /// and the last.
    pub last: NaiveDate,
    /// The words that say most of what it is about; those that may be shown.
    pub words: Vec<String>,
    /// How it was asked, most often first, with `…` for what is not shown.
    pub asked: Vec<(String, u32)>,
    /// What came nearest, most often first.
    pub nearest: Vec<Nearest>,
}

/// What came nearest to questions, or answered them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The id of an entry or statement.
    pub id: String,
    /// The topic of an entry; none for a statement, or where there is none of this id any more.
    pub topic: Option<String>,
    /// How often.
    pub times: u32,
}

/// All groups.
pub struct Groups {
    /// Those asked most often first.
    pub all: Vec<Group>,
    /// The group in which each question is, by the question's own name.
    names: HashMap<String, usize>,
}

/// A group that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'g> {
    /// It is there.
    Same(&'g Group),
    /// Its first question is in another group now.
    Within(&'g Group),
}

/// One way of asking, with all of its rows.
struct Asked<'r> {
    text: &'r str,
    /// Its words that weigh something, by number, sorted.
    bag: Vec<usize>,
    first: NaiveDate,
    rows: Vec<&'r (Miss, u32)>,
}

impl Group {
    /// How often it was asked.
    pub fn count(&self) -> u32 {
        self.times.iter().sum()
    }
}

impl Groups {
    /// Groups what was kept.
    pub fn of(rows: &[(Miss, u32)], vocabulary: &Vocabulary<'_>, known: &Knowledge) -> Self {
        let words = Words::of(rows, vocabulary);
        let asked = words.asked(rows);
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (at, group) in words.led(&asked).into_iter().enumerate() {
            match members.get_mut(group) {
                Some(group) => group.push(at),
                None => members.push(vec![at]),
            }
        }
        let mut all: Vec<(Group, Vec<usize>)> = members
            .into_iter()
            .map(|members| (words.group(&members.iter().map(|at| &asked[*at]).collect::<Vec<_>>(), known), members))
            .collect();
        all.sort_by(|(a, _), (b, _)| (b.count(), b.last).cmp(&(a.count(), a.last)).then_with(|| a.name.cmp(&b.name)));
        let mut names = HashMap::new();
        for (place, (_, members)) in all.iter().enumerate() {
            for at in members {
                names.entry(words.name(&asked[*at].bag)).or_insert(place);
            }
        }
        Self { all: all.into_iter().map(|(group, _)| group).collect(), names }
    }

    /// The group of this name, or the one in which the first question of that group is now.
    pub fn find(&self, name: &str) -> Option<Found<'_>> {
        let name = name.trim().to_lowercase();
        if let Some(same) = self.all.iter().find(|group| group.name == name) {
            return Some(Found::Same(same));
        }
        self.names.get(&name).map(|place| Found::Within(&self.all[*place]))
    }
}

/// Every word that was kept, once.
struct Words<'r> {
    numbers: HashMap<&'r str, usize>,
    all: Vec<&'r str>,
    weights: Vec<u64>,
    /// May it be shown?
    shown: Vec<bool>,
}

impl<'r> Words<'r> {
    fn of(rows: &'r [(Miss, u32)], vocabulary: &Vocabulary<'_>) -> Self {
        let mut days: BTreeMap<&str, BTreeSet<NaiveDate>> = BTreeMap::new();
        for (miss, _) in rows {
            for word in miss.words.split(' ').filter(|word| !word.is_empty()) {
                days.entry(word).or_default().insert(miss.day);
            }
        }
        let all: Vec<&str> = days.keys().copied().collect();
        Self {
            numbers: all.iter().enumerate().map(|(number, word)| (*word, number)).collect(),
            weights: all.iter().map(|word| vocabulary.weight(word)).collect(),
            shown: days.iter().map(|(word, days)| days.len() >= CROWD || vocabulary.is_ours(word)).collect(),
            all,
        }
    }

    /// Every way of asking, in the order of the day on which it was first seen.
    fn asked(&self, rows: &'r [(Miss, u32)]) -> Vec<Asked<'r>> {
        let mut ways: BTreeMap<&str, Vec<&(Miss, u32)>> = BTreeMap::new();
        for row in rows {
            ways.entry(&row.0.words).or_default().push(row);
        }
        let mut asked: Vec<Asked<'_>> = ways
            .into_iter()
            .filter_map(|(text, rows)| {
                let first = rows.iter().map(|(miss, _)| miss.day).min()?;
                let numbers = text.split(' ').filter_map(|word| self.numbers.get(word).copied());
                let mut bag: Vec<usize> = numbers.filter(|number| self.weights[*number] > 0).collect();
                bag.sort_unstable();
                bag.dedup();
                Some(Asked { text, bag, first, rows })
            })
            .collect();
        asked.sort_by_key(|asked| (asked.first, asked.text));
        asked
    }

    fn sum(&self, bag: &[usize]) -> u64 {
        bag.iter().map(|number| self.weights[*number]).sum()
    }

    /// The group that each way of asking belongs to; a new number begins a group.
    fn led(&self, asked: &[Asked<'_>]) -> Vec<usize> {
        // What the first question of each group weighs, and in which groups' first questions a word is.
        let (mut leaders, mut led_by): (Vec<u64>, Vec<Vec<usize>>) = (Vec::new(), vec![Vec::new(); self.all.len()]);
        let mut nothing = None;
        let mut shared: Vec<u64> = Vec::new();
        let mut groups = Vec::with_capacity(asked.len());
        for Asked { bag, .. } in asked {
            let own = self.sum(bag);
            shared.clear();
            shared.resize(leaders.len(), 0);
            for number in bag {
                led_by[*number].iter().for_each(|leader| shared[*leader] += self.weights[*number]);
            }
            let alike = shared.iter().enumerate().filter(|(_, both)| **both > 0).map(|(leader, both)| {
                let hundredths = both * 100 / (own + leaders[leader] - both);
                (hundredths, std::cmp::Reverse(leader))
            });
            let best = alike.max().filter(|(hundredths, _)| *hundredths >= ALIKE).map(|(_, leader)| leader.0);
            // Questions without a word that says something are alike in that.
            let best = if bag.is_empty() { nothing } else { best };
            groups.push(best.unwrap_or_else(|| {
                let new = leaders.len();
                leaders.push(own);
                bag.iter().for_each(|number| led_by[*number].push(new));
                nothing = nothing.or(bag.is_empty().then_some(new));
                new
            }));
        }
        groups
    }

    /// The name that a question gives to a group which begins with it.
    fn name(&self, bag: &[usize]) -> String {
        let words: Vec<&str> = bag.iter().map(|number| self.all[*number]).collect();
        let hash = Sha256::digest(words.join(" "));
        let bits = hash.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..NAME).map(|at| char::from(LETTERS[(bits >> (5 * at) & 31) as usize])).collect()
    }

    fn group(&self, asked: &[&Asked<'_>], known: &Knowledge) -> Group {
        let rows = || asked.iter().flat_map(|asked| asked.rows.iter().copied());
        let times = Lesson::ALL.map(|lesson| rows().filter(|(m, _)| m.lesson == lesson).map(|(_, times)| times).sum());
        let mut words: HashMap<usize, u64> = HashMap::new();
        let mut phrases: HashMap<String, u32> = HashMap::new();
        for asked in asked {
            let times: u32 = asked.rows.iter().map(|(_, times)| times).sum();
            for number in asked.bag.iter().filter(|number| self.shown[**number]) {
                *words.entry(*number).or_default() += self.weights[*number] * u64::from(times);
            }
            *phrases.entry(self.phrase(asked.text)).or_default() += times;
        }
        let mut nearest: HashMap<String, u32> = HashMap::new();
        for (miss, times) in rows().filter(|(miss, _)| !miss.nearest.is_empty()) {
            *nearest.entry(miss.nearest.clone()).or_default() += times;
        }
        let topic = |id: &str| known.faq.iter().find(|entry| entry.id == id).map(|entry| entry.topic.clone());
        let days = || rows().map(|(miss, _)| miss.day);
        Group {
            name: self.name(asked.first().map_or(&[], |first| &first.bag)),
            times,
            first: days().min().unwrap_or_default(),
            last: days().max().unwrap_or_default(),
            words: most(words, WORDS).into_iter().map(|(number, _)| self.all[number].to_owned()).collect(),
            asked: most(phrases, PHRASES),
            nearest: most(nearest, NEAREST)
                .into_iter()
                .map(|(id, times)| Nearest { topic: topic(&id), id, times })
                .collect(),
        }
    }

    /// A text as it may be shown.
    fn phrase(&self, text: &str) -> String {
        let shown = |word: &&str| self.numbers.get(word).is_some_and(|number| self.shown[*number]);
        let mut words: Vec<&str> = text.split(' ').map(|word| Some(word).filter(shown).unwrap_or(GAP)).collect();
        words.dedup_by(|a, b| *a == GAP && *b == GAP);
        words.join(" ")
    }
}

/// Those with the highest count; of equal ones the first in their own order.
fn most<K: Ord, N: Ord + Copy>(counted: HashMap<K, N>, how_many: usize) -> Vec<(K, N)> {
    let mut all: Vec<(K, N)> = counted.into_iter().collect();
    all.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    all.truncate(how_many);
    all
}
