//! `tests/plans/`: every cell and case as the member reads it, so that a change in knowledge shows as a diff.
//!
//! `UPDATE_PLANS=1 cargo test` writes them anew; a file that nobody produces is an error.

use std::collections::BTreeMap;
use std::fmt::Write;

use zhuanjie::knowledge::terms::{CaseId, Committee, Effect, System, Term};
use zhuanjie::plan::{Happened, Situation};

use crate::{KNOWN, blocks, folder, in_case, plain_text, shipped, to_committee};

/// Where those go who ask about a case that keeps the route: every destination once.
const ELSEWHERE: [(System, System); 4] = [
    (System::Central, System::Fujian),
    (System::Guangdong, System::Beijing),
    (System::Fujian, System::Guangdong),
    (System::Beijing, System::Central),
];

fn read_by_a_member(situation: &Situation) -> String {
    let mut text = plain_text(blocks(situation, &Happened::new()));
    text.push('\n');
    text
}

/// All plans to keep, by the names of their files.
fn plans() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut cell = |name: String, situation: Situation| {
        let known_there = |known| read_by_a_member(&Situation { known_there: Some(known), ..situation.clone() });
        if known_there(true) != known_there(false) {
            all.insert(format!("{name}-returner.txt"), known_there(true));
        }
        all.insert(format!("{name}.txt"), read_by_a_member(&situation));
    };
    for from in System::ALL {
        for to in System::ALL {
            cell(format!("{}-{}", from.code(), to.code()), Situation::between(*from, *to));
        }
    }
    for from in [System::Guangdong, System::Beijing] {
        for committee in Committee::ALL {
            cell(format!("{}-central-{}", from.code(), committee.code()), to_committee(from, *committee));
        }
    }
    for case in CaseId::ALL {
        let keeps = KNOWN.case(*case).unwrap().effect == Effect::Keeps;
        for (from, to) in ELSEWHERE {
            let to = keeps.then_some(to);
            let name = to.map(|to| format!("-{}", to.code())).unwrap_or_default();
            let name = format!("case-{}-{}{name}.txt", case.code(), from.code());
            all.insert(name, read_by_a_member(&in_case(*case, from, to)));
        }
    }
    all
}

/// The first lines that differ, the way `diff` shows them.
fn differences(name: &str, kept: &str, now: &str) -> String {
    let (kept, now): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), now.lines().collect());
    let same = kept.iter().zip(&now).take_while(|(a, b)| a == b).count();
    let mut out = format!("tests/plans/{name}, line {}:\n", same + 1);
    kept.iter().skip(same).take(2).for_each(|line| writeln!(out, "  - {line}").unwrap());
    now.iter().skip(same).take(2).for_each(|line| writeln!(out, "  + {line}").unwrap());
    out
}

#[test]
fn every_plan_reads_as_it_did() {
    let (folder, now) = (folder("tests/plans"), plans());
    if std::env::var_os("UPDATE_PLANS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        now.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
        return;
    }
    let kept = shipped("tests/plans");
    let mut wrong = Vec::new();
    for (name, text) in &now {
        match kept.get(name) {
            None => wrong.push(format!("tests/plans/{name} is missing\n")),
            Some(kept) if kept != text => wrong.push(differences(name, kept, text)),
            Some(_) => {}
        }
    }
    let stale = kept.under("").filter(|(name, _)| !now.contains_key(*name));
    wrong.extend(stale.map(|(name, _)| format!("tests/plans/{name}: no plan is called so\n")));
    assert!(
        wrong.is_empty(),
        "{} plans differ; read them, then UPDATE_PLANS=1 cargo test\n{}",
        wrong.len(),
        wrong.concat()
    );
}

#[test]
fn what_is_kept_is_short() {
    for (name, text) in plans() {
        let before_sources = text.split("\n来源：").next().unwrap_or_default().chars().count();
        assert!(before_sources <= 1_500, "tests/plans/{name} has {before_sources} characters before its sources");
    }
}
