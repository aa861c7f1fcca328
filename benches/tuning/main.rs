//! Finds the weights of the search and the bars of answering: `cargo bench --bench tuning [-- FILE…]`.
//!
//! Coordinate search over a few values of each number, twice around, on all labelled questions. `--folds` does it five
//! times more on four fifths of them and judges what is found on the other fifth: the mean says what to expect of questions
//! that nobody has seen. `--ranking` finds the weights alone, `--answering` the bars alone; `--curve` finds nothing and
//! shows how much is answered, and how much of it wrongly, by how high the bars are. The part of the project's own set
//! that is held out is never read here.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for people, which stops where it cannot go on")]

mod answering;
mod data;
mod ranking;

use data::Data;
use zhuanjie::search::Weights;

/// Into how many parts the questions are divided.
const FOLDS: usize = 5;
/// How often all numbers are gone through.
const ROUNDS: usize = 2;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let data = Data::read(&files);
    println!("{} labelled questions, {} phrasings of entries", data.questions.len(), data.phrasings.len());
    let given = |flag: &str| std::env::args().any(|a| a == flag);
    if given("--curve") {
        return answering::curve_as_it_is(&data);
    }
    let only = given("--answering");
    let weights = if only { Weights::default() } else { ranking::tune(&data, given("--folds")) };
    if !given("--ranking") {
        answering::tune(&data, weights, given("--folds"));
    }
}

/// A number to be found: its name, how to set it, and the values to try.
struct Knob<T> {
    name: &'static str,
    set: fn(&mut T, f32),
    values: &'static [f32],
}

/// Values for which `judge` is highest, found one number after the other from where `start` is.
fn search<T: Copy>(start: T, knobs: &[Knob<T>], mut judge: impl FnMut(&T) -> f64) -> (T, f64) {
    let (mut best, mut reached) = (start, judge(&start));
    for _ in 0..ROUNDS {
        let before = reached;
        for knob in knobs {
            for value in knob.values {
                let mut tried = best;
                (knob.set)(&mut tried, *value);
                let judged = judge(&tried);
                // What makes no difference stays as it is.
                if judged > reached + 1e-6 {
                    println!("    {} = {value}: {judged:.4}", knob.name);
                    (best, reached) = (tried, judged);
                }
            }
        }
        if reached <= before {
            break;
        }
    }
    (best, reached)
}

/// What to expect of numbers that are found so, on questions that they were not found on.
fn expect<T: Copy>(name: &str, start: T, knobs: &[Knob<T>], judge: impl Fn(&T, &dyn Fn(usize) -> bool) -> f64) {
    let (mut before, mut after) = (0.0, 0.0);
    for fold in 0..FOLDS {
        let (found, _) = search(start, knobs, |t| judge(t, &|of| of != fold));
        let (was, is) = (judge(&start, &|of| of == fold), judge(&found, &|of| of == fold));
        println!("  fold {fold}: {was:.4} as it is, {is:.4} with what the others found");
        before += was / FOLDS as f64;
        after += is / FOLDS as f64;
    }
    println!("{name}, questions not tuned on: {before:.4} as it is, {after:.4} tuned");
}
