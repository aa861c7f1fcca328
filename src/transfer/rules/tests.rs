use proptest::prelude::*;

use super::*;
use crate::knowledge::terms::Term;
use crate::transfer::record::Status;
use crate::transfer::record::tests::{append, day, record};
use Event::{Completed, DestinationApproved, OriginApproved, Reported, Returned, Submitted, Withdrawn};

const ALL: &[Event] = &[Submitted, OriginApproved, Reported, DestinationApproved, Completed];
/// Arriving in Guangdong: reporting waits for the origin.
const GUANGDONG: Course<'_> = Course {
    expected: ALL,
    needs: &[
        (OriginApproved, Submitted),
        (Reported, OriginApproved),
        (DestinationApproved, Reported),
        (Completed, Submitted),
    ],
};
/// Arriving in Fujian: reporting runs beside the origin's review.
const FUJIAN: Course<'_> = Course {
    expected: ALL,
    needs: &[
        (OriginApproved, Submitted),
        (Reported, Submitted),
        (DestinationApproved, Reported),
        (Completed, Submitted),
    ],
};
/// Leaving Beijing for the national system: the origin has no review.
const NO_ORIGIN_REVIEW: Course<'_> = Course {
    expected: &[Submitted, DestinationApproved, Completed],
    needs: &[(OriginApproved, Submitted), (DestinationApproved, OriginApproved)],
};
const TODAY: &str = "2024-06-30";

fn log(events: &[(Event, &str)]) -> Record {
    record(events.iter().map(|&(event, on)| Happened::Event(event, day(on))))
}

fn told(record: &Record, course: &Course<'_>, event: Event, on: &str) -> Result<Happened, Doubt> {
    accept(record, course, Said { event, on: day(on), long_ago_is_meant: false, again: false }, day(TODAY))
}

#[track_caller]
fn check(events: &[(Event, &str)], course: Course<'_>, event: Event, on: &str, doubt: Option<Doubt>) {
    let wanted = doubt.map_or(Ok(Happened::Event(event, day(on))), Err);
    assert_eq!(told(&log(events), &course, event, on), wanted);
}

#[test]
fn days_that_cannot_be() {
    check(&[], FUJIAN, Submitted, "2024-07-01", Some(Doubt::Future { on: day("2024-07-01") }));
    check(&[], FUJIAN, Submitted, "2024-06-30", None);
    check(&[], FUJIAN, Submitted, "2023-09-04", None);
    check(&[], FUJIAN, Submitted, "2023-09-03", Some(Doubt::LongAgo { on: day("2023-09-03") }));
    let meant = Said { event: Submitted, on: day("2023-01-01"), long_ago_is_meant: true, again: false };
    assert!(accept(&log(&[]), &FUJIAN, meant, day(TODAY)).is_ok());
}

#[test]
fn order_and_absence() {
    let submitted = &[(Submitted, "2024-06-05")];
    check(submitted, FUJIAN, OriginApproved, "2024-06-05", None);
    check(
        submitted,
        FUJIAN,
        OriginApproved,
        "2024-06-04",
        Some(Doubt::Before {
            event: OriginApproved,
            on: day("2024-06-04"),
            than: Submitted,
            than_on: day("2024-06-05"),
        }),
    );
    check(&[], FUJIAN, OriginApproved, "2024-06-04", Some(Doubt::Missing { event: OriginApproved, needs: Submitted }));
    check(
        &[],
        GUANGDONG,
        DestinationApproved,
        "2024-06-04",
        Some(Doubt::Missing { event: DestinationApproved, needs: Submitted }),
    );
    check(submitted, FUJIAN, Reported, "2024-06-06", None);
    check(
        submitted,
        GUANGDONG,
        Reported,
        "2024-06-06",
        Some(Doubt::Missing { event: Reported, needs: OriginApproved }),
    );
    check(submitted, NO_ORIGIN_REVIEW, DestinationApproved, "2024-06-06", None);
    check(submitted, NO_ORIGIN_REVIEW, Reported, "2024-06-06", Some(Doubt::NotOnThisRoute { event: Reported }));
    for on in ["2024-06-05", "2024-06-07"] {
        let there = Doubt::AlreadyThere { event: Submitted, on: day("2024-06-05"), number: 1 };
        check(submitted, FUJIAN, Submitted, on, Some(there));
    }
}

#[test]
fn completed_is_the_end() {
    let done = &[(Submitted, "2024-06-01"), (Completed, "2024-06-09")];
    check(done, FUJIAN, Returned, "2024-06-10", Some(Doubt::Finished { on: day("2024-06-09") }));
    check(
        &done[..1],
        FUJIAN,
        Completed,
        "2024-05-31",
        Some(Doubt::Before { event: Completed, on: day("2024-05-31"), than: Submitted, than_on: day("2024-06-01") }),
    );
}

#[test]
fn returned_and_begun_again() {
    check(&[], FUJIAN, Returned, "2024-06-01", Some(Doubt::NotBegun));
    let returned = &[(Submitted, "2024-06-01"), (Returned, "2024-06-03")];
    check(&returned[..1], FUJIAN, Returned, "2024-06-01", None);
    check(returned, FUJIAN, Submitted, "2024-06-03", None);
    check(returned, FUJIAN, Withdrawn, "2024-06-03", Some(Doubt::NotBegun));
    check(
        returned,
        FUJIAN,
        Returned,
        "2024-06-03",
        Some(Doubt::AlreadyThere { event: Returned, on: day("2024-06-03"), number: 2 }),
    );
    check(
        returned,
        FUJIAN,
        Submitted,
        "2024-06-02",
        Some(Doubt::Before { event: Submitted, on: day("2024-06-02"), than: Returned, than_on: day("2024-06-03") }),
    );
    check(
        returned,
        FUJIAN,
        OriginApproved,
        "2024-06-04",
        Some(Doubt::Missing { event: OriginApproved, needs: Submitted }),
    );
    let approved = &[(Submitted, "2024-06-01"), (OriginApproved, "2024-06-04")];
    check(
        approved,
        FUJIAN,
        Returned,
        "2024-06-03",
        Some(Doubt::Before {
            event: Returned,
            on: day("2024-06-03"),
            than: OriginApproved,
            than_on: day("2024-06-04"),
        }),
    );
}

#[test]
fn corrections_keep_the_order() {
    let events = &[
        (Submitted, "2024-06-01"),
        (OriginApproved, "2024-06-03"),
        (Returned, "2024-06-05"),
        (Submitted, "2024-06-07"),
    ];
    let record = log(events);
    let to = |number, on| correct(&record, &FUJIAN, number, day(on), day(TODAY));
    assert_eq!(to(1, "2024-06-02"), Ok(Happened::Corrected(1, day("2024-06-02"))));
    assert!(matches!(to(1, "2024-06-04"), Err(Doubt::Before { event: OriginApproved, than: Submitted, .. })));
    assert!(matches!(to(2, "2024-06-06"), Err(Doubt::Before { event: Returned, than: OriginApproved, .. })));
    assert!(matches!(to(3, "2024-06-08"), Err(Doubt::Before { event: Submitted, than: Returned, .. })));
    assert!(to(3, "2024-06-07").is_ok());
    assert!(matches!(to(4, "2024-06-04"), Err(Doubt::Before { event: Submitted, than: Returned, .. })));
    assert_eq!(to(9, "2024-06-04"), Err(Doubt::NotThere));
    assert!(matches!(to(4, "2024-07-04"), Err(Doubt::Future { .. })));
}

#[test]
fn strikes_leave_nothing_without_its_ground() {
    let record = log(&[(Submitted, "2024-06-01"), (OriginApproved, "2024-06-03"), (Returned, "2024-06-05")]);
    assert!(matches!(strike(&record, &FUJIAN, 1), Err(Doubt::StillNeeded { by: OriginApproved, .. })));
    assert_eq!(strike(&record, &FUJIAN, 2), Ok(Happened::Struck(2)));
    assert_eq!(strike(&record, &FUJIAN, 3), Ok(Happened::Struck(3)));
    let record = log(&[(Submitted, "2024-06-01"), (Returned, "2024-06-05")]);
    assert!(matches!(strike(&record, &FUJIAN, 1), Err(Doubt::StillNeeded { by: Returned, .. })));
    assert_eq!(strike(&record, &FUJIAN, 5), Err(Doubt::NotThere));
    let again = log(&[(Submitted, "2024-06-01"), (Returned, "2024-06-05"), (Submitted, "2024-06-06")]);
    assert!(matches!(strike(&again, &FUJIAN, 2), Err(Doubt::StillNeeded { by: Submitted, .. })));
}

#[test]
fn whose_approval() {
    let either = Approved::Either(OriginApproved, DestinationApproved);
    let s = (Submitted, "2024-06-01");
    let o = (OriginApproved, "2024-06-02");
    let r = (Reported, "2024-06-02");
    let d = (DestinationApproved, "2024-06-03");
    for (events, course, wanted) in [
        (vec![], FUJIAN, Approved::One(OriginApproved)),
        (vec![s], FUJIAN, Approved::One(OriginApproved)),
        (vec![s, r], FUJIAN, either),
        (vec![s, o], FUJIAN, either),
        (vec![s, o, r], FUJIAN, Approved::One(DestinationApproved)),
        (vec![s, r, d], FUJIAN, Approved::One(OriginApproved)),
        (vec![s, o, r, d], FUJIAN, Approved::None),
        (vec![s], NO_ORIGIN_REVIEW, Approved::One(DestinationApproved)),
    ] {
        assert_eq!(resolve_approved(&log(&events), &course), wanted, "{events:?}");
    }
}

#[test]
fn choosing_among_transfers() {
    let submitted = log(&[(Submitted, "2024-06-01")]);
    assert!(!fits(&submitted, &FUJIAN, Submitted));
    assert!(fits(&submitted, &FUJIAN, Returned));
    assert!(!fits(&log(&[]), &FUJIAN, Returned));
    assert!(fits(&log(&[]), &FUJIAN, Submitted));
    let withdrawn = log(&[(Submitted, "2024-06-01"), (Withdrawn, "2024-06-02")]);
    assert!(!withdrawn.open());
    assert!(fits(&withdrawn, &FUJIAN, Submitted));
}

#[derive(Debug, Clone)]
enum Try {
    Tell(Event, i64),
    Correct(u32, i64),
    Strike(u32),
}

fn tries() -> impl Strategy<Value = Try> {
    prop_oneof![
        6 => (0..Event::ALL.len(), 0i64..20).prop_map(|(i, n)| Try::Tell(Event::ALL[i], n)),
        1 => (1u32..12, 0i64..20).prop_map(|(n, d)| Try::Correct(n, d)),
        1 => (1u32..12).prop_map(Try::Strike),
    ]
}

proptest! {
    /// Whatever is told, what the rules let in reads as a possible course of events.
    #[test]
    fn what_is_accepted_is_possible(tries in proptest::collection::vec(tries(), 0..60), parallel: bool) {
        let course = if parallel { FUJIAN } else { GUANGDONG };
        let mut record = record([]);
        let first = day("2024-06-01");
        for attempt in tries {
            let on = |n| first + chrono::Duration::days(n);
            let known = record.attempt();
            let accepted = match attempt {
                Try::Tell(event, n) => {
                    let said = Said { event, on: on(n), long_ago_is_meant: false, again: false };
                    accept(&record, &course, said, day(TODAY))
                }
                Try::Correct(number, n) => correct(&record, &course, number, on(n), day(TODAY)),
                Try::Strike(number) => strike(&record, &course, number),
            };
            let Ok(happened) = accepted else { continue };
            append(&mut record, happened.clone());
            if let Happened::Event(event, on) = happened {
                if ends_attempt(event) {
                    prop_assert_eq!(record.status(), Status::from(event));
                } else {
                    prop_assert!(!known.contains_key(&event));
                    prop_assert_eq!(record.attempt().get(&event).copied(), Some(on));
                }
            }
            let timeline = record.timeline();
            for attempt in timeline.split_inclusive(|p| ends_attempt(p.event)) {
                prop_assert_eq!(attempt[0].event, Submitted, "{:?}", timeline);
                for (i, point) in attempt.iter().enumerate() {
                    prop_assert!(attempt[..i].iter().all(|p| p.event != point.event));
                    for earlier in ALL.iter().filter(|e| needs(&course, point.event, **e)) {
                        prop_assert!(attempt[..i].iter().any(|p| p.event == *earlier), "{:?}", timeline);
                    }
                }
            }
        }
    }
}

#[test]
fn handed_in_anew() {
    let anew = |record: &Record, on: &str| {
        accept(
            record,
            &FUJIAN,
            Said { event: Submitted, on: day(on), long_ago_is_meant: false, again: true },
            day(TODAY),
        )
    };
    let late = log(&[(Submitted, "2024-06-01"), (Reported, "2024-06-03")]);
    assert_eq!(anew(&late, "2024-06-20"), Ok(Happened::Event(Submitted, day("2024-06-20"))));
    // What happened before cannot belong to it.
    let before = Doubt::Before { event: Submitted, on: day("2024-06-02"), than: Reported, than_on: day("2024-06-03") };
    assert_eq!(anew(&late, "2024-06-02"), Err(before));
    let completed = log(&[(Submitted, "2024-06-01"), (Completed, "2024-06-09")]);
    assert!(anew(&completed, "2024-06-20").is_err());
    let again = log(&[(Submitted, "2024-06-01"), (Reported, "2024-06-03"), (Submitted, "2024-06-20")]);
    assert_eq!(again.attempt().into_iter().collect::<Vec<_>>(), [(Submitted, day("2024-06-20"))]);
    assert_eq!(told(&again, &FUJIAN, Reported, "2024-06-21"), Ok(Happened::Event(Reported, day("2024-06-21"))));
}
