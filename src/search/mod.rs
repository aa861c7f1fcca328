//! Finding the entry or statement that answers a question, and deciding not to answer.
//!
//! A tantivy index in memory, built at start over every phrasing of every entry and over every statement of routes and
//! cases. A query is built from tokens; what a member types is never given to a query parser. Scores of different
//! questions cannot be compared, so whether to answer is decided by how much of what was asked is covered.

mod corpus;
mod features;

use std::collections::HashMap;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{DocAddress, Index, IndexReader, Searcher, TantivyDocument, TantivyError, Term};

use corpus::{About, Passage, Vocabulary, abouts, passages};
pub use corpus::{Context, Target};
pub use features::Features;

use crate::knowledge::Knowledge;
use crate::language::segment::{Segmenter, Weight};

/// How many passages are looked at.
const LOOKED_AT: usize = 40;
/// Memory of the one-time index writer, in bytes: the least that tantivy takes.
const WRITER_MEMORY: usize = 15_000_000;
/// What fields weigh against each other.
const WORDS: f32 = 1.0;
const GRAMS: f32 = 0.35;
const SOUNDS: f32 = 0.15;
/// What a word of every transfer question weighs against one that says what is asked.
const COMMON: f32 = 0.7;

/// The most that one word can weigh: a word that nothing here has must not decide alone.
const MOST: f32 = 5.5;

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
    passages: Vec<Passage>,
    vocabularies: HashMap<Target, Vocabulary>,
    abouts: HashMap<Target, About>,
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
        Self::of(known, passages(known), segmenter)
    }

    /// The same without one phrasing of an entry: for measuring how much an answer depends on it.
    pub fn build_without(known: &Knowledge, segmenter: &Segmenter, left_out: &[String]) -> Result<Self, TantivyError> {
        let kept = passages(known).into_iter().filter(|p| !left_out.contains(&p.text)).collect();
        Self::of(known, kept, segmenter)
    }

    fn of(known: &Knowledge, mut passages: Vec<Passage>, segmenter: &Segmenter) -> Result<Self, TantivyError> {
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
        let mut vocabularies: HashMap<Target, Vocabulary> = HashMap::new();
        for passage in &mut passages {
            passage.features = Features::of(segmenter, &passage.text);
            let mut document = TantivyDocument::default();
            document.add_text(fields.words, passage.features.words().join(" "));
            document.add_text(fields.grams, passage.features.grams.join(" "));
            document.add_text(fields.sounds, passage.features.sounds.join(" "));
            writer.add_document(document)?;
            vocabularies.entry(passage.target.clone()).or_default().add(&passage.features);
        }
        let mut abouts = abouts(known);
        for target in vocabularies.keys().filter(|t| !matches!(t, Target::Entry(_))) {
            abouts.insert(target.clone(), About::of(target));
        }
        let reader = writer.finalize()?.reader()?;
        Ok(Self { reader, fields, passages, vocabularies, abouts })
    }

    /// The candidates for a question, best first, each target once.
    pub fn find(&self, question: &Features, context: &Context) -> Result<Vec<Hit>, TantivyError> {
        let searcher = self.reader.searcher();
        let found = self.nearest(&searcher, question)?;
        let idf = |word: &str| {
            let term = Term::from_field_text(self.fields.words, word);
            let total = searcher.num_docs() as f32;
            let frequency = searcher.doc_freq(&term).unwrap_or(0) as f32;
            ((total + 1.0) / (frequency + 0.5)).ln().min(MOST)
        };
        let mut hits: Vec<Hit> = Vec::new();
        for (score, address) in found {
            // One segment, filled in order: a document's number is its passage's.
            let Some(passage) = self.passages.get(address.doc_id as usize) else { continue };
            let fit = passage.features.covered_by(&Vocabulary::of(question), &idf);
            match hits.iter_mut().find(|h| h.target == passage.target) {
                Some(hit) => {
                    hit.score += 0.1 * score;
                    hit.fit = hit.fit.max(fit);
                }
                None => {
                    let coverage = self.vocabularies.get(&passage.target).map_or(0.0, |v| question.covered_by(v, &idf));
                    hits.push(Hit { target: passage.target.clone(), score, coverage, fit });
                }
            }
        }
        for hit in &mut hits {
            hit.score *= 0.4 + 0.6 * hit.coverage;
            hit.score *= 0.7 + 0.3 * hit.fit;
            hit.score *= self.abouts.get(&hit.target).map_or(1.0, |about| about.suits(context));
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(hits)
    }

    /// The bare query, without judging what it finds: the least that answering could cost, for the benches.
    pub fn query(&self, question: &Features) -> Result<usize, TantivyError> {
        self.nearest(&self.reader.searcher(), question).map(|found| found.len())
    }

    fn nearest(&self, searcher: &Searcher, question: &Features) -> Result<Vec<(f32, DocAddress)>, TantivyError> {
        let query = BooleanQuery::new(self.clauses(question));
        searcher.search(&query, &TopDocs::with_limit(LOOKED_AT).order_by_score())
    }

    fn clauses(&self, question: &Features) -> Vec<(Occur, Box<dyn Query>)> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut add = |field: Field, text: &str, boost: f32| {
            let term = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs);
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost))));
        };
        for token in &question.tokens {
            match token.weight {
                Weight::Stop => {}
                Weight::Common => add(self.fields.words, &token.word, WORDS * COMMON),
                Weight::Informative => add(self.fields.words, &token.word, WORDS),
            }
        }
        question.grams.iter().for_each(|g| add(self.fields.grams, g, GRAMS));
        question.sounds.iter().for_each(|s| add(self.fields.sounds, s, SOUNDS));
        clauses
    }
}
