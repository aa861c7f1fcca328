//! Scoring a labelled question: the rules of the set, which are its own, in Rust.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use zhuanjie::assistant::Said;

/// A labelled question; keys that are for reading only are left unread.
#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) kind: String,
    origin: Option<String>,
    destination: Option<String>,
    #[serde(default)]
    mentions: Vec<Vec<String>>,
    #[serde(default)]
    not_mentions: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
}

/// What is compared: full width folded, lower case, without blanks, quotes, brackets and marks.
fn fold(text: &str) -> String {
    let dropped = "\"'`“”‘’「」『』《》〈〉【】[]()<>*_#~|\u{200b}";
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace() && !dropped.contains(*c)).collect()
}

/// Why an answer is wrong; none when it passes.
pub(crate) fn wrong(question: &Question, said: &Said) -> Option<String> {
    if question.also.contains(&said.kind) {
        return None;
    }
    let text: String = said.replies.iter().map(|r| fold(&r.text)).collect();
    let lacks = question.mentions.iter().filter(|group| !group.iter().any(|m| text.contains(&fold(m))));
    let has = question.not_mentions.iter().filter(|m| text.contains(&fold(m)));
    let mut why: Vec<String> =
        lacks.map(|g| format!("lacks one of {g:?}")).chain(has.map(|m| format!("has {m}"))).collect();
    let planned_instead = question.kind == "answer" && said.kind == "plan" && why.is_empty();
    if said.kind != question.kind && !planned_instead {
        why.push(format!("kind {}, expected {}", said.kind, question.kind));
    }
    for (name, expected, is) in
        [("origin", &question.origin, &said.origin), ("destination", &question.destination, &said.destination)]
    {
        if expected.is_some() && expected != is {
            why.push(format!("{name} {is:?}, expected {expected:?}"));
        }
    }
    (!why.is_empty()).then(|| why.join("; "))
}
