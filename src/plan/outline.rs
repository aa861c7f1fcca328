//! Which steps, deadlines and warnings a situation has, before anything of them is put into words.
//!
//! Crossing from A to B is A's `leave` steps and B's `arrive` steps in the order of their phases, staying inside is
//! `within`, and a case keeps, replaces or withholds the route.

use super::{NoPlan, Situation};
use crate::knowledge::Knowledge;
use crate::knowledge::model::{Case, Deadline, Facts, Route, Step, Warning};
use crate::knowledge::terms::{Actor, Duty, Effect, Event, Leg, Phase, System, Term};

/// What applies to a situation.
#[derive(Debug, Clone)]
pub struct Outline<'k> {
    /// The case, if one applies.
    pub case: Option<&'k Case>,
    /// What the steps and notes were chosen by,
    pub here: Facts,
    /// and those for members who are already registered at the destination.
    pub there: Facts,
    /// Where the membership goes, where a case says so.
    pub placement: Vec<&'k Warning>,
    /// The steps in order.
    pub steps: Vec<Chosen<'k>>,
    /// The deadlines of this route.
    pub deadlines: Vec<&'k Deadline>,
    /// What is said once.
    pub warnings: Vec<&'k Warning>,
}

/// A step that applies.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'k> {
    /// The step.
    pub step: &'k Step,
    /// Only for those who are already registered at the destination, while that is unsaid.
    pub only_if_known_there: bool,
}

/// What applies to a situation.
pub fn outline<'k>(known: &'k Knowledge, situation: &Situation) -> Result<Outline<'k>, NoPlan> {
    let case = situation.case.and_then(|id| known.case(id));
    let effect = case.map_or(Effect::Keeps, |case| case.effect);
    let here = facts(situation, effect, situation.known_there.unwrap_or(false));
    let there = facts(situation, effect, true);
    let legs = match effect {
        Effect::Keeps => {
            let to = situation.to.as_ref().ok_or(NoPlan::NeedsDestination)?;
            legs(known, situation.from.system, to.system)?
        }
        Effect::Replaces | Effect::Stays => Vec::new(),
    };

    let route_steps = legs.iter().flat_map(|(route, leg)| route.steps.iter().filter(|s| s.legs.contains(leg)));
    let reused = case.into_iter().flat_map(|case| {
        let steps = known.routes.iter().flat_map(|r| r.steps.iter().map(move |s| (r.system, s)));
        let from = situation.from.system;
        steps.filter(move |(system, s)| *system == from && case.reuse.contains(&s.says.id)).map(|(_, s)| s)
    });
    let admit = |step: &'k Step| {
        let applies = step.when.holds(&here);
        let otherwise = situation.known_there.is_none() && !applies && step.when.holds(&there);
        (applies || otherwise).then_some(Chosen { step, only_if_known_there: otherwise })
    };
    let of_route = route_steps.chain(reused).filter_map(admit).collect();
    let of_case = case.into_iter().flat_map(|c| &c.steps).filter_map(admit).collect();
    let steps = in_order(of_route, of_case, effect);

    let deadlines = legs.iter().flat_map(|(route, leg)| route.deadlines.iter().filter(|d| d.legs.contains(leg)));
    let warnings = legs.iter().flat_map(|(route, leg)| route.warnings.iter().filter(|w| w.legs.contains(leg)));
    let warnings = warnings.chain(case.into_iter().flat_map(|c| &c.warnings));
    let placement = case.into_iter().flat_map(|c| &c.placement);
    Ok(Outline {
        case,
        placement: placement.filter(|w| w.when.holds(&here)).collect(),
        steps,
        deadlines: deadlines.filter(|d| d.when.holds(&here)).collect(),
        warnings: warnings.filter(|w| w.when.holds(&here)).collect(),
        here,
        there,
    })
}

impl<'k> Outline<'k> {
    /// The steps that are numbered: all but those of the already registered while that is unsaid.
    pub fn numbered(&self) -> impl Iterator<Item = &'k Step> + '_ {
        self.steps.iter().filter(|s| !s.only_if_known_there).map(|s| s.step)
    }

    /// The member's own deadlines.
    pub fn member_deadlines(&self) -> impl Iterator<Item = &'k Deadline> + '_ {
        self.deadlines.iter().filter(|rule| rule.duty == Duty::Member).copied()
    }

    /// The events that this transfer goes through, in order.
    pub fn events(&self) -> Vec<Event> {
        let has = |phase: Phase| self.numbered().any(|step| step.phase == phase);
        let mut events = vec![Event::Submitted];
        if has(Phase::OriginReview) {
            events.push(Event::OriginApproved);
        }
        if has(Phase::Report) {
            events.push(Event::Reported);
        }
        if has(Phase::DestinationReview) {
            events.push(Event::DestinationApproved);
        }
        events.push(Event::Completed);
        events
    }
}

fn facts(situation: &Situation, effect: Effect, known_there: bool) -> Facts {
    let to = situation.to.as_ref().filter(|_| effect == Effect::Keeps);
    Facts {
        from: situation.from.system,
        to: to.map(|end| end.system),
        committee: to.is_some_and(|end| end.committee.is_some()),
        known_there,
        role: situation.role,
    }
}

/// Sorts by phase. Where a case keeps the route, what it adds stands before the route's step of the same phase that
/// settles it: it is asked before the names are asked for, and chosen before the form is handed in.
fn in_order<'k>(of_route: Vec<Chosen<'k>>, of_case: Vec<Chosen<'k>>, effect: Effect) -> Vec<Chosen<'k>> {
    let member_submits = |s: &Chosen<'_>| s.step.phase == Phase::Submit && s.step.actor == Actor::Member;
    let hands_in = of_route.iter().rposition(member_submits).unwrap_or(0);
    let settles = |index: usize, phase: Phase| match phase {
        Phase::Prepare => true,
        Phase::Submit => index >= hands_in,
        Phase::OriginReview | Phase::Report | Phase::DestinationReview | Phase::Feedback => false,
    };
    let rank = |index: usize, phase: Phase| if effect == Effect::Keeps && settles(index, phase) { 2 } else { 0 };
    let ranked = of_route.into_iter().enumerate().map(|(index, chosen)| (rank(index, chosen.step.phase), chosen));
    let mut all: Vec<_> = ranked.chain(of_case.into_iter().map(|chosen| (1, chosen))).collect();
    all.sort_by_key(|(rank, s)| (s.only_if_known_there, s.step.phase, *rank));
    all.into_iter().map(|(_, chosen)| chosen).collect()
}

pub(super) fn legs(known: &Knowledge, from: System, to: System) -> Result<Vec<(&Route, Leg)>, NoPlan> {
    let route = |system: System| known.route(system).ok_or(NoPlan::NoRoute(system.code()));
    Ok(if from == to {
        vec![(route(from)?, Leg::Within)]
    } else {
        vec![(route(from)?, Leg::Leave), (route(to)?, Leg::Arrive)]
    })
}
