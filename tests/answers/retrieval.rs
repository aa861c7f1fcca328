//! An entry must be found by a way of asking it that the index has never seen.

use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::Knowledge;
use zhuanjie::knowledge::problem::Problems;
use zhuanjie::language::segment::{Segmenter, Words};
use zhuanjie::search::{Features, Search};

use super::{engine, files};

/// The bar for the share of left-out phrasings that still find their entry first, in per cent. Half of the phrasings of
/// each entry were written to use other words than the other half.
const FOUND: usize = 70;

#[test]
fn an_entry_is_found_by_a_phrasing_that_was_left_out() {
    let known = Knowledge::load(&files("knowledge"), &Problems::default());
    let segmenter = Segmenter::new(Words::load(&files("knowledge"), &Problems::default()));
    let engine: &Engine = &engine();
    let rounds = known.faq.iter().map(|e| e.ask.len()).max().unwrap_or(0);
    let (mut found, mut missed) = (0, Vec::new());
    for round in 0..rounds {
        // One phrasing of every entry is left out at a time.
        let left_out: Vec<String> = known.faq.iter().filter_map(|e| e.ask.get(round).cloned()).collect();
        let search = Search::build_without(&known, &segmenter, &left_out).unwrap();
        for entry in &known.faq {
            let Some(phrase) = entry.ask.get(round) else { continue };
            let question = engine.question(phrase);
            let hits = search.find(&Features::of(&segmenter, &question.text), &question.context).unwrap();
            match hits.first() {
                Some(hit) if hit.target.id() == entry.id => found += 1,
                Some(hit) => missed.push(format!("{phrase}: {} instead of {}", hit.target.id(), entry.id)),
                None => missed.push(format!("{phrase}: nothing instead of {}", entry.id)),
            }
        }
    }
    let all = found + missed.len();
    println!("{found} of {all} found first; not:\n{}", missed.join("\n"));
    assert!(found * 100 >= all * FOUND, "only {found} of {all} left-out phrasings find their entry");
}
