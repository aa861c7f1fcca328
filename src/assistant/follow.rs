//! What is said about the last answer: the same of another place, a step, who reviews, and why.

use std::sync::Arc;

use super::state::{Last, Shown};
use super::turn::{Answer, Turn};
use crate::dialog::{FROM, TO};
use crate::knowledge::model::{Entry, Family};
use crate::knowledge::terms::{Leg, System};
use crate::language::ends::{EndRole, Mention};
use crate::language::numeral;
use crate::search::{Hit, Target};

/// The longest message that may be meant together with the one before it.
const SHORT: usize = 16;
/// So far down its own candidates stands what it is about.
const AMONG: usize = 8;

impl<'e> Turn<'e> {
    /// Serves a message that only makes sense after what was said before; none where it is no such message.
    pub(super) fn follow_up(&mut self) -> Option<Answer> {
        let said = Arc::clone(&self.said);
        let wants = |intent: &str| said.wants.has(intent);
        if wants("step")
            && let Some((number, _)) = numeral::step(&self.said.text)
        {
            let why = wants("why_step");
            let served = if why { self.why_step(number) } else { self.step(number) };
            return Some(served.unwrap_or_else(|| self.guide()));
        }
        if let Some(answer) = self.state_shown() {
            return Some(answer);
        }
        if wants("detail")
            && let Some(answer) = self.in_detail()
        {
            return Some(answer);
        }
        if wants("reviewers")
            && !self.said.names_a_place()
            && let Some(answer) = self.reviewers()
        {
            return Some(answer);
        }
        if self.asks_for_deadline() && !self.said.names_a_place() {
            let open = self.open_question();
            let answer = self.deadlines();
            return Some(self.asked_once_more(answer, open));
        }
        if wants("other_place") && !self.said.names_a_place() && self.state.system(TO).is_some() {
            self.state.forget(TO);
            self.state.asking = true;
            return Some(self.guide());
        }
        if wants("follow_place") { self.elsewhere() } else { None }
    }

    /// Does it ask by when, and not for the days of something else: 介绍信开了两个月,过期没?
    pub(super) fn asks_for_deadline(&self) -> bool {
        let of_something_else = |hit: &Hit| {
            self.engine.is_general(&hit.target) && self.engine.bars.passes(hit, &self.engine.bars.beside_route)
        };
        // 哪天截止 with a transfer on record asks for its day, however like a question about the schools' calendars.
        let own = self.said.text.chars().count() <= SHORT && self.open_record().is_some_and(|r| r.open());
        self.said.wants.has("deadline") && (own || !self.said.hits.first().is_some_and(of_something_else))
    }

    /// More of what was shown last.
    fn in_detail(&mut self) -> Option<Answer> {
        let Last { with, .. } = self.last.clone()?;
        match with {
            Shown::Plan => self.step(1),
            Shown::Step(number) => self.step(number),
            Shown::Says(_) => self.why_answered(),
            Shown::Deadlines | Shown::Reviewers => Some(self.guide()),
        }
    }

    /// The last question, asked of another place: 那福建呢.
    fn elsewhere(&mut self) -> Option<Answer> {
        let Last { asked, with } = self.last.clone()?;
        let (Shown::Says(ids), Some(mention)) = (with, self.said.only_mention().cloned()) else { return None };
        let system = mention.system()?;
        let before = self.engine.understand(&asked, self.today());
        let family = ids.iter().find_map(|id| self.family(id));
        // 去福建的话呢 after how to leave Beijing asks for the way there.
        let there = mention.role == Some(EndRole::Destination);
        if there && family.is_some_and(|f| f.leg == Some(Leg::Leave)) && before.ends.origin.is_some() {
            self.said = self.engine.understand(&format!("{asked}\n{}", self.said.text), self.today());
            return Some(self.route());
        }
        let of_family = family.and_then(|family| family.entries.get(&system));
        if let Some(id) = of_family.cloned() {
            self.asked = asked;
            return Some(self.entry(&id));
        }
        let place = self.said.text.get(mention.span)?.to_owned();
        let question = format!("{place} {}", before.without_places());
        let said = self.engine.understand(&question, self.today());
        let found = said.hits.first()?.target.clone();
        if ids.iter().any(|id| id == found.id()) {
            return None;
        }
        let now = std::mem::replace(&mut self.said, said);
        let answer = self.is_answer().then(|| {
            self.asked = question;
            self.answer_with(&found)
        });
        if answer.is_none() {
            self.said = now;
        }
        answer
    }

    /// What says too little by itself, together with the question before it: 不报会怎样 after 报到是什么意思.
    pub(super) fn with_the_last(&mut self) -> Option<Answer> {
        let Last { asked, with } = self.last.clone()?;
        if self.said.parts.len() > 1 || self.said.text.chars().count() > SHORT {
            return None;
        }
        let question = format!("{asked} {}", self.said.text);
        let together = self.engine.understand(&question, self.today());
        // Weighed as if it had been asked at once.
        let alone = std::mem::replace(&mut self.said, together);
        self.prefer_this_route();
        let said = std::mem::replace(&mut self.said, alone);
        let found = said.hits.first()?.target.clone();
        let general = self.engine.is_general(&found) || self.family(found.id()).is_some();
        if self.state.situation().is_some() && !general {
            return None;
        }
        let again = matches!(&with, Shown::Says(ids) if ids.iter().any(|id| id == found.id()));
        // What was asked now must be in what is found, not only what was asked before.
        let new = self.said.hits.iter().take(AMONG).any(|hit| hit.target == found);
        let asks = self.asks() || self.said.wants.has("particular");
        let now = std::mem::replace(&mut self.said, said);
        // What is asked once more about the same is told once more.
        if !(if again { asks } else { new }) || !self.is_answer() {
            self.said = now;
            return None;
        }
        self.asked = question;
        Some(self.answer_with(&found))
    }

    /// The entries that are the same question of other systems.
    pub(super) fn family(&self, entry: &str) -> Option<&'e Family> {
        self.engine.family(entry)
    }

    /// Of an entry and its like in other systems: the one for the system that the message or the route is about; none
    /// where nothing says which.
    pub(super) fn of_this_route(&self, target: &Target) -> Option<Target> {
        let Target::Entry(id) = target else { return None };
        let family = self.family(id)?;
        // Both ends told at once say which days are asked for; else a place that is named is what it is about.
        let told = self.said.ends.route().filter(|_| !family.from.is_empty() && self.compared(family).is_empty());
        if told.is_none() && self.said.names_a_system() {
            return None;
        }
        let end = |slot: &str| self.state.system(slot);
        let (from, to) = told.map_or_else(|| (end(FROM), end(TO)), |(from, to)| (Some(from), Some(to)));
        let system = match family.leg {
            Some(Leg::Leave) => from,
            Some(Leg::Arrive) => to,
            Some(Leg::Within) | None => to.filter(|to| Some(*to) == from),
        };
        family.entries.get(&system?).map(|id| Target::Entry(id.as_str().into()))
    }

    /// The like of an entry in every system, where nothing says which system is asked about; or in those that are compared
    /// or have the ends of the route under discussion.
    pub(super) fn of_every_system(&self, target: &Target) -> Option<Vec<(System, &'e Entry)>> {
        let Target::Entry(id) = target else { return None };
        let (engine, family) = (self.engine, self.family(id)?);
        let mut asked = self.compared(family);
        if asked.is_empty() {
            // Of a route both ends may be meant.
            asked = self.known_systems();
            if self.said.names_a_system() || !asked.is_empty() && family.leg.is_some() {
                return None;
            }
        }
        let asked = family.entries.iter().filter(|(system, _)| asked.is_empty() || asked.contains(system));
        Some(asked.filter_map(|(system, id)| Some((*system, engine.entry(id)?))).collect())
    }

    /// Does a message hold an entry's like of several systems against each other?
    pub(super) fn compares(&self, target: &Target) -> bool {
        self.family(target.id()).is_some_and(|family| !self.compared(family).is_empty())
    }

    /// The systems that a message compares: 去福建跟去北京,天数一样吗; none where it does not.
    fn compared(&self, family: &Family) -> Vec<System> {
        let ends = &self.said.ends;
        // Where all come from, or go to, is none of what is compared.
        let common = match family.leg {
            Some(Leg::Leave) => &ends.destination,
            Some(Leg::Arrive) => &ends.origin,
            Some(Leg::Within) | None => &None,
        };
        let mut systems: Vec<System> = ends.named().filter_map(Mention::system).collect();
        systems.retain(|s| family.entries.contains_key(s) && common.as_ref().and_then(Mention::system) != Some(*s));
        systems.sort_unstable();
        systems.dedup();
        if self.said.wants.has("compare") && systems.len() > 1 { systems } else { Vec::new() }
    }
}
