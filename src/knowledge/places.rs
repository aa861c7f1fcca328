//! The places tables: provinces, cities, universities and employers, each with the system it belongs to.
//!
//! Four CSV files below `places/`; their columns are the fields of the rows below. [`load`] reads all of them,
//! reports every mistake with file, line and column, and keeps the rows that could be understood. Nothing here decides
//! what a text means: names stay as written, and `ask` stays `ask`.

mod table;

use std::collections::HashSet;

use super::files::Files;
use super::problem::Problems;
use super::terms::{Committee, System, Term};
use table::table;

/// The system a row names, or why it names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Belongs {
    /// This system.
    To(System),
    /// Not to be guessed.
    Ask,
    /// Not under a system committee: the place decides. Only for employers.
    Local,
}

impl Term for Belongs {
    const KIND: &'static str = "system";
    const ALL: &'static [Self] = &[
        Self::To(System::Central),
        Self::To(System::Guangdong),
        Self::To(System::Fujian),
        Self::To(System::Beijing),
        Self::Ask,
        Self::Local,
    ];
    fn code(self) -> &'static str {
        match self {
            Self::To(system) => system.code(),
            Self::Ask => "ask",
            Self::Local => "local",
        }
    }
}

impl Belongs {
    /// The system, where one is named.
    pub fn system(self) -> Option<System> {
        match self {
            Self::To(system) => Some(system),
            Self::Ask | Self::Local => None,
        }
    }
}

/// How large a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// 直辖市.
    Municipality,
    /// 地级市 and its equals.
    Prefecture,
    /// 县级市.
    CountyCity,
    /// 区.
    District,
    /// 县.
    County,
    /// A town, a street, a zone or a neighbourhood.
    Area,
}

impl Term for Level {
    const KIND: &'static str = "level";
    const ALL: &'static [Self] =
        &[Self::Municipality, Self::Prefecture, Self::CountyCity, Self::District, Self::County, Self::Area];
    fn code(self) -> &'static str {
        match self {
            Self::Municipality => "municipality",
            Self::Prefecture => "prefecture",
            Self::CountyCity => "county_city",
            Self::District => "district",
            Self::County => "county",
            Self::Area => "area",
        }
    }
}

/// What a row of the employers' table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// One organization.
    Org,
    /// A system committee itself.
    Committee,
    /// A way of naming; the aliases are examples and XX stands for a place or a number.
    Pattern,
}

impl Term for UnitKind {
    const KIND: &'static str = "kind";
    const ALL: &'static [Self] = &[Self::Org, Self::Committee, Self::Pattern];
    fn code(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::Committee => "committee",
            Self::Pattern => "pattern",
        }
    }
}

/// One province.
#[derive(Debug, Clone)]
pub struct Province {
    /// The short form used everywhere (`广东`).
    pub name: String,
    /// All forms, the one-character ones among them.
    pub short_names: Vec<String>,
    /// Spellings in Latin letters.
    pub pinyin: Vec<String>,
    /// Its system; `ask` for Hong Kong, Macau and Taiwan.
    pub system: Belongs,
}

/// One city, district, county or neighbourhood.
#[derive(Debug, Clone)]
pub struct City {
    /// The full name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// The province's short name.
    pub province: String,
    /// The prefecture-level unit it lies in; empty for those themselves.
    pub parent: String,
    /// How large it is.
    pub level: Level,
    /// Its system.
    pub system: Belongs,
    /// A namesake belongs to another system.
    pub cross_system: bool,
    /// The name is also an ordinary word, a road or a brand.
    pub word_risk: bool,
}

/// One school or campus.
#[derive(Debug, Clone)]
pub struct University {
    /// The name as a member recognises it.
    pub name: String,
    /// Other names, the weak ones not among them.
    pub aliases: Vec<String>,
    /// Names shared with others or with ordinary words.
    pub weak_aliases: Vec<String>,
    /// The city where it stands; empty where that is the question.
    pub city: String,
    /// The province where it stands.
    pub province: String,
    /// Its system.
    pub system: Belongs,
    /// Several campuses go by this name.
    pub ambiguous: bool,
    /// What to expect after asking.
    pub guess: Option<System>,
    /// A military academy: its members go by a special unit.
    pub army: bool,
}

/// One employer, committee or way of naming employers.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The name.
    pub name: String,
    /// Other names, the weak ones not among them.
    pub aliases: Vec<String>,
    /// Names shared with others or with ordinary words.
    pub weak_aliases: Vec<String>,
    /// The system committee it is under, or looks like being under.
    pub committee: Committee,
    /// Its system.
    pub system: Belongs,
    /// What the row stands for.
    pub kind: UnitKind,
    /// The system is settled but which committee is not, or the row is to be asked about.
    pub ask: bool,
    /// What to expect after asking: a system, a committee, or the place's own.
    pub alternative: Option<Alternative>,
}

/// The other side of a question about an employer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alternative {
    /// The system of the place where it stands.
    Local,
    /// This system.
    System(System),
    /// This committee instead.
    Committee(Committee),
}

/// The four tables.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// provinces.csv.
    pub provinces: Vec<Province>,
    /// cities.csv.
    pub cities: Vec<City>,
    /// universities.csv.
    pub universities: Vec<University>,
    /// system_committees.csv.
    pub units: Vec<Unit>,
}

impl Places {
    /// The province with this short name.
    pub fn province(&self, name: &str) -> Option<&Province> {
        self.provinces.iter().find(|p| p.name == name)
    }
}

const PROVINCES: &[&str] = &["name", "short_names", "english_pinyin", "system", "note"];
const CITIES: &[&str] = &[
    "name",
    "aliases",
    "province",
    "parent",
    "level",
    "system",
    "ambiguous_with",
    "cross_system",
    "word_risk",
    "note",
];
const UNIVERSITIES: &[&str] = &[
    "name",
    "aliases",
    "campus",
    "city",
    "province",
    "system",
    "ambiguous",
    "guess",
    "confidence",
    "weak_aliases",
    "level",
    "tier",
    "note",
];
const UNITS: &[&str] =
    &["name", "aliases", "weak_aliases", "committee", "system", "confidence", "kind", "ask", "alt_system", "note"];

/// Reads the four tables and reports every mistake in them.
pub fn load(files: &Files, problems: &Problems) -> Places {
    // Names count as known even where the rest of their row is wrong, so that one mistake is told once.
    let mut known_provinces = HashSet::new();
    let provinces = table(files, problems, "places/provinces.csv", PROVINCES, |row, seen| {
        let name = row.required("name")?;
        known_provinces.insert(name.to_owned());
        row.once(seen, name.to_owned())?;
        let system = row.belongs(false);
        Some(Province {
            name: name.to_owned(),
            short_names: row.list("short_names"),
            pinyin: row
                .get("english_pinyin")
                .split('/')
                .map(|p| p.trim().to_owned())
                .filter(|p| !p.is_empty())
                .collect(),
            system: system?,
        })
    });
    let (mut parents, mut in_province, mut known_cities) = (Vec::new(), HashSet::new(), HashSet::new());
    let cities = table(files, problems, "places/cities.csv", CITIES, |row, seen| {
        let (name, parent) = (row.required("name"), row.get("parent"));
        let province = row.required("province").and_then(|_| row.known("province", &known_provinces));
        let (level, system) = (row.term("level"), row.belongs(false));
        let (cross, risk) = (row.flag("cross_system"), row.flag("word_risk"));
        let name = name?;
        known_cities.insert(name.to_owned());
        in_province.insert((name.to_owned(), row.get("province").to_owned()));
        row.once(seen, format!("{name}\u{1f}{}\u{1f}{parent}", row.get("province")))?;
        if !parent.is_empty() && parent != "省直辖" {
            parents.push((row.at("parent"), (parent.to_owned(), row.get("province").to_owned())));
        }
        Some(City {
            name: name.to_owned(),
            aliases: row.list("aliases"),
            province: province?.to_owned(),
            parent: parent.to_owned(),
            level: level?,
            system: system?,
            cross_system: cross?,
            word_risk: risk?,
        })
    });
    for (at, unit) in &parents {
        if !in_province.contains(unit) {
            problems.add(at, format!("no row for `{}` in `{}`", unit.0, unit.1));
        }
    }
    let universities = table(files, problems, "places/universities.csv", UNIVERSITIES, |row, seen| {
        let (name, system, ambiguous) = (row.required("name"), row.belongs(false), row.flag("ambiguous"));
        let (city, province) = (row.known("city", &known_cities), row.known("province", &known_provinces));
        let guess = row.optional_term("guess");
        let name = name?;
        row.once(seen, name.to_owned())?;
        let weak_aliases = row.weak();
        Some(University {
            name: name.to_owned(),
            aliases: row.strong(&weak_aliases),
            weak_aliases,
            city: city?.to_owned(),
            province: province?.to_owned(),
            system: system?,
            ambiguous: ambiguous?,
            guess,
            army: row.get("tier") == "军队院校",
        })
    });
    let units = table(files, problems, "places/system_committees.csv", UNITS, |row, seen| {
        let (name, committee, system) = (row.required("name"), row.term("committee"), row.belongs(true));
        let (kind, ask, alternative) = (row.term("kind"), row.yes("ask"), row.alternative());
        let name = name?;
        row.once(seen, name.to_owned())?;
        let weak_aliases = row.weak();
        Some(Unit {
            name: name.to_owned(),
            aliases: row.strong(&weak_aliases),
            weak_aliases,
            committee: committee?,
            system: system?,
            kind: kind?,
            ask: ask?,
            alternative,
        })
    });
    Places { provinces, cities, universities, units }
}

#[cfg(test)]
mod tests;
