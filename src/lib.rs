//! zhuanjie (转接): answers members of the Communist Youth League who ask how to move their membership.
//!
//! Text comes in on a channel, is understood by a pure function, and one turn at a time hands it to
//! the desk that can serve it. See ARCHITECTURE.md for the map.

pub mod assistant;
pub mod channel;
pub mod cli;
pub mod clock;
pub mod dialog;
pub mod evaluation;
pub mod knowledge;
pub mod language;
pub mod learning;
pub mod membership;
pub mod plan;
pub mod reply;
pub mod search;
pub mod secret;
pub mod serve;
pub mod service;
pub mod store;
pub mod transfer;
