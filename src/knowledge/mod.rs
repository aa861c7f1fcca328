//! Everything the assistant knows, loaded and checked into one immutable value.

pub mod files;
pub mod places;
pub mod problem;
pub mod read;
pub mod terms;
