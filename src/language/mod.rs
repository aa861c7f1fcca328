//! Understanding text: a pure function of the text, the knowledge and the day.

pub(crate) mod automaton;
pub mod clauses;
pub mod clean;
mod cut;
pub mod dates;
mod dictionary;
pub mod ends;
pub mod events;
pub mod intents;
pub mod latin;
pub mod lexicon;
pub mod numeral;
mod rules;
pub mod segment;
