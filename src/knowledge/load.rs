//! From files to [`Knowledge`], with every mistake on the way.

mod examples;
mod families;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::files::Files;
use super::model::{
    Case, Cite, CommitteeName, Contact, Contacts, Deadline, Entry, Note, Route, Source, Statement, Step, Warning, When,
};
use super::problem::{At, Doc, Problems};
use super::read::{Found, Table, document};
use super::terms::{Effect, Level, Rank, System, Term};
use super::{Knowledge, limits};

/// What the readers of all files share: the ids seen so far and the references to check at the end.
pub(super) struct Loader<'p> {
    problems: &'p Problems,
    positions: HashMap<String, At>,
    sources: BTreeSet<String>,
    cited: Vec<(At, String)>,
    reused: Vec<(At, String)>,
    asked: HashMap<String, At>,
    /// Entries that families name, each for a system, and those that examples name.
    related: Vec<(At, String, Option<System>)>,
    /// Statements of the assistant's own that examples name.
    said: Vec<(At, String)>,
}

impl<'p> Loader<'p> {
    pub(super) fn new(problems: &'p Problems) -> Self {
        Self {
            problems,
            positions: HashMap::new(),
            sources: BTreeSet::new(),
            cited: vec![],
            reused: vec![],
            asked: HashMap::new(),
            related: vec![],
            said: vec![],
        }
    }

    /// Reads everything but the places and the language files.
    pub(super) fn load(mut self, files: &Files) -> Knowledge {
        let mut known = Knowledge::default();
        self.file(files, "sources.toml", |l, t| known.sources = l.sources(t));
        self.file(files, "contacts.toml", |l, t| known.contacts = l.contacts(t));
        self.file(files, "service.toml", |l, t| {
            let day = l.file_day(t);
            known.service = l.statements(t, "statement", day).into_iter().map(|s| (s.id.clone(), s)).collect();
        });
        for system in System::ALL {
            let path = format!("routes/{}.toml", system.code());
            self.file(files, &path, |l, t| {
                if let Some(route) = l.route(t, *system) {
                    known.routes.push(route);
                }
                known.committees.extend(l.committees(t));
            });
        }
        self.folder(files, "cases/", |l, t| known.cases.extend(l.case(t)));
        self.folder(files, "faq/", |l, t| {
            let day = l.file_day(t);
            known.faq.extend(t.tables("entry").iter().filter_map(|e| l.entry(e, day)));
        });
        self.file(files, "examples.toml", |l, t| known.examples = l.examples(t));
        self.file(files, "families.toml", |l, t| known.families = l.families(t));
        self.references(&known);
        known.positions = self.positions;
        known
    }

    fn file(&mut self, files: &Files, path: &str, read: impl FnOnce(&mut Self, &Table<'_>)) {
        match files.get(path) {
            Some(text) => document(&Doc::new(path, text), self.problems, |table| read(self, table)),
            None => {
                let at = Doc::new(path, "").at(0);
                self.problems.add(&at, "this file is missing");
            }
        }
    }

    fn folder(&mut self, files: &Files, folder: &str, mut read: impl FnMut(&mut Self, &Table<'_>)) {
        for (path, text) in files.under(folder) {
            document(&Doc::new(path, text), self.problems, |table| read(self, table));
        }
    }

    /// The day on which a file's statements were last compared with their sources, unless one says otherwise.
    fn file_day(&self, table: &Table<'_>) -> NaiveDate {
        table.date("checked_on").unwrap_or_else(|| {
            if !table.has("checked_on") {
                self.problems.add(table.at(), "missing key `checked_on`");
            }
            NaiveDate::default()
        })
    }

    fn claim(&mut self, id: &Found<String>) {
        let well_formed = id.value.split('.').all(|part| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
        });
        if !well_formed {
            self.problems.add(&id.at, format!("id `{}` must be lower-case words joined by dots", id.value));
        }
        if let Some(first) = self.positions.get(&id.value) {
            let message = format!("duplicate id `{}`, first used at {}:{}", id.value, first.file, first.line);
            self.problems.add(&id.at, message);
        } else {
            self.positions.insert(id.value.clone(), id.at.clone());
        }
    }

    fn cites(&mut self, table: &Table<'_>, key: &'static str) -> Vec<Cite> {
        let mut cites = Vec::new();
        for found in table.strings(key) {
            let (source, section) = found.value.split_once(' ').unwrap_or((&found.value, ""));
            let section = section.trim();
            if !section.is_empty() && !section.starts_with('§') {
                self.problems.add(&found.at, format!("section `{section}` must begin with §"));
            }
            let section = section.strip_prefix('§').unwrap_or(section);
            cites.push(Cite { source: source.into(), section: section.into() });
            self.cited.push((found.at.clone(), source.to_owned()));
        }
        cites
    }

    /// A statement whose id is given, not read.
    fn saying(&mut self, table: &Table<'_>, id: String, day: NaiveDate) -> Option<Statement> {
        let text = table.string("text");
        let cites = self.cites(table, "cites");
        let known = table.term_or("known", Level::Documented);
        let year = table.number("year").map(|n| n.value);
        let checked_on = table.date("checked_on").unwrap_or(day);
        let text = text?;
        for message in limits::of_text(&text.value, known, cites.is_empty()) {
            self.problems.add(&text.at, message);
        }
        let has_placeholders = text.value.contains('{');
        Some(Statement { id, text: text.value, has_placeholders, known, cites, year, checked_on })
    }

    fn statement(&mut self, table: &Table<'_>, day: NaiveDate) -> Option<Statement> {
        let id = table.string("id");
        if let Some(id) = &id {
            self.claim(id);
        }
        let saying = self.saying(table, id.map(|i| i.value).unwrap_or_default(), day);
        saying.filter(|s| !s.id.is_empty())
    }

    fn statements(&mut self, table: &Table<'_>, key: &'static str, day: NaiveDate) -> Vec<Statement> {
        let mut all = Vec::new();
        for table in table.tables(key) {
            all.extend(self.statement(&table, day));
            table.finish();
        }
        all
    }

    fn when(&self, table: &Table<'_>) -> When {
        let Some(when) = table.table("when") else { return When::default() };
        let read = When {
            from: when.terms("from"),
            to: when.terms("to"),
            committee: when.boolean("committee"),
            known_there: when.boolean("known_there"),
            role: when.terms("role"),
        };
        when.finish();
        read
    }

    fn step(&mut self, table: &Table<'_>, day: NaiveDate) -> Option<Step> {
        let says = self.statement(table, day);
        let mut notes = Vec::new();
        for note in table.tables("note") {
            let says = self.statement(&note, day);
            let (kind, when) = (note.term("kind"), self.when(&note));
            note.finish();
            if let (Some(says), Some(kind)) = (says, kind) {
                notes.push(Note { says, kind, when });
            }
        }
        let (legs, phase, actor) = (table.terms("legs"), table.term("phase"), table.term("actor"));
        let when = self.when(table);
        table.finish();
        Some(Step { says: says?, legs, phase: phase?, actor: actor?, when, notes })
    }

    fn deadline(&mut self, table: &Table<'_>, day: NaiveDate) -> Option<Deadline> {
        let says = self.statement(table, day);
        let (legs, duty, days) = (table.terms("legs"), table.term("duty"), table.number("days"));
        let (from, by, when) = (table.term("from"), table.term("by"), self.when(table));
        let start_known = table.term_or("start_known", Level::Documented);
        let if_missed = table.table("if_missed").and_then(|missed| {
            let id = says.as_ref().map(|s| format!("{}.missed", s.id)).unwrap_or_default();
            let says = self.saying(&missed, id, day);
            missed.finish();
            says
        });
        if !table.has("days") {
            self.problems.add(table.at(), "missing key `days`");
        }
        table.finish();
        let (says, days) = (says?, days?);
        if says.year.is_some() {
            self.problems.add(table.at(), format!("`{}`: a year's arrangement never yields a date", says.id));
        }
        if !limits::names_number(&says.text, days.value) {
            let message = format!("`days` is {} but the text does not say so: {}", days.value, says.text);
            self.problems.add(&days.at, message);
        }
        let (duty, from, by) = (duty?, from?, by?);
        Some(Deadline { says, legs, duty, days: days.value, from, by, when, start_known, if_missed })
    }

    fn warnings(&mut self, table: &Table<'_>, key: &'static str, day: NaiveDate) -> Vec<Warning> {
        let mut all = Vec::new();
        for warning in table.tables(key) {
            let says = self.statement(&warning, day);
            let (legs, when) = (warning.terms("legs"), self.when(&warning));
            warning.finish();
            all.extend(says.map(|says| Warning { says, legs, when }));
        }
        all
    }

    fn route(&mut self, table: &Table<'_>, expected: System) -> Option<Route> {
        let day = self.file_day(table);
        let (system, name, short) = (table.term::<System>("system"), table.string("name"), table.string("short"));
        if system.is_some_and(|s| s != expected) {
            self.problems.add(table.at(), format!("this file is for `{}`", expected.code()));
        }
        for part in ["step", "deadline", "warning"].into_iter().flat_map(|key| table.tables(key)) {
            if !part.has("legs") {
                self.problems.add(part.at(), "missing key `legs`");
            }
        }
        let steps = table.tables("step").iter().filter_map(|t| self.step(t, day)).collect();
        let deadlines = table.tables("deadline").iter().filter_map(|t| self.deadline(t, day)).collect();
        let warnings = self.warnings(table, "warning", day);
        let lookup = self.statements(table, "lookup", day);
        Some(Route { system: system?, name: name?.value, short: short?.value, steps, deadlines, warnings, lookup })
    }

    fn committees(&mut self, table: &Table<'_>) -> Vec<CommitteeName> {
        let mut all = Vec::new();
        for entry in table.tables("committee") {
            let (committee, name, org) = (entry.term("id"), entry.string("name"), entry.string("org"));
            let _ = self.cites(&entry, "cites");
            entry.finish();
            if let (Some(committee), Some(name), Some(org)) = (committee, name, org) {
                all.push(CommitteeName { committee, name: name.value, org: org.value });
            }
        }
        all
    }

    fn case(&mut self, table: &Table<'_>) -> Option<Case> {
        let day = self.file_day(table);
        let (id, name, effect) = (table.term("id"), table.string("name"), table.term("effect"));
        let names = table.strings("names").into_iter().map(|n| n.value).collect();
        let unless = table.strings("unless").into_iter().map(|n| n.value).collect();
        let reuse = table.strings("reuse");
        if effect.is_some_and(|e| e != Effect::Replaces) && !reuse.is_empty() {
            self.problems.add(&reuse[0].at, "`reuse` is only for a case that replaces the destination");
        }
        for part in ["placement", "step", "warning"].into_iter().flat_map(|key| table.tables(key)) {
            if part.has("legs") {
                self.problems.add(part.at(), "`legs` is for routes; a case has none");
            }
        }
        self.reused.extend(reuse.iter().map(|r| (r.at.clone(), r.value.clone())));
        let placement = self.warnings(table, "placement", day);
        let steps = table.tables("step").iter().filter_map(|t| self.step(t, day)).collect();
        let warnings = self.warnings(table, "warning", day);
        let reuse = reuse.into_iter().map(|r| r.value).collect();
        Some(Case { id: id?, name: name?.value, effect: effect?, names, unless, reuse, placement, steps, warnings })
    }

    fn entry(&mut self, table: &Table<'_>, day: NaiveDate) -> Option<Entry> {
        let (id, topic, ask) = (table.string("id"), table.string("topic"), table.strings("ask"));
        if let Some(id) = &id {
            self.claim(id);
        }
        if let Some(topic) = &topic
            && let Some(message) = limits::of_label(&topic.value).or_else(|| limits::of_draft(&topic.value))
        {
            self.problems.add(&topic.at, message);
        }
        if ask.len() < limits::PHRASINGS {
            let message =
                format!("an entry needs at least {} ways to ask it, here are {}", limits::PHRASINGS, ask.len());
            self.problems.add(table.at(), message);
        }
        self.once(&ask);
        let (systems, cases) = (table.terms("systems"), table.terms("cases"));
        let words = table.strings("words").into_iter().map(|w| w.value).collect();
        let id = id.map(|i| i.value).unwrap_or_default();
        let mut says = Vec::new();
        for (number, saying) in table.tables("say").iter().enumerate() {
            says.extend(self.saying(saying, format!("{id}.{}", number + 1), day));
            saying.finish();
        }
        table.finish();
        let length: usize = says.iter().map(|s| s.text.chars().count()).sum();
        if says.is_empty() {
            self.problems.add(table.at(), format!("`{id}` has no answer"));
        } else if length > limits::ANSWER {
            self.problems
                .add(table.at(), format!("`{id}`: the answer has {length} characters, at most {}", limits::ANSWER));
        }
        let ask = ask.into_iter().map(|a| a.value).collect();
        Some(Entry { id, topic: topic?.value, ask, systems, cases, words, says })
    }

    /// The ways of asking of a table; each may stand in one place alone.
    fn asked_once(&mut self, table: &Table<'_>) -> Vec<String> {
        let ask = table.strings("ask");
        self.once(&ask);
        ask.into_iter().map(|phrase| phrase.value).collect()
    }

    fn once(&mut self, ask: &[Found<String>]) {
        for phrase in ask {
            if let Some(message) = limits::of_draft(&phrase.value) {
                self.problems.add(&phrase.at, message);
            }
            if let Some(first) = self.asked.insert(phrase.value.clone(), phrase.at.clone()) {
                let message = format!("`{}` is asked before, at {}:{}", phrase.value, first.file, first.line);
                self.problems.add(&phrase.at, message);
            }
        }
    }

    fn sources(&mut self, table: &Table<'_>) -> BTreeMap<String, Source> {
        let mut all = BTreeMap::new();
        for source in table.tables("source") {
            let (id, title, publisher) =
                (source.string("id"), source.string("title"), source.optional_string("publisher"));
            let (date, url) = (source.optional_string("date"), source.optional_string("url"));
            let (rank, checked_on) = (source.term::<Rank>("rank"), self.file_day(&source));
            source.finish();
            if let Some(id) = &id {
                self.claim(id);
                // Known even where the rest of its table is wrong, so that one mistake is told once.
                self.sources.insert(id.value.clone());
            }
            if let (Some(id), Some(title), Some(rank)) = (id, title, rank) {
                let text = |found: Option<Found<String>>| found.map(|f| f.value).unwrap_or_default();
                let (publisher, date, url) = (text(publisher), text(date), text(url));
                all.insert(id.value, Source { title: title.value, publisher, date, url, rank, checked_on });
            }
        }
        all
    }

    fn contacts(&mut self, table: &Table<'_>) -> Contacts {
        let fallback = table.string("fallback").map(|f| f.value).unwrap_or_default();
        let mut all = Vec::new();
        for contact in table.tables("contact") {
            let (id, name, phone) = (contact.string("id"), contact.string("name"), contact.string("phone"));
            let system = contact.optional_string("system").and_then(|s| System::parse(&s.value));
            let school = contact.optional_string("school").map(|s| s.value);
            let _ = contact.date("checked_on");
            contact.finish();
            if let Some(id) = &id {
                self.claim(id);
            }
            if let (Some(id), Some(name), Some(phone)) = (id, name, phone) {
                all.push(Contact { id: id.value, system, school, name: name.value, phone: phone.value });
            }
        }
        Contacts { all, fallback }
    }

    /// What can only be checked when everything is read.
    fn references(&self, known: &Knowledge) {
        for (at, source) in &self.cited {
            if !self.sources.contains(source) {
                self.problems.add(at, format!("unknown source `{source}`"));
            }
        }
        for (at, id) in &self.said {
            if known.service(id).is_none() {
                self.problems.add(at, format!("unknown statement `{id}`"));
            }
        }
        for (at, id, system) in &self.related {
            match known.faq.iter().find(|e| e.id == *id) {
                None => self.problems.add(at, format!("unknown entry `{id}`")),
                Some(entry) => {
                    if let Some(system) = system.filter(|system| !entry.systems.contains(system)) {
                        self.problems.add(at, format!("`{id}` is not about {}", system.code()));
                    }
                }
            }
        }
        let steps: BTreeSet<&str> = known.routes.iter().flat_map(|r| &r.steps).map(|s| s.says.id.as_str()).collect();
        for (at, id) in &self.reused {
            if !steps.contains(id.as_str()) {
                self.problems.add(at, format!("`reuse` names `{id}`, which is no step of a route"));
            }
        }
    }
}
