//! Our side, in a process of its own: everything is loaded, then each question is read and ranked as a turn does it.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use serde_json::json;
use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;
use zhuanjie::search::{Features, Hit, Target};

use crate::data::Questions;
use crate::forms::Form;

/// Answers the questions of a folder; what it says is read by `compare`.
pub(crate) fn answer(folder: &Path, dialogs: &Path) {
    let files = |path: &Path| Files::of_folder(path).unwrap();
    let engine = Engine::load(&files(&folder.join("knowledge")), &files(dialogs)).unwrap();
    say(&json!({ "ready": true }));
    wait();
    let text = std::fs::read_to_string(folder.join("questions.json")).unwrap();
    let questions: Questions = serde_json::from_str(&text).unwrap();
    // This is the warm-up as well.
    let ranked: Vec<Vec<String>> = questions.asked.iter().map(|q| entries(&find(&engine, &q.text))).collect();
    let written = || questions.asked.iter().filter(|q| q.form == Form::Written);
    let (mut times, mut read, mut found, mut understood) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    for round in 0..questions.rounds {
        for question in written() {
            let started = Instant::now();
            let hits = find(&engine, &question.text);
            times.push(started.elapsed().as_nanos() as u64);
            assert!(hits.len() < 1_000);
        }
        for question in written() {
            let started = Instant::now();
            let features = features(&engine, &question.text);
            read.push(started.elapsed().as_nanos() as u64);
            let started = Instant::now();
            let count = engine.search.query(&features).unwrap();
            found.push(started.elapsed().as_nanos() as u64);
            assert!(count < 1_000);
        }
        for question in written() {
            // What was understood before is remembered; with more blanks it is another text that means the same.
            let text = format!("{}{}", question.text, " ".repeat(round + 1));
            let started = Instant::now();
            let understanding = engine.understand(&text, day);
            understood.push(started.elapsed().as_nanos() as u64);
            assert!(understanding.hits.len() < 1_000);
        }
    }
    say(&json!({ "ranked": ranked, "times": times, "read": read, "found": found, "understood": understood }));
    wait();
}

/// From the text as it was typed to candidates, best first.
fn find(engine: &Engine, text: &str) -> Vec<Hit> {
    let question = engine.question(text);
    engine.search.find(&Features::of(&engine.segmenter, &question.text), &question.context).unwrap()
}

/// The part of it before the index is asked.
fn features(engine: &Engine, text: &str) -> Features {
    Features::of(&engine.segmenter, &engine.question(text).text)
}

/// The first five entries; statements of routes and cases are passed over.
fn entries(hits: &[Hit]) -> Vec<String> {
    let entries = hits.iter().filter(|hit| matches!(hit.target, Target::Entry(_)));
    entries.take(5).map(|hit| hit.target.id().to_owned()).collect()
}

fn say(value: &serde_json::Value) {
    println!("{value}");
    std::io::stdout().flush().unwrap();
}

fn wait() {
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
}
