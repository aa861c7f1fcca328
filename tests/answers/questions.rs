//! The labelled questions, each asked by a new member.

use zhuanjie::reply::Kind;

use super::sets::{Asked, asked, by_file};

/// The bar for the share of questions that pass, in per cent: of the first set, of the project's own, and of the part of
/// it that nothing was tuned on.
fn right(file: &str) -> usize {
    match file {
        "tests/data/questions.jsonl" => 97,
        _ => 95,
    }
}

/// The bar for the share of out-of-scope questions that are answered all the same, in per cent.
fn answered_outside(file: &str) -> usize {
    if file == "tests/data/held-out.jsonl" { 10 } else { 2 }
}

#[test]
fn labelled_questions_are_answered_as_labelled() {
    for (file, asked) in by_file() {
        let failed: Vec<String> = asked.iter().filter_map(|a| a.failure()).collect();
        println!("{file}: {} of {} fail:\n{}", failed.len(), asked.len(), failed.join("\n"));
        let bar = right(file);
        assert!((asked.len() - failed.len()) * 100 >= asked.len() * bar, "{file}: fewer than {bar} % pass");
    }
}

#[test]
fn what_is_out_of_scope_is_not_answered() {
    for (file, asked) in by_file() {
        let outside: Vec<_> = asked.iter().filter(|a| a.question.kind == Kind::OutOfScope).collect();
        let answered =
            outside.iter().filter(|a| ["answer", "plan", "progress", "where"].contains(&a.said.kind.as_str()));
        let answered: Vec<&str> = answered.map(|a| a.question.id.as_str()).collect();
        assert!(
            answered.len() * 100 <= outside.len() * answered_outside(file),
            "{file}: answered all the same: {answered:#?}"
        );
    }
}

#[test]
fn every_answer_and_plan_cites() {
    for Asked { question, said, .. } in asked() {
        if ["answer", "plan"].contains(&said.kind.as_str()) {
            assert!(!said.citations.is_empty(), "{}: no citation", question.text);
            let before_sources = said.replies[0].text.split("来源：").next().unwrap_or_default().chars().count();
            let most = if said.kind == "answer" { 400 } else { 2_500 };
            assert!(before_sources <= most, "{}: {before_sources} characters", question.text);
        }
    }
}
