//! Senders of verification codes at their boundary: real HTTP to a fake provider, real files, health and metrics.
//!
//! Nothing that any of them says about a failure, and no line of the log, may hold a phone or a code.

mod again;
mod aliyun;
mod log;
mod provider;
mod trial;
mod upstream;
mod watched;
mod webhook;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::runtime::Runtime;
use zhuanjie::language::clean::Phone;
use zhuanjie::membership::sender::{CodeMessage, Outside, SendError, Sender, Url, address};
use zhuanjie::secret::Secret;

const PHONE: &str = "13800138000";
const CODE: &str = "048213";
/// Long for this machine, short for a test.
const TIMEOUT: Duration = Duration::from_millis(300);

/// A time that a test moves.
type Time = Arc<Mutex<DateTime<FixedOffset>>>;

/// What a sender is given from outside, in the hands of a test.
struct Stage {
    runtime: Runtime,
    time: Time,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Stage {
    fn new() -> Self {
        log::listen();
        let time = Arc::new(Mutex::new("2026-01-15T16:30:00+08:00".parse().expect("a time")));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Self { runtime: runtime.expect("a runtime"), time, waits: Arc::default() }
    }

    fn outside(&self) -> Outside {
        self.with_chance(|| StdRng::from_rng(&mut rand::rng()))
    }

    fn with_chance(&self, chance: impl Fn() -> StdRng + Send + Sync + 'static) -> Outside {
        let (time, waits) = (Arc::clone(&self.time), Arc::clone(&self.waits));
        Outside {
            runtime: self.runtime.handle().clone(),
            clock: Arc::new(move || *time.lock().expect("a clock")),
            chance: Arc::new(chance),
            pause: Arc::new(move |wait| waits.lock().expect("waits").push(wait)),
        }
    }

    fn forward(&self, seconds: i64) {
        *self.time.lock().expect("a clock") += chrono::Duration::seconds(seconds);
    }

    /// What was waited for since the last look, in milliseconds.
    fn waited(&self) -> Vec<u128> {
        self.waits.lock().expect("waits").drain(..).map(|wait| wait.as_millis()).collect()
    }
}

/// Sends a code under an id; what is said of a failure holds neither phone nor code.
fn send(sender: &dyn Sender, id: &str) -> Result<(), SendError> {
    send_to(sender, PHONE, id)
}

fn send_to(sender: &dyn Sender, phone: &str, id: &str) -> Result<(), SendError> {
    let to = Phone::parse(phone).expect("a number");
    let at = "2026-01-15T16:30:00+08:00".parse().expect("a time");
    let message = CodeMessage { to: &to, code: CODE, id, at, valid_for: Duration::from_secs(300) };
    let result = sender.send(&message);
    if let Err(error) = &result {
        private(&format!("{error} {error:?}"));
    }
    private(&log::said());
    result
}

/// Nothing private is in a text.
#[track_caller]
fn private(text: &str) {
    for hidden in [PHONE, "3800138", CODE, "hidden"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

/// The kind of an outcome in one word.
fn kind(result: &Result<(), SendError>) -> &'static str {
    result.as_ref().map_or_else(SendError::kind, |()| "sent")
}

/// An address at which nobody answers.
fn nobody() -> Url {
    address("http://127.0.0.1:1/").expect("an address")
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}
