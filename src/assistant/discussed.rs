//! The route under discussion: what a message takes from it, and when it stays as it is.

use std::sync::Arc;

use super::state::{Answer as Filled, Last, Shown};
use super::turn::Turn;
use crate::dialog::{FROM, TO};
use crate::knowledge::terms::{CaseId, Leg, System};
use crate::language::ends::{End, Mention, Reading};
use crate::search::{Hit, Target};

impl Turn<'_> {
    /// The systems of both its ends, where both are known.
    pub(super) fn route_ends(&self) -> Option<(System, System)> {
        Some((self.state.system(FROM)?, self.state.system(TO)?))
    }

    /// The systems of those of its ends that are known.
    pub(super) fn known_systems(&self) -> Vec<System> {
        [FROM, TO].iter().filter_map(|slot| self.state.system(slot)).collect()
    }

    /// Takes a route that is told whole while something else is served.
    pub(super) fn note_route(&mut self) {
        let wants = |intent: &str| self.said.wants.has(intent);
        let told = self.said.ends.origin.is_some()
            && (self.said.ends.destination.is_some() || self.state.system(FROM).is_none() && wants("ours"));
        if told && !wants("compare") && !wants("supposed") && !self.keeps_route() {
            self.take();
        }
    }

    /// Begins anew for somebody else. Who goes through a list names what differs: of 下一个,去北京的 the origin is as before.
    pub(super) fn next_person(&mut self) {
        let same = match (&self.said.ends.origin, &self.said.ends.destination) {
            (None, Some(_)) => Some(FROM),
            (Some(_), None) => Some(TO),
            _ => None,
        };
        let same = same.and_then(|slot| Some((slot, self.state.end(slot)?)));
        self.state.answers.clear();
        self.state.pending = None;
        if let Some((slot, end)) = same {
            self.state.answer(Filled::end(slot, &end));
        }
    }

    /// Is a route under discussion that the message only speaks of? The places that it names are those of the route, and
    /// nothing says that it is to be another one.
    pub(super) fn keeps_route(&self) -> bool {
        let wants = |intent: &str| self.said.wants.has(intent);
        let both = self.said.ends.origin.is_some() && self.said.ends.destination.is_some();
        let back = self.said.ends.destination.as_ref().is_some_and(|to| self.is_way_back(to));
        let change = back
            || self.is_turned_round()
            || wants("change")
            || wants("goes") && (both || !self.asks() && !wants("particular"));
        self.route_ends().is_some() && self.said.names_a_place() && !change && self.names_its_places()
    }

    /// 广东转北京 after 北京转广东, and nothing else said: the route the other way round.
    fn is_turned_round(&self) -> bool {
        let turned =
            self.route_ends().is_some_and(|(from, to)| self.said.ends.route() == Some((to, from)) && from != to);
        turned && self.said.specific.is_empty() && self.said.wants.has("only_route")
    }

    /// Are the places that the message names those of the ends that are known?
    pub(super) fn names_its_places(&self) -> bool {
        let systems = self.known_systems();
        self.said.ends.named().all(|mention| mention.system().is_some_and(|system| systems.contains(&system)))
    }

    /// The systems that the last answer was about.
    fn systems_answered_about(&self) -> Vec<System> {
        let Some(Last { with: Shown::Says(ids), .. }) = &self.last else { return Vec::new() };
        let mut systems: Vec<System> =
            ids.iter().filter_map(|id| self.engine.entry(id)).flat_map(|entry| entry.systems.iter().copied()).collect();
        systems.sort_unstable();
        systems.dedup();
        systems
    }

    /// 厂不在东莞,在福清: what is said in the place of an end that was told is that end, whatever the words beside it say.
    pub(super) fn correct_end(
        &self,
        negated: &[Mention],
        origin: &mut Option<Mention>,
        destination: &mut Option<Mention>,
    ) {
        if !self.said.wants.has("not_there") || origin.is_some() == destination.is_some() {
            return;
        }
        let is = |slot: &str, same: fn(&End, &End) -> bool| {
            let told = self.state.end(slot);
            told.is_some_and(|told| negated.iter().filter_map(Mention::end).any(|end| same(end, &told)))
        };
        // 不是去北京,是从北京走: the same place has the other role.
        let new = origin.as_ref().or(destination.as_ref()).and_then(Mention::end);
        if negated.iter().filter_map(Mention::end).any(|end| new.is_some_and(|new| new.name == end.name)) {
            return;
        }
        let by_name = |slot: &&str| is(slot, |a, b| a.name == b.name);
        let by_system = |slot: &&str| is(slot, |a, b| a.system == b.system);
        let slots = [TO, FROM];
        match slots.iter().find(|slot| by_name(slot)).or_else(|| slots.iter().find(|slot| by_system(slot))) {
            Some(&TO) if destination.is_none() => std::mem::swap(origin, destination),
            Some(&FROM) if origin.is_none() => std::mem::swap(origin, destination),
            _ => {}
        }
    }

    /// 现在回厦门了,再转回去 after 从厦门转到了北京: back to where the route under discussion came from?
    pub(super) fn is_way_back(&self, to: &Mention) -> bool {
        let back = |(from, there): (System, System)| from != there && to.system() == Some(from);
        self.said.wants.has("way_back") && self.route_ends().is_some_and(back)
    }

    /// 朝阳区 after 去北京: of several places of a name the one that lies in the system told before. What is to be otherwise
    /// is asked for, and so is to whom an employer belongs.
    pub(super) fn settle_by_the_told(&self, slot: &str, mention: &mut Mention) {
        let (Reading::Ask(readings), Some(told)) = (&mention.reading, self.state.end(slot)) else { return };
        if self.said.wants.has("change") || readings.iter().any(|end| end.committee.is_some()) {
            return;
        }
        let within =
            |end: &&End| end.system == told.system && (told.province.is_none() || end.province == told.province);
        let mut within = readings.iter().filter(within);
        if let (Some(one), None) = (within.next(), within.next()) {
            mention.reading = Reading::One(one.clone());
        }
    }

    /// While a route is under discussion, or an answer was about a system or a case, candidates about these go before
    /// those about others.
    pub(super) fn prefer_this_route(&mut self) {
        let told = self.said.ends.route();
        if self.said.names_a_place() && told.is_none() && !self.names_its_places() {
            return;
        }
        let (bars, cases) = (&self.engine.bars, self.cases_spoken_of());
        let route = told.or_else(|| self.route_ends());
        let mut systems = told.map_or_else(|| self.known_systems(), |(from, to)| vec![from, to]);
        if systems.is_empty() {
            systems = self.systems_answered_about();
        }
        if systems.is_empty() && cases.is_empty() {
            return;
        }
        // Places that are named again speak for themselves.
        let fitting = if self.said.names_a_place() { 1.0 } else { bars.this_route };
        let weigh = |hit: &Hit| {
            let entry = match &hit.target {
                Target::Entry(id) => self.engine.entry(id),
                Target::Route(..) | Target::Case(..) | Target::Purpose(_) => None,
            };
            let about = match &hit.target {
                Target::Entry(_) => entry.map_or(&[][..], |e| &e.systems),
                Target::Route(_, system) => std::slice::from_ref(system),
                Target::Case(..) | Target::Purpose(_) => &[],
            };
            let of_systems = match about.iter().all(|system| systems.contains(system)) {
                _ if about.is_empty() || systems.is_empty() => 1.0,
                true if route.is_some_and(|route| self.is_of_another_leg(hit.target.id(), about, route)) => {
                    bars.other_route
                }
                true => fitting,
                false => bars.other_route,
            };
            let of = entry.map_or(&[][..], |entry| &entry.cases);
            let of_another_case = !cases.is_empty() && !of.is_empty() && of.iter().all(|case| !cases.contains(case));
            of_systems * if of_another_case { bars.other_route } else { 1.0 }
        };
        let weights: Vec<f32> = self.said.hits.iter().map(weigh).collect();
        let said = Arc::make_mut(&mut self.said);
        for (hit, weight) in said.hits.iter_mut().zip(weights) {
            hit.score *= weight;
        }
        said.hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    }

    /// The case under discussion, else those that the last answer was about; none where the message names one itself.
    fn cases_spoken_of(&self) -> Vec<CaseId> {
        if self.said.case.is_some() {
            return Vec::new();
        }
        if let Some(case) = self.state.situation().and_then(|situation| situation.case) {
            return vec![case];
        }
        let Some(Last { with: Shown::Says(ids), .. }) = &self.last else { return Vec::new() };
        ids.iter().filter_map(|id| self.engine.entry(id)).flat_map(|entry| entry.cases.iter().copied()).collect()
    }

    /// Is a candidate known to be about this half of the route under discussion?
    pub(super) fn is_of_this_route(&self, target: &Target) -> bool {
        let about = self.engine.entry(target.id()).map_or(&[][..], |entry| &entry.systems);
        let fits = |route: (System, System)| {
            about.iter().all(|system| [route.0, route.1].contains(system))
                && !self.is_of_another_leg(target.id(), about, route)
        };
        let leg = self.family(target.id()).is_some_and(|family| family.leg.is_some());
        leg && self.route_ends().is_some_and(fits)
    }

    /// Is an entry about the right systems, and yet about the way back or the other half of the way?
    fn is_of_another_leg(&self, id: &str, about: &[System], (from, to): (System, System)) -> bool {
        match (self.family(id).and_then(|family| family.leg), about) {
            (Some(Leg::Leave), [system]) => *system != from,
            (Some(Leg::Arrive), [system]) => *system != to,
            (Some(Leg::Within), [system]) => *system != from || *system != to,
            (_, [first, second]) => from != to && (*first, *second) == (to, from),
            _ => false,
        }
    }
}
