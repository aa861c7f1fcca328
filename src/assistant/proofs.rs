//! The desk of verification codes: a phone is given, a code is sent, the code comes back, and where the membership is is
//! told to whoever holds the phone.
//!
//! A code goes to every number, known or not, and what is said then is the same; only after the right code does it show
//! whether a roster has the number.

use super::looked::Proved;
use super::turn::{Answer, Change, Turn};
use crate::knowledge::model::Statement;
use crate::knowledge::terms::System;
use crate::language::clean::Phone;
use crate::language::ends::End;
use crate::membership::roster::Entry;
use crate::plan::text;
use crate::reply::{Block, Kind, Reply, sources};
use crate::store::Sending;

impl Turn<'_> {
    /// Serves a message that is a code, where codes are in use; none where it is something else.
    pub(super) fn code_given(&mut self) -> Option<Answer> {
        // Whatever else is said, the code is not what is spoken of any more.
        let waited = std::mem::take(&mut self.state.awaits_code);
        if waited && self.said.wants.has("no_code") {
            self.state.awaits_code = true;
            return Some(Answer::of(Kind::Where, self.own("service.code.again")));
        }
        let proved = self.looked.proved.take()?;
        Some(match proved {
            Proved::Holder(Some(entry)) => self.on_roster(&entry),
            Proved::Holder(None) => self.not_found("service.code.none"),
            Proved::Unreadable => self.not_found("service.code.unreadable"),
            Proved::Nothing => {
                self.state.awaits_code = waited;
                Answer::of(Kind::Where, self.own("service.code.wrong"))
            }
        })
    }

    /// Sends a code to the phone in the message, or says why not.
    pub(super) fn send_code(&mut self, phone: Phone) -> Option<Answer> {
        let sending = self.looked.sending?;
        let to = format!("验证码发往 {}。", phone.masked());
        let text = match sending {
            Sending::Fine => {
                self.state.awaits_code = true;
                self.changes.push(Change::SendCode(phone));
                format!("{to}{}", self.service("service.code.sent"))
            }
            Sending::TooSoon => self.service("service.code.too-soon"),
            Sending::Enough => self.service("service.code.enough"),
            Sending::Closed => self.service("service.code.closed"),
        };
        Some(Answer::of(Kind::Where, Reply::text(text)))
    }

    /// What a roster says, and how to make sure of it.
    fn on_roster(&mut self, entry: &Entry) -> Answer {
        let known = &self.engine.known;
        let membership = &entry.membership;
        let mut points =
            vec![format!("姓名：{}", membership.name.reveal()), format!("所在团支部：{}", membership.organization)];
        points.extend(membership.superior.as_ref().map(|superior| format!("上级团组织：{superior}")));
        points.push(format!("系统：{}", text::end_name(known, &End::of(membership.system))));
        match &membership.contact {
            Some(contact) => points.push(format!("联系：{contact}")),
            None => points.push(self.service("service.code.no-contact")),
        }
        let as_of = text::day(entry.imported_at.date_naive());
        let mut blocks = vec![
            Block::Text(format!("团委名册里这样写（{as_of}导入）：")),
            Block::Points(points),
            Block::Text(self.service("service.code.found")),
        ];
        let mut cited = self.open_transfers(&mut blocks);
        cited.extend(self.official_ways(Some(membership.system), &mut blocks));
        blocks.push(sources(cited));
        let reply = Reply { blocks, ..Reply::default() };
        Answer { origin: Some(membership.system), ..Answer::of(Kind::Where, reply) }
    }

    fn not_found(&mut self, says: &str) -> Answer {
        let mut blocks = vec![Block::Text(self.service(says))];
        let mut cited = self.open_transfers(&mut blocks);
        cited.extend(self.official_ways(None, &mut blocks));
        blocks.push(sources(cited));
        Answer::of(Kind::Where, Reply { blocks, ..Reply::default() })
    }

    /// The member's transfers, and where the membership is meanwhile.
    pub(super) fn open_transfers(&self, blocks: &mut Vec<Block>) -> Vec<&Statement> {
        let mut cited = Vec::new();
        for record in &self.records {
            let id = if record.open() { "service.record.whereabouts" } else { "service.record.completed" };
            if let Some(says) = self.engine.known.service(id) {
                blocks.push(Block::Text(format!("{}\n{}", self.headline(record), self.statement(says, None))));
                cited.push(says);
            }
        }
        cited
    }

    /// How to look it up in the systems themselves, or in one of them.
    pub(super) fn official_ways(&self, only: Option<System>, blocks: &mut Vec<Block>) -> Vec<&Statement> {
        let routes = self.engine.known.routes.iter().filter(|r| only.is_none_or(|system| system == r.system));
        let ways: Vec<(System, &Statement)> =
            routes.flat_map(|r| r.lookup.iter().map(|says| (r.system, says))).collect();
        let mut points: Vec<String> = ways.iter().map(|(system, says)| self.statement(says, Some(*system))).collect();
        let mut cited: Vec<&Statement> = ways.iter().map(|(_, says)| *says).collect();
        if only.is_none()
            && let Some(unsure) = self.engine.known.service("service.where.unsure")
        {
            points.push(self.statement(unsure, None));
            cited.push(unsure);
        }
        blocks.extend([Block::Heading(self.service("service.where.ways")), Block::Points(points)]);
        cited
    }
}
