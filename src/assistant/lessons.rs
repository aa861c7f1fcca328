//! What operators can learn from a turn: a question that found no answer or hardly one, an answer that did not help.
//!
//! An opinion comes in a turn of its own, after the words it is about; so the harmless words of the last few answers
//! that one was asked of stay with the conversation, and go with it.

use super::state::Answered;
use super::turn::Turn;
use crate::clock::day;
use crate::search::{Hit, Target};
use crate::store::{Lesson, Miss};

/// So many answers are remembered.
const ANSWERED: usize = 3;

impl Turn<'_> {
    /// What is kept of this turn; none where there is nothing to learn, or no word of it may be kept.
    pub(super) fn miss(&mut self) -> Option<Miss> {
        // What is no answer tells nobody where one could be written.
        let answers = |hit: &&Hit| !matches!(hit.target, Target::Purpose(_));
        let nearest = || self.said.hits.iter().find(answers).map(|hit| hit.target.id().to_owned());
        let (lesson, words, nearest) = match self.unhelpful.take() {
            Some(Answered { entry, words }) => (Lesson::Unhelpful, words, Some(entry)),
            None if self.missed => (Lesson::Missed, self.harmless_words(), nearest()),
            None if self.near => (Lesson::Near, self.harmless_words(), self.about.clone().or_else(nearest)),
            None => return None,
        };
        let day = day(&self.around.now);
        (!words.is_empty()).then(|| Miss { lesson, words, nearest: nearest.unwrap_or_default(), day })
    }

    /// Remembers what was asked, until there is an opinion of the answer.
    pub(super) fn remember_answered(&mut self, entry: String) {
        let words = self.harmless_words();
        let answered = &mut self.state.answered;
        answered.retain(|known| known.entry != entry);
        if !words.is_empty() {
            answered.push(Answered { entry, words });
        }
        let surplus = answered.len().saturating_sub(ANSWERED);
        answered.drain(..surplus);
    }

    /// There is one. Whichever it is, the words are not needed any more.
    pub(super) fn rated(&mut self, entry: &str, useful: bool) {
        let answered = &mut self.state.answered;
        if let Some(at) = answered.iter().position(|known| known.entry == entry) {
            self.unhelpful = Some(answered.remove(at)).filter(|_| !useful);
        }
    }

    fn harmless_words(&self) -> String {
        let said = &self.said;
        said.harmless.get_or_init(|| self.engine.vocabulary().harmless(&said.text, &said.ends)).clone()
    }
}
