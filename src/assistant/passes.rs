//! The desk of passes (查询码): six digits with which others may look at one transfer, and nothing else.
//!
//! The digits follow from the key and are in no reply that is stored: they are put in when it is shown.

use super::turn::{Answer, Change, Turn};
use crate::membership::codes::{PASS_LIFETIME, hidden};
use crate::plan::text;
use crate::reply::{Block, Kind, Reply};
use crate::store::Pass;
use crate::transfer::{Record, TransferId};

impl Turn<'_> {
    /// Shows the pass of the transfer that is spoken of, or makes one.
    pub(super) fn show_pass(&mut self, anew: bool) -> Answer {
        let record = match self.which_pass() {
            Ok(record) => record,
            Err(answer) => return *answer,
        };
        let now = self.around.now;
        let held = self.looked.passes.iter().find(|(id, _)| *id == record).map(|(_, pass)| pass.clone());
        let pass = match held.filter(|_| !anew) {
            Some(pass) => pass,
            None => {
                let pass = Pass { nonce: self.around.nonce, expires_at: now + PASS_LIFETIME };
                self.changes.push(Change::GivePass(record, pass.clone()));
                pass
            }
        };
        let until = pass.expires_at.with_timezone(now.offset());
        let until = format!("{} {}", text::day(until.date_naive()), until.format("%H:%M"));
        let digits = hidden(record, &pass.nonce);
        let shown = vec![format!("编号：{record}"), format!("查询码：{digits}"), format!("到 {until} 为止有效")];
        let blocks = vec![Block::Points(shown), Block::Text(self.service("service.pass.given"))];
        Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
    }

    /// Takes the pass of the transfer that is spoken of back.
    pub(super) fn revoke_pass(&mut self) -> Answer {
        match self.which_pass() {
            Ok(record) => {
                self.changes.push(Change::TakePass(record));
                Answer::of(Kind::Progress, self.own("service.pass.revoked"))
            }
            Err(answer) => *answer,
        }
    }

    /// The transfer that a pass is asked for.
    fn which_pass(&mut self) -> Result<TransferId, Box<Answer>> {
        let named = self.said.ids.first().copied();
        if let Some(id) = named {
            return self.by_id(id).map(|r| r.id).ok_or_else(|| Box::new(self.no_record()));
        }
        let latest = self.open_record().or_else(|| self.records.last()).map(|r| r.id);
        latest.ok_or_else(|| Box::new(Answer::of(Kind::Progress, self.own("service.pass.no-record"))))
    }

    /// A transfer of somebody else, whose pass was given: to be read only.
    pub(super) fn opened(&mut self, record: &Record) -> Answer {
        let (mut blocks, _) = self.whole(record);
        self.offers.clear();
        blocks.insert(0, Block::Text(self.service("service.pass.opened")));
        Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
    }
}
