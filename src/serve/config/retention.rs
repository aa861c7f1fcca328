//! `[retention]`: how long what is kept is kept.

use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, duration};
use crate::store::Periods;

const DAY: u64 = 24 * 60 * 60;
const TEN_YEARS: u64 = 3650;

/// How long what is kept is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionConfig {
    /// A member without an open transfer, with all that is theirs, after they last wrote.
    #[serde(deserialize_with = "duration")]
    pub conversations: Duration,
    /// A transfer that was completed, withdrawn or returned, after its last entry.
    #[serde(deserialize_with = "duration")]
    pub finished: Duration,
    /// Any other transfer, after its last entry.
    #[serde(deserialize_with = "duration")]
    pub unfinished: Duration,
    /// A code after it has expired, and that one was sent.
    #[serde(deserialize_with = "duration")]
    pub codes: Duration,
    /// A message that could not be sent.
    #[serde(deserialize_with = "duration")]
    pub unsent: Duration,
    /// A question to learn from.
    #[serde(deserialize_with = "duration")]
    pub misses: Duration,
    /// An import of a roster.
    #[serde(deserialize_with = "duration")]
    pub rosters: Duration,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        let days = |days| Duration::from_secs(days * DAY);
        Self {
            conversations: days(180),
            finished: days(365),
            unfinished: days(730),
            codes: days(1),
            unsent: days(30),
            misses: days(180),
            rosters: days(400),
        }
    }
}

impl RetentionConfig {
    /// Refuses what would lose what is still needed, or keep it for ever.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, value, least, most) in [
            ("retention.conversations", self.conversations, 30, TEN_YEARS),
            ("retention.finished", self.finished, 30, TEN_YEARS),
            ("retention.unfinished", self.unfinished, 90, TEN_YEARS),
            // How many codes may be sent is counted by the day.
            ("retention.codes", self.codes, 1, 30),
            ("retention.unsent", self.unsent, 1, 365),
            ("retention.misses", self.misses, 1, TEN_YEARS),
            ("retention.rosters", self.rosters, 1, TEN_YEARS),
        ] {
            if value < Duration::from_secs(least * DAY) || value > Duration::from_secs(most * DAY) {
                return Err(ConfigError::Value { key, why: format!("{least}d to {most}d") });
            }
        }
        Ok(())
    }

    /// The same for whoever removes it.
    pub fn periods(&self) -> Periods {
        // Whole seconds of at most ten years.
        let of = |duration: Duration| chrono::Duration::seconds(duration.as_secs().cast_signed());
        Periods {
            conversations: of(self.conversations),
            finished: of(self.finished),
            unfinished: of(self.unfinished),
            codes: of(self.codes),
            unsent: of(self.unsent),
            misses: of(self.misses),
            rosters: of(self.rosters),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Config;
    use super::*;

    fn parse(text: &str) -> Result<RetentionConfig, String> {
        let config = Config::parse(text, Path::new("zhuanjie.toml"));
        config.map(|config| config.retention).map_err(|error| error.to_string())
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_its_key() {
        for (text, expected) in [
            ("[retention]\nconversations = \"29d\"", "retention.conversations: 30d to 3650d"),
            ("[retention]\nunfinished = \"1000000years\"", "retention.unfinished: 90d to 3650d"),
            ("[retention]\ncodes = \"23h\"", "retention.codes: 1d to 30d"),
            ("[retention]\nunsent = \"0s\"", "retention.unsent: 1d to 365d"),
            ("[retention]\nmises = \"1d\"", "mises"),
            ("[retention]\ndeliveries = \"1d\"", "deliveries"),
            ("[retention]\nmisses = 3", "line 2"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_period_is_taken_as_it_stands() {
        let config = parse("[retention]\nconversations = \"30d\"\ncodes = \"36h\"").expect("loads");
        let periods = config.periods();
        assert_eq!((periods.conversations, periods.codes), (chrono::Duration::days(30), chrono::Duration::hours(36)));
        assert_eq!(periods.finished, chrono::Duration::days(365));
    }
}
