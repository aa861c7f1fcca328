//! A reply as plain text, for the terminal and for JSON.

use std::fmt::Write;

use crate::knowledge::Knowledge;
use crate::knowledge::model::Cite;
use crate::reply::{Block, Line, Reply};

/// The whole text of a reply, sources last.
pub fn text(known: &Knowledge, reply: &Reply) -> String {
    let mut out = String::new();
    for block in &reply.blocks {
        if matches!(block, Block::Sources(cites) if cites.is_empty()) {
            continue;
        }
        if !out.is_empty() {
            out.push_str(if matches!(block, Block::Points(_)) { "\n" } else { "\n\n" });
        }
        match block {
            Block::Text(text) | Block::Heading(text) => out.push_str(text),
            Block::Steps(steps) => out.push_str(&numbered(steps)),
            Block::Points(points) => {
                let points: Vec<String> = points.iter().map(|p| format!("· {p}")).collect();
                out.push_str(&points.join("\n"));
            }
            Block::Sources(cites) => out.push_str(&source_line(known, cites)),
        }
    }
    out
}

fn numbered(steps: &[Line]) -> String {
    let mut out = String::new();
    for (number, step) in steps.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let tick = if step.done { "✓ " } else { "" };
        let _ = write!(out, "{}. {tick}{}", number + 1, step.text);
        for note in &step.notes {
            let _ = write!(out, "\n   · {note}");
        }
    }
    out
}

fn source_line(known: &Knowledge, cites: &[Cite]) -> String {
    format!("来源：{}", titles(known, cites))
}

/// The sources, grouped by title.
pub fn titles(known: &Knowledge, cites: &[Cite]) -> String {
    let mut titles: Vec<(&str, Vec<&str>)> = Vec::new();
    for cite in cites {
        let title = known.sources.get(&cite.source).map_or(cite.source.as_str(), |s| s.title.as_str());
        match titles.iter_mut().find(|(t, _)| *t == title) {
            Some((_, sections)) => sections.push(&cite.section),
            None => titles.push((title, vec![&cite.section])),
        }
    }
    let shown = titles.into_iter().map(|(title, mut sections)| {
        sections.retain(|s| !s.is_empty());
        sections.sort_unstable();
        // A section stands for its parts.
        sections.dedup_by(|part, whole| part.starts_with(*whole));
        let sections: Vec<String> = sections.iter().map(|s| format!("§{s}")).collect();
        format!("《{title}》{}", sections.join("、"))
    });
    shown.collect::<Vec<_>>().join("；")
}
