//! The labelled sets, read and asked once for all tests.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, FixedOffset};
use zhuanjie::assistant::{Assistant, Said};
use zhuanjie::evaluation::{self, NOW, Question, Score, question};
use zhuanjie::store::Store;

use super::{engine, folder};

/// The files, as far as they are there.
const FILES: [&str; 3] = ["tests/data/questions.jsonl", "tests/data/own.jsonl", "tests/data/held-out.jsonl"];
/// On how many threads questions are asked.
const THREADS: usize = 2;

/// A question and what was said to it.
pub(crate) struct Asked {
    /// The file that it stands in.
    pub(crate) file: &'static str,
    pub(crate) question: Question,
    pub(crate) said: Said,
}

impl Asked {
    pub(crate) fn score(&self) -> Score {
        Score::of(&self.question, &self.said)
    }

    pub(crate) fn passed(&self) -> bool {
        self.score().passed()
    }

    /// Why it does not pass, in one line; none where it does.
    pub(crate) fn failure(&self) -> Option<String> {
        let (question, why) = (&self.question, self.score().why(&self.question, &self.said));
        (!why.is_empty()).then(|| format!("{} {}: {}", question.id, question.text, why.join("; ")))
    }
}

/// When everything is asked.
pub(crate) fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(NOW).unwrap()
}

/// Every question of every set, each asked by a new member.
pub(crate) fn asked() -> &'static [Asked] {
    static ASKED: OnceLock<Vec<Asked>> = OnceLock::new();
    ASKED.get_or_init(|| {
        let all: Vec<(&str, Question)> =
            FILES.into_iter().flat_map(|file| read(file).map(move |q| (file, q))).collect();
        let questions: Vec<Question> = all.iter().map(|(_, question)| question.clone()).collect();
        let said = ask(&questions);
        all.into_iter().zip(said).map(|((file, question), said)| Asked { file, question, said }).collect()
    })
}

/// The sets one by one, for what must hold of each.
pub(crate) fn by_file() -> impl Iterator<Item = (&'static str, Vec<&'static Asked>)> {
    let of = |file| asked().iter().filter(|a| a.file == file).collect::<Vec<_>>();
    FILES.into_iter().map(move |file| (file, of(file))).filter(|(_, asked)| !asked.is_empty())
}

fn read(file: &str) -> impl Iterator<Item = Question> {
    let bytes = match std::fs::read(folder(file)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => panic!("{file}: {error}"),
    };
    question::read(&bytes).unwrap_or_else(|bad| panic!("{file}:{}", bad[0])).into_iter()
}

/// What is said to questions, each asked by a new member.
pub(crate) fn ask(questions: &[Question]) -> Vec<Said> {
    let share = questions.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let threads = questions.chunks(share).map(|some| scope.spawn(|| ask_some(some)));
        let threads: Vec<_> = threads.collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn ask_some(questions: &[Question]) -> Vec<Said> {
    let assistant = Assistant::new(Arc::clone(&engine()), Store::in_memory().unwrap());
    let users = (0..).map(|number: usize| number.to_string());
    questions.iter().zip(users).map(|(q, user)| evaluation::ask(&assistant, &user, q, now()).unwrap()).collect()
}
