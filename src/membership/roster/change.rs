//! Changing the rosters: the next file is built beside the one that is there and takes its name.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, NaiveDate};
use rusqlite::params;
use serde::Serialize;

use crate::knowledge::terms::Term;
use crate::membership::key::{Key, PhoneHash};
use crate::membership::roster::database::{Database, FILE};
use crate::membership::roster::{ImportLine, Membership, RosterError, Table};
use crate::store::{Lock, give_to_owner, make_private, private_file, time_to_text};

/// The lock file; who holds it may replace the database.
const LOCK: &str = "roster.lock";
/// The next database while it is built.
const NEXT: &str = "roster.db.new";
/// How often an import tells how far it is, in entries.
const STEP: usize = 1_000;

/// What an import came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Its number.
    pub import: u32,
    /// Rows of the file.
    pub rows: u32,
    /// People in it.
    pub entries: u32,
    /// Rows that said again what another one says.
    pub duplicates: u32,
    /// The same file was there before; nothing was changed.
    pub unchanged: bool,
}

impl Imported {
    fn of(line: &ImportLine, unchanged: bool) -> Self {
        let ImportLine { import, rows, entries, imported_at: _ } = *line;
        Self { import, rows, entries, duplicates: rows.saturating_sub(entries), unchanged }
    }
}

/// Takes in a roster as the newest, beside those that are there. `progress` hears how many of how many entries are
/// written.
pub fn import(
    dir: &Path,
    key: &Key,
    table: &Table,
    now: DateTime<FixedOffset>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Imported, RosterError> {
    make_private(dir)?;
    let lock = Held::take(dir)?;
    let digest: String = table.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = key.mac("roster-file/v1", &[&digest]);
    let there = Database::open(dir)?;
    if let Some(database) = &there {
        database.check(key)?;
        if let Some(line) = database.import_of(&file)? {
            return Ok(Imported::of(&line, true));
        }
    }
    // In the order in which they are stored, so that they are appended.
    let mut entries: Vec<(PhoneHash, &Membership)> =
        table.entries.iter().map(|row| (key.phone(&row.phone), &row.membership)).collect();
    entries.sort_unstable_by_key(|(phone, _)| *phone);
    lock.replace(there.is_some(), |next| {
        if there.is_none() {
            next.lay_out(key)?;
        }
        next.run("writing", |connection| {
            connection.execute_batch("BEGIN")?;
            connection.execute(
                "INSERT INTO import (file, rows, entries, imported_at) VALUES (?1, ?2, ?3, ?4)",
                params![&file[..], table.rows, table.rows - table.duplicates(), time_to_text(now)],
            )?;
            let number = connection.last_insert_rowid();
            let mut insert = connection.prepare(
                "INSERT INTO entry (phone, import, name, organization, superior, system, contact)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (done, (phone, of)) in entries.iter().enumerate() {
                if done % STEP == 0 {
                    progress(done, entries.len());
                }
                let (name, system) = (of.name.reveal(), of.system.code());
                let (superior, contact) = (of.superior.as_deref(), of.contact.as_deref());
                insert.execute(params![
                    &phone.bytes()[..],
                    number,
                    name,
                    &*of.organization,
                    superior,
                    system,
                    contact
                ])?;
            }
            progress(entries.len(), entries.len());
            connection.execute_batch("COMMIT")
        })?;
        let line = next.import_of(&file)?.expect("it was just written");
        Ok(Imported::of(&line, false))
    })
}

/// Removes an import, to the last byte. False where there is none of this number.
pub fn remove(dir: &Path, number: u32) -> Result<bool, RosterError> {
    remove_which(dir, |line| line.import == number).map(|count| count > 0)
}

/// Removes the imports of days before this one. Returns how many.
pub fn forget_older_than(dir: &Path, day: NaiveDate) -> Result<usize, RosterError> {
    remove_which(dir, |line| line.imported_at.date_naive() < day)
}

/// Removes all rosters, also those under another key or that cannot be read. False where there were none.
pub fn remove_all(dir: &Path) -> Result<bool, RosterError> {
    if !dir.join(FILE).exists() {
        return Ok(false);
    }
    Held::take(dir)?.remove().map(|()| true)
}

/// Removes what an import that was killed left behind. Imports do so too; a service can at its start.
pub fn tidy(dir: &Path) -> Result<(), RosterError> {
    if dir.join(NEXT).exists() {
        Held::take(dir)?;
    }
    Ok(())
}

fn remove_which(dir: &Path, which: impl Fn(&ImportLine) -> bool) -> Result<usize, RosterError> {
    if !dir.join(FILE).exists() {
        return Ok(0);
    }
    let lock = Held::take(dir)?;
    let Some(there) = Database::open(dir)? else { return Ok(0) };
    let imports = there.imports()?;
    let gone: Vec<u32> = imports.iter().filter(|line| which(line)).map(|line| line.import).collect();
    if gone.is_empty() {
        return Ok(0);
    }
    if gone.len() == imports.len() {
        drop(there);
        lock.remove()?;
    } else {
        lock.replace(true, |next| {
            next.run("removing from", |connection| {
                for number in &gone {
                    connection.execute("DELETE FROM import WHERE number = ?1", [number])?;
                }
                // What was deleted stays in the gaps of pages until the file is written anew.
                connection.execute_batch("VACUUM")
            })
        })?;
    }
    Ok(gone.len())
}

/// The right to replace the database of a folder.
struct Held {
    dir: PathBuf,
    _lock: Lock,
}

impl Held {
    /// Waits a moment for whoever has it, then removes what somebody who was killed left behind.
    fn take(dir: &Path) -> Result<Self, RosterError> {
        let path = dir.join(LOCK);
        let lock = Lock::hold(&path)?.ok_or_else(|| RosterError::Busy { path: dir.join(FILE) })?;
        give_to_owner(dir, &path).map_err(|source| RosterError::Io { path, source })?;
        let held = Self { dir: dir.to_owned(), _lock: lock };
        held.clear()?;
        Ok(held)
    }

    /// Removes a database that was being built.
    fn clear(&self) -> Result<(), RosterError> {
        remove_file(&self.dir.join(NEXT))
    }

    /// Fills the next database, which begins as a copy of the one that is there or as an empty file, and puts it in
    /// place.
    fn replace<R>(&self, copy: bool, fill: impl FnOnce(&Database) -> Result<R, RosterError>) -> Result<R, RosterError> {
        let result = self.build(copy, fill);
        if result.is_err() {
            // That it cannot be removed either adds nothing to why.
            let _ = self.clear();
        }
        result
    }

    fn build<R>(&self, copy: bool, fill: impl FnOnce(&Database) -> Result<R, RosterError>) -> Result<R, RosterError> {
        let (path, next) = (self.dir.join(FILE), self.dir.join(NEXT));
        let fails = |source| RosterError::Io { path: next.clone(), source };
        private_file(&next)?;
        if copy {
            // Not `fs::copy`, which would copy permissions that somebody loosened.
            let mut to = OpenOptions::new().write(true).open(&next).map_err(fails)?;
            File::open(&path).and_then(|mut from| io::copy(&mut from, &mut to)).map_err(fails)?;
        }
        let database = Database::build(&next)?;
        let filled = fill(&database)?;
        drop(database);
        give_to_owner(&self.dir, &next).map_err(fails)?;
        File::open(&next).and_then(|file| file.sync_all()).map_err(fails)?;
        fs::rename(&next, &path).map_err(fails)?;
        self.settle()?;
        Ok(filled)
    }

    fn remove(&self) -> Result<(), RosterError> {
        remove_file(&self.dir.join(FILE))?;
        self.settle()
    }

    /// Makes what the folder now says of its files last.
    fn settle(&self) -> Result<(), RosterError> {
        #[cfg(unix)]
        File::open(&self.dir)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| RosterError::Io { path: self.dir.clone(), source })?;
        Ok(())
    }
}

fn remove_file(path: &Path) -> Result<(), RosterError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(RosterError::Io { path: path.to_owned(), source: error })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
