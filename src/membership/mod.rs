//! Where a membership is, as a league committee's roster knows it, told to whoever holds the phone number.
//!
//! A phone is kept as a keyed hash alone; a code goes to every number, and the roster is read only after it was right.

pub mod key;
pub mod roster;
pub mod sender;
