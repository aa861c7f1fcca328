//! The desk of questions: entries and statements shown with their sources, and what is said where there is none.

use super::state::{Action, Shown};
use super::turn::{Answer, Turn};
use crate::dialog::{FROM, TO};
use crate::knowledge::model::{Entry, Statement};
use crate::knowledge::terms::{Leg, System};
use crate::plan::text::whom_to_ask;
use crate::reply::{Block, Kind, Reply, sources};
use crate::search::Target;

/// How many topics are offered when none is certain.
const NEAREST: usize = 3;

impl Turn<'_> {
    /// Answers with a candidate, then goes on with an open question.
    pub(super) fn answer_with(&mut self, target: &Target) -> Answer {
        let here = self.of_this_route(target);
        let target = here.as_ref().unwrap_or(target);
        if here.is_none()
            && let Some(all) = self.of_every_system(target)
        {
            return self.every(&all);
        }
        match target {
            Target::Entry(id) if self.is_of_another_route(id) => self.deadlines(),
            Target::Entry(id) => self.entry(id),
            Target::Route(id, system) => self.route_statement(id, *system),
            Target::Case(id, _) => self.case_statement(id),
            Target::Purpose(_) => self.nearest(),
        }
    }

    /// Shows an entry.
    pub(super) fn entry(&mut self, id: &str) -> Answer {
        let Some(entry) = self.engine.entry(id) else { return self.nearest() };
        let system = entry.systems.first().copied().or_else(|| self.origin_system());
        let mut said: Vec<String> = self.of_another_system(entry).into_iter().collect();
        said.extend(entry.says.iter().map(|s| self.statement(s, system)));
        said.extend(whom_to_ask(&self.engine.known, entry.says.iter(), system));
        let blocks = vec![Block::Text(said.join("\n")), sources(&entry.says)];
        self.about = Some(entry.id.clone());
        self.answered = Some(Shown::Says(vec![entry.id.clone()]));
        self.state.misses = 0;
        self.resumed(Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() }))
    }

    /// Does an entry tell of the days of another route than the one that is told or under discussion? That one's are told by
    /// its own deadlines: 福建转广东几天 is not 广东转福建几天.
    fn is_of_another_route(&self, id: &str) -> bool {
        let (Some((from, to)), Some(family)) = (self.route_ends(), self.family(id)) else { return false };
        let of = family.entries.iter().find(|(_, entry)| *entry == id).map(|(system, _)| *system);
        let about = of == Some(to) && family.from.get(&to).is_none_or(|origin| *origin == from);
        // Of a system that is no end of the route it may well be asked beside it.
        let beside = of.is_some_and(|of| of != from && of != to && self.said.systems.contains(&of));
        !family.from.is_empty() && !about && !beside
    }

    /// Whose way an entry tells, where nothing says that it is asked about: neither the message nor the route.
    fn of_another_system(&self, entry: &Entry) -> Option<String> {
        let [system] = entry.systems[..] else { return None };
        let short = self.engine.known.route(system).map(|route| &route.short)?;
        (!self.known_systems().contains(&system) && !self.said.names_a_system()).then(|| format!("{short}的办法："))
    }

    /// The first sentence of an entry's like in every system, where it is not said which is meant.
    fn every(&mut self, all: &[(System, &Entry)]) -> Answer {
        let known = &self.engine.known;
        let mut lines = Vec::new();
        for (system, entry) in all {
            let short = known.route(*system).map_or("", |r| r.short.as_str());
            let first = entry.says.first().map_or_else(String::new, |says| self.statement(says, Some(*system)));
            lines.push(format!("{short}：{first}"));
            self.offer(&entry.topic, Action::Entry(entry.id.clone()));
        }
        self.about = all.first().map(|(_, entry)| entry.id.clone());
        self.answered = Some(Shown::Says(all.iter().map(|(_, entry)| entry.id.clone()).collect()));
        let cited = sources(all.iter().filter_map(|(_, entry)| entry.says.first()));
        let blocks = vec![Block::Text(self.service("service.every-system")), Block::Points(lines), cited];
        self.state.misses = 0;
        self.resumed(Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() }))
    }

    /// Shows a statement of a system's part of the routes, with its route.
    fn route_statement(&mut self, id: &str, system: System) -> Answer {
        let Some(route) = self.engine.known.route(system) else { return self.nearest() };
        let find = |says: &Statement| says.id == id;
        let step = route.steps.iter().find(|s| find(&s.says) || s.notes.iter().any(|n| find(&n.says)));
        let legs = step.map(|s| s.legs.clone()).or_else(|| {
            let deadline = route.deadlines.iter().find(|d| find(&d.says) || d.if_missed.iter().any(find));
            deadline
                .map(|d| d.legs.clone())
                .or_else(|| route.warnings.iter().find(|w| find(&w.says)).map(|w| w.legs.clone()))
        });
        let heading = legs
            .and_then(|legs| legs.first().copied())
            .map_or_else(|| route.short.clone(), |leg| part(&route.short, leg));
        self.state.misses = 0;
        self.found(id, &heading, Some(system))
    }

    fn case_statement(&mut self, id: &str) -> Answer {
        let cases = self.engine.known.cases.iter();
        let mut named = cases.filter(|c| {
            let steps = c.steps.iter().flat_map(|s| std::iter::once(&s.says).chain(s.notes.iter().map(|n| &n.says)));
            steps.chain(c.placement.iter().chain(&c.warnings).map(|w| &w.says)).any(|s| s.id == id)
        });
        let heading = named.next().map_or_else(String::new, |c| c.name.clone());
        self.found(id, &heading, None)
    }

    fn found(&mut self, id: &str, heading: &str, system: Option<System>) -> Answer {
        let Some(says) = self.engine.known.statements().find(|s| s.id == id) else { return self.nearest() };
        self.answered = Some(Shown::Says(vec![id.to_owned()]));
        let text = format!("{heading}：{}", self.statement(says, system));
        let blocks = vec![Block::Text(text), sources([says])];
        self.resumed(Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() }))
    }

    /// Says that it is not known here, and whom to ask.
    pub(super) fn outside(&mut self, says: &str) -> Answer {
        self.missed = true;
        let blocks = vec![Block::Text(self.service(says))];
        self.resumed(Answer::of(Kind::OutOfScope, Reply { blocks, ..Reply::default() }))
    }

    /// About this field, but nothing covers it: the nearest topics.
    pub(super) fn nearest(&mut self) -> Answer {
        self.missed = true;
        let entries = self.said.hits.iter().filter_map(|h| match &h.target {
            Target::Entry(id) => self.engine.entry(id),
            Target::Route(..) | Target::Case(..) | Target::Purpose(_) => None,
        });
        let topics: Vec<(String, String)> = entries.take(NEAREST).map(|e| (e.topic.clone(), e.id.clone())).collect();
        if topics.is_empty() {
            return self.misunderstood();
        }
        let names: Vec<String> = topics.iter().map(|(topic, _)| format!("“{topic}”")).collect();
        for (topic, id) in &topics {
            self.offer(topic, Action::Entry(id.clone()));
        }
        let fallback = self.service("service.nearest");
        let text = format!("这个问题我没有可靠的答案。你是不是想问：{}？", names.join("、"));
        let (origin, destination) = (self.state.end(FROM), self.state.end(TO));
        Answer {
            origin: origin.map(|e| e.system),
            destination: destination.map(|e| e.system),
            ..Answer::of(
                Kind::OutOfScope,
                Reply { blocks: vec![Block::Text(text), Block::Text(fallback)], ..Reply::default() },
            )
        }
    }
}

/// Which part of a transfer a statement is about, in words.
fn part(short: &str, leg: Leg) -> String {
    match leg {
        Leg::Leave => format!("从{short}转出"),
        Leg::Arrive => format!("转入{short}"),
        Leg::Within => format!("{short}内部转接"),
    }
}
