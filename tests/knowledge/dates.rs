//! Due dates: the numbers of the guides, and the rule that makes them.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use proptest::prelude::*;
use zhuanjie::knowledge::terms::{Duty, Event, Level, System, Term};
use zhuanjie::plan::space::situations;
use zhuanjie::plan::{Due, Happened, Plan, Situation, plan};

use crate::{KNOWN, blocks, day, plain_text, planned, to_committee};

fn on(event: Event, date: &str) -> Happened {
    Happened::from([(event, day(date))])
}

/// The member's deadlines after submitting on the first of June 2024.
fn june(from: System, to: System, known_there: Option<bool>) -> Plan<'static> {
    planned(&Situation { known_there, ..Situation::between(from, to) }, &on(Event::Submitted, "2024-06-01"))
}

/// The only deadline of the member's.
fn only<'a>(plan: &'a Plan<'static>) -> &'a Due<'static> {
    let all: Vec<_> = plan.member_deadlines().collect();
    let [due] = all.as_slice() else { panic!("{} deadlines", all.len()) };
    due
}

#[test]
fn guangdong_to_beijing_is_nine_days_to_the_last_approval() {
    let plan = june(System::Guangdong, System::Beijing, None);
    let due = only(&plan);
    assert_eq!(due.due, Some(day("2024-06-10")));
    assert_eq!((due.rule.days, due.rule.from, due.rule.by), (9, Event::Submitted, Event::DestinationApproved));
    assert_eq!((due.rule.says.known, due.rule.start_known), (Level::Documented, Level::Inferred));
    let text = plain_text(blocks(
        &Situation::between(System::Guangdong, System::Beijing),
        &on(Event::Submitted, "2024-06-01"),
    ));
    assert!(text.contains("2024-06-10（周一）"), "{text}");
    assert!(text.contains("从哪天起算没有"), "the reply says that the guide names no starting day: {text}");
}

#[test]
fn guangdong_to_fujian_is_ten_days_to_reporting() {
    let plan = june(System::Guangdong, System::Fujian, None);
    let due = only(&plan);
    assert_eq!(due.due, Some(day("2024-06-11")));
    assert_eq!((due.rule.days, due.rule.from, due.rule.by), (10, Event::Submitted, Event::Reported));
    assert_eq!(due.rule.says.known, Level::Documented);
}

#[test]
fn fujian_from_elsewhere_and_beijing_from_elsewhere_are_inferred() {
    for from in [System::Central, System::Beijing] {
        assert_eq!(only(&june(from, System::Fujian, None)).rule.says.known, Level::Inferred, "{from:?}");
    }
    for from in [System::Central, System::Fujian] {
        assert_eq!(only(&june(from, System::Beijing, None)).rule.says.known, Level::Inferred, "{from:?}");
    }
}

#[test]
fn to_central_there_is_no_deadline_for_the_member() {
    for from in System::ALL {
        for known_there in [None, Some(false), Some(true)] {
            assert_eq!(june(*from, System::Central, known_there).member_deadlines().count(), 0, "{from:?}");
        }
        for committee in zhuanjie::knowledge::terms::Committee::ALL {
            let plan = planned(&to_committee(*from, *committee), &on(Event::Submitted, "2024-06-01"));
            assert_eq!(plan.member_deadlines().count(), 0, "{from:?} {committee:?}");
        }
    }
}

#[test]
fn newcomers_to_guangdong_count_from_the_origins_approval() {
    for from in [System::Central, System::Fujian, System::Beijing] {
        for known_there in [None, Some(false)] {
            let plan = june(from, System::Guangdong, known_there);
            let due = only(&plan);
            assert_eq!(due.due, None, "{from:?}: nothing is counted before the approval");
            assert_eq!((due.rule.days, due.rule.from, due.rule.by), (10, Event::OriginApproved, Event::Reported));
        }
        let approved = on(Event::OriginApproved, "2024-06-03");
        let plan = planned(&Situation::between(from, System::Guangdong), &approved);
        assert_eq!(only(&plan).due, Some(day("2024-06-13")), "{from:?}");
    }
}

#[test]
fn inside_guangdong_and_for_returners_there_is_none() {
    assert_eq!(june(System::Guangdong, System::Guangdong, None).member_deadlines().count(), 0);
    for from in [System::Central, System::Fujian, System::Beijing] {
        assert_eq!(june(from, System::Guangdong, Some(true)).member_deadlines().count(), 0, "{from:?}");
    }
}

#[test]
fn the_ten_days_of_feedback_are_the_systems() {
    for (from, to) in [
        (System::Guangdong, System::Central),
        (System::Guangdong, System::Fujian),
        (System::Guangdong, System::Beijing),
        (System::Central, System::Guangdong),
    ] {
        let plan = june(from, to, None);
        let feedback: Vec<_> = plan.deadlines.iter().filter(|d| d.rule.by == Event::Completed).collect();
        let [due] = feedback.as_slice() else { panic!("{from:?} {to:?}") };
        assert_eq!((due.rule.duty, due.rule.days), (Duty::System, 10), "{from:?} {to:?}");
        assert_eq!(due.due, None, "counted from the destination's approval");
    }
}

#[test]
fn a_due_date_on_a_weekend_is_kept_with_advice() {
    // 2024-06-08 is a Saturday.
    let happened = on(Event::Submitted, "2024-05-30");
    let situation = Situation::between(System::Guangdong, System::Beijing);
    let plan = planned(&situation, &happened);
    let due = only(&plan).due.unwrap();
    assert_eq!((due, due.weekday()), (day("2024-06-08"), Weekday::Sat));
    assert!(plain_text(blocks(&situation, &happened)).contains("期限不顺延"));
}

/// A day of two centuries, with the ends of months and leap days drawn often.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    let any = (1970..2170, 1u32..=12, 1u32..=31);
    let edge = (1970..2170, prop::sample::select(vec![(2, 28), (2, 29), (2, 20), (12, 31), (12, 25), (4, 30)]));
    let edge = edge.prop_map(|(year, (month, day))| (year, month, day));
    prop_oneof![any, edge].prop_filter_map("no such day", |(y, m, d)| NaiveDate::from_ymd_opt(y, m, d))
}

proptest! {
    #[test]
    fn due_lies_exactly_so_many_days_after_its_event(date in any_day()) {
        let happened: Happened = Event::ALL.iter().map(|e| (*e, date)).collect();
        for situation in situations(&KNOWN).iter().filter(|s| s.case.is_none()) {
            for due in plan(&KNOWN, situation, &happened).unwrap().deadlines {
                let days = u64::from(due.rule.days);
                prop_assert_eq!(due.due, date.checked_add_days(Days::new(days)));
                prop_assert_eq!((due.due.unwrap() - date).num_days(), i64::from(due.rule.days));
            }
        }
    }
}
