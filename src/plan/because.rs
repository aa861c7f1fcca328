//! Which facts of a member's situation a step or a deadline follows from, in words.

use super::Situation;
use super::outline::legs;
use super::text::end_name;
use crate::knowledge::Knowledge;
use crate::knowledge::model::When;
use crate::knowledge::terms::{Effect, Leg, Role};

/// Why a step or deadline with this id is in the plan of a situation.
pub fn because(known: &Knowledge, situation: &Situation, id: &str) -> Vec<String> {
    let mut facts = Vec::new();
    let effect = situation.effect(known);
    let of_case = situation.case.and_then(|case| known.case(case)).filter(|case| {
        effect != Effect::Keeps || case.steps.iter().any(|s| s.says.id == id) || case.reuse.iter().any(|r| r == id)
    });
    facts.extend(of_case.map(|case| format!("你的情形是“{}”", case.name)));
    let legs = match (&situation.to, effect) {
        (Some(to), Effect::Keeps) => legs(known, situation.from.system, to.system).unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut conditions: Vec<&When> =
        of_case.into_iter().flat_map(|case| &case.steps).filter(|s| s.says.id == id).map(|s| &s.when).collect();
    for (route, leg) in legs {
        let step = route.steps.iter().find(|s| s.says.id == id && s.legs.contains(&leg)).map(|s| &s.when);
        let deadline = || route.deadlines.iter().find(|d| d.says.id == id && d.legs.contains(&leg)).map(|d| &d.when);
        if let Some(when) = step.or_else(deadline) {
            facts.push(match leg {
                Leg::Leave => format!("你从{}转出", end_name(known, &situation.from)),
                Leg::Arrive => format!("你要转入{}", route.name),
                Leg::Within => format!("你在{}内部转", route.name),
            });
            conditions.push(when);
        }
    }
    for when in conditions {
        facts.extend(met(known, situation, when));
    }
    facts.dedup();
    facts
}

/// What a member said that meets the conditions.
fn met(known: &Knowledge, situation: &Situation, when: &When) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(to) = situation.to.as_ref().filter(|_| !when.to.is_empty() || when.committee.is_some()) {
        facts.push(format!("要去的是{}", end_name(known, to)));
    }
    if !when.from.is_empty() {
        facts.push(format!("现在的组织在{}", end_name(known, &situation.from)));
    }
    if when.known_there.is_some() {
        facts.push(match situation.known_there {
            Some(true) => "你说以前在对方系统登记过".to_owned(),
            Some(false) => "你说以前没在对方系统登记过".to_owned(),
            None => "你没说以前在对方系统登记过，先按没登记过算".to_owned(),
        });
    }
    if !when.role.is_empty() && situation.role != Role::Member {
        facts.push(format!("你是{}", role_name(situation.role)));
    }
    facts
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "团员本人",
        Role::OriginBranch => "转出团支部的负责人",
        Role::DestinationBranch => "转入团支部的负责人",
    }
}

/// What a member has said of themselves that the whole plan follows from.
pub fn told(known: &Knowledge, situation: &Situation) -> Vec<String> {
    let end = |what: &str, end: &crate::language::ends::End| {
        let name = end_name(known, end);
        let said = [Some(&end.name), end.province.as_ref()].into_iter().flatten().find(|said| !said.is_empty());
        match said {
            Some(said) if !name.contains(said.as_str()) => format!("{what}：{said}，用{name}"),
            _ => format!("{what}：{name}"),
        }
    };
    let mut facts = vec![end("现在的团组织", &situation.from)];
    if situation.effect(known) == Effect::Keeps {
        facts.extend(situation.to.as_ref().map(|to| end("要去的团组织", to)));
    }
    facts.extend(situation.case.and_then(|id| known.case(id)).map(|case| format!("情形：{}", case.name)));
    match situation.known_there {
        Some(true) => facts.push("以前在对方系统登记过".to_owned()),
        Some(false) => facts.push("以前没在对方系统登记过".to_owned()),
        None => {}
    }
    if situation.role != Role::Member {
        facts.push(format!("身份：{}", role_name(situation.role)));
    }
    facts
}
