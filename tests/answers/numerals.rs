//! Where the numbers of answers come from, and whose deadlines they are.
//!
//! A numeral in a reply stands in a statement that the reply says and cites, or in the member's own words, or it is a
//! date that was computed. So what a reply says is held against everything that is known: a statement counts when all
//! of its text is there and, where it has sources, one of them is cited.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use zhuanjie::assistant::Said;
use zhuanjie::evaluation::Question;
use zhuanjie::evaluation::score::whole;
use zhuanjie::knowledge::model::{Entry, Statement};
use zhuanjie::knowledge::terms::{System, Term};
use zhuanjie::language::ends::End;
use zhuanjie::plan::text::end_name;

use super::engine;
use super::numeral::{DEADLINES, numerals};
use super::sets::{Asked, asked};

/// What is no statement's: lines of sources, a 一个 that counts nothing, the number before a step, dates, IDs; the topics
/// that are offered, the beginnings of statements that are told apart from their sources, and how many there are.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^来源：.*$|四个系统|你是不是想问：.*$|「.*$|其中.*依据。|说“为什么第1步”这样。|哪一个|一个转接|再说一次|不在一个系统|第[0-9]+步（共[0-9]+步）|^ *[0-9]+\. |[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
        .unwrap()
});
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[a-z]+\}").unwrap());

/// Does a reply say a statement, and cite it where it has sources?
fn says(said: &Said, text: &str, statement: &Statement) -> bool {
    let cited = statement.cites.is_empty() || statement.cites.iter().any(|c| said.citations.contains(&c.to_string()));
    cited && PLACEHOLDER.split(&statement.text).all(|part| text.contains(part))
}

/// The numerals of a reply that come from nowhere.
fn unfounded(question: &Question, said: &Said) -> Vec<u32> {
    let engine = engine();
    let text = whole(said);
    let there = engine.known.statements().filter(|statement| says(said, &text, statement));
    let stated = there.flat_map(|s| numerals(&s.text).into_iter().chain(s.year.map(u32::from)));
    let own = question.before.iter().chain([&question.text]).flat_map(|words| numerals(words));
    let known: BTreeSet<u32> = stated.chain(own).collect();
    numerals(&ASIDE.replace_all(&text, "")).difference(&known).copied().collect()
}

#[test]
fn every_numeral_of_a_reply_stands_in_a_statement_that_it_cites() {
    let told = asked().iter().filter_map(|Asked { question, said, .. }| {
        let left = unfounded(question, said);
        (!left.is_empty()).then(|| format!("{} {}: {left:?} in\n{}\n", question.id, question.text, whole(said)))
    });
    let told: Vec<String> = told.collect();
    println!("{}", told.join("\n"));
    assert!(told.is_empty(), "{} replies say a numeral that nothing they cite says", told.len());
}

/// Or else the test above could not fail.
#[test]
fn a_numeral_from_nowhere_is_seen() {
    let plan = asked().iter().find(|a| a.said.kind == "plan" && a.passed()).unwrap();
    assert!(unfounded(&plan.question, &plan.said).is_empty());
    let mut said = plan.said.clone();
    said.replies[0].text.push_str("\n另外要等七十七天，2026-01-31 为止。");
    assert_eq!(unfounded(&plan.question, &said), [77]);
    // The same words count for nothing where their source is not cited.
    let mut said = plan.said.clone();
    said.citations.clear();
    assert!(!unfounded(&plan.question, &said).is_empty());
}

/// The ends that a reply is about.
fn ends(said: &Said) -> (Option<System>, Option<System>) {
    let system = |code: &Option<String>| code.as_deref().and_then(System::parse);
    (system(&said.origin), system(&said.destination))
}

#[test]
fn a_reply_is_about_the_labelled_ends() {
    let mut wrong = Vec::new();
    for Asked { question, said, .. } in asked() {
        // A kind that passes as it stands may have understood less.
        let as_it_stands = question.also.iter().any(|kind| kind.code() == said.kind);
        for (label, is) in [(question.origin, &said.origin), (question.destination, &said.destination)] {
            if label.is_some() && is.is_some() && label.map(Term::code) != is.as_deref() && !as_it_stands {
                wrong.push(format!("{} {}: {is:?} instead of {label:?}", question.id, question.text));
            }
        }
    }
    println!("{}", wrong.join("\n"));
    assert!(wrong.is_empty(), "{} ends are not as labelled", wrong.len());
}

#[test]
fn a_plan_opens_with_its_ends() {
    let known = &engine().known;
    let mut wrong = Vec::new();
    for Asked { question, said, .. } in asked().iter().filter(|a| a.said.kind == "plan") {
        // Of several answers each opens for itself.
        let opening = said.replies.iter().flat_map(|reply| reply.text.lines().take(3)).collect::<Vec<_>>().join("\n");
        let (from, to) = ends(said);
        assert!(from.is_some(), "{} {}: a plan without an origin", question.id, question.text);
        for end in [from, to].into_iter().flatten() {
            if !opening.contains(&end_name(known, &End::of(end))) {
                wrong.push(format!("{} {}: {end:?} is not in\n{opening}", question.id, question.text));
            }
        }
    }
    println!("{}", wrong.join("\n"));
    assert!(wrong.is_empty(), "{} plans open with other ends", wrong.len());
}

#[test]
fn a_reply_about_a_route_names_no_deadline_of_another() {
    let mut wrong = Vec::new();
    for Asked { question, said, .. } in asked() {
        let (Some(from), to) = ends(said) else { continue };
        let text = whole(said);
        for (words, system) in DEADLINES {
            // An entry about a system of the route may have a number of days of its own: to appeal, for example.
            let of_route = |entry: &&Entry| {
                !entry.systems.is_empty() && entry.systems.iter().all(|s| *s == from || Some(*s) == to)
            };
            let engine = engine();
            let entries = engine.known.faq.iter().filter(of_route);
            let own = entries.flat_map(|e| &e.says).any(|s| s.text.contains(words) && says(said, &text, s));
            if text.contains(words) && !own && !(to == Some(system) && from != system) {
                wrong.push(format!("{} {}: `{words}` in\n{text}\n", question.id, question.text));
            }
        }
    }
    println!("{}", wrong.join("\n"));
    assert!(wrong.is_empty(), "{} replies name the deadline of another route", wrong.len());
}
