//! `zhuanjie ask`: one question, one answer, nothing remembered.

use std::io::{BufRead, Write};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use serde_json::Value;

use super::arguments::{AskOptions, Trees};
use super::input::{self, Lines};
use super::{Failure, engine};
use crate::assistant::{Assistant, Message, Said};
use crate::store::Store;

pub(super) fn run(options: &AskOptions, trees: &Trees) -> Result<(), Failure> {
    let now = match &options.now {
        Some(now) => Some(input::time("--now", now)?),
        None => None,
    };
    let assistant = Assistant::new(Arc::new(engine(trees)?), Store::in_memory()?);
    let mut out = std::io::stdout().lock();
    if !options.json {
        let Some(text) = &options.text else {
            return Err(Failure::Input("give a question, or --json and questions on standard input".into()));
        };
        let said = answer(&assistant, "one", text, now.unwrap_or_else(input::now))?;
        for reply in &said.replies {
            writeln!(out, "{}", reply.text)?;
        }
        return Ok(());
    }
    for question in questions(std::io::stdin().lock()) {
        let Question { number, id, text } = question?;
        let now = now.unwrap_or_else(input::now);
        let said = answer(&assistant, &format!("line {number}"), &text, now)?;
        input::answer(&mut out, &shown(&id, &said))?;
    }
    Ok(())
}

/// A question that came in.
#[derive(Debug)]
pub struct Question {
    /// The number of its line, from 0.
    pub number: usize,
    /// What its answer is to be known by; goes back as it came.
    pub id: Value,
    /// What is asked.
    pub text: String,
}

/// The questions that come in, one a line.
pub fn questions(from: impl BufRead) -> impl Iterator<Item = Result<Question, Failure>> {
    Lines::of(from).read(question)
}

fn question(number: usize, line: &str) -> Result<Question, String> {
    let row = input::object(line)?;
    let id = row.get("id").cloned().ok_or("the key `id` is missing")?;
    Ok(Question { number, id, text: input::text(&row, "text")? })
}

fn answer(assistant: &Assistant, user: &str, text: &str, now: DateTime<FixedOffset>) -> Result<Said, Failure> {
    let message = Message::text(user, text, now);
    Ok(assistant.hear(message, input::random())?)
}

/// An answer as the contract shows it.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a Value,
    kind: &'a str,
    origin: Option<&'a str>,
    destination: Option<&'a str>,
    text: String,
    citations: &'a [String],
    options: Vec<&'a str>,
}

fn shown<'a>(id: &'a Value, said: &'a Said) -> Shown<'a> {
    let text: Vec<&str> = said.replies.iter().map(|r| r.text.as_str()).collect();
    Shown {
        id,
        kind: &said.kind,
        origin: said.origin.as_deref(),
        destination: said.destination.as_deref(),
        text: text.join("\n\n"),
        citations: &said.citations,
        options: said.replies.iter().flat_map(|r| &r.options).map(String::as_str).collect(),
    }
}
