//! What authors write: knowledge and dialogs. Whatever stands in a file, problems come of it, each with its place.

use zhuanjie::assistant;
use zhuanjie::dialog;
use zhuanjie::knowledge::Knowledge;
use zhuanjie::knowledge::files::Files;
use zhuanjie::knowledge::places;
use zhuanjie::knowledge::problem::{Problem, Problems};
use zhuanjie::language::clean::Variants;
use zhuanjie::language::ends::Cues;
use zhuanjie::language::events::Events;
use zhuanjie::language::intents::Intents;
use zhuanjie::language::latin::Pinyin;
use zhuanjie::language::segment::Words;

use super::{DIALOGS, KNOWLEDGE};

/// So much of a file beside the one that is read, in bytes.
const NEAR: usize = 3_000;
/// So many problems of one byte of text are too many: each is told once.
const PROBLEMS: usize = 40;

/// The shipped files, in the order in which [`knowledge`] counts them, dialogs last.
pub fn source_files() -> Vec<(&'static str, &'static str)> {
    KNOWLEDGE.under("").chain(DIALOGS.under("")).collect()
}

/// One of the shipped files holds this instead. `which` counts among them; with its highest bit everything is checked,
/// the rule space included, else only the reader of that file.
pub fn knowledge(which: u8, text: &str) {
    let all = source_files();
    let (path, _) = all[usize::from(which & 0x7f) % all.len()];
    let dialog = DIALOGS.get(path).is_some() && KNOWLEDGE.get(path).is_none();
    if which & 0x80 != 0 {
        let (mut knowledge, mut dialogs) = (KNOWLEDGE.clone(), DIALOGS.clone());
        if dialog {
            dialogs.set(path, text)
        } else {
            knowledge.set(path, text)
        }
        judge(&assistant::check(&knowledge, &dialogs).problems, path, text);
        return;
    }
    // The beginnings of its neighbours stay, so that some of the names it may use are known.
    let family = path.split_once('/').map_or("", |(folder, _)| folder);
    let near = KNOWLEDGE.under("").filter(|(other, _)| match family {
        "places" => other.starts_with("places/"),
        _ => ["sources.toml", "contacts.toml"].contains(other),
    });
    let mut files = Files::of(near.map(|(path, text)| (path.to_owned(), beginning(text).to_owned())));
    files.set(path, text);
    let problems = Problems::default();
    match (path, family) {
        _ if dialog => drop(dialog::load(&Files::of([(path.to_owned(), text.to_owned())]), &problems)),
        (_, "places") => drop(places::load(&files, &problems)),
        ("language/variants.toml", _) => drop(Variants::load(&files, &problems)),
        ("language/ends.toml", _) => drop(Cues::load(&files, &problems)),
        ("language/events.toml", _) => drop(Events::load(&files, &problems)),
        ("language/intents.toml", _) => drop(Intents::load(&files, &problems)),
        ("language/words.toml", _) => drop(Words::load(&files, &problems)),
        ("language/pinyin.toml", _) => {
            let words = ["团支部", "转接"];
            drop(Pinyin::load(&files, &problems, words, ["广东", "北京"]));
        }
        _ => drop(Knowledge::load(&files, &problems)),
    }
    judge(&problems.into_sorted(), path, text);
}

/// The first tables or rows of a file.
fn beginning(text: &str) -> &str {
    let head = &text[..text.floor_char_boundary(NEAR)];
    let end = head.rfind("\n[[").or_else(|| head.rfind('\n')).unwrap_or(head.len());
    &head[..end]
}

/// Problems are sorted, each once, and each that is of this file stands in it.
fn judge(problems: &[Problem], path: &str, text: &str) {
    assert!(problems.is_sorted() && problems.windows(2).all(|pair| pair[0] != pair[1]), "sorted, each once");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut of_file = 0;
    for problem in problems {
        assert!(!problem.message.is_empty());
        assert!(!problem.message.contains(char::is_control), "a problem is one line: {problem:?}");
        if &*problem.at.file != path {
            continue;
        }
        of_file += 1;
        let line = problem.at.line.checked_sub(1).and_then(|line| lines.get(line));
        let line = line.unwrap_or_else(|| panic!("no such line: {problem}"));
        let columns = 1..=line.chars().count() + 1;
        assert!(columns.contains(&problem.at.column), "no such column: {problem}");
    }
    assert!(of_file <= PROBLEMS * (text.len() + 1), "{of_file} problems of {} bytes", text.len());
}
