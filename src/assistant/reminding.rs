//! The desk of reminders: whether to remind, when, and what a reminder says.
//!
//! What is planned follows from the record alone ([`planned`]): every change of a record plans it anew, so nothing is
//! said of a date that no longer holds, of a step that is done, or to somebody who has left.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::engine::Engine;
use super::records::{plan_of, steps_done};
use super::state::{Action, Offer};
use super::turn::{Answer, Change, Reach, Turn};
use crate::knowledge::Knowledge;
use crate::knowledge::model::Statement;
use crate::plan::text;
use crate::reply::press::Press;
use crate::reply::{Block, Button, Kind, Reply, marked, sources};
use crate::store::{Planned, StoreError, Tx};
use crate::transfer::reminders::{later, times};
use crate::transfer::{Record, Reminding, Status, TransferId};

/// Chosen to be reminded.
pub(super) const YES: &str = "提醒我";
/// Chosen not to be.
pub(super) const NO: &str = "不用提醒";

/// May something of a record still fall due? One that was returned has to be begun again first.
pub(super) fn open(record: &Record) -> bool {
    record.open() && record.status() != Status::Returned
}

/// What is to be reminded of: each last day still ahead, and when.
fn planned(known: &Knowledge, record: &Record, now: DateTime<FixedOffset>) -> Vec<Planned> {
    let Some((_, plan)) = plan_of(known, record).filter(|_| open(record)) else { return Vec::new() };
    let mut all = Vec::new();
    for deadline in plan.open_deadlines(&record.attempt()) {
        let Some(due) = deadline.due else { continue };
        let at = times(due).into_iter().filter(|at| *at > now);
        all.extend(at.map(|at| Planned { deadline: deadline.rule.says.id.clone(), due, at }));
    }
    all
}

/// Brings what is planned for a record in line with it.
pub(super) fn sync(
    engine: &Engine,
    tx: &mut Tx<'_>,
    record: &Record,
    now: DateTime<FixedOffset>,
) -> Result<(), StoreError> {
    if record.reminding != Reminding::On {
        return tx.drop_reminders(record.id, None);
    }
    let known = &engine.known;
    let attempt = record.attempt();
    let Some((_, plan)) = plan_of(known, record).filter(|_| open(record)) else {
        return tx.drop_reminders(record.id, None);
    };
    let due = |rule: &str| plan.open_deadlines(&attempt).find(|d| d.rule.says.id == rule).and_then(|d| d.due);
    for old in tx.reminders(record.id)? {
        if due(&old.deadline) != Some(old.due) {
            tx.drop_reminders(record.id, Some(&old.deadline))?;
        }
    }
    for over in plan.deadlines.iter().filter(|d| due(&d.rule.says.id).is_none()) {
        tx.drop_reminders(record.id, Some(&over.rule.says.id))?;
    }
    planned(known, record, now).iter().try_for_each(|planned| tx.plan_reminder(record.id, planned))
}

/// The last day of a deadline, while it is open.
pub(super) fn due(engine: &Engine, record: &Record, deadline: &str) -> Option<NaiveDate> {
    let (_, plan) = plan_of(&engine.known, record).filter(|_| open(record))?;
    plan.open_deadlines(&record.attempt()).find(|d| d.rule.says.id == deadline)?.due
}

/// What a reminder says; none where there is nothing left to remind of.
pub(super) fn reminder(engine: &Engine, record: &Record, of: &Planned, now: DateTime<FixedOffset>) -> Option<Reply> {
    let known = &engine.known;
    let (situation, plan) = plan_of(known, record).filter(|_| open(record))?;
    let attempt = record.attempt();
    let deadline = plan.open_deadlines(&attempt).find(|d| d.rule.says.id == of.deadline && d.due == Some(of.due))?;
    let left = match (of.due - now.date_naive()).num_days() {
        days if days < 0 => "最后一天已经过了".to_owned(),
        0 => "今天是最后一天".to_owned(),
        1 => "明天是最后一天".to_owned(),
        days => format!("还剩{days}天"),
    };
    let mut lines = vec![format!("提醒：{left}。"), text::route_line(known, &situation), text::deadline_line(deadline)];
    let mut cited: Vec<&Statement> = vec![&deadline.rule.says];
    if let (Some(missed), Some(says)) = (&deadline.if_missed, &deadline.rule.if_missed) {
        lines.push(format!("误期：{}", marked(missed, says)));
        cited.push(says);
    }
    if of.due < now.date_naive()
        && let Some(says) = known.service("service.record.overdue")
    {
        lines.push(marked(&says.text, says));
        cited.push(says);
    }
    let done = steps_done(&plan, record);
    let done: Vec<&str> = done.iter().map(String::as_str).collect();
    if let Some(next) = text::next_step(&plan, &done) {
        lines.push(format!("现在要做：{}", text::told_to(next)));
        cited.push(&next.step.says);
    }
    let (transfer, id) = (record.id, || of.deadline.clone());
    let button = |label: &str, press| Button { label: label.to_owned(), press };
    let mut row = vec![button("已办好", Press::Done { transfer, deadline: id() })];
    if of.due >= now.date_naive() {
        row.push(button("晚点提醒", Press::Later { transfer, deadline: id() }));
    }
    let buttons = vec![row, vec![button("不再提醒", Press::Quiet { transfer })]];
    Some(Reply { blocks: vec![Block::Text(lines.join("\n")), sources(cited)], buttons, ..Reply::default() })
}

impl Turn<'_> {
    /// Asks once, after something with a date was recorded, whether to remind of it.
    pub(super) fn ask_to_remind(&mut self, answer: &mut Answer) {
        let told = self.changes.iter().rev().find_map(|change| match change {
            Change::Append(id, _) => Some(*id),
            Change::Create(record) => Some(record.id),
            Change::Situate(..) | Change::Remind(..) | Change::Postpone(..) | Change::Erase => None,
            Change::SendCode(_) | Change::GivePass(..) | Change::TakePass(_) => None,
        });
        let Some(record) = told.and_then(|id| self.by_id(id)) else { return };
        let asked = record.reminding != Reminding::Unasked || self.state.pending.is_some();
        if asked || planned(&self.engine.known, record, self.around.now).is_empty() {
            return;
        }
        let transfer = record.id;
        self.set_reminding(transfer, Reminding::Asked);
        let offers = [(YES, true), (NO, false)].map(|(label, on)| Offer {
            label: label.to_owned(),
            says: Vec::new(),
            action: Action::Remind { transfer: transfer.to_string(), on },
        });
        answer.replies.push(self.own("service.remind.ask").with_options([YES, NO]));
        self.offers.extend(offers);
    }

    /// Reminds of a transfer from now on, or no longer.
    pub(super) fn remind(&mut self, transfer: &str, on: bool) -> Answer {
        let record = TransferId::parse(transfer).and_then(|id| self.by_id(id).cloned());
        let Some(record) = record else { return self.no_record() };
        if self.around.reach != Reach::Member {
            return self.resumed(Answer::of(Kind::Progress, self.own("service.remind.cannot")));
        }
        self.set_reminding(record.id, if on { Reminding::On } else { Reminding::Off });
        if !on {
            return self.resumed(Answer::of(Kind::Progress, self.own("service.remind.off")));
        }
        let planned = planned(&self.engine.known, &record, self.around.now);
        if planned.is_empty() {
            return self.resumed(Answer::of(Kind::Progress, self.own("service.remind.no-day")));
        }
        let days = planned.iter().map(|p| format!("{} {}", text::day(p.at.date_naive()), p.at.format("%H:%M")));
        let blocks = vec![Block::Text(self.service("service.remind.on")), Block::Points(days.collect())];
        self.resumed(Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() }))
    }

    /// The same for the transfer spoken of last.
    pub(super) fn remind_of_latest(&mut self, on: bool) -> Answer {
        match self.open_record().map(|r| r.id.to_string()) {
            Some(id) => self.remind(&id, on),
            None => self.resumed(Answer::of(Kind::Progress, self.own("service.calendar.no-record"))),
        }
    }

    /// One more reminder in a few hours, while there is time.
    pub(super) fn later(&mut self, id: TransferId, deadline: &str) -> Answer {
        let now = self.around.now;
        let Some(record) = self.by_id(id) else { return self.no_record() };
        let Some(due) = due(self.engine, record, deadline) else {
            return Answer::of(Kind::Progress, self.own("service.remind.nothing"));
        };
        let at = later(now);
        if at.date_naive() > due {
            return Answer::of(Kind::Progress, self.own("service.remind.too-late"));
        }
        self.changes.push(Change::Postpone(id, Planned { deadline: deadline.to_owned(), due, at }));
        self.set_reminding(id, Reminding::On);
        let when = format!("{} {}", text::day(at.date_naive()), at.format("%H:%M"));
        Answer::of(Kind::Progress, Reply::text(format!("好，{when} 再提醒你。")))
    }

    fn set_reminding(&mut self, id: TransferId, reminding: Reminding) {
        if let Some(record) = self.records.iter_mut().find(|r| r.id == id) {
            record.reminding = reminding;
            self.changes.push(Change::Remind(id, reminding));
        }
    }
}
