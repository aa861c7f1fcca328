//! An entry for a group of questions, and a question to test it with, as far as they can be written without knowing the
//! answer. What a person has to write is marked, and the checks of the knowledge refuse it while the mark is there.

use std::fmt::Write;

use chrono::NaiveDate;
use serde::Serialize;

use super::groups::Group;
use super::words::GAP;
use crate::knowledge::Knowledge;
use crate::knowledge::limits::{PHRASINGS, TODO};

/// A question as the files of labelled questions have it.
#[derive(Serialize)]
struct Question<'a> {
    id: &'a str,
    text: &'a str,
    kind: &'a str,
    origin: Option<&'a str>,
    destination: Option<&'a str>,
    case: Option<&'a str>,
    mentions: [[&'a str; 1]; 1],
    not_mentions: [&'a str; 0],
    source: &'a str,
    note: &'a str,
}

/// A file for `knowledge/faq/` with one entry, and below it, as a comment, a question of the form of
/// `tests/data/questions.jsonl`. `today` is the day that its statements were last compared with their sources, once
/// somebody has.
pub fn draft(group: &Group, known: &Knowledge, today: NaiveDate) -> String {
    let id = format!("draft-{}", group.name);
    let ask = phrases(group, known);
    let mut text = format!(
        "# A draft from {} questions of {} to {}. `zhuanjie check` refuses it until everything\n\
         # that says {TODO} is written, with at least {PHRASINGS} ways to ask it.\n",
        group.count(),
        group.first,
        group.last
    );
    for near in &group.nearest {
        let topic = near.topic.as_ref().map_or_else(String::new, |topic| format!(" “{topic}”"));
        line(
            &mut text,
            format_args!("# Nearest so far: {}{topic}; where that answers it, add ways to ask there.", near.id),
        );
    }
    line(&mut text, format_args!("checked_on = {today}\n\n[[entry]]\nid = {}", quoted(&format!("faq.{id}"))));
    line(&mut text, format_args!("topic = {}\nask = [", quoted(&format!("{TODO}: a label"))));
    ask.iter().for_each(|phrase| line(&mut text, format_args!("  {},", quoted(phrase))));
    let says =
        format!("{TODO}: the answer, with `cites` and `known`; without a source say so and whom to ask: {{contact}}");
    line(&mut text, format_args!("]\n[[entry.say]]\ntext = {}\ncites = []\nknown = \"unknown\"\n", quoted(&says)));
    let phrase = format!("{TODO} {}", ask.first().map_or("", String::as_str));
    let question = Question {
        id: &id,
        text: phrase.trim(),
        kind: "answer",
        origin: None,
        destination: None,
        case: None,
        mentions: [[TODO]],
        not_mentions: [],
        source: "misses",
        note: TODO,
    };
    let question = serde_json::to_string(&question).expect("texts always serialise");
    line(
        &mut text,
        format_args!(
            "# A question for tests/data/questions.jsonl, to be finished too; not part of the entry:\n# {question}"
        ),
    );
    text
}

/// The ways in which it was asked that no entry has yet, each with two words at least.
fn phrases(group: &Group, known: &Knowledge) -> Vec<String> {
    let mut phrases: Vec<String> = Vec::new();
    for (asked, _) in &group.asked {
        let words: Vec<&str> = asked.split(' ').filter(|word| *word != GAP).collect();
        let phrase = words.join(" ");
        let there = known.faq.iter().any(|entry| entry.ask.contains(&phrase)) || phrases.contains(&phrase);
        if words.len() > 1 && !there {
            phrases.push(phrase);
        }
    }
    phrases
}

/// A string of TOML; what JSON escapes, TOML reads the same way.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text always serialises")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes everything");
}
