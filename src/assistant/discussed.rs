//! The route under discussion: what a message takes from it, and when it stays as it is.

use std::sync::Arc;

use super::state::{Answer as Filled, Last, Shown};
use super::turn::Turn;
use crate::dialog::{FROM, TO};
use crate::knowledge::terms::System;
use crate::search::Target;

impl Turn<'_> {
    /// The systems of both its ends, where both are known.
    pub(super) fn route_ends(&self) -> Option<(System, System)> {
        Some((self.state.end(FROM)?.system, self.state.end(TO)?.system))
    }

    /// The systems of those of its ends that are known.
    pub(super) fn known_systems(&self) -> Vec<System> {
        [FROM, TO].iter().filter_map(|slot| Some(self.state.end(slot)?.system)).collect()
    }

    /// Takes a route that is told whole while something else is served.
    pub(super) fn note_route(&mut self) {
        let wants = |intent: &str| self.said.wants.has(intent);
        let told = self.said.ends.origin.is_some()
            && (self.said.ends.destination.is_some() || self.state.end(FROM).is_none() && wants("ours"));
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
        let change = wants("change") || wants("goes") && (both || !self.asks() && !wants("particular"));
        self.route_ends().is_some() && self.said.names_a_place() && !change && self.names_its_places()
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

    /// While a route is under discussion, or an answer was about a system, candidates about its systems go before those
    /// about others.
    pub(super) fn prefer_this_route(&mut self) {
        if self.said.names_a_place() && !self.names_its_places() {
            return;
        }
        let mut systems = self.known_systems();
        if systems.is_empty() {
            systems = self.systems_answered_about();
        }
        if systems.is_empty() {
            return;
        }
        let (engine, bars) = (self.engine, &self.engine.bars);
        // Places that are named again speak for themselves.
        let fitting = if self.said.names_a_place() { 1.0 } else { bars.this_route };
        let said = Arc::make_mut(&mut self.said);
        for hit in &mut said.hits {
            let about = match &hit.target {
                Target::Entry(id) => engine.entry(id).map_or(&[][..], |e| &e.systems),
                Target::Route(_, system) => std::slice::from_ref(system),
                Target::Case(..) | Target::Purpose(_) => &[],
            };
            if !about.is_empty() {
                let fits = about.iter().all(|system| systems.contains(system));
                hit.score *= if fits { fitting } else { bars.other_route };
            }
        }
        said.hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
}
