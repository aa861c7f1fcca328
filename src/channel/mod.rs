//! Channels: thin translators between a member's screen and the assistant.
//!
//! Absent on purpose: anything that knows what a transfer is.

pub mod telegram;
pub mod terminal;
