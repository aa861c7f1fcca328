//! The calendar file of a transfer's deadlines (RFC 5545, by a library).

use chrono::{DateTime, Days, FixedOffset, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};

use super::Plan;

/// The name under which the file is offered.
pub const NAME: &str = "transfer.ics";

/// From midnight at the start of the last day back to nine in the morning of the day before.
const MORNING_BEFORE: TimeDelta = TimeDelta::hours(15);

/// One all-day entry for each of the member's deadlines that has a date; none when no deadline has one.
///
/// `name` tells this transfer's entries from another's, so that a second import replaces the first.
pub fn calendar(plan: &Plan<'_>, title: &str, name: &str, now: DateTime<FixedOffset>) -> Option<String> {
    let mut calendar = Calendar::new();
    calendar.name("团组织关系转接");
    let mut dated = 0;
    for deadline in plan.member_deadlines() {
        let Some(due) = deadline.due else { continue };
        dated += 1;
        let missed = deadline.if_missed.as_ref().map(|text| format!(" 误期：{text}")).unwrap_or_default();
        let uid = format!("{name}-{}@zhuanjie", deadline.rule.says.id);
        // The library gives an alarm without a name and a time random ones, and the file would differ each time.
        let mut alarm = Alarm::display("团组织关系转接：明天是最后一天", -MORNING_BEFORE);
        alarm.uid(&format!("alarm-{uid}")).timestamp(now.with_timezone(&Utc));
        calendar.push(
            Event::new()
                .uid(&uid)
                .timestamp(now.with_timezone(&Utc))
                .starts(due)
                // The end of an all-day entry is the day after its last.
                .ends(due + Days::new(1))
                .summary(&format!("最后一天：{title}"))
                .description(&format!("{}{missed}", deadline.text))
                .alarm(alarm)
                .done(),
        );
    }
    (dated > 0).then(|| calendar.done().to_string())
}
