//! What operators learn from questions that found no answer, hardly one, or one that did not help: which of their
//! words may be kept, groups of those that are alike, and drafts of entries that would answer them.
//!
//! Nothing here knows whose a question was. Facts are not made up here: a draft says what is left to be written, and
//! the checks of the knowledge refuse it until somebody has.

mod draft;
mod groups;
mod words;

pub use draft::draft;
pub use groups::{Found, Group, Groups, Nearest};
pub use words::Vocabulary;
