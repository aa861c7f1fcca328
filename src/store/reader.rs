//! Reading and copying a database, also while another process writes to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::store::deliveries::Salt;
use crate::store::error::Doing;
use crate::store::lock::{self, Lock};
use crate::store::open::{cannot_open, make_private, private_file};
use crate::store::{FILE, StoreError, Tx, schema};

/// What stands beside the database and belongs to it.
const COMPANIONS: [&str; 2] = ["zhuanjie.db-wal", "zhuanjie.db-shm"];

/// A database that is only read.
pub struct Reader {
    connection: Connection,
}

impl Reader {
    /// Opens the database of a data folder. Nothing is made where there is none.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Err(StoreError::Nothing { path });
        }
        Self::of_file(&path)
    }

    fn of_file(path: &Path) -> Result<Self, StoreError> {
        let fails = |source| cannot_open(path, source);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(fails)?;
        connection.busy_timeout(Duration::from_secs(5)).map_err(fails)?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(fails)?;
        match found {
            found if found == schema::VERSION => Ok(Self { connection }),
            found if found > schema::VERSION => Err(StoreError::Newer { path: path.to_owned() }),
            _ => Err(StoreError::Older { path: path.to_owned() }),
        }
    }

    /// Reads; what it sees does not change meanwhile.
    pub fn read<R>(&mut self, job: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>) -> Result<R, StoreError> {
        self.connection.execute_batch("BEGIN").doing("beginning to read")?;
        // Nothing is written, so nothing is hashed.
        let result = job(&mut Tx::new(&self.connection, &Salt::new(Vec::new())));
        self.connection.execute_batch("COMMIT").doing("ending to read")?;
        result
    }

    /// Copies the database as it is now into a new file, in one go: a copy in parts would begin anew with every turn.
    pub fn back_up(&self, to: &Path) -> Result<(), StoreError> {
        let fails = |source| StoreError::Copy { path: to.to_owned(), source };
        if to.exists() {
            return Err(StoreError::Exists { path: to.to_owned() });
        }
        private_file(to)?;
        let copied = self.copy_into(to);
        if copied.is_err() {
            // What was begun is no backup; that it cannot be removed either adds nothing to why.
            let _ = fs::remove_file(to);
        }
        copied.map_err(fails)
    }

    fn copy_into(&self, to: &Path) -> Result<(), rusqlite::Error> {
        let mut copy = Connection::open(to)?;
        Backup::new(&self.connection, &mut copy)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
        // One file, without companions.
        copy.pragma_update(None, "journal_mode", "DELETE")
    }
}

/// Puts a backup into a data folder that nobody uses now; the database that was there is kept beside it. Returns where.
pub fn restore(backup: &Path, dir: &Path) -> Result<Option<PathBuf>, StoreError> {
    if !backup.exists() {
        return Err(StoreError::Nothing { path: backup.to_owned() });
    }
    let damaged = |why: String| StoreError::Damaged { path: backup.to_owned(), why };
    let reader = match Reader::of_file(backup) {
        Err(StoreError::Open { source, .. }) => return Err(damaged(source.to_string())),
        // An older one is brought up to date when it is opened.
        Err(StoreError::Older { .. }) => None,
        other => Some(other?),
    };
    if let Some(reader) = reader {
        let sound: String = reader
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(|error| damaged(error.to_string()))?;
        if sound != "ok" {
            return Err(damaged(sound));
        }
    }
    let database = dir.join(FILE);
    make_private(dir)?;
    let _lock = Lock::take(dir, &database)?;
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::Folder { path, source }
    };
    // Beside it first: a copy that breaks off must not stand where the database is looked for.
    let arriving = dir.join("zhuanjie.db.restoring");
    fs::copy(backup, &arriving).map_err(at(&arriving))?;
    private_file(&arriving)?;
    let mut replaced = None;
    if database.exists() {
        // What is still in the write-ahead log belongs to what is kept.
        let old = Connection::open(&database).map_err(|source| cannot_open(&database, source))?;
        old.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").doing("emptying the write-ahead log")?;
        drop(old);
        let kept = free(dir);
        fs::rename(&database, &kept).map_err(at(&kept))?;
        replaced = Some(kept);
    }
    for companion in COMPANIONS.map(|name| dir.join(name)) {
        if companion.exists() {
            fs::remove_file(&companion).map_err(at(&companion))?;
        }
    }
    fs::rename(&arriving, &database).map_err(at(&database))?;
    for path in [&database, &dir.join(lock::FILE)] {
        give_to_owner(dir, path).map_err(at(path))?;
    }
    Ok(replaced)
}

/// A file made by an administrator in the folder of a service belongs to the service.
#[cfg(unix)]
pub(crate) fn give_to_owner(dir: &Path, path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (owner, file) = (fs::metadata(dir)?, fs::metadata(path)?);
    if owner.uid() == file.uid() { Ok(()) } else { chown(path, Some(owner.uid()), Some(owner.gid())) }
}

#[cfg(not(unix))]
pub(crate) fn give_to_owner(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A name under which nothing is kept yet.
fn free(dir: &Path) -> PathBuf {
    let mut names = (1..).map(|number| dir.join(format!("zhuanjie.db.replaced-{number}")));
    names.find(|path| !path.exists()).expect("some number is free")
}
