//! What was delivered, so that nothing has its effect twice.

use std::cell::RefCell;

use chrono::{DateTime, Duration, FixedOffset};
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::store::error::Doing;
use crate::store::{DELIVERY_DAYS, MemberKey, StoreError, Tx, times};

/// Old deliveries are looked for with one in so many new ones,
const FORGET_EVERY: i64 = 64;
/// and so many at most are deleted then: more than came, so that they become fewer, and few, so that no turn pays for a
/// long absence.
const FORGOTTEN_AT_ONCE: i64 = 4 * FORGET_EVERY;

/// How many bytes of a hash tell one channel from another.
const CHANNEL: usize = 8;

/// A delivery as it is kept, without whose it was: a hash, or the number that a channel counts for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Delivery(Vec<u8>);

/// A delivery that came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The reply it got, JSON; gone where the member was erased, or where the channel does not read it back.
    pub reply: Option<String>,
}

/// What makes hashes useless outside this database.
pub(super) struct Salt {
    salt: Vec<u8>,
    /// The channels whose deliveries come in a row, and how these begin.
    channels: RefCell<Vec<(String, [u8; CHANNEL])>>,
}

impl Salt {
    pub(super) fn new(salt: Vec<u8>) -> Self {
        Self { salt, channels: RefCell::default() }
    }

    fn hash(&self, scope: &str, message: &str) -> [u8; 32] {
        // The length, not a separator: a scope or a message may hold any character.
        let hash = Sha256::new()
            .chain_update(&self.salt)
            .chain_update((scope.len() as u64).to_le_bytes())
            .chain_update(scope)
            .chain_update(message);
        hash.finalize().into()
    }

    fn channel(&self, name: &str) -> [u8; CHANNEL] {
        let channels = &mut *self.channels.borrow_mut();
        if let Some((_, begin)) = channels.iter().find(|(known, _)| known == name) {
            return *begin;
        }
        let mut begin = [0; CHANNEL];
        begin.copy_from_slice(&self.hash(name, "")[..CHANNEL]);
        channels.push((name.to_owned(), begin));
        begin
    }
}

impl Tx<'_> {
    /// How a delivery is kept. The scope is part of it: where a channel numbers deliveries per member, the handle.
    pub fn delivery(&self, scope: &str, message: &str) -> Delivery {
        Delivery(self.salt().hash(scope, message).to_vec())
    }

    /// How a delivery is kept that is one in a row: beside the one before it, so that what comes together is written
    /// together.
    pub fn delivery_in_a_row(&self, channel: &str, number: u64) -> Delivery {
        Delivery([self.salt().channel(channel), number.to_be_bytes()].concat())
    }

    /// What is known of a delivery, if it came before.
    pub fn seen(&mut self, delivery: &Delivery) -> Result<Option<Seen>, StoreError> {
        let doing = "looking for an earlier delivery";
        self.sql("SELECT reply FROM delivery WHERE hash = ?1", doing)?
            .query_row([&delivery.0[..]], |row| row.get(0).map(|reply| Seen { reply }))
            .optional()
            .doing(doing)
    }

    /// Keeps a delivery, and the reply where the channel will read it back. Says whether it is time to forget old ones; none
    /// where it is kept already, as it was.
    pub fn keep_delivery(
        &mut self,
        delivery: &Delivery,
        member: Option<MemberKey>,
        reply: Option<&str>,
        at: DateTime<FixedOffset>,
    ) -> Result<Option<bool>, StoreError> {
        let sql =
            "INSERT INTO delivery (hash, member, reply, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING";
        let row = params![&delivery.0[..], member.map(|key| key.0), reply, times::to_text(at)];
        let new = self.execute(sql, row, "keeping a delivery")? > 0;
        Ok(new.then(|| self.last_row() % FORGET_EVERY == 0))
    }

    /// Forgets deliveries that are no longer to be known, a few at once; the daily run finds the others.
    pub fn forget_deliveries(&mut self, now: DateTime<FixedOffset>) -> Result<(), StoreError> {
        let before = now - Duration::days(DELIVERY_DAYS.into());
        let (before, doing) = (times::to_text(before), "forgetting old deliveries");
        // Mostly the oldest is still to be known, and with it the others.
        let oldest = "SELECT 1 FROM (SELECT at FROM delivery ORDER BY id LIMIT 1) WHERE at <= ?1";
        if self.sql(oldest, doing)?.exists([&before]).doing(doing)? {
            let sql = "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery ORDER BY id LIMIT ?2) AND at <= ?1";
            self.execute(sql, params![before, FORGOTTEN_AT_ONCE], doing)?;
        }
        Ok(())
    }
}
