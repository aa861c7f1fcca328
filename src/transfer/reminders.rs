//! When to remind: three days before a last day, one day before, and on the day itself, at nine in the morning where
//! the members are. Never at night. Pure; the clock is an argument.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike};

use crate::clock::shanghai;

/// How many days before the last day.
const DAYS_BEFORE: [u64; 3] = [3, 1, 0];
/// The hour of the day.
const HOUR: u32 = 9;
/// From this hour on nobody is disturbed.
const NIGHT: u32 = 22;
/// Until this one.
const MORNING: u32 = 8;
/// How long “later” is.
const LATER: TimeDelta = TimeDelta::hours(3);
fn at(day: NaiveDate, hour: u32) -> DateTime<FixedOffset> {
    let time = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day"));
    shanghai().from_local_datetime(&time).single().expect("an offset has no gaps")
}

/// When to remind of a last day, earliest first.
pub fn times(due: NaiveDate) -> Vec<DateTime<FixedOffset>> {
    DAYS_BEFORE.iter().filter_map(|days| due.checked_sub_days(Days::new(*days))).map(|day| at(day, HOUR)).collect()
}

/// Is it too late or too early in the day to write to somebody who did not ask?
pub fn quiet(now: DateTime<FixedOffset>) -> bool {
    !(MORNING..NIGHT).contains(&now.with_timezone(&shanghai()).hour())
}

/// When to remind again of what was put off: in a few hours, but not in the night.
pub fn later(now: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    let then = now.with_timezone(&shanghai()) + LATER;
    match then.hour() {
        hour if hour >= NIGHT => at(then.date_naive() + Days::new(1), HOUR),
        hour if hour < MORNING => at(then.date_naive(), HOUR),
        _ => then,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).expect("a time")
    }

    #[test]
    fn three_days_one_day_and_the_day_itself() {
        let due = "2024-03-01".parse().expect("a day");
        let expected = ["2024-02-27T09:00:00+08:00", "2024-02-29T09:00:00+08:00", "2024-03-01T09:00:00+08:00"];
        assert_eq!(times(due), expected.map(time));
    }

    #[test]
    fn the_night_is_that_of_the_members() {
        for (text, expected) in [
            ("2024-06-01T07:59:59+08:00", true),
            ("2024-06-01T08:00:00+08:00", false),
            ("2024-06-01T21:59:59+08:00", false),
            ("2024-06-01T22:00:00+08:00", true),
            ("2024-06-01T00:30:00Z", false),
            ("2024-06-01T14:00:00Z", true),
        ] {
            assert_eq!(quiet(time(text)), expected, "{text}");
        }
    }

    #[test]
    fn later_is_never_at_night() {
        for (text, expected) in [
            ("2024-06-01T09:10:00+08:00", "2024-06-01T12:10:00+08:00"),
            ("2024-06-01T18:59:00+08:00", "2024-06-01T21:59:00+08:00"),
            ("2024-06-01T19:00:00+08:00", "2024-06-02T09:00:00+08:00"),
            ("2024-06-01T23:00:00+08:00", "2024-06-02T09:00:00+08:00"),
            ("2024-06-02T04:30:00+08:00", "2024-06-02T09:00:00+08:00"),
        ] {
            assert_eq!(later(time(text)), time(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_reminder_is_at_night(days in 0i64..40_000, seconds in 0i64..4_000_000_000) {
            let due = NaiveDate::default() + TimeDelta::days(days);
            prop_assert!(times(due).into_iter().all(|at| !quiet(at)));
            let now = DateTime::from_timestamp(seconds, 0).expect("a time").with_timezone(&shanghai());
            prop_assert!(!quiet(later(now)) && later(now) > now);
        }
    }
}
