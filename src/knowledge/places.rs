//! The places tables: provinces, cities, universities and employers, each with the system it belongs to.
//!
//! Four CSV files below `places/`; their columns are described in the tables' own README. [`load`] reads all of them,
//! reports every mistake with file, line and column, and keeps the rows that could be understood. Nothing here decides
//! what a text means: names stay as written, and `ask` stays `ask`.

use std::collections::HashSet;

use csv::StringRecord;

use super::files::Files;
use super::problem::{At, Doc, Problems};
use super::terms::{Committee, System, Term};

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
    let mut places = Places::default();
    // Names count as known even where the rest of their row is wrong, so that one mistake is told once.
    let mut provinces = HashSet::new();
    table(files, problems, "places/provinces.csv", PROVINCES, |row, seen| {
        let name = row.required("name")?;
        provinces.insert(name.to_owned());
        row.once(seen, name.to_owned())?;
        let system = row.belongs(false);
        Some(places.provinces.push(Province {
            name: name.to_owned(),
            short_names: row.list("short_names"),
            pinyin:
                row.get("english_pinyin").split('/').map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect(),
            system: system?,
        }))
    });
    let (mut parents, mut cities, mut known) = (Vec::new(), HashSet::new(), HashSet::new());
    table(files, problems, "places/cities.csv", CITIES, |row, seen| {
        let (name, province, parent) = (row.required("name"), row.known("province", &provinces), row.get("parent"));
        let (level, system) = (row.term("level"), row.belongs(false));
        let (cross, risk) = (row.flag("cross_system"), row.flag("word_risk"));
        let name = name?;
        known.insert(name.to_owned());
        cities.insert((name.to_owned(), row.get("province").to_owned()));
        row.once(seen, format!("{name}\u{1f}{}\u{1f}{parent}", row.get("province")))?;
        if !parent.is_empty() && parent != "省直辖" {
            parents.push((row.at("parent"), (parent.to_owned(), row.get("province").to_owned())));
        }
        Some(places.cities.push(City {
            name: name.to_owned(),
            aliases: row.list("aliases"),
            province: province?.to_owned(),
            parent: parent.to_owned(),
            level: level?,
            system: system?,
            cross_system: cross?,
            word_risk: risk?,
        }))
    });
    for (at, unit) in &parents {
        if !cities.contains(unit) {
            problems.add(at, format!("no row for `{}` in `{}`", unit.0, unit.1));
        }
    }
    table(files, problems, "places/universities.csv", UNIVERSITIES, |row, seen| {
        let (name, system, ambiguous) = (row.required("name"), row.belongs(false), row.flag("ambiguous"));
        let (city, province) = (row.known("city", &known), row.known("province", &provinces));
        let guess = row.optional_term("guess");
        let name = name?;
        row.once(seen, name.to_owned())?;
        let weak_aliases = row.weak();
        Some(places.universities.push(University {
            name: name.to_owned(),
            aliases: row.strong(&weak_aliases),
            weak_aliases,
            city: city?.to_owned(),
            province: province?.to_owned(),
            system: system?,
            ambiguous: ambiguous?,
            guess,
            army: row.get("tier") == "军队院校",
        }))
    });
    table(files, problems, "places/system_committees.csv", UNITS, |row, seen| {
        let (name, committee, system) = (row.required("name"), row.term("committee"), row.belongs(true));
        let (kind, ask, alternative) = (row.term("kind"), row.yes("ask"), row.alternative());
        let name = name?;
        row.once(seen, name.to_owned())?;
        let weak_aliases = row.weak();
        Some(places.units.push(Unit {
            name: name.to_owned(),
            aliases: row.strong(&weak_aliases),
            weak_aliases,
            committee: committee?,
            system: system?,
            kind: kind?,
            ask: ask?,
            alternative,
        }))
    });
    places
}

/// One row being read; every getter reports what is wrong with its own field.
struct Row<'a> {
    doc: &'a Doc<'a>,
    problems: &'a Problems,
    columns: &'static [&'static str],
    record: &'a StringRecord,
    start: usize,
}

/// Reads one file row by row; `read` returns `None` where the row cannot be used and has said why.
fn table(
    files: &Files,
    problems: &Problems,
    file: &str,
    columns: &'static [&'static str],
    mut read: impl FnMut(&Row<'_>, &mut HashSet<String>) -> Option<()>,
) {
    let Some(text) = files.get(file) else {
        problems.add(&At { file: file.into(), line: 1, column: 1 }, "missing file");
        return;
    };
    let doc = Doc::new(file, text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let (mut record, mut seen, mut header) = (StringRecord::new(), HashSet::new(), true);
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.add(&doc.at(0), error.to_string());
                break;
            }
        }
        // The reader leaves a line end it has not consumed to the next record.
        let from = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        let blank = text[from..].len() - text[from..].trim_start_matches(['\r', '\n']).len();
        let row = Row { doc: &doc, problems, columns, record: &record, start: from + blank };
        if header {
            header = false;
            if record.iter().ne(columns.iter().copied()) {
                row.problem(0, format!("the first line must be `{}`", columns.join(",")));
                return;
            }
            continue;
        }
        let broken = record.iter().position(|f| f.contains(['"', '\n']));
        if let Some(i) = broken {
            row.problem(i, "a double quote that is not closed, or not doubled inside a quoted field");
        } else if record.len() != columns.len() {
            let i = record.len().min(columns.len());
            row.problem(i, format!("{} fields, expected {}", record.len(), columns.len()));
        } else {
            read(&row, &mut seen);
        }
    }
    if header {
        problems.add(&doc.at(0), format!("the first line must be `{}`", columns.join(",")));
    }
}

impl<'a> Row<'a> {
    fn index(&self, column: &str) -> usize {
        self.columns.iter().position(|c| *c == column).unwrap_or(0)
    }

    fn get(&self, column: &str) -> &'a str {
        self.record.get(self.index(column)).unwrap_or_default().trim()
    }

    fn at(&self, column: &str) -> At {
        self.field(self.index(column))
    }

    /// Where a field begins. Found by walking the line, as only mistakes need it.
    fn field(&self, index: usize) -> At {
        let (mut quoted, mut left) = (false, index);
        let line = &self.doc.text[self.start..];
        for (i, c) in line.char_indices() {
            if left == 0 {
                return self.doc.at(self.start + i);
            }
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => left -= 1,
                '\r' | '\n' if !quoted => return self.doc.at(self.start + i),
                _ => {}
            }
        }
        self.doc.at(self.doc.text.len())
    }

    fn problem(&self, index: usize, message: impl Into<String>) {
        self.problems.add(&self.field(index), message);
    }

    fn wrong<T>(&self, column: &str, message: impl Into<String>) -> Option<T> {
        self.problem(self.index(column), message);
        None
    }

    fn required(&self, column: &str) -> Option<&'a str> {
        match self.get(column) {
            "" => self.wrong(column, format!("`{column}` is empty")),
            value => Some(value),
        }
    }

    fn once(&self, seen: &mut HashSet<String>, key: String) -> Option<()> {
        let shown = self.get("name");
        if seen.insert(key) { Some(()) } else { self.wrong("name", format!("`{shown}` stands here twice")) }
    }

    fn list(&self, column: &str) -> Vec<String> {
        self.get(column).split(';').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
    }

    fn weak(&self) -> Vec<String> {
        let (weak, all) = (self.list("weak_aliases"), self.list("aliases"));
        for name in weak.iter().filter(|w| !all.contains(w)) {
            self.problem(self.index("weak_aliases"), format!("`{name}` is not one of the aliases"));
        }
        weak
    }

    fn strong(&self, weak: &[String]) -> Vec<String> {
        self.list("aliases").into_iter().filter(|a| !weak.contains(a)).collect()
    }

    fn term<T: Term>(&self, column: &str) -> Option<T> {
        let value = self.get(column);
        T::parse(value)
            .or_else(|| self.wrong(column, format!("unknown {} `{value}`, expected one of {}", T::KIND, T::codes())))
    }

    fn optional_term<T: Term>(&self, column: &str) -> Option<T> {
        if self.get(column).is_empty() { None } else { self.term(column) }
    }

    fn belongs(&self, local: bool) -> Option<Belongs> {
        match self.term("system")? {
            Belongs::Local if !local => self.wrong("system", "`local` is only for employers"),
            belongs => Some(belongs),
        }
    }

    fn flag(&self, column: &str) -> Option<bool> {
        match self.get(column) {
            "0" => Some(false),
            "1" => Some(true),
            other => self.wrong(column, format!("`{column}` must be 0 or 1, not `{other}`")),
        }
    }

    fn yes(&self, column: &str) -> Option<bool> {
        match self.get(column) {
            "" => Some(false),
            "yes" => Some(true),
            other => self.wrong(column, format!("`{column}` must be yes or empty, not `{other}`")),
        }
    }

    fn known(&self, column: &str, names: &HashSet<String>) -> Option<&'a str> {
        match self.get(column) {
            "" if column == "province" && self.columns == CITIES => self.required(column),
            "" => Some(""),
            value if names.contains(value) => Some(value),
            value => self.wrong(column, format!("unknown {column} `{value}`")),
        }
    }

    fn alternative(&self) -> Option<Alternative> {
        let value = self.get("alt_system");
        match value {
            "" => None,
            "local" => Some(Alternative::Local),
            _ => System::parse(value)
                .map(Alternative::System)
                .or_else(|| Committee::parse(value).map(Alternative::Committee))
                .or_else(|| self.wrong("alt_system", format!("unknown system or committee `{value}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["provinces", "cities", "universities", "system_committees"];

    fn shipped() -> Files {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge");
        Files::of(NAMES.map(|n| {
            let path = format!("places/{n}.csv");
            (path.clone(), std::fs::read_to_string(format!("{root}/{path}")).unwrap())
        }))
    }

    fn problems_after(table: &str, from: &str, to: &str) -> Vec<String> {
        let (mut files, path) = (shipped(), format!("places/{table}.csv"));
        let text = files.get(&path).unwrap();
        assert!(text.contains(from), "{from}");
        files.set(&path, text.replacen(from, to, 1));
        let problems = Problems::default();
        load(&files, &problems);
        problems.into_sorted().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_shipped_tables_are_whole() {
        let problems = Problems::default();
        let places = load(&shipped(), &problems);
        assert_eq!(problems.into_sorted(), []);
        let counts = [places.provinces.len(), places.cities.len(), places.universities.len(), places.units.len()];
        assert_eq!(counts, [34, 1192, 1680, 390]);
    }

    #[test]
    fn every_mistake_has_its_place() {
        for (table, from, to, expected) in [
            ("provinces", "Tianjin,central", "Tianjin,tianjin", "places/provinces.csv:3:21: unknown system `tianjin`"),
            (
                "provinces",
                "Tianjin,central",
                "Tianjin,local",
                "places/provinces.csv:3:21: `local` is only for employers",
            ),
            ("provinces", "Tianjin,central,", "Tianjin,central", "places/provinces.csv:3:28: 4 fields, expected 5"),
            ("cities", "丰台区,丰台,北京,", "丰台区,丰台,北景,", "places/cities.csv:4:8: unknown province `北景`"),
            (
                "cities",
                "丰台区,丰台,北京,北京市",
                "丰台区,丰台,北京,东京市",
                "places/cities.csv:4:11: no row for `东京市`",
            ),
            (
                "cities",
                "district,beijing,,0,0,\r",
                "district,beijing,,0,2,\r",
                "places/cities.csv:4:35: `word_risk` must be 0 or 1",
            ),
            ("cities", "丰台区,丰台", "\"丰台区,丰台", "places/cities.csv:4:1: a double quote that is not closed"),
            ("cities", "密云区,密云;密云县", "丰台区,密云", "places/cities.csv:6:1: `丰台区` stands here twice"),
            ("universities", "name,aliases", "name,alias", "places/universities.csv:1:1: the first line must be"),
            ("system_committees", ",railway,", ",rail,", "places/system_committees.csv:2:53: unknown committee `rail`"),
            ("system_committees", ",org,", ",organ,", "unknown kind `organ`, expected one of org, committee, pattern"),
        ] {
            let found = problems_after(table, from, to);
            assert!(found.iter().any(|p| p.contains(expected)), "{expected}\n{found:#?}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        assert_eq!(problems_after("provinces", ",central,\r\n河北", ",x,\r\n河").len() > 2, true);
    }
}
