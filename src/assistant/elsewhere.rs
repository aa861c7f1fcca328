//! Is a message about something else than a transfer?

use super::desk::AS_LIKE;
use super::turn::Turn;
use crate::dialog::{FROM, TO};
use crate::knowledge::model::Purpose;
use crate::search::Hit;

impl Turn<'_> {
    /// What is said of a message that is more like messages about something else than like anything known; none of
    /// others. One with a word of the League must be so by far.
    pub(super) fn something_else(&self) -> Option<String> {
        let bars = &self.engine.bars;
        let whole = self.state.end(FROM).is_some() && self.state.end(TO).is_some();
        if self.at_home || self.state.pending.is_some() || whole && self.said.names_a_place() {
            return None;
        }
        let league = self.said.text.contains('团') || self.said.wants.has("league");
        if !league && self.said.outside.is_some() {
            return self.said.outside.clone();
        }
        let outside = |h: &Hit| match h.target.purpose() {
            Some(Purpose::Outside(says)) => Some(says.clone()),
            _ => None,
        };
        let (other, says) = self.said.hits.iter().find_map(|h| Some((h, outside(h)?)))?;
        let best = self.said.hits.iter().find(|h| outside(h).is_none()).map_or(0.0, |h| h.score);
        let least = match (self.said.wants.has("membership"), league) {
            (true, _) => bars.outside_by_far,
            (false, true) => bars.outside_league,
            (false, false) => bars.outside_like,
        };
        (bars.passes(other, &bars.outside) && other.score > least * best).then_some(says)
    }

    /// Is a known question surer than what a word of another matter says?
    pub(super) fn outweighs(&self, known: Option<&Hit>) -> bool {
        let bars = &self.engine.bars;
        let other = |h: &&Hit| matches!(h.target.purpose(), Some(Purpose::Outside(_)));
        let other = self.said.hits.iter().find(other).map_or(0.0, |h| h.score);
        // What belongs to the Party is told from what belongs to the League by this letter alone.
        let league = self.said.text.contains('团');
        let surer = if self.said.wants.has("membership") { bars.outside_by_far } else { AS_LIKE };
        league && known.is_some_and(|h| bars.passes(h, &bars.beside_outside) && surer * h.score > other)
    }

    /// Does something move between two places that is no membership, by a word that nothing here has: 驾驶证?
    pub(super) fn is_strange(&self) -> bool {
        let wants = |intent: &str| self.said.wants.has(intent);
        let strange = |word: &String| word.chars().nth(1).is_some() && !self.engine.search.has(word);
        let known = ["league", "anchor", "passage", "days", "how"].into_iter().any(wants);
        !known && !self.at_home && wants("particular") && self.said.specific.iter().any(strange)
    }
}
