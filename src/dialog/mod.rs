//! Dialog trees: data that says what to ask next.
//!
//! A node asks for one fact, which fills one slot. The state of a dialog is its answers by slot; where it stands is
//! the walk from the root to the first node whose slot is empty. So a fact said in passing, going back, changing an
//! answer and a new version of the tree are one rule.

pub mod graph;
mod load;

use std::collections::BTreeMap;

pub use load::load;

/// Answers by slot.
pub type Answers = BTreeMap<String, String>;

/// The name that ends a walk.
pub const DONE: &str = "done";

/// A slot that is filled by what a text says of places.
pub const FROM: &str = "from";
/// The other end.
pub const TO: &str = "to";
/// A special situation.
pub const CASE: &str = "case";
/// Who reads the plan.
pub const ROLE: &str = "role";
/// Is the member already registered at the destination? `yes`, `no` or `unsure`.
pub const KNOWN_THERE: &str = "known_there";

/// A dialog.
#[derive(Debug, Clone)]
pub struct Tree {
    /// Its name: the name of its file.
    pub name: String,
    /// The node at which a walk begins.
    pub root: String,
    /// Its nodes.
    pub nodes: Vec<Node>,
}

/// A question.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its name in the tree.
    pub id: String,
    /// The slot that its answer fills.
    pub fills: String,
    /// The question.
    pub ask: String,
    /// Why it is asked.
    pub why: String,
    /// Answers to choose from; without any, the answer is read from the text.
    pub options: Vec<Choice>,
    /// Where the walk goes on, unless the chosen option says otherwise.
    pub next: String,
    /// Slots and the values they must have for this node to be asked; otherwise the walk goes on to `next`.
    pub when: Vec<(String, Vec<String>)>,
    /// Offered under the plan, never asked before it.
    pub after_plan: bool,
}

/// An answer to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is shown and said.
    pub label: String,
    /// Other words that choose it.
    pub says: Vec<String>,
    /// What it puts into the slot.
    pub value: String,
    /// Where the walk goes on.
    pub next: Option<String>,
}

impl Tree {
    /// A node by name.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|n| n.id == id)
    }

    /// The next question before the plan, or none when everything that is needed has been said.
    pub fn next(&self, answers: &Answers) -> Option<&Node> {
        self.walk(answers, false)
    }

    /// The next question to offer under the plan.
    pub fn after_plan(&self, answers: &Answers) -> Option<&Node> {
        self.walk(answers, true)
    }

    fn walk(&self, answers: &Answers, after_plan: bool) -> Option<&Node> {
        let mut at = self.root.as_str();
        // A tree that passed its checks has no cycle; one that did not must still end.
        for _ in 0..=self.nodes.len() {
            let node = self.node(at)?;
            let applies = node.applies(answers);
            match answers.get(&node.fills) {
                Some(value) if applies => at = node.leads_to(value),
                None if applies && node.after_plan == after_plan => return Some(node),
                _ => at = &node.next,
            }
        }
        None
    }
}

impl Node {
    fn applies(&self, answers: &Answers) -> bool {
        self.when.iter().all(|(slot, values)| answers.get(slot).is_some_and(|v| values.contains(v)))
    }

    fn leads_to(&self, value: &str) -> &str {
        let chosen = self.options.iter().find(|o| o.value == value);
        chosen.and_then(|o| o.next.as_deref()).unwrap_or(&self.next)
    }

    /// Everywhere the walk can go from here.
    pub fn edges(&self) -> impl Iterator<Item = (&str, Option<&Choice>)> {
        let options = self.options.iter().filter_map(|o| o.next.as_deref().map(|next| (next, Some(o))));
        options.chain(std::iter::once((self.next.as_str(), None)))
    }
}
