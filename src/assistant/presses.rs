//! The desk of buttons: what is pressed is checked against what is on offer and what is the member's own.

use super::chosen::{CALENDAR, RECORD};
use super::records::plan_of;
use super::state::{Action, Answer as Filled};
use super::told::told;
use super::turn::{Answer, Turn};
use super::{erasing, reminding};
use crate::plan::Plan;
use crate::reply::press::Press;
use crate::reply::{Block, Button, Kind, Reply};
use crate::transfer::{Happened, Record, TransferId};

/// Chosen for the steps of a transfer.
const STEPS: &str = "看步骤";
/// So many ticks stand in a row.
const TICKS: usize = 5;

impl Turn<'_> {
    /// Serves a press.
    pub(super) fn pressed(&mut self, press: &Press) -> Answer {
        match press {
            Press::Option { page, label } => self.option_pressed(page, label),
            Press::Tick { transfer, step, done } => self.ticked(*transfer, step, *done),
            Press::Done { transfer, deadline } => self.deadline_done(*transfer, deadline),
            Press::Later { transfer, deadline } => self.later(*transfer, deadline),
            Press::Quiet { transfer } => self.remind(&transfer.to_string(), false),
            // Counted before the turn; what else was on offer stays.
            Press::Rate { entry, useful } => {
                self.rated(entry, *useful);
                let notice = Some(self.service("service.opinion.thanks"));
                Answer { notice, replies: Vec::new(), ..Answer::of(Kind::Answer, Reply::default()) }
            }
        }
    }

    /// The option of a button. Under an older message it counts only where it means now what it meant then.
    fn option_pressed(&mut self, page: &str, label: &str) -> Answer {
        let offered = self.state.offered.iter().find(|o| o.label.starts_with(label) && !label.is_empty());
        if let Some(offer) = offered.filter(|_| page == self.state.page) {
            return self.act(offer.action.clone());
        }
        let of_plan = page == self.state.plan_page && self.has_plan();
        if let Some(answer) = self.engine.tree.after_plan(&self.state.slots()).filter(|_| of_plan).and_then(|node| {
            let option = node.options.iter().find(|o| o.label == label)?;
            Some(Filled::plain(&node.fills, &option.value))
        }) {
            return self.act(Action::Slot(answer));
        }
        let own = TransferId::parse(label).is_some_and(|id| self.by_id(id).is_some());
        match label {
            RECORD if of_plan => return self.act(Action::Record),
            CALENDAR => return self.act(Action::Calendar),
            STEPS => return self.steps(),
            // Who has one transfer on the way can mean no other.
            reminding::YES | reminding::NO if self.records.iter().filter(|record| record.open()).count() == 1 => {
                return self.remind_of_latest(label == reminding::YES);
            }
            erasing::ERASE => return self.ask_to_erase("service.erase.ask"),
            id if own => return self.act(Action::Show(id.to_owned())),
            _ => {}
        }
        let topic = self.engine.known.faq.iter().find(|e| e.topic == label).map(|e| e.id.clone());
        match topic {
            Some(id) => self.act(Action::Entry(id)),
            None => self.stale(),
        }
    }

    /// The button stood for something that is not asked any more: says so, and what is on offer now.
    fn stale(&mut self) -> Answer {
        self.offers = std::mem::take(&mut self.state.offered);
        let mut blocks = vec![Block::Text(self.service("service.press.stale"))];
        if self.state.asking
            && let Some(question) = self.question()
        {
            blocks.extend(question.blocks);
        }
        Answer::of(Kind::Clarify, Reply { blocks, ..Reply::default() })
    }

    fn ticked(&mut self, id: TransferId, step: &str, done: bool) -> Answer {
        let known = self.by_id(id).and_then(|record| {
            let (_, plan) = plan_of(&self.engine.known, record)?;
            let ticked = record.steps_done().contains(step);
            plan.numbered().any(|s| s.step.says.id == step).then_some(ticked)
        });
        let Some(ticked) = known else { return self.no_record() };
        // The same button pressed twice, or an older copy of the list: it says what is to hold, not what to change.
        if ticked != done {
            let step = step.to_owned();
            self.append(id, if done { Happened::StepDone(step) } else { Happened::StepUndone(step) });
        }
        self.show(&id.to_string())
    }

    fn deadline_done(&mut self, id: TransferId, deadline: &str) -> Answer {
        let event = self.by_id(id).and_then(|record| {
            let (_, plan) = plan_of(&self.engine.known, record)?;
            plan.member_deadlines().find(|d| d.rule.says.id == deadline).map(|d| d.rule.by)
        });
        match event {
            Some(event) => self.tell(told(id, event, None)),
            None => self.no_record(),
        }
    }

    /// A button for each step that is not over by what happened.
    pub(super) fn tick_buttons(&self, plan: &Plan<'_>, record: &Record) -> Vec<Vec<Button>> {
        let attempt = record.attempt();
        let over: Vec<&str> = plan.done(&attempt).collect();
        let ticked = record.steps_done();
        let mut buttons = Vec::new();
        for (number, step) in (1..).zip(plan.numbered()) {
            let step = step.step.says.id.as_str();
            if !over.contains(&step) && reminding::open(record) {
                let done = ticked.contains(step);
                let label = format!("{} {number}", if done { "☑" } else { "☐" });
                let press = Press::Tick { transfer: record.id, step: step.to_owned(), done: !done };
                buttons.push(Button { label, press });
            }
        }
        buttons.chunks(TICKS).map(<[Button]>::to_vec).collect()
    }

    /// Asks under an answer whether it was useful.
    pub(super) fn ask_opinion(&mut self, answer: &mut Answer) {
        let (Kind::Answer, Some(about)) = (answer.kind, self.about.clone()) else { return };
        let button = |label: &str, useful| {
            let press = Press::Rate { entry: about.clone(), useful };
            Button { label: label.to_owned(), press }
        };
        if let Some(first) = answer.replies.first_mut() {
            first.buttons.push(vec![button("有用", true), button("没用", false)]);
            self.remember_answered(about);
        }
    }
}
