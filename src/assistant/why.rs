//! Why something was answered: which facts of the member led to it, where it stands, and how well it is known.

use std::collections::BTreeMap;

use super::state::{Last, Shown};
use super::turn::{Answer, Turn};
use crate::knowledge::model::Statement;
use crate::knowledge::terms::Level;
use crate::plan::{Happened, Plan, Situation, because, plan, text};
use crate::reply::plain::titles;
use crate::reply::{Block, sources};

/// A statement is quoted up to this many characters.
const QUOTED: usize = 24;

impl Turn<'_> {
    /// Why the last answer is what it is; none where nothing was answered.
    pub(super) fn why_answered(&mut self) -> Option<Answer> {
        let Last { asked, with } = self.last.clone()?;
        match with {
            Shown::Says(ids) => self.why_said(&asked, &ids),
            Shown::Plan => self.why_planned(),
            Shown::Deadlines => self.why_on_route(|plan| plan.member_deadlines().map(|d| &d.rule.says).collect()),
            Shown::Reviewers => self.why_on_route(|plan| plan.reviews().map(|s| &s.step.says).collect()),
            Shown::Step(number) => self.why_step(number),
        }
    }

    /// Why a step is in the plan under discussion.
    pub(super) fn why_step(&mut self, number: usize) -> Option<Answer> {
        let at = number.checked_sub(1)?;
        let answer = self.why_on_route(|plan| plan.numbered().nth(at).map(|s| &s.step.says).into_iter().collect())?;
        self.answered = Some(Shown::Step(number));
        Some(answer)
    }

    fn why_said(&mut self, asked: &str, ids: &[String]) -> Option<Answer> {
        let known = &self.engine.known;
        let (mut lines, mut cited): (Vec<String>, Vec<&Statement>) = (Vec::new(), Vec::new());
        let understood = self.engine.understand(asked, self.today());
        let named = understood.ends.named();
        for system in named.filter_map(|mention| mention.system()) {
            let name = known.route(system).map_or("", |r| r.name.as_str());
            let line = format!("你提到的地方归{name}");
            if !name.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        for id in ids {
            match self.engine.entry(id) {
                Some(entry) => {
                    lines.push(format!("你问的按“{}”来答", entry.topic));
                    cited.extend(&entry.says);
                }
                None => cited.extend(known.statements().find(|s| s.id == *id)),
            }
        }
        if cited.is_empty() {
            return None;
        }
        self.answered = Some(Shown::Says(ids.to_vec()));
        Some(self.explained(lines, &cited, None))
    }

    /// The whole plan is too much to show one by one: what was told, and how much of it is how well known.
    fn why_planned(&mut self) -> Option<Answer> {
        let known = &self.engine.known;
        let situation = self.situation()?;
        let plan = plan(known, &situation, &Happened::new()).ok()?;
        let mut levels: BTreeMap<usize, (&str, usize)> = BTreeMap::new();
        for says in plan.statements() {
            let (order, name) = level(says.known);
            levels.entry(order).or_insert((name, 0)).1 += 1;
        }
        let counted: Vec<String> = levels.values().map(|(name, count)| format!("{count}条{name}")).collect();
        let mut blocks = vec![Block::Heading("这份步骤是按你说的这些排的：".to_owned())];
        blocks.push(Block::Points(because::told(known, &situation)));
        let hint = "想知道某一步的依据，说“为什么第1步”这样。";
        blocks.push(Block::Text(format!("其中{}。{hint}", counted.join("、"))));
        blocks.push(sources(plan.statements()));
        self.answered = Some(Shown::Plan);
        Some(self.answer_on(Some(&situation), blocks))
    }

    fn why_on_route<'a>(&'a mut self, chosen: impl Fn(&Plan<'a>) -> Vec<&'a Statement>) -> Option<Answer> {
        let known = &self.engine.known;
        let situation = self.situation()?;
        let plan: Plan<'a> = plan(known, &situation, &Happened::new()).ok()?;
        let cited = chosen(&plan);
        let mut facts: Vec<String> = Vec::new();
        for fact in cited.iter().flat_map(|says| because::because(known, &situation, &says.id)) {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        if cited.is_empty() {
            facts.insert(0, text::NO_DEADLINE.trim_end_matches('。').to_owned());
        }
        self.answered = self.last.as_ref().map(|last| last.with.clone());
        Some(self.explained(facts, &cited, Some(&situation)))
    }

    fn explained(&self, facts: Vec<String>, cited: &[&Statement], situation: Option<&Situation>) -> Answer {
        let mut blocks = Vec::new();
        if !facts.is_empty() {
            blocks.push(Block::Heading("根据：".to_owned()));
            blocks.push(Block::Points(facts));
        }
        if !cited.is_empty() {
            blocks.push(Block::Heading("出处：".to_owned()));
            blocks.push(Block::Points(cited.iter().map(|says| self.provenance(says)).collect()));
        }
        blocks.push(sources(cited.iter().copied()));
        self.answer_on(situation, blocks)
    }

    /// A statement in short, how well it is known, and where it stands.
    fn provenance(&self, says: &Statement) -> String {
        let text = self.statement_unmarked(says);
        let mut quoted: String = text.chars().take(QUOTED).collect();
        if quoted.len() < text.len() {
            quoted.push('…');
        }
        let year = says.year.map(|year| format!("，是{year}年的安排")).unwrap_or_default();
        let quoted = quoted.trim_end_matches('。');
        let mut line = format!("「{quoted}」{}{year}（{}核对）", level(says.known).1, says.checked_on);
        if !says.cites.is_empty() {
            line.push('：');
            titles(&mut line, &self.engine.known, &says.cites);
        }
        line
    }
}

/// How well something is known, in the order in which levels are told, and in words.
fn level(level: Level) -> (usize, &'static str) {
    match level {
        Level::Documented => (0, "有明文"),
        Level::Inferred => (1, "是推断"),
        Level::Conflict => (2, "来源说法不一"),
        Level::Unknown => (3, "没有公开依据"),
    }
}
