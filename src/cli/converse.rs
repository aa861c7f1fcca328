//! `zhuanjie converse`: many members, many turns, one JSON object a line.

use std::io::{BufRead, Write};
use std::sync::Arc;

use serde_json::json;

use super::arguments::{ConverseOptions, Trees};
use super::input::{self, line_error};
use super::{Failure, engine, store};
use crate::assistant::{Assistant, Message};

pub(super) fn run(options: &ConverseOptions, trees: &Trees) -> Result<(), Failure> {
    if !options.json {
        return Err(Failure::Input("converse reads and writes JSON lines: say --json".into()));
    }
    let assistant = Assistant::new(Arc::new(engine(trees)?), store(options.data.as_deref())?)?;
    let mut out = std::io::stdout().lock();
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let message = message(&line).map_err(|e| line_error(number, &e))?;
        let user = message.user.clone();
        let said = assistant.hear(message, input::random())?;
        let shown = json!({ "user": user, "kind": said.kind, "replies": said.replies, "transfer": said.transfer });
        writeln!(out, "{shown}")?;
        out.flush()?;
    }
    assistant.finish()?;
    Ok(())
}

fn message(line: &str) -> Result<Message, String> {
    let row = input::object(line)?;
    let optional = |key: &str| match row.get(key) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(_) => input::text(&row, key).map(Some),
    };
    let now = match optional("now")? {
        Some(now) => input::time_of(&now)
            .ok_or_else(|| format!("`now`: `{now}` is not a time such as 2024-06-01T09:00:00+08:00"))?,
        None => input::now(),
    };
    Ok(Message {
        user: input::text(&row, "user")?,
        text: input::text(&row, "text")?,
        delivery: optional("message")?,
        now,
    })
}
