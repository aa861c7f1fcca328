//! Is a message about something else than a transfer?

use super::desk::AS_LIKE;
use super::turn::Turn;
use crate::knowledge::model::Purpose;
use crate::search::Hit;

/// So many times the score of what is like other matters is surely not one of them.
const TWICE: f32 = 2.0;

/// So much of a phrasing must be asked for where it could be about what was spoken of: 要交什么材料 is not 退团要交什么材料.
const THIS: f32 = 0.7;

impl Turn<'_> {
    /// What is said of a message that is more like messages about something else than like anything known; none of
    /// others. One with a word of the League must be so by far.
    pub(super) fn something_else(&self) -> Option<String> {
        let bars = &self.engine.bars;
        let talking = self.route_ends().is_some() || self.state.asking && self.said.outside.is_none();
        if self.at_home || self.state.pending.is_some() || talking && self.said.names_a_place() {
            return None;
        }
        let league = self.said.text.contains('团') || self.said.wants.has("league");
        let known = self.said.hits.iter().find(|h| h.target.purpose().is_none());
        if !league && self.said.outside.is_some() {
            // 军训没空去厦门登记, 换了手机卡收不到验证码: a word of another matter in what is asked about ours.
            let route = self.said.ends.origin.is_some() && self.said.ends.destination.is_some();
            let wants = |intent: &str| self.said.wants.has(intent);
            let asked = wants("anchor")
                && !wants("other_platform")
                && known.is_some_and(|hit| bars.passes(hit, &bars.beside_route));
            return self.said.outside.clone().filter(|_| !((route || asked) && self.outweighs(known)));
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
        (self.is_like_outside(other) && other.score > least * best).then_some(says)
    }

    /// Is a message like one about something else? While a transfer is spoken of, a few words are about it, unless they
    /// are that one.
    pub(super) fn is_like_outside(&self, other: &Hit) -> bool {
        let bars = &self.engine.bars;
        let talking = self.route_ends().is_some() || !self.records.is_empty() || self.last.is_some();
        let this = bars.is_verbatim(other) && other.fit >= THIS;
        bars.passes(other, &bars.outside) && (!(talking || self.asks_the_way()) || this)
    }

    /// Does a message say what goes where, and ask how, with no word of another matter? 要转去厦门一家公司,怎么办.
    fn asks_the_way(&self) -> bool {
        let wants = |intent: &str| self.said.wants.has(intent);
        let ends = &self.said.ends;
        let whole = ends.origin.is_some() && ends.destination.is_some();
        let goes = whole || ends.destination.is_some() && self.said.outside.is_none() || wants("between");
        goes && wants("move") && wants("how") && (wants("membership") || self.said.outside.is_none())
    }

    /// Is a known question surer than what a word of another matter says?
    pub(super) fn outweighs(&self, known: Option<&Hit>) -> bool {
        let bars = &self.engine.bars;
        let other = |h: &&Hit| matches!(h.target.purpose(), Some(Purpose::Outside(_)));
        let other = self.said.hits.iter().find(other).map_or(0.0, |h| h.score);
        // What belongs to the Party is told from what belongs to the League by this letter alone.
        let Some(known) = known else { return false };
        let league = self.said.text.contains('团');
        let surer = if self.said.wants.has("membership") { bars.outside_by_far } else { AS_LIKE };
        let like = league && bars.passes(known, &bars.beside_outside) && surer * known.score > other;
        like || known.score > TWICE * other && bars.passes(known, &bars.at_home)
    }

    /// Does something move between two places that is no membership, by a word that nothing here has: 驾驶证?
    pub(super) fn is_strange(&self) -> bool {
        let wants = |intent: &str| self.said.wants.has(intent);
        let strange = |word: &String| word.chars().nth(1).is_some() && !self.engine.search.has(word);
        let known = ["league", "anchor", "passage", "days", "how"].into_iter().any(wants);
        let discussed = self.route_ends().is_some() && self.names_its_places();
        !known && !discussed && !self.at_home && wants("particular") && self.said.specific.iter().any(strange)
    }
}
