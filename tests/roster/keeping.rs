//! The database: what is known of a number, and how one file takes the place of another.

use std::fs;

use zhuanjie::knowledge::terms::System;
use zhuanjie::membership::roster::{self, Imported, Roster, RosterError};
use zhuanjie::serve::config::RetentionConfig;
use zhuanjie::service::retention::{old_rosters, remove_old_rosters};
use zhuanjie::store::Due;

use crate::{ROWS, csv, files, hash, import, is_in, key, lookup, now, table, time};

const JUNE: &str = "2024-06-01T09:00:00+08:00";
const JULY: &str = "2024-07-01T09:00:00+08:00";

#[test]
fn a_number_finds_its_entry() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(Roster::open(dir.path(), &key(1)).expect("looked").is_none());
    assert_eq!(files(dir.path()), Vec::<String>::new());
    let file = csv(&[ROWS[0], ROWS[1], ROWS[2], ROWS[0]]);
    let mut steps = Vec::new();
    let imported = roster::import(dir.path(), &key(1), &table(file), now(), &mut |done, of| steps.push((done, of)));
    let expected = Imported { import: 1, rows: 4, entries: 3, duplicates: 1, unchanged: false };
    assert_eq!(imported.expect("imported"), expected);
    assert_eq!((steps.first(), steps.last()), (Some(&(0, 3)), Some(&(3, 3))));
    let entry = lookup(dir.path(), "138 0013 8000").expect("known");
    assert_eq!((entry.import, entry.imported_at), (1, now()));
    let of = entry.membership;
    assert_eq!((of.name.reveal(), &*of.organization, of.system), ("张三", "软件工程2301团支部", System::Guangdong));
    assert_eq!((of.superior.as_deref(), of.contact.as_deref()), (Some("计算机学院团委"), Some("020-12345678")));
    let of = lookup(dir.path(), "15012345678").expect("known").membership;
    assert_eq!((of.superior, of.system), (None, System::Fujian));
    assert_eq!(lookup(dir.path(), "13711111111"), None);
}

#[test]
fn the_newest_import_that_has_a_number_counts() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    let moved = ROWS[0].replace("软件工程2301", "软件工程2401");
    assert_eq!(import(dir.path(), csv(&[&moved]), JULY).import, 2);
    let entry = lookup(dir.path(), "13800138000").expect("known");
    assert_eq!((&*entry.membership.organization, entry.imported_at), ("软件工程2401团支部", time(JULY)));
    assert_eq!(lookup(dir.path(), "13900139000").expect("known").imported_at, time(JUNE));
    let summary = roster::summary(dir.path()).expect("read");
    let imports: Vec<_> = summary.imports.iter().map(|line| (line.import, line.rows, line.entries)).collect();
    assert_eq!(imports, [(1, 3, 3), (2, 1, 1)]);
    let counts: Vec<_> = summary.counts.iter().map(|c| (c.system, c.organization.as_str(), c.entries)).collect();
    assert_eq!(
        counts,
        [
            (System::Guangdong, "软件工程2401团支部", 1),
            (System::Fujian, "鼓浪屿街道团支部", 1),
            (System::Beijing, "机械2202团支部", 1)
        ]
    );
}

#[test]
fn the_same_file_again_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = import(dir.path(), csv(&ROWS), JUNE);
    import(dir.path(), csv(&ROWS[..1]), JUNE);
    let before = fs::read(dir.path().join(roster::FILE)).expect("there");
    assert_eq!(import(dir.path(), csv(&ROWS), JULY), Imported { unchanged: true, ..first });
    assert_eq!(fs::read(dir.path().join(roster::FILE)).expect("there"), before);
}

#[test]
fn a_reader_sees_the_old_or_the_new() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    let old = Roster::open(dir.path(), &key(1)).expect("opens").expect("there");
    import(dir.path(), csv(&[&ROWS[0].replace("张三", "张四")]), JULY);
    let name = |roster: &Roster| roster.lookup(&hash("13800138000")).expect("read").expect("known").membership.name;
    assert_eq!(name(&old).reveal(), "张三");
    assert_eq!(lookup(dir.path(), "13800138000").expect("known").membership.name.reveal(), "张四");
    assert!(roster::remove_all(dir.path()).expect("removed"));
    assert_eq!(name(&old).reveal(), "张三");
    assert!(Roster::open(dir.path(), &key(1)).expect("looked").is_none());
}

#[test]
fn what_was_removed_is_in_no_byte() {
    let dir = tempfile::tempdir().expect("a folder");
    let many: Vec<String> = (0..2_000).map(|n| format!("138{n:08},旧名{n}号,旧团支部{n},,全国,")).collect();
    import(dir.path(), csv(&many.iter().map(String::as_str).collect::<Vec<_>>()), JUNE);
    import(dir.path(), csv(&ROWS), JULY);
    assert!(is_in(dir.path(), "旧名77号") && is_in(dir.path(), "旧团支部1999"));
    assert!(!roster::remove(dir.path(), 3).expect("looked"));
    assert!(roster::remove(dir.path(), 1).expect("removed"));
    assert!(!is_in(dir.path(), "旧名") && !is_in(dir.path(), "旧团支部"));
    assert_eq!(lookup(dir.path(), "13800000077"), None);
    assert_eq!(lookup(dir.path(), "13800138000").expect("known").import, 2);
    // A number is not given twice.
    assert!(roster::remove(dir.path(), 2).expect("removed"));
    assert_eq!(files(dir.path()), ["roster.lock"]);
    assert!(!roster::remove(dir.path(), 2).expect("looked") && !roster::remove_all(dir.path()).expect("looked"));
}

#[test]
fn numbers_go_on_after_a_removal() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    import(dir.path(), csv(&ROWS[..1]), JUNE);
    assert!(roster::remove(dir.path(), 2).expect("removed"));
    assert_eq!(import(dir.path(), csv(&ROWS[..1]), JULY).import, 3);
}

#[test]
fn old_imports_can_be_forgotten() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), "2024-05-31T23:59:59+08:00");
    import(dir.path(), csv(&ROWS[..1]), "2024-06-01T00:00:00+08:00");
    let forget = |day: &str| roster::forget_older_than(dir.path(), day.parse().expect("a day")).expect("done");
    assert_eq!((forget("2024-05-31"), forget("2024-06-01"), forget("2024-06-01")), (0, 1, 0));
    assert_eq!((lookup(dir.path(), "13900139000"), forget("2024-06-02")), (None, 1));
    assert_eq!(files(dir.path()), ["roster.lock"]);
}

#[test]
fn another_key_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    let refused = |result: Result<(), RosterError>| {
        let error = result.expect_err("another key");
        assert!(matches!(error, RosterError::OtherKey { .. }), "{error}");
        assert!(error.to_string().contains("roster remove --all"), "{error}");
    };
    refused(Roster::open(dir.path(), &key(2)).map(drop));
    refused(roster::import(dir.path(), &key(2), &table(csv(&ROWS[..1])), now(), &mut |_, _| {}).map(drop));
    assert!(roster::summary(dir.path()).is_ok());
    assert!(roster::remove_all(dir.path()).expect("removed"));
    roster::import(dir.path(), &key(2), &table(csv(&ROWS)), now(), &mut |_, _| {}).expect("imported anew");
}

#[test]
fn what_a_killed_import_left_is_ignored_and_cleared() {
    let dir = tempfile::tempdir().expect("a folder");
    let left = dir.path().join("roster.db.new");
    import(dir.path(), csv(&ROWS), JUNE);
    let leave = || fs::write(&left, "SQLite format 3\0half of 王五").expect("written");
    leave();
    assert!(lookup(dir.path(), "13800138000").is_some());
    roster::tidy(dir.path()).expect("tidied");
    assert!(!left.exists());
    leave();
    import(dir.path(), csv(&ROWS[..1]), JULY);
    leave();
    assert!(roster::remove(dir.path(), 1).expect("removed"));
    leave();
    assert!(roster::remove_all(dir.path()).expect("removed"));
    assert_eq!(files(dir.path()), ["roster.lock"]);
}

/// A folder stands where the database should: the rename fails after all was written.
#[test]
fn nothing_is_left_where_an_import_fails() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    let result = std::panic::catch_unwind(|| {
        roster::import(dir.path(), &key(1), &table(csv(&ROWS[..1])), now(), &mut |_, _| {
            // The old one disappears meanwhile.
            let path = dir.path().join(roster::FILE);
            if path.is_file() {
                fs::rename(&path, dir.path().join("kept")).expect("moved");
                fs::create_dir(&path).expect("made");
                fs::write(path.join("inside"), "").expect("written");
            }
        })
    });
    let error = result.expect("no panic").expect_err("cannot take its name");
    assert!(matches!(error, RosterError::Io { .. }), "{error}");
    assert_eq!(files(dir.path()), ["kept", "roster.db", "roster.lock"]);
}

#[test]
fn one_process_at_a_time_changes_it() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    let lock = fs::File::open(dir.path().join("roster.lock")).expect("there");
    lock.lock().expect("locked");
    let error = roster::remove(dir.path(), 1).expect_err("busy");
    assert!(matches!(error, RosterError::Busy { .. }), "{error}");
    assert!(lookup(dir.path(), "13800138000").is_some());
    drop(lock);
    assert!(roster::remove(dir.path(), 1).expect("removed"));
}

#[test]
fn a_file_that_is_none_of_ours_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join(roster::FILE);
    fs::write(&path, "hello, this is no database at all, however long").expect("written");
    assert!(matches!(Roster::open(dir.path(), &key(1)), Err(RosterError::Sql { .. })));
    let newer = rusqlite::Connection::open(dir.path().join("newer")).expect("made");
    newer.pragma_update(None, "user_version", 99).expect("set");
    drop(newer);
    fs::rename(dir.path().join("newer"), &path).expect("moved");
    assert!(matches!(Roster::open(dir.path(), &key(1)), Err(RosterError::Newer { .. })));
    assert!(roster::remove_all(dir.path()).expect("removed"));
}

#[test]
fn an_import_goes_on_the_day_after_its_period() {
    let dir = tempfile::tempdir().expect("a folder");
    let periods = RetentionConfig::default().periods();
    let count = |now: &str| {
        let due = Due::new(time(now), periods);
        let says = old_rosters(dir.path(), &due).expect("counted");
        assert_eq!(remove_old_rosters(dir.path(), &due).expect("removed"), says, "{now}");
        says
    };
    assert_eq!(count(JUNE), 0, "there is none");
    import(dir.path(), csv(&ROWS), JUNE);
    import(dir.path(), csv(&ROWS[..1]), JULY);
    // 400 days after the first of June 2024, and the day after that.
    assert_eq!(count("2025-07-06T23:59:59+08:00"), 0);
    assert_eq!(count("2025-07-07T00:00:00+08:00"), 1);
    assert_eq!(roster::summary(dir.path()).expect("read").imports.len(), 1);
    assert_eq!(count("2025-08-06T00:00:00+08:00"), 1);
    assert!(Roster::open(dir.path(), &key(1)).expect("looked").is_none());
}
