//! What is asked of all three: entries, and questions of which everybody knows the right entry.
//!
//! Each fifth phrasing of an entry is a question and stands in no index. Nothing here is left to chance.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zhuanjie::knowledge::Knowledge;
use zhuanjie::knowledge::files::Files;
use zhuanjie::knowledge::model::Entry;
use zhuanjie::knowledge::places::{self, Places};
use zhuanjie::knowledge::problem::Problems;
use zhuanjie::knowledge::terms::{System, Term};

use crate::forms::{Form, Forms};

/// Every phrasing that is at such a place, counted from one, is asked.
const ASKED: usize = 5;
/// How many entries are generated.
const GENERATED: usize = 10_000;
/// So many timed answers at least are behind a median.
const SAMPLES: usize = 5_000;
/// The cities that have numbered branches.
const CITIES: usize = 4;
/// Of more questions only so many are asked, evenly spread.
const QUESTIONS: usize = 1_000;

/// One size of the comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    BuiltIn,
    Generated,
}

/// An entry as the others read it.
#[derive(Serialize)]
struct Exported<'a> {
    id: &'a str,
    ask: &'a [String],
    topic: &'a str,
    about: String,
}

/// A question.
#[derive(Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) entry: String,
    pub(crate) form: Form,
}

/// What is asked, and how often for the times.
#[derive(Serialize, Deserialize)]
pub(crate) struct Questions {
    pub(crate) rounds: usize,
    pub(crate) asked: Vec<Question>,
}

/// Writes one size into a folder: `knowledge/` for ours, `entries.json` for the others, `questions.json` for all.
pub(crate) fn write(knowledge: &Files, size: Size, folder: &Path) -> io::Result<Questions> {
    let known = Knowledge::load(knowledge, &Problems::default());
    let mut entries = match size {
        Size::BuiltIn => known.faq.clone(),
        Size::Generated => generated(&known.faq, &places::load(knowledge, &Problems::default())),
    };
    let phrasings: Vec<&str> = entries.iter().flat_map(|e| &e.ask).map(String::as_str).collect();
    let forms = Forms::new(&phrasings);
    let mut held: Vec<(String, String)> = Vec::new();
    for entry in &mut entries {
        let mut at = 0;
        entry.ask.retain(|ask| {
            at += 1;
            if at % ASKED == 0 {
                held.push((ask.clone(), entry.id.clone()));
            }
            at % ASKED != 0
        });
    }
    let every = held.len().div_ceil(QUESTIONS);
    // An odd step, so that no way of writing a place is left out.
    let held: Vec<_> = held.into_iter().step_by(every | 1).collect();
    let rounds = SAMPLES.div_ceil(held.len());
    let mut asked = Vec::new();
    for form in Form::ALL {
        asked.extend(held.iter().map(|(text, entry)| Question {
            text: forms.of(form, text),
            entry: entry.clone(),
            form,
        }));
    }
    let questions = Questions { rounds, asked };

    let tree = folder.join("knowledge");
    if tree.exists() {
        std::fs::remove_dir_all(&tree)?;
    }
    let rest = knowledge.under("").filter(|(path, _)| !path.starts_with("faq/"));
    let faq = toml(&entries);
    for (path, text) in rest.chain([("faq/ranking.toml", faq.as_str())]) {
        let path = tree.join(path);
        std::fs::create_dir_all(path.parent().unwrap())?;
        std::fs::write(path, text)?;
    }
    let exported: Vec<Exported<'_>> = entries.iter().map(exported).collect();
    std::fs::write(folder.join("entries.json"), serde_json::to_string(&exported)?)?;
    std::fs::write(folder.join("questions.json"), serde_json::to_string(&questions)?)?;
    Ok(questions)
}

/// The same texts that our index has of an entry.
fn exported(entry: &Entry) -> Exported<'_> {
    let answer: Vec<&str> = entry.says.iter().map(|s| s.text.as_str()).collect();
    let about = format!("{} {}", entry.words.join(" "), answer.join(" "));
    Exported { id: &entry.id, ask: &entry.ask, topic: &entry.topic, about }
}

/// Entries as `knowledge/faq/` has them. A string of JSON is one of TOML too.
fn toml(entries: &[Entry]) -> String {
    let string = |text: &str| serde_json::to_string(text).unwrap();
    let list = |all: Vec<String>| format!("[{}]", all.join(", "));
    let day = entries[0].says[0].checked_on;
    let mut text = format!("checked_on = {day}\n");
    for entry in entries {
        let mut line = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
        line("\n[[entry]]\nid", string(&entry.id));
        line("topic", string(&entry.topic));
        line("ask", list(entry.ask.iter().map(|a| string(a)).collect()));
        line("words", list(entry.words.iter().map(|w| string(w)).collect()));
        line("systems", list(entry.systems.iter().map(|s| string(s.code())).collect()));
        line("cases", list(entry.cases.iter().map(|c| string(c.code())).collect()));
        for says in &entry.says {
            line("[[entry.say]]\ntext", string(&says.text));
            line("cites", list(says.cites.iter().map(|c| string(&c.to_string())).collect()));
            line("known", string(says.known.code()));
            if let Some(year) = says.year {
                line("year", year.to_string());
            }
        }
    }
    text
}

/// What a setting is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    City,
    School,
    Unit,
}

/// Where a generated entry plays.
struct Setting {
    kind: Kind,
    name: String,
    alias: String,
    system: System,
}

impl Setting {
    fn new(kind: Kind, name: &str, aliases: &[String], system: Option<System>) -> Option<Self> {
        let alias = aliases.iter().find(|a| a.chars().count() > 1).map_or(name, String::as_str);
        Some(Self { kind, name: name.to_owned(), alias: alias.to_owned(), system: system? })
    }
}

/// Every built-in entry in every setting, as far as there is room: an entry differs from forty others by its setting
/// alone, from two hundred by its question alone, and branches of one city differ by a number.
fn generated(built_in: &[Entry], places: &Places) -> Vec<Entry> {
    let copies = GENERATED.div_ceil(built_in.len());
    let settings: Vec<Setting> = settings(places);
    let mut lists: HashMap<&[System], Vec<(String, String)>> = HashMap::new();
    let mut one = |number: usize| {
        let entry = &built_in[number % built_in.len()];
        // An entry about one system is not set into another.
        let fits = |s: &&Setting| entry.systems.is_empty() || entry.systems.contains(&s.system);
        let list = lists.entry(&entry.systems).or_insert_with(|| spread(settings.iter().filter(fits), copies));
        let (name, alias) = &list[number / built_in.len()];
        set(entry, number, name, alias)
    };
    (0..GENERATED).map(&mut one).collect()
}

/// Cities, schools and employers with a name that no other has.
fn settings(places: &Places) -> Vec<Setting> {
    let cities = places.cities.iter().filter(|c| !c.word_risk && !c.cross_system);
    let schools = places.universities.iter().filter(|u| !u.ambiguous && !u.army);
    let units = places.units.iter().filter(|u| !u.ask && !u.name.contains(['X', '/', '（']));
    let cities = cities.filter_map(|c| Setting::new(Kind::City, &c.name, &c.aliases, c.system.system()));
    let schools = schools.filter_map(|u| Setting::new(Kind::School, &u.name, &u.aliases, u.system.system()));
    let units = units.filter_map(|u| Setting::new(Kind::Unit, &u.name, &u.aliases, u.system.system()));
    let mut seen = HashSet::new();
    let mut new = |s: &Setting| {
        let known = seen.contains(&s.name) || seen.contains(&s.alias);
        seen.extend([s.name.clone(), s.alias.clone()]);
        !known
    };
    cities.chain(schools).chain(units).filter(|s| new(s)).collect()
}

/// So many settings, as a name and another one for it: a sixth each is cities, schools and employers from all over the
/// tables, the rest are numbered branches in a few of the cities.
fn spread<'a>(settings: impl Iterator<Item = &'a Setting>, wanted: usize) -> Vec<(String, String)> {
    let settings: Vec<&Setting> = settings.collect();
    let mut all = Vec::new();
    for kind in [Kind::City, Kind::School, Kind::Unit] {
        let of: Vec<&&Setting> = settings.iter().filter(|s| s.kind == kind).collect();
        let step = (of.len() / (wanted / 6)).max(1);
        all.extend(of.iter().step_by(step).take(wanted / 6).map(|s| (s.name.clone(), s.alias.clone())));
    }
    let cities: Vec<&&Setting> = settings.iter().filter(|s| s.kind == Kind::City).take(CITIES).collect();
    for at in 0..wanted {
        let (city, number) = (cities[at % cities.len()], 1 + at / cities.len());
        all.push((format!("{}第{number}团支部", city.name), format!("{}{number}支部", city.alias)));
    }
    all.truncate(wanted);
    all
}

/// An entry set into a place.
fn set(entry: &Entry, number: usize, name: &str, alias: &str) -> Entry {
    let mut new = entry.clone();
    new.id = format!("generated.{number}");
    new.topic = format!("{alias}{}", entry.topic).chars().take(20).collect();
    for (at, ask) in new.ask.iter_mut().enumerate() {
        let place = if at % 2 == 0 { name } else { alias };
        *ask = match at % 4 {
            0 => format!("{place}，{ask}"),
            1 => format!("{ask}，{place}"),
            2 => format!("在{place}，{ask}"),
            _ => format!("我是{place}的，{ask}"),
        };
    }
    for (at, says) in new.says.iter_mut().enumerate() {
        says.id = format!("{}.{}", new.id, at + 1);
    }
    if let Some(first) = new.says.first_mut() {
        first.text = format!("{name}：{}", first.text);
    }
    new
}
