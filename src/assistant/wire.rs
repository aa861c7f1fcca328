//! What was said, as it goes over the wire and into the table of outgoing replies.

use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::turn::Answer;
use crate::knowledge::terms::Term;
use crate::reply::plain;

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
    /// What is cited.
    pub citations: Vec<String>,
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

pub(super) fn said(engine: &Engine, answer: &Answer) -> Said {
    let replies = answer.replies.iter().map(|reply| SaidReply {
        text: plain::text(&engine.known, reply),
        options: reply.options.clone(),
        files: reply
            .files
            .iter()
            .map(|f| SaidFile { name: f.name.clone(), media_type: f.media_type.to_owned(), text: f.text.clone() })
            .collect(),
    });
    let mut citations: Vec<String> = Vec::new();
    for cite in answer.replies.iter().flat_map(|r| r.cites()) {
        let cite = cite.to_string();
        if !citations.contains(&cite) {
            citations.push(cite);
        }
    }
    Said {
        kind: answer.kind.code().to_owned(),
        replies: replies.collect(),
        transfer: answer.transfer.map(|id| id.to_string()),
        origin: answer.origin.map(|s| s.code().to_owned()),
        destination: answer.destination.map(|s| s.code().to_owned()),
        citations,
    }
}

pub(super) fn write(said: &Said) -> String {
    serde_json::to_string(said).expect("strings always serialise")
}

/// A stored reply. One written by another version is said in its bare words.
pub(super) fn read(body: &str) -> Said {
    serde_json::from_str(body).unwrap_or_else(|_| Said {
        kind: crate::reply::Kind::Clarify.code().to_owned(),
        replies: vec![SaidReply { text: body.to_owned(), options: Vec::new(), files: Vec::new() }],
        transfer: None,
        origin: None,
        destination: None,
        citations: Vec::new(),
    })
}
