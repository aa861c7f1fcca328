//! The route under discussion: what a message takes from it, and when it stays as it is.

use std::sync::Arc;

use super::turn::Turn;
use crate::dialog::{FROM, TO};
use crate::knowledge::terms::System;
use crate::language::ends::{End, Mention, Reading};
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

    /// While a route is under discussion, candidates about its systems go before those about others.
    pub(super) fn prefer_this_route(&mut self) {
        if self.said.names_a_place() {
            return;
        }
        let systems = self.known_systems();
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
}
