//! `zhuanjie roster`.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::arguments::{RosterCommand, RosterOptions};
use super::{Failure, data_folder, input};
use crate::knowledge::terms::{System, Term};
use crate::membership::key::Key;
use crate::membership::roster::{self, Imported, SIZE, Summary};

pub(super) fn run(options: &RosterOptions) -> Result<(), Failure> {
    let folder = data_folder(options.data.as_deref())?;
    match &options.command {
        RosterCommand::Import { file, json } => import(file, &folder, *json),
        RosterCommand::Show { json } => {
            roster::tidy(&folder)?;
            show(&roster::summary(&folder)?, *json)
        }
        RosterCommand::Remove { number: Some(number), .. } => remove(&folder, *number),
        RosterCommand::Remove { number: None, .. } => {
            let removed = roster::remove_all(&folder)?;
            writeln!(std::io::stdout(), "{}", if removed { "removed all rosters" } else { "there is no roster" })?;
            Ok(())
        }
    }
}

fn import(file: &Path, folder: &Path, json: bool) -> Result<(), Failure> {
    let bytes = bytes_of(file)?;
    let bar = bar();
    let table = roster::read(&bytes).map_err(|mut problems| {
        bar.finish_and_clear();
        problems.sort_by_key(|problem| problem.line);
        match tell(file, &problems) {
            Ok(()) => Failure::Problems,
            Err(failed) => failed.into(),
        }
    })?;
    drop(bytes);
    let environment = |name: &str| std::env::var(name).ok();
    let key = Key::load(Some(folder), environment, &mut input::random())?;
    let imported = roster::import(folder, &key, &table, input::now(), &mut |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let imported = imported?;
    let mut out = std::io::stdout().lock();
    if json {
        return input::answer(&mut out, &imported);
    }
    let Imported { import, rows, entries, duplicates, unchanged } = imported;
    match unchanged {
        true => writeln!(out, "unchanged: this file is import {import}")?,
        false => writeln!(out, "import {import}: {rows} rows, {entries} entries, {duplicates} duplicates")?,
    }
    Ok(())
}

fn tell(file: &Path, problems: &[roster::RowProblem]) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stderr().lock());
    for problem in problems {
        writeln!(out, "{}:{problem}", file.display())?;
    }
    out.flush()
}

/// The file, as far as it may be read; the reader tells when it is larger.
fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(SIZE + 1).read_to_end(&mut bytes));
    read.map_err(|error| Failure::Input(format!("cannot read {}: {error}", file.display())))?;
    Ok(bytes)
}

/// Drawn on standard error, where that is a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn remove(folder: &Path, number: u32) -> Result<(), Failure> {
    if !roster::remove(folder, number)? {
        return Err(Failure::Input(format!("there is no import {number}; `zhuanjie roster show` lists them")));
    }
    writeln!(std::io::stdout(), "removed import {number}")?;
    Ok(())
}

fn show(summary: &Summary, json: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let entries = |system: System| -> u32 {
        summary.counts.iter().filter(|count| count.system == system).map(|count| count.entries).sum()
    };
    if json {
        let shown = Shown {
            imports: summary.imports.iter().map(ShownImport::of).collect(),
            systems: System::ALL.iter().map(|s| (s.code().to_owned(), entries(*s).into())).collect(),
            organizations: summary.counts.iter().map(ShownCount::of).collect(),
        };
        return input::answer(&mut out, &shown);
    }
    if summary.imports.is_empty() {
        writeln!(out, "there is no roster")?;
    }
    for line in &summary.imports {
        let at = line.imported_at.format("%Y-%m-%d %H:%M");
        writeln!(out, "import {}: {} rows, {} entries, {at}", line.import, line.rows, line.entries)?;
    }
    for system in System::ALL.iter().filter(|system| entries(**system) > 0) {
        writeln!(out, "{}: {}", system.code(), entries(*system))?;
        for count in summary.counts.iter().filter(|count| count.system == *system) {
            writeln!(out, "  {}: {}", count.organization, count.entries)?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Shown<'a> {
    imports: Vec<ShownImport>,
    systems: serde_json::Map<String, serde_json::Value>,
    organizations: Vec<ShownCount<'a>>,
}

#[derive(Serialize)]
struct ShownImport {
    import: u32,
    rows: u32,
    entries: u32,
    duplicates: u32,
    imported_at: String,
}

impl ShownImport {
    fn of(line: &roster::ImportLine) -> Self {
        let roster::ImportLine { import, rows, entries, imported_at } = *line;
        let duplicates = rows.saturating_sub(entries);
        Self { import, rows, entries, duplicates, imported_at: imported_at.to_rfc3339() }
    }
}

#[derive(Serialize)]
struct ShownCount<'a> {
    system: &'static str,
    organization: &'a str,
    entries: u32,
}

impl<'a> ShownCount<'a> {
    fn of(count: &'a roster::Count) -> Self {
        Self { system: count.system.code(), organization: &count.organization, entries: count.entries }
    }
}
