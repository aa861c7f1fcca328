//! What can go wrong with the database, for the operator to read. A member never sees these texts.

use std::path::PathBuf;

/// What went wrong, and where.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or the file could not be made.
    #[error("cannot make {path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database could not be opened or made ready.
    #[error("cannot open the database {path}: {source}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// Another process has it.
    #[error("the database {path} is in use by another process; only one at a time can hold it")]
    Held {
        /// Which.
        path: PathBuf,
    },
    /// There is none.
    #[error("there is no database {path}")]
    Nothing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// An older version of this program wrote it, and it is only to be read.
    #[error(
        "the database {path} was written by an older version of zhuanjie; start the service once to bring it up to date"
    )]
    Older {
        /// Which.
        path: PathBuf,
    },
    /// A file is in the way.
    #[error("{path} exists already; name a file that does not")]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// Copying failed.
    #[error("cannot copy the database to {path}: {source}")]
    Copy {
        /// Where to.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// It cannot be relied on.
    #[error("{path} is not a sound database: {why}")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A newer version of this program has changed its layout.
    #[error("the database {path} was written by a newer version of zhuanjie; use that one")]
    Newer {
        /// Which.
        path: PathBuf,
    },
    /// Bringing its layout up to date failed; nothing was changed.
    #[error("cannot bring the database {path} up to date: {why}")]
    Migration {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A statement failed.
    #[error("{doing} failed: {source}")]
    Sql {
        /// What was to be done.
        doing: &'static str,
        /// Why.
        source: rusqlite::Error,
    },
    /// A row holds what this program never writes.
    #[error("the database holds {value:?} as {what}")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// What it is.
        value: String,
    },
    /// The transaction that the turn was part of could not be committed; nothing of it is kept.
    #[error("the turn was not committed: {why}")]
    NotCommitted {
        /// Why.
        why: String,
    },
    /// The erasure is committed, but traces may be left in the files until it is tried again, with the next turn or
    /// at the next start.
    #[error("erased, but the files could not be cleaned yet: {why}")]
    Traces {
        /// Why.
        why: String,
    },
    /// The turn panicked; nothing of it is kept.
    #[error("a turn panicked: {why}")]
    Panicked {
        /// The message of the panic.
        why: String,
    },
    /// The writer was ended, or a panic left a transaction half done.
    #[error("the writer has stopped")]
    Stopped,
}

/// Says what was being done when SQLite failed.
pub(super) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, rusqlite::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Sql { doing, source })
    }
}
