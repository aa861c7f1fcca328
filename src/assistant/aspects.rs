//! What is asked about a route that was planned: its deadlines, who reviews, one of its steps.

use super::state::{Action, Shown, situation_from_text};
use super::turn::{Answer, Turn};
use crate::knowledge::model::Statement;
use crate::knowledge::terms::{Duty, Leg, NoteKind, Phase, System};
use crate::plan::{Happened, Plan, Situation, because, fill_text, plan, text};
use crate::reply::{Block, Kind, Reply, marked, sources};

/// The statement over the deadlines of all routes, by which they are rated too.
const ALL_DEADLINES: &str = "service.deadlines";
/// No answer is longer than this, in characters, whom to ask included.
const ANSWER: usize = 350;
/// What stands around a note, in characters.
const AROUND_A_NOTE: usize = 6;

impl Turn<'_> {
    /// The situation of the route under discussion, or that of the open transfer.
    pub(super) fn situation(&self) -> Option<Situation> {
        let discussed = self.state.situation().filter(|_| self.has_plan());
        discussed.or_else(|| situation_from_text(&self.open_record()?.situation))
    }

    fn answer_on(&self, situation: &Situation, blocks: Vec<Block>) -> Answer {
        Answer {
            origin: Some(situation.from.system),
            destination: situation.to.as_ref().map(|end| end.system),
            ..Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() })
        }
    }

    /// By when what must have happened on the route under discussion; with dates where it is on record. Where no route
    /// is, of every route.
    pub(super) fn deadlines(&mut self) -> Answer {
        if let Some(id) = self.open_record().filter(|r| r.open()).map(|r| r.id) {
            return self.after(id, "这次转接的期限：");
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
        self.answer_on(&situation, vec![Block::Text(lines.join("\n")), cites])
    }

    /// The member's deadlines of all routes; the route is asked for.
    fn all_deadlines(&mut self) -> Answer {
        let known = &self.engine.known;
        let (mut lines, mut cited) = (Vec::new(), Vec::new());
        for route in &known.routes {
            let arriving =
                |d: &&crate::knowledge::model::Deadline| d.duty == Duty::Member && d.legs.contains(&Leg::Arrive);
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
        let reviews = |phase: Phase| matches!(phase, Phase::OriginReview | Phase::DestinationReview);
        let steps: Vec<_> = plan.numbered().filter(|s| reviews(s.step.phase)).collect();
        if steps.is_empty() {
            return None;
        }
        let heading = format!("{}，要审核的是：", text::route_line(known, &situation));
        let points = steps.iter().map(|s| text::told_to(s)).collect();
        let cited = sources(steps.iter().map(|s| &s.step.says));
        self.answered = Some(Shown::Reviewers);
        Some(self.answer_on(&situation, vec![Block::Heading(heading), Block::Points(points), cited]))
    }

    /// One step of the route under discussion with everything that is known of it.
    pub(super) fn step(&mut self, number: usize) -> Option<Answer> {
        let known = &self.engine.known;
        let situation = self.situation()?;
        let plan = plan(known, &situation, &Happened::new()).ok()?;
        let count = plan.numbered().count();
        let Some(step) = number.checked_sub(1).and_then(|at| plan.numbered().nth(at)) else {
            let route = text::route_line(known, &situation);
            let text = format!("{route}一共{count}步，没有第{number}步。");
            return Some(self.clarify(Reply::text(text)));
        };
        let notes = because::notes(known, &situation, &plan, number);
        let mut cited: Vec<&Statement> = vec![&step.step.says];
        let mut lines = vec![format!("第{number}步（共{count}步）：{}", text::told_to(step))];
        let deadlines = on_step(&plan, step.step.phase);
        lines.extend(deadlines.iter().map(|d| text::deadline_line(d)));
        cited.extend(deadlines.iter().map(|d| &d.rule.says));
        let mut room = ANSWER.saturating_sub(lines.iter().map(|l| l.chars().count() + 1).sum());
        let mut notes = notes;
        // What the plan does not show comes first; an answer is short.
        notes.sort_by_key(|(note, _)| note.kind != NoteKind::Detail);
        notes.retain(|(note, text)| {
            let length = marked(text, &note.says).chars().count() + AROUND_A_NOTE;
            let fits = length <= room;
            room -= if fits { length } else { 0 };
            fits
        });
        cited.extend(notes.iter().map(|(note, _)| &note.says));
        let points: Vec<String> =
            notes.iter().map(|(note, text)| format!("{}：{}", label(note.kind), marked(text, &note.says))).collect();
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
        Some(self.answer_on(&situation, blocks))
    }
}

/// The deadlines that end with a step's phase.
fn on_step<'a, 'k>(plan: &'a Plan<'k>, phase: Phase) -> Vec<&'a crate::plan::Due<'k>> {
    use crate::knowledge::terms::Event;
    let ends = |event: Event| match event {
        Event::Submitted => phase == Phase::Submit,
        Event::OriginApproved => phase == Phase::OriginReview,
        Event::Reported => phase == Phase::Report,
        Event::DestinationApproved => phase == Phase::DestinationReview,
        Event::Completed | Event::Returned | Event::Withdrawn => false,
    };
    plan.member_deadlines().filter(|d| ends(d.rule.by)).collect()
}

fn label(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Prepare => "准备",
        NoteKind::Pitfall => "注意",
        NoteKind::Detail => "细节",
    }
}

/// The step's number in a text that names one: 第三步.
pub(super) fn step_named(text: &str) -> Option<usize> {
    let after = text.split_once('第')?.1;
    let end = after.find(['步', '条'])?;
    number(&after[..end])
}

/// A number up to 99 in digits or as Chinese writes it.
fn number(text: &str) -> Option<usize> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c);
    match text.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { Some(1) } else { one(tens).and_then(digit) };
            let ones = if ones.is_empty() { Some(0) } else { one(ones).and_then(digit) };
            Some(tens? * 10 + ones?)
        }
        None => one(text).and_then(digit),
    }
}

fn one(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_named_by_its_number() {
        let named = [("第三步详细点", Some(3)), ("第12步呢", Some(12)), ("第十步", Some(10)), ("第二十一步", Some(21))];
        for (text, number) in named {
            assert_eq!(step_named(text), number, "{text}");
        }
        assert_eq!(step_named("下一步"), None);
        assert_eq!(step_named("第几步"), None);
    }
}
