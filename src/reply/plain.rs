//! A reply as plain text, for the terminal and for JSON.

use std::fmt::Write;

use crate::knowledge::Knowledge;
use crate::knowledge::model::Cite;
use crate::reply::{Block, Line, Reply};

/// The whole text of a reply, sources last.
pub fn text(known: &Knowledge, reply: &Reply) -> String {
    // A plan has thousands of characters: room for them is made once.
    let mut out = String::with_capacity(reply.blocks.iter().map(length).sum());
    for block in &reply.blocks {
        if matches!(block, Block::Sources(cites) if cites.is_empty()) {
            continue;
        }
        if !out.is_empty() {
            out.push_str(if matches!(block, Block::Points(_)) { "\n" } else { "\n\n" });
        }
        match block {
            Block::Text(text) | Block::Heading(text) => out.push_str(text),
            Block::Steps(steps) => numbered(&mut out, steps),
            Block::Points(points) => {
                for (number, point) in points.iter().enumerate() {
                    out.push_str(if number > 0 { "\n· " } else { "· " });
                    out.push_str(point);
                }
            }
            Block::Sources(cites) => {
                out.push_str("来源：");
                titles(&mut out, known, cites);
            }
        }
    }
    out
}

/// About how many bytes a block takes.
fn length(block: &Block) -> usize {
    let line = |line: &Line| 16 + line.text.len() + line.notes.iter().map(|note| 8 + note.len()).sum::<usize>();
    match block {
        Block::Text(text) | Block::Heading(text) => 2 + text.len(),
        Block::Steps(steps) => 2 + steps.iter().map(line).sum::<usize>(),
        Block::Points(points) => 2 + points.iter().map(|point| 4 + point.len()).sum::<usize>(),
        Block::Sources(cites) => 128 * cites.len(),
    }
}

fn numbered(out: &mut String, steps: &[Line]) {
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
}

/// Adds the sources, grouped by title.
pub fn titles(out: &mut String, known: &Knowledge, cites: &[Cite]) {
    let mut titles: Vec<(&str, Vec<&str>)> = Vec::new();
    for cite in cites {
        let title = known.sources.get(&*cite.source).map_or(&*cite.source, |s| s.title.as_str());
        match titles.iter_mut().find(|(t, _)| *t == title) {
            Some((_, sections)) => sections.push(&cite.section),
            None => titles.push((title, vec![&cite.section])),
        }
    }
    for (place, (title, mut sections)) in titles.into_iter().enumerate() {
        sections.retain(|s| !s.is_empty());
        sections.sort_unstable();
        // A section stands for its parts.
        sections.dedup_by(|part, whole| part.starts_with(*whole));
        out.push_str(if place > 0 { "；《" } else { "《" });
        out.push_str(title);
        out.push('》');
        for (number, section) in sections.into_iter().enumerate() {
            out.push_str(if number > 0 { "、§" } else { "§" });
            out.push_str(section);
        }
    }
}
