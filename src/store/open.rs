//! Opening the database, and the life of a transaction.
//!
//! Invariants: `synchronous=FULL` in WAL mode, so what was committed survives a power cut; the lock file is held from
//! opening to closing, so no second process writes, though others may read; and after an erasure was committed nothing
//! is answered before the files were cleaned of it.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension};

use crate::store::deliveries::Salt;
use crate::store::error::Doing;
use crate::store::lock::Lock;
use crate::store::{StoreError, Tx, schema};

/// The name of the database in the data folder.
pub const FILE: &str = "zhuanjie.db";

/// Whoever reads at the same time, for a backup, may keep the log from being emptied for a moment.
const BUSY: Duration = Duration::from_secs(5);

/// The database, written by this process alone.
pub struct Store {
    connection: Connection,
    salt: Salt,
    traces: Traces,
    /// None in memory. Given back after the connection is closed.
    _lock: Option<Lock>,
}

/// Where in the files something is left of rows that were erased.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Traces {
    Nowhere,
    /// In the write-ahead log, where somebody who reads keeps it from being emptied.
    Log,
    Everywhere,
}

/// What a job came to inside a transaction that is not committed yet.
pub(super) struct Attempt<R, E> {
    pub(super) result: Result<R, E>,
    pub(super) erased: bool,
}

impl Store {
    /// Opens the database in a data folder, making both where they do not exist.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        make_private(dir)?;
        let lock = Lock::take(dir, &path)?;
        private_file(&path)?;
        let connection = Connection::open(&path).map_err(|source| cannot_open(&path, source))?;
        Self::prepare(connection, &path, Some(lock))
    }

    /// A database that is gone when it is dropped; for one-off questions and tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let connection = Connection::open_in_memory().map_err(|source| cannot_open(&path, source))?;
        Self::prepare(connection, &path, None)
    }

    fn prepare(mut connection: Connection, path: &Path, lock: Option<Lock>) -> Result<Self, StoreError> {
        set_up(&connection).map_err(|source| cannot_open(path, source))?;
        schema::migrate(&mut connection, path)?;
        let salt = connection
            .query_row("SELECT value FROM meta WHERE key = 'salt'", [], |row| row.get(0).map(Salt::new))
            .doing("reading the salt")?;
        // A crash may have come between an erasure and the cleaning of the files.
        let traces = connection
            .query_row("SELECT 1 FROM meta WHERE key = 'traces'", [], |_| Ok(()))
            .optional()
            .doing("looking for an unfinished erasure")?
            .is_some();
        let traces = if traces { Traces::Everywhere } else { Traces::Nowhere };
        let mut store = Self { connection, salt, traces, _lock: lock };
        store.clean()?;
        store.truncate_wal().doing("emptying the write-ahead log")?;
        Ok(store)
    }

    /// Runs a turn in one transaction and commits it before returning. An error or a panic in it leaves everything as
    /// it was. When the turn erased a member, the files hold no trace of them once this returns `Ok`.
    pub fn turn<R, E: From<StoreError>>(&mut self, job: impl FnOnce(&mut Tx<'_>) -> Result<R, E>) -> Result<R, E> {
        self.begin()?;
        let attempt = self.attempt(job);
        if attempt.result.is_err() {
            self.roll_back();
            return attempt.result;
        }
        self.commit()?;
        match self.clean() {
            Err(error) if attempt.erased => Err(error.into()),
            // An earlier erasure's; whoever asked for it was told.
            Err(_) | Ok(()) => attempt.result,
        }
    }

    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        self.run("BEGIN IMMEDIATE").doing("beginning a transaction")
    }

    /// Runs a job inside the transaction. Where it fails, what it changed is still there.
    pub(super) fn attempt<R, E: From<StoreError>>(
        &mut self,
        job: impl FnOnce(&mut Tx<'_>) -> Result<R, E>,
    ) -> Attempt<R, E> {
        let mut tx = Tx::new(&self.connection, &self.salt);
        // The transaction is all that a job shares with others, and whoever calls this takes back what a failed one did.
        let result = catch_unwind(AssertUnwindSafe(|| job(&mut tx)))
            .unwrap_or_else(|panic| Err(StoreError::Panicked { why: message(&*panic) }.into()));
        let erased = tx.erased() && result.is_ok();
        if erased {
            self.traces = Traces::Everywhere;
        }
        Attempt { result, erased }
    }

    /// The same; what the job changed is taken back when it fails.
    pub(super) fn attempt_apart<R, E: From<StoreError>>(
        &mut self,
        job: impl FnOnce(&mut Tx<'_>) -> Result<R, E>,
    ) -> Attempt<R, E> {
        if let Err(error) = self.run("SAVEPOINT turn").doing("beginning a turn") {
            return Attempt { result: Err(error.into()), erased: false };
        }
        let Attempt { result, erased } = self.attempt(job);
        // Where SQLite had to give up the whole transaction there is no savepoint left, and `commit` reports it.
        let back = if result.is_ok() { Ok(()) } else { self.run("ROLLBACK TO turn") };
        let ended = back.and_then(|()| self.run("RELEASE turn")).doing("ending a turn");
        Attempt { result: result.and_then(|value| ended.map(|()| value).map_err(E::from)), erased }
    }

    /// Whether SQLite has rolled back the whole transaction by itself, as it may when a disk is full.
    pub(super) fn lost(&self) -> bool {
        self.connection.is_autocommit()
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        if self.lost() {
            return Err(StoreError::NotCommitted { why: "the database gave up the transaction".into() });
        }
        self.run("COMMIT").map_err(|error| {
            self.roll_back();
            StoreError::NotCommitted { why: error.to_string() }
        })
    }

    /// Takes back everything since the transaction began, where there is one.
    pub(super) fn roll_back(&mut self) {
        if !self.lost() {
            // Why is already on its way to the operator or the member; a failed rollback adds nothing to it.
            let _ = self.run("ROLLBACK");
        }
    }

    /// Runs one of the few statements that frame turns; each is prepared once.
    fn run(&self, sql: &'static str) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }

    /// Removes the traces that erased rows left in the files.
    ///
    /// `secure_delete` overwrites what is deleted where that costs nothing, but not the copies that stay behind in the gaps
    /// of a page when SQLite moves rows between pages; only writing the whole file anew does. An erasure leaves a mark in its
    /// transaction, so that a crash in between does not lose the intention.
    pub(super) fn clean(&mut self) -> Result<(), StoreError> {
        let emptied = match self.traces {
            Traces::Nowhere => return Ok(()),
            Traces::Everywhere => self.connection.execute_batch("VACUUM").and_then(|()| {
                self.traces = Traces::Log;
                self.truncate_wal()
            }),
            // Whoever reads was waited for; whoever writes now is not to wait for them again, each time.
            Traces::Log => self.without_waiting(Self::truncate_wal),
        };
        let traces = |why: String| StoreError::Traces { why };
        if !emptied.map_err(|error| traces(error.to_string()))? {
            return Err(traces("the write-ahead log is being read".to_owned()));
        }
        self.connection
            .execute_batch("DELETE FROM meta WHERE key = 'traces'")
            .map_err(|error| traces(error.to_string()))?;
        self.traces = Traces::Nowhere;
        Ok(())
    }

    fn without_waiting<R>(&self, job: impl FnOnce(&Self) -> Result<R, rusqlite::Error>) -> Result<R, rusqlite::Error> {
        self.connection.busy_timeout(Duration::ZERO)?;
        let done = job(self);
        self.connection.busy_timeout(BUSY)?;
        done
    }

    /// Whether it could be emptied.
    fn truncate_wal(&self) -> Result<bool, rusqlite::Error> {
        let busy: bool = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(!busy)
    }
}

/// The folder for its owner alone.
pub(crate) fn make_private(dir: &Path) -> Result<(), StoreError> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        folder.mode(0o700);
    }
    folder.create(dir).map_err(|source| StoreError::Folder { path: dir.to_owned(), source })
}

/// A file for its owner alone, for a folder that was there before; what SQLite puts beside it takes over its
/// permissions.
pub(crate) fn private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop).map_err(|source| StoreError::Folder { path: path.to_owned(), source })
}

fn set_up(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    let pragmas =
        ["journal_mode=WAL", "synchronous=FULL", "secure_delete=FAST", "temp_store=MEMORY", "foreign_keys=ON"];
    for pragma in pragmas {
        connection.execute_batch(&format!("PRAGMA {pragma}"))?;
    }
    Ok(())
}

pub(super) fn cannot_open(path: &Path, source: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Held { path },
        Some(_) | None => StoreError::Open { path, source },
    }
}

/// What a panic says, where it says what stands in the program: in words put together stands what a member wrote, perhaps.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic.downcast_ref::<&str>().map_or_else(|| "in words that are not repeated".to_owned(), |text| (*text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Writer;

    /// SQLite gives up a whole transaction when the disk is full. Whoever shared it must hear of it, and nothing that
    /// came after may be committed on its own.
    #[test]
    fn a_full_disk_is_told_to_everybody_it_concerns() {
        let now = chrono::DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time");
        let mut failed = 0;
        for room in 1..20 {
            let dir = tempfile::tempdir().expect("a folder");
            let store = Store::open(dir.path()).expect("opens");
            let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).expect("read");
            store.connection.pragma_update_and_check(None, "max_page_count", pages + room, |_| Ok(())).expect("set");
            let writer = Writer::new(store, 64);
            let turns: Vec<_> = (0..30)
                .map(|number| {
                    let turn = move |tx: &mut Tx<'_>| {
                        let state = "x".repeat(if number % 5 == 4 { 20_000 } else { 300 });
                        tx.set_state(&format!("u{number}"), &state, 1, now)
                    };
                    writer.submit(turn).expect("taken")
                })
                .collect();
            let answers: Vec<_> = turns.into_iter().map(|turn| turn.wait()).collect();
            let mut store = writer.finish().expect("finishes");
            for (number, answer) in answers.iter().enumerate() {
                let member = store.turn(|tx| tx.member(&format!("u{number}"))).expect("read");
                assert_eq!(answer.is_ok(), member.is_some(), "room {room}, turn {number}: {answer:?}");
                failed += u32::from(answer.is_err());
            }
        }
        assert!(failed > 0, "the disk was never full");
    }
}
