//! What a turn costs beside its floor, with few and with many records; how soon the first answer comes; how much memory
//! a process holds. What the lines mean is in README.md.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod floor;
mod talk;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::assistant::{Assistant, Engine, Message};
use zhuanjie::knowledge::files::Files;
use zhuanjie::knowledge::terms::Event;
use zhuanjie::store::Store;
use zhuanjie::transfer::{Happened, Record, Reminding, TransferId};

use floor::Floor;
use talk::{SCRIPTS, time};

/// How often the whole mix is talked through.
const ROUNDS: usize = 25;
/// Rounds before anything is measured.
const WARM_UP: usize = 3;
/// Transfers of other members in the full store.
const MANY: u64 = 100_000;
/// Starts that are timed.
const STARTS: usize = 15;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |name: &str| Files::of_folder(&root.join(name)).unwrap();
    let engine = Arc::new(Engine::load(&files("knowledge"), &files("dialogs")).unwrap());
    let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!("-- data on the disk of the build");
    turns(&engine, disk.path(), true);
    // A slow disk hides what the program itself costs; without one nothing does.
    if let Ok(memory) = tempfile::tempdir_in("/dev/shm") {
        println!("-- data in memory");
        turns(&engine, memory.path(), false);
    }
    println!("-- a process of its own");
    starts();
    memory();
}

/// Samples of one thing, in µs.
#[derive(Default)]
struct Samples(Vec<f64>);

impl Samples {
    fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1e6);
    }

    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[((sorted.len() - 1) as f64 * share) as usize]
    }

    fn median(&self) -> f64 {
        self.at(0.5)
    }

    fn line(&self, name: &str) {
        println!("{name:<44} median {:>8.0} µs   p99 {:>8.0} µs   n {}", self.median(), self.at(0.99), self.0.len());
    }
}

fn bar(name: &str, value: f64, most: f64, unit: &str) {
    let verdict = if value <= most { "PASS" } else { "FAIL" };
    println!("{verdict}  {name}: {value:.2}{unit} (bar: at most {most}{unit})");
}

/// One turn of the mix: who, in which round, says what.
fn message(round: usize, script: usize, spoken: usize, text: String) -> Message {
    Message::text(format!("user {round}-{script}"), text, time(spoken)).delivered(Some(format!("{spoken}")))
}

/// A text that was never heard before and means the same: what is remembered of it would cost nothing to understand.
fn anew(text: &str, round: usize, nth: usize) -> String {
    format!("{text}{}", " ".repeat(3 * round + nth))
}

/// Floor and turns, one after the other within each message, so that drift hits all alike.
fn turns(engine: &Arc<Engine>, folder: &Path, durable: bool) {
    let mut floor = Floor::new(engine, &folder.join("floor"));
    let few = assistant(engine, &folder.join("few"), 1);
    let many = assistant(engine, &folder.join("many"), MANY);
    let [mut query, mut row, mut both, mut understood, mut turn, mut full] = [const { Samples(Vec::new()) }; 6];
    let mut by_kind = std::collections::BTreeMap::<String, Samples>::new();
    for round in 0..WARM_UP + ROUNDS {
        for (script, lines) in SCRIPTS.iter().enumerate() {
            for (spoken, text) in lines.iter().enumerate() {
                let message = |nth| message(round, script, spoken, anew(text, round, nth));
                let one =
                    || timed(|| few.hear(message(0), StdRng::seed_from_u64(0xF00 + (round * 100 + script) as u64)));
                let other =
                    || timed(|| many.hear(message(1), StdRng::seed_from_u64(0xF00 + (round * 100 + script) as u64)));
                // Whoever comes second finds the caches warm.
                let ((said, took), (_, took_full)) = if (round + spoken) % 2 == 0 {
                    let first = one();
                    (first, other())
                } else {
                    let first = other();
                    (one(), first)
                };
                let said = said.unwrap();
                let (_, thought) = timed(|| engine.understand(&anew(text, round, 2), time(spoken).date_naive()));
                let (searched, wrote) = floor.sample(text, &serde_json::to_string(&said).unwrap());
                if round < WARM_UP {
                    continue;
                }
                turn.add(took);
                full.add(took_full);
                understood.add(thought);
                query.add(searched);
                row.add(wrote);
                both.add(searched + wrote);
                by_kind.entry(said.kind).or_default().add(took);
            }
        }
    }
    query.line("floor: one query");
    row.line("floor: one row, committed");
    both.line("floor: both");
    turn.line("turn");
    understood.line("  of it understanding");
    for (kind, samples) in &by_kind {
        samples.line(&format!("  {kind}"));
    }
    full.line(&format!("turn beside {MANY} transfers"));
    let ratio = turn.median() / both.median();
    let slowest = turn.at(0.99) / 1e3;
    if durable {
        bar("turn / floor", ratio, 2.0, "×");
        println!("      99 of 100 turns within {slowest:.2} ms, of floors within {:.2} ms", both.at(0.99) / 1e3);
    } else {
        println!("      turn / floor: {ratio:.2}× (no bar: nothing here is durable)");
        bar("99 of 100 turns within", slowest, 1.0, " ms");
    }
    bar("turn beside many / beside one transfer", full.median() / turn.median(), 1.2, "×");
}

fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

/// An assistant over a store that holds transfers of other members.
fn assistant(engine: &Arc<Engine>, folder: &Path, transfers: u64) -> Assistant {
    const AT_ONCE: u64 = 20_000;
    let mut store = Store::open(folder).unwrap();
    let situation = {
        let new = Assistant::new(Arc::clone(engine), Store::in_memory().unwrap());
        for text in ["从广州转到福州", "记录这次转接"] {
            let message = message(0, 0, 0, text.to_owned()).delivered(None);
            new.hear(message, StdRng::seed_from_u64(1)).unwrap();
        }
        new.finish().unwrap().turn(|tx| tx.all_transfers(None, 1)).unwrap()[0].situation.clone()
    };
    let mut random = StdRng::seed_from_u64(2);
    for from in (0..transfers).step_by(AT_ONCE as usize) {
        store
            .turn(|tx| {
                for number in from..transfers.min(from + AT_ONCE) {
                    // Two each, as some move twice.
                    let member = tx.set_state(&format!("other {}", number / 2), "{}", 1, time(0))?;
                    let id = TransferId::random(&mut random);
                    let mut record = Record {
                        id,
                        situation: situation.clone(),
                        created_at: time(0),
                        reminding: Reminding::Off,
                        log: Vec::new(),
                    };
                    tx.insert_transfer(member, &record)?;
                    for event in [Event::Submitted, Event::Reported] {
                        let on = time(0).date_naive();
                        tx.append(id, record.tell(Happened::Event(event, on), time(0), "member"))?;
                    }
                }
                Ok::<_, zhuanjie::store::StoreError>(())
            })
            .unwrap();
    }
    Assistant::new(Arc::clone(engine), store)
}

/// From the start of the process to the first line of its first answer.
fn starts() {
    let mut samples = Samples::default();
    for _ in 0..STARTS {
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_zhuanjie"))
            .args(["ask", "从广东转到福建几天内要报到"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        samples.add(started.elapsed());
        assert!(!line.trim().is_empty());
        child.wait().unwrap();
    }
    samples.line("start to first answer");
    bar("start to first answer", samples.median() / 1e3, 150.0, " ms");
}

/// What a process holds after its first answer.
fn memory() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_zhuanjie"))
        .args(["converse", "--json", "--data"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, r#"{{"user":"u","text":"从广州转到北京"}}"#).unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let kibibytes =
        status.lines().find_map(|l| l.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    match kibibytes {
        Some(kibibytes) => bar("memory resident after the first answer", kibibytes / 1024.0, 64.0, " MiB"),
        None => println!("memory resident: not known on this system"),
    }
    drop(stdin);
    child.wait().unwrap();
}
