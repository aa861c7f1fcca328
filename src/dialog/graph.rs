//! A tree as a Mermaid drawing.

use std::fmt::Write;

use super::Tree;

/// The drawing, ready for a Mermaid code block.
pub fn mermaid(tree: &Tree) -> String {
    let mut out = String::from("flowchart TD\n");
    for node in &tree.nodes {
        let shape = if node.after_plan { ("([", "])") } else { ("[", "]") };
        let _ = writeln!(out, "    {}{}\"{}\"{}", node.id, shape.0, quoted(&node.ask), shape.1);
    }
    let _ = writeln!(out, "    done((done))");
    for node in &tree.nodes {
        for (target, choice) in node.edges() {
            let _ = match choice {
                Some(choice) => writeln!(out, "    {} -->|\"{}\"| {target}", node.id, quoted(&choice.label)),
                None => writeln!(out, "    {} --> {target}", node.id),
            };
        }
    }
    out
}

fn quoted(text: &str) -> String {
    text.replace('"', "#quot;")
}
