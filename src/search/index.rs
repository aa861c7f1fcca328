//! Tantivy's index of everything that can be asked for, and the BM25 of its documents.
//!
//! What each clause brings is added up document by document. A question has dozens of clauses and there are few documents,
//! so most documents have something of most questions: keeping them in order to pass over some, as a union of scorers
//! does, takes twice as long.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{DocSet, InvertedIndexReader, TERMINATED, TantivyDocument, TantivyError, Term};

use super::corpus::Document;
use super::features::{Cut, pairs};
use crate::language::segment::Weight;

/// Memory of a one-time index writer, in bytes: the least that tantivy takes.
const WRITER_MEMORY: usize = 15_000_000;

/// The index; a document's number is its place among those that it was made of.
pub(super) struct Index {
    documents: usize,
    words: Texts,
    pairs: Texts,
}

/// One field of it, an index of its own: each can be filled on its own thread.
pub(super) struct Texts {
    field: Field,
    inverted: Arc<InvertedIndexReader>,
    /// How long each document is,
    lengths: FieldNormReader,
    /// and all of them on average.
    average: f32,
}

/// Where a clause looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Words,
    Pairs,
}

/// A word or a pair that is looked for.
pub(super) struct Clause {
    pub(super) at: Where,
    pub(super) text: String,
    /// What it weighs.
    pub(super) boost: f32,
}

impl Texts {
    /// The words of documents that were cut.
    pub(super) fn words(documents: &[Vec<Cut<'_>>]) -> Result<Self, TantivyError> {
        Self::of(documents.iter().map(|texts| {
            let words = texts.iter().flat_map(|text| &text.words).filter(|word| word.weight > Weight::Stop);
            let mut written = String::new();
            for word in words {
                written.push_str(word.word);
                written.push(' ');
            }
            written
        }))
    }

    /// The pairs of neighbouring characters of documents.
    pub(super) fn pairs(documents: &[Document]) -> Result<Self, TantivyError> {
        Self::of(documents.iter().map(|document| {
            let mut written = String::new();
            for pair in document.texts.iter().flat_map(|text| pairs(text)) {
                written.extend(pair);
                written.push(' ');
            }
            written
        }))
    }

    /// A field of documents, what stands in it parted by blanks.
    fn of(documents: impl ExactSizeIterator<Item = String>) -> Result<Self, TantivyError> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_fieldnorms(true)
            .set_index_option(IndexRecordOption::WithFreqs);
        let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let mut writer = tantivy::Index::builder()
            .schema(schema.build())
            .single_segment_index_writer(tantivy::directory::RamDirectory::create(), WRITER_MEMORY)?;
        let count = documents.len();
        for written in documents {
            let mut document = TantivyDocument::default();
            document.add_text(field, written);
            writer.add_document(document)?;
        }
        let searcher = writer.finalize()?.reader()?.searcher();
        // One segment, filled in order.
        let segment = searcher.segment_reader(0);
        let (inverted, lengths) = (segment.inverted_index(field)?, segment.get_fieldnorms_reader(field)?);
        let average = inverted.total_num_tokens() as f32 / count as f32;
        Ok(Self { field, inverted, lengths, average })
    }
}

impl Index {
    /// The index of so many documents, of its fields.
    pub(super) fn of(documents: usize, words: Texts, pairs: Texts) -> Self {
        Self { documents, words, pairs }
    }

    /// The documents that have most of the clauses, the best first, with what they score.
    pub(super) fn best(&self, clauses: &[Clause], most: usize) -> Result<Vec<(f32, usize)>, TantivyError> {
        let mut scores = vec![0.0; self.documents];
        self.each(clauses, |_, document, score| scores[document] += score)?;
        let found = scores.into_iter().zip(0..).filter(|(score, _)| *score > 0.0);
        let mut found: Vec<(f32, usize)> = found.collect();
        let better = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if found.len() > most {
            found.select_nth_unstable_by(most, better);
            found.truncate(most);
        }
        found.sort_unstable_by(better);
        Ok(found)
    }

    /// What each clause brings each document that has it.
    pub(super) fn each(
        &self,
        clauses: &[Clause],
        mut brings: impl FnMut(&Clause, usize, f32),
    ) -> Result<(), TantivyError> {
        for clause in clauses {
            let Texts { field, inverted, lengths, average } = match clause.at {
                Where::Words => &self.words,
                Where::Pairs => &self.pairs,
            };
            let Some(found) = inverted.get_term_info(&Term::from_field_text(*field, &clause.text))? else { continue };
            let (having, all) = (u64::from(found.doc_freq), self.documents as u64);
            let weight = Bm25Weight::for_one_term_without_explain(having, all, *average).boost_by(clause.boost);
            let mut postings = inverted.read_postings_from_terminfo(&found, IndexRecordOption::WithFreqs)?;
            while postings.doc() != TERMINATED {
                let document = postings.doc();
                let score = weight.score(lengths.fieldnorm_id(document), postings.term_freq());
                brings(clause, document as usize, score);
                postings.advance();
            }
        }
        Ok(())
    }
}
