//! What everything weighs in finding and judging candidates. The numbers come from `benches/tuning`, which says how; none
//! is set by hand.

use crate::language::segment::Weight;

/// What candidates are found and ranked by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// A pair of characters against a word.
    pub pairs: f32,
    /// A pair of syllables against a word.
    pub sounds: f32,
    /// A word of every transfer question against one that says what is asked, in finding.
    pub common: f32,
    /// The same in the shares of what is covered.
    pub common_covered: f32,
    /// The most that one word can weigh in a share: a word that nothing here has must not decide alone.
    pub most: f32,
    /// What each further document of a target adds of its score.
    pub further: f32,
    /// How much of the score depends on the share of the question that is covered.
    pub by_coverage: f32,
    /// How much of it depends on the share of the phrasing that is asked for.
    pub by_fit: f32,
    /// A statement of a route or case against an entry.
    pub statement: f32,
    /// An example of what is no question, such as wishing to transfer, against an entry.
    pub example: f32,
    /// What is about a system that the question names.
    pub this_system: f32,
    /// What is about other systems only.
    pub other_system: f32,
    /// What is about one system, where the question names none.
    pub unnamed_system: f32,
    /// What is about the case that the question names.
    pub this_case: f32,
    /// What is about a rare case that the question does not name.
    pub other_case: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            pairs: 0.8,
            sounds: 0.3,
            common: 1.0,
            common_covered: 1.0,
            most: 8.0,
            further: 0.1,
            by_coverage: 0.75,
            by_fit: 0.3,
            statement: 0.4,
            example: 0.7,
            this_system: 1.2,
            other_system: 0.8,
            unnamed_system: 0.9,
            this_case: 1.2,
            other_case: 1.0,
        }
    }
}

impl Weights {
    /// What a word weighs in a share, by what it says and how rare it is; none for one that says nothing.
    pub(super) fn of(&self, says: Weight, rare: f32) -> Option<f32> {
        let share = match says {
            Weight::Stop => return None,
            Weight::Common => self.common_covered,
            Weight::Informative => 1.0,
        };
        Some(share * rare.clamp(0.1, self.most))
    }
}
