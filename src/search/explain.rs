//! Why a candidate stands where it stands; for people who look after knowledge and ranking.
//!
//! Slow on purpose: it asks the index itself for each part of each score, so that it says what was counted and not what
//! should have been.

use serde::Serialize;
use tantivy::TantivyError;

use super::corpus::{Document, documents};
use super::index::Where;
use super::{Context, Features, Hit, Search};
use crate::knowledge::Knowledge;

/// A candidate and what ranked it.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// The candidate.
    #[serde(flatten)]
    pub hit: Hit,
    /// Its text that has most of its words asked for: a phrasing, a topic, an answer, an example or a statement.
    pub text: String,
    /// What its best document scored by itself.
    pub document_score: f32,
    /// How many documents of it were found.
    pub documents: usize,
    /// The words of that document that the question has, and what each brought.
    pub words: Vec<Brought>,
    /// Likewise pairs of characters,
    pub pairs: Vec<Brought>,
    /// and pairs by their sound.
    pub sounds: Vec<Brought>,
    /// The factor for the systems that the question names.
    pub systems: f32,
    /// The factor for what it is: an entry or a statement, and of which case.
    pub about: f32,
}

/// A part of a score.
#[derive(Debug, Clone, Serialize)]
pub struct Brought {
    /// The word, pair or sound.
    pub text: String,
    /// What it brought.
    pub score: f32,
}

/// Explains the candidates of one search.
pub struct Explainer<'s> {
    search: &'s Search,
    documents: Vec<Document>,
}

impl<'s> Explainer<'s> {
    /// For a search over this knowledge.
    pub fn new(search: &'s Search, known: &Knowledge) -> Self {
        Self { search, documents: documents(known) }
    }

    /// The best candidates for a question, at most so many, with what ranked each.
    pub fn explain(&self, question: &Features, context: &Context, most: usize) -> Result<Vec<Explained>, TantivyError> {
        let found = self.search.nearest(question, &self.search.weights)?;
        let hits = self.search.find(question, context)?.into_iter().take(most);
        hits.map(|hit| self.one(&found, question, context, hit)).collect()
    }

    fn one(
        &self,
        found: &[(f32, usize)],
        question: &Features,
        context: &Context,
        hit: Hit,
    ) -> Result<Explained, TantivyError> {
        let aim_of = |document: usize| &self.search.targets[self.search.documents[document].target];
        let own = || found.iter().filter(|(_, document)| aim_of(*document).target == hit.target);
        let (documents, best) = (own().count(), own().next());
        let mut explained = Explained {
            text: String::new(),
            document_score: best.map_or(0.0, |(score, _)| *score),
            documents,
            words: Vec::new(),
            pairs: Vec::new(),
            sounds: Vec::new(),
            systems: 1.0,
            about: 1.0,
            hit,
        };
        let Some((_, document)) = best.copied() else { return Ok(explained) };
        if let Some(nearest) = self.search.nearest_text(question, document) {
            explained.text.clone_from(&self.documents[document].texts[nearest]);
        }
        let (aim, weights) = (aim_of(document), &self.search.weights);
        explained.about = aim.about.suits(&Context { systems: Vec::new(), ..context.clone() }, weights);
        explained.systems = aim.about.suits(context, weights) / explained.about;
        self.parts(document, question, &mut explained)?;
        Ok(explained)
    }

    /// What each part of the question brought a document, most first.
    fn parts(&self, document: usize, question: &Features, explained: &mut Explained) -> Result<(), TantivyError> {
        let clauses = self.search.clauses(question, &self.search.weights);
        self.search.index.each(&clauses, |clause, of, score| {
            if of != document {
                return;
            }
            let text = &clause.text;
            let all = match clause.at {
                Where::Words => &mut explained.words,
                Where::Pairs if question.pairs.iter().any(|pair| pair.iter().copied().eq(text.chars())) => {
                    &mut explained.pairs
                }
                Where::Pairs => &mut explained.sounds,
            };
            match all.iter_mut().find(|part| part.text == *text) {
                Some(part) => part.score += score,
                None => all.push(Brought { text: text.clone(), score }),
            }
        })?;
        for all in [&mut explained.words, &mut explained.pairs, &mut explained.sounds] {
            all.sort_by(|a, b| b.score.total_cmp(&a.score));
        }
        Ok(())
    }
}
