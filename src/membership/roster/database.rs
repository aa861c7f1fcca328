//! The database of rosters, as it is read. The file that it is in is never changed, only replaced.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::knowledge::terms::{System, Term};
use crate::membership::key::{Key, PhoneHash};
use crate::membership::roster::{Membership, Name, RosterError};
use crate::store::time_from_text;

/// The name of the database in the data folder.
pub const FILE: &str = "roster.db";
/// The layout that this program reads and writes.
const LAYOUT: i64 = 1;

/// The rosters as they are at this moment. Whoever keeps it goes on seeing what was there when it was opened; to see
/// what was imported since, open it anew.
pub struct Roster {
    database: Database,
}

/// What the newest roster that has a number says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where the membership is.
    pub membership: Membership,
    /// Which import says so.
    pub import: u32,
    /// When that was last known.
    pub imported_at: DateTime<FixedOffset>,
}

/// What is there, without a number or a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The imports, the oldest first.
    pub imports: Vec<ImportLine>,
    /// How many numbers are known, by system and organization. Where several imports have a number, the newest counts.
    pub counts: Vec<Count>,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Its number.
    pub import: u32,
    /// The rows of its file.
    pub rows: u32,
    /// The people in it.
    pub entries: u32,
    /// When it was taken in.
    pub imported_at: DateTime<FixedOffset>,
}

/// How many belong to an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Its system.
    pub system: System,
    /// The branch, as rosters write it.
    pub organization: String,
    /// How many.
    pub entries: u32,
}

impl Roster {
    /// Opens the rosters of a data folder, if there are any; cheap enough for each question.
    pub fn open(dir: &Path, key: &Key) -> Result<Option<Self>, RosterError> {
        let Some(database) = Database::open(dir)? else { return Ok(None) };
        database.check(key)?;
        Ok(Some(Self { database }))
    }

    /// What the newest roster that has a number says of it.
    pub fn lookup(&self, phone: &PhoneHash) -> Result<Option<Entry>, RosterError> {
        self.database.lookup(phone)
    }
}

/// What rosters are there; none where there are none. Needs no key, for it shows nothing that is under it.
pub fn summary(dir: &Path) -> Result<Summary, RosterError> {
    match Database::open(dir)? {
        Some(database) => Ok(Summary { imports: database.imports()?, counts: database.counts()? }),
        None => Ok(Summary::default()),
    }
}

/// A connection to a file of rosters.
pub(super) struct Database {
    pub(super) connection: Connection,
    path: PathBuf,
}

impl Database {
    /// The rosters of a data folder, only to be read.
    pub(super) fn open(dir: &Path) -> Result<Option<Self>, RosterError> {
        let path = dir.join(FILE);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match Connection::open_with_flags(&path, flags) {
            Ok(connection) => connection,
            Err(_) if !path.exists() => return Ok(None),
            Err(source) => return Err(RosterError::Sql { doing: "opening", path, source }),
        };
        let database = Self { connection, path };
        let layout: i64 = database.run("reading", |c| c.pragma_query_value(None, "user_version", |row| row.get(0)))?;
        match layout {
            LAYOUT => Ok(Some(database)),
            newer if newer > LAYOUT => Err(RosterError::Newer { path: database.path }),
            _ => Err(database.damaged("its layout")),
        }
    }

    /// A file to write to. It is thrown away where anything fails, so nothing in it is written twice to be safe.
    pub(super) fn build(path: &Path) -> Result<Self, RosterError> {
        let path = path.to_owned();
        let connection = Connection::open(&path);
        let connection =
            connection.map_err(|source| RosterError::Sql { doing: "making", path: path.clone(), source })?;
        let database = Self { connection, path };
        database.run("making", |connection| {
            connection.execute_batch(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
                 PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536",
            )
        })?;
        Ok(database)
    }

    /// Lays out an empty one.
    pub(super) fn lay_out(&self, key: &Key) -> Result<(), RosterError> {
        self.run("laying out", |connection| {
            connection.execute_batch(include_str!("schema.sql"))?;
            connection.execute("INSERT INTO key (fingerprint) VALUES (?1)", [&key.fingerprint().bytes()[..]])?;
            connection.pragma_update(None, "user_version", LAYOUT)
        })
    }

    /// Runs statements, and says what was being done where they fail.
    pub(super) fn run<R>(
        &self,
        doing: &'static str,
        job: impl FnOnce(&Connection) -> Result<R, rusqlite::Error>,
    ) -> Result<R, RosterError> {
        job(&self.connection).map_err(|source| RosterError::Sql { doing, path: self.path.clone(), source })
    }

    /// Refuses what was written with another key.
    pub(super) fn check(&self, key: &Key) -> Result<(), RosterError> {
        let found: Vec<u8> =
            self.run("reading", |c| c.query_row("SELECT fingerprint FROM key", [], |row| row.get(0)))?;
        let same = found == key.fingerprint().bytes();
        if same { Ok(()) } else { Err(RosterError::OtherKey { path: self.path.clone() }) }
    }

    fn damaged(&self, what: &'static str) -> RosterError {
        RosterError::Damaged { path: self.path.clone(), what }
    }

    fn lookup(&self, phone: &PhoneHash) -> Result<Option<Entry>, RosterError> {
        let found = self.run("looking into", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT name, organization, superior, system, contact, import, imported_at
                 FROM entry JOIN import ON number = import WHERE phone = ?1 ORDER BY import DESC LIMIT 1",
            )?;
            let entry = |row: &rusqlite::Row<'_>| {
                let text = |at: usize| row.get::<_, Option<Arc<str>>>(at);
                let name = Name::new(row.get::<_, String>(0)?);
                let (import, imported_at) = (row.get(5)?, row.get::<_, String>(6)?);
                Ok((name, row.get(1)?, text(2)?, row.get::<_, String>(3)?, text(4)?, import, imported_at))
            };
            statement.query_row([&phone.bytes()[..]], entry).optional()
        })?;
        let Some((name, organization, superior, system, contact, import, imported_at)) = found else {
            return Ok(None);
        };
        let system = System::parse(&system).ok_or_else(|| self.damaged("a system"))?;
        let membership = Membership { name, organization, superior, system, contact };
        Ok(Some(Entry { membership, import, imported_at: time_from_text(&imported_at)? }))
    }

    /// The imports, the oldest first.
    pub(super) fn imports(&self) -> Result<Vec<ImportLine>, RosterError> {
        let rows: Vec<(u32, u32, u32, String)> = self.run("reading", |connection| {
            let mut statement =
                connection.prepare("SELECT number, rows, entries, imported_at FROM import ORDER BY number")?;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
            statement.query_map([], row)?.collect()
        })?;
        let line = |(import, rows, entries, at): (u32, u32, u32, String)| {
            Ok(ImportLine { import, rows, entries, imported_at: time_from_text(&at)? })
        };
        rows.into_iter().map(line).collect()
    }

    /// The import of a file, by the keyed hash of its bytes.
    pub(super) fn import_of(&self, file: &[u8; 32]) -> Result<Option<ImportLine>, RosterError> {
        let found: Option<u32> = self.run("reading", |connection| {
            let sql = "SELECT number FROM import WHERE file = ?1";
            connection.query_row(sql, [&file[..]], |row| row.get(0)).optional()
        })?;
        let Some(number) = found else { return Ok(None) };
        Ok(self.imports()?.into_iter().find(|line| line.import == number))
    }

    fn counts(&self) -> Result<Vec<Count>, RosterError> {
        let rows: Vec<(String, String, u32)> = self.run("counting", |connection| {
            let mut statement = connection.prepare(
                "SELECT system, organization, count(*) FROM entry AS this
                 WHERE NOT EXISTS (SELECT 1 FROM entry WHERE phone = this.phone AND import > this.import)
                 GROUP BY system, organization ORDER BY organization",
            )?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
        })?;
        let count = |(system, organization, entries): (String, String, u32)| {
            let system = System::parse(&system).ok_or_else(|| self.damaged("a system"))?;
            Ok(Count { system, organization, entries })
        };
        let mut counts: Vec<Count> = rows.into_iter().map(count).collect::<Result<_, RosterError>>()?;
        counts.sort_by_key(|count| count.system);
        Ok(counts)
    }
}
