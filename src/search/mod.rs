//! Finding the entry or statement that answers a question, and deciding not to answer.
//!
//! A tantivy index in memory, built at start over every phrasing of every entry and over every statement of routes and
//! cases. A query is built from tokens; what a member types is never given to a query parser. Scores of different
//! questions cannot be compared, so whether to answer is decided by how much of what was asked is covered.

mod corpus;
mod explain;
mod features;
mod terms;
mod weights;

use std::collections::HashMap;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{DocAddress, Index, IndexReader, Searcher, TantivyDocument, TantivyError, Term};

use corpus::{About, Passage, abouts, passages};
pub use corpus::{Context, Target};
pub use explain::{Brought, Explained, Explainer};
pub use features::Features;
use terms::{Numbers, Vocabulary, Word};
pub use weights::Weights;

use crate::knowledge::Knowledge;
use crate::language::segment::{Segmenter, Token, Weight};

/// How many passages are looked at.
const LOOKED_AT: usize = 40;
/// Memory of the one-time index writer, in bytes: the least that tantivy takes.
const WRITER_MEMORY: usize = 15_000_000;
/// A candidate answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What was found.
    pub target: Target,
    /// For ordering candidates of one question; not comparable between questions.
    pub score: f32,
    /// The share of the question's information that the target covers, 0 to 1.
    pub coverage: f32,
    /// The share of the best phrasing's information that the question covers, 0 to 1.
    pub fit: f32,
}

/// The index.
pub struct Search {
    reader: IndexReader,
    fields: Fields,
    numbers: Numbers,
    /// Every word of every passage once, with what it says and how rare it is.
    words: Vec<(Word, Weight, f32)>,
    passages: Vec<Indexed>,
    targets: Vec<Aim>,
    weights: Weights,
    /// The words of all passages as they are written, the most frequent first; until they are taken.
    written: Vec<String>,
}

/// A passage as it is compared with a question.
struct Indexed {
    /// Its target, by place.
    target: usize,
    /// Its words that say something, by place.
    words: Vec<usize>,
    /// It answers; otherwise it asks.
    answers: bool,
    /// Tells its text from others.
    text: u64,
}

/// A target as it is compared with a question.
struct Aim {
    target: Target,
    says: Vocabulary,
    about: About,
}

#[derive(Clone, Copy)]
struct Fields {
    words: Field,
    grams: Field,
    sounds: Field,
}

impl Search {
    /// Indexes everything that can be asked for.
    pub fn build(known: &Knowledge, segmenter: &Segmenter) -> Result<Self, TantivyError> {
        Self::of(passages(known), abouts(known), segmenter)
    }

    /// The same without one phrasing of an entry: for measuring how much an answer depends on it.
    pub fn build_without(known: &Knowledge, segmenter: &Segmenter, left_out: &[String]) -> Result<Self, TantivyError> {
        let mut passages = passages(known);
        passages.retain(|p| !left_out.contains(&p.text));
        Self::of(passages, abouts(known), segmenter)
    }

    /// Passages are cut, then given to tantivy on one thread and numbered on another.
    fn of(
        mut passages: Vec<Passage>,
        abouts: HashMap<Target, About>,
        segmenter: &Segmenter,
    ) -> Result<Self, TantivyError> {
        cut(&mut passages, segmenter);
        let (indexed, numbered) = std::thread::scope(|scope| {
            let indexed = scope.spawn(|| fill(&passages));
            let numbered = Numbered::of(&passages, abouts);
            (indexed.join().expect("filling an index does not panic"), numbered)
        });
        let (reader, fields) = indexed?;
        let searcher = reader.searcher();
        let Numbered { numbers, words, passages, targets } = numbered;
        let mut written: Vec<(f32, &str)> =
            words.iter().map(|(_, t)| (rarity(t, &searcher, fields.words), t.written.as_str())).collect();
        written.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        let written = written.into_iter().map(|(_, word)| word.to_owned()).collect();
        let words = words.into_iter().map(|(word, token)| (word, token.weight, rarity(token, &searcher, fields.words)));
        Ok(Self {
            written,
            reader,
            fields,
            numbers,
            words: words.collect(),
            passages,
            targets,
            weights: Weights::default(),
        })
    }

    /// The words of all passages as they are written, the most frequent first; to be taken once.
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
        Self { weights, ..self }
    }

    /// The candidates for a question, best first, each target once.
    pub fn find(&self, question: &Features, context: &Context) -> Result<Vec<Hit>, TantivyError> {
        self.find_by(&self.weights, question, context, "")
    }

    /// The same by other weights and without one passage, for finding better weights.
    pub fn find_by(
        &self,
        weights: &Weights,
        question: &Features,
        context: &Context,
        without: &str,
    ) -> Result<Vec<Hit>, TantivyError> {
        let searcher = self.reader.searcher();
        let found = self.nearest(&searcher, question, weights)?;
        let asked = self.numbers.vocabulary(question);
        let words: Vec<(Word, f32)> = question
            .tokens
            .iter()
            .filter_map(|t| {
                Some((self.numbers.word(t), weights.of(t.weight, rarity(t, &searcher, self.fields.words))?))
            })
            .collect();
        // Passages share most of their words; each is looked for once.
        let mut there: Vec<Option<f32>> = vec![None; self.words.len()];
        let mut hits: Vec<(usize, Hit)> = Vec::new();
        for (score, address) in found {
            // One segment, filled in order: a document's number is its passage's.
            let Some(passage) = self.passages.get(address.doc_id as usize) else { continue };
            if !without.is_empty() && passage.text == hash(without) {
                continue;
            }
            let fit = share(passage.words.iter().map(|place| {
                let (word, says, rare) = &self.words[*place];
                let weight = weights.of(*says, *rare).unwrap_or(0.0);
                (weight, *there[*place].get_or_insert_with(|| asked.has(word)))
            }));
            let score = if passage.answers { score * weights.answer } else { score };
            match hits.iter_mut().find(|(target, _)| *target == passage.target) {
                Some((_, hit)) => {
                    hit.score += weights.further * score;
                    hit.fit = hit.fit.max(fit);
                }
                None => {
                    let Aim { target, says, .. } = &self.targets[passage.target];
                    let coverage = share(words.iter().map(|(word, weight)| (*weight, says.has(word))));
                    hits.push((passage.target, Hit { target: target.clone(), score, coverage, fit }));
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

    /// Does any passage have this word? What says nothing of the field, such as a name, it does not.
    pub fn knows(&self, token: &Token) -> bool {
        self.numbers.has(&token.word)
    }

    /// Does any passage have this word?
    pub fn has(&self, word: &str) -> bool {
        self.numbers.has(word)
    }

    /// What a word weighs: how rare it is in the knowledge, and less where it belongs to every transfer; 0 for one that
    /// says nothing.
    pub fn rarity(&self, token: &Token) -> f32 {
        self.weights.of(token.weight, rarity(token, &self.reader.searcher(), self.fields.words)).unwrap_or(0.0)
    }

    /// The bare query, without judging what it finds: the least that answering could cost, for the benches.
    pub fn query(&self, question: &Features) -> Result<usize, TantivyError> {
        self.nearest(&self.reader.searcher(), question, &self.weights).map(|found| found.len())
    }

    fn nearest(
        &self,
        searcher: &Searcher,
        question: &Features,
        weights: &Weights,
    ) -> Result<Vec<(f32, DocAddress)>, TantivyError> {
        let query = BooleanQuery::new(self.clauses(question, weights));
        searcher.search(&query, &TopDocs::with_limit(LOOKED_AT).order_by_score())
    }

    fn clauses(&self, question: &Features, weights: &Weights) -> Vec<(Occur, Box<dyn Query>)> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut add = |field: Field, text: &str, boost: f32| {
            let term = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs);
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost))));
        };
        // What no passage has finds none; a pair that some passage has needs no sound.
        for token in question.tokens.iter().filter(|token| self.numbers.has(&token.word)) {
            match token.weight {
                Weight::Stop => {}
                Weight::Common => add(self.fields.words, &token.word, weights.common),
                Weight::Informative => add(self.fields.words, &token.word, 1.0),
            }
        }
        let (known, unknown): (Vec<_>, Vec<_>) =
            question.grams.iter().zip(question.sounds.iter()).partition(|(gram, _)| self.numbers.has_pair(gram));
        known.iter().for_each(|(gram, _)| add(self.fields.grams, gram, weights.grams));
        let sounds = unknown.iter().filter(|(_, sound)| self.numbers.has_sound(sound));
        sounds.for_each(|(_, sound)| add(self.fields.sounds, sound, weights.sounds));
        clauses
    }
}

/// Tantivy's index of all passages, one document each, in order.
fn fill(passages: &[Passage]) -> Result<(IndexReader, Fields), TantivyError> {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_fieldnorms(true)
        .set_index_option(IndexRecordOption::WithFreqs);
    let options = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        words: schema.add_text_field("words", options.clone()),
        grams: schema.add_text_field("grams", options.clone()),
        sounds: schema.add_text_field("sounds", options),
    };
    let mut writer = Index::builder()
        .schema(schema.build())
        .single_segment_index_writer(tantivy::directory::RamDirectory::create(), WRITER_MEMORY)?;
    for Passage { features, .. } in passages {
        let mut document = TantivyDocument::default();
        document.add_text(fields.words, features.words().join(" "));
        document.add_text(fields.grams, features.grams.text());
        document.add_text(fields.sounds, features.sounds.text());
        writer.add_document(document)?;
    }
    Ok((writer.finalize()?.reader()?, fields))
}

/// Passages and targets in numbers.
struct Numbered<'p> {
    numbers: Numbers,
    /// Every word that says something, once, with the first token that is it.
    words: Vec<(Word, &'p Token)>,
    passages: Vec<Indexed>,
    targets: Vec<Aim>,
}

impl<'p> Numbered<'p> {
    fn of(from: &'p [Passage], mut abouts: HashMap<Target, About>) -> Self {
        let mut numbers = Numbers::default();
        let (mut words, mut places) = (Vec::new(), HashMap::<&str, usize>::new());
        let (mut targets, mut aims): (Vec<Aim>, HashMap<&Target, usize>) = (Vec::new(), HashMap::new());
        let mut passages = Vec::with_capacity(from.len());
        for Passage { target, text, features, answers } in from {
            let at = *aims.entry(target).or_insert_with(|| {
                let about = abouts.remove(target).unwrap_or_else(|| About::of(target));
                targets.push(Aim { target: target.clone(), says: Vocabulary::default(), about });
                targets.len() - 1
            });
            numbers.add(&mut targets[at].says, features);
            let says = features.tokens.iter().filter(|token| token.weight > Weight::Stop);
            let said = says.map(|token| {
                *places.entry(&token.written).or_insert_with(|| {
                    words.push((numbers.add_word(token), token));
                    words.len() - 1
                })
            });
            passages.push(Indexed { target: at, words: said.collect(), answers: *answers, text: hash(text) });
        }
        targets.iter_mut().for_each(|aim| aim.says.sort());
        Self { numbers, words, passages, targets }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    std::hash::Hash::hash(text, &mut hasher);
    std::hash::Hasher::finish(&hasher)
}

/// Cuts all passages into words, on two threads.
fn cut(passages: &mut [Passage], segmenter: &Segmenter) {
    let all =
        |passages: &mut [Passage]| passages.iter_mut().for_each(|p| p.features = Features::of(segmenter, &p.text));
    let (one, other) = passages.split_at_mut(passages.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| all(one));
        all(other);
    });
}

/// How rare a word is among the passages.
fn rarity(token: &Token, searcher: &Searcher, field: Field) -> f32 {
    let term = Term::from_field_text(field, &token.word);
    let total = searcher.num_docs() as f32;
    let frequency = searcher.doc_freq(&term).unwrap_or(0) as f32;
    ((total + 1.0) / (frequency + 0.5)).ln()
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
