//! Senders: who hands a verification code to whoever holds a number.
//!
//! A sender is asked on a thread that may wait, never on the one that writes. No error of a sender and no line of the
//! log holds a phone or a code: of what a provider answers only the name of its result is shown ([`name_of`]), since
//! its messages may repeat what it was given.

mod again;
mod aliyun;
mod http;
mod trial;
mod webhook;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use rand::rngs::StdRng;
use tokio::runtime::Handle;

pub use again::Again;
#[doc(hidden)]
pub use aliyun::said as aliyun_said;
pub use aliyun::{Aliyun, AliyunSettings};
pub use http::{Url, address};
pub use trial::Trial;
pub use webhook::{Webhook, WebhookSettings};

use crate::language::clean::Phone;

/// Hands a code to whoever holds a number.
pub trait Sender: Send + Sync {
    /// Hands it over. Blocks, as long as its timeouts allow.
    ///
    /// # Errors
    /// What is known of a code that may not have arrived; see [`SendError`].
    fn send(&self, message: &CodeMessage<'_>) -> Result<(), SendError>;

    /// What it is called in logs and metrics.
    fn name(&self) -> &'static str;

    /// Whether the same message, sent twice, arrives once.
    fn repeatable(&self) -> bool {
        false
    }
}

/// A code on its way. Shows neither the code nor the whole number.
pub struct CodeMessage<'a> {
    /// The number.
    pub to: &'a Phone,
    /// The code, digits as the member is to type them.
    pub code: &'a str,
    /// Our name of this message; no other has it, and the same message tried again has the same.
    pub id: &'a str,
    /// When the code was made.
    pub at: DateTime<FixedOffset>,
    /// How long it can be used from then on.
    pub valid_for: Duration,
}

impl fmt::Debug for CodeMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeMessage").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What is known of a code that may not have arrived; for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It was certainly not sent; it may be tried again.
    #[error("not sent: {0}")]
    Unsent(String),
    /// Nobody knows whether it was sent. It must not be sent again.
    #[error("it is unclear whether it was sent: {0}")]
    Unclear(String),
    /// The provider wants no more for this number now; the member should wait.
    #[error("not sent, this number had enough: {why}")]
    Throttled {
        /// Why.
        why: String,
        /// How long to wait at most, where that was told.
        wait: Option<Duration>,
    },
    /// Nothing can be sent to this number.
    #[error("not sent, this number cannot be used: {0}")]
    Refused(String),
    /// Nothing can be sent until the operator acts: configuration, money, signature.
    #[error("not sent, and nothing will be before this is put right: {0}")]
    Broken(String),
}

impl SendError {
    /// Its kind in one word, for metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unsent(_) => "unsent",
            Self::Unclear(_) => "unclear",
            Self::Throttled { .. } => "throttled",
            Self::Refused(_) => "refused",
            Self::Broken(_) => "broken",
        }
    }
}

/// Why there can be no sender; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// No connection can be made at all.
    #[error("no connections can be made: {0}")]
    Client(String),
    /// The file for trials cannot be written.
    #[error("--codes: cannot write {path}: {source}")]
    Trial {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Codes of members who wait for an SMS must not end in a file.
    #[error("--codes is for trials: it cannot be used while `codes.sender` is set in the configuration")]
    Two,
}

/// What senders are given from outside.
#[derive(Clone)]
pub struct Outside {
    /// Where connections live.
    pub runtime: Handle,
    /// The time; signatures need the real one.
    pub clock: Arc<dyn Fn() -> DateTime<FixedOffset> + Send + Sync>,
    /// Chance.
    pub chance: Arc<dyn Fn() -> StdRng + Send + Sync>,
    /// Waits.
    pub pause: Pause,
}

/// Waits so long.
pub type Pause = Arc<dyn Fn(Duration) + Send + Sync>;

/// The name of a provider's result as it may be shown: a name without digits can hold neither phone nor code.
fn name_of(result: &str) -> &str {
    let known = |c: char| c.is_ascii_alphabetic() || matches!(c, '.' | '_' | '-' | ':');
    if !result.is_empty() && result.len() <= 64 && result.chars().all(known) {
        result
    } else {
        "a result without a name"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::shanghai;

    #[test]
    fn a_code_on_its_way_shows_neither_code_nor_number() {
        let phone = Phone::parse("13800138000").expect("a number");
        let at = DateTime::UNIX_EPOCH.with_timezone(&shanghai());
        let message = CodeMessage { to: &phone, code: "482913", id: "m-1", at, valid_for: Duration::from_secs(300) };
        assert_eq!(format!("{message:?}"), "CodeMessage { id: \"m-1\", .. }");
    }

    #[test]
    fn only_names_without_digits_are_shown() {
        assert_eq!(name_of("isv.BUSINESS_LIMIT_CONTROL"), "isv.BUSINESS_LIMIT_CONTROL");
        for hostile in ["", "isv.13800138000", "code 482913", "手机", "a\nb", &"A".repeat(65)] {
            assert_eq!(name_of(hostile), "a result without a name", "{hostile}");
        }
    }
}
