//! Which desk a message belongs to that is no command and no report: a route, a question that is known, or neither.
//!
//! How good a candidate must be ([`super::bars`]) depends on whether the message is about this field by its words or by
//! what was spoken of before.

use std::sync::Arc;

use super::bars::Bar;
use super::several::together;
use super::turn::{Answer, Turn};
use crate::dialog::{FROM, TO};
use crate::knowledge::model::Purpose;
use crate::knowledge::terms::System;
use crate::reply::Kind;
use crate::search::{Hit, Target};

/// How many words besides places a route may come with and still be nothing but a route.
const ASIDE: usize = 3;
/// So many times the bar is certain.
const CERTAIN: f32 = 1.25;
/// The share of the better score from which on two candidates are alike.
const AS_LIKE: f32 = 0.85;
/// The longest message that is taken for an answer that was not understood rather than for another subject.
const SHORT: usize = 12;

/// The purpose of what is about a route.
pub(super) const ROUTE: &str = "route";

/// Said of what may be something else.
const UNSURE: &str = "service.out-of-scope";

/// Where a message goes.
enum Desk {
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

impl Turn<'_> {
    /// Serves a message that is no command and no report.
    pub(super) fn asked(&mut self) -> Answer {
        if let Some(answer) = self.follow_up() {
            return answer;
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
            Desk::Question(target) => self.answer_with(&target),
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
            if wants(intent) && (intent != "reviewers" || self.situation().is_some()) {
                return Some(intent.to_owned());
            }
        }
        self.prefer_this_route();
        match self.desk() {
            Desk::Route => Some(ROUTE.to_owned()),
            Desk::Question(target) | Desk::Both(target) => {
                let certain = whole || self.said.hits.first().is_some_and(|h| bars.passes(h, &bars.part));
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

    fn desk(&self) -> Desk {
        let bars = &self.engine.bars;
        let wants = |intent: &str| self.said.wants.has(intent);
        let league = wants("league");
        let (how, moves, life) = (wants("how"), wants("move"), wants("passage"));
        let talking = !self.state.answers.is_empty() || !self.records.is_empty() || self.last.is_some();
        let at_home = league || talking || wants("anchor") || self.at_home;
        let asks = !self.said.specific.is_empty();
        let particular = asks && wants("particular") && !how;
        let first = self.said.hits.first();
        let best = self.said.hits.iter().find(|h| !matches!(h.target, Target::Purpose(_)));
        let answer = |bar: &Bar| best.filter(|h| bars.passes(h, bar)).map(|h| Desk::Question(h.target.clone()));
        let verbatim = best.filter(|h| bars.is_verbatim(h)).map(|h| Desk::Question(h.target.clone()));

        let ends = &self.said.ends;
        let here = usize::from(ends.origin.is_some()) + usize::from(ends.destination.is_some());
        let whole = self.state.end(FROM).is_some() && self.state.end(TO).is_some();
        let filling = self.state.asking && self.said.names_a_place();
        if let Some(slot) = self.taken_back() {
            return Desk::NotThere(slot);
        }
        if let Some(says) = self.something_else() {
            return Desk::Outside(says);
        }
        let route_told = league && (here == 2 || moves && (how || here == 1));
        if let Some((hit, purpose)) = first.and_then(|h| Some((h, h.target.purpose()?)))
            && !route_told
            && self.state.pending.is_none()
        {
            // Who names where they go asks for the way.
            let looks_up = ends.destination.is_none() && here == 0 || bars.is_verbatim(hit);
            // A code that does not come may be that of any system.
            let looks_up = looks_up && !wants("no_code") && !wants("supposed");
            // A known question that is nearly as like is the safer reading.
            let looks_up = looks_up
                && !(answer(&bars.at_home).is_some() && best.is_some_and(|b| b.score > bars.safer * hit.score));
            let changes = whole && self.said.names_a_place();
            match purpose {
                // In a message about this field a part of it is about it too.
                Purpose::Outside(says) if !changes && !self.at_home && bars.passes(hit, &bars.outside) => {
                    return Desk::Outside(says.clone());
                }
                Purpose::Where | Purpose::Progress if looks_up && bars.passes(hit, &bars.look_up) => {
                    return Desk::LookUp(purpose.clone());
                }
                _ => {}
            }
        }
        if !route_told
            && here == 0
            && !wants("step")
            && !wants("no_code")
            && !wants("supposed")
            && let Some(purpose) = best.and_then(|known| self.for_oneself(known))
        {
            return Desk::LookUp(purpose);
        }
        if let Some(says) = &self.said.outside
            && !self.outweighs(best)
            && !(here == 2 && route_told)
        {
            return Desk::Outside(says.to_owned());
        }
        let transfer = first.filter(|h| h.target.purpose() == Some(&Purpose::Transfer));
        if let Some(wish) = transfer.filter(|h| bars.passes(h, &bars.transfer)) {
            let known = best.filter(|b| particular && here == 0 && AS_LIKE * wish.score < b.score);
            return known.and_then(|_| answer(&bars.at_home)).unwrap_or(Desk::Route);
        }
        // Who asks for the way and for nothing in particular wants to transfer, however like an entry it is.
        let wish = self.said.hits.iter().find(|h| h.target.purpose() == Some(&Purpose::Transfer));
        let wish = wish.filter(|h| bars.passes(h, &bars.transfer));
        if how
            && league
            && !particular
            && !wants("stay")
            && wish.zip(best).is_some_and(|(w, b)| w.score > bars.transfer_like * b.score)
        {
            return Desk::Route;
        }
        if here == 2 || filling || self.case_with_origin(here) {
            // How many days depends on the route, and its plan says it for this one.
            let question = match particular && !wants("days") {
                // A story with both ends is told for the way, unless the question is a known one.
                true if here == 2 && life && league => verbatim,
                true => answer(&bars.beside_route),
                false if here == 2 && asks && !how => verbatim,
                false => None,
            };
            let question = question.map(|question| match question {
                Desk::Question(target) if here == 2 && route_told => Desk::Both(target),
                other => other,
            });
            return match question.filter(|_| !self.is_about_something_else()) {
                Some(question) => question,
                None if self.is_about_something_else() => Desk::Unsure,
                None if league || life || how || moves || !particular || wants("anchor") || wants("days") => {
                    Desk::Route
                }
                None => Desk::Unsure,
            };
        }
        if let Some(entry) = self.case_without_origin() {
            return Desk::Case(entry);
        }
        // Another place for an end of the route under discussion: 去珠海呢,要几天.
        if whole && here == 1 && !self.names_its_places() && (!particular || wants("days")) && verbatim.is_none() {
            return Desk::Route;
        }
        // A complaint or question about the route under discussion that names one of its places again.
        let about_this =
            whole && here <= 1 && self.names_its_places() && asks && (particular || self.said.specific.len() >= ASIDE);
        // One end and how: the other end is missing, whatever else the index would say.
        let sure = if particular { answer(&bars.beside_route) } else { verbatim.or_else(|| answer(&bars.beside_end)) };
        let short = self.said.specific.len() < ASIDE || !particular && moves && league;
        if here == 1 && (how || moves) && short && !about_this && sure.is_none() {
            return Desk::Route;
        }
        if asks && let Some(question) = answer(if at_home { &bars.at_home } else { &bars.abroad }) {
            return question;
        }
        if self.said.names_a_place() && (at_home || life || moves || !asks) && !particular && !about_this {
            return Desk::Route;
        }
        let relation = league || moves || self.said.text.contains("关系");
        if relation && (how || moves || !asks) && !particular && !about_this {
            return Desk::Route;
        }
        // Life goes on, and the membership with it: 换城市工作.
        if life && !asks && !particular {
            return Desk::Route;
        }
        if at_home && let Some(question) = answer(&bars.at_home) {
            return question;
        }
        if self.state.asking && self.said.text.chars().count() <= SHORT && self.said.specific.len() < ASIDE
            || self.said.text.chars().filter(|c| c.is_alphanumeric()).count() < 2
        {
            return Desk::Misunderstood;
        }
        if at_home { Desk::Nearest } else { Desk::Unsure }
    }

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
    fn outweighs(&self, known: Option<&Hit>) -> bool {
        let bars = &self.engine.bars;
        let other = |h: &&Hit| matches!(h.target, Target::Purpose(Purpose::Outside(_)));
        let other = self.said.hits.iter().find(other).map_or(0.0, |h| h.score);
        // What belongs to the Party is told from what belongs to the League by this letter alone.
        let league = self.said.text.contains('团');
        league && known.is_some_and(|h| bars.passes(h, &bars.beside_outside) && AS_LIKE * h.score > other)
    }

    /// What is asked about oneself where an entry says it in general: 查一下我的进度 beside 在哪看进度.
    fn for_oneself(&self, known: &Hit) -> Option<Purpose> {
        let (bars, id) = (&self.engine.bars, known.target.id());
        let all = self.engine.known.examples.iter().filter(|examples| examples.beside.iter().any(|entry| entry == id));
        let hit = |purpose: &Purpose| self.said.hits.iter().find(|h| h.target.purpose() == Some(purpose));
        let like = |h: &Hit| bars.passes(h, &bars.look_up) && h.score > bars.look_up_like * known.score;
        all.map(|examples| &examples.purpose).find(|purpose| hit(purpose).is_some_and(like)).cloned()
    }

    /// The end of the route under discussion that the message says is none, where it names no other: 不去北京了.
    fn taken_back(&self) -> Option<&'static str> {
        let [negated] = &self.said.ends.negated[..] else { return None };
        let alone = !self.said.names_a_place() && self.said.text.chars().count() <= SHORT && !self.asks();
        let is = |slot: &&str| self.state.end(slot).is_some_and(|end| negated.system() == Some(end.system));
        alone.then(|| [TO, FROM].into_iter().find(is)).flatten()
    }

    /// Does something move between two places that is no membership, by a word that nothing here has: 驾驶证?
    fn is_about_something_else(&self) -> bool {
        let wants = |intent: &str| self.said.wants.has(intent);
        let strange = |word: &String| word.chars().nth(1).is_some() && !self.engine.search.has(word);
        let known = ["league", "anchor", "passage", "days", "how"].into_iter().any(wants);
        !known && !self.at_home && wants("particular") && self.said.specific.iter().any(strange)
    }

    /// Are the places that the message names those of the route under discussion?
    fn names_its_places(&self) -> bool {
        let ends = [FROM, TO].map(|slot| self.state.end(slot).map(|end| end.system));
        let named = &self.said.ends;
        let mut named = named.origin.iter().chain(&named.destination).chain(&named.unplaced);
        named.all(|mention| ends.contains(&mention.system()))
    }

    /// While a route is under discussion, candidates about its systems go before those about others.
    fn prefer_this_route(&mut self) {
        if self.said.names_a_place() {
            return;
        }
        let systems: Vec<System> =
            [FROM, TO].iter().filter_map(|slot| self.state.end(slot)).map(|e| e.system).collect();
        if systems.is_empty() {
            return;
        }
        let (engine, bars) = (self.engine, &self.engine.bars);
        let said = Arc::make_mut(&mut self.said);
        for hit in &mut said.hits {
            let about = match &hit.target {
                Target::Entry(id) => engine.entry(id).map_or(&[][..], |e| &e.systems),
                Target::Route(_, system) => std::slice::from_ref(system),
                Target::Case(..) | Target::Purpose(_) => &[],
            };
            if !about.is_empty() {
                let fits = about.iter().all(|system| systems.contains(system));
                hit.score *= if fits { bars.this_route } else { bars.other_route };
            }
        }
        said.hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    }

    /// Does the message name a case that decides where the membership goes, with the origin known?
    fn case_with_origin(&self, here: usize) -> bool {
        self.deciding_case().is_some() && (here == 1 || self.state.end(FROM).is_some())
    }

    /// The entry about a case that decides where the membership goes, while nobody knows where it is.
    fn case_without_origin(&self) -> Option<String> {
        let case = self.deciding_case()?;
        let here = |systems: &[System]| systems.is_empty() || systems.iter().any(|s| self.said.systems.contains(s));
        let about = |id: &str| {
            let mut entries = self.engine.known.faq.iter();
            entries.any(|e| e.id == id && e.cases.contains(&case.id) && here(&e.systems))
        };
        self.said.hits.iter().map(|h| h.target.id()).find(|id| about(id)).map(str::to_owned)
    }
}
