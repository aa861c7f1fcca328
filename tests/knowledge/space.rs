//! What must hold of every plan there is.

use std::collections::BTreeSet;

use zhuanjie::knowledge::model::Statement;
use zhuanjie::knowledge::terms::{Duty, Event, Leg, Level, System, Term};
use zhuanjie::plan::space::situations;
use zhuanjie::plan::{Happened, NoPlan, Outline, Plan, Situation, outline, plan, text};
use zhuanjie::reply::plain;
use zhuanjie::reply::{Block, Reply};

use crate::numerals::{DEADLINES, numerals};
use crate::{KNOWN, day};

/// A plan of the rule space and what a member reads of it.
struct Seen {
    situation: Situation,
    plan: Plan<'static>,
    outline: Outline<'static>,
    blocks: Vec<Block>,
}

impl Seen {
    /// What is read, without the sources.
    fn text(&self) -> String {
        let said = self.blocks.iter().filter(|b| !matches!(b, Block::Sources(_))).cloned();
        plain::text(&KNOWN, &Reply { blocks: said.collect(), ..Reply::default() })
    }

    /// What is read, without sources and without the numbers before the steps.
    fn texts(&self) -> Vec<&str> {
        let mut all = Vec::new();
        for block in &self.blocks {
            match block {
                Block::Text(text) | Block::Heading(text) => all.push(text.as_str()),
                Block::Steps(steps) => {
                    all.extend(steps.iter().flat_map(|s| std::iter::once(&s.text).chain(&s.notes)).map(String::as_str));
                }
                Block::Points(points) => all.extend(points.iter().map(String::as_str)),
                Block::Sources(_) => {}
            }
        }
        all
    }
}

/// Nothing has happened, or everything that can have; from the end of May nine and ten days end on a weekend.
fn timelines() -> [Happened; 2] {
    let days = day("2024-05-30").iter_days();
    [Happened::new(), Event::ALL.iter().copied().zip(days).collect()]
}

/// Holds a property against every plan and tells the first few that break it.
#[track_caller]
fn every_plan(property: impl Fn(&Seen) -> Result<(), String>) {
    let mut broken = BTreeSet::new();
    for situation in situations(&KNOWN) {
        for happened in timelines() {
            let plan = plan(&KNOWN, &situation, &happened).unwrap_or_else(|e| panic!("{situation:?}: {e}"));
            let blocks = text::blocks(&KNOWN, &situation, &plan, &happened);
            let outline = outline(&KNOWN, &situation).unwrap_or_else(|e| panic!("{situation:?}: {e}"));
            let seen = Seen { situation: situation.clone(), plan, outline, blocks };
            if let Err(message) = property(&seen) {
                let route = text::route_line(&KNOWN, &seen.situation);
                broken.insert(format!("{message}    [{route}, {:?}]", seen.situation.role));
            }
        }
    }
    let shown: Vec<&str> = broken.iter().map(String::as_str).take(20).collect();
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), shown.join("\n"));
}

fn holds(truth: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if truth { Ok(()) } else { Err(message()) }
}

/// The statement's own numerals, and the year in whose arrangement it stands.
fn said_by(says: &Statement) -> BTreeSet<u32> {
    numerals(&says.text).into_iter().chain(says.year.map(u32::from)).collect()
}

#[test]
fn a_plan_has_a_step_and_its_steps_are_cited() {
    every_plan(|seen| {
        let cited = |s: &Statement| !s.cites.is_empty() || s.known == Level::Unknown;
        holds(seen.plan.numbered().any(|s| cited(&s.step.says)), || "no cited step".to_owned())?;
        holds(seen.plan.statements().any(|s| !s.cites.is_empty()), || "no citation at all".to_owned())?;
        let uncited = seen.plan.steps.iter().find(|s| !cited(&s.step.says));
        uncited.map_or(Ok(()), |s| Err(format!("{} cites nothing", s.step.says.id)))
    });
}

#[test]
fn without_a_destination_there_is_a_reason() {
    for from in System::ALL {
        let nowhere = Situation { to: None, ..Situation::between(*from, *from) };
        assert_eq!(plan(&KNOWN, &nowhere, &Happened::new()).unwrap_err(), NoPlan::NeedsDestination);
    }
}

#[test]
fn one_member_deadline_an_event() {
    every_plan(|seen| {
        let mut told = BTreeSet::new();
        let twice = seen.plan.member_deadlines().find(|d| !told.insert(d.rule.by));
        twice.map_or(Ok(()), |d| Err(format!("two deadlines by {}", d.rule.by.code())))
    });
}

#[test]
fn steps_stand_in_the_order_of_events() {
    every_plan(|seen| {
        let sorted = |all: Vec<&str>, phases: Vec<_>| holds(phases.is_sorted(), || format!("out of order: {all:?}"));
        let numbered = || seen.plan.numbered();
        sorted(
            numbered().map(|s| s.step.says.id.as_str()).collect(),
            numbered().map(|s| s.step.phase).collect::<Vec<_>>(),
        )?;
        holds(seen.outline.events().is_sorted(), || format!("{:?}", seen.outline.events()))
    });
}

#[test]
fn a_deadline_runs_between_events_of_its_plan() {
    every_plan(|seen| {
        let events = seen.outline.events();
        for deadline in &seen.plan.deadlines {
            let rule = deadline.rule;
            holds(rule.from < rule.by, || format!("{} ends before it begins", rule.says.id))?;
            for event in [rule.from, rule.by] {
                holds(events.contains(&event), || format!("{}: no {} in {events:?}", rule.says.id, event.code()))?;
            }
        }
        Ok(())
    });
}

#[test]
fn every_numeral_stands_in_a_cited_statement_or_is_a_computed_date() {
    every_plan(|seen| {
        let known: BTreeSet<u32> = seen.plan.statements().flat_map(said_by).collect();
        let dates: Vec<String> = seen.plan.deadlines.iter().filter_map(|d| d.due).map(|d| d.to_string()).collect();
        for text in seen.texts() {
            let rest = dates.iter().fold(text.to_owned(), |text, date| text.replace(date, ""));
            let unfounded: Vec<u32> = numerals(&rest).difference(&known).copied().collect();
            holds(unfounded.is_empty(), || format!("{unfounded:?} in {text}"))?;
        }
        Ok(())
    });
}

/// Stricter where it matters most: a step, its notes and a warning say no numeral but their own.
#[test]
fn every_step_says_its_own_numerals() {
    every_plan(|seen| {
        let steps = seen.plan.steps.iter();
        let said = steps
            .flat_map(|s| std::iter::once((&s.step.says, &s.text)).chain(s.notes.iter().map(|n| (n.says, &n.text))));
        let rest = seen.plan.warnings.iter().chain(&seen.plan.placement).map(|s| (s.says, &s.text));
        for (says, text) in said.chain(rest) {
            holds(numerals(text).is_subset(&said_by(says)), || format!("{}: {text}", says.id))?;
        }
        Ok(())
    });
}

#[test]
fn a_documented_deadline_says_its_days_and_nothing_else() {
    for rule in KNOWN.routes.iter().flat_map(|r| &r.deadlines) {
        if rule.says.known == Level::Documented {
            assert_eq!(numerals(&rule.says.text), BTreeSet::from([u32::from(rule.days)]), "{}", rule.says.text);
        }
    }
}

#[test]
fn a_plan_names_only_the_deadlines_of_its_own_route() {
    every_plan(|seen| {
        let text = seen.text();
        let from = seen.situation.from.system;
        let crosses_to = seen.situation.to.as_ref().map(|end| end.system).filter(|to| *to != from);
        for (words, system) in DEADLINES {
            let own = crosses_to == Some(system);
            holds(own || !text.contains(words), || format!("`{words}` in the plan of another route"))?;
        }
        Ok(())
    });
    let member = |d: &&zhuanjie::knowledge::model::Deadline| d.duty == Duty::Member;
    for rule in KNOWN.routes.iter().flat_map(|r| &r.deadlines).filter(member) {
        assert_eq!(rule.legs, [Leg::Arrive], "{}: a member's deadline is the destination's", rule.says.id);
        assert!(DEADLINES.iter().any(|(words, _)| rule.says.text.contains(words)) || rule.says.text.contains("十天内"));
    }
}

#[test]
fn returners_and_moves_inside_have_no_deadline_of_guangdong() {
    every_plan(|seen| {
        let ten = seen.plan.member_deadlines().any(|d| d.rule.says.id.starts_with("gd."));
        let newcomer = seen.situation.known_there != Some(true);
        let to = seen.situation.to.as_ref().map(|end| end.system);
        let due = newcomer && to == Some(System::Guangdong) && seen.situation.from.system != System::Guangdong;
        holds(ten == (due && seen.plan.case.is_none_or(|_| to.is_some())), || format!("Guangdong's ten days: {ten}"))
    });
}

#[test]
fn a_plan_is_short_and_opens_with_what_matters() {
    every_plan(|seen| {
        let length = seen.text().chars().count();
        holds(length <= 2_500, || format!("{length} characters before the sources"))?;
        let Some(Block::Text(head)) = seen.blocks.first() else { return Err("no opening".to_owned()) };
        holds(matches!(seen.blocks.get(1), Some(Block::Steps(_))), || "steps do not follow the opening".to_owned())?;
        holds(head.lines().count() <= 6, || format!("{} lines before step 1", head.lines().count()))?;
        holds(matches!(seen.blocks.last(), Some(Block::Sources(all)) if !all.is_empty()), || "no sources".to_owned())
    });
}

#[test]
fn every_statement_has_a_source_or_says_whom_to_ask() {
    every_plan(|seen| {
        let text = seen.text();
        for says in seen.plan.statements() {
            let asks = says.known == Level::Unknown && says.text.contains("{contact}");
            holds(!says.cites.is_empty() || asks, || format!("{}: {}", says.id, says.text))?;
            holds(!asks || text.contains(&KNOWN.contacts.fallback), || format!("{} names nobody", says.id))?;
        }
        Ok(())
    });
}

#[test]
fn no_placeholder_is_left() {
    every_plan(|seen| {
        let left = seen.texts().into_iter().find(|t| t.contains(['{', '}']));
        left.map_or(Ok(()), |text| Err(text.to_owned()))?;
        let deadlines = seen.plan.deadlines.iter().flat_map(|d| std::iter::once(&d.text).chain(&d.if_missed));
        let left = deadlines.map(|text| &**text).find(|t| t.contains(['{', '}']));
        left.map_or(Ok(()), |text| Err(text.to_owned()))
    });
}
