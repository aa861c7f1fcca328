//! `zhuanjie ask`: one question, one answer, nothing remembered.

use std::io::{BufRead, Write};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::arguments::{AskOptions, Trees};
use super::input::{self, line_error};
use super::{Failure, engine};
use crate::assistant::{Assistant, Message, Said};
use crate::store::Store;

pub(super) fn run(options: &AskOptions, trees: &Trees) -> Result<(), Failure> {
    let now = match &options.now {
        Some(now) => Some(input::time("--now", now)?),
        None => None,
    };
    let assistant = Assistant::new(Arc::new(engine(trees)?), Store::in_memory()?)?;
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
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let row = input::object(&line).map_err(|e| line_error(number, &e))?;
        let id = row.get("id").cloned().ok_or_else(|| line_error(number, "the key `id` is missing"))?;
        let text = input::text(&row, "text").map_err(|e| line_error(number, &e))?;
        let now = now.unwrap_or_else(input::now);
        let said = answer(&assistant, &format!("line {number}"), &text, now)?;
        writeln!(out, "{}", shown(&id, &said))?;
        out.flush()?;
    }
    Ok(())
}

fn answer(assistant: &Assistant, user: &str, text: &str, now: DateTime<FixedOffset>) -> Result<Said, Failure> {
    let message = Message { user: user.to_owned(), text: text.to_owned(), delivery: None, now };
    Ok(assistant.hear(message, input::random())?)
}

fn shown(id: &Value, said: &Said) -> Value {
    let text: Vec<&str> = said.replies.iter().map(|r| r.text.as_str()).collect();
    let options: Vec<&String> = said.replies.iter().flat_map(|r| &r.options).collect();
    json!({
        "id": id,
        "kind": said.kind,
        "origin": said.origin,
        "destination": said.destination,
        "text": text.join("\n\n"),
        "citations": said.citations,
        "options": options,
    })
}
