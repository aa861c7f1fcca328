//! What can go wrong between the bot and Telegram, for one request.
//!
//! `applied: true` is the case that hurts: the effect took place, and the client does not learn of it.

use std::time::Duration;

use super::request::Request;

/// Decides, for every request (getUpdates too), whether something goes wrong with it.
pub(crate) type Faults = Box<dyn FnMut(&Request) -> Fault + Send>;

/// What happens to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Fault {
    /// It is carried out and answered.
    #[default]
    None,
    /// It is carried out at once, and answered this much later.
    Late(Duration),
    /// 429, with this many seconds in `parameters.retry_after` and in the header; nothing is carried out.
    TooManyRequests(u32),
    /// 500 with JSON.
    Internal { applied: bool },
    /// 502 with a page of HTML, as a proxy gives it.
    BadGateway { applied: bool },
    /// No answer for that long, then the connection closes.
    Silence { applied: bool, lasting: Duration },
    /// The connection closes at once, without an answer.
    Cut { applied: bool },
    /// 400, with the number that the chat has from now on; nothing is carried out.
    Moved(i64),
    /// This answer instead; nothing is carried out.
    Reply { status: u16, description: String },
}

impl Fault {
    /// Whether the request's effect takes place.
    pub(super) fn applied(&self) -> bool {
        match self {
            Self::None | Self::Late(_) => true,
            Self::TooManyRequests(_) | Self::Moved(_) | Self::Reply { .. } => false,
            Self::Internal { applied }
            | Self::BadGateway { applied }
            | Self::Silence { applied, .. }
            | Self::Cut { applied } => *applied,
        }
    }
}
