//! The desk of questions: is it about a route, a question that is known, or something else?

use super::state::Action;
use super::turn::{Answer, Turn};
use crate::dialog::{FROM, TO};
use crate::knowledge::model::Statement;
use crate::knowledge::terms::{Effect, Leg, System};
use crate::reply::{Block, Kind, Reply, sources};
use crate::search::{Hit, Target};

/// What a candidate must reach to be an answer: the least score, and the least sum of the share of the question that it
/// covers and the share of its phrasing that the question has.
struct Bar {
    score: f32,
    sum: f32,
}

/// For a question that is about this field by its words.
const AT_HOME: Bar = Bar { score: 9.0, sum: 0.72 };
/// For a question that does not say what it is about.
const ABROAD: Bar = Bar { score: 13.0, sum: 0.95 };
/// For a question beside a whole route, which could be planned as well.
const BESIDE_ROUTE: Bar = Bar { score: 13.0, sum: 1.0 };
/// The least of either share.
const LEAST: f32 = 0.2;
/// How many words besides places a route may come with before it must be about leagues by its words.
const ASIDE: usize = 3;
/// How many topics are offered when none is certain.
const NEAREST: usize = 3;

impl Turn<'_> {
    /// Serves a message that is no command and no report.
    pub(super) fn asked(&mut self) -> Answer {
        let wants = |intent: &str| self.engine.language.intents.wants(intent, &self.said.text);
        let league = wants("league");
        let (at_home, how, moves, life) = (league || wants("anchor"), wants("how"), wants("move"), wants("passage"));
        if let Some(says) = self.engine.language.intents.outside(&self.said.rest) {
            let says = says.to_owned();
            return self.outside(&says);
        }
        let best = self.said.hits.first().cloned();
        let asks = !self.said.specific.is_empty();
        let particular = asks && wants("particular") && !how;
        let answers = |bar: &Bar| best.as_ref().is_some_and(|h| is_good(h, bar));
        let ends = &self.said.ends;
        let here = usize::from(ends.origin.is_some()) + usize::from(ends.destination.is_some());
        let filling = self.state.asking && self.said.names_a_place();
        let settles = self.said.case.is_some_and(|id| {
            self.engine.known.case(id).is_some_and(|c| c.effect != Effect::Keeps)
                && (here == 1 || self.state.end(FROM).is_some())
        });

        if here == 2 || filling || settles {
            if particular && answers(&BESIDE_ROUTE) {
                return self.answered(best.as_ref());
            }
            if at_home || life || how || !particular {
                return self.route();
            }
            return self.outside("service.out-of-scope.other");
        }
        if let Some(entry) = self.case_without_origin() {
            self.state.asking = true;
            self.take_case();
            return self.entry(&entry);
        }
        // One end and how: the other end is missing, whatever else the index would say.
        if here == 1 && (how || moves) && (!particular || !answers(&BESIDE_ROUTE)) && self.said.specific.len() < ASIDE {
            return self.route();
        }
        if asks && answers(if at_home { &AT_HOME } else { &ABROAD }) {
            return self.answered(best.as_ref());
        }
        if self.said.names_a_place() && (at_home || life || moves || !asks) && !particular {
            return self.route();
        }
        if (league || moves || self.said.text.contains("关系")) && (how || moves || !asks) && !particular {
            return self.route();
        }
        if at_home && answers(&AT_HOME) {
            return self.answered(best.as_ref());
        }
        if at_home {
            return self.nearest();
        }
        if self.state.asking && self.said.text.chars().count() <= 12 && self.said.specific.len() < ASIDE {
            return self.misunderstood();
        }
        if self.said.text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return self.misunderstood();
        }
        self.stumbled("service.out-of-scope.other", Kind::OutOfScope)
    }

    /// The entry about a case that decides where the membership goes, while nobody knows where it is.
    fn case_without_origin(&self) -> Option<String> {
        let case = self.engine.known.case(self.said.case?).filter(|c| c.effect != Effect::Keeps)?;
        let about = |id: &str| self.engine.known.faq.iter().any(|e| e.id == id && e.cases.contains(&case.id));
        self.said.hits.iter().map(|h| h.target.id()).find(|id| about(id)).map(str::to_owned)
    }

    /// Answers with a candidate, then goes on with an open question.
    fn answered(&mut self, hit: Option<&Hit>) -> Answer {
        let Some(hit) = hit else { return self.nearest() };
        match &hit.target {
            Target::Entry(id) => self.entry(&id.clone()),
            Target::Route(id, system) => self.route_statement(&id.clone(), *system),
            Target::Case(id, _) => self.case_statement(&id.clone()),
        }
    }

    /// Shows an entry.
    pub(super) fn entry(&mut self, id: &str) -> Answer {
        let Some(entry) = self.engine.known.faq.iter().find(|e| e.id == id) else { return self.nearest() };
        let system = entry.systems.first().copied().or_else(|| self.origin_system());
        let said: Vec<String> = entry.says.iter().map(|s| self.statement(s, system)).collect();
        let blocks = vec![Block::Text(said.join("\n")), sources(&entry.says)];
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
        let text = format!("{heading}：{}", self.statement(says, system));
        let blocks = vec![Block::Text(text), sources([says])];
        self.resumed(Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() }))
    }

    /// Says that it is not known here, and whom to ask.
    fn outside(&mut self, says: &str) -> Answer {
        self.missed = true;
        let blocks = vec![Block::Text(self.service(says))];
        self.resumed(Answer::of(Kind::OutOfScope, Reply { blocks, ..Reply::default() }))
    }

    /// About this field, but nothing covers it: the nearest topics.
    fn nearest(&mut self) -> Answer {
        self.missed = true;
        let entries = self.said.hits.iter().filter_map(|h| match &h.target {
            Target::Entry(id) => self.engine.known.faq.iter().find(|e| e.id == *id),
            Target::Route(..) | Target::Case(..) => None,
        });
        let topics: Vec<(String, String)> = entries.take(NEAREST).map(|e| (e.topic.clone(), e.id.clone())).collect();
        if topics.is_empty() {
            return self.misunderstood();
        }
        let names: Vec<String> = topics.iter().map(|(topic, _)| format!("“{topic}”")).collect();
        for (topic, id) in &topics {
            self.offer(topic, Action::Entry(id.clone()));
        }
        let fallback = self.service("service.out-of-scope");
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

/// Does a candidate answer the question?
fn is_good(hit: &Hit, bar: &Bar) -> bool {
    hit.score >= bar.score && hit.coverage + hit.fit >= bar.sum && hit.coverage.min(hit.fit) >= LEAST
}

/// Which part of a transfer a statement is about, in words.
fn part(short: &str, leg: Leg) -> String {
    match leg {
        Leg::Leave => format!("从{short}转出"),
        Leg::Arrive => format!("转入{short}"),
        Leg::Within => format!("{short}内部转接"),
    }
}
