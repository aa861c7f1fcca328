//! What is tuned on: the labelled questions and the entries' own phrasings.

use std::path::{Path, PathBuf};

use zhuanjie::assistant::Engine;
use zhuanjie::evaluation::{Question, question};
use zhuanjie::knowledge::files::Files;
use zhuanjie::knowledge::model::Purpose;
use zhuanjie::reply::Kind;
use zhuanjie::search::{Context, Features, Search};

use super::FOLDS;

/// Of the phrasings every so many-th is asked.
const EVERY: usize = 5;

/// A question as the search sees it.
pub(super) struct Asked {
    pub(super) features: Features,
    pub(super) context: Context,
    pub(super) fold: usize,
}

/// A labelled question.
pub(super) struct Labelled {
    pub(super) question: Question,
    pub(super) asked: Asked,
    /// What other than an answer it wants.
    pub(super) wants: Option<fn(&Purpose) -> bool>,
}

/// A phrasing that is asked while it is left out.
pub(super) struct Phrasing {
    pub(super) entry: String,
    pub(super) asked: Asked,
}

pub(super) struct Data {
    pub(super) engine: Engine,
    pub(super) questions: Vec<Labelled>,
    pub(super) phrasings: Vec<Phrasing>,
    /// The index without them.
    pub(super) without: Search,
}

pub(super) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

pub(super) fn engine() -> Engine {
    let files = |name: &str| Files::of_folder(&folder(name)).unwrap();
    Engine::load(&files("knowledge"), &files("dialogs")).unwrap()
}

impl Data {
    pub(super) fn read(files: &[String]) -> Self {
        let engine = engine();
        let own = ["tests/data/questions.jsonl".to_owned(), "tests/data/own.jsonl".to_owned()];
        let files = if files.is_empty() { &own[..] } else { files };
        let mut questions = Vec::new();
        for file in files {
            let bytes = std::fs::read(folder(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            let all = question::read(&bytes).unwrap_or_else(|bad| panic!("{file}:{}", bad[0]));
            questions.extend(all.into_iter().enumerate().map(|(number, question)| {
                let asked = asked(&engine, &question.text, number);
                Labelled { asked, wants: wants(question.kind), question }
            }));
        }
        let all = engine.known.faq.iter().flat_map(|e| e.ask.iter().map(|ask| (ask, &e.id)));
        let all = all.enumerate().filter(|(number, _)| number % EVERY == 0);
        let (left_out, phrasings) = all
            .map(|(number, (ask, entry))| {
                (ask.clone(), Phrasing { entry: entry.clone(), asked: asked(&engine, ask, number / EVERY) })
            })
            .unzip::<_, _, Vec<_>, _>();
        let without = Search::build_without(&engine.known, &engine.segmenter, &left_out).unwrap();
        Self { engine, questions, phrasings, without }
    }
}

fn asked(engine: &Engine, text: &str, number: usize) -> Asked {
    let question = engine.question(text);
    let features = Features::of(&engine.segmenter, &question.text);
    Asked { features, context: question.context, fold: number % FOLDS }
}

fn wants(kind: Kind) -> Option<fn(&Purpose) -> bool> {
    match kind {
        Kind::Where => Some(|purpose| *purpose == Purpose::Where),
        Kind::Progress => Some(|purpose| *purpose == Purpose::Progress),
        Kind::OutOfScope => Some(|purpose| matches!(purpose, Purpose::Outside(_))),
        Kind::Answer | Kind::Plan | Kind::Clarify => None,
    }
}
