//! One process at a time may write a database of a data folder. A lock file says so and not a lock of the database, so
//! that others can read it and back it up meanwhile. The lock goes with the process, whatever ends it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::store::StoreError;

/// The name of the lock file in the data folder.
pub(super) const FILE: &str = "zhuanjie.lock";
/// Long enough for a predecessor that is just closing, short enough for a person who started it twice.
const PATIENCE: Duration = Duration::from_secs(1);

/// Held as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "closing the file gives the lock back")] File);

impl Lock {
    /// The lock of a folder whose database is `database`.
    pub(super) fn take(dir: &Path, database: &Path) -> Result<Self, StoreError> {
        Self::hold(&dir.join(FILE))?.ok_or_else(|| StoreError::Held { path: database.to_owned() })
    }

    /// The lock that a file is; none while another process holds it.
    pub(crate) fn hold(path: &Path) -> Result<Option<Self>, StoreError> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let fails = |source| StoreError::Folder { path: path.to_owned(), source };
        let file = options.open(path).map_err(fails)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self(file))),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) => return Err(fails(source)),
            }
        }
    }
}
