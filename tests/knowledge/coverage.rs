//! `tests/coverage.csv`: every sentence of the two guides, every section of the cases and every row of the questions
//! names what carries it, or why it is left out.

use std::collections::{BTreeMap, BTreeSet};

use zhuanjie::knowledge::Knowledge;
use zhuanjie::plan::space::situations;
use zhuanjie::plan::{Happened, plan};

use crate::{KNOWN, folder};

const HEADER: [&str; 5] = ["origin", "section", "statement", "ids", "reason"];
const FAQ_ROWS: usize = 95;
const CASE_SECTIONS: usize = 20;

struct Row {
    line: u64,
    origin: String,
    section: String,
    ids: Vec<String>,
    reason: String,
}

fn rows() -> Vec<Row> {
    let path = folder("tests/coverage.csv");
    let mut reader = csv::Reader::from_path(&path).unwrap();
    assert_eq!(reader.headers().unwrap(), &HEADER[..]);
    let row = |record: csv::StringRecord| Row {
        line: record.position().map_or(0, csv::Position::line),
        origin: record[0].trim().to_owned(),
        section: record[1].trim().to_owned(),
        ids: record[3].split([';', ' ', '|', '、']).filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        reason: record[4].trim().to_owned(),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Every id there is; an entry's own id stands for its answer.
fn known_ids(known: &Knowledge) -> BTreeSet<&str> {
    known.statements().map(|s| s.id.as_str()).chain(known.faq.iter().map(|e| e.id.as_str())).collect()
}

/// Ids that some reply carries: plans of the whole rule space, what search finds, and the ways to look oneself up.
fn reachable(known: &Knowledge) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    for situation in situations(known) {
        if let Ok(plan) = plan(known, &situation, &Happened::new()) {
            all.extend(plan.statements().map(|s| s.id.as_str()));
        }
    }
    // Search indexes every entry, and every statement of routes and cases, details too.
    all.extend(
        known.faq.iter().flat_map(|e| std::iter::once(&e.id).chain(e.says.iter().map(|s| &s.id))).map(String::as_str),
    );
    for route in &known.routes {
        all.extend(route.steps.iter().flat_map(|s| s.notes.iter().map(|n| n.says.id.as_str())));
        all.extend(route.steps.iter().map(|s| s.says.id.as_str()));
        all.extend(
            route.deadlines.iter().flat_map(|d| std::iter::once(&d.says).chain(&d.if_missed)).map(|s| s.id.as_str()),
        );
        all.extend(route.warnings.iter().map(|w| w.says.id.as_str()));
        all.extend(route.lookup.iter().map(|s| s.id.as_str()));
    }
    for case in &known.cases {
        all.extend(case.steps.iter().flat_map(|s| s.notes.iter().map(|n| n.says.id.as_str())));
        all.extend(case.steps.iter().map(|s| s.says.id.as_str()));
        all.extend(case.placement.iter().chain(&case.warnings).map(|w| w.says.id.as_str()));
    }
    all
}

#[test]
fn every_statement_of_the_sources_is_carried_or_left_out_with_a_reason() {
    let (known, reached) = (known_ids(&KNOWN), reachable(&KNOWN));
    let mut wrong = Vec::new();
    for row in rows() {
        let place = format!("tests/coverage.csv:{}", row.line);
        if row.ids.is_empty() && row.reason.is_empty() {
            wrong.push(format!("{place}: {} {} is blank", row.origin, row.section));
        }
        for id in &row.ids {
            if !known.contains(id.as_str()) {
                wrong.push(format!("{place}: unknown id `{id}`"));
            } else if !reached.contains(id.as_str()) && !id.starts_with("service.") {
                wrong.push(format!("{place}: no reply can reach `{id}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn both_guides_all_cases_and_all_questions_are_listed() {
    let mut sections: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows() {
        *counts.entry(row.origin.clone()).or_default() += 1;
        sections.entry(row.origin).or_default().insert(row.section);
    }
    let of = |part: &str| counts.iter().filter(|(origin, _)| origin.contains(part)).map(|(_, n)| n).sum::<usize>();
    assert_eq!(of("faq"), FAQ_ROWS, "{counts:?}");
    let cases: BTreeSet<&str> = sections
        .iter()
        .filter(|(origin, _)| origin.contains("cases"))
        .flat_map(|(_, all)| all.iter())
        .map(|section| section.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty()).unwrap_or(section))
        .collect();
    assert_eq!(cases.len(), CASE_SECTIONS, "{cases:?}");
    assert!(of("guangdong-guide") > 40 && of("beijing-2023") > 20, "{counts:?}");
}
