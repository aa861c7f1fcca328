//! Where a membership is, as a league committee's roster knows it, told to whoever holds the phone number.
//!
//! A phone is kept as a keyed hash alone; a code goes to every number, and the roster is read only after it was right.

pub mod codes;
pub mod key;
pub mod roster;
pub mod sender;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::language::clean::Phone;
use crate::store::Total;
use codes::{Code, LIFETIME};
use key::{Key, PhoneHash};
use roster::{Entry, Roster, RosterError};
use sender::{CodeMessage, Sender};

/// What it takes to tell people where they are.
pub struct Registry {
    /// Hashes phones, codes and conversations.
    pub key: Key,
    /// Where the rosters are, if anywhere.
    pub folder: Option<PathBuf>,
    /// Who sends codes; without one nobody can prove whose a phone is.
    pub sender: Option<Arc<dyn Sender>>,
    /// How many codes may be sent in all.
    pub total: Total,
}

impl Registry {
    /// What the rosters say of a phone. To be asked only when a code has proved whose it is.
    pub fn lookup(&self, phone: &PhoneHash) -> Result<Option<Entry>, RosterError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        Roster::open(folder, &self.key)?.map_or(Ok(None), |roster| roster.lookup(phone))
    }
}

/// A code that is committed and has still to be sent. It is in memory alone: one that is lost is asked for again.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeToSend {
    /// The number.
    pub to: Phone,
    /// The code.
    pub code: Code,
    /// A name that no other has.
    pub id: String,
    /// When it was made.
    pub at: DateTime<FixedOffset>,
}

impl CodeToSend {
    /// As a sender takes it.
    pub fn message(&self) -> CodeMessage<'_> {
        let valid_for = LIFETIME.to_std().unwrap_or_default();
        CodeMessage { to: &self.to, code: self.code.reveal(), id: &self.id, at: self.at, valid_for }
    }
}

impl fmt::Debug for CodeToSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeToSend").field("id", &self.id).finish_non_exhaustive()
    }
}
