//! A plan as a member reads it: at most six lines that say what matters, numbered steps, what to mind, sources.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Due, Happened, Plan, PlanNote, PlanStep, Situation};
use crate::knowledge::Knowledge;
use crate::knowledge::model::Statement;
use crate::knowledge::terms::{Actor, Effect, Event, Level, NoteKind, Phase, System};
use crate::language::ends::End;
use crate::reply::{Block, Line, marked, sources};

/// Said where no source gives the member a deadline.
pub const NO_DEADLINE: &str = "期限：没有查到要你守的办结期限，越早办越好；各单位的安排以通知为准。";

/// The blocks of a plan.
pub fn blocks(known: &Knowledge, situation: &Situation, plan: &Plan<'_>, happened: &Happened) -> Vec<Block> {
    let done: Vec<&str> = plan.done(happened).collect();
    let mut head = vec![route_line(known, situation)];
    head.extend(plan.placement.iter().take(2).map(|s| marked(&s.text, s.says)));
    head.extend(plan.member_deadlines().map(deadline_line));
    if plan.member_deadlines().next().is_none() && situation.effect(known) == Effect::Keeps {
        head.push(NO_DEADLINE.to_owned());
    }
    if let Some(next) = next_step(plan, &done) {
        head.push(format!("现在要做：{}。", clause(&next.text)));
    }
    let mut blocks = vec![Block::Text(head.join("\n"))];
    blocks.push(Block::Steps(plan.numbered().map(|s| line(s, done.contains(&s.step.says.id.as_str()))).collect()));
    let otherwise: Vec<String> = plan.otherwise().map(|s| marked(&s.text, &s.step.says)).collect();
    if !otherwise.is_empty() {
        let system = situation.to.as_ref().and_then(|end| known.route(end.system));
        let short = system.map_or("对方系统", |r| r.short.as_str());
        blocks.push(Block::Heading(format!("如果你以前就在{short}登记过，改为：")));
        blocks.push(Block::Points(otherwise));
    }
    let mut points: Vec<String> = plan.placement.iter().skip(2).map(|s| marked(&s.text, s.says)).collect();
    points.extend(plan.warnings.iter().map(|w| marked(&w.text, w.says)));
    let missed = plan.member_deadlines().filter_map(|d| d.if_missed.as_ref().zip(d.rule.if_missed.as_ref()));
    points.extend(missed.map(|(text, says)| format!("误期：{}", marked(text, says))));
    points.extend(plan.member_deadlines().filter_map(|d| d.due).filter_map(weekend));
    points.extend(whom_to_ask(known, plan.statements(), situation.to.as_ref().map(|end| end.system)));
    if !points.is_empty() {
        blocks.push(Block::Heading("要留意：".to_owned()));
        blocks.push(Block::Points(points));
    }
    blocks.push(sources(plan.statements()));
    blocks
}

/// Whom to ask where sources disagree; none where they do not.
pub fn whom_to_ask<'a>(
    known: &Knowledge,
    mut says: impl Iterator<Item = &'a Statement>,
    system: Option<System>,
) -> Option<String> {
    let disputed = says.any(|s| s.known == Level::Conflict && !s.text.contains("{contact}"));
    disputed.then(|| format!("标着“来源说法不一”的地方拿不准，就问{}。", known.contacts.of(system)))
}

/// What to do next: the member's own next step, or the next one when all of theirs are done or wait for somebody.
pub fn next_step<'a, 'k>(plan: &'a Plan<'k>, done: &[&str]) -> Option<&'a PlanStep<'k>> {
    let open = || plan.numbered().filter(|s| !done.contains(&s.step.says.id.as_str()));
    // Where days are counted from the origin's approval, reporting waits for it.
    let waits = plan.member_deadlines().any(|d| d.rule.from == Event::OriginApproved && d.rule.by == Event::Reported);
    let reviewed = open().all(|s| s.step.phase != Phase::OriginReview);
    let now = |s: &&PlanStep<'k>| !waits || reviewed || s.step.phase < Phase::Report;
    open().find(|s| s.step.actor == Actor::Member && now(s)).or_else(|| open().next())
}

/// From where to where, in one line.
pub fn route_line(known: &Knowledge, situation: &Situation) -> String {
    let from = end_name(known, &situation.from);
    match (&situation.to, situation.effect(known)) {
        (Some(to), Effect::Keeps) if to.system == situation.from.system && to.committee == situation.from.committee => {
            format!("{from}内部转接")
        }
        (Some(to), Effect::Keeps) => format!("{from} → {}", end_name(known, to)),
        (_, _) => {
            let case = situation.case.and_then(|id| known.case(id)).map_or("特殊情形", |c| c.name.as_str());
            format!("{case}（现在在{from}）")
        }
    }
}

/// A system's or committee's name.
pub fn end_name(known: &Knowledge, end: &End) -> String {
    let system = known.route(end.system).map_or(String::new(), |r| r.name.clone());
    match end.committee.and_then(|c| known.committee(c)) {
        Some(committee) => format!("{}（用{system}）", committee.org),
        None => system,
    }
}

/// What a deadline says, with its date if it has one.
pub fn deadline_line(deadline: &Due<'_>) -> String {
    let says = &deadline.rule.says;
    let due = deadline.due.map(|d| format!("最晚 {}。", day(d))).unwrap_or_default();
    let start = match (deadline.rule.start_known, says.known) {
        (Level::Inferred, Level::Documented) => "从哪天起算没有明文，按发起成功那天算最稳（推断）。",
        _ => "",
    };
    format!("期限：{due}{}{start}", marked(&deadline.text, says))
}

/// A date with its weekday.
pub fn day(date: NaiveDate) -> String {
    let name = match date.weekday() {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    };
    format!("{}（{name}）", date.format("%Y-%m-%d"))
}

/// Software does not wait for Monday, but people who review do not work on Sunday.
fn weekend(due: NaiveDate) -> Option<String> {
    let name = match due.weekday() {
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
        _ => return None,
    };
    Some(format!("到期那天是{name}，期限不顺延；审核的老师可能不上班，请赶在前面的工作日办好。"))
}

/// A step with who does it, where that is not the member.
pub fn told_to(step: &PlanStep<'_>) -> String {
    let text = marked(&step.text, &step.step.says);
    match step.step.actor {
        Actor::Member => text,
        actor => format!("【{}】{text}", actor.name()),
    }
}

fn line(step: &PlanStep<'_>, done: bool) -> Line {
    Line { id: step.step.says.id.clone(), done, text: told_to(step), notes: step.notes.iter().map(note).collect() }
}

/// A note with what kind of note it is.
pub fn note(note: &PlanNote<'_>) -> String {
    let label = match note.kind {
        NoteKind::Prepare => "准备",
        NoteKind::Pitfall => "注意",
        NoteKind::Detail => "细节",
    };
    format!("{label}：{}", marked(&note.text, note.says))
}

/// The first sentence of a text.
fn clause(text: &str) -> &str {
    let end = text.find(['。', '；']).unwrap_or(text.len());
    &text[..end]
}
