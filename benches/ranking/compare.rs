//! Runs the three one after the other, each in a process of its own, and says what was measured.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde::Deserialize;
use zhuanjie::knowledge::files::Files;

use crate::data::{self, Questions, Size};
use crate::forms::Form;

/// So long a process may take to be ready, and again to answer.
const LIMIT: Duration = Duration::from_secs(10 * 60);
/// At the built-in size all three are run so often, in turn, so that what else the machine does hits all alike.
const REPEATS: usize = 3;
/// Where entries stand that are counted as found.
const FOUND: usize = 5;

/// Once all is loaded.
#[derive(Deserialize)]
struct Ready {
    /// How long indexing or training took, in milliseconds, where it is apart from loading.
    built: Option<f64>,
}

/// Once all questions are answered.
#[derive(Deserialize)]
struct Answered {
    /// The entries found for each question, best first.
    ranked: Vec<Vec<String>>,
    /// How long each timed answer took, in nanoseconds.
    times: Vec<u64>,
    /// Ours alone: the part before the index is asked.
    #[serde(default)]
    read: Vec<u64>,
    /// Ours alone: the bare query, without judging what it finds.
    #[serde(default)]
    found: Vec<u64>,
    /// Ours alone: with all else that a turn reads from the text.
    #[serde(default)]
    understood: Vec<u64>,
}

/// What one of the three did at one size.
struct Measured {
    starts: Vec<Duration>,
    built: Option<f64>,
    resident: Option<f64>,
    most: Option<f64>,
    answered: Answered,
}

impl Measured {
    /// Adds what another process of the same measured.
    fn join(&mut self, other: Self) {
        self.starts.extend(other.starts);
        self.answered.times.extend(other.answered.times);
        self.answered.read.extend(other.answered.read);
        self.answered.found.extend(other.answered.found);
        self.answered.understood.extend(other.answered.understood);
    }
}

pub(crate) fn heading() {
    println!(
        "entries   {:10}  hit@1  hit@5   MRR  dropped homophone traditional  \
         median µs   p99 µs  start ms  build ms     MiB    most",
        ""
    );
}

/// Runs all three at one size; the verdicts, where there are bars.
pub(crate) fn size(knowledge: &Files, size: Size, folder: &Path) -> Vec<String> {
    let here = folder.join(if size == Size::BuiltIn { "built-in" } else { "generated" });
    let questions = data::write(knowledge, size, &here).unwrap();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/ranking");
    let mut ours = Command::new(std::env::current_exe().unwrap());
    ours.arg("ours").arg(&here);
    let mut bm25s = Command::new(folder.join("venv/bin/python"));
    bm25s.arg(scripts.join("bm25.py")).arg(&here);
    let mut nlpjs = Command::new("node");
    nlpjs.arg(scripts.join("nlpjs.js")).arg(&here).arg(folder.join("node_modules"));
    let mut all =
        [("zhuanjie", ours), ("bm25s", bm25s), ("nlp.js", nlpjs)].map(|(name, command)| (name, command, None));
    for _ in 0..if size == Size::BuiltIn { REPEATS } else { 1 } {
        for (name, command, so_far) in &mut all {
            let measured = measure(command, &here.join(format!("{name}.log")));
            match (so_far.as_mut(), measured) {
                (Some(Ok(so_far)), Ok(measured)) => Measured::join(so_far, measured),
                (Some(Err(_)), _) => {}
                (_, measured) => *so_far = Some(measured),
            }
        }
    }
    let all = all.map(|(name, _, measured)| (name, measured.unwrap_or_else(|| Err("was not run".to_owned()))));
    for (name, measured) in &all {
        match measured {
            Ok(measured) => row(size, name, &questions, measured),
            Err(why) => println!("{:<9} {name:<10} {why}", count(size)),
        }
    }
    if size == Size::BuiltIn { verdicts(&all, &questions) } else { Vec::new() }
}

fn count(size: Size) -> &'static str {
    if size == Size::BuiltIn { "built-in" } else { "10000" }
}

fn row(size: Size, name: &str, questions: &Questions, measured: &Measured) {
    let Measured { starts, built, resident, most, answered } = measured;
    let first = |form| hit(questions, answered, form, 1);
    let or_none = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.0}"));
    println!(
        "{:<9} {name:<10} {:>6.3} {:>6.3} {:>5.3} {:>8.3} {:>9.3} {:>11.3} {:>10.0} {:>8.0} {:>9} {:>9} {:>7} {:>7}",
        count(size),
        first(Form::Written),
        hit(questions, answered, Form::Written, FOUND),
        reciprocal(questions, answered),
        first(Form::Dropped),
        first(Form::Homophone),
        first(Form::Traditional),
        at(&answered.times, 0.5),
        at(&answered.times, 0.99),
        middle(starts).as_millis(),
        or_none(*built),
        or_none(*resident),
        or_none(*most),
    );
    for (what, times) in [
        ("of it reading the text", &answered.read),
        ("of it the bare query", &answered.found),
        ("with all else that a turn reads from the text", &answered.understood),
    ] {
        if !times.is_empty() {
            println!("{:<20} {what:>58} {:>10.0} {:>8.0}", "", at(times, 0.5), at(times, 0.99));
        }
    }
}

/// The rank of the right entry for each question of a form, from zero.
fn ranks(questions: &Questions, answered: &Answered, form: Form) -> Vec<Option<usize>> {
    let both = questions.asked.iter().zip(&answered.ranked);
    both.filter(|(q, _)| q.form == form).map(|(q, ranked)| ranked.iter().position(|id| *id == q.entry)).collect()
}

/// The share of the questions whose entry is among the first so many.
fn hit(questions: &Questions, answered: &Answered, form: Form, among: usize) -> f64 {
    let ranks = ranks(questions, answered, form);
    ranks.iter().flatten().filter(|rank| **rank < among).count() as f64 / ranks.len() as f64
}

/// The mean reciprocal rank, of entries that are found.
fn reciprocal(questions: &Questions, answered: &Answered) -> f64 {
    let ranks = ranks(questions, answered, Form::Written);
    ranks.iter().flatten().map(|rank| 1.0 / (rank + 1) as f64).sum::<f64>() / ranks.len() as f64
}

fn middle(starts: &[Duration]) -> Duration {
    let mut sorted = starts.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// In µs.
fn at(times: &[u64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[((sorted.len() - 1) as f64 * share) as usize] as f64 / 1e3
}

fn verdicts(all: &[(&str, Result<Measured, String>)], questions: &Questions) -> Vec<String> {
    let Ok(ours) = &all[0].1 else { return vec!["FAIL  ours did not finish".to_owned()] };
    let mut lines = Vec::new();
    for (name, other) in &all[1..] {
        let Ok(other) = other else {
            lines.push(format!("FAIL  {name} did not finish: nothing to compare with"));
            continue;
        };
        let mut bar = |holds: bool, what: String| {
            lines.push(format!("{}  {what}", if holds { "PASS" } else { "FAIL" }));
        };
        let (mine, theirs) = (at(&ours.answered.times, 0.5), at(&other.answered.times, 0.5));
        bar(mine < theirs, format!("median query {mine:.0} µs (bar: less than the {theirs:.0} µs of {name})"));
        let hit = |measured: &Measured| hit(questions, &measured.answered, Form::Written, 1);
        let (mine, theirs) = (hit(ours), hit(other));
        bar(mine >= theirs, format!("hit@1 {mine:.3} (bar: at least the {theirs:.3} of {name})"));
    }
    lines
}

/// Starts a process, waits until it is ready, has it answer, and looks at what it holds then.
fn measure(command: &mut Command, log: &Path) -> Result<Measured, String> {
    // One thread each: numerical libraries would start one for each core.
    for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(threads, "1");
    }
    let started = Instant::now();
    let file = File::create(log).map_err(|e| e.to_string())?;
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file);
    let mut running = Running::new(command.spawn().map_err(|e| e.to_string())?, log);
    let ready: Ready = running.line("ready")?;
    let start = started.elapsed();
    running.go();
    let answered: Answered = running.line("done")?;
    let (resident, most) = (running.mebibytes("VmRSS:"), running.mebibytes("VmHWM:"));
    running.go();
    Ok(Measured { starts: vec![start], built: ready.built, resident, most, answered })
}

/// A process that says a line when it is ready and one when it is done, and waits for a line after each.
struct Running {
    child: Child,
    lines: Receiver<String>,
    log: PathBuf,
}

impl Running {
    fn new(mut child: Child, log: &Path) -> Self {
        let (sender, lines) = channel();
        let stdout = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, log: log.to_owned() }
    }

    fn line<T: for<'a> Deserialize<'a>>(&mut self, what: &str) -> Result<T, String> {
        use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
        match self.lines.recv_timeout(LIMIT) {
            Ok(line) => serde_json::from_str(&line).map_err(|e| format!("said what cannot be read: {e}")),
            Err(Timeout) => {
                let (most, minutes) = (self.mebibytes("VmHWM:").unwrap_or_default(), LIMIT.as_secs() / 60);
                Err(format!("not {what} after {minutes} minutes, with {most:.0} MiB: stopped{}", self.last_words()))
            }
            Err(Disconnected) => Err(format!("ended before it was {what}{}", self.last_words())),
        }
    }

    fn go(&mut self) {
        // One that has ended is noticed at the next line.
        let _ = self.child.stdin.as_mut().map(|stdin| writeln!(stdin));
    }

    /// The end of what it wrote beside the answers.
    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: String = log.lines().last().unwrap_or_default().chars().take(120).collect();
        if last.is_empty() { last } else { format!("; it last said: {last}") }
    }

    /// A line of what the system says of the process; none on other systems.
    fn mebibytes(&self, name: &str) -> Option<f64> {
        let status = std::fs::read_to_string(PathBuf::from(format!("/proc/{}/status", self.child.id()))).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
