//! `zhuanjie converse`: many members, many turns, one JSON object a line.

use std::io::BufRead;
use std::sync::Arc;

use serde::Serialize;

use super::arguments::{ConverseOptions, Trees};
use super::input::{self, Lines};
use super::{Failure, engine, registry, store};
use crate::assistant::{Assistant, Message, SaidReply};
use crate::serve::config::RetentionConfig;

pub(super) fn run(options: &ConverseOptions, trees: &Trees) -> Result<(), Failure> {
    if !options.json {
        return Err(Failure::Input("converse reads and writes JSON lines: say --json".into()));
    }
    let registry = registry(options.data.as_deref(), options.codes.as_deref())?;
    let assistant = Assistant::new(Arc::new(engine(trees)?), store(options.data.as_deref())?).with_registry(registry);
    let assistant = assistant.with_periods(RetentionConfig::default().periods());
    let mut out = std::io::stdout().lock();
    for message in messages(std::io::stdin().lock()) {
        let message = message?;
        let user = message.user.clone();
        let said = assistant.hear(message, input::random())?;
        let shown = Shown { user: &user, kind: &said.kind, replies: &said.replies, transfer: said.transfer.as_deref() };
        input::answer(&mut out, &shown)?;
    }
    assistant.finish()?;
    Ok(())
}

/// The messages that come in, one a line.
pub fn messages(from: impl BufRead) -> impl Iterator<Item = Result<Message, Failure>> {
    Lines::of(from).read(|_, line| message(line))
}

/// A turn as the contract shows it.
#[derive(Serialize)]
struct Shown<'a> {
    user: &'a str,
    kind: &'a str,
    replies: &'a [SaidReply],
    transfer: Option<&'a str>,
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
    let message = Message::text(input::text(&row, "user")?, input::text(&row, "text")?, now);
    Ok(message.delivered(optional("message")?))
}
