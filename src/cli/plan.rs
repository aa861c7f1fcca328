//! `zhuanjie plan`: a situation in codes, its plan as text or JSON.

use std::io::Write;

use chrono::NaiveDate;
use serde::Serialize;

use super::arguments::{PlanQuery, Trees};
use super::{Failure, input, knowledge};
use crate::knowledge::Knowledge;
use crate::knowledge::model::Statement;
use crate::knowledge::terms::{CaseId, Committee, Effect, Event, Role, System, Term};
use crate::language::ends::End;
use crate::plan::{Due, Happened, NoPlan, Plan, PlanStep, Situation, plan, text};
use crate::reply::Reply;
use crate::reply::plain;

pub(super) fn run(query: &PlanQuery, trees: &Trees) -> Result<(), Failure> {
    let known = knowledge(trees)?;
    let situation = situation(&known, query)?;
    let happened = query.on.iter().map(|on| event(on)).collect::<Result<Happened, _>>()?;
    let plan = plan(&known, &situation, &happened).map_err(|error| match error {
        NoPlan::NeedsDestination => Failure::Input("--to is needed: this case does not decide the destination".into()),
        NoPlan::NoRoute(_) => Failure::Input(error.to_string()),
    })?;
    let mut out = std::io::stdout().lock();
    if query.json {
        input::answer(&mut out, &shown(&known, &situation, &plan))?;
    } else {
        let blocks = text::blocks(&known, &situation, &plan, &happened);
        writeln!(out, "{}", plain::text(&known, &Reply { blocks, ..Reply::default() }))?;
    }
    Ok(())
}

fn parse<T: Term>(option: &str, value: &str) -> Result<T, Failure> {
    let message = || format!("{option}: unknown {} `{value}`, expected one of {}", T::KIND, T::codes());
    T::parse(value).ok_or_else(|| Failure::Input(message()))
}

fn maybe<T: Term>(option: &str, value: Option<&String>) -> Result<Option<T>, Failure> {
    value.map(|value| parse(option, value)).transpose()
}

/// An end from a system and a committee; a committee is in `central` and nowhere else.
fn end(option: &str, system: Option<&String>, committee: Option<&String>) -> Result<Option<End>, Failure> {
    let system: Option<System> = maybe(option, system)?;
    let committees = if option == "--from" { "--from-committee" } else { "--committee" };
    let Some(committee) = maybe::<Committee>(committees, committee)? else { return Ok(system.map(End::of)) };
    match system {
        None | Some(System::Central) => Ok(Some(End::under(committee))),
        Some(other) => Err(Failure::Input(format!(
            "{option} {}: the system committee `{}` is in `central`",
            other.code(),
            committee.code()
        ))),
    }
}

fn situation(known: &Knowledge, query: &PlanQuery) -> Result<Situation, Failure> {
    let from = end("--from", query.from.as_ref(), query.from_committee.as_ref())?;
    let to = end("--to", query.to.as_ref(), query.committee.as_ref())?;
    let case: Option<CaseId> = maybe("--case", query.case.as_ref())?;
    let effect = case.and_then(|id| known.case(id)).map_or(Effect::Keeps, |c| c.effect);
    let known_there = match query.reported_before.as_deref() {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(other) => return Err(Failure::Input(format!("--reported-before: `{other}` is neither yes nor no"))),
    };
    Ok(Situation {
        from: from.ok_or_else(|| Failure::Input("--from is needed".into()))?,
        to: to.filter(|_| effect == Effect::Keeps),
        case,
        role: maybe("--role", query.role.as_ref())?.unwrap_or(Role::Member),
        known_there,
    })
}

fn event(on: &str) -> Result<(Event, NaiveDate), Failure> {
    let (event, date) = on
        .split_once('=')
        .ok_or_else(|| Failure::Input(format!("--on: `{on}` is not of the form EVENT=YYYY-MM-DD")))?;
    let date = date.parse().map_err(|_| Failure::Input(format!("--on: `{date}` is not a date such as 2024-06-01")))?;
    Ok((parse("--on", event)?, date))
}

/// A plan as the contract shows it.
#[derive(Serialize)]
struct Shown<'a> {
    origin: &'a str,
    destination: Option<&'a str>,
    placement: Option<String>,
    case: Option<&'a str>,
    steps: Vec<ShownStep<'a>>,
    deadlines: Vec<ShownDeadline<'a>>,
    warnings: Vec<&'a str>,
}

#[derive(Serialize)]
struct ShownStep<'a> {
    id: &'a str,
    number: usize,
    actor: &'a str,
    #[serde(rename = "if")]
    only_if: Option<&'a str>,
    text: &'a str,
    citations: Vec<String>,
    known: &'a str,
}

/// A deadline as the contract shows it.
#[derive(Serialize)]
pub(super) struct ShownDeadline<'a> {
    id: &'a str,
    duty: &'a str,
    what: &'a str,
    days: u16,
    from: &'a str,
    by: &'a str,
    due: Option<String>,
    if_missed: Option<&'a str>,
    citations: Vec<String>,
    known: &'a str,
    start_known: &'a str,
}

fn shown<'a>(known: &Knowledge, situation: &'a Situation, plan: &'a Plan<'_>) -> Shown<'a> {
    let placement: Vec<&str> = plan.placement.iter().map(|p| &*p.text).collect();
    let keeps = situation.effect(known) == Effect::Keeps;
    Shown {
        origin: situation.from.system.code(),
        destination: situation.to.as_ref().filter(|_| keeps).map(|end| end.system.code()),
        placement: (!placement.is_empty()).then(|| placement.join("")),
        case: situation.case.map(CaseId::code),
        steps: plan.steps.iter().enumerate().map(|(i, s)| step(i + 1, s)).collect(),
        deadlines: plan.deadlines.iter().map(deadline).collect(),
        warnings: plan.warnings.iter().map(|w| &*w.text).collect(),
    }
}

fn step<'a>(number: usize, step: &'a PlanStep<'_>) -> ShownStep<'a> {
    let says = &step.step.says;
    ShownStep {
        id: &says.id,
        number,
        actor: step.step.actor.code(),
        only_if: step.only_if_known_there.then_some("reported_before=yes"),
        text: &step.text,
        citations: cited(says),
        known: says.known.code(),
    }
}

pub(super) fn deadline<'a>(due: &'a Due<'_>) -> ShownDeadline<'a> {
    let rule = due.rule;
    ShownDeadline {
        id: &rule.says.id,
        duty: rule.duty.code(),
        what: &due.text,
        days: rule.days,
        from: rule.from.code(),
        by: rule.by.code(),
        due: due.due.map(|d| d.to_string()),
        if_missed: due.if_missed.as_deref(),
        citations: cited(&rule.says),
        known: rule.says.known.code(),
        start_known: rule.start_known.code(),
    }
}

fn cited(says: &Statement) -> Vec<String> {
    says.cites.iter().map(ToString::to_string).collect()
}
