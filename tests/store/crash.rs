//! A process killed at a random moment: what it confirmed is there, and nothing is there twice.
//!
//! The child is this test binary itself, asked for [`child`] alone and told by the environment where to work. It
//! delivers numbers from several threads through one writer; each says `confirmed N` once `wait` has returned. After a
//! kill the next child delivers again what it cannot know to be confirmed, as a channel would.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use zhuanjie::store::{Store, Writer};
use zhuanjie::transfer::{Happened, Record};

use crate::{Turn, append, id, known, new_record, now};

const DIR: &str = "ZHUANJIE_CRASH_DIR";
const FROM: &str = "ZHUANJIE_CRASH_FROM";
const KILLS: u32 = 60;
const THREADS: u32 = 4;

fn number_of(happened: &Happened) -> u32 {
    let Happened::StepDone(step) = happened else { panic!("not of this test: {happened:?}") };
    step.parse().expect("a number")
}

/// Delivers numbers `from`, `from + THREADS`, …; `confirmed` hears of each that is committed.
fn deliver(writer: &Writer, from: u32, to: u32, confirmed: impl Fn(u32)) {
    for number in (from..to).step_by(THREADS as usize) {
        let turn = writer.turn(move |tx| -> Turn<String> {
            let delivery = tx.delivery("u1", &number.to_string());
            if let Some(seen) = tx.seen(&delivery)? {
                return Ok(seen.reply.expect("kept"));
            }
            let member = known(tx, "u1");
            let mut record = match tx.transfer(id(1), member)? {
                Some(record) => record,
                None => {
                    tx.insert_transfer(member, &new_record(id(1)))?;
                    new_record(id(1))
                }
            };
            append(tx, &mut record, Happened::StepDone(number.to_string()), now(), "member")?;
            let body = number.to_string();
            tx.keep_delivery(&delivery, Some(member), Some(&body), now())?;
            Ok(body)
        });
        assert_eq!(turn.expect("committed"), number.to_string());
        confirmed(number);
    }
}

fn read(dir: &Path) -> Option<Record> {
    let mut store = Store::open(dir).expect("opens after a kill");
    store.turn(|tx| tx.any_transfer(id(1))).expect("read")
}

/// The process that is killed. Without the environment it delivers a few numbers twice and checks them, so that it is
/// a test of its own.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else {
        let dir = tempfile::tempdir().expect("a folder");
        let writer = Writer::new(Store::open(dir.path()).expect("opens"), 8);
        deliver(&writer, 0, 40, |_| {});
        deliver(&writer, 0, 40, |_| {});
        drop(writer);
        let record = read(dir.path()).expect("a record");
        let numbers: Vec<_> = record.log.iter().map(|entry| number_of(&entry.happened)).collect();
        assert_eq!(numbers, (0..40).step_by(THREADS as usize).collect::<Vec<_>>());
        return;
    };
    let from: u32 = std::env::var(FROM).expect("set with the folder").parse().expect("a number");
    let writer = Writer::new(Store::open(dir.as_ref()).expect("opens"), 8);
    let say = |line: String| {
        // One write a line, and none buffered: a line that is out was confirmed.
        std::io::stdout().lock().write_all(line.as_bytes()).expect("the parent listens");
    };
    say("\nready\n".to_owned());
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let writer = &writer;
            scope.spawn(move || {
                deliver(writer, from + thread, u32::MAX, |number| say(format!("confirmed {number}\n")));
            });
        }
    });
}

#[test]
fn killed_at_random_moments() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").subsec_nanos().into()
    });
    let mut rng = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().expect("a folder");
    let mut confirmed: Vec<u32> = Vec::new();
    for kill in 0..KILLS {
        // Some of what was confirmed is delivered again, and all that may have been under way.
        let from = confirmed.iter().max().map_or(0, |last| last.saturating_sub(3 * THREADS));
        let (mut child, mut lines) =
            crate::child("crash::child", &[(DIR, dir.path().as_os_str()), (FROM, from.to_string().as_ref())]);
        // Some are killed while they open the database.
        if rng.random_ratio(9, 10) {
            assert!(lines.by_ref().any(|line| line == "ready"), "seed {seed}, kill {kill}: the child did not start");
        }
        std::thread::sleep(Duration::from_micros(rng.random_range(0..30_000)));
        child.kill().expect("runs until it is killed");
        child.wait().expect("ends");
        confirmed.extend(lines.filter_map(|line| line.strip_prefix("confirmed ")?.parse::<u32>().ok()));

        let mut times: BTreeMap<u32, u32> = BTreeMap::new();
        for entry in read(dir.path()).map(|record| record.log).unwrap_or_default() {
            *times.entry(number_of(&entry.happened)).or_default() += 1;
        }
        for number in &confirmed {
            assert!(times.contains_key(number), "seed {seed}, kill {kill}: {number} was confirmed and is lost");
        }
        let twice = times.iter().find(|(_, times)| **times > 1);
        assert_eq!(twice, None, "seed {seed}, kill {kill}: applied twice");
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "seed {seed}: {KILLS} kills, {} confirmations", confirmed.len()).expect("printed");
    assert!(confirmed.len() > KILLS as usize, "seed {seed}: the children did next to nothing");
}
