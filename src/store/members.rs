//! Members, and erasing them.

use chrono::{DateTime, FixedOffset};
use rusqlite::{OptionalExtension, params};

use crate::store::error::Doing;
use crate::store::{Kept, StoreError, Tx, times};

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
    /// Returns what was kept until now.
    pub fn erase(&mut self, member: MemberKey) -> Result<Kept, StoreError> {
        let kept = self.kept(member)?;
        self.remove_member(member)?;
        self.leave_traces()?;
        self.mark_erased();
        Ok(kept)
    }

    /// Deletes a member; the traces are left to whoever calls it.
    pub(super) fn remove_member(&mut self, member: MemberKey) -> Result<(), StoreError> {
        self.execute("DELETE FROM member WHERE id = ?1", [member.0], "erasing a member").map(drop)
    }
}
