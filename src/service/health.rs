//! How the parts of the service are doing, in words for the operator.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Each part by its name: well, or what is wrong.
#[derive(Debug, Default)]
pub struct Health(Mutex<BTreeMap<&'static str, Result<(), String>>>);

impl Health {
    /// Notes how a part is doing. Says whether that is news.
    pub fn set(&self, part: &'static str, how: Result<(), String>) -> bool {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.insert(part, how.clone()) != Some(how)
    }

    /// How all parts are doing.
    pub fn all(&self) -> BTreeMap<&'static str, Result<(), String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
