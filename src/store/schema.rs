//! The layout of the database and how an older one is brought up to date. A migration that was released is never
//! changed; a change is a new file.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{Error, M, MigrationDefinitionError, Migrations};

use crate::store::StoreError;

const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/0001-start.sql")),
    M::up(include_str!("schema/0002-outbox.sql")),
    M::up(include_str!("schema/0003-codes.sql")),
    M::up(include_str!("schema/0004-misses.sql")),
    M::up(include_str!("schema/0005-requests.sql")),
    M::up(include_str!("schema/0006-reminded.sql")),
];

/// The layout that this program reads.
pub(super) const VERSION: i64 = STEPS.len() as i64;

/// Brings the database up to date.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    Migrations::from_slice(STEPS).to_latest(connection).map_err(|error| match error {
        Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            StoreError::Newer { path: path.to_owned() }
        }
        other => StoreError::Migration { path: path.to_owned(), why: other.to_string() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_valid() {
        assert_eq!(Migrations::from_slice(STEPS).validate(), Ok(()));
    }
}
