//! What operators learn from is kept without an order and without a time, and not without end.

use rusqlite::Connection;
use zhuanjie::store::{FILE, Lesson, Miss, Store};

use crate::{Turn, day, miss, now};

#[test]
fn the_same_words_on_a_day_are_one_row() {
    let mut store = Store::in_memory().expect("opens");
    let asked = [
        miss(Lesson::Missed, "转接 …", "2024-06-02"),
        miss(Lesson::Near, "转接 …", "2024-06-01"),
        miss(Lesson::Missed, "转接 …", "2024-06-01"),
        miss(Lesson::Unhelpful, "报到", "2024-06-01"),
        miss(Lesson::Missed, "转接 …", "2024-06-01"),
    ];
    let turn = store.turn(|tx| -> Turn<_> {
        asked.iter().try_for_each(|miss| tx.keep_miss(miss))?;
        tx.misses()
    });
    let [later, near, missed, unhelpful, _] = asked;
    assert_eq!(turn.expect("committed"), [(missed, 2), (near, 1), (unhelpful, 1), (later, 1)]);
}

/// Whatever order they came in, the rows are the same, and no column tells more than a day.
#[test]
fn rows_say_nothing_of_when_they_came() {
    let rows = |order: &[usize]| {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(dir.path()).expect("opens");
        for at in order {
            // A member who was heard of at that very moment.
            let turn = store.turn(|tx| -> Turn<()> {
                tx.set_state("u1", "{}", 1, now())?;
                tx.keep_miss(&miss(Lesson::Missed, ["报到", "转接", "附件"][*at], "2024-06-01"))
            });
            turn.expect("committed");
        }
        let raw = Connection::open(dir.path().join(FILE)).expect("opens");
        assert!(raw.prepare("SELECT rowid FROM miss").is_err(), "rows have no number");
        let mut statement = raw.prepare("SELECT * FROM miss").expect("a query");
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect::<Result<Vec<_>, _>>());
        rows.expect("read").collect::<Result<Vec<Vec<rusqlite::types::Value>>, _>>().expect("rows")
    };
    let one = rows(&[0, 1, 2]);
    assert_eq!((one.len(), one.clone()), (3, rows(&[2, 0, 1])));
    assert!(!format!("{one:?}").contains(':'), "{one:?}");
}

#[test]
fn the_oldest_days_go_when_there_are_too_many() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<_> {
        tx.keep_miss(&miss(Lesson::Missed, "报到", "2024-06-01"))?;
        tx.keep_miss(&miss(Lesson::Missed, "转接", "2024-05-01"))?;
        for number in 0..9_999 {
            let miss = Miss { nearest: format!("faq.{number}"), ..miss(Lesson::Near, "附件", "2024-06-02") };
            tx.keep_miss(&miss)?;
        }
        tx.misses()
    });
    let misses = turn.expect("committed");
    assert_eq!((misses.len(), misses[0].0.day), (10_000, day("2024-06-01")));
}
