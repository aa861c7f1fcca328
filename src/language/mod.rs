//! Understanding text: a pure function of the text, the knowledge and the day.

pub mod clauses;
pub mod clean;
pub mod dates;
pub mod ends;
pub mod events;
pub mod intents;
pub mod latin;
pub mod lexicon;
pub mod segment;
