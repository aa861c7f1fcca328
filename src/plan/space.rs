//! The whole rule space, small enough to prove things over all of it.

use std::collections::BTreeSet;

use super::{Outline, Situation, outline};
use crate::knowledge::Knowledge;
use crate::knowledge::problem::Problems;
use crate::knowledge::terms::{CaseId, Committee, Effect, Role, System, Term};
use crate::language::ends::End;

/// Every situation there is: origins and destinations with and without a system committee, cases, roles, and known at
/// the destination or not.
pub fn situations(known: &Knowledge) -> Vec<Situation> {
    let mut ends: Vec<End> = System::ALL.iter().map(|s| End::of(*s)).collect();
    ends.extend(Committee::ALL.iter().map(|c| End::under(*c)));
    let cases: Vec<Option<CaseId>> = std::iter::once(None).chain(CaseId::ALL.iter().copied().map(Some)).collect();
    let mut all = Vec::new();
    for from in &ends {
        for case in &cases {
            let effect = case.and_then(|id| known.case(id)).map_or(Effect::Keeps, |c| c.effect);
            let destinations: Vec<Option<End>> = match effect {
                Effect::Keeps => ends.iter().cloned().map(Some).collect(),
                Effect::Replaces | Effect::Stays => vec![None],
            };
            for to in destinations {
                for role in Role::ALL {
                    for known_there in [None, Some(false), Some(true)] {
                        all.push(Situation {
                            from: from.clone(),
                            to: to.clone(),
                            case: *case,
                            role: *role,
                            known_there,
                        });
                    }
                }
            }
        }
    }
    all
}

/// Walks the rule space, reports every contradiction at the statement that causes it, and counts the plans.
pub fn check(known: &Knowledge, problems: &Problems) -> usize {
    let all = situations(known);
    let mut told = BTreeSet::new();
    for situation in &all {
        let Ok(outline) = outline(known, situation) else { continue };
        for (id, message) in contradictions(&outline) {
            if let Some(at) = known.position(&id)
                && told.insert((id, message.clone()))
            {
                problems.add(at, message);
            }
        }
    }
    all.len()
}

fn contradictions(outline: &Outline<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut by = Vec::new();
    for rule in outline.member_deadlines() {
        if let Some((_, first)) = by.iter().find(|(event, _)| *event == rule.by) {
            let message = format!(
                "two deadlines apply where one must: `{}` and `{first}` both by `{}`",
                rule.says.id,
                rule.by.code()
            );
            found.push((rule.says.id.clone(), message));
        }
        by.push((rule.by, &rule.says.id));
    }
    let mut phases = outline.numbered().map(|step| step.phase).collect::<Vec<_>>();
    phases.dedup();
    if phases.is_empty() {
        let id =
            outline.case.map_or_else(String::new, |c| c.placement.first().map_or(String::new(), |w| w.says.id.clone()));
        found.push((id, "a plan without a step".to_owned()));
    }
    found
}
