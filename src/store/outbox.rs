//! Messages that are still to be sent. A row is deleted when its message has gone out, so what is here is what would be
//! missing.

use chrono::{DateTime, FixedOffset};
use rusqlite::{OptionalExtension, Params, params};

use crate::store::error::Doing;
use crate::store::{MemberKey, StoreError, Tx, times};
use crate::transfer::TransferId;

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its row; the order of sending within a chat.
    pub id: i64,
    /// Where to, as the channel names it.
    pub chat: String,
    /// The message, as the channel will read it.
    pub body: String,
    /// Nobody asked for it: it must not come at night.
    pub reminder: bool,
}

/// A reminder to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Where to, as the channel names it.
    pub chat: String,
    /// Who is reminded.
    pub member: MemberKey,
    /// Of which transfer,
    pub transfer: TransferId,
    /// and which deadline.
    pub deadline: String,
    /// Since when it is to be sent.
    pub composed_at: DateTime<FixedOffset>,
}

/// Of which deadline a reminder is.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a> {
    /// The transfer.
    pub transfer: TransferId,
    /// The rule.
    pub deadline: &'a str,
}

impl Tx<'_> {
    /// Hands a message in to be sent.
    pub fn post(
        &mut self,
        chat: &str,
        member: Option<MemberKey>,
        of: Option<Of<'_>>,
        body: String,
        now: DateTime<FixedOffset>,
    ) -> Result<Parcel, StoreError> {
        let doing = "writing a message to be sent";
        let id = self
            .sql(
                "INSERT INTO outbox (chat, member, transfer, deadline, body, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                doing,
            )?
            .insert(params![
                chat,
                member.map(|key| key.0),
                of.map(|of| of.transfer.to_string()),
                of.map(|of| of.deadline),
                body,
                times::to_text(now)
            ])
            .doing(doing)?;
        Ok(Parcel { id, chat: chat.to_owned(), body, reminder: of.is_some() })
    }

    /// Everything to be sent in one channel, whose chats begin like this, but to those who cannot be reached.
    pub fn unsent(&mut self, channel: &str) -> Result<Vec<Parcel>, StoreError> {
        self.parcels(
            "LEFT JOIN member ON member.id = outbox.member
             WHERE substr(chat, 1, length(?1)) = ?1 AND member.blocked_at IS NULL",
            [channel],
        )
    }

    /// Everything to be sent to one chat.
    pub fn unsent_to(&mut self, chat: &str) -> Result<Vec<Parcel>, StoreError> {
        self.parcels("WHERE chat = ?1", [chat])
    }

    fn parcels(&mut self, which: &str, params: impl Params) -> Result<Vec<Parcel>, StoreError> {
        let doing = "reading what is to be sent";
        let sql = format!("SELECT outbox.id, chat, body, transfer IS NOT NULL FROM outbox {which} ORDER BY outbox.id");
        let mut statement = self.sql(&sql, doing)?;
        let rows = statement
            .query_map(params, |row| {
                Ok(Parcel { id: row.get(0)?, chat: row.get(1)?, body: row.get(2)?, reminder: row.get(3)? })
            })
            .doing(doing)?;
        rows.collect::<Result<_, _>>().doing(doing)
    }

    /// What a reminder that is still to be sent reminds of; none where it has become pointless.
    pub fn unsent_reminder(&mut self, id: i64) -> Result<Option<Unsent>, StoreError> {
        let doing = "looking for a reminder to be sent";
        let mut statement = self.sql(
            "SELECT chat, member, transfer, deadline, created_at FROM outbox
             WHERE id = ?1 AND member IS NOT NULL AND transfer IS NOT NULL AND deadline IS NOT NULL",
            doing,
        )?;
        let row = statement.query_row([id], |row| {
            let text = |column| row.get::<_, String>(column);
            Ok((text(0)?, MemberKey(row.get(1)?), text(2)?, text(3)?, text(4)?))
        });
        let Some((chat, member, transfer, deadline, composed_at)) = row.optional().doing(doing)? else {
            return Ok(None);
        };
        let transfer = TransferId::parse(&transfer)
            .ok_or(StoreError::Unreadable { what: "the ID of a transfer", value: transfer })?;
        Ok(Some(Unsent { chat, member, transfer, deadline, composed_at: times::from_text(&composed_at)? }))
    }

    /// Messages have gone out, or never can.
    pub fn sent(&mut self, mut ids: Vec<i64>) -> Result<(), StoreError> {
        ids.sort_unstable();
        for row in ids.chunk_by(|one, next| one + 1 == *next) {
            let (first, last) = (row[0], row[row.len() - 1]);
            let sql = "DELETE FROM outbox WHERE id BETWEEN ?1 AND ?2";
            self.execute(sql, [first, last], "noting that messages were sent")?;
        }
        Ok(())
    }

    /// A chat has another name from now on.
    pub fn moved(&mut self, chat: &str, to: &str) -> Result<(), StoreError> {
        self.execute("UPDATE outbox SET chat = ?2 WHERE chat = ?1", [chat, to], "renaming a chat")?;
        Ok(())
    }

    /// Drops what is to be sent to a chat and belongs to no member: nobody is left to send it to.
    pub fn drop_unowned(&mut self, chat: &str) -> Result<(), StoreError> {
        self.execute("DELETE FROM outbox WHERE chat = ?1 AND member IS NULL", [chat], "dropping messages")?;
        Ok(())
    }

    /// How many messages are to be sent.
    pub fn unsent_count(&mut self) -> Result<i64, StoreError> {
        let doing = "counting what is to be sent";
        self.sql("SELECT count(*) FROM outbox", doing)?.query_row([], |row| row.get(0)).doing(doing)
    }
}
