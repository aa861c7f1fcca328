//! Members, what was said to them, and erasing both.

use chrono::{DateTime, Duration, FixedOffset};
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::store::error::Doing;
use crate::store::{StoreError, Tx, times};
use crate::transfer::id::without_ids;

/// More misses than this are not kept; the oldest go.
const MISSES_KEPT: i64 = 10_000;
/// So many old replies at most are deleted in one turn, so that no turn pays for a long absence.
const FORGOTTEN_AT_ONCE: u32 = 1000;

/// The row of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberKey(pub(super) i64);

/// A member as last written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their row.
    pub key: MemberKey,
    /// Where their conversation stands, JSON.
    pub state: String,
    /// The version of that format.
    pub version: u32,
    /// When they last said something.
    pub seen_at: DateTime<FixedOffset>,
}

/// A delivery as it is kept: a hash that says neither whose it was nor what number it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Delivery([u8; 32]);

/// A reply to keep.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// To whom; `None` for what may not be linked to anybody, such as the reply to an erasure.
    pub member: Option<MemberKey>,
    /// The delivery that it answers, where the channel has such a thing.
    pub delivery: Option<Delivery>,
    /// The reply, JSON.
    pub body: &'a str,
    /// Now.
    pub created_at: DateTime<FixedOffset>,
    /// When it was sent; `None` leaves it to a sender.
    pub sent_at: Option<DateTime<FixedOffset>>,
}

/// What an erasure removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Transfers.
    pub transfers: u32,
    /// Entries of those transfers.
    pub entries: u32,
    /// Replies.
    pub replies: u32,
}

/// Something asked that was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Known words of what was asked.
    pub text_masked: String,
    /// What came nearest.
    pub nearest: String,
    /// When.
    pub at: DateTime<FixedOffset>,
}

impl Tx<'_> {
    /// The member that a channel calls by this handle, if they are known.
    pub fn member(&mut self, handle: &str) -> Result<Option<Member>, StoreError> {
        let doing = "reading a member";
        let row = self
            .sql("SELECT id, state, version, seen_at FROM member WHERE handle = ?1", doing)?
            .query_row([handle], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?)))
            .optional()
            .doing(doing)?;
        row.map(|(key, state, version, seen_at)| {
            Ok(Member { key: MemberKey(key), state, version, seen_at: times::from_text(&seen_at)? })
        })
        .transpose()
    }

    /// Writes where a member's conversation stands, and makes the member where there is none.
    pub fn set_state(
        &mut self,
        handle: &str,
        state: &str,
        version: u32,
        now: DateTime<FixedOffset>,
    ) -> Result<MemberKey, StoreError> {
        let doing = "writing a member";
        self.sql(
            "INSERT INTO member (handle, state, version, seen_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (handle) DO UPDATE SET state = ?2, version = ?3, seen_at = ?4 RETURNING id",
            doing,
        )?
        .query_row(params![handle, state, version, times::to_text(now)], |row| row.get(0).map(MemberKey))
        .doing(doing)
    }

    /// How a delivery is kept. The handle is part of it, since channels number deliveries per chat.
    pub fn delivery(&self, handle: &str, message: &str) -> Delivery {
        // The length, not a separator: a handle or a message may hold any character.
        let hash = Sha256::new()
            .chain_update(self.salt())
            .chain_update((handle.len() as u64).to_le_bytes())
            .chain_update(handle)
            .chain_update(message)
            .finalize();
        Delivery(hash.into())
    }

    /// The reply that a delivery got, if it came before.
    pub fn outgoing(&mut self, delivery: &Delivery) -> Result<Option<String>, StoreError> {
        let doing = "looking for an earlier delivery";
        self.sql("SELECT body FROM outgoing WHERE delivery = ?1", doing)?
            .query_row([&delivery.0[..]], |row| row.get(0))
            .optional()
            .doing(doing)
    }

    /// Keeps a reply.
    pub fn put_outgoing(&mut self, outgoing: &Outgoing<'_>) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO outgoing (member, delivery, body, created_at, sent_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                outgoing.member.map(|key| key.0),
                outgoing.delivery.as_ref().map(|delivery| &delivery.0[..]),
                outgoing.body,
                times::to_text(outgoing.created_at),
                outgoing.sent_at.map(times::to_text),
            ],
            "writing a reply",
        )?;
        Ok(())
    }

    /// Deletes replies, and with them deliveries, older than so many days. A bounded number at once: the next turn
    /// goes on.
    pub fn forget_deliveries(&mut self, now: DateTime<FixedOffset>, days: u32) -> Result<(), StoreError> {
        let before = now - Duration::days(days.into());
        self.execute(
            "DELETE FROM outgoing WHERE id IN
             (SELECT id FROM outgoing WHERE created_at <= ?1 ORDER BY created_at LIMIT ?2)",
            params![times::to_text(before), FORGOTTEN_AT_ONCE],
            "deleting old replies",
        )?;
        Ok(())
    }

    /// Deletes a member and everything that is kept of them. What this turn still has to say goes into
    /// [`Tx::put_outgoing`] afterwards, with no member and without their IDs.
    pub fn erase(&mut self, member: MemberKey) -> Result<Erased, StoreError> {
        let doing = "counting what to erase";
        let erased = self
            .sql(
                "SELECT (SELECT count(*) FROM transfer WHERE member = ?1),
                        (SELECT count(*) FROM transfer JOIN entry ON entry.transfer = transfer.id WHERE member = ?1),
                        (SELECT count(*) FROM outgoing WHERE member = ?1)",
                doing,
            )?
            .query_row([member.0], |row| {
                Ok(Erased { transfers: row.get(0)?, entries: row.get(1)?, replies: row.get(2)? })
            })
            .doing(doing)?;
        let doing = "erasing a member";
        self.execute("DELETE FROM member WHERE id = ?1", [member.0], doing)?;
        self.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('traces', x'01')", [], doing)?;
        self.mark_erased();
        Ok(erased)
    }

    /// Keeps a question that was not answered. The caller leaves known words alone in it; IDs of transfers are taken out here,
    /// because they would lead back to the member and outlive an erasure.
    pub fn keep_miss(&mut self, miss: &Miss) -> Result<(), StoreError> {
        let doing = "keeping a question";
        let id: i64 = self
            .sql("INSERT INTO miss (text_masked, nearest, at) VALUES (?1, ?2, ?3) RETURNING id", doing)?
            .query_row(params![without_ids(&miss.text_masked), miss.nearest, times::to_text(miss.at)], |row| row.get(0))
            .doing(doing)?;
        self.execute("DELETE FROM miss WHERE id <= ?1", [id - MISSES_KEPT], doing)?;
        Ok(())
    }

    /// The latest questions that were not answered, latest first.
    pub fn misses(&mut self, most: u32) -> Result<Vec<Miss>, StoreError> {
        let doing = "reading questions";
        let mut statement = self.sql("SELECT text_masked, nearest, at FROM miss ORDER BY id DESC LIMIT ?1", doing)?;
        let mut rows = statement.query([most]).doing(doing)?;
        let mut misses = Vec::new();
        while let Some(row) = rows.next().doing(doing)? {
            misses.push(Miss {
                text_masked: row.get(0).doing(doing)?,
                nearest: row.get(1).doing(doing)?,
                at: times::from_text(&row.get::<_, String>(2).doing(doing)?)?,
            });
        }
        Ok(misses)
    }
}
