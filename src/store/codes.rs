//! Codes, passes, and when codes were sent. Phones and conversations are keyed hashes here; the digits are never seen.

use chrono::{DateTime, FixedOffset, TimeDelta};
use rusqlite::{OptionalExtension, params};

use crate::membership::codes::{A_DAY, AN_HOUR, Nonce, PAUSE, Purpose, TRIES};
use crate::membership::key::PhoneHash;
use crate::store::error::Doing;
use crate::store::{MemberKey, StoreError, Tx, times};
use crate::transfer::TransferId;

/// How many codes may be sent to anybody at all: what they cost is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// In an hour.
    pub an_hour: u32,
    /// In a day.
    pub a_day: u32,
}

/// Whether a code may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// It may.
    Fine,
    /// The last one to this phone was sent a moment ago.
    TooSoon,
    /// This phone or this conversation had enough.
    Enough,
    /// Everybody together had enough.
    Closed,
}

/// A pass of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// What its digits follow from.
    pub nonce: Nonce,
    /// Until when it counts.
    pub expires_at: DateTime<FixedOffset>,
}

impl Tx<'_> {
    /// May a code be sent to this phone, for this conversation?
    pub fn may_send(
        &mut self,
        phone: &PhoneHash,
        conversation: &[u8; 32],
        total: Total,
        now: DateTime<FixedOffset>,
    ) -> Result<Sending, StoreError> {
        let of_phone = ("phone = ?2", &phone.bytes()[..]);
        let of_conversation = ("conversation = ?2", &conversation[..]);
        if self.sent_since(of_phone, now - PAUSE)? > 0 {
            return Ok(Sending::TooSoon);
        }
        for whose in [of_phone, of_conversation] {
            for (most, within) in [(AN_HOUR, TimeDelta::hours(1)), (A_DAY, TimeDelta::days(1))] {
                if self.sent_since(whose, now - within)? >= most {
                    return Ok(Sending::Enough);
                }
            }
        }
        for (most, within) in [(total.an_hour, TimeDelta::hours(1)), (total.a_day, TimeDelta::days(1))] {
            if self.sent_since(("?2 = x''", &[]), now - within)? >= most {
                return Ok(Sending::Closed);
            }
        }
        Ok(Sending::Fine)
    }

    fn sent_since(&self, (whose, value): (&str, &[u8]), since: DateTime<FixedOffset>) -> Result<u32, StoreError> {
        let doing = "counting codes";
        // `whose` is one of the three above.
        self.sql(&format!("SELECT count(*) FROM code_sent WHERE at > ?1 AND {whose}"), doing)?
            .query_row(params![times::to_text(since), value], |row| row.get(0))
            .doing(doing)
    }

    /// Keeps a code that is being sent. Whatever was sent to this phone or this conversation before counts no more.
    pub fn keep_code(
        &mut self,
        member: MemberKey,
        (purpose, phone): (Purpose, &PhoneHash),
        mac: &[u8; 32],
        expires_at: DateTime<FixedOffset>,
    ) -> Result<(), StoreError> {
        let doing = "keeping a code";
        self.execute(
            "DELETE FROM code WHERE phone = ?1 AND purpose = ?2",
            params![&phone.bytes()[..], purpose.code()],
            doing,
        )?;
        self.execute(
            "INSERT OR REPLACE INTO code (member, purpose, phone, mac, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![member.0, purpose.code(), &phone.bytes()[..], &mac[..], times::to_text(expires_at)],
            doing,
        )?;
        Ok(())
    }

    /// Notes that a code is being sent.
    pub fn count_code(
        &mut self,
        phone: &PhoneHash,
        conversation: &[u8; 32],
        now: DateTime<FixedOffset>,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO code_sent (phone, conversation, at) VALUES (?1, ?2, ?3)",
            params![&phone.bytes()[..], &conversation[..], times::to_text(now)],
            "counting codes",
        )?;
        Ok(())
    }

    /// Tries a code that a member gives: counts the try, then compares. A right code counts once. Returns whose it proves
    /// to be.
    pub fn try_code(
        &mut self,
        member: MemberKey,
        purpose: Purpose,
        now: DateTime<FixedOffset>,
        right: impl FnOnce(&PhoneHash, &[u8]) -> bool,
    ) -> Result<Option<PhoneHash>, StoreError> {
        let doing = "trying a code";
        let found: Option<([u8; 32], Vec<u8>)> = self
            .sql(
                "UPDATE code SET tries = tries + 1
                 WHERE member = ?1 AND purpose = ?2 AND tries < ?3 AND expires_at > ?4 RETURNING phone, mac",
                doing,
            )?
            .query_row(params![member.0, purpose.code(), TRIES, times::to_text(now)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .doing(doing)?;
        let Some((phone, mac)) = found else { return Ok(None) };
        let phone = PhoneHash::from_bytes(phone);
        if !right(&phone, &mac) {
            return Ok(None);
        }
        self.execute("DELETE FROM code WHERE member = ?1 AND purpose = ?2", params![member.0, purpose.code()], doing)?;
        Ok(Some(phone))
    }

    /// The pass of a transfer that counts now.
    pub fn pass(&mut self, transfer: TransferId, now: DateTime<FixedOffset>) -> Result<Option<Pass>, StoreError> {
        let doing = "reading a pass";
        let found: Option<(Nonce, String)> = self
            .sql("SELECT nonce, expires_at FROM pass WHERE transfer = ?1 AND expires_at > ?2 AND tries < ?3", doing)?
            .query_row(params![transfer.to_string(), times::to_text(now), TRIES], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .doing(doing)?;
        found.map(|(nonce, at)| Ok(Pass { nonce, expires_at: times::from_text(&at)? })).transpose()
    }

    /// Gives a transfer a pass; the one before counts no more.
    pub fn set_pass(&mut self, transfer: TransferId, pass: &Pass) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO pass (transfer, nonce, expires_at) VALUES (?1, ?2, ?3)",
            params![transfer.to_string(), &pass.nonce[..], times::to_text(pass.expires_at)],
            "writing a pass",
        )?;
        Ok(())
    }

    /// Takes the pass of a transfer back.
    pub fn revoke_pass(&mut self, transfer: TransferId) -> Result<(), StoreError> {
        self.execute("DELETE FROM pass WHERE transfer = ?1", [transfer.to_string()], "taking back a pass")?;
        Ok(())
    }

    /// Tries a pass: counts the try, then compares. Says whether it was right.
    pub fn try_pass(
        &mut self,
        transfer: TransferId,
        now: DateTime<FixedOffset>,
        right: impl FnOnce(&Nonce) -> bool,
    ) -> Result<bool, StoreError> {
        let doing = "trying a pass";
        let nonce: Option<Nonce> = self
            .sql(
                "UPDATE pass SET tries = tries + 1 WHERE transfer = ?1 AND tries < ?2 AND expires_at > ?3
                 RETURNING nonce",
                doing,
            )?
            .query_row(params![transfer.to_string(), TRIES, times::to_text(now)], |row| row.get(0))
            .optional()
            .doing(doing)?;
        let right = nonce.is_some_and(|nonce| right(&nonce));
        if right {
            // It may be used again; only what was wrong counts.
            self.execute("UPDATE pass SET tries = 0 WHERE transfer = ?1", [transfer.to_string()], doing)?;
        }
        Ok(right)
    }
}
