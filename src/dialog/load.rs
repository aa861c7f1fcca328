//! Reading `dialogs/*.toml`, and what can be wrong with a tree.

use std::collections::{BTreeMap, BTreeSet};

use super::{CASE, Choice, DONE, FROM, KNOWN_THERE, Node, ROLE, TO, Tree};
use crate::knowledge::files::Files;
use crate::knowledge::limits::LABEL;
use crate::knowledge::problem::{At, Doc, Problems};
use crate::knowledge::read::{Table, document};
use crate::knowledge::terms::{CaseId, Role, System, Term};

/// The version of the language that this program reads.
const VERSION: u16 = 1;

/// Reads every tree of a folder; what is wrong goes to `problems`.
pub fn load(files: &Files, problems: &Problems) -> Vec<Tree> {
    let mut trees = Vec::new();
    for (path, text) in files.under("") {
        let Some(name) = path.strip_suffix(".toml") else { continue };
        trees.extend(document(&Doc::new(path, text), problems, |table| tree(table, name)));
    }
    if trees.iter().all(|t: &Tree| t.name != "transfer") {
        problems.add(&Doc::new("transfer.toml", "").at(0), "this dialog is missing");
    }
    trees
}

fn tree(table: &Table<'_>, name: &str) -> Option<Tree> {
    if let Some(version) = table.number("version")
        && version.value != VERSION
    {
        table.problem(&version.at, format!("version {} is not known, expected {VERSION}", version.value));
    }
    let root = table.string("root");
    let mut places = BTreeMap::new();
    let mut nodes: Vec<Node> = Vec::new();
    for entry in table.tables("node") {
        let (node, at) = node(&entry);
        entry.finish();
        let Some(node) = node else { continue };
        if nodes.iter().any(|n| n.id == node.id) {
            table.problem(&at[0].1, format!("duplicate node `{}`", node.id));
        }
        places.insert(node.id.clone(), at);
        nodes.push(node);
    }
    let root = root?;
    let tree = Tree { name: name.to_owned(), root: root.value, nodes };
    if tree.node(&tree.root).is_none() {
        table.problem(&root.at, format!("unknown node `{}`", tree.root));
    }
    shape(table, &tree, &places);
    Some(tree)
}

/// The places of a node's id and of the node names it mentions.
type Places = Vec<(String, At)>;

fn node(table: &Table<'_>) -> (Option<Node>, Places) {
    let (id, fills, ask) = (table.string("id"), table.string("fills"), table.string("ask"));
    let (why, next) = (table.string("why"), table.string("next"));
    let mut places: Places = id.iter().map(|i| (i.value.clone(), i.at.clone())).collect();
    let mut options = Vec::new();
    for option in table.tables("options") {
        let (label, value, to) = (option.string("label"), option.string("value"), option.optional_string("next"));
        let says = option.strings("says").into_iter().map(|s| s.value).collect();
        option.finish();
        if let (Some(fills), Some(value)) = (&fills, &value)
            && !allowed(&fills.value, &value.value)
        {
            table.problem(&value.at, format!("`{}` is no value of `{}`", value.value, fills.value));
        }
        if let Some(label) = &label
            && label.value.chars().count() > LABEL
        {
            table.problem(&label.at, format!("option `{}` is longer than {LABEL} characters", label.value));
        }
        places.extend(to.iter().map(|t| (t.value.clone(), t.at.clone())));
        if let (Some(label), Some(value)) = (label, value) {
            options.push(Choice { label: label.value, says, value: value.value, next: to.map(|t| t.value) });
        }
    }
    places.extend(next.iter().map(|t| (t.value.clone(), t.at.clone())));
    let when = table.table("when").map_or_else(Vec::new, |when| {
        let lists = when.lists();
        for (slot, values) in &lists {
            for value in values.iter().filter(|v| !allowed(&slot.value, &v.value)) {
                table.problem(&value.at, format!("`{}` is no value of `{}`", value.value, slot.value));
            }
        }
        lists.into_iter().map(|(slot, values)| (slot.value, values.into_iter().map(|v| v.value).collect())).collect()
    });
    let after_plan = table.boolean("after_plan").unwrap_or(false);
    let read = || {
        let (id, fills, ask) = (id?.value, fills?.value, ask?.value);
        if options.is_empty() && ![FROM, TO].contains(&fills.as_str()) {
            table.problem(table.at(), format!("dead end: nobody can answer `{id}`, it has no options"));
        }
        Some(Node { id, fills, ask, why: why?.value, options, next: next?.value, when, after_plan })
    };
    (read(), places)
}

/// May this value stand in this slot? Slots that the program does not know take any.
fn allowed(slot: &str, value: &str) -> bool {
    match slot {
        FROM | TO => System::parse(value).is_some(),
        CASE => value == "none" || CaseId::parse(value).is_some(),
        ROLE => Role::parse(value).is_some(),
        KNOWN_THERE => ["yes", "no", "unsure"].contains(&value),
        _ => true,
    }
}

/// Names that lead nowhere, nodes that nothing leads to, and nodes from which the end cannot be reached.
fn shape(table: &Table<'_>, tree: &Tree, places: &BTreeMap<String, Places>) {
    for node in &tree.nodes {
        for (target, _) in node.edges() {
            if target != DONE && tree.node(target).is_none() {
                let place = places[&node.id].iter().skip(1).find(|(name, _)| name == target);
                let at = place.map_or(table.at(), |(_, at)| at);
                table.problem(at, format!("unknown node `{target}`"));
            }
        }
    }
    let mut reached = BTreeSet::from([tree.root.as_str()]);
    let mut open = vec![tree.root.as_str()];
    while let Some(at) = open.pop() {
        for (target, _) in tree.node(at).iter().flat_map(|n| n.edges()) {
            if reached.insert(target) {
                open.push(target);
            }
        }
    }
    let mut ends = BTreeSet::from([DONE]);
    // A name that leads nowhere is reported on its own; here it counts as an end.
    let over = |ends: &BTreeSet<&str>, target: &str| ends.contains(target) || tree.node(target).is_none();
    while let Some(node) =
        tree.nodes.iter().find(|n| !ends.contains(n.id.as_str()) && n.edges().all(|(t, _)| over(&ends, t)))
    {
        ends.insert(&node.id);
    }
    for node in &tree.nodes {
        let Some((_, at)) = places[&node.id].first() else { continue };
        if !reached.contains(node.id.as_str()) {
            table.problem(at, format!("unreachable node `{}`", node.id));
        } else if !ends.contains(node.id.as_str()) {
            table.problem(at, format!("dead end: from `{}` a walk may never reach `{DONE}`", node.id));
        }
    }
}
