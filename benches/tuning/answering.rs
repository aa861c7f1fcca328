//! The bars of answering: the right thing is to be said, and nothing where there is nothing to say.

use std::cell::Cell;
use std::sync::Arc;

use chrono::DateTime;
use zhuanjie::assistant::{Assistant, Bars, Engine};
use zhuanjie::evaluation::{self, NOW, Score};
use zhuanjie::reply::Kind;
use zhuanjie::search::Weights;
use zhuanjie::store::Store;

use super::data::{Data, Labelled, engine};
use super::{Knob, expect, search};

/// What a wrong answer costs, in right ones.
const WRONG: f64 = 1.0;
const SCORES: &[f32] = &[5.0, 7.5, 10.0, 12.5, 15.0, 18.0, 22.0, 27.0, 33.0, 40.0];
const SUMS: &[f32] = &[0.45, 0.6, 0.75, 0.9, 1.05, 1.2, 1.35];

const KNOBS: [Knob<Bars>; 28] = [
    Knob { name: "at_home.score", set: |b, v| b.at_home.score = v, values: SCORES },
    Knob { name: "at_home.sum", set: |b, v| b.at_home.sum = v, values: SUMS },
    Knob { name: "abroad.score", set: |b, v| b.abroad.score = v, values: SCORES },
    Knob { name: "abroad.sum", set: |b, v| b.abroad.sum = v, values: SUMS },
    Knob { name: "beside_route.score", set: |b, v| b.beside_route.score = v, values: SCORES },
    Knob { name: "beside_route.sum", set: |b, v| b.beside_route.sum = v, values: SUMS },
    Knob { name: "beside_end.score", set: |b, v| b.beside_end.score = v, values: SCORES },
    Knob { name: "beside_end.sum", set: |b, v| b.beside_end.sum = v, values: SUMS },
    Knob { name: "beside_outside.score", set: |b, v| b.beside_outside.score = v, values: SCORES },
    Knob { name: "beside_outside.sum", set: |b, v| b.beside_outside.sum = v, values: SUMS },
    Knob { name: "part.score", set: |b, v| b.part.score = v, values: SCORES },
    Knob { name: "part.sum", set: |b, v| b.part.sum = v, values: SUMS },
    Knob { name: "outside.score", set: |b, v| b.outside.score = v, values: SCORES },
    Knob { name: "outside.sum", set: |b, v| b.outside.sum = v, values: SUMS },
    Knob { name: "look_up.score", set: |b, v| b.look_up.score = v, values: SCORES },
    Knob { name: "look_up.sum", set: |b, v| b.look_up.sum = v, values: SUMS },
    Knob { name: "transfer.score", set: |b, v| b.transfer.score = v, values: SCORES },
    Knob { name: "transfer.sum", set: |b, v| b.transfer.sum = v, values: SUMS },
    Knob { name: "safer", set: |b, v| b.safer = v, values: &[0.7, 0.85, 0.95, 1.05, 1.2] },
    Knob { name: "outside_like", set: |b, v| b.outside_like = v, values: &[0.5, 0.65, 0.75, 0.85, 1.0, 1.2] },
    Knob { name: "outside_league", set: |b, v| b.outside_league = v, values: &[0.8, 1.0, 1.2, 1.5] },
    Knob { name: "outside_by_far", set: |b, v| b.outside_by_far = v, values: &[1.0, 1.2, 1.5, 1.8, 2.2] },
    Knob { name: "look_up_like", set: |b, v| b.look_up_like = v, values: &[0.5, 0.65, 0.75, 0.85, 1.0, 1.2] },
    Knob { name: "transfer_like", set: |b, v| b.transfer_like = v, values: &[0.4, 0.55, 0.65, 0.75, 0.85, 1.0, 1.2] },
    Knob { name: "least", set: |b, v| b.least = v, values: &[0.05, 0.1, 0.15, 0.2, 0.25, 0.3] },
    Knob { name: "verbatim", set: |b, v| b.verbatim = v, values: &[1.1, 1.2, 1.3, 1.4, 1.5, 1.6] },
    Knob { name: "this_route", set: |b, v| b.this_route = v, values: &[1.0, 1.1, 1.25, 1.4] },
    Knob { name: "other_route", set: |b, v| b.other_route = v, values: &[0.3, 0.5, 0.7, 0.9] },
];

/// What came of each question.
#[derive(Clone, Copy)]
struct Came {
    passed: bool,
    /// Something was answered, and it was wrong.
    wrong: bool,
}

/// Finds the bars, says what to expect of them, and what other bars would mean.
pub(super) fn tune(data: &Data, weights: Weights, folds: bool) {
    let engine = Cell::new(Some(engine()));
    let fold_of: Vec<usize> = data.questions.iter().map(|l| l.asked.fold).collect();
    let judge = |bars: &Bars, counts: &dyn Fn(usize) -> bool| {
        let came = came(data, &engine, weights, bars);
        let of: Vec<Came> = came.into_iter().zip(&fold_of).filter(|(_, fold)| counts(**fold)).map(|(c, _)| c).collect();
        let count = |what: fn(&Came) -> bool| of.iter().filter(|c| what(c)).count() as f64;
        (count(|c| c.passed) - WRONG * count(|c| c.wrong)) / of.len().max(1) as f64
    };
    println!("answering, as it is: {:.4}", judge(&Bars::default(), &|_| true));
    let (found, reached) = search(Bars::default(), &KNOBS, |b| judge(b, &|_| true));
    println!("answering, found on all: {reached:.4}\n{found:#?}");
    curve(data, &engine, weights, found);
    if folds {
        expect("answering", Bars::default(), &KNOBS, judge);
    }
}

/// The curve of the bars as they are.
pub(super) fn curve_as_it_is(data: &Data) {
    curve(data, &Cell::new(Some(engine())), Weights::default(), Bars::default());
}

/// How much is answered and how much of it is wrong, by how high the bars are.
fn curve(data: &Data, engine: &Cell<Option<Engine>>, weights: Weights, bars: Bars) {
    println!("| bars × | answered | of it wrong | all that pass |\n|---|---|---|---|");
    for factor in [0.0, 0.4, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.0] {
        let mut bars = bars;
        for bar in [&mut bars.at_home, &mut bars.abroad] {
            bar.score *= factor;
            bar.sum *= factor;
        }
        let came = came(data, engine, weights, &bars);
        let asks = |kind: Kind| matches!(kind, Kind::Answer | Kind::OutOfScope);
        let of = || came.iter().zip(&data.questions).filter(|(_, l)| asks(l.question.kind));
        let all = of().count();
        let wrong = of().filter(|(c, _)| c.wrong).count();
        let right = of().filter(|(c, l)| c.passed && l.question.kind == Kind::Answer).count();
        let passed = came.iter().filter(|c| c.passed).count();
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "| {factor:.1} | {:.1} % | {:.1} % | {:.1} % |",
            percent(right + wrong, all),
            percent(wrong, right + wrong),
            percent(passed, came.len())
        );
    }
}

fn came(data: &Data, engine: &Cell<Option<Engine>>, weights: Weights, bars: &Bars) -> Vec<Came> {
    let engine_here = Arc::new(engine.take().unwrap().tuned(weights, *bars));
    let now = DateTime::parse_from_rfc3339(NOW).unwrap();
    let all = |questions: &[Labelled]| -> Vec<Came> {
        let assistant = Assistant::new(Arc::clone(&engine_here), Store::in_memory().unwrap());
        let users = (0..).map(|number: usize| number.to_string());
        let all = questions.iter().zip(users).map(|(labelled, user)| {
            let said = evaluation::ask(&assistant, &user, &labelled.question, now).unwrap();
            let score = Score::of(&labelled.question, &said);
            let passed = score.passed();
            Came { passed, wrong: !passed && score.said == Some(Kind::Answer) }
        });
        all.collect()
    };
    let (one, other) = data.questions.split_at(data.questions.len() / 2);
    let came = std::thread::scope(|scope| {
        let one = scope.spawn(|| all(one));
        let other = all(other);
        let mut came = one.join().unwrap();
        came.extend(other);
        came
    });
    engine.set(Arc::into_inner(engine_here));
    came
}
