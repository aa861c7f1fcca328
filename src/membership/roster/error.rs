//! What can go wrong with a roster, for the operator to read.

use std::path::PathBuf;

use crate::store::StoreError;

/// What went wrong, and where.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// It was written with another key.
    #[error(
        "{path} was written with another key. Put that key back; or, if the key was changed on purpose, run \
         `zhuanjie roster remove --all` and import the rosters anew"
    )]
    OtherKey {
        /// Which.
        path: PathBuf,
    },
    /// Another process is changing it.
    #[error("{path} is being changed by another process; try again when it is done")]
    Busy {
        /// Which.
        path: PathBuf,
    },
    /// A newer version of this program wrote it.
    #[error("{path} was written by a newer version of zhuanjie; use that one")]
    Newer {
        /// Which.
        path: PathBuf,
    },
    /// A file of the data folder cannot be read or written.
    #[error("cannot use {path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite failed.
    #[error("{doing} {path} failed: {source}")]
    Sql {
        /// What was to be done.
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A row holds what this program never writes.
    #[error("{path} is damaged: it holds something else as {what}; remove it and import the rosters anew")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// The lock, the folder or a time.
    #[error(transparent)]
    Store(#[from] StoreError),
}
