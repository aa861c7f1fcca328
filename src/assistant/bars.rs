//! From when on a candidate is an answer. Scores of different questions cannot be compared, so a candidate must also cover
//! enough of what was asked and have enough of its own phrasing asked for. The numbers come from `benches/tuning`.

use crate::search::Hit;

/// The least score, and the least sum of the share of the question that a candidate covers and the share of its phrasing
/// that the question has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The least score.
    pub score: f32,
    /// The least sum of both shares.
    pub sum: f32,
}

/// What a candidate must reach where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bars {
    /// For a question that is about this field by its words.
    pub at_home: Bar,
    /// For a question that does not say what it is about.
    pub abroad: Bar,
    /// For a question beside a route that could be planned as well.
    pub beside_route: Bar,
    /// For a question beside one end of a route, by whose words it might ask for the way as well.
    pub beside_end: Bar,
    /// For a question that has words of other matters in it, such as those of the Party.
    pub beside_outside: Bar,
    /// For one of several questions between commas.
    pub part: Bar,
    /// For what is like messages about something else.
    pub outside: Bar,
    /// For what is like asking for one's own organization or transfer.
    pub look_up: Bar,
    /// For what is like wishing to transfer.
    pub transfer: Bar,
    /// From which share of a look-up's score on a known question is the safer reading.
    pub safer: f32,
    /// From which share of the best candidate's score on a message without a word of the League is about something else.
    pub outside_like: f32,
    /// The same for a message with such a word,
    pub outside_league: f32,
    /// and for one that speaks of the membership itself.
    pub outside_by_far: f32,
    /// From which share of the best entry's score on a message is a look-up rather than the general question of it.
    pub look_up_like: f32,
    /// From which share of the best entry's score on a message that asks for the way is a wish to transfer.
    pub transfer_like: f32,
    /// The least of either share.
    pub least: f32,
    /// The least sum of both shares of what is asked nearly word for word, whatever else the message may be.
    pub verbatim: f32,
    /// What a candidate about the route under discussion weighs against others.
    pub this_route: f32,
    /// What a candidate about another system weighs while a route is under discussion.
    pub other_route: f32,
}

impl Default for Bars {
    fn default() -> Self {
        Self {
            at_home: Bar { score: 12.5, sum: 0.58 },
            abroad: Bar { score: 7.5, sum: 0.36 },
            beside_route: Bar { score: 27.0, sum: 1.2 },
            beside_end: Bar { score: 25.0, sum: 1.2 },
            beside_outside: Bar { score: 5.0, sum: 1.2 },
            part: Bar { score: 12.0, sum: 0.45 },
            outside: Bar { score: 12.5, sum: 0.85 },
            look_up: Bar { score: 10.0, sum: 0.85 },
            transfer: Bar { score: 9.0, sum: 0.85 },
            safer: 0.85,
            outside_like: 1.0,
            outside_league: 1.0,
            outside_by_far: 1.25,
            look_up_like: 0.75,
            transfer_like: 0.75,
            least: 0.05,
            verbatim: 1.5,
            this_route: 1.4,
            other_route: 0.5,
        }
    }
}

impl Bars {
    /// Does a candidate answer the question?
    pub(super) fn passes(&self, hit: &Hit, bar: &Bar) -> bool {
        hit.score >= bar.score && hit.coverage + hit.fit >= bar.sum && hit.coverage.min(hit.fit) >= self.least
    }

    /// Is it asked nearly word for word?
    pub(super) fn is_verbatim(&self, hit: &Hit) -> bool {
        hit.coverage + hit.fit >= self.verbatim && hit.coverage.min(hit.fit) >= self.verbatim / 2.0 - 0.2
    }
}
