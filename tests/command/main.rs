//! The command line at its boundary: the real binary, what goes in and what comes out.

mod ask;
mod chat;
mod check;
mod converse;
mod eval;
#[path = "../telegram/fake/mod.rs"]
mod fake;
mod kill;
mod misses;
mod plan;
mod retention;
mod secrets;
mod serve;
mod transfer;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// One place to run the program in: a home of its own, an empty folder to work in, a data folder.
struct Place {
    root: TempDir,
}

/// One run of the program that has ended.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// One run of the program that is talked to.
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        for folder in ["home", "work"] {
            std::fs::create_dir(root.path().join(folder)).expect("a folder");
        }
        Self { root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn data(&self) -> String {
        self.path("data").display().to_string()
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhuanjie"));
        command
            .args(arguments)
            .current_dir(self.path("work"))
            .env("HOME", self.path("home"))
            .env("XDG_DATA_HOME", self.path("home/data"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        self.feed(arguments, b"")
    }

    /// Runs the program over an input.
    fn feed<S: AsRef<OsStr>>(&self, arguments: &[S], input: &[u8]) -> Ran {
        let mut child = self.command(arguments).spawn().expect("starts");
        let mut stdin = child.stdin.take().expect("piped");
        let input = input.to_owned();
        // A program that stops at a mistake does not read the rest.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let Output { status, stdout, stderr } = child.wait_with_output().expect("ends");
        feeder.join().expect("fed");
        Ran {
            code: status.code().expect("not killed"),
            out: String::from_utf8(stdout).expect("UTF-8"),
            err: String::from_utf8(stderr).expect("UTF-8"),
        }
    }

    /// Starts `converse --json` on the data folder, or without one.
    fn converse(&self, data: bool) -> Running {
        let data = data.then(|| self.data());
        let mut arguments = vec!["converse", "--json"];
        arguments.extend(data.iter().flat_map(|d| ["--data", d]));
        Running::of(self.command(&arguments).stderr(Stdio::inherit()))
    }
}

impl Ran {
    /// Its output, after a success without a word on standard error.
    fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// Its output as JSON lines, after a success.
    fn lines(self) -> Vec<Value> {
        self.ok().lines().map(json_of).collect()
    }

    /// After exit 2: standard error says all of this.
    fn refused(&self, says: &[&str]) {
        assert_eq!(self.code, 2, "{}{}", self.out, self.err);
        for part in says {
            assert!(self.err.contains(part), "`{part}` is not in: {}", self.err);
        }
    }
}

impl Running {
    fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, input, output }
    }

    fn send(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).expect("it reads");
    }

    /// The next whole line; none at the end.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("readable");
        line.ends_with('\n').then(|| line.trim_end().to_owned())
    }

    /// Sends a turn and waits for its answer.
    fn say(&mut self, turn: &Value) -> Value {
        self.send(&turn.to_string());
        json_of(&self.line().expect("an answer"))
    }

    fn end(mut self) {
        drop(self.input);
        assert!(self.child.wait().expect("ends").success());
    }
}

fn json_of(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// The keys of an object in the order in which a line has them.
fn keys(line: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let (mut depth, mut start, mut escaped) = (0, None, false);
    for (at, c) in line.char_indices() {
        match (start, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(from), '"') => {
                if depth == 1 && line[at + 1..].starts_with(':') {
                    keys.push(line[from..at].to_owned());
                }
                start = None;
            }
            (Some(_), _) => {}
            (None, '"') => start = Some(at + 1),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth -= 1,
            (None, _) => {}
        }
    }
    keys
}

/// A turn of a member at nine in the morning of a day.
fn turn(user: &str, text: &str, day: &str) -> Value {
    json!({ "user": user, "text": text, "now": format!("{day}T09:00:00+08:00") })
}

/// All texts of an answer of `converse`.
fn texts(answer: &Value) -> String {
    let replies = answer["replies"].as_array().expect("replies");
    replies.iter().map(|r| r["text"].as_str().expect("text")).collect::<Vec<_>>().join("\n\n")
}

/// All options of an answer of `converse`.
fn options(answer: &Value) -> Vec<&str> {
    let replies = answer["replies"].as_array().expect("replies");
    let options = replies.iter().flat_map(|r| r["options"].as_array().expect("options"));
    options.map(|o| o.as_str().expect("a label")).collect()
}

/// A copy of a shipped folder, to be broken.
fn copy_of(name: &str, to: &Path) {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("a folder");
        for entry in std::fs::read_dir(from).expect("readable") {
            let (from, to) = entry.map(|e| (e.path(), to.join(e.file_name()))).expect("an entry");
            if from.is_dir() {
                copy(&from, &to);
            } else {
                std::fs::copy(&from, &to).expect("copied");
            }
        }
    }
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), to);
}
