//! Retention: every rule at its border, what a dry run says, and a process that is killed in the middle.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::{Connection, params};
use zhuanjie::knowledge::terms::Event;
use zhuanjie::serve::config::RetentionConfig;
use zhuanjie::store::{
    Does, Due, FILE, Gone, Lesson, MemberKey, Planned, Reader, Rule, Store, StoreError, Tx, every_step,
};
use zhuanjie::transfer::{Happened, Record, TransferId};

use crate::erase::found;
use crate::{Turn, append, day, id, miss, new_record, now};

const DIR: &str = "ZHUANJIE_RETENTION_DIR";
const KILLS: u32 = 15;
const MEMBERS: u64 = 350;
/// About so many steps they take.
const STEPS: u32 = 20;
/// The handles of those who have to go begin like this.
const GOING: &str = "QXGOING";

fn due(now: DateTime<FixedOffset>) -> Due {
    Due::new(now, RetentionConfig::default().periods())
}

fn look(dir: &Path, now: DateTime<FixedOffset>) -> Gone {
    let mut reader = Reader::open(dir).expect("opens");
    every_step(|step| reader.read(|tx| tx.expire(&due(now), step, Does::Look))).expect("read")
}

fn remove(store: &mut Store, now: DateTime<FixedOffset>) -> Gone {
    let gone = every_step(|step| store.turn(|tx| tx.expire(&due(now), step, Does::Remove))).expect("committed");
    store.turn(|tx| tx.end_run(now)).expect("committed");
    gone
}

fn only(rule: Rule, count: u64) -> Gone {
    let mut gone = Gone::default();
    gone.add(rule, count);
    gone
}

/// Something that is there from a time on, and has to go by one rule after that long.
#[track_caller]
fn goes(rule: Rule, after: TimeDelta, make: impl Fn(&mut Tx<'_>, DateTime<FixedOffset>) -> Turn<()>) {
    goes_with(rule, after, |store, _| store.turn(|tx| make(tx, now())).expect("committed"));
}

#[track_caller]
fn goes_with(rule: Rule, after: TimeDelta, make: impl FnOnce(&mut Store, &Connection)) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    let raw = Connection::open(dir.path().join(FILE)).expect("opens");
    raw.execute_batch("PRAGMA foreign_keys=ON").expect("set");
    make(&mut store, &raw);
    let (before, then) = (now() + after - TimeDelta::microseconds(1), now() + after);
    assert_eq!(look(dir.path(), before), Gone::default(), "{rule:?} a moment before");
    assert_eq!(remove(&mut store, before), Gone::default(), "{rule:?} a moment before");
    assert_eq!(look(dir.path(), then), only(rule, 1), "{rule:?}");
    assert_eq!(remove(&mut store, then), only(rule, 1), "{rule:?}");
    assert_eq!(remove(&mut store, then), Gone::default(), "{rule:?} again");
}

/// A member who was heard of so late that only their transfers can have to go.
fn talkative(tx: &mut Tx<'_>) -> Turn<MemberKey> {
    tx.set_state("u1", "{}", 1, now() + TimeDelta::days(3000))
}

fn told(tx: &mut Tx<'_>, member: MemberKey, events: &[Event]) -> Turn<Record> {
    // Put on record long before: what counts is the last thing told.
    let created_at = now() - TimeDelta::days(100);
    let mut record = Record { created_at, ..new_record(id(1)) };
    tx.insert_transfer(member, &record)?;
    let mut at = now() - TimeDelta::days(events.len() as i64 - 1);
    for event in events {
        append(tx, &mut record, Happened::Event(*event, day("2024-05-01")), at, "member")?;
        at += TimeDelta::days(1);
    }
    Ok(record)
}

#[test]
fn transfers_by_what_their_log_says() {
    use Event::*;
    for events in [&[Submitted, Completed][..], &[Submitted, Withdrawn], &[Submitted, Returned]] {
        goes(Rule::Finished, TimeDelta::days(365), |tx, _| {
            let member = talkative(tx)?;
            told(tx, member, events).map(drop)
        });
    }
    for events in [&[Submitted][..], &[Submitted, OriginApproved, Reported]] {
        goes(Rule::Unfinished, TimeDelta::days(730), |tx, _| {
            let member = talkative(tx)?;
            told(tx, member, events).map(drop)
        });
    }
    // Begun again on the day after it was returned.
    goes(Rule::Unfinished, TimeDelta::days(730), |tx, _| {
        let member = talkative(tx)?;
        let mut record = told(tx, member, &[Submitted, Returned])?;
        append(tx, &mut record, Happened::Event(Submitted, day("2024-05-02")), now(), "member")
    });
    // Completed by mistake.
    goes(Rule::Unfinished, TimeDelta::days(730), |tx, _| {
        let member = talkative(tx)?;
        let mut record = told(tx, member, &[Submitted, Completed])?;
        append(tx, &mut record, Happened::Struck(2), now(), "member")
    });
    // Nothing was ever told.
    goes(Rule::Unfinished, TimeDelta::days(730), |tx, _| {
        let member = talkative(tx)?;
        tx.insert_transfer(member, &new_record(id(1)))
    });
}

#[test]
fn members_who_are_silent_and_have_nothing_open() {
    use Event::*;
    goes(Rule::Conversations, TimeDelta::days(180), |tx, at| tx.set_state("u1", "{}", 1, at).map(drop));
    goes(Rule::Conversations, TimeDelta::days(180), |tx, at| {
        let member = tx.set_state("u1", "{}", 1, at)?;
        told(tx, member, &[Submitted, Completed]).map(drop)
    });
    // An open transfer holds its member until it goes itself; then both go in one run.
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    let turn = store.turn(|tx| -> Turn<()> {
        let member = tx.set_state("u1", "{}", 1, now())?;
        told(tx, member, &[Submitted]).map(drop)
    });
    turn.expect("committed");
    assert_eq!(remove(&mut store, now() + TimeDelta::days(729)), Gone::default());
    let then = now() + TimeDelta::days(730);
    let mut wanted = only(Rule::Unfinished, 1);
    wanted.add(Rule::Conversations, 1);
    assert_eq!((look(dir.path(), then), remove(&mut store, then)), (wanted, wanted));
    assert!(store.turn(|tx| tx.member("u1")).expect("read").is_none());
}

#[test]
fn what_has_an_age_of_its_own() {
    goes(Rule::Deliveries, TimeDelta::days(7), |tx, at| {
        let delivery = tx.delivery("u1", "1");
        tx.keep_delivery(&delivery, None, Some("{}"), at).map(drop)
    });
    goes(Rule::Unsent, TimeDelta::days(30), |tx, at| tx.post("u1", None, None, "{}".into(), at).map(drop));
    // A day counts from its beginning, nine hours before.
    goes(Rule::Misses, TimeDelta::days(180) - TimeDelta::hours(9), |tx, _| {
        tx.keep_miss(&miss(Lesson::Missed, "转接", "2024-06-01"))
    });
    let text = "2024-06-01T09:00:00.000000+08:00";
    goes_with(Rule::Codes, TimeDelta::days(1), |store, raw| {
        store.turn(talkative).expect("committed");
        let sql =
            "INSERT INTO code (member, purpose, phone, mac, expires_at) SELECT id, 'x', x'01', x'02', ?1 FROM member";
        raw.execute(sql, [text]).expect("written");
    });
    goes_with(Rule::CodesSent, TimeDelta::days(1), |_, raw| {
        raw.execute("INSERT INTO code_sent (phone, conversation, at) VALUES (x'01', x'02', ?1)", [text])
            .expect("written");
    });
    goes_with(Rule::Passes, TimeDelta::zero(), |store, raw| {
        let turn = store.turn(|tx| -> Turn<()> {
            let member = talkative(tx)?;
            tx.insert_transfer(member, &new_record(id(1)))
        });
        turn.expect("committed");
        raw.execute("INSERT INTO pass (transfer, nonce, expires_at) SELECT id, x'01', ?1 FROM transfer", [text])
            .expect("written");
    });
}

#[test]
fn a_conversation_that_names_a_transfer_that_went_begins_anew() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    let state = format!(r#"{{"focus":"{}"}}"#, id(1));
    let then = now() + TimeDelta::days(365);
    let turn = store.turn(|tx| -> Turn<()> {
        let member = tx.set_state("u1", &state, 1, then)?;
        tx.set_state("u2", r#"{"focus":null}"#, 1, then)?;
        told(tx, member, &[Event::Completed])?;
        for (message, reply) in [("1", state.as_str()), ("2", "{}")] {
            let delivery = tx.delivery("u1", message);
            tx.keep_delivery(&delivery, Some(member), Some(reply), then)?;
        }
        Ok(())
    });
    turn.expect("committed");
    assert_eq!(remove(&mut store, then), only(Rule::Finished, 1));
    let turn = store.turn(|tx| -> Turn<()> {
        assert_eq!(tx.member("u1")?.expect("still known").state, "{}");
        assert_eq!(tx.member("u2")?.expect("still known").state, r#"{"focus":null}"#);
        assert_eq!(tx.seen(&tx.delivery("u1", "1"))?.expect("seen").reply, None);
        assert_eq!(tx.seen(&tx.delivery("u1", "2"))?.expect("seen").reply.as_deref(), Some("{}"));
        Ok(())
    });
    turn.expect("read");
    assert_eq!(found(dir.path(), &[id(1).to_string()]), Vec::<String>::new());
}

#[test]
fn when_it_ran_is_known_after_a_restart_and_a_look_is_no_run() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    look(dir.path(), now());
    assert_eq!(store.turn(|tx| tx.last_run()).expect("read"), None);
    every_step(|step| store.turn(|tx| tx.expire(&due(now()), step, Does::Remove))).expect("committed");
    assert_eq!(store.turn(|tx| tx.last_run()).expect("read"), None, "it has not come to its end");
    remove(&mut store, now());
    drop(store);
    let mut store = Store::open(dir.path()).expect("opens");
    assert_eq!(store.turn(|tx| tx.last_run()).expect("read"), Some(now()));
}

/// Many members, more than one step takes; returns what of those who have to go must not be found.
fn populate(store: &mut Store, rng: &mut StdRng, then: DateTime<FixedOffset>) -> Vec<String> {
    let mut traces = Vec::new();
    for number in 0..MEMBERS {
        let going = number % 3 == 0;
        let handle = if going { format!("{GOING}{number:05}") } else { format!("stays{number}") };
        let transfer = TransferId::random(rng);
        let age = TimeDelta::days(if going { rng.random_range(180..500) } else { rng.random_range(0..180) });
        let turn = store.turn(|tx| -> Turn<()> {
            let member =
                tx.set_state(&handle, &format!("{handle}{}", "x".repeat(number as usize % 900)), 1, then - age)?;
            let mut record = Record { created_at: then - age, ..new_record(transfer) };
            tx.insert_transfer(member, &record)?;
            append(tx, &mut record, Happened::Event(Event::Completed, day("2024-05-01")), then - age, &handle)?;
            tx.plan_reminder(transfer, &Planned { deadline: handle.clone(), due: day("2024-06-10"), at: now() })?;
            for message in 0..4 {
                let delivery = tx.delivery(&handle, &message.to_string());
                tx.keep_delivery(&delivery, Some(member), Some(&handle), then - age)?;
            }
            tx.post(&handle, Some(member), None, handle.clone(), then - age).map(drop)
        });
        turn.expect("committed");
        if going {
            traces.extend([handle, transfer.to_string()]);
        }
    }
    traces
}

#[test]
fn a_dry_run_says_what_then_goes_and_no_byte_of_it_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    let then = now() + TimeDelta::days(600);
    let traces = populate(&mut store, &mut StdRng::seed_from_u64(21), then);
    let says = look(dir.path(), then);
    assert_eq!(look(dir.path(), then), says, "looking changes nothing");
    assert!(!found(dir.path(), &traces).is_empty(), "the test sees what is there");
    assert_eq!(remove(&mut store, then), says);
    assert_eq!(says.by(Rule::Conversations), MEMBERS.div_ceil(3));
    assert!(says.by(Rule::Deliveries) > 1000 && says.by(Rule::Unsent) > 200 && says.by(Rule::Finished) > 10, "{says}");
    assert_eq!(found(dir.path(), &traces), Vec::<String>::new());
    assert_eq!(look(dir.path(), then), Gone::default());
    let stay = MEMBERS - MEMBERS.div_ceil(3);
    let raw = Connection::open(dir.path().join(FILE)).expect("opens");
    for table in ["member", "transfer", "entry", "reminder"] {
        let rows: i64 = raw.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("counted");
        assert_eq!(rows.unsigned_abs(), stay, "{table}");
    }
}

/// The process that is killed while it removes; without the environment a small run of its own.
#[test]
fn child() {
    let own = tempfile::tempdir().expect("a folder");
    let dir = std::env::var_os(DIR).unwrap_or_else(|| own.path().as_os_str().to_owned());
    let say = |line: &str| std::io::stdout().lock().write_all(line.as_bytes()).expect("somebody listens");
    let mut store = Store::open(dir.as_ref()).expect("opens");
    say("\nready\n");
    let then = now() + TimeDelta::days(600);
    let ran = every_step(|step| {
        let done = store.turn(|tx| tx.expire(&due(then), step, Does::Remove))?;
        say("step\n");
        Ok::<_, StoreError>(done)
    });
    ran.expect("committed");
    store.turn(|tx| tx.end_run(then)).expect("committed");
    say("removed\n");
}

#[test]
fn killed_in_the_middle() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    let mut rng = StdRng::seed_from_u64(seed);
    let full = tempfile::tempdir().expect("a folder");
    let then = now() + TimeDelta::days(600);
    let mut store = Store::open(full.path()).expect("opens");
    let traces = populate(&mut store, &mut rng, then);
    drop(store);
    let all = look(full.path(), then);
    let mut midway = 0;
    for kill in 0..KILLS {
        let dir = tempfile::tempdir().expect("a folder");
        fs::copy(full.path().join(FILE), dir.path().join(FILE)).expect("copied");
        let (mut child, mut lines) = crate::child("retention::child", &[(DIR, dir.path().as_os_str())]);
        assert!(lines.by_ref().any(|line| line == "ready"), "seed {seed}, kill {kill}: the child did not start");
        let steps = rng.random_range(0..STEPS);
        for _ in 0..steps {
            lines.next();
        }
        std::thread::sleep(Duration::from_micros(rng.random_range(0..3_000)));
        child.kill().expect("not waited for yet");
        child.wait().expect("ends");
        let confirmed = lines.any(|line| line == "removed");

        let mut store = Store::open(dir.path()).expect("opens after a kill");
        let raw = Connection::open(dir.path().join(FILE)).expect("opens");
        let sound: String = raw.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
        assert_eq!(sound, "ok", "seed {seed}, kill {kill}");
        assert!(!raw.prepare("PRAGMA foreign_key_check").expect("a query").exists([]).expect("checked"));
        // Those who are gone are gone to the last byte, though the run did not come to its end.
        let known = |handle: &str| -> bool {
            raw.prepare("SELECT 1 FROM member WHERE handle = ?1")
                .expect("a query")
                .exists(params![handle])
                .expect("read")
        };
        let gone: Vec<String> = traces.chunks(2).filter(|both| !known(&both[0])).flat_map(<[String]>::to_vec).collect();
        assert_eq!(found(dir.path(), &gone), Vec::<String>::new(), "seed {seed}, kill {kill}");
        let left = remove(&mut store, then);
        midway += u32::from(!left.is_nothing() && left != all);
        assert!(!confirmed || left.is_nothing(), "seed {seed}, kill {kill}: confirmed, and {left} was left");
        assert_eq!(found(dir.path(), &traces), Vec::<String>::new(), "seed {seed}, kill {kill}");
    }
    assert!(midway > 0, "seed {seed}: no kill came in the middle");
    let mut out = std::io::stdout().lock();
    writeln!(out, "seed {seed}: {KILLS} kills, {midway} in the middle").expect("printed");
}

/// An error in one step ends a run; what went before it is gone.
#[test]
fn a_run_ends_with_an_error() {
    let mut steps = 0;
    let ran = every_step(|step| {
        steps += 1;
        if steps == 3 { Err(StoreError::Stopped) } else { Ok((Gone::default(), Some(step))) }
    });
    assert!(matches!(ran, Err(StoreError::Stopped)) && steps == 3);
}
