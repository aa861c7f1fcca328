//! The weights of the search: the right candidate is to stand first.

use zhuanjie::evaluation::rank::Candidates;
use zhuanjie::reply::Kind;
use zhuanjie::search::{Hit, Search, Weights};

use super::data::{Asked, Data, Labelled, Phrasing};
use super::{Knob, expect, search};

const KNOBS: [Knob<Weights>; 15] = [
    Knob { name: "pairs", set: |w, v| w.pairs = v, values: &[0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8] },
    Knob { name: "sounds", set: |w, v| w.sounds = v, values: &[0.0, 0.05, 0.1, 0.15, 0.2, 0.3] },
    Knob { name: "common", set: |w, v| w.common = v, values: &[0.2, 0.35, 0.5, 0.7, 0.85, 1.0] },
    Knob { name: "common_covered", set: |w, v| w.common_covered = v, values: &[0.1, 0.2, 0.3, 0.4, 0.55, 0.7, 1.0] },
    Knob { name: "most", set: |w, v| w.most = v, values: &[3.5, 4.5, 5.5, 6.5, 8.0] },
    Knob { name: "further", set: |w, v| w.further = v, values: &[0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4] },
    Knob { name: "by_coverage", set: |w, v| w.by_coverage = v, values: &[0.0, 0.2, 0.4, 0.5, 0.6, 0.75, 0.9] },
    Knob { name: "by_fit", set: |w, v| w.by_fit = v, values: &[0.0, 0.15, 0.3, 0.45, 0.6, 0.8] },
    Knob { name: "statement", set: |w, v| w.statement = v, values: &[0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0] },
    Knob { name: "example", set: |w, v| w.example = v, values: &[0.7, 0.85, 1.0, 1.1, 1.2, 1.35, 1.5] },
    Knob { name: "this_system", set: |w, v| w.this_system = v, values: &[1.0, 1.1, 1.2, 1.35, 1.5] },
    Knob { name: "other_system", set: |w, v| w.other_system = v, values: &[0.3, 0.4, 0.5, 0.6, 0.7, 0.8] },
    Knob { name: "unnamed_system", set: |w, v| w.unnamed_system = v, values: &[0.6, 0.7, 0.8, 0.9, 1.0] },
    Knob { name: "this_case", set: |w, v| w.this_case = v, values: &[1.0, 1.2, 1.5, 1.8] },
    Knob { name: "other_case", set: |w, v| w.other_case = v, values: &[0.3, 0.45, 0.6, 0.8, 1.0] },
];

/// Finds the weights, and says what to expect of them.
pub(super) fn tune(data: &Data, folds: bool) -> Weights {
    let candidates = Candidates::of(&data.engine.known);
    let judge = |weights: &Weights, counts: &dyn Fn(usize) -> bool| judge(data, &candidates, weights, counts);
    println!("ranking, as it is: {:.4}", judge(&Weights::default(), &|_| true));
    let (found, reached) = search(Weights::default(), &KNOBS, |w| judge(w, &|_| true));
    println!("ranking, found on all: {reached:.4}\n{found:#?}");
    if folds {
        expect("ranking", Weights::default(), &KNOBS, judge);
    }
    found
}

/// The mean reciprocal rank of what is right: labelled questions and left-out phrasings count half each.
fn judge(data: &Data, candidates: &Candidates<'_>, weights: &Weights, counts: &dyn Fn(usize) -> bool) -> f64 {
    let labelled = data.questions.iter().filter(|l| counts(l.asked.fold) && l.question.before.is_empty());
    let labelled = labelled.filter(|l| l.wants.is_some() || l.question.kind == Kind::Answer);
    let labelled = labelled.map(|l| of_labelled(data, candidates, weights, l));
    let phrasings = data.phrasings.iter().filter(|p| counts(p.asked.fold)).map(|p| of_phrasing(data, weights, p));
    let mean = |all: Vec<f64>| all.iter().sum::<f64>() / all.len().max(1) as f64;
    (mean(labelled.collect()) + mean(phrasings.collect())) / 2.0
}

fn find(search: &Search, weights: &Weights, asked: &Asked) -> Vec<Hit> {
    search.find_by(weights, &asked.features, &asked.context).unwrap()
}

fn of_labelled(data: &Data, candidates: &Candidates<'_>, weights: &Weights, labelled: &Labelled) -> f64 {
    let hits = find(&data.engine.search, weights, &labelled.asked);
    let place = match labelled.wants {
        Some(wants) => hits.iter().position(|hit| hit.target.purpose().is_some_and(wants)).map(|at| at + 1),
        None => candidates.rank(&labelled.question, &hits),
    };
    place.map_or(0.0, |place| 1.0 / place as f64)
}

fn of_phrasing(data: &Data, weights: &Weights, phrasing: &Phrasing) -> f64 {
    let hits = find(&data.without, weights, &phrasing.asked);
    let place = hits.iter().position(|hit| hit.target.id() == phrasing.entry);
    place.map_or(0.0, |at| 1.0 / (at + 1) as f64)
}
