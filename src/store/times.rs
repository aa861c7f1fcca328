//! Times and days as text.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};

use crate::clock::shanghai;
use crate::store::StoreError;

/// All stored times have one offset and one width, so that they sort as text.
pub(crate) fn to_text(time: DateTime<FixedOffset>) -> String {
    time.with_timezone(&shanghai()).to_rfc3339_opts(SecondsFormat::Micros, false)
}

pub(crate) fn from_text(text: &str) -> Result<DateTime<FixedOffset>, StoreError> {
    DateTime::parse_from_rfc3339(text).map_err(|_| StoreError::Unreadable { what: "a time", value: text.to_owned() })
}

pub(super) fn day_from_text(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable { what: "a day", value: text.to_owned() })
}
