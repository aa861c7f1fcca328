//! What is to be said when its time has come.

use chrono::{DateTime, FixedOffset, NaiveDate};
use rusqlite::params;

use crate::store::error::Doing;
use crate::store::{MemberKey, StoreError, Tx, times};
use crate::transfer::{Reminding, TransferId};

/// A reminder to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The rule it reminds of.
    pub deadline: String,
    /// The last day of that.
    pub due: NaiveDate,
    /// When to say it.
    pub at: DateTime<FixedOffset>,
}

/// A reminder whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ripe {
    /// Whom to remind.
    pub member: MemberKey,
    /// How their channel calls them.
    pub handle: String,
    /// The transfer.
    pub transfer: TransferId,
    /// What was planned.
    pub planned: Planned,
}

impl Tx<'_> {
    /// Writes whether a member wants to be reminded of a transfer.
    pub fn set_reminding(&mut self, id: TransferId, reminding: Reminding) -> Result<(), StoreError> {
        self.execute(
            "UPDATE transfer SET reminding = ?2 WHERE id = ?1",
            params![id.to_string(), reminding.code()],
            "writing a transfer",
        )?;
        Ok(())
    }

    /// All reminders of a transfer, earliest first.
    pub fn reminders(&mut self, id: TransferId) -> Result<Vec<Planned>, StoreError> {
        let doing = "reading reminders";
        let mut statement =
            self.sql("SELECT deadline, due, at FROM reminder WHERE transfer = ?1 ORDER BY at, deadline", doing)?;
        let rows = statement
            .query_map([id.to_string()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))
            .doing(doing)?;
        rows.map(|row| {
            let (deadline, due, at) = row.doing(doing)?;
            Ok(Planned { deadline, due: times::day_from_text(&due)?, at: times::from_text(&at)? })
        })
        .collect()
    }

    /// Plans a reminder; one for the same time is left as it is, and one that was said is not planned again.
    pub fn plan_reminder(&mut self, id: TransferId, planned: &Planned) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR IGNORE INTO reminder (transfer, deadline, due, at)
             SELECT id, ?2, ?3, ?4 FROM transfer WHERE id = ?1 AND (reminded_at IS NULL OR reminded_at < ?4)",
            params![id.to_string(), planned.deadline, planned.due.to_string(), times::to_text(planned.at)],
            "planning a reminder",
        )?;
        Ok(())
    }

    /// Takes back the reminders of a deadline, and what of them is still to be sent; with no deadline, of all of them.
    pub fn drop_reminders(&mut self, id: TransferId, deadline: Option<&str>) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM reminder WHERE transfer = ?1 AND (?2 IS NULL OR deadline = ?2)",
            "DELETE FROM outbox WHERE transfer = ?1 AND (?2 IS NULL OR deadline = ?2)",
        ] {
            self.execute(sql, params![id.to_string(), deadline], "taking reminders back")?;
        }
        Ok(())
    }

    /// Drops what of a deadline is still to be sent.
    pub fn drop_unsent(&mut self, id: TransferId, deadline: &str) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM outbox WHERE transfer = ?1 AND deadline = ?2",
            params![id.to_string(), deadline],
            "taking reminders back",
        )?;
        Ok(())
    }

    /// Takes a planned reminder off the list, and those of the same deadline before it.
    pub fn take_reminder(&mut self, id: TransferId, planned: &Planned) -> Result<(), StoreError> {
        let (doing, id, at) = ("taking a reminder", id.to_string(), times::to_text(planned.at));
        let sql = "DELETE FROM reminder WHERE transfer = ?1 AND deadline = ?2 AND at <= ?3";
        self.execute(sql, params![id, planned.deadline, at], doing)?;
        let sql = "UPDATE transfer SET reminded_at = ?2 WHERE id = ?1 AND (reminded_at IS NULL OR reminded_at < ?2)";
        self.execute(sql, params![id, at], doing)?;
        Ok(())
    }

    /// Reminders whose time has come, earliest first, of members who can be reached in a channel. Of several of the same
    /// deadline the last says it all.
    pub fn ripe(&mut self, channel: &str, now: DateTime<FixedOffset>, most: u32) -> Result<Vec<Ripe>, StoreError> {
        let doing = "reading reminders";
        let mut statement = self.sql(
            "SELECT member.id, handle, transfer, deadline, due, at
             FROM reminder JOIN transfer ON transfer.id = transfer JOIN member ON member.id = transfer.member
             WHERE at <= ?2 AND blocked_at IS NULL AND substr(handle, 1, length(?1)) = ?1 AND NOT EXISTS (
                 SELECT 1 FROM reminder AS later WHERE later.transfer = reminder.transfer
                 AND later.deadline = reminder.deadline AND later.at > reminder.at AND later.at <= ?2)
             ORDER BY at LIMIT ?3",
            doing,
        )?;
        let rows = statement
            .query_map(params![channel, times::to_text(now), most], |row| {
                let text = |column| row.get::<_, String>(column);
                Ok((MemberKey(row.get(0)?), text(1)?, text(2)?, text(3)?, text(4)?, text(5)?))
            })
            .doing(doing)?;
        rows.map(|row| {
            let (member, handle, id, deadline, due, at) = row.doing(doing)?;
            let transfer =
                TransferId::parse(&id).ok_or(StoreError::Unreadable { what: "the ID of a transfer", value: id })?;
            let planned = Planned { deadline, due: times::day_from_text(&due)?, at: times::from_text(&at)? };
            Ok(Ripe { member, handle, transfer, planned })
        })
        .collect()
    }
}
