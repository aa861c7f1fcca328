//! `zhuanjie retention`: what has to go, counted or removed by hand.

use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::arguments::RetentionOptions;
use super::{Failure, data_folder, input};
use crate::serve::ServeError;
use crate::serve::config::Config;
use crate::service::retention::{old_rosters, remove_old_rosters};
use crate::store::{Does, Due, FILE, Gone, Reader, Rule, Store, StoreError, every_step};

pub(super) fn run(options: &RetentionOptions) -> Result<(), Failure> {
    let config = match options.config.as_deref() {
        // Nothing is served: no secret is needed.
        Some(file) => Config::of_file(file).map_err(ServeError::from)?,
        None => Config::default(),
    };
    let folder = data_folder(options.data.as_deref().or(config.data.as_deref()))?;
    let due = Due::new(input::now(), config.retention.periods());
    let gone = if options.dry_run { look(&folder, &due)? } else { remove(&folder, &due)? };
    show(&gone, options)
}

/// Counts what would go, also while the service runs. Each step reads for itself: a long look would keep the files from
/// being cleaned of what a member has erased meanwhile.
fn look(folder: &Path, due: &Due) -> Result<Gone, Failure> {
    let mut reader = Reader::open(folder)?;
    let mut gone = every_step(|step| reader.read(|tx| tx.expire(due, step, Does::Look)))?;
    gone.add(Rule::Rosters, old_rosters(folder, due)?);
    Ok(gone)
}

fn remove(folder: &Path, due: &Due) -> Result<Gone, Failure> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Err(StoreError::Nothing { path }.into());
    }
    let mut store = Store::open(folder).map_err(|error| match error {
        StoreError::Held { .. } => {
            let path = path.display();
            Failure::Input(format!(
                "the service that uses {path} is running and does this every day; `--dry-run` shows what would go"
            ))
        }
        other => other.into(),
    })?;
    let mut gone = every_step(|step| store.turn(|tx| tx.expire(due, step, Does::Remove)))?;
    store.turn(|tx| tx.end_run(input::now()))?;
    gone.add(Rule::Rosters, remove_old_rosters(folder, due)?);
    Ok(gone)
}

fn show(gone: &Gone, options: &RetentionOptions) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if options.json {
        let counts: Map<String, Value> =
            gone.all().map(|(rule, count)| (rule.code().to_owned(), count.into())).collect();
        return input::answer(&mut out, &json!({ "dry_run": options.dry_run, "removed": counts }));
    }
    writeln!(out, "{}", if options.dry_run { "would be removed:" } else { "removed:" })?;
    for (rule, count) in gone.all() {
        writeln!(out, "  {}: {count}", rule.code())?;
    }
    Ok(())
}
