//! What the program says by itself: statements that no file refers to, and without which it would say nothing.
//!
//! The shipped file is the list of them, so whoever replaces knowledge may word them anew, but leave out none.

use crate::knowledge::Knowledge;
use crate::knowledge::problem::{Doc, Problem};

const FILE: &str = "service.toml";
const SHIPPED: &str = include_str!("../../knowledge/service.toml");

/// Those that are missing.
pub fn unspoken(known: &Knowledge) -> Vec<Problem> {
    let ids = SHIPPED.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'));
    let missing = ids.filter(|id| known.service(id).is_none());
    let at = Doc::new(FILE, "").at(0);
    missing
        .map(|id| Problem { at: at.clone(), message: format!("`{id}` is missing, which the program says") })
        .collect()
}
