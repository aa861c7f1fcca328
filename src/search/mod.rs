//! Finding the entry or statement that answers a question, and deciding not to answer.
//!
//! A tantivy index in memory, built at start, with one document for each entry and all ways of asking it, each statement
//! of routes and cases, and each example of what is no question. A query is built from tokens; what a member types is
//! never given to a query parser. Scores of different questions cannot be compared, so whether to answer is decided by how
//! much of what was asked is covered.

mod corpus;
mod explain;
mod features;
mod index;
mod terms;
mod weights;

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};
use tantivy::TantivyError;

use corpus::{About, Document, abouts, documents};
pub use corpus::{Context, Target};
pub use explain::{Brought, Explained, Explainer};
use features::Cut;
pub use features::{Features, Pair};
use index::{Clause, Index, Texts, Where};
use terms::{Numbers, Places, Vocabulary, Word};
pub use weights::Weights;

use crate::knowledge::Knowledge;
use crate::language::segment::{Segmenter, Token, Weight};

/// How many documents are looked at.
const LOOKED_AT: usize = 40;
/// So many pairs are looked for by their sound: a message has a few wrong letters, and a wall of them finds nothing.
const ALIKE: usize = 100;

/// A candidate answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// What was found.
    #[serde(rename = "id", serialize_with = "by_id")]
    pub target: Target,
    /// For ordering candidates of one question; not comparable between questions.
    pub score: f32,
    /// The share of the question's information that the target covers, 0 to 1.
    pub coverage: f32,
    /// The share of the best phrasing's information that the question covers, 0 to 1.
    pub fit: f32,
}

fn by_id<S: Serializer>(target: &Target, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(target.id())
}

/// The index.
pub struct Search {
    index: Index,
    numbers: Numbers,
    /// Every word of every text once,
    words: Vec<Word>,
    /// what it says and how rare it is,
    says: Vec<(Weight, f32)>,
    /// and where it is found.
    places: Places,
    informations: Informations,
    /// In the order of the index.
    documents: Vec<Indexed>,
    targets: Vec<Aim>,
    weights: Weights,
    /// The words of all texts as they are written, the most frequent first; until they are taken.
    written: Vec<String>,
}

/// What everything weighs by the weights.
struct Informations {
    /// Every word,
    words: Vec<f32>,
    /// and every text, in the order of the documents.
    texts: Vec<f32>,
}

/// A document as it is compared with a question.
struct Indexed {
    /// Its target, by place.
    target: usize,
    /// The number of its first text among all.
    first: usize,
    /// The words of its texts that say something, by place, one text behind the other,
    words: Box<[u32]>,
    /// and where each text ends.
    ends: Box<[usize]>,
}

impl Indexed {
    /// The words of each text.
    fn texts(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.words[*start..*end])
    }

    /// The share of each text's information that is asked for.
    fn fits(&self, informations: &Informations, asked_for: &[f32]) -> impl Iterator<Item = f32> {
        let totals = &informations.texts[self.first..];
        self.texts().zip(totals).map(|(text, total)| if *total == 0.0 { 0.0 } else { sum(text, asked_for) / total })
    }
}

/// A target as it is compared with a question.
struct Aim {
    target: Target,
    says: Vocabulary,
    about: About,
}

impl Search {
    /// Indexes everything that can be asked for.
    pub fn build(known: &Knowledge, segmenter: &Segmenter) -> Result<Self, TantivyError> {
        Self::build_without(known, segmenter, &[])
    }

    /// The same without some phrasings: for measuring how much an answer depends on them.
    pub fn build_without(known: &Knowledge, segmenter: &Segmenter, left_out: &[String]) -> Result<Self, TantivyError> {
        let mut documents = documents(known);
        if !left_out.is_empty() {
            documents.iter_mut().for_each(|d| d.texts.retain(|text| !left_out.contains(text)));
        }
        Self::of(&documents, abouts(known), segmenter)
    }

    /// Pairs are given to tantivy while documents are cut, then words while they are numbered, so that no core waits.
    fn of(documents: &[Document], abouts: HashMap<Target, About>, segmenter: &Segmenter) -> Result<Self, TantivyError> {
        const FILLED: &str = "filling an index does not panic";
        let (words, pairs, numbered) = std::thread::scope(|scope| {
            let pairs = scope.spawn(|| Texts::pairs(documents));
            let cut = cut(documents, segmenter);
            let (words, numbered) = std::thread::scope(|scope| {
                let words = scope.spawn(|| Texts::words(&cut));
                let numbered = Numbered::of(documents, &cut, abouts);
                (words.join().expect(FILLED), numbered)
            });
            (words, pairs.join().expect(FILLED), numbered)
        });
        let index = Index::of(documents.len(), words?, pairs?);
        let Numbered { numbers, words, says, written, places, documents, targets } = numbered;
        let (informations, weights) = (Informations { words: Vec::new(), texts: Vec::new() }, Weights::default());
        let search = Self { index, numbers, words, says, informations, places, documents, targets, weights, written };
        Ok(search.weighing(weights))
    }

    /// The words of all texts as they are written, the most frequent first; to be taken once.
    pub fn take_vocabulary(&mut self) -> Vec<String> {
        std::mem::take(&mut self.written)
    }

    /// What everything weighs here.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The same with other weights.
    #[must_use]
    pub fn weighing(self, weights: Weights) -> Self {
        Self { informations: self.informations(&weights), weights, ..self }
    }

    /// The candidates for a question, best first, each target once.
    pub fn find(&self, question: &Features, context: &Context) -> Result<Vec<Hit>, TantivyError> {
        self.find_with(&self.weights, &self.informations, question, context)
    }

    /// The same by other weights, for finding better ones.
    pub fn find_by(&self, weights: &Weights, question: &Features, context: &Context) -> Result<Vec<Hit>, TantivyError> {
        self.find_with(weights, &self.informations(weights), question, context)
    }

    fn informations(&self, weights: &Weights) -> Informations {
        let words: Vec<f32> = self.says.iter().map(|(says, rare)| weights.of(*says, *rare).unwrap_or(0.0)).collect();
        let texts = self.documents.iter().flat_map(Indexed::texts);
        Informations { texts: texts.map(|text| sum(text, &words)).collect(), words }
    }

    fn find_with(
        &self,
        weights: &Weights,
        informations: &Informations,
        question: &Features,
        context: &Context,
    ) -> Result<Vec<Hit>, TantivyError> {
        let found = self.nearest(question, weights)?;
        let asked = self.numbers.vocabulary(question);
        let words = question.tokens.iter().filter_map(|token| {
            Some((self.numbers.asked(token), weights.of(token.weight, self.numbers.rarity(&token.word))?))
        });
        let words: Vec<(Word, f32)> = words.collect();
        let there = self.asked_for(&asked, informations);
        let mut hits: Vec<(usize, Hit)> = Vec::new();
        for (score, at) in found {
            let document = &self.documents[at];
            let fit = document.fits(informations, &there).fold(0.0, f32::max);
            match hits.iter_mut().find(|(target, _)| *target == document.target) {
                Some((_, hit)) => {
                    hit.score += weights.further * score;
                    hit.fit = hit.fit.max(fit);
                }
                None => {
                    let Aim { target, says, .. } = &self.targets[document.target];
                    let coverage = share(words.iter().map(|(word, weight)| (*weight, says.has(word))));
                    let target = target.clone();
                    hits.push((document.target, Hit { target, score, coverage, fit }));
                }
            }
        }
        for (target, hit) in &mut hits {
            let Weights { by_coverage, by_fit, .. } = *weights;
            hit.score *= 1.0 - by_coverage + by_coverage * hit.coverage;
            hit.score *= 1.0 - by_fit + by_fit * hit.fit;
            hit.score *= self.targets[*target].about.suits(context, weights);
        }
        hits.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        Ok(hits.into_iter().map(|(_, hit)| hit).collect())
    }

    /// How much of the information of each word is asked for.
    fn asked_for(&self, asked: &Vocabulary, informations: &Informations) -> Vec<f32> {
        let mut there = self.places.there(asked, &self.words);
        there.iter_mut().zip(&informations.words).for_each(|(there, information)| *there *= information);
        there
    }

    /// Which text of a document has most of its information asked for.
    fn nearest_text(&self, question: &Features, document: usize) -> Option<usize> {
        let there = self.asked_for(&self.numbers.vocabulary(question), &self.informations);
        let fits = self.documents.get(document)?.fits(&self.informations, &there).enumerate();
        fits.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    }

    /// Does any text have this word? What says nothing of the field, such as a name, it does not.
    pub fn knows(&self, token: &Token) -> bool {
        self.numbers.has(&token.word)
    }

    /// Does any text have this word?
    pub fn has(&self, word: &str) -> bool {
        self.numbers.has(word)
    }

    /// What a word weighs: how rare it is in the knowledge, and less where it belongs to every transfer; 0 for one that
    /// says nothing.
    pub fn rarity(&self, token: &Token) -> f32 {
        self.weights.of(token.weight, self.numbers.rarity(&token.word)).unwrap_or(0.0)
    }

    /// The bare query, without judging what it finds: the least that answering could cost, for the benches.
    pub fn query(&self, question: &Features) -> Result<usize, TantivyError> {
        self.nearest(question, &self.weights).map(|found| found.len())
    }

    fn nearest(&self, question: &Features, weights: &Weights) -> Result<Vec<(f32, usize)>, TantivyError> {
        self.index.best(&self.clauses(question, weights), LOOKED_AT)
    }

    fn clauses(&self, question: &Features, weights: &Weights) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let mut add = |at, text, boost| clauses.push(Clause { at, text, boost });
        // What no text has finds none.
        for token in question.tokens.iter().filter(|token| self.numbers.has(&token.word)) {
            match token.weight {
                Weight::Stop => {}
                Weight::Common => add(Where::Words, token.word.clone(), weights.common),
                Weight::Informative => add(Where::Words, token.word.clone(), 1.0),
            }
        }
        let (known, unknown): (Vec<Pair>, Vec<Pair>) = question.pairs.iter().partition(|p| self.numbers.has_pair(**p));
        known.iter().for_each(|pair| add(Where::Pairs, String::from_iter(pair), weights.pairs));
        // A pair that no text has may be those that sound like it.
        let alike = unknown.iter().flat_map(|pair| self.numbers.alike(*pair)).take(ALIKE);
        alike.for_each(|pair| add(Where::Pairs, String::from_iter(pair), weights.sounds));
        clauses
    }
}

/// Documents and targets in numbers, and all that follows from them while tantivy is at work.
struct Numbered {
    numbers: Numbers,
    words: Vec<Word>,
    says: Vec<(Weight, f32)>,
    written: Vec<String>,
    places: Places,
    documents: Vec<Indexed>,
    targets: Vec<Aim>,
}

impl Numbered {
    fn of(documents: &[Document], cut: &[Vec<Cut<'_>>], mut abouts: HashMap<Target, About>) -> Self {
        let mut numbers = Numbers::default();
        // Every word that says something, once for each way of writing it.
        let (mut words, mut at_place) = (Vec::new(), FxHashMap::<&str, u32>::default());
        let (mut targets, mut aims): (Vec<Aim>, HashMap<&Target, usize>) = (Vec::new(), HashMap::new());
        let (mut indexed, mut first) = (Vec::with_capacity(documents.len()), 0);
        for (Document { target, .. }, texts) in documents.iter().zip(cut) {
            let at = *aims.entry(target).or_insert_with(|| {
                let about = abouts.remove(target).unwrap_or_else(|| About::of(target));
                targets.push(Aim { target: target.clone(), says: Vocabulary::default(), about });
                targets.len() - 1
            });
            let (mut numbered, mut ends) = (Vec::new(), Vec::with_capacity(texts.len()));
            for text in texts {
                numbers.add(&mut targets[at].says, text);
                let says = text.words.iter().filter(|word| word.weight > Weight::Stop);
                let places = says.map(|word| {
                    *at_place.entry(word.written).or_insert_with(|| {
                        words.push(*word);
                        (words.len() - 1) as u32
                    })
                });
                numbered.extend(places);
                ends.push(numbered.len());
            }
            indexed.push(Indexed { target: at, first, words: numbered.into(), ends: ends.into() });
            first += texts.len();
        }
        targets.iter_mut().for_each(|aim| numbers.settle(&mut aim.says));
        let says: Vec<(Weight, f32)> = words.iter().map(|w| (w.weight, numbers.rarity(w.word))).collect();
        let mut written: Vec<(f32, &str)> = says.iter().zip(&words).map(|((_, rare), w)| (*rare, w.written)).collect();
        written.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        let written = written.into_iter().map(|(_, word)| word.to_owned()).collect();
        let words: Vec<Word> = words.iter().map(|w| numbers.word(w.word, w.written)).collect();
        let places = numbers.places(&words);
        Self { numbers, words, says, written, places, documents: indexed, targets }
    }
}

/// Cuts all texts into words, on two threads.
fn cut<'d>(documents: &'d [Document], segmenter: &'d Segmenter) -> Vec<Vec<Cut<'d>>> {
    let all = |documents: &'d [Document]| -> Vec<Vec<Cut<'d>>> {
        documents.iter().map(|d| d.texts.iter().map(|text| Cut::of(segmenter, text)).collect()).collect()
    };
    // Entries come first and are most of it.
    let total: usize = documents.iter().map(|d| d.texts.len()).sum();
    let mut seen = 0;
    let half = documents.iter().take_while(|d| {
        seen += d.texts.len();
        2 * seen <= total
    });
    let (one, other) = documents.split_at(half.count());
    std::thread::scope(|scope| {
        let one = scope.spawn(|| all(one));
        let other = all(other);
        let mut cut = one.join().expect("cutting does not panic");
        cut.extend(other);
        cut
    })
}

/// The sum of what the words of a text weigh.
fn sum(text: &[u32], weighs: &[f32]) -> f32 {
    text.iter().map(|place| weighs[*place as usize]).sum()
}

/// The share of the information that is there, of words as (weight, how far it is there).
fn share(words: impl Iterator<Item = (f32, f32)>) -> f32 {
    let (mut covered, mut total) = (0.0, 0.0);
    for (weight, there) in words {
        total += weight;
        covered += weight * there;
    }
    if total == 0.0 { 0.0 } else { covered / total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::files::Files;
    use crate::knowledge::problem::Problems;
    use crate::language::segment::Words;

    #[test]
    fn a_wall_of_wrong_letters_asks_for_few_sounds() {
        let files = Files::of_folder(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge"))
            .expect("the knowledge");
        let problems = Problems::default();
        let (known, segmenter) = (Knowledge::load(&files, &problems), Segmenter::new(Words::load(&files, &problems)));
        let search = Search::build(&known, &segmenter).expect("an index");
        let asked = |text: &str| {
            let question = Features::of(&segmenter, text);
            let said = question.tokens.len() + question.pairs.iter().filter(|p| search.numbers.has_pair(**p)).count();
            let clauses = search.clauses(&question, &search.weights).len();
            (said, clauses)
        };
        let (said, clauses) = asked("专接");
        assert!(clauses > said, "what sounds like 转接 is looked for");
        let (said, clauses) = asked(&"专砖湍抟馆惯".repeat(300));
        assert!(clauses <= said + ALIKE, "{clauses} of {said}");
    }
}
