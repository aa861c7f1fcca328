//! Retention: what was kept long enough goes, a few rows at a time.
//!
//! A run is a row of steps, each in a transaction of its own, so that turns come in between. Looking and removing take
//! the same steps, so a dry run counts what a run would remove. A run that is killed leaves whole rows and the mark
//! that the files are to be cleaned; the next one begins anew and finds what is left. The end of a run has the files
//! written anew, so that no byte of what went stays behind.

use std::fmt;
use std::ops::AddAssign;

use chrono::{DateTime, Duration, FixedOffset};
use rusqlite::{OptionalExtension, params};

use crate::store::error::Doing;
use crate::store::{MemberKey, Rule, StoreError, Tx, times};
use crate::transfer::{Record, Status};

/// How long a delivery id is known, with the reply to it, in days.
pub const DELIVERY_DAYS: u32 = 7;

/// So many rows are looked at in one step,
const ROWS: u32 = 500;
/// and so many members or transfers, of which each brings rows of its own.
const RECORDS: u32 = 100;
/// Where `meta` says when the last run was.
const LAST_RUN: &str = "retention";
const DOING: &str = "removing what was kept long enough";

/// Tables whose rows have an age and stand for nothing else.
const AGED: [(Rule, &str, &str); 3] = [
    (Rule::Deliveries, "delivery", "at"),
    (Rule::CodesSent, "code_sent", "at"),
    (Rule::Unsent, "outbox", "created_at"),
];
/// Tables whose rows expire or stand by their day, with their keys and the column that says when; an index finds those
/// whose time has come. A day counts from its beginning.
const EXPIRING: [(Rule, &str, &str, &str); 3] = [
    (Rule::Codes, "code", "member, purpose", "expires_at"),
    (Rule::Passes, "pass", "transfer", "expires_at"),
    (Rule::Misses, "miss", "day, kind, words, nearest", "day"),
];

/// How long what is kept is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    /// A member without an open transfer, after they were last heard of.
    pub conversations: Duration,
    /// A transfer that has come to an end, after its last entry.
    pub finished: Duration,
    /// Any other transfer, after its last entry.
    pub unfinished: Duration,
    /// A code after it has expired, and that one was sent.
    pub codes: Duration,
    /// A message that could not be sent.
    pub unsent: Duration,
    /// A question to learn from.
    pub misses: Duration,
    /// An import of a roster.
    pub rosters: Duration,
}

/// What has to go at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    now: DateTime<FixedOffset>,
    periods: Periods,
}

impl Due {
    /// What has to go now.
    pub fn new(now: DateTime<FixedOffset>, periods: Periods) -> Self {
        Self { now, periods }
    }

    /// What a rule is about has to go if it is from this time or before.
    pub fn before(&self, rule: Rule) -> DateTime<FixedOffset> {
        let period = match rule {
            Rule::Conversations => self.periods.conversations,
            Rule::Finished => self.periods.finished,
            Rule::Unfinished => self.periods.unfinished,
            Rule::Deliveries => Duration::days(DELIVERY_DAYS.into()),
            Rule::Codes | Rule::CodesSent => self.periods.codes,
            Rule::Passes => Duration::zero(),
            Rule::Unsent => self.periods.unsent,
            Rule::Misses => self.periods.misses,
            Rule::Rosters => self.periods.rosters,
        };
        self.now - period
    }

    /// The rule by which a transfer has to go, if it does.
    fn ends(&self, record: &Record) -> Option<Rule> {
        let rule = match record.status() {
            Status::Completed | Status::Returned | Status::Withdrawn => Rule::Finished,
            Status::Planned
            | Status::Submitted
            | Status::OriginApproved
            | Status::Reported
            | Status::DestinationApproved => Rule::Unfinished,
        };
        let before = self.before(rule);
        let later = record.created_at > before || record.log.iter().any(|entry| entry.recorded_at > before);
        (!later).then_some(rule)
    }
}

/// How much went, or would go, by rule. What goes with a member or a transfer is counted as that alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gone([u64; Rule::ALL.len()]);

impl Gone {
    /// By one rule.
    pub fn by(&self, rule: Rule) -> u64 {
        self.0[rule as usize]
    }

    /// Adds some.
    pub fn add(&mut self, rule: Rule, count: u64) {
        self.0[rule as usize] += count;
    }

    /// All rules with their counts.
    pub fn all(&self) -> impl Iterator<Item = (Rule, u64)> + use<> {
        let gone = *self;
        Rule::ALL.into_iter().map(move |rule| (rule, gone.by(rule)))
    }

    /// Nothing at all?
    pub fn is_nothing(&self) -> bool {
        self.0.iter().all(|count| *count == 0)
    }
}

impl AddAssign for Gone {
    fn add_assign(&mut self, more: Self) {
        more.all().for_each(|(rule, count)| self.add(rule, count));
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some: Vec<_> = self.all().filter(|(_, n)| *n > 0).map(|(rule, n)| format!("{} {n}", rule.code())).collect();
        if some.is_empty() { f.write_str("nothing") } else { f.write_str(&some.join(", ")) }
    }
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step(At);

#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    /// In one of [`AGED`], after this row.
    Aged(usize, i64),
    /// In one of [`EXPIRING`].
    Expiring(usize),
    /// After this ID.
    Transfers(String),
    /// After this row; last, since a member may have to go once their transfers have.
    Members(i64),
}

impl Step {
    /// The first.
    pub const FIRST: Self = Self(At::Aged(0, 0));
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Counts what would go.
    Look,
    /// Removes it.
    Remove,
}

/// Takes one step after the other, from the first to the last. What went until an error is gone.
pub fn every_step<E>(mut take: impl FnMut(Step) -> Result<(Gone, Option<Step>), E>) -> Result<Gone, E> {
    let mut gone = Gone::default();
    let mut next = Some(Step::FIRST);
    while let Some(step) = next {
        let (some, then) = take(step)?;
        gone += some;
        next = then;
    }
    Ok(gone)
}

impl Tx<'_> {
    /// One step: what went by it, and the step after it.
    pub fn expire(&mut self, due: &Due, step: Step, does: Does) -> Result<(Gone, Option<Step>), StoreError> {
        let mut gone = Gone::default();
        let next = match step.0 {
            At::Aged(table, after) => Some(self.aged(due, table, after, does, &mut gone)?),
            At::Expiring(table) => Some(self.expiring(due, table, does, &mut gone)?),
            At::Transfers(after) => Some(self.old_transfers(due, &after, does, &mut gone)?),
            At::Members(after) => self.silent_members(due, after, does, &mut gone)?,
        };
        if does == Does::Remove && !gone.is_nothing() {
            self.leave_traces()?;
        }
        Ok((gone, next.map(Step)))
    }

    /// Ends a run: notes when it was, and has the files written anew when this is committed.
    pub fn end_run(&mut self, at: DateTime<FixedOffset>) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
        self.execute(sql, params![LAST_RUN, times::to_text(at).into_bytes()], "noting a run of retention")?;
        self.leave_traces()?;
        self.mark_erased();
        Ok(())
    }

    /// When the last run ended that came to its end.
    pub fn last_run(&mut self) -> Result<Option<DateTime<FixedOffset>>, StoreError> {
        let doing = "reading when retention ran";
        let found: Option<Vec<u8>> = self
            .sql("SELECT value FROM meta WHERE key = ?1", doing)?
            .query_row([LAST_RUN], |row| row.get(0))
            .optional()
            .doing(doing)?;
        found.map(|bytes| times::from_text(&String::from_utf8_lossy(&bytes))).transpose()
    }

    fn aged(&mut self, due: &Due, at: usize, after: i64, does: Does, gone: &mut Gone) -> Result<At, StoreError> {
        let (rule, table, column) = AGED[at];
        let window = format!("SELECT max(id) FROM (SELECT id FROM {table} WHERE id > ?1 ORDER BY id LIMIT ?2)");
        let last: Option<i64> =
            self.sql(&window, DOING)?.query_row([after, ROWS.into()], |row| row.get(0)).doing(DOING)?;
        let Some(last) = last else {
            let next = at + 1;
            return Ok(if next < AGED.len() { At::Aged(next, 0) } else { At::Expiring(0) });
        };
        let which = format!("FROM {table} WHERE id > ?1 AND id <= ?2 AND {column} <= ?3");
        let before = times::to_text(due.before(rule));
        gone.add(rule, self.count_or_delete(&which, params![after, last, before], does)?);
        Ok(At::Aged(at, last))
    }

    fn expiring(&mut self, due: &Due, at: usize, does: Does, gone: &mut Gone) -> Result<At, StoreError> {
        let (rule, table, key, column) = EXPIRING[at];
        let before = times::to_text(due.before(rule));
        // Who only looks does not see them go, and so has to see all of them at once.
        let most = if does == Does::Look { -1 } else { i64::from(ROWS) };
        let which = format!(
            "FROM {table}
             WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {column} <= ?1 ORDER BY {column} LIMIT ?2)"
        );
        let count = self.count_or_delete(&which, params![before, most], does)?;
        gone.add(rule, count);
        let next = at + 1;
        Ok(match () {
            () if does == Does::Remove && count == u64::from(ROWS) => At::Expiring(at),
            () if next < EXPIRING.len() => At::Expiring(next),
            () => At::Transfers(String::new()),
        })
    }

    fn count_or_delete(&self, which: &str, params: impl rusqlite::Params, does: Does) -> Result<u64, StoreError> {
        match does {
            Does::Look => {
                let sql = format!("SELECT count(*) {which}");
                self.sql(&sql, DOING)?.query_row(params, |row| row.get::<_, i64>(0)).doing(DOING).map(i64::unsigned_abs)
            }
            Does::Remove => self.execute(&format!("DELETE {which}"), params, DOING).map(|count| count as u64),
        }
    }

    fn old_transfers(&mut self, due: &Due, after: &str, does: Does, gone: &mut Gone) -> Result<At, StoreError> {
        let last: Option<String> = self
            .sql("SELECT max(id) FROM (SELECT id FROM transfer WHERE id > ?1 ORDER BY id LIMIT ?2)", DOING)?
            .query_row(params![after, RECORDS], |row| row.get(0))
            .doing(DOING)?;
        let Some(last) = last else { return Ok(At::Members(0)) };
        // The later of the two: which one counts, the log decides.
        let before = due.before(Rule::Finished).max(due.before(Rule::Unfinished));
        let old = self.records(
            "WHERE transfer.id > ?1 AND transfer.id <= ?2 AND created_at <= ?3 AND NOT EXISTS
                 (SELECT 1 FROM entry later WHERE later.transfer = transfer.id AND later.recorded_at > ?3)
             ORDER BY transfer.id, number",
            params![after, last, times::to_text(before)],
        )?;
        for (record, rule) in old.iter().filter_map(|record| Some((record, due.ends(record)?))) {
            gone.add(rule, 1);
            if does == Does::Remove {
                self.remove_transfer(record)?;
            }
        }
        Ok(At::Transfers(last))
    }

    /// Removes a transfer and what else names it: where the conversation stands, which begins anew, and replies.
    fn remove_transfer(&mut self, record: &Record) -> Result<(), StoreError> {
        let id = record.id.to_string();
        for sql in [
            "UPDATE member SET state = '{}'
             WHERE id = (SELECT member FROM transfer WHERE id = ?1) AND instr(state, ?1) > 0",
            "UPDATE delivery SET reply = NULL
             WHERE member = (SELECT member FROM transfer WHERE id = ?1) AND instr(reply, ?1) > 0",
            "DELETE FROM transfer WHERE id = ?1",
        ] {
            self.execute(sql, [&id], DOING)?;
        }
        Ok(())
    }

    fn silent_members(&mut self, due: &Due, after: i64, does: Does, gone: &mut Gone) -> Result<Option<At>, StoreError> {
        let before = times::to_text(due.before(Rule::Conversations));
        let members: Vec<(i64, bool)> = self
            .sql("SELECT id, seen_at <= ?3 FROM member WHERE id > ?1 ORDER BY id LIMIT ?2", DOING)?
            .query_map(params![after, RECORDS, before], |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .doing(DOING)?;
        let Some(&(last, _)) = members.last() else { return Ok(None) };
        for (id, _) in members.into_iter().filter(|(_, silent)| *silent) {
            let member = MemberKey(id);
            // Who only looks still sees the transfers that go by rules of their own.
            if self.transfers(member)?.iter().any(|record| record.open() && due.ends(record).is_none()) {
                continue;
            }
            gone.add(Rule::Conversations, 1);
            if does == Does::Remove {
                self.remove_member(member)?;
            }
        }
        Ok(Some(At::Members(last)))
    }
}
