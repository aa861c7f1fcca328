//! What was understood lately, since most of what members send is the same few words: a command, a button's label, a
//! question that everybody has.
//!
//! Understanding is a pure function of text and day, so what is remembered is what would be understood anew. It is
//! bounded, in memory alone, and says nothing of whose words they were; a text with a private number or a code is not remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::understanding::Understanding;

/// So many texts are remembered; when there are more it begins anew.
const MOST: usize = 512;
/// Longer texts are not, in bytes: nobody else will write the same.
const LONGEST: usize = 120;

/// The texts of one day.
#[derive(Default)]
pub(super) struct Memo(Mutex<(NaiveDate, HashMap<String, Arc<Understanding>>)>);

impl Memo {
    /// What is understood, from memory or anew.
    pub(super) fn recall(
        &self,
        text: &str,
        today: NaiveDate,
        understand: impl FnOnce() -> Understanding,
    ) -> Arc<Understanding> {
        if text.len() > LONGEST {
            return Arc::new(understand());
        }
        // A panic elsewhere cannot have left half of an entry.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (day, texts) = &*lock()
            && *day == today
            && let Some(known) = texts.get(text)
        {
            return Arc::clone(known);
        }
        let new = Arc::new(understand());
        if !new.private() {
            let (day, texts) = &mut *lock();
            if *day != today || texts.len() >= MOST {
                texts.clear();
                *day = today;
            }
            texts.insert(text.to_owned(), Arc::clone(&new));
        }
        new
    }
}
