//! The labelled questions, each asked by a new member.

use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::assistant::{Assistant, Message, Said};
use zhuanjie::store::Store;

use super::score::{Question, wrong};
use super::{engine, folder};

/// The bar for the share of questions that pass, in per cent.
const RIGHT: usize = 85;
/// The bar for the share of out-of-scope questions that are answered all the same, in per cent.
const ANSWERED_OUTSIDE: usize = 5;

fn asked() -> Vec<(Question, Said)> {
    let assistant = Assistant::new(engine(), Store::in_memory().unwrap()).unwrap();
    let text = std::fs::read_to_string(folder("tests/data/questions.jsonl")).unwrap();
    let now = chrono::DateTime::parse_from_rfc3339("2026-11-21T10:00:00+08:00").unwrap();
    let questions = text.lines().map(|line| serde_json::from_str::<Question>(line).unwrap());
    questions
        .map(|question| {
            let (user, text) = (question.id.clone(), question.text.clone());
            let said = assistant.hear(Message::text(user, text, now), StdRng::seed_from_u64(1)).unwrap();
            (question, said)
        })
        .collect()
}

#[test]
fn labelled_questions_are_answered_as_labelled() {
    let asked = asked();
    let failed: Vec<String> =
        asked.iter().filter_map(|(q, said)| wrong(q, said).map(|why| format!("{} {}: {why}", q.id, q.text))).collect();
    println!("{} of {} fail:\n{}", failed.len(), asked.len(), failed.join("\n"));
    assert!((asked.len() - failed.len()) * 100 >= asked.len() * RIGHT, "fewer than {RIGHT} % pass");
}

#[test]
fn what_is_out_of_scope_is_not_answered() {
    let asked = asked();
    let outside: Vec<_> = asked.iter().filter(|(q, _)| q.kind == "out_of_scope").collect();
    let answered: Vec<&str> = outside
        .iter()
        .filter(|(_, said)| ["answer", "plan", "progress", "where"].contains(&said.kind.as_str()))
        .map(|(q, _)| q.text.as_str())
        .collect();
    assert!(answered.len() * 100 <= outside.len() * ANSWERED_OUTSIDE, "answered all the same: {answered:#?}");
}

#[test]
fn every_answer_and_plan_cites() {
    for (question, said) in asked() {
        if ["answer", "plan"].contains(&said.kind.as_str()) {
            assert!(!said.citations.is_empty(), "{}: no citation", question.text);
            let before_sources = said.replies[0].text.split("来源：").next().unwrap_or_default().chars().count();
            let most = if said.kind == "answer" { 400 } else { 2_500 };
            assert!(before_sources <= most, "{}: {before_sources} characters", question.text);
        }
    }
}
