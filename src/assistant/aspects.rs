//! What is asked about a route that was planned: its deadlines, who reviews, one of its steps.

use super::records::plan_of;
use super::state::{Action, Shown, situation_from_text};
use super::turn::{Answer, Turn};
use crate::knowledge::model::{Deadline, Statement};
use crate::knowledge::terms::{Duty, Event, Leg, Phase, System};
use crate::plan::{Due, Happened, Plan, Situation, fill_text, plan, text};
use crate::reply::{Block, Kind, Reply, marked, sources};
use crate::transfer::Record;

/// The statement over the deadlines of all routes, by which they are rated too.
const ALL_DEADLINES: &str = "service.deadlines";
/// No answer is longer than this, in characters, whom to ask included.
const ANSWER: usize = 350;

impl Turn<'_> {
    /// The situation of the route under discussion, or that of the open transfer.
    pub(super) fn situation(&self) -> Option<Situation> {
        let discussed = self.state.situation().filter(|_| self.has_plan());
        discussed.or_else(|| situation_from_text(&self.open_record()?.situation))
    }

    /// An answer about a situation, where it is about one.
    pub(super) fn answer_on(&self, situation: Option<&Situation>, blocks: Vec<Block>) -> Answer {
        Answer {
            origin: situation.map(|s| s.from.system),
            destination: situation.and_then(|s| s.to.as_ref()).map(|end| end.system),
            ..Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() })
        }
    }

    /// By when what must have happened on the route under discussion; with dates where it is on record. Where no route
    /// is, of every route.
    pub(super) fn deadlines(&mut self) -> Answer {
        if let Some(record) = self.open_record().filter(|r| r.open()) {
            let (id, lead) = (record.id, self.time_left(record));
            return self.after(id, &lead);
        }
        let known = &self.engine.known;
        let Some(situation) = self.situation() else { return self.all_deadlines() };
        let Ok(plan) = plan(known, &situation, &Happened::new()) else { return self.guide() };
        let mut lines = vec![text::route_line(known, &situation)];
        lines.extend(plan.member_deadlines().map(text::deadline_line));
        if lines.len() == 1 {
            lines.push(text::NO_DEADLINE.to_owned());
        }
        let cites = match plan.member_deadlines().next() {
            Some(_) => sources(plan.member_deadlines().map(|d| &d.rule.says)),
            None => sources(plan.statements()),
        };
        self.answered = Some(Shown::Deadlines);
        self.answer_on(Some(&situation), vec![Block::Text(lines.join("\n")), cites])
    }

    /// How long there is for what is due next on a record, in a sentence.
    fn time_left(&self, record: &Record) -> String {
        let attempt = record.attempt();
        let Some((_, plan)) = plan_of(&self.engine.known, record) else { return "这次转接的期限：".to_owned() };
        let next = plan.open_deadlines(&attempt).next();
        match (next, next.and_then(|d| d.due)) {
            _ if attempt.is_empty() && record.last_end().is_some() => {
                "期限要等重新发起以后再算，现在没有在倒数的日子。".to_owned()
            }
            (None, _) if plan.member_deadlines().next().is_some() => {
                "有期限的那一步你已经办了，现在没有在倒数的日子，等审核就行。".to_owned()
            }
            (None, _) => "这次转接没有要你赶的期限。".to_owned(),
            (Some(_), Some(due)) => self.days_left(due),
            (Some(deadline), None) => {
                format!("期限从“{}”那天算起，那天还没有记下，算不出哪天截止。", deadline.rule.from.name())
            }
        }
    }

    /// The member's deadlines of all routes; the route is asked for.
    fn all_deadlines(&mut self) -> Answer {
        let known = &self.engine.known;
        let (mut lines, mut cited) = (Vec::new(), Vec::new());
        for route in &known.routes {
            let arriving = |d: &&Deadline| d.duty == Duty::Member && d.legs.contains(&Leg::Arrive);
            for deadline in route.deadlines.iter().filter(arriving) {
                let short = |system: &System| known.route(*system).map_or("", |r| r.short.as_str());
                let from: Vec<&str> = deadline.when.from.iter().map(short).collect();
                let from = if from.is_empty() { String::new() } else { format!("{}→", from.join("、")) };
                let says = fill_text(known, &deadline.says.text, None, Some(route.system));
                lines.push(format!("{from}{}：{}", route.short, marked(&says, &deadline.says)));
                cited.push(&deadline.says);
            }
        }
        self.about = Some(ALL_DEADLINES.to_owned());
        let heading = Block::Text(self.service(ALL_DEADLINES));
        let blocks = vec![heading, Block::Points(lines), sources(cited)];
        self.answered = Some(Shown::Deadlines);
        self.resumed(Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() }))
    }

    /// Who reviews on the route under discussion.
    pub(super) fn reviewers(&mut self) -> Option<Answer> {
        let known = &self.engine.known;
        let situation = self.situation()?;
        let plan = plan(known, &situation, &Happened::new()).ok()?;
        let steps: Vec<_> = plan.reviews().collect();
        if steps.is_empty() {
            return None;
        }
        let heading = format!("{}，要审核的是：", text::route_line(known, &situation));
        let points = steps.iter().map(|s| text::told_to(s)).collect();
        let cited = sources(steps.iter().map(|s| &s.step.says));
        self.answered = Some(Shown::Reviewers);
        Some(self.answer_on(Some(&situation), vec![Block::Heading(heading), Block::Points(points), cited]))
    }

    /// One step of the route under discussion with everything that is known of it.
    pub(super) fn step(&mut self, number: usize) -> Option<Answer> {
        self.step_within(number, ANSWER)
    }

    /// The same in one sentence.
    pub(super) fn step_in_short(&mut self, number: usize) -> Option<Answer> {
        self.step_within(number, 0)
    }

    fn step_within(&mut self, number: usize, most: usize) -> Option<Answer> {
        let known = &self.engine.known;
        let situation = self.situation()?;
        let plan = plan(known, &situation, &Happened::new()).ok()?;
        let count = plan.numbered().count();
        let Some(step) = number.checked_sub(1).and_then(|at| plan.numbered().nth(at)) else {
            let route = text::route_line(known, &situation);
            let text = format!("{route}一共{count}步，没有第{number}步。");
            return Some(self.clarify(Reply::text(text)));
        };
        let mut cited: Vec<&Statement> = vec![&step.step.says];
        let mut lines = vec![format!("第{number}步（共{count}步）：{}", text::told_to(step))];
        let deadlines = on_step(&plan, step.step.phase);
        lines.extend(deadlines.iter().map(|d| text::deadline_line(d)));
        cited.extend(deadlines.iter().map(|d| &d.rule.says));
        let mut room = most.saturating_sub(lines.iter().map(|l| l.chars().count() + 1).sum());
        let mut points = Vec::new();
        // What the plan does not show comes first; an answer is short.
        for note in step.details.iter().chain(&step.notes) {
            let point = text::note(note);
            let length = point.chars().count() + 1;
            if length <= room {
                room -= length;
                points.push(point);
                cited.push(note.says);
            }
        }
        let mut blocks = vec![Block::Text(lines.join("\n"))];
        if !points.is_empty() {
            blocks.push(Block::Points(points));
        }
        blocks.extend(text::whom_to_ask(known, cited.iter().copied(), Some(situation.from.system)).map(Block::Text));
        blocks.push(sources(cited));
        self.answered = Some(Shown::Step(number));
        if number < count {
            let next = number + 1;
            self.offer(&format!("第{next}步"), Action::Say(format!("第{next}步详细点")));
        }
        Some(self.answer_on(Some(&situation), blocks))
    }
}

/// The deadlines that end with a step's phase.
fn on_step<'a, 'k>(plan: &'a Plan<'k>, phase: Phase) -> Vec<&'a Due<'k>> {
    let ends = |event: Event| match event {
        Event::Submitted => phase == Phase::Submit,
        Event::OriginApproved => phase == Phase::OriginReview,
        Event::Reported => phase == Phase::Report,
        Event::DestinationApproved => phase == Phase::DestinationReview,
        Event::Completed | Event::Returned | Event::Withdrawn => false,
    };
    plan.member_deadlines().filter(|d| ends(d.rule.by)).collect()
}
