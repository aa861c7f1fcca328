//! The labelled places: names that a plain substring matcher gets wrong.

use zhuanjie::knowledge::terms::{System, Term};
use zhuanjie::language::ends::Single;

use super::{engine, folder};

/// The bar for the share of traps that are read as labelled, in per cent.
const RIGHT: usize = 95;

#[test]
fn places_are_read_as_labelled() {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let mut rows = csv::Reader::from_path(folder("tests/data/traps.csv")).unwrap();
    let (mut all, mut failed) = (0, Vec::new());
    for row in rows.records() {
        let row = row.unwrap();
        let (text, expected) = (&row[0], &row[1]);
        let read = match engine().understand(text, today).ends.single() {
            Single::One(system) | Single::Default(system) => system.code(),
            Single::Ask => "ask",
        };
        assert!(expected == "ask" || System::parse(expected).is_some(), "{text}: {expected} is no label");
        all += 1;
        if read != expected {
            failed.push(format!("{text}: {read}, expected {expected} ({})", &row[2]));
        }
    }
    println!("{} of {all} fail:\n{}", failed.len(), failed.join("\n"));
    assert!((all - failed.len()) * 100 >= all * RIGHT, "fewer than {RIGHT} % of the traps");
}
