//! All that changes, in one SQLite database with one writer.
//!
//! A turn is one transaction: what changed, the delivery it came with and the reply it led to are written together or
//! not at all, and a reply leaves this room only after the commit that holds it. One process holds the database at a
//! time, and in it one turn at a time ([`Writer`]). Desks do not come here; the turn hands them what was read and writes what
//! they decided.
//!
//! What is kept of a member goes when the member says so, from every byte of every file (see [`Store::turn`] and
//! [`Tx::erase`]), and by itself when it is old enough ([`Tx::expire`]). Nothing here has a clock; times come in and are
//! stored as RFC 3339 text.

mod codes;
mod deliveries;
mod error;
mod expiry;
mod kept;
mod lock;
mod members;
mod open;
mod opinions;
mod outbox;
mod reader;
mod reminders;
mod schema;
mod times;
mod transfers;
mod tx;
mod writer;

pub use codes::{Pass, Sending, Total};
pub use deliveries::{Delivery, Seen};
pub use error::StoreError;
pub use expiry::{DELIVERY_DAYS, Does, Due, Gone, Periods, Step, every_step};
pub use kept::{Erasure, HOLDINGS, Holding, Kept, Place, Rule, Whose};
pub use members::{Member, MemberKey};
pub use open::{FILE, Store};
pub use opinions::{Feedback, Lesson, Miss};
pub use outbox::{Of, Parcel, Unsent};
pub use reader::{Reader, restore};
pub use reminders::{Planned, Ripe};
pub use tx::Tx;
pub use writer::{Pending, Writer};

// What the rosters, which have a database of their own, keep in the same way.
pub(crate) use lock::Lock;
pub(crate) use open::{make_private, private_file};
pub(crate) use reader::give_to_owner;
pub(crate) use times::{from_text as time_from_text, to_text as time_to_text};
