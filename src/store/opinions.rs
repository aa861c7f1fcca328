//! What operators learn from: questions that found no answer, and what members think of answers. Nothing says whose.

use chrono::{DateTime, FixedOffset};
use rusqlite::params;

use crate::store::error::Doing;
use crate::store::{StoreError, Tx, times};
use crate::transfer::id::without_ids;

/// More misses than this are not kept; the oldest go.
const MISSES_KEPT: i64 = 10_000;

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

/// How often an answer was found useful, and how often not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// The entry or statement.
    pub entry: String,
    /// How often it helped.
    pub useful: u32,
    /// How often it did not.
    pub useless: u32,
}

impl Tx<'_> {
    /// Counts one opinion of an answer.
    pub fn rate(&mut self, entry: &str, useful: bool) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO feedback (entry, useful, useless) VALUES (?1, ?2, ?3)
             ON CONFLICT (entry) DO UPDATE SET useful = useful + ?2, useless = useless + ?3",
            params![entry, useful, !useful],
            "counting an opinion",
        )?;
        Ok(())
    }

    /// All opinions, by entry.
    pub fn feedback(&mut self) -> Result<Vec<Feedback>, StoreError> {
        let doing = "reading opinions";
        let mut statement = self.sql("SELECT entry, useful, useless FROM feedback ORDER BY entry", doing)?;
        let rows = statement
            .query_map([], |row| Ok(Feedback { entry: row.get(0)?, useful: row.get(1)?, useless: row.get(2)? }))
            .doing(doing)?;
        rows.collect::<Result<_, _>>().doing(doing)
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
