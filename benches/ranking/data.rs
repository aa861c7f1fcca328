//! What is asked of all three: entries, and questions of which everybody knows the right entry.
//!
//! Each fifth phrasing of an entry is a question and stands in no index. Nothing here is left to chance.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zhuanjie::knowledge::Knowledge;
use zhuanjie::knowledge::files::Files;
use zhuanjie::knowledge::model::Entry;
use zhuanjie::knowledge::places;
use zhuanjie::knowledge::problem::Problems;
use zhuanjie::knowledge::terms::Term;

use crate::forms::{Form, Forms};
use crate::generated::generated;

/// Every phrasing that is at such a place, counted from one, is asked.
const ASKED: usize = 5;
/// So many timed answers at least are behind a median.
const SAMPLES: usize = 5_000;
/// Of more questions only so many are asked, evenly spread.
const QUESTIONS: usize = 1_000;

/// One size of the comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    BuiltIn,
    Generated,
}

/// An entry as the others read it.
#[derive(Serialize)]
struct Exported<'a> {
    id: &'a str,
    ask: &'a [String],
    topic: &'a str,
    about: String,
}

/// A question.
#[derive(Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) entry: String,
    pub(crate) form: Form,
}

/// What is asked, and how often for the times.
#[derive(Serialize, Deserialize)]
pub(crate) struct Questions {
    pub(crate) rounds: usize,
    pub(crate) asked: Vec<Question>,
}

/// Writes one size into a folder: `knowledge/` for ours, `entries.json` for the others, `questions.json` for all.
pub(crate) fn write(knowledge: &Files, size: Size, folder: &Path) -> io::Result<Questions> {
    let known = Knowledge::load(knowledge, &Problems::default());
    let mut entries = match size {
        Size::BuiltIn => known.faq.clone(),
        Size::Generated => generated(&known.faq, &places::load(knowledge, &Problems::default())),
    };
    let phrasings: Vec<&str> = entries.iter().flat_map(|e| &e.ask).map(String::as_str).collect();
    let forms = Forms::new(&phrasings);
    let mut held: Vec<(String, String)> = Vec::new();
    for entry in &mut entries {
        let mut at = 0;
        entry.ask.retain(|ask| {
            at += 1;
            if at % ASKED == 0 {
                held.push((ask.clone(), entry.id.clone()));
            }
            at % ASKED != 0
        });
    }
    let every = held.len().div_ceil(QUESTIONS);
    // An odd step, so that no way of writing a place is left out.
    let held: Vec<_> = held.into_iter().step_by(every | 1).collect();
    let rounds = SAMPLES.div_ceil(held.len());
    let mut asked = Vec::new();
    for form in Form::ALL {
        asked.extend(held.iter().map(|(text, entry)| Question {
            text: forms.of(form, text),
            entry: entry.clone(),
            form,
        }));
    }
    let questions = Questions { rounds, asked };

    let tree = folder.join("knowledge");
    if tree.exists() {
        std::fs::remove_dir_all(&tree)?;
    }
    let rest = knowledge.under("").filter(|(path, _)| !path.starts_with("faq/"));
    let faq = toml(&entries);
    for (path, text) in rest.chain([("faq/ranking.toml", faq.as_str())]) {
        let path = tree.join(path);
        std::fs::create_dir_all(path.parent().unwrap())?;
        std::fs::write(path, text)?;
    }
    let exported: Vec<Exported<'_>> = entries.iter().map(exported).collect();
    std::fs::write(folder.join("entries.json"), serde_json::to_string(&exported)?)?;
    std::fs::write(folder.join("questions.json"), serde_json::to_string(&questions)?)?;
    Ok(questions)
}

/// The same texts that our index has of an entry.
fn exported(entry: &Entry) -> Exported<'_> {
    let answer: Vec<&str> = entry.says.iter().map(|s| s.text.as_str()).collect();
    let about = format!("{} {}", entry.words.join(" "), answer.join(" "));
    Exported { id: &entry.id, ask: &entry.ask, topic: &entry.topic, about }
}

/// Entries as `knowledge/faq/` has them. A string of JSON is one of TOML too.
fn toml(entries: &[Entry]) -> String {
    let string = |text: &str| serde_json::to_string(text).unwrap();
    let list = |all: Vec<String>| format!("[{}]", all.join(", "));
    let day = entries[0].says[0].checked_on;
    let mut text = format!("checked_on = {day}\n");
    for entry in entries {
        let mut line = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
        line("\n[[entry]]\nid", string(&entry.id));
        line("topic", string(&entry.topic));
        line("ask", list(entry.ask.iter().map(|a| string(a)).collect()));
        line("words", list(entry.words.iter().map(|w| string(w)).collect()));
        line("systems", list(entry.systems.iter().map(|s| string(s.code())).collect()));
        line("cases", list(entry.cases.iter().map(|c| string(c.code())).collect()));
        for says in &entry.says {
            line("[[entry.say]]\ntext", string(&says.text));
            line("cites", list(says.cites.iter().map(|c| string(&c.to_string())).collect()));
            line("known", string(says.known.code()));
            if let Some(year) = says.year {
                line("year", year.to_string());
            }
        }
    }
    text
}
