//! The daily run of retention: what was kept long enough goes while nobody writes.
//!
//! It runs in the hour of [`HOUR`] in China, or at once where the last run is a day ago. When it last ran stands in the
//! database, so that a restart neither repeats nor forgets it; a run that did not come to its end does not count.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta, Timelike};
use tokio::sync::watch;

use super::Service;
use crate::clock::{day, shanghai};
use crate::membership::roster::{self, RosterError};
use crate::store::{Due, Gone, Periods, Rule, StoreError, every_step};

/// The quiet hour of the day.
const HOUR: u32 = 3;
/// How long to wait after a run that failed.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// What retention of the running service goes by.
#[derive(Debug, Clone)]
pub struct Retention {
    /// How long what is kept is kept.
    pub periods: Periods,
    /// The folder of the rosters, where there are any.
    pub folder: Option<PathBuf>,
}

/// Is it time for a run, after one that began then?
pub fn is_time(now: DateTime<FixedOffset>, last: Option<DateTime<FixedOffset>>) -> bool {
    // After a clock that went ahead nothing would run for long.
    let Some(last) = last.filter(|last| *last <= now) else { return true };
    let since = now - last;
    since >= TimeDelta::days(1) || (now.with_timezone(&shanghai()).hour() == HOUR && since >= TimeDelta::hours(1))
}

/// How many imports of rosters have to go.
pub fn old_rosters(folder: &Path, due: &Due) -> Result<u64, RosterError> {
    let day = day(&due.before(Rule::Rosters));
    let old = roster::summary(folder)?.imports.iter().filter(|line| line.imported_at.date_naive() < day).count();
    Ok(old as u64)
}

/// Removes the imports of rosters that have to go, and what an import that was killed left. Returns how many imports.
pub fn remove_old_rosters(folder: &Path, due: &Due) -> Result<u64, RosterError> {
    roster::tidy(folder)?;
    let day = day(&due.before(Rule::Rosters));
    Ok(roster::forget_older_than(folder, day)? as u64)
}

/// Looks now and then whether it is time, until told to stop.
pub async fn daily(service: Arc<Service>, retention: Retention, tick: Duration, mut stop: watch::Receiver<bool>) {
    let retention = Arc::new(retention);
    let asked = Arc::clone(&service);
    let last = tokio::task::spawn_blocking(move || asked.assistant.with_store(|tx| tx.last_run())).await;
    let mut last = match last {
        Ok(Ok(last)) => last,
        Ok(Err(error)) => unknown(&error),
        Err(error) => unknown(&error),
    };
    if let Some(last) = last {
        service.metrics.retention_ran(last);
    }
    let mut failed: Option<DateTime<FixedOffset>> = None;
    while !*stop.borrow() {
        let now = (service.clock)();
        // Also a clock that was set back must not keep it waiting.
        let waiting = failed.is_some_and(|failed| failed <= now && now - failed < AGAIN);
        if is_time(now, last) && !waiting {
            let (service, retention, stop) = (Arc::clone(&service), Arc::clone(&retention), stop.clone());
            let run = tokio::task::spawn_blocking(move || run(&service, &retention, now, &stop)).await;
            match run {
                Ok(true) => (last, failed) = (Some(now), None),
                Ok(false) => failed = Some(now),
                Err(error) => {
                    tracing::error!(%error, "retention broke off; it is tried again in an hour");
                    failed = Some(now);
                }
            }
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(tick) => {}
        }
    }
}

fn unknown(error: &dyn std::fmt::Display) -> Option<DateTime<FixedOffset>> {
    tracing::warn!(%error, "when retention last ran cannot be read; it runs now");
    None
}

/// One run. Says whether it came to its end.
fn run(service: &Service, retention: &Retention, now: DateTime<FixedOffset>, stop: &watch::Receiver<bool>) -> bool {
    let due = Due::new(now, retention.periods);
    let mut gone = Gone::default();
    let ran = every_step(|step| {
        if *stop.borrow() {
            return Err(StoreError::Stopped);
        }
        let (some, next) = service.assistant.retain(due, step)?;
        gone += some;
        Ok((some, next))
    });
    let ended = ran.and_then(|_| service.assistant.with_store(move |tx| tx.end_run(now)));
    if let Some(folder) = &retention.folder
        && !*stop.borrow()
    {
        match remove_old_rosters(folder, &due) {
            Ok(count) => gone.add(Rule::Rosters, count),
            Err(error) => tracing::warn!(%error, "old rosters could not be removed; they are tomorrow"),
        }
    }
    service.metrics.retained(&gone);
    match ended {
        Ok(()) => tracing::info!(removed = %gone, "retention ran"),
        // The next turn cleans them.
        Err(error @ StoreError::Traces { .. }) => tracing::warn!(removed = %gone, %error, "retention ran"),
        Err(StoreError::Stopped) => {
            tracing::info!(removed = %gone, "retention was told to stop; it goes on after the next start");
            return false;
        }
        Err(error) => {
            tracing::error!(removed = %gone, %error, "retention failed; it is tried again in an hour");
            return false;
        }
    }
    service.metrics.retention_ran(now);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).expect("a time")
    }

    #[test]
    fn once_a_day_at_a_quiet_hour_or_when_it_is_late() {
        let check = |now: &str, last: Option<&str>, wanted: bool| {
            assert_eq!(is_time(time(now), last.map(time)), wanted, "{now} after {last:?}");
        };
        check("2024-06-01T09:00:00+08:00", None, true);
        check("2024-06-01T02:59:59+08:00", Some("2024-05-31T03:00:00+08:00"), false);
        check("2024-06-01T03:00:00+08:00", Some("2024-05-31T03:00:14+08:00"), true);
        check("2024-06-01T03:59:00+08:00", Some("2024-06-01T03:00:00+08:00"), false);
        check("2024-06-01T12:00:00+08:00", Some("2024-06-01T03:00:00+08:00"), false);
        // At nine after a start, then at the next quiet hour.
        check("2024-06-02T03:00:01+08:00", Some("2024-06-01T09:00:00+08:00"), true);
        check("2024-06-02T08:59:59+08:00", Some("2024-06-01T09:00:00+08:00"), false);
        check("2024-06-02T09:00:00+08:00", Some("2024-06-01T09:00:00+08:00"), true);
        // Wherever the clock is, the hour is that of China.
        check("2024-05-31T19:30:00Z", Some("2024-05-31T09:00:00+08:00"), true);
        // From a clock that went ahead.
        check("2024-06-01T12:00:00+08:00", Some("2030-01-01T03:00:00+08:00"), true);
    }
}
