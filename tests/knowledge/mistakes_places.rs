//! Every kind of mistake an author can make in the tables of `places/`.

use crate::broken::copy;

const PROVINCES: &str = "places/provinces.csv";
const CITIES: &str = "places/cities.csv";
const UNIVERSITIES: &str = "places/universities.csv";
const UNITS: &str = "places/system_committees.csv";

#[test]
fn a_missing_table() {
    copy().without(UNITS).reports(&["missing file"]);
}

#[test]
fn a_header_that_is_not_the_tables() {
    copy()
        .swap(PROVINCES, "name,short_names", "¦name,short_name")
        .reports_among(&["the first line must be `name,short_names,english_pinyin,system,note`"]);
}

#[test]
fn a_row_with_too_few_and_one_with_too_many_fields() {
    copy()
        .swap(PROVINCES, "Tianjin,central,", "Tianjin,central¦")
        .swap(CITIES, "district,beijing,,0,0,\r", "district,beijing,,0,0,,¦\r")
        .reports_among(&["11 fields, expected 10", "4 fields, expected 5"]);
}

#[test]
fn a_quote_that_is_not_closed() {
    copy()
        .swap(UNIVERSITIES, "\n清华大学,", "\n¦\"清华大学,")
        .reports_among(&["a double quote that is not closed, or not doubled inside a quoted field"]);
}

#[test]
fn words_that_the_column_does_not_know() {
    copy()
        .swap(PROVINCES, "Tianjin,central", "Tianjin,¦tianjin")
        .swap(UNITS, ",railway,", ",¦rail,")
        .swap(UNITS, ",org,", ",¦organ,")
        .reports_among(&["unknown system `tianjin`", "unknown committee `rail`", "unknown kind `organ`"]);
}

#[test]
fn a_place_that_is_no_place() {
    copy()
        .swap(CITIES, "丰台区,丰台,北京,", "丰台区,丰台,¦北景,")
        .swap(UNIVERSITIES, "清华园,,北京市,", "清华园,,¦北景市,")
        .reports_among(&["unknown province `北景`", "unknown city `北景市`"]);
}

#[test]
fn a_row_that_stands_twice() {
    copy().swap(CITIES, "密云区,密云;密云县", "¦丰台区,密云").reports_among(&["`丰台区` stands here twice"]);
}

#[test]
fn a_flag_that_is_neither_yes_nor_no() {
    copy()
        .swap(CITIES, "district,beijing,,0,0,\r", "district,beijing,,0,¦2,\r")
        .reports(&["`word_risk` must be 0 or 1, not `2`"]);
}
