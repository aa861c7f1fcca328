//! A transfer on record: its ID, what happened, and what follows from that.
//!
//! A record is a log that only grows ([`record`]). Status, timeline and ticked steps are computed from it and stored
//! nowhere. Whether something a member tells can go into the log as it stands is decided by [`rules`]; when it cannot,
//! the answer is a question to the member. No clock, no randomness of its own, no database.

pub mod code_like;
pub mod id;
pub mod record;
pub mod reminders;
pub mod rules;

pub use code_like::code_like;
pub use id::TransferId;
pub use record::{Entry, Happened, Point, Record, Reminding, Status};
pub use rules::{Approved, Course, Doubt, Said};
