//! `zhuanjie check`: everything that is wrong with knowledge and dialogs, then counts.

use std::io::Write;

use chrono::{Days, Local, NaiveDate};
use serde::Serialize;
use serde_json::{Map, Value};

use super::arguments::{CheckOptions, Trees};
use super::{Failure, files, input};
use crate::assistant::{self, Loaded};
use crate::knowledge::Knowledge;

pub(super) fn run(options: &CheckOptions, trees: &Trees) -> Result<(), Failure> {
    let (knowledge, dialogs) = files(trees)?;
    let Loaded { known, places, trees, plans, mut problems } = assistant::check(&knowledge, &dialogs);
    if problems.is_empty() {
        problems = assistant::unspoken(&known);
    }
    let places = places.provinces.len() + places.cities.len() + places.universities.len() + places.units.len();
    let counts = [
        ("routes", known.routes.len() * known.routes.len()),
        ("cases", known.cases.len()),
        ("faq", known.faq.len()),
        ("statements", known.statements().count()),
        ("dialogs", trees.len()),
        ("nodes", trees.iter().map(|t| t.nodes.len()).sum()),
        ("places", places),
        ("sources", known.sources.len()),
        ("plans", plans),
    ];
    let mut out = std::io::stdout().lock();
    let old = match &options.older_than {
        Some(age) => old(&known, before(age, options.today.as_deref())?),
        None => Vec::new(),
    };
    if options.json {
        let problems = problems.iter().map(|p| ShownProblem {
            file: &p.at.file,
            line: p.at.line,
            column: p.at.column,
            message: &p.message,
        });
        let counts = counts.iter().map(|(name, count)| ((*name).to_owned(), (*count).into()));
        let old = old.iter().map(|(day, id)| ShownOld { id, checked_on: day.to_string() });
        let shown = Shown { problems: problems.collect(), counts: counts.collect(), old: old.collect() };
        input::answer(&mut out, &shown)?;
    } else {
        problems.iter().try_for_each(|p| writeln!(out, "{p}"))?;
        old.iter().try_for_each(|(day, id)| writeln!(out, "due for another look: {id}, checked on {day}"))?;
        let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
        writeln!(out, "{} problems; {}", problems.len(), counts.join(", "))?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems) }
}

#[derive(Serialize)]
struct Shown<'a> {
    problems: Vec<ShownProblem<'a>>,
    counts: Map<String, Value>,
    old: Vec<ShownOld<'a>>,
}

#[derive(Serialize)]
struct ShownProblem<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct ShownOld<'a> {
    id: &'a str,
    checked_on: String,
}

/// The day before which a look is too long ago.
fn before(age: &str, today: Option<&str>) -> Result<NaiveDate, Failure> {
    let days = age.strip_suffix('d').and_then(|d| d.parse().ok());
    let days = days.ok_or_else(|| Failure::Input(format!("--older-than: `{age}` is not of the form 180d")))?;
    let today = match today {
        Some(day) => day.parse().map_err(|_| Failure::Input(format!("--today: `{day}` is not a date")))?,
        None => Local::now().date_naive(),
    };
    today.checked_sub_days(Days::new(days)).ok_or_else(|| Failure::Input(format!("--older-than: `{age}` is too long")))
}

fn old(known: &Knowledge, before: NaiveDate) -> Vec<(NaiveDate, String)> {
    let statements = known.statements().map(|s| (s.checked_on, s.id.clone()));
    let sources = known.sources.iter().map(|(id, s)| (s.checked_on, id.clone()));
    let mut all: Vec<_> = statements.chain(sources).filter(|(day, _)| *day < before).collect();
    all.sort();
    all
}
