//! How good the answers are: a labelled set is asked, and what was said is held against the labels.
//!
//! `question` reads a set, `score` judges one answer, `rank` looks how far down the index the right answer stands, and
//! `report` counts. Every question is asked by a new member, at a given time and with chance fixed, so the same set
//! gives the same report.

pub mod question;
pub mod rank;
pub mod report;
pub mod score;

use chrono::{DateTime, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;

pub use question::{KINDS, Question};
pub use report::{Report, Share};
pub use score::Score;

use crate::assistant::{Assistant, Message, Said};
use crate::store::StoreError;

/// When questions are asked where nobody says when.
pub const NOW: &str = "2026-11-21T10:00:00+08:00";
/// Chance, the same for every message.
const SEED: u64 = 1;

/// Asks a question as a new member, whose earlier messages are heard first. `user` must be nobody so far.
pub fn ask(
    assistant: &Assistant,
    user: &str,
    question: &Question,
    now: DateTime<FixedOffset>,
) -> Result<Said, StoreError> {
    let hear = |text: &str| assistant.hear(Message::text(user, text, now), StdRng::seed_from_u64(SEED));
    for text in &question.before {
        hear(text)?;
    }
    hear(&question.text)
}
