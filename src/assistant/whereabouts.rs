//! The desk of “where is my organization”, and of transfers that are asked for without a record.

use super::turn::{Answer, Turn};
use crate::reply::{Block, Kind, Reply, sources};

impl Turn<'_> {
    /// Serves a message that asks for a record or for an organization; none where it asks for neither.
    pub(super) fn looked_up(&mut self) -> Option<Answer> {
        let wants = |intent: &str| self.said.wants.has(intent);
        if let Some(record) = self.looked.opened.take() {
            return Some(self.opened(&record));
        }
        if let [id, ..] = self.said.ids[..] {
            return Some(self.show(&id.to_string()));
        }
        if self.said.foreign_id {
            return Some(self.no_record());
        }
        if wants("where") || self.only_a_phone() {
            return Some(self.where_is_it());
        }
        if wants("progress") {
            return Some(self.progress());
        }
        None
    }

    /// The reply to an ID that no record of this member has, whoever else may have it.
    pub(super) fn no_record(&self) -> Answer {
        Answer::of(Kind::Progress, self.own("service.record.none"))
    }

    fn only_a_phone(&self) -> bool {
        let rest = self.said.text.replace(crate::language::clean::PHONE, "");
        self.said.clean.phone.is_some() && rest.chars().filter(|c| c.is_alphanumeric()).count() < 4
    }

    /// A code to the phone that was given; else the official ways, the named system's first and alone.
    pub(super) fn where_is_it(&mut self) -> Answer {
        if let Some(phone) = self.said.clean.phone.clone()
            && let Some(answer) = self.send_code(phone)
        {
            // A question of the dialog now would be answered with the code.
            return answer;
        }
        let ends = &self.said.ends;
        let named = ends.origin.iter().chain(&ends.unplaced).chain(&ends.destination).find_map(|m| m.system());
        let mut blocks = Vec::new();
        if self.said.clean.phone.is_some() {
            blocks.push(Block::Text(self.service("service.phone")));
        }
        let opening = if self.around.codes { "service.code.ask" } else { "service.where" };
        blocks.push(Block::Text(self.service(opening)));
        let mut cited = if named.is_none() { self.open_transfers(&mut blocks) } else { Vec::new() };
        cited.extend(self.official_ways(named, &mut blocks));
        blocks.push(sources(cited));
        let answer = Answer { origin: named, ..Answer::of(Kind::Where, Reply { blocks, ..Reply::default() }) };
        self.resumed(answer)
    }
}
