//! What every channel of the running service is given: the clock, chance, how fast a member may write, whether anything
//! but the notice of maintenance is said, and where it tells how it is doing.
//!
//! Nothing here has to do with what is said.

pub mod codes;
pub mod health;
pub mod limits;
pub mod metrics;
pub mod retention;

use std::sync::{Arc, PoisonError, RwLock};

use rand::rngs::StdRng;

use crate::assistant::{Assistant, Clock};
use health::Health;
use limits::Limits;
use metrics::Metrics;

/// Chance, wherever it comes from.
pub type Chance = Arc<dyn Fn() -> StdRng + Send + Sync>;

/// What every channel is given.
pub struct Service {
    /// Who answers.
    pub assistant: Assistant,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// How fast a member may write.
    pub limits: Limits,
    /// How the parts are doing.
    pub health: Arc<Health>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    maintenance: RwLock<Option<String>>,
}

impl Service {
    /// A service around an assistant.
    pub fn new(assistant: Assistant, clock: Clock, chance: Chance, limits: Limits) -> Self {
        Self {
            assistant,
            clock,
            chance,
            limits,
            health: Arc::default(),
            metrics: Arc::default(),
            maintenance: RwLock::new(None),
        }
    }

    /// What is answered to everything, while there is maintenance.
    pub fn maintenance(&self) -> Option<String> {
        self.maintenance.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins or ends maintenance.
    pub fn set_maintenance(&self, says: Option<String>) {
        *self.maintenance.write().unwrap_or_else(PoisonError::into_inner) = says;
    }

    /// A statement of the assistant's own.
    pub fn statement(&self, id: &str) -> String {
        self.assistant.statement(id)
    }
}
