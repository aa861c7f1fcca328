//! Rosters: what a league committee knows of its members, as its own export says it.
//!
//! [`read`] makes a table of a file's bytes, or tells every bad row. [`import`] keeps a table in `roster.db`, a
//! database of its own in the data folder: an operator replaces it while the service runs, which only reads it. It is
//! never changed where it stands: the next one is built beside it and takes its name, so that whoever reads sees the
//! old or the new, a crash leaves the old, and what was removed is in no byte of the file.
//!
//! A phone number is kept as a keyed hash; the whole database is under one key and is refused with another.

mod change;
mod database;
mod error;
mod name;
mod read;
mod row;

pub use change::{Imported, forget_older_than, import, remove, remove_all, tidy};
pub use database::{Count, Entry, FILE, ImportLine, Roster, Summary, summary};
pub use error::RosterError;
pub use name::Name;
pub use read::{CELL, ROWS, RowProblem, SIZE, read};
pub use row::{Membership, Row, Table};
