//! The store at its boundary: turns in, rows and files out.

mod codes;
mod crash;
mod erase;
mod kept;
mod misses;
mod retention;
mod turns;
mod versions;
mod writer;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, FixedOffset, NaiveDate};
use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::knowledge::terms::Event;
use zhuanjie::store::{Lesson, MemberKey, Miss, StoreError, Tx};
use zhuanjie::transfer::{Happened, Record, Reminding, TransferId};

fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("a time")
}

fn now() -> DateTime<FixedOffset> {
    time("2024-06-01T09:00:00+08:00")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn id(seed: u64) -> TransferId {
    TransferId::random(&mut StdRng::seed_from_u64(seed))
}

fn submitted() -> Happened {
    Happened::Event(Event::Submitted, day("2024-06-01"))
}

fn new_record(id: TransferId) -> Record {
    Record {
        id,
        situation: r#"{"from":"guangdong"}"#.into(),
        created_at: now(),
        reminding: Reminding::default(),
        log: Vec::new(),
    }
}

fn known(tx: &mut Tx<'_>, handle: &str) -> MemberKey {
    tx.set_state(handle, "{}", 1, now()).expect("a member")
}

/// Adds to a log, in the value and in the database.
fn append(tx: &mut Tx<'_>, to: &mut Record, told: Happened, at: DateTime<FixedOffset>, by: &str) -> Turn<()> {
    let id = to.id;
    tx.append(id, to.tell(told, at, by))
}

fn miss(lesson: Lesson, words: &str, on: &str) -> Miss {
    Miss { lesson, words: words.to_owned(), nearest: "faq.status".to_owned(), day: day(on) }
}

/// What a turn of these tests returns.
type Turn<T> = Result<T, StoreError>;

/// This test program once more, running that test alone; with the lines that it prints.
fn child(test: &str, environment: &[(&str, &OsStr)]) -> (Child, impl Iterator<Item = String> + use<>) {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    (child, lines)
}
