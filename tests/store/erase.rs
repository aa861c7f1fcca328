//! After an erasure no byte of any file knows the member.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::Connection;
use zhuanjie::knowledge::terms::Event;
use zhuanjie::store::{FILE, Kept, Of, Planned, Store, StoreError, Writer};
use zhuanjie::transfer::{Happened, TransferId};

use crate::{Turn, append, day, new_record, now};

const DIR: &str = "ZHUANJIE_ERASE_DIR";
const HANDLE: &str = "ZHUANJIE_ERASE_HANDLE";
const KILLS: u32 = 25;
const MEMBERS: usize = 120;
const ROUNDS: usize = 6;

struct Known {
    handle: String,
    secret: String,
    /// Stands for hashes; what looks for traces sees it as text.
    hash: String,
    transfers: Vec<TransferId>,
}

impl Known {
    /// Handles short and long: they decide where in a page a row lies and whether it needs pages of its own.
    fn new(number: usize, rng: &mut StdRng) -> Self {
        let length = [6, 12, 40, 900, 6000][number % 5];
        // Capitals, so that a short one does not turn up in the small letters of the rest by chance.
        let handle = word(rng, length).to_uppercase();
        let transfers = (0..rng.random_range(1..4)).map(|_| TransferId::random(rng)).collect();
        Self { handle, secret: word(rng, 12), hash: word(rng, 32), transfers }
    }

    fn traces(&self) -> Vec<String> {
        let mut traces =
            vec![self.handle[..self.handle.len().min(32)].to_owned(), self.secret.clone(), self.hash.clone()];
        for id in &self.transfers {
            traces.push(id.to_string());
            traces.push(id.to_string().replace('-', ""));
        }
        traces
    }
}

fn word(rng: &mut StdRng, length: usize) -> String {
    (0..length).map(|_| char::from(rng.random_range(b'a'..=b'z'))).collect()
}

pub(crate) fn found(dir: &Path, traces: &[String]) -> Vec<String> {
    let search = aho_corasick::AhoCorasick::new(traces).expect("few");
    let mut found = Vec::new();
    for file in fs::read_dir(dir).expect("reads") {
        let path = file.expect("reads").path();
        let bytes = fs::read(&path).expect("reads");
        let hits = search.find_iter(&bytes);
        found.extend(hits.map(|hit| format!("{} in {}", traces[hit.pattern().as_usize()], path.display())));
    }
    found
}

/// One turn of a member as the assistant would write it; the state grows and shrinks.
fn say(store: &mut Store, member: &Known, round: usize, rng: &mut StdRng) {
    let length = rng.random_range(1..[60, 400, 5000][round % 3]);
    let state = format!("{}{}{}", member.secret, word(rng, length), member.secret);
    let turn = store.turn(|tx| -> Turn<()> {
        let key = tx.set_state(&member.handle, &state, 1, now())?;
        for &id in &member.transfers {
            let mut record = match tx.transfer(id, key)? {
                Some(record) => record,
                None => {
                    tx.insert_transfer(key, &new_record(id))?;
                    new_record(id)
                }
            };
            append(tx, &mut record, Happened::StepDone(member.secret.clone()), now(), &member.handle)?;
            append(tx, &mut record, Happened::Event(Event::Submitted, day("2024-06-01")), now(), "member")?;
        }
        let delivery = tx.delivery(&member.handle, &format!("{}{round}", member.secret));
        let body = format!("{state} {:?}", member.transfers.iter().map(ToString::to_string).collect::<Vec<_>>());
        tx.keep_delivery(&delivery, Some(key), Some(&body), now())?;
        let planned = Planned { deadline: member.secret.clone(), due: day("2024-06-10"), at: now() };
        tx.plan_reminder(member.transfers[0], &planned)?;
        tx.post(&member.handle, Some(key), None, body.clone(), now())?;
        let of = Of { transfer: member.transfers[0], deadline: &member.secret };
        tx.post(&member.handle, Some(key), Some(of), body, now()).map(drop)
    });
    turn.expect("committed");
}

fn populated(dir: &Path, rng: &mut StdRng) -> (Store, Vec<Known>) {
    let mut store = Store::open(dir).expect("opens");
    let members: Vec<_> = (0..MEMBERS).map(|number| Known::new(number, rng)).collect();
    for round in 0..ROUNDS {
        for member in &members {
            say(&mut store, member, round, rng);
        }
    }
    let raw = Connection::open(dir.join(FILE)).expect("opens");
    raw.execute_batch("PRAGMA foreign_keys=ON; BEGIN").expect("begins");
    for member in &members {
        prove(&raw, member);
    }
    raw.execute_batch("COMMIT").expect("committed");
    (store, members)
}

/// What a member leaves who proves a phone number and opens their transfers to others.
fn prove(raw: &Connection, member: &Known) {
    let hash = member.hash.as_bytes();
    raw.execute(
        "INSERT INTO code (member, purpose, phone, mac, expires_at) SELECT id, ?2, ?3, ?3, ?4 FROM member WHERE handle = ?1",
        rusqlite::params![member.handle, member.secret, hash, now().to_rfc3339()],
    )
    .expect("written");
    for id in &member.transfers {
        raw.execute(
            "INSERT INTO pass (transfer, nonce, expires_at) VALUES (?1, ?2, ?3)",
            rusqlite::params![id.to_string(), hash, now().to_rfc3339()],
        )
        .expect("written");
    }
}

#[test]
fn no_byte_is_left() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut rng = StdRng::seed_from_u64(11);
    let (mut store, members) = populated(dir.path(), &mut rng);
    for (number, member) in members.iter().enumerate().step_by(7) {
        assert!(!found(dir.path(), &member.traces()).is_empty(), "the test sees what is there");
        let erased = store.turn(|tx| -> Turn<_> {
            let key = tx.member(&member.handle)?.expect("known").key;
            let erased = tx.erase(key)?;
            let delivery = tx.delivery(&member.handle, "erase");
            tx.keep_delivery(&delivery, None, Some("已删除"), now())?;
            Ok(erased)
        });
        let transfers = u32::try_from(member.transfers.len()).expect("few");
        let rounds = u32::try_from(ROUNDS).expect("few");
        let wanted = Kept {
            transfers,
            entries: transfers * rounds * 2,
            reminders: 1,
            unsent: rounds * 2,
            replies: rounds,
            codes: 1,
            passes: transfers,
            seen_at: Some(now()),
        };
        assert_eq!(erased.expect("committed"), wanted);
        // The database is open all the while, as it is when the member reads the reply.
        assert_eq!(found(dir.path(), &member.traces()), Vec::<String>::new(), "member {number}");
        let again = store.turn(|tx| -> Turn<_> {
            assert!(tx.member(&member.handle)?.is_none());
            assert!(tx.any_transfer(member.transfers[0])?.is_none());
            assert!(tx.unsent_to(&member.handle)?.is_empty());
            let earlier = tx.seen(&tx.delivery(&member.handle, &format!("{}0", member.secret)))?;
            assert_eq!(earlier.expect("has no effect again").reply, None);
            tx.seen(&tx.delivery(&member.handle, "erase"))
        });
        let again = again.expect("read").expect("seen");
        assert_eq!(again.reply.as_deref(), Some("已删除"), "the same delivery gets the same reply");
    }
    for member in members.iter().skip(1).step_by(7) {
        let kept = store.turn(|tx| -> Turn<_> {
            let key = tx.member(&member.handle)?.expect("untouched").key;
            tx.transfers(key)
        });
        assert_eq!(kept.expect("read").len(), member.transfers.len());
    }
}

#[test]
fn somebody_who_reads_for_long_keeps_traces_but_holds_nobody_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let (mut store, members) = populated(dir.path(), &mut StdRng::seed_from_u64(13));
    let reading = Connection::open(dir.path().join(FILE)).expect("opens");
    reading.execute_batch("BEGIN").expect("begins");
    let count = |reading: &Connection| {
        reading.query_row("SELECT count(*) FROM member", [], |row| row.get::<_, u32>(0)).expect("read")
    };
    assert_eq!(count(&reading) as usize, members.len());
    let handle = members[0].handle.clone();
    let erased = store.turn(|tx| -> Turn<Kept> {
        let key = tx.member(&handle)?.expect("known").key;
        tx.erase(key)
    });
    assert!(matches!(erased, Err(StoreError::Traces { .. })), "it is erased, and not yet gone");
    let size = |name: &str| std::fs::metadata(dir.path().join(name)).expect("is there").len();
    let log = || size(&format!("{FILE}-wal"));
    let before = log();
    store.turn(|tx| tx.touch()).expect("others write on");
    assert!(log() - before < size(FILE) / 2, "the file is not written anew with each turn");
    reading.execute_batch("COMMIT").expect("ends");
    assert_eq!(count(&reading) as usize, members.len() - 1);
    assert!(!found(dir.path(), &members[0].traces()).is_empty());
    store.turn(|tx| tx.touch()).expect("written");
    assert_eq!(found(dir.path(), &members[0].traces()), Vec::<String>::new(), "the next turn finds nobody reading");
    drop(reading);
}

#[test]
fn no_byte_is_left_when_the_writer_answers() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut rng = StdRng::seed_from_u64(12);
    let (store, members) = populated(dir.path(), &mut rng);
    let writer = Writer::new(store, 64);
    let erasures: Vec<_> = members
        .iter()
        .step_by(9)
        .map(|member| {
            let handle = member.handle.clone();
            let turn = move |tx: &mut zhuanjie::store::Tx<'_>| -> Turn<Kept> {
                let key = tx.member(&handle)?.expect("known").key;
                tx.erase(key)
            };
            (member, writer.submit(turn).expect("taken"))
        })
        .collect();
    for (member, pending) in erasures {
        assert!(pending.wait().expect("committed").transfers > 0);
        assert_eq!(found(dir.path(), &member.traces()), Vec::<String>::new());
    }
}

#[test]
fn an_erasure_cut_short_is_finished_at_the_next_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut rng = StdRng::seed_from_u64(13);
    let (store, members) = populated(dir.path(), &mut rng);
    drop(store);
    // What a crash between the commit and the cleaning leaves: no rows, the mark, and traces in free space.
    let raw = Connection::open(dir.path().join(FILE)).expect("opens");
    raw.execute_batch("PRAGMA secure_delete=OFF; PRAGMA foreign_keys=ON").expect("set");
    raw.execute("DELETE FROM member WHERE handle = ?1", [&members[0].handle]).expect("deleted");
    raw.execute("INSERT INTO meta VALUES ('traces', x'01')", []).expect("marked");
    drop(raw);
    assert!(!found(dir.path(), &members[0].traces()).is_empty(), "traces are there");
    let _store = Store::open(dir.path()).expect("opens");
    assert_eq!(found(dir.path(), &members[0].traces()), Vec::<String>::new());
}

/// The process that is killed while it erases; without the environment a small erasure of its own.
#[test]
fn child() {
    let own = tempfile::tempdir().expect("a folder");
    let (dir, handle) = match (std::env::var_os(DIR), std::env::var(HANDLE)) {
        (Some(dir), Ok(handle)) => (dir, handle),
        _ => {
            let mut store = Store::open(own.path()).expect("opens");
            store.turn(|tx| tx.set_state("QK7HANDLE", "{}", 1, now())).expect("committed");
            (own.path().as_os_str().to_owned(), "QK7HANDLE".to_owned())
        }
    };
    let say = |line: &str| std::io::stdout().lock().write_all(line.as_bytes()).expect("somebody listens");
    let mut store = Store::open(dir.as_ref()).expect("opens");
    say("\nready\n");
    let erased = store.turn(|tx| -> Turn<Kept> {
        let key = tx.member(&handle)?.expect("known").key;
        tx.erase(key)
    });
    erased.expect("committed");
    say("erased\n");
    assert_eq!(found(dir.as_ref(), &[handle]), Vec::<String>::new());
}

#[test]
fn killed_while_it_erases() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    let mut rng = StdRng::seed_from_u64(seed);
    let full = tempfile::tempdir().expect("a folder");
    let (store, members) = populated(full.path(), &mut rng);
    drop(store);
    let mut gone = 0;
    for kill in 0..KILLS {
        let dir = tempfile::tempdir().expect("a folder");
        fs::copy(full.path().join(FILE), dir.path().join(FILE)).expect("copied");
        let member = &members[rng.random_range(0..MEMBERS)];
        let (mut child, mut lines) =
            crate::child("erase::child", &[(DIR, dir.path().as_os_str()), (HANDLE, member.handle.as_ref())]);
        assert!(lines.by_ref().any(|line| line == "ready"), "seed {seed}, kill {kill}: the child did not start");
        std::thread::sleep(Duration::from_micros(rng.random_range(0..20_000)));
        child.kill().expect("not waited for yet");
        child.wait().expect("ends");
        let confirmed = lines.any(|line| line == "erased");

        let mut store = Store::open(dir.path()).expect("opens after a kill");
        let there = store.turn(|tx| tx.member(&member.handle)).expect("read").is_some();
        assert!(!(confirmed && there), "seed {seed}, kill {kill}: confirmed and still there");
        if !there {
            gone += 1;
            assert_eq!(found(dir.path(), &member.traces()), Vec::<String>::new(), "seed {seed}, kill {kill}");
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "seed {seed}: {KILLS} kills, {gone} erasures stood").expect("printed");
}
