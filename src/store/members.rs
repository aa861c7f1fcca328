//! Members, and erasing them.

use chrono::{DateTime, FixedOffset};
use rusqlite::{OptionalExtension, params};

use crate::store::error::Doing;
use crate::store::{StoreError, Tx, times};

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
    /// Since when they cannot be reached.
    pub blocked_at: Option<DateTime<FixedOffset>>,
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

impl Tx<'_> {
    /// The member that a channel calls by this handle, if they are known.
    pub fn member(&mut self, handle: &str) -> Result<Option<Member>, StoreError> {
        let doing = "reading a member";
        let row = self
            .sql("SELECT id, state, version, seen_at, blocked_at FROM member WHERE handle = ?1", doing)?
            .query_row([handle], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get::<_, Option<String>>(4)?))
            })
            .optional()
            .doing(doing)?;
        row.map(|(key, state, version, seen_at, blocked_at)| {
            let blocked_at = blocked_at.as_deref().map(times::from_text).transpose()?;
            Ok(Member { key: MemberKey(key), state, version, seen_at: times::from_text(&seen_at)?, blocked_at })
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

    /// Writes where the conversation of a known member stands.
    pub fn update_state(
        &mut self,
        member: MemberKey,
        state: &str,
        version: u32,
        now: DateTime<FixedOffset>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE member SET state = ?2, version = ?3, seen_at = ?4 WHERE id = ?1";
        self.execute(sql, params![member.0, state, version, times::to_text(now)], "writing a member").map(drop)
    }

    /// Notes whether a member can be reached. Says whether that is news.
    pub fn set_blocked(&mut self, handle: &str, since: Option<DateTime<FixedOffset>>) -> Result<bool, StoreError> {
        let sql = match since {
            Some(_) => "UPDATE member SET blocked_at = ?2 WHERE handle = ?1 AND blocked_at IS NULL",
            None => "UPDATE member SET blocked_at = ?2 WHERE handle = ?1 AND blocked_at IS NOT NULL",
        };
        Ok(self.execute(sql, params![handle, since.map(times::to_text)], "noting who can be reached")? > 0)
    }

    /// Deletes a member and everything that is kept of them. Of their deliveries the bare hashes stay, so that none of
    /// them has its effect again. What this turn still has to say is kept afterwards, with no member and without IDs.
    pub fn erase(&mut self, member: MemberKey) -> Result<Erased, StoreError> {
        let doing = "counting what to erase";
        let erased = self
            .sql(
                "SELECT (SELECT count(*) FROM transfer WHERE member = ?1),
                        (SELECT count(*) FROM transfer JOIN entry ON entry.transfer = transfer.id WHERE member = ?1),
                        (SELECT count(*) FROM delivery WHERE member = ?1 AND reply IS NOT NULL)
                        + (SELECT count(*) FROM outbox WHERE member = ?1)",
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
}
