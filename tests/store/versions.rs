//! A database of each older layout still opens, with all that was in it. `versions/` holds what each of them held.

use chrono::TimeDelta;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use zhuanjie::knowledge::terms::Event;
use zhuanjie::store::{FILE, Lesson, Miss, Planned, Reader, Store, StoreError};
use zhuanjie::transfer::{Reminding, TransferId};

use crate::erase::found;
use crate::{Turn, day, miss, now};

/// What made each layout of the one before it.
const LAYOUTS: [&str; 5] = [
    include_str!("../../src/store/schema/0001-start.sql"),
    include_str!("../../src/store/schema/0002-outbox.sql"),
    include_str!("../../src/store/schema/0003-codes.sql"),
    include_str!("../../src/store/schema/0004-misses.sql"),
    include_str!("../../src/store/schema/0005-requests.sql"),
];

/// A folder with a database of a layout, and what was in it.
fn older(layout: u8, held: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let old = Connection::open(dir.path().join(FILE)).expect("opens");
    for sql in LAYOUTS.iter().take(layout.into()).chain([&held]) {
        old.execute_batch(sql).expect("as it was then");
    }
    old.pragma_update(None, "user_version", layout).expect("set");
    dir
}

#[test]
fn layout_1() {
    let dir = older(1, include_str!("versions/1.sql"));
    let refused = Reader::open(dir.path()).err().expect("only the service brings it up to date");
    assert!(matches!(refused, StoreError::Older { .. }), "{refused}");

    let mut store = Store::open(dir.path()).expect("is brought up to date");
    let id = TransferId::parse("6QJF-VR9D-YEVF").expect("an ID");
    let turn = store.turn(|tx| -> Turn<()> {
        let member = tx.member("u1")?.expect("known");
        assert_eq!((member.state.as_str(), member.blocked_at), (r#"{"answers":[]}"#, None));
        let record = tx.transfer(id, member.key)?.expect("on record");
        assert_eq!(record.attempt().get(&Event::Submitted), Some(&day("2024-06-01")));
        assert_eq!(record.reminding, Reminding::Unasked);
        assert_eq!(
            tx.misses()?,
            [(Miss { nearest: "faq.report".into(), ..miss(Lesson::Missed, "报到", "2024-06-02") }, 1)]
        );
        assert!(tx.unsent("")?.is_empty(), "what was sent then is not sent again");
        Ok(())
    });
    turn.expect("read");
    drop(store);
    let raw = Connection::open(dir.path().join(FILE)).expect("opens");
    let replies: Vec<String> = raw
        .prepare("SELECT reply FROM delivery")
        .and_then(|mut sql| sql.query_map([], |row| row.get(0))?.collect())
        .expect("read");
    assert_eq!(replies, [r#"{"kind":"plan"}"#], "a delivery of then gets its reply again");
    assert!(Reader::open(dir.path()).is_ok());
}

#[test]
fn layout_3() {
    let dir = older(3, include_str!("versions/3.sql"));
    let times = ["09:12:34.567891".to_owned(), "21:00:00.123456".to_owned()];
    assert!(!found(dir.path(), &times).is_empty(), "the test sees what is there");

    let mut store = Store::open(dir.path()).expect("is brought up to date");
    let misses = store.turn(|tx| tx.misses()).expect("read");
    let wanted = [("… 天气 怎么样", "2024-06-01", 1), ("报到", "2024-06-02", 2), ("报到", "2024-06-03", 1)];
    let wanted = wanted.map(|(words, day, times)| (miss(Lesson::Missed, words, day), times));
    assert_eq!(misses, wanted);
    assert_eq!(found(dir.path(), &times), Vec::<String>::new(), "of a time only the day is left");
}

#[test]
fn layout_4() {
    let dir = older(4, include_str!("versions/4.sql"));
    let mut store = Store::open(dir.path()).expect("is brought up to date");
    let unsent = store.turn(|tx| tx.unsent("telegram:")).expect("read");
    let bodies: Vec<_> = unsent.iter().map(|parcel| serde_json::from_str::<Value>(&parcel.body).ok()).collect();
    let preview = json!({"is_disabled": true});
    let wanted = [
        Some(json!({"send_message": {
            "chat_id": 42,
            "text": "说 \"label\": 吗？\n第二行",
            "link_preview_options": preview,
            "reply_parameters": {"message_id": 7, "allow_sending_without_reply": true},
            "reply_markup": {"inline_keyboard": [
                [
                    {"text": "\"data\": 1", "callback_data": "o:1:x"},
                    {"text": "看步骤", "callback_data": "o:1:y"},
                ],
                [{"text": "私聊", "url": "https://t.me/some_bot"}],
            ]},
        }})),
        Some(json!({"send_message": {"chat_id": -100, "text": "好的", "link_preview_options": preview}})),
        Some(json!({"edit_message_text": {
            "chat_id": 42,
            "message_id": 9,
            "text": "1. ✓ 发起",
            "link_preview_options": preview,
            "reply_markup": {"inline_keyboard": [[{"text": "1", "callback_data": "t:1"}]]},
        }})),
        Some(json!({"send_document": {"chat_id": 42, "name": "zhuanjie.ics", "text": "BEGIN:VCALENDAR\r\n"}})),
        None,
    ];
    assert_eq!(bodies, wanted);
}

#[test]
fn layout_5() {
    let dir = older(5, include_str!("versions/5.sql"));
    let mut store = Store::open(dir.path()).expect("is brought up to date");
    let now = now();
    let ripe = store.turn(|tx| tx.ripe("telegram:", now, 10)).expect("read");
    let [report, approve] = &ripe[..] else { panic!("of each deadline the last: {ripe:#?}") };
    assert_eq!((report.planned.deadline.as_str(), approve.planned.deadline.as_str()), ("report", "approve"));
    let turn = store.turn(|tx| -> Turn<_> {
        for one in &ripe {
            tx.take_reminder(one.transfer, &one.planned)?;
            // Whoever plans it again from what came late does not have it said again.
            tx.plan_reminder(one.transfer, &one.planned)?;
        }
        let later = Planned { at: now + TimeDelta::days(1), ..report.planned.clone() };
        tx.plan_reminder(report.transfer, &later)?;
        Ok((tx.ripe("telegram:", now, 10)?, tx.reminders(report.transfer)?, later))
    });
    let (ripe, planned, later) = turn.expect("written");
    assert_eq!((ripe, planned), (Vec::new(), vec![later]));
}
