//! What operators learn from: questions that found no answer or hardly one, answers that did not help, and what members
//! think of answers.
//!
//! Nothing says whose. A row has a day and no time, and stands among the others of its day by its words and not by when
//! it came: neither leads to a member's last message or to the delivery that brought it.

use chrono::NaiveDate;
use rusqlite::params;

use crate::store::error::Doing;
use crate::store::{StoreError, Tx, times};
use crate::transfer::id::without_ids;

/// More rows of misses than this are not kept; the oldest go.
const MISSES_KEPT: i64 = 10_000;

/// What there is to learn from a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lesson {
    /// It found no answer.
    Missed,
    /// It found one, but only just.
    Near,
    /// Its answer did not help.
    Unhelpful,
}

impl Lesson {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Missed, Self::Near, Self::Unhelpful];

    /// Its name in the database and in what operators read.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Near => "near",
            Self::Unhelpful => "unhelpful",
        }
    }
}

/// A question to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// What there is to learn.
    pub lesson: Lesson,
    /// Harmless words of what was asked, `…` for the rest.
    pub words: String,
    /// What came nearest, or what answered.
    pub nearest: String,
    /// On which day.
    pub day: NaiveDate,
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

    /// Keeps a question to learn from. The caller leaves harmless words alone in it; IDs of transfers are taken out here,
    /// because they would lead back to the member and outlive an erasure.
    pub fn keep_miss(&mut self, miss: &Miss) -> Result<(), StoreError> {
        let doing = "keeping a question";
        let times: i64 = self
            .sql(
                "INSERT INTO miss (day, kind, words, nearest, times) VALUES (?1, ?2, ?3, ?4, 1)
                 ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times",
                doing,
            )?
            .query_row(
                params![miss.day.to_string(), miss.lesson.code(), without_ids(&miss.words), miss.nearest],
                |row| row.get(0),
            )
            .doing(doing)?;
        // Rows are counted only where there is one more.
        if times == 1 {
            self.execute(
                "DELETE FROM miss WHERE (day, kind, words, nearest) IN
                     (SELECT day, kind, words, nearest FROM miss ORDER BY day, kind, words, nearest
                      LIMIT max(0, (SELECT count(*) FROM miss) - ?1))",
                [MISSES_KEPT],
                doing,
            )?;
        }
        Ok(())
    }

    /// All questions to learn from with how often each was asked on its day, oldest day first.
    pub fn misses(&mut self) -> Result<Vec<(Miss, u32)>, StoreError> {
        let doing = "reading questions";
        let mut statement =
            self.sql("SELECT day, kind, words, nearest, times FROM miss ORDER BY day, kind, words, nearest", doing)?;
        let mut rows = statement.query([]).doing(doing)?;
        let mut misses = Vec::new();
        while let Some(row) = rows.next().doing(doing)? {
            let kind: String = row.get(1).doing(doing)?;
            let lesson = Lesson::ALL.into_iter().find(|lesson| lesson.code() == kind);
            let lesson = lesson.ok_or(StoreError::Unreadable { what: "the kind of a question", value: kind })?;
            let day = times::day_from_text(&row.get::<_, String>(0).doing(doing)?)?;
            let (words, nearest) = (row.get(2).doing(doing)?, row.get(3).doing(doing)?);
            misses.push((Miss { lesson, words, nearest, day }, row.get(4).doing(doing)?));
        }
        Ok(misses)
    }
}
