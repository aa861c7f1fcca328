//! Many callers, one store: everyone gets their own answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use zhuanjie::store::{FILE, Store, StoreError, Writer};

use crate::{Turn, append, id, known, new_record, now, submitted};

#[test]
fn every_turn_counts_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let writer = Writer::new(Store::open(dir.path()).expect("opens"), 8);
    let prepared = writer.turn(|tx| -> Turn<()> {
        let member = known(tx, "u1");
        tx.insert_transfer(member, &new_record(id(1)))
    });
    prepared.expect("committed");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let turn = writer.turn(|tx| -> Turn<()> {
                        let mut record = tx.any_transfer(id(1))?.expect("there");
                        append(tx, &mut record, submitted(), now(), "member")
                    });
                    turn.expect("committed");
                }
            });
        }
    });
    let mut store = writer.finish().expect("finishes");
    let record = store.turn(|tx| tx.any_transfer(id(1))).expect("read").expect("there");
    assert_eq!(record.log.len(), 200);
    assert_eq!(record.next_number(), 201);
}

#[test]
fn a_panic_hurts_nobody_else() {
    let writer = Writer::new(Store::in_memory().expect("opens"), 64);
    let turns: Vec<_> = (0..40)
        .map(|number| {
            let turn = move |tx: &mut zhuanjie::store::Tx<'_>| -> Turn<usize> {
                known(tx, &format!("u{number}"));
                match number % 4 {
                    1 => panic!("on purpose"),
                    2 => Err(StoreError::Stopped),
                    _ => Ok(number),
                }
            };
            writer.submit(turn).expect("taken")
        })
        .collect();
    for (number, pending) in turns.into_iter().enumerate() {
        match (number % 4, pending.wait()) {
            (1, Err(StoreError::Panicked { why })) => assert_eq!(why, "on purpose"),
            (2, Err(StoreError::Stopped)) => {}
            (0 | 3, Ok(answer)) => assert_eq!(answer, number),
            (_, other) => panic!("turn {number}: {other:?}"),
        }
    }
    let mut store = writer.finish().expect("finishes");
    for number in 0..40 {
        let member = store.turn(|tx| tx.member(&format!("u{number}"))).expect("read");
        assert_eq!(member.is_some(), matches!(number % 4, 0 | 3), "u{number}");
    }
}

#[test]
fn the_words_of_a_panic_are_repeated_only_where_they_stand_in_the_program() {
    let writer = Writer::new(Store::in_memory().expect("opens"), 64);
    let said = "从广州转到北京".to_owned();
    let panicked = writer.turn(move |_: &mut zhuanjie::store::Tx<'_>| -> Turn<()> { panic!("cannot read {said}") });
    assert!(matches!(panicked, Err(StoreError::Panicked { why }) if !why.contains("广州")));
}

#[test]
fn where_none_can_begin_none_of_those_that_wait_is_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let writer = Writer::new(Store::open(dir.path()).expect("opens"), 64);
    let turns = ["u1", "u2"].map(|handle| {
        let turn = move |tx: &mut zhuanjie::store::Tx<'_>| -> Turn<()> {
            known(tx, handle);
            Ok(())
        };
        writer.submit(turn).expect("taken")
    });
    let other = rusqlite::Connection::open(dir.path().join(FILE)).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("holds the write lock");
    let [first, second] = turns;
    assert!(matches!(first.wait(), Err(StoreError::NotCommitted { .. })));
    other.execute_batch("ROLLBACK").expect("lets go");
    assert!(matches!(second.wait(), Err(StoreError::NotCommitted { .. })), "it would be written without the first");
    assert_eq!(writer.turn(|tx| tx.member("u2")).expect("read"), None);
}

#[test]
fn what_was_taken_is_finished() {
    let dir = tempfile::tempdir().expect("a folder");
    let writer = Writer::new(Store::open(dir.path()).expect("opens"), 200);
    let ran = Arc::new(AtomicUsize::new(0));
    for number in 0..150 {
        let ran = Arc::clone(&ran);
        let pending = writer.submit(move |tx| -> Turn<()> {
            known(tx, &format!("u{number}"));
            ran.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        // The caller goes away; the turn stands.
        drop(pending.expect("taken"));
    }
    drop(writer);
    assert_eq!(ran.load(Ordering::Relaxed), 150);
    let mut store = Store::open(dir.path()).expect("opens");
    assert!(store.turn(|tx| tx.member("u149")).expect("read").is_some());
}

#[test]
fn who_waits_first_runs_what_all_have_handed_in() {
    let writer = Writer::new(Store::in_memory().expect("opens"), 64);
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut turns: Vec<_> = (0..10)
        .map(|number| {
            let order = Arc::clone(&order);
            let turn = move |_: &mut zhuanjie::store::Tx<'_>| -> Turn<_> {
                order.lock().expect("whole").push(number);
                Ok((number, std::thread::current().id()))
            };
            writer.submit(turn).expect("taken")
        })
        .collect();
    assert!(order.lock().expect("whole").is_empty(), "a turn that is only handed in has not run");
    let me = std::thread::current().id();
    assert_eq!(turns.pop().expect("ten").wait().expect("committed"), (9, me));
    assert_eq!(*order.lock().expect("whole"), (0..10).collect::<Vec<_>>(), "in the order they were handed in");
    std::thread::scope(|scope| {
        for (number, turn) in turns.into_iter().enumerate() {
            let other = scope.spawn(|| turn.wait().expect("committed"));
            assert_eq!(other.join().expect("ends"), (number, me), "the answer was there already");
        }
    });
}

#[test]
fn who_finds_the_queue_full_runs_it() {
    let writer = Writer::new(Store::in_memory().expect("opens"), 4);
    let ran = Arc::new(AtomicUsize::new(0));
    let mut turns = Vec::new();
    for number in 0..10 {
        let counted = Arc::clone(&ran);
        let turn = move |_: &mut zhuanjie::store::Tx<'_>| -> Turn<()> {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        turns.push(writer.submit(turn).expect("taken"));
        assert_eq!(ran.load(Ordering::Relaxed), number / 4 * 4, "before turn {number} is queued");
    }
}

#[test]
fn who_is_in_no_hurry_shares_the_commit_of_the_next_turn() {
    let writer = Writer::new(Store::in_memory().expect("opens"), 64);
    let here = |_: &mut zhuanjie::store::Tx<'_>| -> Turn<_> { Ok(std::thread::current().id()) };
    let patient = writer.submit(here).expect("taken");
    std::thread::scope(|scope| {
        let other = scope.spawn(|| patient.wait_for_others(Duration::from_secs(60)).expect("committed"));
        let me = std::thread::current().id();
        assert_eq!(writer.turn(here).expect("committed"), me);
        assert_eq!(other.join().expect("ends"), me, "it ran with the turn, on its thread");
    });
    // Where none comes, it is its own affair.
    let alone = writer.submit(here).expect("taken").wait_for_others(Duration::from_millis(5));
    assert_eq!(alone.expect("committed"), std::thread::current().id());
}

#[test]
fn those_before_a_failure_run_once_more_and_those_behind_it_once() {
    let writer = Writer::new(Store::in_memory().expect("opens"), 64);
    let runs: Vec<_> = (0..4).map(|_| Arc::new(AtomicUsize::new(0))).collect();
    let turns: Vec<_> = runs
        .iter()
        .enumerate()
        .map(|(number, runs)| {
            let runs = Arc::clone(runs);
            let turn = move |tx: &mut zhuanjie::store::Tx<'_>| -> Turn<usize> {
                known(tx, &format!("u{number}"));
                let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
                if number == 2 { Err(StoreError::Stopped) } else { Ok(run) }
            };
            writer.submit(turn).expect("taken")
        })
        .collect();
    let answers: Vec<_> = turns.into_iter().map(|turn| turn.wait().ok()).collect();
    assert_eq!(answers, [Some(2), Some(2), None, Some(1)], "each is told of its last run");
    assert_eq!(runs.iter().map(|runs| runs.load(Ordering::Relaxed)).collect::<Vec<_>>(), [2, 2, 1, 1]);
}
