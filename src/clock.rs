//! Where the members are: one offset, all year round.

use chrono::FixedOffset;

/// Seconds that Asia/Shanghai is ahead of UTC; it has no other time of the year.
const SHANGHAI: i32 = 8 * 3600;

/// The offset of Asia/Shanghai.
pub fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(SHANGHAI).expect("eight hours are an offset")
}
