//! The shipped trees, and that a tree is data.

use std::collections::BTreeSet;

use zhuanjie::dialog::{self, Answers, DONE, Tree, graph};
use zhuanjie::knowledge::problem::Problems;

use crate::{shipped, trees};

fn answers(all: &[(&str, &str)]) -> Answers {
    all.iter().map(|(slot, value)| ((*slot).to_owned(), (*value).to_owned())).collect()
}

/// The question a walk stands at.
fn asked<'t>(tree: &'t Tree, said: &[(&str, &str)]) -> Option<&'t str> {
    tree.next(&answers(said)).map(|node| node.id.as_str())
}

fn transfer() -> Tree {
    trees().into_iter().find(|t| t.name == "transfer").unwrap()
}

/// A question with two branches, one of which asks once more; put between the destination and what follows.
const BRANCHES: &str = r#"
[[node]]
id = "papers"
fills = "papers"
ask = "手上有入团志愿书吗？"
why = "没有的要先补。"
options = [
    { label = "有", value = "yes" },
    { label = "没有", value = "no", next = "replace" },
]
next = "known_there"

[[node]]
id = "replace"
fills = "replace"
ask = "原来的学校还联系得上吗？"
why = "补办要原学校出证明。"
options = [{ label = "联系得上", value = "yes" }, { label = "联系不上", value = "no" }]
next = "known_there"
"#;

#[test]
fn a_question_with_two_branches_changes_the_walk_without_a_build() {
    let mut files = shipped("dialogs");
    let text = files.get("transfer.toml").unwrap().replacen("next = \"known_there\"", "next = \"papers\"", 1);
    files.set("transfer.toml", format!("{text}{BRANCHES}"));
    let problems = Problems::default();
    let changed = dialog::load(&files, &problems).into_iter().find(|t| t.name == "transfer").unwrap();
    assert_eq!(problems.into_sorted(), []);

    let ends = [("from", "guangdong"), ("to", "beijing")];
    let with = |more: &[(&'static str, &'static str)]| [ends.as_slice(), more].concat();
    assert_eq!(asked(&transfer(), &ends), None, "as shipped, both ends are enough");
    assert_eq!(asked(&changed, &ends), Some("papers"));
    assert_eq!(asked(&changed, &with(&[("papers", "yes")])), None, "one branch goes on");
    assert_eq!(asked(&changed, &with(&[("papers", "no")])), Some("replace"), "the other asks once more");
    assert_eq!(asked(&changed, &with(&[("papers", "no"), ("replace", "yes")])), None);
    // Going back takes an answer away, and the walk stands where it stood.
    assert_eq!(asked(&changed, &with(&[("replace", "yes")])), Some("papers"));
    // What was said in passing fills its slot in any order.
    assert_eq!(asked(&changed, &[("papers", "no"), ("to", "beijing")]), Some("origin"));
}

#[test]
fn both_ends_are_asked_for_and_nothing_else_before_the_plan() {
    let tree = transfer();
    assert_eq!(asked(&tree, &[]), Some("origin"));
    assert_eq!(asked(&tree, &[("from", "fujian")]), Some("destination"));
    assert_eq!(asked(&tree, &[("to", "fujian")]), Some("origin"));
    let said = answers(&[("from", "fujian"), ("to", "guangdong")]);
    assert_eq!(tree.next(&said).map(|n| n.id.as_str()), None);
    assert_eq!(tree.after_plan(&said).map(|n| n.id.as_str()), Some("known_there"));
    let inside = answers(&[("from", "guangdong"), ("to", "guangdong")]);
    assert_eq!(tree.after_plan(&inside).map(|n| n.id.as_str()), None, "nobody reports inside Guangdong");
}

#[test]
fn every_node_is_reached_and_every_walk_ends() {
    for tree in trees() {
        let (mut reached, mut open) = (BTreeSet::from([tree.root.as_str()]), vec![tree.root.as_str()]);
        while let Some(id) = open.pop() {
            let Some(node) = tree.node(id) else { continue };
            for (target, _) in node.edges() {
                assert!(target == DONE || tree.node(target).is_some(), "{}: {id} leads to {target}", tree.name);
                if reached.insert(target) {
                    open.push(target);
                }
            }
        }
        for node in &tree.nodes {
            assert!(reached.contains(node.id.as_str()), "{}: {} is not reached", tree.name, node.id);
        }
        assert!(reached.contains(DONE), "{}: no walk ends", tree.name);
    }
}

#[test]
fn every_option_fits_a_channel_and_every_question_says_why() {
    for node in trees().iter().flat_map(|t| &t.nodes) {
        for option in &node.options {
            let length = option.label.chars().count();
            assert!((1..=20).contains(&length) && option.label.len() <= 64, "{}: {}", node.id, option.label);
        }
        assert!(!node.why.trim().is_empty(), "{} does not say why", node.id);
        assert!(!node.ask.contains('{') && !node.why.contains('{'), "{} keeps a placeholder", node.id);
    }
}

#[test]
fn the_drawing_names_every_node_and_option() {
    for tree in trees() {
        let drawing = graph::mermaid(&tree);
        assert!(drawing.starts_with("flowchart TD\n"), "{drawing}");
        for node in &tree.nodes {
            assert!(drawing.contains(&format!("    {}", node.id)), "{} is not drawn:\n{drawing}", node.id);
            assert!(drawing.contains(&node.ask), "{} is not asked:\n{drawing}", node.id);
            for option in node.options.iter().filter(|o| o.next.is_some()) {
                assert!(drawing.contains(&option.label), "{} is not drawn:\n{drawing}", option.label);
            }
        }
    }
}
