//! `zhuanjie dialogs`: the trees as drawings.

use std::io::Write;

use super::arguments::{DialogCommand, DialogOptions, Trees};
use super::{Failure, files, sound};
use crate::dialog::graph;
use crate::knowledge::problem::Problems;

pub(super) fn run(options: &DialogOptions, trees: &Trees) -> Result<(), Failure> {
    let (_, dialogs) = files(trees)?;
    let problems = Problems::default();
    let trees = crate::dialog::load(&dialogs, &problems);
    let trees = sound(trees, problems)?;
    let DialogCommand::Graph { name } = &options.command;
    let names = || trees.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(name) = name
        && trees.iter().all(|t| t.name != *name)
    {
        return Err(Failure::Input(format!("no dialog is called `{name}`, there are {}", names())));
    }
    let mut out = std::io::stdout().lock();
    for tree in trees.iter().filter(|t| name.as_ref().is_none_or(|n| *n == t.name)) {
        write!(out, "{}", graph::mermaid(tree))?;
    }
    Ok(())
}
