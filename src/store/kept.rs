//! What is kept, whose it is, and how it ends: one table for everything that holds something of a member or could be
//! linked to one. Retention and the documentation go by it; a test refuses a table of the database that is not in it.
//!
//! A new table needs a row here, and either leads to its member by a foreign key that cascades, or says why it stays.

use chrono::{DateTime, FixedOffset};
use rusqlite::OptionalExtension;

use crate::store::error::Doing;
use crate::store::{MemberKey, StoreError, Tx, times};

/// Where something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A table of the database.
    Table(&'static str),
    /// Outside of it.
    Outside(&'static str),
}

/// Whom it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A member.
    Member,
    /// Nobody without the key, which stands outside the database; with it, whoever's phone or conversation is known.
    Hashed,
    /// People whom a committee lists, whether they ever wrote or not.
    Listed,
    /// Nobody.
    Nobody,
}

/// What an erasure does to what is a member's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// It goes: the row of the member, and by foreign keys what belongs to it.
    Goes,
    /// The row stays, and these columns of it become NULL.
    Cleared(&'static [&'static str]),
    /// It stays, for this reason.
    Stays(&'static str),
}

/// A rule that ends what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A member without an open transfer who was not heard of for long, with all that is theirs.
    Conversations,
    /// A transfer that was completed, withdrawn or returned, long after its last entry.
    Finished,
    /// A transfer that was never finished, long after its last entry.
    Unfinished,
    /// A delivery with its reply.
    Deliveries,
    /// A code that has expired.
    Codes,
    /// That a code was sent.
    CodesSent,
    /// A pass that has expired.
    Passes,
    /// A message that could not be sent.
    Unsent,
    /// A question that found no answer or hardly one, or whose answer did not help.
    Misses,
    /// An import of a roster.
    Rosters,
}

impl Rule {
    /// All of them, in the order in which they are applied.
    pub const ALL: [Self; 10] = [
        Self::Deliveries,
        Self::Codes,
        Self::CodesSent,
        Self::Passes,
        Self::Unsent,
        Self::Misses,
        Self::Finished,
        Self::Unfinished,
        Self::Conversations,
        Self::Rosters,
    ];

    /// Its name in counts, logs and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Finished => "finished",
            Self::Unfinished => "unfinished",
            Self::Deliveries => "deliveries",
            Self::Codes => "codes",
            Self::CodesSent => "codes_sent",
            Self::Passes => "passes",
            Self::Unsent => "unsent",
            Self::Misses => "misses",
            Self::Rosters => "rosters",
        }
    }
}

/// One thing that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// Where.
    pub place: Place,
    /// What it holds.
    pub holds: &'static str,
    /// Whom it leads to.
    pub whose: Whose,
    /// The columns that lead there.
    pub links: &'static [&'static str],
    /// What an erasure does to it.
    pub erasure: Erasure,
    /// What ends it without an erasure; nothing where there is no rule.
    pub ends: &'static [Rule],
}

const NOTHING: Erasure = Erasure::Stays("it says nothing of anybody");
/// What is a transfer's goes with it.
const TRANSFERS: &[Rule] = &[Rule::Finished, Rule::Unfinished, Rule::Conversations];

const fn of_member(
    table: &'static str,
    links: &'static [&'static str],
    ends: &'static [Rule],
    holds: &'static str,
) -> Holding {
    Holding { place: Place::Table(table), holds, whose: Whose::Member, links, erasure: Erasure::Goes, ends }
}

const fn of_nobody(table: &'static str, ends: &'static [Rule], holds: &'static str) -> Holding {
    Holding { place: Place::Table(table), holds, whose: Whose::Nobody, links: &[], erasure: NOTHING, ends }
}

const fn outside(name: &'static str, whose: Whose, stays: &'static str, holds: &'static str) -> Holding {
    let erasure = Erasure::Stays(stays);
    Holding { place: Place::Outside(name), holds, whose, links: &[], erasure, ends: &[] }
}

/// Everything that is kept.
pub const HOLDINGS: &[Holding] = &[
    of_member(
        "member",
        &["handle"],
        &[Rule::Conversations],
        "how the channel calls them, where the conversation stands, the last question, harmless words of what was \
         answered last, when they wrote, since when they are unreachable",
    ),
    of_member(
        "transfer",
        &["member"],
        TRANSFERS,
        "the ID, the situation it was planned for, the wish to be reminded, the time of the last reminder",
    ),
    of_member("entry", &["transfer"], TRANSFERS, "what the member told of a transfer, and when"),
    of_member("reminder", &["transfer"], TRANSFERS, "when to remind of which deadline"),
    of_member("pass", &["transfer"], &[Rule::Passes], "a number that digits for looking at a transfer follow from"),
    of_member(
        "outbox",
        &["chat", "member", "transfer"],
        &[Rule::Unsent],
        "messages until they are sent; notices and the receipt of an erasure name the chat and no member",
    ),
    of_member("code", &["member", "phone"], &[Rule::Codes], "keyed hashes of a phone and of the code on its way to it"),
    Holding {
        place: Place::Table("delivery"),
        holds: "a salted hash of a delivery, and the reply where the channel reads it back",
        whose: Whose::Member,
        links: &["member"],
        erasure: Erasure::Cleared(&["member", "reply"]),
        ends: &[Rule::Deliveries],
    },
    Holding {
        place: Place::Table("code_sent"),
        holds: "keyed hashes of a phone and a conversation, and when a code was sent",
        whose: Whose::Hashed,
        links: &["phone", "conversation"],
        erasure: Erasure::Stays("erasing would lift the limits on codes"),
        ends: &[Rule::CodesSent],
    },
    of_nobody(
        "miss",
        &[Rule::Misses],
        "harmless words of questions that found no answer or hardly one, or whose answer did not help; the day",
    ),
    of_nobody("feedback", &[], "how often each answer was found useful"),
    of_nobody("meta", &[], "the salt, marks of work under way, when retention last ran"),
    of_nobody("sqlite_sequence", &[], "SQLite's own: how many rows there have been"),
    Holding {
        place: Place::Outside("roster.db"),
        holds: "a committee's members: a keyed hash of the phone, the name, the organization",
        whose: Whose::Listed,
        links: &[],
        erasure: Erasure::Stays("it is the committee's; an operator removes an import"),
        ends: &[Rule::Rosters],
    },
    outside("key", Whose::Nobody, "without it no hash leads anywhere", "the key of the hashes"),
    outside("the log", Whose::Nobody, "it names nobody", "a line a turn: channel, kind, duration, outcome"),
    outside("metrics", Whose::Nobody, "they name nobody", "counts, in memory"),
    outside(
        "backups and replaced databases",
        Whose::Member,
        "each is a copy of its day; an operator deletes it",
        "what the database held then",
    ),
    outside("calendar files of the terminal", Whose::Member, "they are the member's", "the dates of one transfer"),
];

/// What is kept of a member, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Transfers.
    pub transfers: u32,
    /// Entries of those transfers.
    pub entries: u32,
    /// Reminders to come.
    pub reminders: u32,
    /// Messages still to be sent.
    pub unsent: u32,
    /// Replies that can be read back.
    pub replies: u32,
    /// Codes on their way.
    pub codes: u32,
    /// Passes to those transfers.
    pub passes: u32,
    /// When they were last heard of; none where there is no such member.
    pub seen_at: Option<DateTime<FixedOffset>>,
}

impl Tx<'_> {
    /// Counts what is kept of a member.
    pub fn kept(&mut self, member: MemberKey) -> Result<Kept, StoreError> {
        let doing = "counting what is kept";
        let found = self
            .sql(
                "SELECT seen_at,
                        (SELECT count(*) FROM transfer WHERE member = ?1),
                        (SELECT count(*) FROM transfer t JOIN entry e ON e.transfer = t.id WHERE member = ?1),
                        (SELECT count(*) FROM transfer t JOIN reminder r ON r.transfer = t.id WHERE member = ?1),
                        (SELECT count(*) FROM outbox WHERE member = ?1),
                        (SELECT count(*) FROM delivery WHERE member = ?1 AND reply IS NOT NULL),
                        (SELECT count(*) FROM code WHERE member = ?1),
                        (SELECT count(*) FROM transfer t JOIN pass p ON p.transfer = t.id WHERE member = ?1)
                 FROM member WHERE id = ?1",
                doing,
            )?
            .query_row([member.0], |row| {
                let kept = Kept {
                    transfers: row.get(1)?,
                    entries: row.get(2)?,
                    reminders: row.get(3)?,
                    unsent: row.get(4)?,
                    replies: row.get(5)?,
                    codes: row.get(6)?,
                    passes: row.get(7)?,
                    seen_at: None,
                };
                Ok((row.get::<_, String>(0)?, kept))
            })
            .optional()
            .doing(doing)?;
        let Some((seen_at, kept)) = found else { return Ok(Kept::default()) };
        Ok(Kept { seen_at: Some(times::from_text(&seen_at)?), ..kept })
    }
}
