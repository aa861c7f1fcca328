//! What a text may be: the limits that channels and readers put on authors.

use super::terms::Level;

/// The fewest ways to ask an entry.
pub(crate) const PHRASINGS: usize = 5;
/// The longest answer, in characters, so that with its marks it stays below 400.
pub(super) const ANSWER: usize = 370;
/// The longest label of an option, in characters (64 bytes of a channel's callback).
pub(crate) const LABEL: usize = 20;

/// Marks in a draft what a person has to write.
pub(crate) const TODO: &str = "TODO";

/// What is wrong with a text that is still to be written.
pub(super) fn of_draft(text: &str) -> Option<String> {
    text.contains(TODO).then(|| format!("this is a draft: write what `{TODO}` stands for: {text}"))
}

/// What is wrong with a statement's text.
pub(super) fn of_text(text: &str, known: Level, no_cites: bool) -> Vec<String> {
    let mut wrong: Vec<String> = of_draft(text).into_iter().collect();
    if text.contains('\n') {
        wrong.push("a statement is one line".to_owned());
    }
    for part in text.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !["place", "contact"].contains(&name) {
            wrong.push(format!("unknown placeholder `{{{name}}}`, expected {{place}} or {{contact}}"));
        }
    }
    if known == Level::Unknown && !text.contains("{contact}") {
        wrong.push("a statement that is `unknown` must say whom to ask with {contact}".to_owned());
    }
    if known != Level::Unknown && no_cites {
        wrong.push(format!("a statement without `cites` must be `unknown`: {text}"));
    }
    wrong
}

/// What is wrong with a label.
pub(super) fn of_label(label: &str) -> Option<String> {
    let length = label.chars().count();
    (length > LABEL).then(|| format!("`{label}` has {length} characters, an option at most {LABEL}"))
}

/// Does the text say this number, in digits or in Chinese?
pub(super) fn names_number(text: &str, number: u16) -> bool {
    const DIGITS: [&str; 11] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    text.contains(&number.to_string()) || DIGITS.get(usize::from(number)).is_some_and(|d| text.contains(d))
}
