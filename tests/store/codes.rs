//! Codes and passes: tries are counted before anything is compared, limits are windows that move.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, FixedOffset, TimeDelta};
use rusqlite::Connection;
use zhuanjie::membership::codes::{LIFETIME, Purpose, TRIES};
use zhuanjie::membership::key::PhoneHash;
use zhuanjie::store::{FILE, Pass, Sending, Store, Total, Writer};

use crate::{Turn, id, known, new_record, now};

const PHONE: PhoneHash = PhoneHash::from_bytes([1; 32]);
const OTHER: PhoneHash = PhoneHash::from_bytes([2; 32]);
const ASKER: [u8; 32] = [3; 32];
const MAC: [u8; 32] = [4; 32];
const TOTAL: Total = Total { an_hour: 100, a_day: 100 };

fn is_mac(_: &PhoneHash, mac: &[u8]) -> bool {
    mac == MAC
}

#[test]
fn of_a_hundred_guesses_at_once_five_are_compared() {
    let mut store = Store::in_memory().expect("opens");
    let kept = store.turn(|tx| -> Turn<()> {
        let member = known(tx, "u1");
        tx.keep_code(member, (Purpose::Whereabouts, &PHONE), &MAC, now() + LIFETIME)
    });
    kept.expect("kept");
    let writer = Arc::new(Writer::new(store, 256));
    let compared = Arc::new(AtomicU32::new(0));
    let guessers: Vec<_> = (0..100)
        .map(|_| {
            let (writer, compared) = (Arc::clone(&writer), Arc::clone(&compared));
            std::thread::spawn(move || {
                let guess = writer.turn(move |tx| -> Turn<_> {
                    let member = known(tx, "u1");
                    tx.try_code(member, Purpose::Whereabouts, now(), |_, _| {
                        compared.fetch_add(1, Ordering::Relaxed);
                        false
                    })
                });
                assert_eq!(guess.expect("tried"), None);
            })
        })
        .collect();
    guessers.into_iter().for_each(|guesser| guesser.join().expect("ends"));
    assert_eq!(compared.load(Ordering::Relaxed), TRIES);
    let right = writer.turn(|tx| -> Turn<_> {
        let member = known(tx, "u1");
        tx.try_code(member, Purpose::Whereabouts, now(), is_mac)
    });
    assert_eq!(right.expect("tried"), None, "dead after so many");
}

#[test]
fn a_code_of_another_purpose_proves_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    let kept = store.turn(|tx| -> Turn<()> {
        let member = known(tx, "u1");
        tx.keep_code(member, (Purpose::Whereabouts, &PHONE), &MAC, now() + LIFETIME)
    });
    kept.expect("kept");
    drop(store);
    let raw = Connection::open(dir.path().join(FILE)).expect("opens");
    raw.execute("UPDATE code SET purpose = 'another'", []).expect("changed");
    drop(raw);
    let mut store = Store::open(dir.path()).expect("opens");
    let tried = store.turn(|tx| -> Turn<_> {
        let member = known(tx, "u1");
        tx.try_code(member, Purpose::Whereabouts, now(), is_mac)
    });
    assert_eq!(tried.expect("tried"), None);
}

#[test]
fn a_code_counts_once_until_the_last_second_and_for_one_member() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let (one, two) = (known(tx, "u1"), known(tx, "u2"));
        let expires = now() + LIFETIME;
        for (at, right) in [(expires, None), (expires - TimeDelta::microseconds(1), Some(PHONE))] {
            tx.keep_code(one, (Purpose::Whereabouts, &PHONE), &MAC, expires)?;
            assert_eq!(tx.try_code(two, Purpose::Whereabouts, at, is_mac)?, None, "somebody else");
            assert_eq!(tx.try_code(one, Purpose::Whereabouts, at, is_mac)?, right, "{at}");
            assert_eq!(tx.try_code(one, Purpose::Whereabouts, at, is_mac)?, None, "used");
        }
        // A new one kills the old, whoever asked for it.
        tx.keep_code(one, (Purpose::Whereabouts, &PHONE), &MAC, expires)?;
        tx.keep_code(two, (Purpose::Whereabouts, &PHONE), &[5; 32], expires)?;
        assert_eq!(tx.try_code(one, Purpose::Whereabouts, now(), is_mac)?, None);
        Ok(())
    });
    turn.expect("committed");
}

#[test]
fn limits_are_windows_that_move() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let at = |seconds: i64| now() + TimeDelta::seconds(seconds);
        let mut sent: Vec<DateTime<FixedOffset>> = Vec::new();
        assert_eq!(tx.may_send(&PHONE, &ASKER, TOTAL, at(0))?, Sending::Fine);
        for second in [0, 60, 120, 180, 240] {
            assert_eq!(tx.may_send(&PHONE, &[9; 32], TOTAL, at(second))?, Sending::Fine, "{second}");
            tx.count_code(&PHONE, &ASKER, at(second))?;
            sent.push(at(second));
        }
        assert_eq!(tx.may_send(&PHONE, &[9; 32], TOTAL, at(299))?, Sending::TooSoon);
        assert_eq!(tx.may_send(&PHONE, &[9; 32], TOTAL, at(300))?, Sending::Enough, "five in an hour to a phone");
        assert_eq!(tx.may_send(&OTHER, &ASKER, TOTAL, at(300))?, Sending::Enough, "or from a conversation");
        assert_eq!(tx.may_send(&OTHER, &[9; 32], TOTAL, at(300))?, Sending::Fine);
        assert_eq!(tx.may_send(&PHONE, &ASKER, TOTAL, at(3599))?, Sending::Enough);
        assert_eq!(tx.may_send(&PHONE, &ASKER, TOTAL, at(3600))?, Sending::Fine, "the first is an hour ago");
        let few = Total { an_hour: 5, ..TOTAL };
        assert_eq!(tx.may_send(&OTHER, &[9; 32], few, at(300))?, Sending::Closed, "everybody together");
        let few = Total { a_day: 5, ..TOTAL };
        assert_eq!(tx.may_send(&OTHER, &[9; 32], few, at(86_399))?, Sending::Closed);
        assert_eq!(tx.may_send(&OTHER, &[9; 32], few, at(86_400))?, Sending::Fine);
        for second in [4000, 4100, 4200, 4300, 8000] {
            tx.count_code(&PHONE, &ASKER, at(second))?;
        }
        assert_eq!(tx.may_send(&PHONE, &[9; 32], TOTAL, at(20_000))?, Sending::Enough, "ten in a day");
        Ok(())
    });
    turn.expect("committed");
}

#[test]
fn a_pass_opens_its_transfer_until_it_is_wrong_too_often() {
    let mut store = Store::in_memory().expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let member = known(tx, "u1");
        tx.insert_transfer(member, &new_record(id(1)))?;
        let pass = Pass { nonce: [7; 16], expires_at: now() + TimeDelta::hours(24) };
        tx.set_pass(id(1), &pass)?;
        assert_eq!(tx.pass(id(1), now())?, Some(pass.clone()));
        for _ in 0..3 {
            for _ in 1..TRIES {
                assert!(!tx.try_pass(id(1), now(), |_| false)?);
            }
            // Whoever has it is not shut out by their own slips before.
            assert!(tx.try_pass(id(1), now(), |nonce| *nonce == pass.nonce)?);
        }
        for _ in 0..TRIES {
            assert!(!tx.try_pass(id(1), now(), |_| false)?);
        }
        assert!(!tx.try_pass(id(1), now(), |_| true)?, "dead");
        assert_eq!(tx.pass(id(1), now())?, None);
        tx.set_pass(id(1), &pass)?;
        assert!(!tx.try_pass(id(1), pass.expires_at, |_| true)?, "a day is over");
        assert!(!tx.try_pass(id(2), now(), |_| true)?, "no such transfer");
        tx.revoke_pass(id(1))?;
        assert!(!tx.try_pass(id(1), now(), |_| true)?);
        Ok(())
    });
    turn.expect("committed");
}
