//! `zhuanjie misses` and `zhuanjie faq`: what operators can learn from what was asked, and a draft of what would
//! answer it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::arguments::{FaqCommand, FaqOptions, MissesOptions, Trees};
use super::{Failure, engine, input, reader};
use crate::assistant::Engine;
use crate::learning::{Found, Group, Groups, Nearest, draft};
use crate::store::Lesson;

pub(super) fn list(options: &MissesOptions, trees: &Trees) -> Result<(), Failure> {
    let groups = groups(options.data.as_deref(), &engine(trees)?)?;
    let mut out = std::io::stdout().lock();
    for group in &groups.all {
        match options.json {
            true => input::answer(&mut out, &Shown::of(group))?,
            false => show(&mut out, group)?,
        }
    }
    Ok(())
}

pub(super) fn faq(options: &FaqOptions, trees: &Trees) -> Result<(), Failure> {
    let FaqCommand::Draft { group: name, out } = &options.command;
    let engine = engine(trees)?;
    let groups = groups(options.data.as_deref(), &engine)?;
    let group = match groups.find(name) {
        Some(Found::Same(group)) => group,
        Some(Found::Within(group)) => {
            writeln!(std::io::stderr(), "zhuanjie: the questions of `{name}` are in the group `{}` now", group.name)?;
            group
        }
        None => {
            let gone = "its questions were kept long enough, or the name is wrong";
            return Err(Failure::Input(format!("no group is called `{name}` ({gone}); `zhuanjie misses` lists all")));
        }
    };
    let text = draft(group, &engine.known, input::now().date_naive());
    match out {
        Some(file) => {
            let opened = OpenOptions::new().write(true).create_new(true).open(file);
            let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
            written.map_err(|error| Failure::Input(format!("cannot write {}: {error}", file.display())))
        }
        None => Ok(std::io::stdout().write_all(text.as_bytes())?),
    }
}

/// All groups, also while the service runs; the database is held for one short reading.
fn groups(data: Option<&Path>, engine: &Engine) -> Result<Groups, Failure> {
    let rows = match reader(data)? {
        Some(mut reader) => reader.read(|tx| tx.misses())?,
        None => Vec::new(),
    };
    Ok(Groups::of(&rows, &engine.vocabulary(), &engine.known))
}

fn show(out: &mut impl Write, group: &Group) -> std::io::Result<()> {
    let kinds: Vec<String> = kinds(group).map(|(kind, times)| format!("{times} {kind}")).collect();
    let (first, last) = (group.first, group.last);
    writeln!(out, "{}  {} ({})  {first} to {last}", group.name, group.count(), kinds.join(", "))?;
    if !group.words.is_empty() {
        writeln!(out, "  words: {}", group.words.join(" "))?;
    }
    for (asked, times) in &group.asked {
        writeln!(out, "  asked: {asked} ({times})")?;
    }
    for Nearest { id, topic, times } in &group.nearest {
        let topic = topic.as_ref().map_or_else(String::new, |topic| format!(" “{topic}”"));
        writeln!(out, "  nearest: {id}{topic} ({times})")?;
    }
    Ok(())
}

/// How often each lesson was to be learnt.
fn kinds(group: &Group) -> impl Iterator<Item = (&'static str, u32)> {
    Lesson::ALL.into_iter().map(Lesson::code).zip(group.times)
}

#[derive(Serialize)]
struct Shown<'a> {
    group: &'a str,
    count: u32,
    kinds: serde_json::Map<String, serde_json::Value>,
    first: String,
    last: String,
    words: &'a [String],
    asked: Vec<ShownAsked<'a>>,
    nearest: Vec<ShownNearest<'a>>,
}

#[derive(Serialize)]
struct ShownAsked<'a> {
    words: &'a str,
    count: u32,
}

#[derive(Serialize)]
struct ShownNearest<'a> {
    id: &'a str,
    topic: Option<&'a str>,
    count: u32,
}

impl<'a> Shown<'a> {
    fn of(group: &'a Group) -> Self {
        let nearest =
            |near: &'a Nearest| ShownNearest { id: &near.id, topic: near.topic.as_deref(), count: near.times };
        Self {
            group: &group.name,
            count: group.count(),
            kinds: kinds(group).map(|(kind, times)| (kind.to_owned(), times.into())).collect(),
            first: group.first.to_string(),
            last: group.last.to_string(),
            words: &group.words,
            asked: group.asked.iter().map(|(words, count)| ShownAsked { words, count: *count }).collect(),
            nearest: group.nearest.iter().map(nearest).collect(),
        }
    }
}
