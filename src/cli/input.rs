//! What comes in on standard input and in arguments, and the two things a turn is given from outside: time and chance.

use std::io::{BufRead, Write};

use chrono::{DateTime, FixedOffset, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Failure;
use crate::clock::shanghai;

/// The time in Asia/Shanghai.
pub(super) fn now() -> DateTime<FixedOffset> {
    Utc::now().with_timezone(&shanghai())
}

/// A seed from the system.
pub(super) fn random() -> StdRng {
    StdRng::from_rng(&mut rand::rng())
}

/// A time, shown in Asia/Shanghai.
pub(super) fn time_of(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok().map(|t| t.with_timezone(&shanghai()))
}

pub(super) fn time(option: &str, text: &str) -> Result<DateTime<FixedOffset>, Failure> {
    let message = || Failure::Input(format!("{option}: `{text}` is not a time such as 2024-06-01T09:00:00+08:00"));
    time_of(text).ok_or_else(message)
}

/// The lines of standard input that are not blank, each with its number.
pub(super) struct Lines<R> {
    from: R,
    taken: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn of(from: R) -> Self {
        Self { from, taken: 0 }
    }

    /// What the lines say, one after the other.
    pub(super) fn read<T>(
        mut self,
        read: fn(usize, &str) -> Result<T, String>,
    ) -> impl Iterator<Item = Result<T, Failure>> {
        std::iter::from_fn(move || {
            let line = self.next().transpose()?;
            Some(line.and_then(|(number, line)| read(number, &line).map_err(|error| line_error(number, &error))))
        })
    }

    /// The next line; none at the end.
    fn next(&mut self) -> Result<Option<(usize, String)>, Failure> {
        loop {
            let mut line = Vec::new();
            if self.from.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            let number = self.taken;
            self.taken += 1;
            let line = String::from_utf8(line).map_err(|error| line_error(number, &format!("not UTF-8: {error}")))?;
            if !line.trim().is_empty() {
                return Ok(Some((number, line)));
            }
        }
    }
}

/// Writes one answer as a line and sends it on its way, before the next line is read.
pub(super) fn answer(out: &mut impl Write, answer: &impl Serialize) -> Result<(), Failure> {
    let mut line = serde_json::to_string(answer).map_err(std::io::Error::from)?;
    line.push('\n');
    out.write_all(line.as_bytes())?;
    Ok(out.flush()?)
}

/// A line as an object.
pub(super) fn object(line: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(line.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(row)) => Ok(row),
        Ok(_) => Err("not a JSON object".to_owned()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

/// A string of an object; numbers are taken as their digits.
pub(super) fn text(row: &Map<String, Value>, key: &str) -> Result<String, String> {
    match row.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(format!("the key `{key}` is not a string")),
        None => Err(format!("the key `{key}` is missing")),
    }
}

/// A mistake in a line of standard input, which is numbered from 0 here and from 1 for people.
fn line_error(number: usize, what: &str) -> Failure {
    Failure::Input(format!("standard input, line {}: {what}", number + 1))
}
