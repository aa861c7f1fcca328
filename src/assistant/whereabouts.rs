//! The desk of “where is my organization”, and of transfers that are asked for without a record.

use super::turn::{Answer, Turn};
use crate::knowledge::model::Statement;
use crate::knowledge::terms::System;
use crate::reply::{Block, Kind, Reply, sources};
use crate::transfer::Status;

impl Turn<'_> {
    /// Serves a message that asks for a record or for an organization; none where it asks for neither.
    pub(super) fn looked_up(&mut self) -> Option<Answer> {
        let wants = |intent: &str| self.said.wants.has(intent);
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

    /// The official ways, the named system's first and alone.
    fn where_is_it(&mut self) -> Answer {
        let ends = &self.said.ends;
        let named = ends.origin.iter().chain(&ends.unplaced).chain(&ends.destination).find_map(|m| m.system());
        let routes = self.engine.known.routes.iter();
        let routes: Vec<_> = routes.filter(|r| named.is_none_or(|system| system == r.system)).collect();
        let shown: Vec<(System, &Statement)> =
            routes.iter().flat_map(|r| r.lookup.iter().map(|says| (r.system, says))).collect();
        let mut points: Vec<String> = shown.iter().map(|(system, says)| self.statement(says, Some(*system))).collect();
        let mut cited: Vec<&Statement> = shown.iter().map(|(_, says)| *says).collect();
        if named.is_none()
            && let Some(unsure) = self.engine.known.service("service.where.unsure")
        {
            points.push(self.statement(unsure, None));
            cited.push(unsure);
        }
        let mut blocks = Vec::new();
        for record in self.records.iter().filter(|_| named.is_none()) {
            let completed = record.status() == Status::Completed;
            let id = if completed { "service.record.completed" } else { "service.record.whereabouts" };
            if let Some(says) = self.engine.known.service(id) {
                blocks.push(Block::Text(format!("{}\n{}", self.headline(record), self.statement(says, None))));
                cited.push(says);
            }
        }
        blocks.extend([Block::Text(self.service("service.where")), Block::Points(points)]);
        if self.said.clean.phone.is_some() {
            blocks.insert(0, Block::Text(self.service("service.phone")));
        }
        blocks.push(sources(cited));
        let answer = Answer { origin: named, ..Answer::of(Kind::Where, Reply { blocks, ..Reply::default() }) };
        self.resumed(answer)
    }
}
