//! What is sent back: the report-in alone, or the transfer.

use super::state::{Action, Told};
use super::told::told;
use super::turn::{Answer, Turn};
use crate::knowledge::terms::Event;
use crate::language::ends::EndRole;
use crate::language::events::{Manner, What};
use crate::reply::{Kind, Reply};
use crate::transfer::{Happened, Record, TransferId};

/// By what words the transfer itself is sent back, not the report-in.
const TRANSFER: [&str; 4] = ["申请", "转接", "转出", "发起"];

impl Turn<'_> {
    /// The report-in was refused: it is to be done again, while the approval and the deadline stand.
    pub(super) fn report_refused(&mut self, id: TransferId) -> Answer {
        let Some(record) = self.by_id(id).cloned() else { return self.no_record() };
        if !record.open() || !record.attempt().contains_key(&Event::Submitted) {
            // The doubt of a return says why it cannot be.
            return self.tell(told(id, Event::Returned, None));
        }
        self.state.pending = None;
        let points = record.attempt_points();
        for point in points.iter().filter(|p| matches!(p.event, Event::Reported | Event::DestinationApproved)) {
            self.append(id, Happened::Struck(point.number));
        }
        let says = self.service("service.record.report-returned");
        self.after(id, &says)
    }

    /// Serves what was sent back, where it is, or may be, the report-in alone.
    pub(super) fn sent_back(&mut self, what: What, on: Option<chrono::NaiveDate>, manner: Manner) -> Option<Answer> {
        let id = self.likeliest()?;
        match what {
            What::ReportReturned => Some(self.report_refused(id)),
            What::Event(Event::Returned) => {
                let record = self.by_id(id)?.clone();
                self.returned(&record, on, manner)
            }
            _ => None,
        }
    }

    /// After the report-in, “被退回了” may be said of either; a place or a word of the transfer tells.
    fn returned(&mut self, record: &Record, on: Option<chrono::NaiveDate>, manner: Manner) -> Option<Answer> {
        let reported = record.attempt().contains_key(&Event::Reported);
        let situation = super::state::situation_from_text(&record.situation)?;
        let words = self.said.text.get(manner.start..manner.end).unwrap_or_default();
        if !reported || TRANSFER.iter().any(|word| words.contains(word)) {
            return None;
        }
        match self.side(&situation, manner) {
            Some(EndRole::Origin) => return None,
            Some(EndRole::Destination) => return Some(self.report_refused(record.id)),
            None => {}
        }
        let id = record.id.to_string();
        let report = ["报到", "是报到", "报到被退", "退的是报到", "报到的"];
        self.offer_by_words("报到被退回", &report, Action::ReportRefused(id));
        let transfer = ["申请", "转接", "转接申请", "整个", "整个申请", "整个转接", "整个转接申请"];
        self.offer_by_words("转接申请被退回", &transfer, Action::Tell(told(record.id, Event::Returned, on)));
        Some(Answer::of(
            Kind::Progress,
            Reply::text("退回的是报到，还是整个转接申请？报到退了只要重新报到，申请退了要重新发起。"),
        ))
    }

    /// Reported once more: the report-in before was refused, told or not.
    pub(super) fn reported_again(&mut self, record: &Record, told: &Told) {
        let before = record.attempt_points().into_iter().find(|p| p.event == Event::Reported);
        if let Some(point) = before.filter(|p| told.on.is_some_and(|on| p.on < on)) {
            self.append(record.id, Happened::Struck(point.number));
        }
    }
}
