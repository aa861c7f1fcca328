//! The real program in a place of its own: started, killed, told the time, and its store read from outside.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};
use tempfile::TempDir;
use zhuanjie::store::{Reader, StoreError, Tx};

use super::channel::Channel;

/// Long enough to start on the slowest machine.
const STARTING: Duration = Duration::from_secs(60);
/// Long enough to finish what was taken.
const ENDING: Duration = Duration::from_secs(20);

/// A folder with data, clock and configuration.
pub(crate) struct Place<'c> {
    root: TempDir,
    environment: Vec<(&'static str, String)>,
    log: Arc<Log>,
    pub(crate) channel: &'c dyn Channel,
    /// Which times the clock told, and since when.
    told: Mutex<Vec<(Instant, DateTime<FixedOffset>)>>,
}

/// What the processes said on standard error.
#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

/// A running process.
pub(crate) struct Running {
    child: Child,
    pub(crate) since: Instant,
    /// Where its lines begin.
    begins: usize,
}

impl<'c> Place<'c> {
    pub(crate) fn new(channel: &'c dyn Channel) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::write(root.path().join("zhuanjie.toml"), channel.configuration()).expect("written");
        Self { root, environment: channel.environment(), log: Arc::default(), channel, told: Mutex::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Sets the clock; the service never sees half a time.
    pub(crate) fn set_clock(&self, at: DateTime<FixedOffset>) {
        std::fs::write(self.path("clock.new"), at.to_rfc3339()).expect("written");
        std::fs::rename(self.path("clock.new"), self.path("clock")).expect("renamed");
        self.told.lock().expect("no panic").push((Instant::now(), at));
    }

    /// Which times the clock told, and since when.
    pub(crate) fn times(&self) -> Vec<(Instant, DateTime<FixedOffset>)> {
        self.told.lock().expect("no panic").clone()
    }

    /// Starts the service; it may not be ready yet. What comes from now on is of this process, not of one before it.
    pub(crate) fn start(&self) -> Running {
        assert!(self.channel.hung_up(ENDING), "a process has ended, but what it sent does not end");
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhuanjie"));
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        for (option, name) in [("--data", "data"), ("--clock", "clock"), ("--config", "zhuanjie.toml")] {
            command.arg(option).arg(self.path(name));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).env("HOME", self.root.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let begins = self.log.lines.lock().expect("no panic").len();
        let mut child = command.spawn().expect("starts");
        let (errors, log) = (child.stderr.take().expect("piped"), Arc::clone(&self.log));
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                log.lines.lock().expect("no panic").push(line);
                log.more.notify_all();
            }
        });
        Running { child, since: Instant::now(), begins }
    }

    /// Waits until a process listens, for so long at most.
    pub(crate) fn ready(&self, running: &Running, timeout: Duration) -> bool {
        let silent =
            |lines: &mut Vec<String>| !lines[running.begins..].iter().any(|l| l.contains("listening on http://"));
        let lines = self.log.lines.lock().expect("no panic");
        !self.log.more.wait_timeout_while(lines, timeout, silent).expect("no panic").1.timed_out()
    }

    /// Starts the service and waits until it listens.
    pub(crate) fn serve(&self) -> Running {
        let running = self.start();
        self.await_ready(&running);
        running
    }

    pub(crate) fn await_ready(&self, running: &Running) {
        assert!(self.ready(running, STARTING), "it does not start: {:#?}", self.errors());
    }

    /// What operators were told as an error, and whatever is no line of the log, such as a panic; how often each.
    pub(crate) fn errors(&self) -> BTreeMap<String, usize> {
        let mut errors = BTreeMap::new();
        for line in self.log.lines.lock().expect("no panic").iter() {
            match line.split_once(' ').map(|(_, rest)| rest.trim_start()) {
                Some(rest) if rest.starts_with("INFO ") || rest.starts_with("WARN ") => {}
                Some(rest) if rest.starts_with("ERROR ") => *errors.entry(rest.to_owned()).or_default() += 1,
                Some(_) | None => *errors.entry(line.clone()).or_default() += 1,
            }
        }
        errors
    }

    /// Reads the store from outside, whether a process runs or not. While one makes the store, it waits for it.
    pub(crate) fn read<R>(&self, job: impl Fn(&mut Tx<'_>) -> Result<R, StoreError>) -> R {
        let end = Instant::now() + STARTING;
        loop {
            match Reader::open(&self.path("data")).and_then(|mut reader| reader.read(&job)) {
                Ok(read) => return read,
                Err(error) => assert!(Instant::now() < end, "the store cannot be read: {error}"),
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Are there reminders that should have been composed?
    pub(crate) fn ripe(&self, now: DateTime<FixedOffset>) -> bool {
        self.read(|tx| tx.ripe("", now, 1).map(|ripe| !ripe.is_empty()))
    }

    /// Is something left to be sent?
    pub(crate) fn unsent(&self) -> bool {
        self.read(|tx| tx.unsent_count().map(|count| count > 0))
    }
}

impl Running {
    /// Kills it, wherever it is.
    pub(crate) fn kill(mut self) -> Instant {
        let ended = self.child.try_wait().expect("a child of ours");
        assert!(ended.is_none(), "it ended by itself: {ended:?}");
        self.child.kill().expect("runs until it is killed");
        let at = Instant::now();
        self.child.wait().expect("ends");
        at
    }

    /// Asks it to leave; whether it left in time and was content.
    pub(crate) fn end(mut self) -> bool {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.is_ok_and(|status| status.success()), "there is no kill");
        let (child, done) = (&mut self.child, Instant::now() + ENDING);
        while Instant::now() < done {
            if let Some(status) = child.try_wait().expect("a child of ours") {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that fails leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
