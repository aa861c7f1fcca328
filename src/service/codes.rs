//! How sending codes goes, for the operator: in the health of the part `codes`, in metrics and in the log.
//!
//! A number that had enough or cannot be used is the member's affair: it is counted and says nothing of the sender.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::health::Health;
use super::metrics::Metrics;
use crate::membership::sender::{CodeMessage, SendError, Sender};

/// The part that sends codes.
pub const CODES: &str = "codes";
/// After so many failures in a row it is not by accident.
const IN_A_ROW: u32 = 3;

/// A sender that tells how it goes.
pub struct Watched {
    inner: Arc<dyn Sender>,
    health: Arc<Health>,
    metrics: Arc<Metrics>,
    failed: AtomicU32,
}

impl Watched {
    /// Around a sender, which is well until it fails.
    pub fn new(inner: Arc<dyn Sender>, health: Arc<Health>, metrics: Arc<Metrics>) -> Self {
        health.set(CODES, Ok(()));
        Self { inner, health, metrics, failed: AtomicU32::new(0) }
    }

    fn well(&self) {
        self.failed.store(0, Ordering::Relaxed);
        if self.health.set(CODES, Ok(())) {
            tracing::info!(sender = self.name(), "codes can be sent again");
        }
    }

    fn unwell(&self, says: String) {
        let news = says.clone();
        if self.health.set(CODES, Err(says)) {
            tracing::error!(sender = self.name(), "no codes can be sent: {news}");
        }
    }
}

impl Sender for Watched {
    fn send(&self, message: &CodeMessage<'_>) -> Result<(), SendError> {
        let result = self.inner.send(message);
        self.metrics.code(self.name(), result.as_ref().map_or_else(SendError::kind, |()| "sent"));
        match &result {
            Ok(()) => self.well(),
            Err(error) => {
                tracing::warn!(sender = self.name(), kind = error.kind(), why = %error, "a code may not have arrived");
                match error {
                    SendError::Throttled { .. } | SendError::Refused(_) => {}
                    SendError::Broken(why) => self.unwell(why.clone()),
                    SendError::Unsent(why) | SendError::Unclear(why) => {
                        if self.failed.fetch_add(1, Ordering::Relaxed) + 1 >= IN_A_ROW {
                            self.unwell(format!("at least {IN_A_ROW} in a row failed, the last one: {why}"));
                        }
                    }
                }
            }
        }
        result
    }

    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn repeatable(&self) -> bool {
        self.inner.repeatable()
    }
}
