//! Reads which entries are the same question of different systems.

use std::collections::BTreeMap;

use super::Loader;
use crate::knowledge::model::Family;
use crate::knowledge::read::{Found, Table};
use crate::knowledge::terms::{System, Term};

/// Fewer are no family.
const LEAST: usize = 2;

impl Loader<'_> {
    pub(super) fn families(&mut self, table: &Table<'_>) -> Vec<Family> {
        table.tables("family").iter().filter_map(|t| self.family(t)).collect()
    }

    fn family(&mut self, table: &Table<'_>) -> Option<Family> {
        let (id, leg) = (table.string("id"), table.optional_term("leg"));
        let mut entries = BTreeMap::new();
        for system in System::ALL {
            let Some(Found { value, at }) = table.optional_string(system.code()) else { continue };
            self.related.push((at, value.clone(), Some(*system)));
            entries.insert(*system, value);
        }
        let mut from = BTreeMap::new();
        if let Some(table) = table.table("from") {
            for system in System::ALL {
                from.extend(table.optional_term(system.code()).map(|origin: System| (*system, origin)));
            }
            table.finish();
        }
        table.finish();
        let id = id?;
        self.claim(&id);
        if entries.len() < LEAST {
            self.problems
                .add(&id.at, format!("`{}` has {} entries, a family has at least {LEAST}", id.value, entries.len()));
        }
        Some(Family { id: id.value, leg, entries, from })
    }
}
