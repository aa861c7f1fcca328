//! `zhuanjie transfer`: records as an operator sees them.

use std::io::Write;

use serde::Serialize;

use super::arguments::{TransferCommand, TransferOptions, Trees};
use super::plan::ShownDeadline;
use super::{Failure, input, knowledge, reader};
use crate::assistant::{situation_from_text, steps_done};
use crate::knowledge::Knowledge;
use crate::knowledge::terms::{CaseId, Term};
use crate::plan::{plan, text};
use crate::transfer::{Record, TransferId};

/// How many records are read at once.
const PAGE: u32 = 500;

pub(super) fn run(options: &TransferOptions, trees: &Trees) -> Result<(), Failure> {
    let known = knowledge(trees)?;
    let mut store = reader(options.data.as_deref())?;
    let mut out = std::io::stdout().lock();
    match &options.command {
        TransferCommand::Show { id, json } => {
            let unknown = || Failure::Input(format!("no transfer has the ID `{id}`"));
            let found = TransferId::parse(id).ok_or_else(unknown)?;
            let store = store.as_mut().ok_or_else(unknown)?;
            let record = store.read(|tx| tx.any_transfer(found))?.ok_or_else(unknown)?;
            if *json {
                show(&mut out, &known, &record)?;
            } else {
                writeln!(out, "{}", line(&known, &record))?;
                for point in record.timeline() {
                    writeln!(out, "  {} {}", text::day(point.on), point.event.name())?;
                }
            }
        }
        TransferCommand::List { json } => {
            let mut after = None;
            while let Some(store) = &mut store {
                let page = store.read(|tx| tx.all_transfers(after, PAGE))?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                for record in &page {
                    match json {
                        true => show(&mut out, &known, record)?,
                        false => writeln!(out, "{}", line(&known, record))?,
                    }
                }
            }
        }
    }
    Ok(())
}

fn line(known: &Knowledge, record: &Record) -> String {
    let route = situation_from_text(&record.situation).map_or_else(String::new, |s| text::route_line(known, &s));
    format!("{}  {}  {route}", record.id, record.status().code())
}

/// Writes a transfer as the contract shows it.
fn show(out: &mut impl Write, known: &Knowledge, record: &Record) -> Result<(), Failure> {
    let situation = situation_from_text(&record.situation);
    let plan = situation.as_ref().and_then(|s| plan(known, s, &record.attempt()).ok());
    let done = plan.as_ref().map(|p| steps_done(p, record)).unwrap_or_default();
    let steps = plan.iter().flat_map(|p| p.numbered()).map(|s| s.step.says.id.as_str());
    let events = record.timeline();
    let events = events.iter().map(|p| {
        let entry = record.log.iter().find(|e| e.number == p.number);
        ShownEvent {
            event: p.event.code(),
            on: p.on.to_string(),
            recorded_at: entry.map(|e| e.recorded_at.to_rfc3339()),
            by: entry.map(|e| e.by.as_str()),
        }
    });
    let shown = Shown {
        id: record.id.to_string(),
        status: record.status().code(),
        origin: situation.as_ref().map(|s| s.from.system.code()),
        destination: situation.as_ref().and_then(|s| s.to.as_ref()).map(|to| to.system.code()),
        case: situation.as_ref().and_then(|s| s.case).map(CaseId::code),
        steps: steps.map(|id| ShownStep { id, done: done.iter().any(|d| d == id) }).collect(),
        events: events.collect(),
        deadlines: plan.iter().flat_map(|p| &p.deadlines).map(super::plan::deadline).collect(),
    };
    input::answer(out, &shown)
}

#[derive(Serialize)]
struct Shown<'a> {
    id: String,
    status: &'a str,
    origin: Option<&'a str>,
    destination: Option<&'a str>,
    case: Option<&'a str>,
    steps: Vec<ShownStep<'a>>,
    events: Vec<ShownEvent<'a>>,
    deadlines: Vec<ShownDeadline<'a>>,
}

#[derive(Serialize)]
struct ShownStep<'a> {
    id: &'a str,
    done: bool,
}

#[derive(Serialize)]
struct ShownEvent<'a> {
    event: &'a str,
    on: String,
    recorded_at: Option<String>,
    by: Option<&'a str>,
}
