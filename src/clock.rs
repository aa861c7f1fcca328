//! Where the members are: one offset, all year round.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone};

/// Seconds that Asia/Shanghai is ahead of UTC; it has no other time of the year.
const SHANGHAI: i32 = 8 * 3600;

/// The offset of Asia/Shanghai.
pub fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(SHANGHAI).expect("eight hours are an offset")
}

/// The day it is in Asia/Shanghai at a time.
pub fn day(time: &DateTime<impl TimeZone>) -> NaiveDate {
    time.with_timezone(&shanghai()).date_naive()
}
