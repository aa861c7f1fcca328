//! 10,000 entries made of the built-in ones, by a recipe that leaves nothing to chance.

use std::collections::{HashMap, HashSet};

use zhuanjie::knowledge::model::Entry;
use zhuanjie::knowledge::places::Places;
use zhuanjie::knowledge::terms::System;

/// How many entries are generated.
const GENERATED: usize = 10_000;
/// The cities that have numbered branches.
const CITIES: usize = 4;

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
pub(crate) fn generated(built_in: &[Entry], places: &Places) -> Vec<Entry> {
    let copies = GENERATED.div_ceil(built_in.len());
    let settings: Vec<Setting> = settings(places);
    let mut lists: HashMap<&[System], Vec<(String, String)>> = HashMap::new();
    let one = |number: usize| {
        let entry = &built_in[number % built_in.len()];
        // An entry about one system is not set into another.
        let fits = |s: &&Setting| entry.systems.is_empty() || entry.systems.contains(&s.system);
        let list = lists.entry(&entry.systems).or_insert_with(|| spread(settings.iter().filter(fits), copies));
        let (name, alias) = &list[number / built_in.len()];
        set(entry, number, name, alias)
    };
    (0..GENERATED).map(one).collect()
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
