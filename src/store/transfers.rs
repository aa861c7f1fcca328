//! Records, as rows and back.

use rusqlite::{Params, Row, params};

use crate::knowledge::terms::{Event, Term};
use crate::store::error::Doing;
use crate::store::{MemberKey, StoreError, Tx, times};
use crate::transfer::{Entry, Happened, Record, Reminding, TransferId};

const READING: &str = "reading a transfer";

impl Tx<'_> {
    /// All transfers of a member with their logs, oldest first.
    pub fn transfers(&mut self, member: MemberKey) -> Result<Vec<Record>, StoreError> {
        self.records("WHERE transfer.member = ?1 ORDER BY transfer.created_at, transfer.id, number", [member.0])
    }

    /// A transfer of this member. Somebody else's is `None`, like one that does not exist.
    pub fn transfer(&mut self, id: TransferId, member: MemberKey) -> Result<Option<Record>, StoreError> {
        let found = self.records(
            "WHERE transfer.id = ?1 AND transfer.member = ?2 ORDER BY number",
            params![id.to_string(), member.0],
        )?;
        Ok(found.into_iter().next())
    }

    /// A transfer, whoever's it is; for operators only.
    pub fn any_transfer(&mut self, id: TransferId) -> Result<Option<Record>, StoreError> {
        let found = self.records("WHERE transfer.id = ?1 ORDER BY number", [id.to_string()])?;
        Ok(found.into_iter().next())
    }

    /// A page of all transfers in the order of their IDs, those after the given one; for operators only.
    pub fn all_transfers(&mut self, after: Option<TransferId>, most: u32) -> Result<Vec<Record>, StoreError> {
        self.records(
            "WHERE transfer.id IN (SELECT id FROM transfer WHERE id > ?1 ORDER BY id LIMIT ?2)
             ORDER BY transfer.id, number",
            params![after.map(|id| id.to_string()).unwrap_or_default(), most],
        )
    }

    /// The same of those whose members want to be reminded.
    pub fn transfers_to_remind_of(&mut self, after: Option<TransferId>, most: u32) -> Result<Vec<Record>, StoreError> {
        self.records(
            "WHERE transfer.id IN (SELECT id FROM transfer WHERE id > ?1 AND reminding = 'on' ORDER BY id LIMIT ?2)
             ORDER BY transfer.id, number",
            params![after.map(|id| id.to_string()).unwrap_or_default(), most],
        )
    }

    /// Puts a transfer with its log on record.
    pub fn insert_transfer(&mut self, member: MemberKey, record: &Record) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO transfer (id, member, situation, created_at, reminding) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                record.id.to_string(),
                member.0,
                record.situation,
                times::to_text(record.created_at),
                record.reminding.code()
            ],
            "writing a transfer",
        )?;
        record.log.iter().try_for_each(|entry| self.append(record.id, entry))
    }

    /// Replaces the situation of a transfer, when the member has changed what the plan is for.
    pub fn set_situation(&mut self, id: TransferId, situation: &str) -> Result<(), StoreError> {
        let sql = "UPDATE transfer SET situation = ?2 WHERE id = ?1";
        self.execute(sql, params![id.to_string(), situation], "writing a transfer").map(drop)
    }

    /// Writes one more entry of a log. Fails where its number is taken: what it was added to is not up to date.
    pub fn append(&mut self, id: TransferId, entry: &Entry) -> Result<(), StoreError> {
        let (kind, event, day, target, step) = columns(&entry.happened);
        self.execute(
            "INSERT INTO entry (transfer, number, kind, event, day, target, step, recorded_at, told_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                id.to_string(),
                entry.number,
                kind,
                event.map(Term::code),
                day.map(|day| day.to_string()),
                target,
                step,
                times::to_text(entry.recorded_at),
                entry.by,
            ],
            "writing an entry",
        )?;
        Ok(())
    }

    /// Records with their logs in one statement; rows of one record must come together, by number.
    pub(super) fn records(&self, which: &str, params: impl Params) -> Result<Vec<Record>, StoreError> {
        let sql = format!(
            "SELECT transfer.id, situation, created_at, number, kind, event, day, target, step, recorded_at, told_by,
                    reminding
             FROM transfer LEFT JOIN entry ON entry.transfer = transfer.id {which}"
        );
        let mut statement = self.sql(&sql, READING)?;
        let mut rows = statement.query(params).doing(READING)?;
        let mut records: Vec<Record> = Vec::new();
        while let Some(row) = rows.next().doing(READING)? {
            let id = get::<String>(row, 0)?;
            let id =
                TransferId::parse(&id).ok_or(StoreError::Unreadable { what: "the ID of a transfer", value: id })?;
            if records.last().is_none_or(|last| last.id != id) {
                let created_at = times::from_text(&get::<String>(row, 2)?)?;
                let reminding: String = get(row, 11)?;
                let reminding = Reminding::parse(&reminding)
                    .ok_or(StoreError::Unreadable { what: "a wish to be reminded", value: reminding })?;
                records.push(Record { id, situation: get(row, 1)?, created_at, reminding, log: Vec::new() });
            }
            // A transfer without entries is one row without a number.
            if let Some(number) = get::<Option<u32>>(row, 3)? {
                let record = records.last_mut().expect("pushed above");
                record.log.push(entry(row, number)?);
            }
        }
        Ok(records)
    }
}

type Columns<'a> = (&'static str, Option<Event>, Option<chrono::NaiveDate>, Option<u32>, Option<&'a str>);

/// The columns kind, event, day, target and step.
fn columns(happened: &Happened) -> Columns<'_> {
    match happened {
        Happened::Event(event, day) => ("event", Some(*event), Some(*day), None, None),
        Happened::StepDone(step) => ("step_done", None, None, None, Some(step)),
        Happened::StepUndone(step) => ("step_undone", None, None, None, Some(step)),
        Happened::Corrected(target, day) => ("corrected", None, Some(*day), Some(*target), None),
        Happened::Struck(target) => ("struck", None, None, Some(*target), None),
    }
}

fn entry(row: &Row<'_>, number: u32) -> Result<Entry, StoreError> {
    let kind: String = get(row, 4)?;
    let day = || times::day_from_text(&get::<String>(row, 6)?);
    let happened = match kind.as_str() {
        "event" => {
            let code: String = get(row, 5)?;
            let event = Event::parse(&code).ok_or(StoreError::Unreadable { what: "an event", value: code })?;
            Happened::Event(event, day()?)
        }
        "step_done" => Happened::StepDone(get(row, 8)?),
        "step_undone" => Happened::StepUndone(get(row, 8)?),
        "corrected" => Happened::Corrected(get(row, 7)?, day()?),
        "struck" => Happened::Struck(get(row, 7)?),
        _ => return Err(StoreError::Unreadable { what: "the kind of an entry", value: kind }),
    };
    Ok(Entry { number, happened, recorded_at: times::from_text(&get::<String>(row, 9)?)?, by: get(row, 10)? })
}

fn get<T: rusqlite::types::FromSql>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    row.get(column).doing(READING)
}
