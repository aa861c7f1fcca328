//! The labelled questions written otherwise: how many of them are still answered as labelled.

use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::evaluation::{Question, Score, Share};

use super::engine;
use super::perturb::{WAYS, Writer};
use super::sets::{Asked, ask, asked, by_file};

/// The bar for each way of writing: how many pass, in per cent of those of the same questions that pass as they stand.
const KEPT: usize = 90;
/// How many examples of each way are shown.
const EXAMPLES: usize = 3;
/// What chance follows from.
const SEED: u64 = 20_261_121;

/// A question written otherwise.
struct Rewritten {
    original: &'static Asked,
    question: Question,
}

/// Every question in one other way, as far as it applies.
fn rewritten(writer: &Writer, way: usize) -> Vec<Rewritten> {
    let one = |(number, original): (u64, &'static Asked)| {
        // From the way and the place in its own file, so that one set does not change another.
        let mut random = StdRng::seed_from_u64(SEED + 1_000_000 * way as u64 + number);
        let text = WAYS[way].1(writer, &original.question.text, &mut random)?;
        Some(Rewritten { original, question: Question { text, ..original.question.clone() } })
    };
    by_file().flat_map(|(_, asked)| (0..).zip(asked).filter_map(one).collect::<Vec<_>>()).collect()
}

#[test]
fn other_ways_of_writing_lose_little() {
    println!("seed {SEED}; {} questions", asked().len());
    let writer = Writer::new(engine());
    let (mut table, mut lost, mut low) = (Vec::new(), Vec::new(), Vec::new());
    for (way, (name, _)) in WAYS.iter().enumerate() {
        let rewritten = rewritten(&writer, way);
        let questions: Vec<Question> = rewritten.iter().map(|r| r.question.clone()).collect();
        let (mut plain, mut still) = (Share::default(), Share::default());
        for (Rewritten { original, question }, said) in rewritten.iter().zip(ask(&questions)) {
            let score = Score::of(question, &said);
            plain.count(original.passed());
            still.count(score.passed());
            if original.passed() && !score.passed() {
                let why = score.why(question, &said).join("; ");
                lost.push(format!(
                    "{name}: {} {}\n    from {}\n    {why}",
                    question.id, question.text, original.question.text
                ));
            }
        }
        for example in rewritten.iter().take(EXAMPLES) {
            println!("{name}: {} → {}", example.original.question.text, example.question.text);
        }
        let kept = Share { right: still.right, of: plain.right };
        table.push(format!("{name:<18} {still:<19} as they stand {plain:<19} kept {kept}"));
        if still.right * 100 < plain.right * KEPT {
            low.push(*name);
        }
    }
    println!("fail newly:\n{}\n\n{}", lost.join("\n"), table.join("\n"));
    assert!(low.is_empty(), "fewer than {KEPT} % are kept: {low:?}");
}
