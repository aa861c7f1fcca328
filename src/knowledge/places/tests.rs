//! The shipped tables are whole, and a mistake in them is told with its place.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

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
        ("provinces", "Tianjin,central", "Tianjin,local", "places/provinces.csv:3:21: `local` is only for employers"),
        ("provinces", "Tianjin,central,", "Tianjin,central", "places/provinces.csv:3:28: 4 fields, expected 5"),
        ("cities", "丰台区,丰台,北京,", "丰台区,丰台,北景,", "places/cities.csv:4:8: unknown province `北景`"),
        ("cities", "丰台区,丰台,北京,北京市", "丰台区,丰台,北京,东京市", "places/cities.csv:4:11: no row for `东京市`"),
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
    assert!(problems_after("provinces", ",central,\r\n河北", ",x,\r\n河").len() > 2);
}
