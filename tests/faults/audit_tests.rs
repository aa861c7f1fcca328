//! The auditor audited: what it must find, and what it must let pass.

use super::*;

const REMINDS: &str = "sent\n提醒：还剩3天。";

/// Things received ten seconds apart, each with whether the service was told of it.
fn received(things: &[(&str, bool)]) -> (Instant, Vec<Received>) {
    let begin = Instant::now();
    let one = |(number, (content, known)): (usize, &(&str, bool))| {
        let at = begin + Duration::from_secs(10 * number as u64);
        Received { content: (*content).to_owned(), buttons: Vec::new(), known: known.then_some(at), at }
    };
    (begin, things.iter().enumerate().map(one).collect())
}

/// What is found with a process that is never killed.
fn found(expected: &[&str], things: &[(&str, bool)]) -> Result<usize, Problem> {
    let (begin, received) = received(things);
    follow(&owned(expected), &received, &[Life { since: begin, killed: None }])
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn what_is_as_it_should_be_passes() {
    assert_eq!(found(&["a", "b", "a"], &[("a", true), ("b", true), ("a", true)]), Ok(0));
    assert_eq!(found(&[], &[]), Ok(0));
}

#[test]
fn what_is_lost_is_found() {
    let lost = |what: &str| Err(Problem::Lost(what.to_owned()));
    assert_eq!(found(&["a", "b", "c"], &[("a", true), ("c", true)]), lost("b"));
    assert_eq!(found(&["a", "b"], &[("a", true)]), lost("b"));
    assert_eq!(found(&["a", REMINDS, "b"], &[("a", true), ("b", true)]), lost(REMINDS));
    // A copy makes up for nothing.
    assert_eq!(found(&["a", "b"], &[("a", false), ("a", true)]), lost("b"));
}

#[test]
fn what_came_twice_is_found() {
    let doubled = |what: &str| Err(Problem::Doubled(what.to_owned()));
    assert_eq!(found(&["a", "b"], &[("a", true), ("a", true), ("b", true)]), doubled("a"));
    assert_eq!(found(&["a", "b"], &[("a", true), ("b", true), ("a", true)]), doubled("a"));
    assert_eq!(found(&["a"], &[("a", false), ("a", true), ("a", true)]), doubled("a"));
    assert_eq!(found(&[REMINDS], &[(REMINDS, true), (REMINDS, true)]), doubled(REMINDS));
    // An effect that came twice says other words the second time.
    let again = [("recorded", true), ("recorded already", true)];
    assert_eq!(found(&["recorded"], &again), Err(Problem::Unexpected("recorded already".to_owned())));
}

#[test]
fn what_came_in_another_order_is_found() {
    let problem = Problem::OutOfOrder { came: "b".to_owned(), missing: "a".to_owned() };
    assert_eq!(found(&["a", "b"], &[("b", true), ("a", true)]), Err(problem));
}

#[test]
fn each_unknown_outcome_excuses_one_copy() {
    assert_eq!(found(&["a", "b"], &[("a", false), ("a", true), ("b", true)]), Ok(1));
    assert_eq!(found(&["a"], &[("a", false), ("a", false), ("a", true)]), Ok(2));
}

#[test]
fn a_kill_excuses_one_copy_of_what_came_just_before() {
    let followed = |killed: u64, things: &[(&str, bool)]| {
        let (begin, received) = received(things);
        let milli = |number: u64| begin + Duration::from_millis(number);
        // The second process began before the second thing came.
        let lives = [Life { since: begin, killed: Some(milli(killed)) }, Life { since: milli(9000), killed: None }];
        follow(&owned(&["a", "b"]), &received, &lives)
    };
    assert_eq!(followed(100, &[("a", true), ("a", true), ("b", true)]), Ok(1));
    let doubled = Err(Problem::Doubled("a".to_owned()));
    assert_eq!(followed(100, &[("a", true), ("a", true), ("a", true), ("b", true)]), doubled);
    // It had long been noted that it had arrived.
    assert_eq!(followed(8000, &[("a", true), ("a", true), ("b", true)]), doubled);
}

#[test]
fn who_is_reminded_at_night_is_found() {
    let told = |seconds: u64, content: &str| {
        let (begin, received) = received(&[("a", true), ("b", true), ("c", true), (content, true)]);
        let time = |text| DateTime::parse_from_rfc3339(text).expect("a time");
        let night = (begin + Duration::from_secs(seconds), time("2025-03-09T22:30:00+08:00"));
        nights(&received, &[(begin, time("2025-03-09T21:30:00+08:00")), night])
    };
    assert_eq!(told(0, REMINDS), Err(Problem::AtNight(REMINDS.to_owned())));
    assert_eq!(told(0, "sent\n答复"), Ok(()));
    // On its way when the night began; before the night.
    assert_eq!(told(29, REMINDS), Ok(()));
    assert_eq!(told(31, REMINDS), Ok(()));
}

#[test]
fn a_reminder_that_came_a_day_later_says_a_day_less() {
    let (on_the_day, a_day_later) = ("sent\n提醒：还剩4天。\n期限", "sent\n提醒：还剩3天。\n期限");
    assert_eq!(found(&[on_the_day, "b"], &[(a_day_later, true), ("b", true)]), Ok(0));
    assert_eq!(found(&[on_the_day, "b"], &[(on_the_day, false), (a_day_later, true), ("b", true)]), Ok(1));
    for other in ["sent\n提醒：还剩2天。\n期限", "sent\n提醒：还剩5天。\n期限", "sent\n提醒：还剩3天。\n别的"]
    {
        assert_eq!(found(&[on_the_day], &[(other, true)]), Err(Problem::Unexpected(other.to_owned())));
    }
    let doubled = Err(Problem::Doubled(a_day_later.to_owned()));
    assert_eq!(found(&[on_the_day, "b"], &[(on_the_day, true), (a_day_later, true), ("b", true)]), doubled);
}

#[test]
fn how_much_has_come_does_not_count_copies() {
    let (_, received) = received(&[("a", false), ("a", true), ("b", true)]);
    assert_eq!(covered(&owned(&["a", "b", "c"]), 0, &received), 2);
    assert_eq!(covered(&owned(&["a", "b", "c"]), 1, &received), 2);
}
