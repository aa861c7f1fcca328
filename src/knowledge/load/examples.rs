//! Reads messages that want something else than an answer.

use super::Loader;
use crate::knowledge::model::{Examples, Purpose};
use crate::knowledge::read::Table;

impl Loader<'_> {
    pub(super) fn examples(&mut self, table: &Table<'_>) -> Vec<Examples> {
        let desks = table.tables("desk");
        let desks = desks.iter().filter_map(|table| {
            let id = table.string("id");
            let ask = self.asked_once(table);
            let beside = table.strings("beside");
            table.finish();
            let id = id?;
            let purpose = match id.value.as_str() {
                "where" => Purpose::Where,
                "progress" => Purpose::Progress,
                "transfer" => Purpose::Transfer,
                other => {
                    let message = format!("unknown desk `{other}`, expected one of where, progress, transfer");
                    self.problems.add(&id.at, message);
                    return None;
                }
            };
            self.related.extend(beside.iter().map(|entry| (entry.at.clone(), entry.value.clone(), None)));
            let beside = beside.into_iter().map(|entry| entry.value).collect();
            Some(Examples { purpose, ask, beside })
        });
        let mut all: Vec<Examples> = desks.collect();
        for table in table.tables("outside") {
            let says = table.string("says");
            let ask = self.asked_once(&table);
            table.finish();
            let Some(says) = says else { continue };
            self.said.push((says.at, says.value.clone()));
            all.push(Examples { purpose: Purpose::Outside(says.value), ask, beside: Vec::new() });
        }
        all
    }
}
