//! What was said, as it goes over the wire and into the table of outgoing replies.

use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::turn::{Answer, Reach};
use crate::knowledge::model::Cite;
use crate::knowledge::terms::Term;
use crate::reply::{Button, File, Reply, plain};

/// What was said back to one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The kind of answer.
    pub kind: String,
    /// The messages, in order.
    pub replies: Vec<SaidReply>,
    /// The transfer that the turn created or changed.
    pub transfer: Option<String>,
    /// The origin system, as far as known.
    pub origin: Option<String>,
    /// The destination system, as far as known.
    pub destination: Option<String>,
    /// What is cited, for who reads the reply back.
    pub citations: Vec<String>,
    /// Names this reply in the presses of its options.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// Said in passing, where a press needs no message in return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidReply {
    /// The whole text, sources included.
    pub text: String,
    /// What can be chosen.
    pub options: Vec<String>,
    /// Files that come with it.
    pub files: Vec<SaidFile>,
    /// More to press, in rows, for channels that send by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<SaidButton>>,
}

/// Something to press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidButton {
    /// What stands on it.
    pub label: String,
    /// What to hand back, see [`crate::reply::press`].
    pub data: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Its text.
    pub text: String,
}

pub(super) fn said(engine: &Engine, answer: Answer, page: &str, reach: Reach) -> Said {
    let mut cites: Vec<&Cite> = Vec::new();
    // Whoever is sent messages finds them in the text.
    for cite in answer.replies.iter().filter(|_| reach == Reach::Reader).flat_map(Reply::cites) {
        if !cites.contains(&cite) {
            cites.push(cite);
        }
    }
    let citations = cites.into_iter().map(Cite::to_string).collect();
    Said {
        kind: answer.kind.code().to_owned(),
        replies: answer.replies.into_iter().map(|reply| said_reply(engine, reply)).collect(),
        transfer: answer.transfer.map(|id| id.to_string()),
        origin: answer.origin.map(|s| s.code().to_owned()),
        destination: answer.destination.map(|s| s.code().to_owned()),
        citations,
        page: page.to_owned(),
        notice: answer.notice,
    }
}

fn said_reply(engine: &Engine, reply: Reply) -> SaidReply {
    let text = plain::text(&engine.known, &reply);
    let file = |f: File| SaidFile { name: f.name, media_type: f.media_type.to_owned(), text: f.text };
    // A button whose bytes nobody would hand back is left out; what it does can be said.
    let button = |b: Button| b.press.code().map(|data| SaidButton { label: b.label, data });
    let buttons = reply.buttons.into_iter().map(|row| row.into_iter().filter_map(button).collect());
    SaidReply {
        text,
        options: reply.options,
        files: reply.files.into_iter().map(file).collect(),
        buttons: buttons.collect(),
    }
}

/// A reminder.
pub(super) fn reminder(engine: &Engine, reply: Reply) -> Said {
    Said { kind: crate::reply::Kind::Progress.code().to_owned(), replies: vec![said_reply(engine, reply)], ..words("") }
}

/// A reply in these words alone.
pub(super) fn words(text: &str) -> Said {
    Said {
        kind: crate::reply::Kind::Clarify.code().to_owned(),
        replies: vec![SaidReply { text: text.to_owned(), options: Vec::new(), files: Vec::new(), buttons: Vec::new() }],
        transfer: None,
        origin: None,
        destination: None,
        citations: Vec::new(),
        page: String::new(),
        notice: None,
    }
}

pub(super) fn write(said: &Said) -> String {
    serde_json::to_string(said).expect("strings always serialise")
}

/// A stored reply. One written by another version is said in its bare words.
pub(super) fn read(body: &str) -> Said {
    serde_json::from_str(body).unwrap_or_else(|_| words(body))
}
