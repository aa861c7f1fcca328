//! Tries again what may be tried again, a few times and ever more slowly.
//!
//! With the default timeout of 5 s the worst case is 24 s where no connection can be made, and 44 s where a repeatable
//! sender takes each request and never answers; a code lives longer than that.

use std::sync::Arc;
use std::time::Duration;

use super::{CodeMessage, Pause, SendError, Sender};

/// The wait before each further try; there are as many.
const WAITS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// A provider that asks for more patience than this is not waited for here: the member is.
const PATIENCE: Duration = Duration::from_secs(5);

/// A sender that tries again: what was certainly not sent, and what is unclear where the sender is repeatable.
pub struct Again {
    inner: Arc<dyn Sender>,
    pause: Pause,
}

impl Again {
    /// Around a sender.
    pub fn new(inner: Arc<dyn Sender>, pause: Pause) -> Self {
        Self { inner, pause }
    }

    /// How long to wait before another try; none where there must not be one.
    fn wait(&self, error: &SendError, next: Duration) -> Option<Duration> {
        match error {
            SendError::Unsent(_) => Some(next),
            SendError::Unclear(_) => self.inner.repeatable().then_some(next),
            SendError::Throttled { wait, .. } => wait.filter(|asked| *asked <= PATIENCE).map(|asked| asked.max(next)),
            SendError::Refused(_) | SendError::Broken(_) => None,
        }
    }
}

impl Sender for Again {
    fn send(&self, message: &CodeMessage<'_>) -> Result<(), SendError> {
        let mut unclear = None;
        let mut result = self.inner.send(message);
        for next in WAITS {
            let Err(error) = &result else { break };
            let Some(wait) = self.wait(error, next) else { break };
            tracing::warn!(sender = self.name(), why = %error, "a code is tried again");
            if matches!(error, SendError::Unclear(_)) {
                unclear = Some(error.clone());
            }
            (self.pause)(wait);
            result = self.inner.send(message);
        }
        match (result, unclear) {
            // The last try was certainly for nothing; an earlier one may not have been.
            (Err(SendError::Unsent(_)), Some(unclear)) => Err(unclear),
            (result, _) => result,
        }
    }

    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn repeatable(&self) -> bool {
        self.inner.repeatable()
    }
}
