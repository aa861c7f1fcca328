//! What a turn can do to the database. Its methods live with what they are about, in `members` and `transfers`.

use rusqlite::{CachedStatement, Connection};

use crate::store::StoreError;
use crate::store::deliveries::Salt;
use crate::store::error::Doing;

/// One turn's view of the database; all of it is kept or none.
pub struct Tx<'a> {
    connection: &'a Connection,
    salt: &'a Salt,
    erased: bool,
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection, salt: &'a Salt) -> Self {
        Self { connection, salt, erased: false }
    }

    pub(super) fn salt(&self) -> &Salt {
        self.salt
    }

    pub(super) fn erased(&self) -> bool {
        self.erased
    }

    /// Notes that the files have to be cleaned of what was deleted, whatever happens to this process.
    pub(super) fn leave_traces(&self) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO meta (key, value) VALUES ('traces', x'01')";
        self.execute(sql, [], "noting what was erased").map(drop)
    }

    /// Has the files cleaned as soon as this is committed.
    pub(super) fn mark_erased(&mut self) {
        self.erased = true;
    }

    /// Writes something that changes nothing, to see whether anything can be written.
    pub fn touch(&mut self) -> Result<(), StoreError> {
        self.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('touched', x'00')", [], "writing").map(drop)
    }

    /// A statement, prepared once for the life of the connection.
    pub(super) fn sql(&self, sql: &str, doing: &'static str) -> Result<CachedStatement<'a>, StoreError> {
        self.connection.prepare_cached(sql).doing(doing)
    }

    /// The row that was inserted last.
    pub(super) fn last_row(&self) -> i64 {
        self.connection.last_insert_rowid()
    }

    pub(super) fn execute(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        doing: &'static str,
    ) -> Result<usize, StoreError> {
        self.sql(sql, doing)?.execute(params).doing(doing)
    }
}
