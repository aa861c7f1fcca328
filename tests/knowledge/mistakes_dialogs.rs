//! Every kind of mistake an author can make in `dialogs/`.

use crate::broken::copy;

const TREE: &str = "transfer.toml";

/// A node between the destination and the end; `with` gives its options and what follows them.
fn node(id: &str, with: &str) -> String {
    format!("[[node]]\nid = {id}\nfills = \"test\"\nask = \"问什么？\"\nwhy = \"为什么。\"\n{with}\n")
}

const OPTIONS: &str = "options = [{ label = \"是\", value = \"yes\" }]\nnext = \"done\"";

#[test]
fn an_unknown_node() {
    copy().swap(TREE, "next = \"known_there\"", "next = ¦\"know_there\"").reports_among(&["unknown node `know_there`"]);
    let option = "options = [{ label = \"是\", value = \"yes\", next = ¦\"nowhere\" }]\nnext = \"done\"";
    copy()
        .swap(TREE, "next = \"known_there\"", "next = \"test\"")
        .add(TREE, &node("\"test\"", option).replace("\"done\"", "\"known_there\""))
        .reports(&["unknown node `nowhere`"]);
}

#[test]
fn a_node_that_nothing_leads_to() {
    copy().add(TREE, &node("¦\"alone\"", OPTIONS)).reports(&["unreachable node `alone`"]);
}

#[test]
fn a_node_that_nobody_can_answer() {
    copy()
        .swap(TREE, "next = \"known_there\"", "next = \"test\"")
        .add(TREE, &format!("¦{}", node("\"test\"", "next = \"known_there\"")))
        .reports(&["dead end: nobody can answer `test`, it has no options"]);
}

#[test]
fn a_walk_that_never_ends() {
    copy()
        .swap(TREE, "id = \"origin\"", "id = ¦\"origin\"")
        .swap(TREE, "id = \"destination\"", "id = ¦\"destination\"")
        .swap(TREE, "id = \"known_there\"", "id = ¦\"known_there\"")
        .swap(TREE, "next = \"done\"", "next = \"destination\"")
        .reports(&[
            "dead end: from `origin` a walk may never reach `done`",
            "dead end: from `destination` a walk may never reach `done`",
            "dead end: from `known_there` a walk may never reach `done`",
        ]);
}

#[test]
fn a_node_that_stands_twice() {
    let twice = node("¦\"origin\"", OPTIONS).replace("\"test\"", "\"from\"").replace("\"yes\"", "\"central\"");
    copy().add(TREE, &twice).reports_among(&["duplicate node `origin`"]);
}

#[test]
fn a_value_that_the_slot_does_not_take() {
    copy()
        .swap(TREE, "to = [\"guangdong\"]", "to = [¦\"guandong\"]")
        .swap(TREE, "value = \"unsure\"", "value = ¦\"perhaps\"")
        .reports(&["`guandong` is no value of `to`", "`perhaps` is no value of `known_there`"]);
}

#[test]
fn an_option_that_a_channel_cannot_show() {
    copy()
        .swap(TREE, "label = \"报到过\"", "label = ¦\"我以前在广东的智慧团建系统里面报到过一次了\"")
        .reports(&["option `我以前在广东的智慧团建系统里面报到过一次了` is longer than 20 characters"]);
}

#[test]
fn a_missing_root() {
    copy().swap(TREE, "root = \"origin\"", "root = ¦\"orign\"").reports_among(&["unknown node `orign`"]);
    let (problems, _) = copy().swap(TREE, "root = \"origin\"", "").problems();
    assert!(problems.contains(&"transfer.toml:1:1: missing key `root`".to_owned()), "{problems:#?}");
}

#[test]
fn an_unknown_version() {
    copy().swap(TREE, "version = 1", "version = ¦2").reports(&["version 2 is not known, expected 1"]);
}

#[test]
fn a_misspelt_key() {
    copy()
        .swap(TREE, "after_plan = true", "after_plan = true\n¦nxet = \"done\"")
        .reports(&["unknown key `nxet`, did you mean `next`?"]);
}

#[test]
fn a_missing_tree() {
    copy().without(TREE).reports(&["this dialog is missing"]);
}
