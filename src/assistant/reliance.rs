//! The desk of sources: which documents the assistant relies on.

use super::state::situation_from_text;
use super::turn::{Answer, Turn};
use crate::knowledge::model::{Cite, Source};
use crate::knowledge::terms::Rank;
use crate::plan::{Happened, plan, text};
use crate::reply::{Block, Kind, Reply};

/// So many documents are named at most.
const MOST: usize = 12;

impl Turn<'_> {
    /// The documents behind the route under discussion, or else those that most is taken from.
    pub(super) fn relied_on(&mut self) -> Answer {
        let known = &self.engine.known;
        let recorded = self.open_record().and_then(|r| situation_from_text(&r.situation));
        let situation = self.state.situation().or(recorded);
        let plan = situation.as_ref().and_then(|s| plan(known, s, &Happened::new()).ok());
        let (heading, cites): (String, Vec<&Cite>) = match (&plan, &situation) {
            (Some(plan), Some(situation)) => (
                format!("{}，依据是：", text::route_line(known, situation)),
                plan.statements().flat_map(|s| &s.cites).collect(),
            ),
            _ => (self.service("service.sources"), known.statements().flat_map(|s| &s.cites).collect()),
        };
        // What is cited most stands first.
        let mut counted: Vec<(&str, usize)> = Vec::new();
        for cite in cites {
            match counted.iter_mut().find(|(id, _)| *id == &*cite.source) {
                Some((_, count)) => *count += 1,
                None => counted.push((&cite.source, 1)),
            }
        }
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let own = |s: &&Source| s.rank == Rank::Own;
        let found = counted.iter().filter_map(|(id, _)| known.sources.get(*id)).filter(|s| !own(s));
        let lines: Vec<String> = found.take(MOST).map(line).collect();
        let blocks = vec![Block::Heading(heading), Block::Points(lines)];
        self.resumed(Answer::of(Kind::Answer, Reply { blocks, ..Reply::default() }))
    }
}

fn line(source: &Source) -> String {
    let by: Vec<&str> =
        [source.publisher.as_str(), source.date.as_str()].into_iter().filter(|s| !s.is_empty()).collect();
    let url = if source.url.is_empty() { String::new() } else { format!("\n  {}", source.url) };
    format!("《{}》（{}；{} 核对过）{url}", source.title, by.join("，"), source.checked_on)
}
