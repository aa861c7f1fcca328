//! How fast a member may write: a burst, then a steady rate.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// After so many questions members who are quiet again are forgotten.
const FORGET_AFTER: u32 = 4096;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many messages at once,
    pub burst: NonZeroU32,
    /// then one in this time.
    pub every: Duration,
}

/// Whether a message may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Fine,
    /// It may not; the member is to be told.
    Tell,
    /// It may not, and the member was told a moment ago.
    Ignore,
}

/// Keeps count of members.
#[derive(Debug)]
pub struct Limits {
    messages: DefaultKeyedRateLimiter<String>,
    /// So that a flood is not answered by a flood.
    notices: DefaultKeyedRateLimiter<String>,
    asked: AtomicU32,
}

impl Limits {
    /// At this rate.
    pub fn new(rate: Rate) -> Self {
        let quota = |burst: NonZeroU32, every: Duration| {
            let every = every.max(Duration::from_millis(1));
            Quota::with_period(every).expect("longer than nothing").allow_burst(burst)
        };
        Self {
            messages: RateLimiter::keyed(quota(rate.burst, rate.every)),
            notices: RateLimiter::keyed(quota(NonZeroU32::MIN, rate.every.max(Duration::from_secs(2)))),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts one message of a member.
    pub fn admit(&self, member: &str) -> Verdict {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            for limiter in [&self.messages, &self.notices] {
                limiter.retain_recent();
                limiter.shrink_to_fit();
            }
        }
        let key = member.to_owned();
        if self.messages.check_key(&key).is_ok() {
            return Verdict::Fine;
        }
        if self.notices.check_key(&key).is_ok() { Verdict::Tell } else { Verdict::Ignore }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_notice_and_others_are_not_touched() {
        let burst = NonZeroU32::new(3).expect("not zero");
        let limits = Limits::new(Rate { burst, every: Duration::from_secs(3600) });
        let verdicts: Vec<Verdict> = (0..6).map(|_| limits.admit("a")).collect();
        use Verdict::{Fine, Ignore, Tell};
        assert_eq!(verdicts, [Fine, Fine, Fine, Tell, Ignore, Ignore]);
        assert_eq!(limits.admit("b"), Fine);
    }
}
