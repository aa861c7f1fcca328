//! Which desk a message goes to, as a chain of readings: the first that holds counts.
//!
//! How good a candidate must be ([`super::bars`]) depends on whether the message is about this field by its words or by
//! what was spoken of before, and on what else the message may be.

use super::bars::{Bar, Bars};
use super::turn::Turn;
use crate::dialog::{FROM, TO};
use crate::knowledge::model::Purpose;
use crate::knowledge::terms::System;
use crate::search::{Hit, Target};

/// How many words besides places a route may come with and still be nothing but a route.
const ASIDE: usize = 3;
/// The share of the better score from which on two candidates are alike.
pub(super) const AS_LIKE: f32 = 0.85;
/// The longest message that is taken for an answer that was not understood rather than for another subject.
const SHORT: usize = 12;

/// Where a message goes.
pub(super) enum Desk {
    Route,
    Question(Target),
    /// A question beside a route that is told whole: it is answered, then the route is planned.
    Both(Target),
    /// The entry of a case that decides where the membership goes; the origin is asked for with it.
    Case(String),
    /// A statement that says that this is not known here.
    Outside(String),
    /// The end in this slot is taken back.
    NotThere(&'static str),
    /// Where is my organization, how far is my transfer.
    LookUp(Purpose),
    /// Perhaps something else: nothing here covers it.
    Unsure,
    Nearest,
    Misunderstood,
}

/// What a message looks like before a desk is chosen.
struct Looks<'s> {
    bars: &'s Bars,
    /// It speaks of the League.
    league: bool,
    /// It asks for the way,
    how: bool,
    /// has a word of moving,
    moves: bool,
    /// or tells what happens in somebody's life.
    life: bool,
    /// It is about this field by its words or by what was spoken of before.
    at_home: bool,
    /// Something stands in it besides places and the words of every transfer.
    asks: bool,
    /// It asks for one thing in particular.
    particular: bool,
    /// How many ends it tells.
    here: usize,
    /// Both ends of the route under discussion are known.
    whole: bool,
    /// It tells a route of a membership.
    route_told: bool,
    /// The best candidate,
    first: Option<&'s Hit>,
    /// and the best that is an answer.
    best: Option<&'s Hit>,
    /// The nearest of the messages that just want to transfer, where it is near enough.
    wish: Option<&'s Hit>,
}

impl Looks<'_> {
    /// The best answer, where it reaches a bar.
    fn answer(&self, bar: &Bar) -> Option<Target> {
        self.best.filter(|hit| self.bars.passes(hit, bar)).map(|hit| hit.target.clone())
    }

    /// The best answer, where its question is asked nearly word for word.
    fn verbatim(&self) -> Option<Target> {
        self.best.filter(|hit| self.bars.is_verbatim(hit)).map(|hit| hit.target.clone())
    }

    /// Is the best answer's score above another?
    fn best_above(&self, score: f32) -> bool {
        self.best.is_some_and(|best| best.score > score)
    }
}

impl Turn<'_> {
    /// The desk for a message that is no command, no report and no follow-up.
    pub(super) fn desk(&self) -> Desk {
        let looks = self.looks();
        let taken_back = || self.taken_back().map(Desk::NotThere);
        let readings = taken_back()
            .or_else(|| self.something_else().map(Desk::Outside))
            .or_else(|| self.looked_for(&looks))
            .or_else(|| self.for_oneself(&looks))
            .or_else(|| self.another_matter(&looks))
            .or_else(|| self.wished(&looks))
            .or_else(|| self.beside_route(&looks))
            .or_else(|| self.case_without_origin(&looks))
            .or_else(|| self.question_or_end(&looks));
        readings.unwrap_or_else(|| self.nothing(&looks))
    }

    fn looks(&self) -> Looks<'_> {
        let bars = &self.engine.bars;
        let wants = |intent: &str| self.said.wants.has(intent);
        let (league, how, moves) = (wants("league"), wants("how"), wants("move"));
        let talking = !self.state.answers.is_empty() || !self.records.is_empty() || self.last.is_some();
        let asks = !self.said.specific.is_empty();
        let ends = &self.said.ends;
        let here = usize::from(ends.origin.is_some()) + usize::from(ends.destination.is_some());
        let hits = &self.said.hits;
        let wish = hits.iter().find(|h| h.target.purpose() == Some(&Purpose::Transfer));
        Looks {
            bars,
            league,
            how,
            moves,
            life: wants("passage"),
            at_home: league || talking || wants("anchor") || self.at_home,
            asks,
            particular: asks && wants("particular") && !how,
            here,
            whole: self.route_ends().is_some(),
            route_told: league && (here == 2 || moves && (how || here == 1)),
            first: hits.first(),
            best: hits.iter().find(|h| h.target.purpose().is_none()),
            wish: wish.filter(|h| bars.passes(h, &bars.transfer)),
        }
    }

    /// Could it be a look-up at all? A code that does not come may be that of any system, and what is only supposed has
    /// no state.
    fn may_look_up(&self, looks: &Looks<'_>) -> bool {
        let wants = |intent: &str| self.said.wants.has(intent);
        !looks.route_told && self.state.pending.is_none() && !wants("no_code") && !wants("supposed")
    }

    /// It is most like messages that want something other than an answer.
    fn looked_for(&self, looks: &Looks<'_>) -> Option<Desk> {
        let (hit, bars) = (looks.first?, looks.bars);
        if looks.route_told || self.state.pending.is_some() {
            return None;
        }
        match hit.target.purpose()? {
            // In a message about this field a part of it is about it too.
            Purpose::Outside(says) => {
                let changes = looks.whole && self.said.names_a_place();
                let asked = self.said.wants.has("membership") && looks.verbatim().is_some();
                let outside = !changes && !asked && !self.at_home && self.is_like_outside(hit);
                outside.then(|| Desk::Outside(says.clone()))
            }
            purpose @ (Purpose::Where | Purpose::Progress) => {
                // Who names where they go asks for the way.
                let stays = looks.here == 0 || bars.is_verbatim(hit);
                // A known question that is nearly as like is the safer reading.
                let safer = looks.answer(&bars.at_home).is_some() && looks.best_above(bars.safer * hit.score);
                let looks_up = self.may_look_up(looks) && stays && !safer && bars.passes(hit, &bars.look_up);
                looks_up.then(|| Desk::LookUp(purpose.clone()))
            }
            Purpose::Transfer => None,
        }
    }

    /// It asks about oneself what an entry says in general: 查一下我的进度 beside 在哪看进度.
    fn for_oneself(&self, looks: &Looks<'_>) -> Option<Desk> {
        let (known, bars) = (looks.best?, looks.bars);
        if !self.may_look_up(looks) || looks.here > 0 || self.said.wants.has("step") {
            return None;
        }
        let mut all = self.engine.known.examples.iter();
        let examples = all.find(|e| e.beside.iter().any(|entry| entry == known.target.id()))?;
        let hit = self.said.hits.iter().find(|h| h.target.purpose() == Some(&examples.purpose))?;
        let like = bars.passes(hit, &bars.look_up) && hit.score > bars.look_up_like * known.score;
        like.then(|| Desk::LookUp(examples.purpose.clone()))
    }

    /// It has a word of another matter, and nothing known is surer.
    fn another_matter(&self, looks: &Looks<'_>) -> Option<Desk> {
        let says = self.said.outside.as_ref()?;
        let ours = self.outweighs(looks.best) || looks.here == 2 && looks.route_told;
        (!ours).then(|| Desk::Outside(says.clone()))
    }

    /// It is like wishing to transfer.
    fn wished(&self, looks: &Looks<'_>) -> Option<Desk> {
        let (wish, bars) = (looks.wish?, looks.bars);
        if looks.first == Some(wish) {
            let asked = looks.particular || self.said.wants.has("stay");
            let known = asked && looks.here == 0 && looks.best_above(AS_LIKE * wish.score);
            let question = looks.answer(&bars.at_home).filter(|_| known);
            return Some(question.map_or(Desk::Route, Desk::Question));
        }
        // Who asks for the way and for nothing in particular wants to transfer, however like an entry it is.
        let way = looks.how || looks.life && looks.moves;
        let known = looks.verbatim().is_some() && looks.best_above(wish.score / AS_LIKE);
        let only = way && looks.league && !looks.particular && !known && !self.said.wants.has("stay");
        (only && looks.best.is_some_and(|best| wish.score > bars.transfer_like * best.score)).then_some(Desk::Route)
    }

    /// A route that could be planned, and perhaps a question beside it.
    fn beside_route(&self, looks: &Looks<'_>) -> Option<Desk> {
        let Looks { bars, league, how, life, asks, particular, here, .. } = *looks;
        let wants = |intent: &str| self.said.wants.has(intent);
        let filling = self.state.asking && self.said.names_a_place();
        if self.keeps_route() || here < 2 && !filling && !self.case_with_origin(here) {
            return None;
        }
        // 从广东去北京和去福建,天数一样吗: the way is not asked for.
        if let Some(target) = looks.answer(&bars.at_home).filter(|target| self.compares(target)) {
            return Some(Desk::Question(target));
        }
        if !filling && looks.answer(&bars.beside_outside).is_none() && self.is_strange() {
            return Some(Desk::Unsure);
        }
        // How many days depends on the route, and its plan says it for this one.
        let question = match particular && !wants("days") {
            // Who is on the way already asks about something else than the way.
            true if !self.said.sayings.is_empty() => looks.answer(&bars.at_home),
            // A story with both ends is told for the way, unless the question is a known one.
            true if here == 2 && life && league => looks.verbatim(),
            true => looks.answer(&bars.beside_route),
            // 福建转广东几天: how long it takes in general does not say it for this one.
            false if here == 2 && asks && !how && !self.state.asking && !wants("change") => {
                let bare = wants("days") && self.said.specific.len() < ASIDE;
                looks.verbatim().filter(|target| !bare || !self.engine.is_general(target))
            }
            false => None,
        };
        let way = league || life || how || looks.moves || !particular || wants("anchor") || wants("days");
        Some(match question {
            Some(target) if here == 2 && (looks.route_told || self.state.asking) => Desk::Both(target),
            Some(target) => Desk::Question(target),
            None if way || filling => Desk::Route,
            None => looks.answer(&bars.at_home).map_or(Desk::Unsure, Desk::Question),
        })
    }

    /// A known question, or one end of a route.
    fn question_or_end(&self, looks: &Looks<'_>) -> Option<Desk> {
        let Looks { bars, league, how, moves, life, at_home, asks, particular, here, whole, .. } = *looks;
        // A complaint or question that only speaks of places.
        let about_this = asks && (self.keeps_route() || self.said.wants.has("definition") && !moves);
        // Another place for an end of the route under discussion: 去珠海呢,要几天.
        let days = !particular || self.said.wants.has("days");
        if whole && here == 1 && !self.names_its_places() && days && !about_this && looks.verbatim().is_none() {
            return Some(Desk::Route);
        }
        let few = self.said.specific.len() < ASIDE;
        // One end and how: the other end is missing, whatever else the index would say.
        let sure = match (particular, asks) {
            (true, _) => looks.answer(&bars.beside_route),
            (false, true) => looks.verbatim().or_else(|| looks.answer(&bars.beside_end)),
            (false, false) => None,
        };
        // 厦门大学收我读博士了, 团关系就在技校: told and not asked.
        let wants = |intent: &str| self.said.wants.has(intent);
        let asked = self.asks() || ["particular", "asking", "days"].into_iter().any(wants);
        let tells = !asked && (wants("held") || here == 1 && life);
        let short = few || tells || !particular && (moves && league || life && (league || moves && how));
        let way = here == 1 && (how || moves || life && league) || how && wants("between");
        if (way || tells) && short && !about_this && sure.is_none() {
            return Some(Desk::Route);
        }
        let bar = if at_home { &bars.at_home } else { &bars.abroad };
        if asks && let Some(target) = looks.answer(bar) {
            return Some(Desk::Question(target));
        }
        let plain = !particular && !about_this;
        let place = self.said.names_a_place() && (at_home || life || moves || !asks);
        let relation = (league || moves || self.said.text.contains("关系")) && (how || moves || !asks);
        // Life goes on, and the membership with it: 换城市工作.
        if plain && (place || relation) || life && !asks && !particular {
            return Some(Desk::Route);
        }
        let known = looks.answer(&bars.at_home).filter(|_| at_home);
        // A few words say little, so they score little; after an answer or a plan they are about the same.
        let general = || looks.verbatim().filter(|target| self.last.is_some() && self.engine.is_general(target));
        let of_route = || {
            let mut asked = self.said.hits.iter().filter(|hit| bars.is_verbatim(hit)).map(|hit| &hit.target);
            asked.find(|target| self.is_of_this_route(target)).cloned()
        };
        let few = || general().or_else(of_route);
        known.or_else(few).map(Desk::Question)
    }

    /// Nothing was found.
    fn nothing(&self, looks: &Looks<'_>) -> Desk {
        let text = &self.said.text;
        let short = text.chars().count() <= SHORT && self.said.specific.len() < ASIDE;
        // 先说去深圳的: the route under discussion once more.
        if looks.whole && short && !looks.particular && self.keeps_route() {
            return Desk::Route;
        }
        if self.state.asking && short || text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return Desk::Misunderstood;
        }
        if looks.at_home { Desk::Nearest } else { Desk::Unsure }
    }

    /// The end of the route under discussion that the message says is none, where it names no other: 不去北京了.
    fn taken_back(&self) -> Option<&'static str> {
        let [negated] = &self.said.ends.negated[..] else { return None };
        let asks = self.asks() || self.said.wants.has("particular");
        let alone = !self.said.names_a_place() && self.said.text.chars().count() <= SHORT && !asks;
        let is = |slot: &&str| self.state.system(slot).is_some_and(|system| negated.system() == Some(system));
        alone.then(|| [TO, FROM].into_iter().find(is)).flatten()
    }

    /// Does the message name a case that decides where the membership goes, with the origin known?
    fn case_with_origin(&self, here: usize) -> bool {
        let told = here == 1 && self.said.ends.destination.is_none();
        self.deciding_case().is_some() && (told || self.state.system(FROM).is_some())
    }

    /// The entry about a case that decides where the membership goes, while nobody knows where it is.
    fn case_without_origin(&self, looks: &Looks<'_>) -> Option<Desk> {
        let case = self.deciding_case()?;
        // It asks for one thing of that case.
        if let Some(target) = looks.verbatim().filter(|_| looks.particular) {
            return Some(Desk::Question(target));
        }
        let here = |systems: &[System]| systems.is_empty() || systems.iter().any(|s| self.said.systems.contains(s));
        let about = |id: &str| {
            let mut entries = self.engine.known.faq.iter();
            entries.any(|e| e.id == id && e.cases.contains(&case.id) && here(&e.systems))
        };
        self.said.hits.iter().map(|h| h.target.id()).find(|id| about(id)).map(|id| Desk::Case(id.to_owned()))
    }
}
