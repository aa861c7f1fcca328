//! What a roster says, in memory.

use std::fmt;
use std::sync::Arc;

use crate::knowledge::terms::System;
use crate::language::clean::Phone;
use crate::membership::roster::Name;

/// Where one person's membership is, as a roster says it.
#[derive(Clone, PartialEq, Eq)]
pub struct Membership {
    /// Whose it is.
    pub name: Name,
    /// The branch (团支部) that holds it, written as the roster writes it.
    pub organization: Arc<str>,
    /// What is above the branch, where the roster says it.
    pub superior: Option<Arc<str>>,
    /// The system in which the branch is.
    pub system: System,
    /// Whom to ask, where the roster says it; may hold a telephone number.
    pub contact: Option<Arc<str>>,
}

impl fmt::Debug for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the contact, in which a number may be.
        f.debug_struct("Membership")
            .field("name", &self.name)
            .field("organization", &self.organization)
            .field("system", &self.system)
            .finish_non_exhaustive()
    }
}

/// One person of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Their number.
    pub phone: Phone,
    /// What is known of it.
    pub membership: Membership,
}

/// A roster without a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Rows below the header that are not blank.
    pub rows: u32,
    /// Each person once, in the order of the file.
    pub entries: Vec<Row>,
    /// SHA-256 of the file, by which it is known again.
    pub digest: [u8; 32],
}

impl Table {
    /// Rows that say again what another row says.
    pub fn duplicates(&self) -> u32 {
        self.rows.saturating_sub(u32::try_from(self.entries.len()).unwrap_or(u32::MAX))
    }
}
