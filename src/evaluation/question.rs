//! Labelled questions: a file with one JSON object a line.
//!
//! Keys: `id`, `text`, `kind`; `origin` and `destination` (a system, or null where it is not checked); `mentions`,
//! groups of which each must be hit by one member; `not_mentions`; `also`, kinds that pass as they stand; `before`,
//! earlier messages of the same member. Other keys are for people and left unread.

use std::collections::HashMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::knowledge::terms::{System, Term};
use crate::reply::Kind;

/// All kinds, in the order of reports.
pub const KINDS: [Kind; 6] = [Kind::Answer, Kind::Plan, Kind::Clarify, Kind::Progress, Kind::Where, Kind::OutOfScope];

/// A labelled question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name in the set.
    pub id: String,
    /// Earlier messages of the same member.
    pub before: Vec<String>,
    /// What is asked.
    pub text: String,
    /// The kind of answer that is right.
    pub kind: Kind,
    /// The origin that the answer must have understood.
    pub origin: Option<System>,
    /// Likewise the destination.
    pub destination: Option<System>,
    /// Of each group at least one member must occur in the answer.
    pub mentions: Vec<Vec<String>>,
    /// None of these may.
    pub not_mentions: Vec<String>,
    /// Other kinds that pass as they stand.
    pub also: Vec<Kind>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong; one line.
    pub message: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// The kind with this code.
pub fn kind(code: &str) -> Option<Kind> {
    KINDS.into_iter().find(|kind| kind.code() == code)
}

/// Reads a whole set, or tells every line that is wrong.
pub fn read(file: &[u8]) -> Result<Vec<Question>, Vec<BadLine>> {
    let (mut questions, mut bad) = (Vec::new(), Vec::new());
    let mut first: HashMap<String, usize> = HashMap::new();
    for (number, line) in (1..).zip(file.split(|byte| *byte == b'\n')) {
        match question(line) {
            Ok(None) => {}
            Ok(Some(question)) => match first.insert(question.id.clone(), number) {
                None => questions.push(question),
                Some(other) => {
                    let message = format!("the id `{}` stands in line {other} already", question.id);
                    bad.push(BadLine { line: number, message });
                }
            },
            // A message may quote what stands there, but it moves no cursor.
            Err(message) => bad.push(BadLine { line: number, message: message.replace(char::is_control, " ") }),
        }
    }
    if bad.is_empty() { Ok(questions) } else { Err(bad) }
}

/// The question of a line; none where the line is blank.
fn question(line: &[u8]) -> Result<Option<Question>, String> {
    let line = std::str::from_utf8(line).map_err(|error| format!("not UTF-8: {error}"))?;
    let line = line.trim().trim_start_matches('\u{feff}');
    if line.is_empty() {
        return Ok(None);
    }
    let row = match serde_json::from_str(line) {
        Ok(Value::Object(row)) => Row(row),
        Ok(_) => return Err("not a JSON object".to_owned()),
        Err(error) => return Err(format!("not JSON: {error}")),
    };
    let question = Question {
        id: row.text("id")?,
        before: row.texts("before")?,
        text: row.text("text")?,
        kind: kind_of("kind", &row.text("kind")?)?,
        origin: row.system("origin")?,
        destination: row.system("destination")?,
        mentions: row.groups("mentions")?,
        not_mentions: row.texts("not_mentions")?,
        also: row.texts("also")?.iter().map(|code| kind_of("also", code)).collect::<Result<_, _>>()?,
    };
    Ok(Some(question))
}

fn kind_of(key: &str, code: &str) -> Result<Kind, String> {
    let codes = || KINDS.map(Kind::code).join(", ");
    kind(code).ok_or_else(|| format!("`{key}`: unknown kind `{code}`, expected one of {}", codes()))
}

/// A line's object.
struct Row(Map<String, Value>);

impl Row {
    /// What a key holds; none where it is absent or null.
    fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// A string that must be there; numbers are taken as their digits.
    fn text(&self, key: &str) -> Result<String, String> {
        match self.get(key) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(_) => Err(format!("the key `{key}` is not a string")),
            None => Err(format!("the key `{key}` is missing")),
        }
    }

    fn texts(&self, key: &str) -> Result<Vec<String>, String> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(value) => strings(value).ok_or_else(|| format!("the key `{key}` is not a list of strings")),
        }
    }

    /// Groups of strings; one that is empty could never be hit.
    fn groups(&self, key: &str) -> Result<Vec<Vec<String>>, String> {
        let wrong = || format!("the key `{key}` is not a list of lists of strings");
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let groups: Option<Vec<Vec<String>>> = value.as_array().ok_or_else(wrong)?.iter().map(strings).collect();
        let groups = groups.ok_or_else(wrong)?;
        if groups.iter().any(Vec::is_empty) { Err(format!("`{key}` holds an empty group")) } else { Ok(groups) }
    }

    fn system(&self, key: &str) -> Result<Option<System>, String> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let code = value.as_str().map(|code| code.trim().to_lowercase());
        let code = code.ok_or_else(|| format!("the key `{key}` is neither a string nor null"))?;
        if ["", "null", "none", "unknown"].contains(&code.as_str()) {
            return Ok(None);
        }
        let unknown = || format!("`{key}`: unknown system `{code}`, expected one of {}", System::codes());
        System::parse(&code).map(Some).ok_or_else(unknown)
    }
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    #[test]
    fn a_line_is_a_question() {
        let line = "\u{feff}{\"id\":7,\"text\":\"几天\",\"kind\":\"answer\",\"origin\":null,\"destination\":\"Beijing\",\
            \"mentions\":[[\"9\",\"九\"]],\"also\":[\"clarify\"],\"before\":[\"从广州到北京\"],\"note\":\"x\"}\n\n  \n";
        let expected = Question {
            id: "7".into(),
            before: vec!["从广州到北京".into()],
            text: "几天".into(),
            kind: Kind::Answer,
            origin: None,
            destination: Some(System::Beijing),
            mentions: vec![vec!["9".into(), "九".into()]],
            not_mentions: vec![],
            also: vec![Kind::Clarify],
        };
        assert_eq!(read(line.as_bytes()), Ok(vec![expected]));
    }

    #[test]
    fn every_bad_line_is_told() {
        let file = b"{\"id\":\"a\",\"text\":\"x\",\"kind\":\"plan\"}\n\
            [1]\n\
            {\"id\":\"a\",\"text\":\"x\",\"kind\":\"plan\"}\n\
            {\"id\":\"b\",\"kind\":\"plan\"}\n\
            {\"id\":\"c\",\"text\":\"x\",\"kind\":\"answers\"}\n\
            {\"id\":\"d\",\"text\":\"x\",\"kind\":\"plan\",\"origin\":\"hunan\"}\n\
            {\"id\":\"e\",\"text\":\"x\",\"kind\":\"plan\",\"mentions\":[[]]}\n\
            {\"id\":\"f\",\"text\":\"x\",\"kind\":\"plan\",\"mentions\":[\"x\"]}\n\
            \xff\n";
        let bad: Vec<String> = read(file).unwrap_err().iter().map(ToString::to_string).collect();
        let kinds = "answer, plan, clarify, progress, where, out_of_scope";
        assert_eq!(
            bad,
            [
                "2: not a JSON object".to_owned(),
                "3: the id `a` stands in line 1 already".to_owned(),
                "4: the key `text` is missing".to_owned(),
                format!("5: `kind`: unknown kind `answers`, expected one of {kinds}"),
                format!("6: `origin`: unknown system `hunan`, expected one of {}", System::codes()),
                "7: `mentions` holds an empty group".to_owned(),
                "8: the key `mentions` is not a list of lists of strings".to_owned(),
                "9: not UTF-8: invalid utf-8 sequence of 1 bytes from index 0".to_owned(),
            ]
        );
    }
}
