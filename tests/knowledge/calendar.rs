//! The calendar file, read by a line check of its own (RFC 5545).

use chrono::DateTime;
use zhuanjie::knowledge::terms::{Event, System};
use zhuanjie::plan::calendar::{NAME, calendar};
use zhuanjie::plan::{Happened, Situation};

use crate::{day, planned};

fn of(from: System, to: System, happened: &Happened, at: &str) -> Option<String> {
    let plan = planned(&Situation::between(from, to), happened);
    calendar(&plan, "广东 → 北京", "K7Q2", DateTime::parse_from_rfc3339(at).unwrap())
}

fn june() -> Happened {
    Happened::from([(Event::Submitted, day("2024-06-01"))])
}

/// The content lines of a file, unfolded; every rule of folding and line ends is checked on the way.
fn lines(file: &str) -> Vec<String> {
    assert!(file.ends_with("\r\n"), "the last line ends too");
    assert!(!file.replace("\r\n", "").contains(['\r', '\n']), "every line ends with CRLF");
    let mut all: Vec<String> = Vec::new();
    for line in file.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.is_empty());
        match line.strip_prefix(' ') {
            Some(rest) => all.last_mut().unwrap().push_str(rest),
            None => all.push(line.to_owned()),
        }
    }
    assert!(all.iter().all(|line| line.contains(':')), "{all:#?}");
    all
}

fn values<'a>(lines: &'a [String], property: &str) -> Vec<&'a str> {
    let is = |line: &&'a String| line.split([':', ';']).next() == Some(property);
    lines.iter().filter(is).map(|line| line.split_once(':').unwrap().1).collect()
}

#[test]
fn the_file_of_guangdong_to_beijing_parses() {
    let file = of(System::Guangdong, System::Beijing, &june(), "2024-06-01T09:00:00+08:00").unwrap();
    let lines = lines(&file);
    let mut open = Vec::new();
    for line in &lines {
        if let Some(name) = line.strip_prefix("BEGIN:") {
            open.push(name);
        } else if let Some(name) = line.strip_prefix("END:") {
            assert_eq!(open.pop(), Some(name), "components close in order");
        } else {
            assert!(!open.is_empty(), "nothing stands outside the calendar: {line}");
        }
    }
    assert!(open.is_empty());
    assert_eq!(lines.first().unwrap(), "BEGIN:VCALENDAR");
    assert_eq!(values(&lines, "VERSION"), ["2.0"]);
    assert_eq!(values(&lines, "BEGIN").iter().filter(|name| **name == "VEVENT").count(), 1);
    assert!(lines.contains(&"DTSTART;VALUE=DATE:20240610".to_owned()), "{lines:#?}");
    assert_eq!(values(&lines, "DTSTAMP").first(), Some(&"20240601T010000Z"));
    assert!(values(&lines, "SUMMARY").first().unwrap().contains("广东 → 北京"));
    assert!(values(&lines, "DESCRIPTION").iter().any(|text| text.contains("9日内在北京系统注册登录")));
    assert!(!file.contains(['{', '}']), "a placeholder is left");
    assert_eq!(NAME, "transfer.ics");
}

#[test]
fn a_second_import_replaces_the_first() {
    let uids = |at| {
        let file = of(System::Guangdong, System::Beijing, &june(), at).unwrap();
        values(&lines(&file), "UID").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let first = uids("2024-06-01T09:00:00+08:00");
    assert_eq!(first, uids("2024-06-05T21:30:00+08:00"));
    assert_eq!(first[0], "K7Q2-bj.in.nine@zhuanjie");
}

#[test]
fn no_text_of_any_deadline_keeps_a_placeholder() {
    for from in [System::Central, System::Guangdong, System::Fujian, System::Beijing] {
        for to in [System::Guangdong, System::Fujian, System::Beijing] {
            let happened =
                Happened::from([(Event::Submitted, day("2024-06-01")), (Event::OriginApproved, day("2024-06-03"))]);
            let file = of(from, to, &happened, "2024-06-03T09:00:00+08:00").unwrap_or_default();
            assert!(!file.contains(['{', '}']), "{from:?} {to:?}: {file}");
            assert_eq!(file.is_empty(), from == to, "{from:?} {to:?}: every crossing to one of the three has a date");
        }
    }
}

#[test]
fn without_a_due_date_there_is_no_file() {
    let at = "2024-06-01T09:00:00+08:00";
    assert_eq!(of(System::Guangdong, System::Beijing, &Happened::new(), at), None);
    assert_eq!(of(System::Guangdong, System::Central, &june(), at), None);
    assert_eq!(of(System::Central, System::Guangdong, &june(), at), None, "the origin has not approved");
}
