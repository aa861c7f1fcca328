//! Every statement of routes and cases can be found by what it says.

use zhuanjie::knowledge::Knowledge;
use zhuanjie::knowledge::model::Statement;
use zhuanjie::knowledge::problem::Problems;

use super::{engine, files};

/// How far down the list a statement may stand when asked for in its own words.
const AMONG: usize = 5;
/// The bar for the share of statements that are found so, in per cent.
const FOUND: usize = 97;

#[test]
fn every_statement_is_found_by_what_it_says() {
    let known = Knowledge::load(&files("knowledge"), &Problems::default());
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let steps = known.routes.iter().flat_map(|r| &r.steps).chain(known.cases.iter().flat_map(|c| &c.steps));
    let steps = steps.flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
    let deadlines = known.routes.iter().flat_map(|r| &r.deadlines).map(|d| &d.says);
    let warnings = known.routes.iter().flat_map(|r| &r.warnings).map(|w| &w.says);
    let all: Vec<&Statement> = steps.chain(deadlines).chain(warnings).collect();
    let missed: Vec<&Statement> = all
        .iter()
        .filter(|says| {
            let understood = engine().understand(&says.text.replace(['{', '}'], " "), today);
            // A sentence that stands word for word in two places is found in either.
            let same = |id: &str| id == says.id || all.iter().any(|other| other.id == id && other.text == says.text);
            !understood.hits.iter().take(AMONG).any(|hit| same(hit.target.id()))
        })
        .copied()
        .collect();
    let lines: Vec<String> = missed.iter().map(|s| format!("{}: {}", s.id, s.text)).collect();
    println!("{} of {} not found:\n{}", missed.len(), all.len(), lines.join("\n"));
    assert!((all.len() - missed.len()) * 100 >= all.len() * FOUND);
}
