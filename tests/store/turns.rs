//! What a turn writes the next one reads, before and after a restart.

use std::fs;

use zhuanjie::knowledge::terms::Event;
use zhuanjie::store::{FILE, Lesson, Seen, Store, StoreError};
use zhuanjie::transfer::{Happened, Status};

use crate::{Turn, append, day, id, known, miss, new_record, now, submitted, time};

#[test]
fn a_record_comes_back_as_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let happened = [
        submitted(),
        Happened::StepDone("gd.out.place".into()),
        Happened::StepUndone("gd.out.place".into()),
        Happened::Corrected(1, day("2024-06-02")),
        Happened::Event(Event::Returned, day("2024-06-03")),
        Happened::Struck(5),
    ];
    let mut store = Store::open(dir.path()).expect("opens");
    let written = store.turn(|tx| -> Turn<_> {
        let member = known(tx, "u1");
        let mut record = new_record(id(1));
        tx.insert_transfer(member, &record)?;
        for one in happened {
            append(tx, &mut record, one, time("2024-06-05T10:00:00.123456Z"), "member")?;
        }
        record.situation = r#"{"from":"beijing"}"#.to_owned();
        tx.set_situation(record.id, &record.situation)?;
        tx.insert_transfer(member, &new_record(id(2)))?;
        Ok(record)
    });
    let written = written.expect("committed");
    drop(store);

    let mut store = Store::open(dir.path()).expect("opens again");
    let read = store.turn(|tx| -> Turn<_> {
        let member = tx.member("u1")?.expect("known").key;
        assert_eq!(tx.transfer(written.id, member)?.as_ref(), Some(&written));
        assert_eq!(tx.any_transfer(written.id)?.as_ref(), Some(&written));
        assert_eq!(tx.all_transfers(None, 10)?.len(), 2);
        let first = tx.all_transfers(None, 1)?;
        assert_eq!(tx.all_transfers(Some(first[0].id), 10)?.len(), 1);
        tx.transfers(member)
    });
    let mut read = read.expect("read");
    read.sort_by_key(|record| record.log.is_empty());
    assert_eq!(read, [written.clone(), new_record(id(2))]);
    assert_eq!(written.status(), Status::Submitted);
}

#[test]
fn a_strangers_id_is_nobodys() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let owner = known(tx, "owner");
        tx.insert_transfer(owner, &new_record(id(1)))?;
        let stranger = known(tx, "stranger");
        assert_eq!(tx.transfer(id(1), stranger)?, None);
        assert_eq!(tx.transfer(id(2), stranger)?, None);
        assert!(tx.transfer(id(1), owner)?.is_some());
        Ok(())
    });
    turn.expect("committed");
}

#[test]
fn the_same_delivery_is_known_for_seven_days() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let delivery = tx.delivery("u1", "m1");
        let member = known(tx, "u1");
        assert_eq!(tx.seen(&delivery)?, None);
        tx.keep_delivery(&delivery, Some(member), Some("{}"), now())?;
        assert_eq!(tx.keep_delivery(&delivery, None, None, now())?, None, "one reply for one delivery");
        for (handle, message) in [("u1", "m2"), ("u2", "m1"), ("u1m", "1"), ("u", "1m1"), ("u1\0", "m1")] {
            assert_eq!(tx.seen(&tx.delivery(handle, message))?, None, "{handle:?} {message:?}");
        }
        tx.forget_deliveries(time("2024-06-08T00:59:59Z"))?;
        assert_eq!(tx.seen(&delivery)?, Some(Seen { reply: Some("{}".into()) }));
        tx.forget_deliveries(time("2024-06-08T01:00:00Z"))?;
        assert_eq!(tx.seen(&delivery)?, None);
        Ok(())
    });
    turn.expect("committed");
}

#[test]
fn a_delivery_in_a_row_is_its_channel_and_its_number() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let delivery = tx.delivery_in_a_row("telegram", 7);
        tx.keep_delivery(&delivery, None, None, now())?;
        assert!(tx.seen(&tx.delivery_in_a_row("telegram", 7))?.is_some());
        for other in
            [tx.delivery_in_a_row("telegram", 8), tx.delivery_in_a_row("wechat", 7), tx.delivery("telegram", "7")]
        {
            assert_eq!(tx.seen(&other)?, None, "{other:?}");
        }
        Ok(())
    });
    turn.expect("committed");
}

#[test]
fn a_turn_that_fails_or_panics_leaves_nothing() {
    let mut store = Store::in_memory().expect("opens");
    let failed = store.turn(|tx| -> Turn<()> {
        known(tx, "u1");
        Err(StoreError::Stopped)
    });
    assert!(matches!(failed, Err(StoreError::Stopped)));
    let panicked = store.turn(|tx| -> Turn<()> {
        known(tx, "u1");
        panic!("on purpose")
    });
    assert!(matches!(panicked, Err(StoreError::Panicked { why }) if why == "on purpose"));
    assert!(store.turn(|tx| tx.member("u1")).expect("works on").is_none());
}

#[test]
fn a_record_that_is_out_of_date_cannot_be_appended_to() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let member = known(tx, "u1");
        let mut record = new_record(id(1));
        tx.insert_transfer(member, &record)?;
        let mut stale = record.clone();
        append(tx, &mut record, submitted(), now(), "member")?;
        assert!(append(tx, &mut stale, submitted(), now(), "member").is_err());
        Ok(())
    });
    turn.expect("committed");
}

#[test]
fn entries_are_never_changed() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let member = known(tx, "u1");
        let mut record = new_record(id(1));
        tx.insert_transfer(member, &record)?;
        append(tx, &mut record, submitted(), now(), "member")
    });
    turn.expect("committed");
    drop(store);
    let raw = rusqlite::Connection::open(dir.path().join(FILE)).expect("opens");
    let changed = raw.execute("UPDATE entry SET day = '2024-07-01'", []);
    assert!(changed.expect_err("refused").to_string().contains("never changed"));
}

#[test]
fn misses_name_nobody() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<_> {
        let text = format!("{} 怎么回事", id(1).to_string().to_lowercase());
        tx.keep_miss(&miss(Lesson::Missed, &text, "2024-06-01"))?;
        tx.misses()
    });
    let misses = turn.expect("committed");
    assert_eq!(misses.len(), 1);
    assert_eq!(misses[0].0.words, "〔记录编号〕 怎么回事");
}

#[test]
fn one_holder_at_a_time() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("opens");
    let Err(second) = Store::open(dir.path()) else { panic!("a second one opened it") };
    assert!(matches!(second, StoreError::Held { .. }), "{second}");
    assert!(second.to_string().contains(&dir.path().join(FILE).display().to_string()));
    drop(store);
    Store::open(dir.path()).expect("free again");
}

#[test]
fn errors_name_the_path() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    fs::write(&file, "not a folder").expect("written");
    let refused = |path: &std::path::Path| Store::open(path).err().expect("refused").to_string();
    assert!(refused(&file.join("data")).contains(&file.display().to_string()));

    fs::write(dir.path().join(FILE), "x".repeat(4096)).expect("written");
    assert!(refused(dir.path()).contains(&dir.path().join(FILE).display().to_string()));

    let newer = tempfile::tempdir().expect("a folder");
    drop(Store::open(newer.path()).expect("opens"));
    let raw = rusqlite::Connection::open(newer.path().join(FILE)).expect("opens");
    raw.pragma_update(None, "user_version", 99).expect("set");
    drop(raw);
    let text = refused(newer.path());
    assert!(text.contains("newer version") && text.contains(&newer.path().display().to_string()), "{text}");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("a/b");
    let mut store = Store::open(&data).expect("opens");
    store
        .turn(|tx| -> Turn<()> {
            known(tx, "u1");
            Ok(())
        })
        .expect("committed");
    let mode = |path: &std::path::Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for file in fs::read_dir(&data).expect("reads") {
        assert_eq!(mode(&file.expect("reads").path()), 0o600);
    }
}

#[test]
fn those_that_were_sent_leave_the_outbox_and_no_others() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let mut ids = Vec::new();
        for number in 0..7 {
            ids.push(tx.post("u1", None, None, number.to_string(), now())?.id);
        }
        tx.sent(vec![ids[5], ids[0], ids[3], ids[1]])?;
        tx.sent(vec![])?;
        let left: Vec<_> = tx.unsent_to("u1")?.into_iter().map(|parcel| parcel.body).collect();
        assert_eq!(left, ["2", "4", "6"]);
        Ok(())
    });
    turn.expect("committed");
}
