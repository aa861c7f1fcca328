//! What else a report says: a question or a complaint beside it, that something has not happened yet, what a page shows; and
//! what was asked before it.

use super::records::plan_of;
use super::several::together;
use super::state::{Action, Offer, Pending, event};
use super::turn::{Answer, Turn};
use crate::knowledge::terms::Event;
use crate::language::events::{Saying, What};
use crate::plan::text;
use crate::reply::{Block, Kind};
use crate::search::Target;
use crate::transfer::TransferId;

/// What somebody wants to know who complains that nobody reviews.
const WHOM: &str = " 找谁催";

impl Turn<'_> {
    /// A report with the answer to what is asked or complained of beside it: 我早就提交了 原来的支部不审核.
    pub(super) fn with_rest(&mut self, answer: Answer, sayings: &[Saying]) -> Answer {
        let complains = sayings.iter().any(|s| matches!(s, Saying::NotYet { what } if is_review(*what)));
        let mut rest = self.said.text.clone();
        for saying in sayings.iter().rev() {
            if let Saying::Happened { manner, .. } | Saying::Instead { manner, .. } = saying
                && rest.get(manner.start..manner.end).is_some()
            {
                rest.replace_range(manner.start..manner.end, "");
            }
        }
        if complains {
            rest.push_str(WHOM);
        }
        let rest = self.engine.understand(&rest, self.today());
        // How things stand and what comes next is shown with the report.
        let shown = ["then", "steps", "how", "deadline", "progress", "list"].iter().any(|w| rest.wants.has(w));
        let asks = rest.wants.has("asking") && rest.wants.has("particular");
        if !(complains && rest.wants.has("complains") || asks) || shown {
            return answer;
        }
        let whole = std::mem::replace(&mut self.said, rest);
        self.prefer_this_route();
        let found = self.said.hits.iter().find(|hit| hit.target.purpose().is_none());
        let found =
            found.filter(|hit| self.engine.bars.passes(hit, &self.engine.bars.at_home)).map(|h| h.target.clone());
        let beside = found.map(|target| {
            let offers = std::mem::take(&mut self.offers);
            let beside = self.answer_with(&target);
            self.offers = offers;
            beside
        });
        self.said = whole;
        match beside {
            Some(beside) => Answer { kind: answer.kind, ..together(vec![answer, beside]) },
            None => answer,
        }
    }

    /// Something has not happened yet; none where a question stands beside it, which is what wants an answer.
    pub(super) fn not_yet(&mut self, what: What) -> Option<Answer> {
        let wants = |intent: &str| self.said.wants.has(intent);
        let asked = ["state_shown", "deadline", "days", "how", "complains", "particular"].into_iter().any(wants);
        if asked || self.asks() {
            return None;
        }
        let id = self.likeliest()?;
        let record = self.by_id(id)?.clone();
        let attempt = record.attempt();
        let events: Vec<Event> = match what {
            What::Event(event) => vec![event],
            What::Approved => vec![Event::OriginApproved, Event::DestinationApproved],
            What::Done | What::ReportReturned => Vec::new(),
        };
        if let [event] = events[..]
            && let Some(on) = attempt.get(&event)
        {
            let text = format!(
                "记着的是 {} {}，没有改动；没有这回事，就说“取消{}”。",
                text::day(*on),
                event.name(),
                event.name()
            );
            return Some(self.after(id, &text));
        }
        let due = plan_of(&self.engine.known, &record).and_then(|(_, plan)| {
            let by = |d: &&crate::plan::Due<'_>| events.contains(&d.rule.by);
            plan.open_deadlines(&attempt).find(by)?.due
        });
        let lead = match due {
            Some(due) => format!("好的，没有改动。{}", self.days_left(due)),
            None => "好的，没有改动。".to_owned(),
        };
        Some(self.after(id, &lead))
    }

    /// How long until a day.
    pub(super) fn days_left(&self, due: chrono::NaiveDate) -> String {
        match (due - self.today()).num_days() {
            0 => format!("最晚就是今天，{}。", text::day(due)),
            left if left > 0 => format!("最晚 {}，还剩{left}天。", text::day(due)),
            late => format!("最晚是 {}，已经过了{}天。", text::day(due), -late),
        }
    }

    /// What a page shows of the transfer under discussion, 显示待审核: what it means, and what comes next.
    pub(super) fn state_shown(&mut self) -> Option<Answer> {
        if !self.said.wants.has("state_shown") || self.asks() {
            return None;
        }
        let situation = self.situation()?;
        let to = situation.to.as_ref()?.system;
        let record = self.open_record().filter(|r| r.open()).map(|r| (r.id, r.attempt()));
        let reported = record.as_ref().is_some_and(|(_, attempt)| attempt.contains_key(&Event::Reported));
        let names_it = self.said.systems.contains(&to);
        self.prefer_this_route();
        let found = self.said.hits.iter().find(|hit| hit.target.purpose().is_none()).cloned();
        let entry = found.filter(|hit| {
            let of_destination = match &hit.target {
                Target::Entry(id) => self.engine.entry(id).is_some_and(|e| e.systems == [to]),
                _ => false,
            };
            of_destination && (reported || names_it) && self.engine.bars.passes(hit, &self.engine.bars.at_home)
        });
        let mut answers = Vec::new();
        let meaning = self.service("service.record.awaiting");
        let lead = if entry.is_some() { "这次转接现在是这样：".to_owned() } else { meaning };
        if let Some(hit) = entry {
            answers.push(self.answer_with(&hit.target));
        }
        match record {
            Some((id, _)) => answers.push(self.after(id, &lead)),
            None => {
                let mut reviewers = self.reviewers()?;
                if let Some(first) = reviewers.replies.first_mut() {
                    first.blocks.insert(0, Block::Text(lead));
                }
                answers.push(reviewers);
            }
        }
        Some(Answer { kind: Kind::Answer, ..together(answers) })
    }

    /// What the last reply asked of a record, where that is still open.
    pub(super) fn open_question(&self) -> Option<(Vec<Offer>, Option<Pending>)> {
        let asks = |o: &Offer| matches!(o.action, Action::Correct { .. } | Action::Tell(_));
        self.state.offered.iter().any(asks).then(|| (self.state.offered.clone(), self.state.pending.clone()))
    }

    /// A question that was asked back and passed over is asked once more, where nothing newer is asked.
    pub(super) fn asked_once_more(
        &mut self,
        mut answer: Answer,
        open: Option<(Vec<Offer>, Option<Pending>)>,
    ) -> Answer {
        let Some((offered, pending)) = open else { return answer };
        if self.offers.iter().any(|o| matches!(o.action, Action::Correct { .. } | Action::Tell(_))) {
            return answer;
        }
        let asked = offered.iter().find_map(|offer| match &offer.action {
            Action::Correct { transfer, number, on } => {
                let record = TransferId::parse(transfer).and_then(|id| self.by_id(id))?;
                let point = record.attempt_points().into_iter().find(|p| p.number == *number)?;
                let (was, is) = (text::day(point.on), text::day(*on));
                (point.on != *on).then(|| format!("还有：{} {}，要改成 {is} 吗？", was, point.event.name()))
            }
            Action::Tell(told) => {
                let record = TransferId::parse(&told.transfer).and_then(|id| self.by_id(id))?;
                let event = event(&told.event)?;
                let needless = record.attempt().contains_key(&event) || pending.is_none();
                (!needless).then(|| format!("还有：“{}”是哪一天？", event.name()))
            }
            _ => None,
        });
        if let (Some(asked), Some(last)) = (asked, answer.replies.last_mut()) {
            last.blocks.push(Block::Text(asked));
            let answers = |o: &Offer| matches!(o.action, Action::Correct { .. } | Action::Tell(_) | Action::Leave);
            self.offers.extend(offered.into_iter().filter(answers));
            self.state.pending = pending;
        }
        answer
    }
}

fn is_review(what: What) -> bool {
    matches!(what, What::Approved | What::Event(Event::OriginApproved | Event::DestinationApproved))
}
