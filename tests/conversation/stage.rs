//! Playing a script: an assistant over a data folder of its own.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use zhuanjie::assistant::{Assistant, Engine, Message, Said};
use zhuanjie::serve::config::RetentionConfig;
use zhuanjie::store::Store;
use zhuanjie::transfer::TransferId;

use crate::office::Office;
use crate::script::{Expect, Line, Script};

/// The longest label of an option, in characters.
const LABEL: usize = 20;
/// Shorter lines may stand twice: a number, a date.
const LINE: usize = 8;

pub(crate) struct Stage {
    folder: TempDir,
    engine: Arc<Engine>,
    assistant: Option<Assistant>,
    turns: u64,
    show: bool,
    ids: Vec<String>,
    deliveries: HashMap<String, Said>,
    office: Office,
}

impl Stage {
    pub(crate) fn new(engine: Arc<Engine>, show: bool) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let office = Office::default();
        let assistant = Some(open(&engine, folder.path(), &office));
        Self { folder, engine, assistant, turns: 0, show, ids: Vec::new(), deliveries: HashMap::new(), office }
    }

    /// What did not go as the script says.
    pub(crate) fn play(mut self, script: &Script) -> Vec<String> {
        let mut now = DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time");
        let mut failures = Vec::new();
        let (mut said, mut before): (Option<Said>, Option<Said>) = (None, None);
        let mut heard = String::new();
        for (number, line) in &script.lines {
            let problems = match line {
                Line::Clock(time) => {
                    now = *time;
                    Vec::new()
                }
                Line::Restart => {
                    self.restart();
                    Vec::new()
                }
                Line::Codes => {
                    self.office.open();
                    self.restart();
                    Vec::new()
                }
                Line::Kept(wanted, text) => self.kept(&self.named(text), *wanted).into_iter().collect(),
                Line::Message { user, delivery, text } => {
                    heard = self.named(text);
                    let next = self.hear(user, delivery.clone(), &heard, now);
                    before = said.replace(next.clone());
                    if let Some(id) = &next.transfer
                        && !self.ids.contains(id)
                    {
                        self.ids.push(id.clone());
                    }
                    if let Some(delivery) = delivery {
                        self.deliveries.entry(delivery.clone()).or_insert_with(|| next.clone());
                    }
                    manners(&next)
                }
                Line::Expect(expect) => match &said {
                    Some(said) => self.expect(expect, said, before.as_ref()).into_iter().collect(),
                    None => vec!["no message yet".to_owned()],
                },
            };
            for problem in problems {
                let reply = said.as_ref().map(shown).unwrap_or_default();
                let start: String = heard.chars().take(60).collect();
                failures.push(format!("{}:{number}: {problem}\n  after: {start}\n{reply}", script.name));
            }
        }
        failures
    }

    #[expect(clippy::print_stdout, reason = "TALK= asks to see the conversation")]
    fn hear(&mut self, user: &str, delivery: Option<String>, text: &str, now: DateTime<FixedOffset>) -> Said {
        self.turns += 1;
        let message = Message::text(user, text, now).delivered(delivery);
        let assistant = self.assistant.as_ref().expect("open between messages");
        let said = assistant.hear(message, StdRng::seed_from_u64(self.turns)).expect("a turn");
        said.replies.iter().for_each(|reply| self.office.see(&reply.text));
        if self.show {
            let text: String = text.chars().take(200).collect();
            println!("{}  {user}> {text}\n{}\n", now.format("%m-%d"), shown(&said));
        }
        said
    }

    fn restart(&mut self) {
        if let Some(assistant) = self.assistant.take() {
            drop(assistant.finish().expect("the store closes"));
        }
        self.assistant = Some(open(&self.engine, self.folder.path(), &self.office));
    }

    /// The text with `$ID` and the like filled in.
    fn named(&self, text: &str) -> String {
        let mut text = self
            .office
            .fill(text)
            .replace("$NONE", &TransferId::random(&mut StdRng::seed_from_u64(u64::MAX)).to_string());
        for (number, id) in self.ids.iter().enumerate().rev() {
            text = text.replace(&format!("$ID{}", number + 1), id);
        }
        text.replace("$ID", self.ids.last().map_or("(no ID yet)", String::as_str))
    }

    fn expect(&self, expect: &Expect, said: &Said, before: Option<&Said>) -> Option<String> {
        let whole = whole(said);
        let options: Vec<&str> = options(said).collect();
        let problem = |wrong: bool, text: String| wrong.then_some(text);
        match expect {
            Expect::Kind(kind) => problem(said.kind != *kind, format!("kind is {}, expected {kind}", said.kind)),
            Expect::Has(text) => {
                let text = self.named(text);
                problem(!whole.contains(&text), format!("expected: {text}"))
            }
            Expect::Lacks(text) => {
                let text = self.named(text);
                problem(whole.contains(&text), format!("not expected: {text}"))
            }
            Expect::Once(text) => {
                let times = whole.matches(&self.named(text)).count();
                problem(times != 1, format!("expected once, found {times} times: {text}"))
            }
            Expect::Option(wanted, label) => {
                let label = self.named(label);
                let there = options.contains(&label.as_str());
                problem(there != *wanted, format!("option {}expected: {label}", if *wanted { "" } else { "not " }))
            }
            Expect::NoOptions => problem(!options.is_empty(), "expected no options".to_owned()),
            Expect::Replies(count) => problem(
                said.replies.len() != *count,
                format!("expected {count} messages, found {}", said.replies.len()),
            ),
            Expect::AtMost(length) => {
                let found = whole.chars().count();
                problem(found > *length, format!("expected at most {length} characters, found {found}"))
            }
            Expect::TransferNew => {
                let last = said.transfer.as_ref().filter(|id| self.ids.last() == Some(id));
                problem(last.is_none(), "expected a new transfer".to_owned())
            }
            Expect::Transfer(name) => {
                let id = self.named(name);
                problem(said.transfer.as_ref() != Some(&id), format!("expected the transfer {id}"))
            }
            Expect::TransferNone => problem(said.transfer.is_some(), "expected no transfer".to_owned()),
            Expect::File(text) => {
                let mut files = said.replies.iter().flat_map(|r| &r.files);
                problem(!files.any(|f| f.text.contains(text)), format!("expected a file that holds {text}"))
            }
            Expect::Same(delivery) => {
                let earlier = match delivery {
                    Some(delivery) => self.deliveries.get(delivery),
                    None => before,
                };
                let shown = earlier.map_or_else(|| "nothing".to_owned(), shown);
                problem(earlier != Some(said), format!("expected exactly the same as before:\n{shown}"))
            }
        }
    }

    fn kept(&self, text: &str, wanted: bool) -> Option<String> {
        let files = std::fs::read_dir(self.folder.path()).expect("the data folder");
        let found = files.flatten().find(|file| {
            let bytes = std::fs::read(file.path()).unwrap_or_default();
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        });
        match (found, wanted) {
            (Some(file), false) => Some(format!("{} holds {text}", file.file_name().display())),
            (None, true) => Some(format!("no file of the data folder holds {text}")),
            (Some(_), true) | (None, false) => None,
        }
    }
}

fn open(engine: &Arc<Engine>, folder: &Path, office: &Office) -> Assistant {
    let store = Store::open(folder).expect("a store");
    Assistant::new(Arc::clone(engine), store)
        .with_registry(office.registry(folder))
        .with_periods(RetentionConfig::default().periods())
}

fn options(said: &Said) -> impl Iterator<Item = &str> {
    said.replies.iter().flat_map(|r| &r.options).map(String::as_str)
}

fn whole(said: &Said) -> String {
    let texts: Vec<&str> = said.replies.iter().map(|r| r.text.as_str()).collect();
    texts.join("\n\n")
}

fn shown(said: &Said) -> String {
    let mut out = format!("  [{}]", said.kind);
    for reply in &said.replies {
        for line in reply.text.lines() {
            out.push_str(&format!("\n  | {line}"));
        }
        if !reply.options.is_empty() {
            out.push_str(&format!("\n  ( {} )", reply.options.join(" | ")));
        }
        for file in &reply.files {
            out.push_str(&format!("\n  + {}", file.name));
        }
        out.push_str("\n  --");
    }
    out
}

/// What every reply owes to the member, whatever it says.
fn manners(said: &Said) -> Vec<String> {
    let mut problems = Vec::new();
    if said.replies.is_empty() || said.replies.iter().any(|r| r.text.trim().is_empty()) {
        problems.push("a message that says nothing".to_owned());
    }
    for reply in &said.replies {
        let mut lines = BTreeSet::new();
        for line in reply.text.lines().map(str::trim).filter(|l| l.chars().count() >= LINE) {
            if !lines.insert(line) {
                problems.push(format!("said twice: {line}"));
            }
        }
        if reply.text.contains(['{', '}']) {
            problems.push("a placeholder is left".to_owned());
        }
        if reply.text.contains("。。") || reply.text.contains("\n\n\n") {
            problems.push("a full stop or a line break too many".to_owned());
        }
    }
    let labels: Vec<&str> = options(said).collect();
    problems.extend(labels.iter().filter(|l| l.chars().count() > LABEL).map(|l| format!("option too long: {l}")));
    if labels.iter().collect::<BTreeSet<_>>().len() < labels.len() {
        problems.push(format!("an option twice: {}", labels.join(" | ")));
    }
    problems
}
