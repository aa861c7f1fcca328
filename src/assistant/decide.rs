//! Serving a message that is no command and no report at the desk that it belongs to ([`super::desk`]).

use super::bars::Bar;
use super::desk::Desk;
use super::several::together;
use super::turn::{Answer, Turn};
use crate::knowledge::model::Purpose;
use crate::reply::Kind;
use crate::search::{Hit, Target};

/// So many times the bar is certain.
const CERTAIN: f32 = 1.25;
/// The purpose of what is about a route.
pub(super) const ROUTE: &str = "route";

/// Said of what may be something else.
const UNSURE: &str = "service.out-of-scope";

impl Turn<'_> {
    /// Serves a message that is no command and no report.
    pub(super) fn asked(&mut self) -> Answer {
        if let Some(answer) = self.follow_up() {
            return answer;
        }
        // 广东转福建 帮我记录: what is to be recorded is planned first.
        let ends = &self.said.ends;
        if self.said.wants.has("record_beside") && ends.origin.is_some() && ends.destination.is_some() {
            return self.route();
        }
        self.prefer_this_route();
        let desk = self.desk();
        if matches!(desk, Desk::Nearest | Desk::Unsure | Desk::Misunderstood)
            && let Some(answer) = self.with_the_last()
        {
            return answer;
        }
        self.near = matches!(&desk, Desk::Question(_) | Desk::Both(_)) && !self.is_certain();
        match desk {
            Desk::Route => self.route(),
            Desk::Question(target) => {
                self.note_route();
                self.answer_with(&target)
            }
            Desk::Both(target) => {
                let answer = self.answer_with(&target);
                together(vec![answer, self.route()])
            }
            Desk::Case(id) => {
                self.state.asking = true;
                self.take_case();
                self.entry(&id)
            }
            Desk::Outside(says) => self.outside(&says),
            Desk::NotThere(slot) => {
                self.state.forget(slot);
                self.state.asking = true;
                self.guide()
            }
            Desk::LookUp(Purpose::Where) => self.where_is_it(),
            Desk::LookUp(_) => self.progress(),
            Desk::Unsure => self.stumbled(UNSURE, Kind::OutOfScope),
            Desk::Nearest => self.nearest(),
            Desk::Misunderstood => self.misunderstood(),
        }
    }

    /// One of several questions of a message.
    pub(super) fn one(&mut self) -> Answer {
        match self.looked_up() {
            Some(answer) => answer,
            None => self.asked(),
        }
    }

    /// What a question is served with, as a name that is the same for the same thing; none where that is not certain.
    pub(super) fn purpose(&mut self, whole: bool) -> Option<String> {
        let bars = &self.engine.bars;
        let wants = |intent: &str| self.said.wants.has(intent);
        for intent in ["where", "progress", "step", "deadline", "reviewers"] {
            let about_it = match intent {
                "deadline" => self.asks_for_deadline(),
                "reviewers" => wants(intent) && self.situation().is_some(),
                _ => wants(intent),
            };
            if about_it {
                return Some(intent.to_owned());
            }
        }
        self.prefer_this_route();
        match self.desk() {
            Desk::Route => Some(ROUTE.to_owned()),
            Desk::Question(target) | Desk::Both(target) => {
                let known = |hit: &Hit| bars.passes(hit, &bars.part) || bars.is_verbatim(hit);
                let certain = whole || self.said.hits.first().is_some_and(known);
                certain.then(|| target.id().to_owned())
            }
            Desk::Case(id) | Desk::Outside(id) => Some(id),
            Desk::LookUp(purpose) => Some(Target::Purpose(purpose).id().to_owned()),
            Desk::NotThere(slot) => Some(slot.to_owned()),
            Desk::Unsure | Desk::Nearest | Desk::Misunderstood => None,
        }
    }

    /// Is the first candidate well above the bar? Operators see what was answered with less.
    fn is_certain(&self) -> bool {
        let bar = self.engine.bars.at_home;
        let bar = Bar { score: CERTAIN * bar.score, sum: CERTAIN * bar.sum };
        self.said.hits.first().is_some_and(|hit| self.engine.bars.passes(hit, &bar))
    }

    /// Is the first candidate an answer, for a question of this field?
    pub(super) fn is_answer(&self) -> bool {
        self.said.hits.first().is_some_and(|hit| self.engine.bars.passes(hit, &self.engine.bars.at_home))
    }
}
