//! The desk of transfers: what is on record is shown, and what follows from it.

use super::chosen::CALENDAR;
use super::state::{Action, Pending, situation_from_text, situation_to_text};
use super::turn::{Answer, Change, Turn};
use crate::knowledge::Knowledge;
use crate::knowledge::terms::{Effect, Event};
use crate::plan::{Plan, Situation, calendar, plan, text};
use crate::reply::{Block, Button, File, Kind, Line, Reply, marked, sources};
use crate::transfer::{Record, Reminding, Status, TransferId};

impl Turn<'_> {
    /// Makes the plan a transfer.
    pub(super) fn record(&mut self) -> Answer {
        let Some(situation) = self.state.situation().filter(|_| self.has_plan()) else {
            self.state.asking = true;
            let mut answer = self.guide();
            if let Some(first) = answer.replies.first_mut() {
                first.blocks.insert(0, Block::Text("还没有可以记录的计划。".to_owned()));
            }
            return answer;
        };
        let form = situation_to_text(&situation);
        if let Some(same) = self.records.iter().find(|r| r.open() && r.situation == form) {
            let id = same.id;
            return self.after(id, "这次转接已经记录过了，现在是这样：");
        }
        let (id, created_at) = (self.around.fresh, self.around.now);
        let record = Record { id, situation: form, created_at, reminding: Reminding::default(), log: Vec::new() };
        self.changes.push(Change::Create(record.clone()));
        self.records.push(record);
        self.state.focus = Some(id.to_string());
        if let Some(Pending::Unrecorded { happened }) = self.settle()
            && let Some(mut answer) = self.tell_kept(id, happened)
        {
            if let Some(first) = answer.replies.first_mut() {
                let told = self.changes.len() > 1;
                let where_is_it = if told { "在下面".to_owned() } else { format!("是 {id}") };
                first.blocks.insert(0, Block::Text(format!("已记录，转接编号（ID）{where_is_it}，查进度要用。")));
            }
            return answer;
        }
        self.after(id, "已记录。下面是转接编号（ID），查进度要用；办完哪一步就告诉我，比如“今天发起成功”。")
    }

    /// Has enough been said for a plan?
    pub(super) fn has_plan(&self) -> bool {
        let situation = self.state.situation();
        situation.is_some_and(|s| s.effect(&self.engine.known) != Effect::Keeps || s.to.is_some())
    }

    /// What follows from a record after something was told of it.
    pub(super) fn after(&mut self, id: TransferId, what: &str) -> Answer {
        let mut blocks = vec![Block::Text(what.to_owned())];
        let Some(record) = self.by_id(id).cloned() else { return self.no_record() };
        let planned = plan_of(&self.engine.known, &record);
        let mut cited = self.standing(&record, planned.as_ref(), &mut blocks);
        blocks.append(&mut cited);
        self.answer_about(&record, blocks)
    }

    fn answer_about(&mut self, record: &Record, blocks: Vec<Block>) -> Answer {
        self.state.focus = Some(record.id.to_string());
        let situation = situation_from_text(&record.situation);
        Answer {
            origin: situation.as_ref().map(|s| s.from.system),
            destination: situation.and_then(|s| s.to).map(|to| to.system),
            ..Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
        }
    }

    /// Timeline, due dates, what is next, and where the membership is; returns the sources.
    fn standing(
        &mut self,
        record: &Record,
        planned: Option<&(Situation, Plan<'_>)>,
        blocks: &mut Vec<Block>,
    ) -> Vec<Block> {
        let known = &self.engine.known;
        let attempt = record.attempt();
        let mut cited = Vec::new();
        blocks.push(Block::Text(self.headline(record)));
        let timeline: Vec<String> =
            record.timeline().iter().map(|p| format!("{} {}", text::day(p.on), p.event.name())).collect();
        if !timeline.is_empty() {
            blocks.push(Block::Heading("时间线".to_owned()));
            blocks.push(Block::Points(timeline));
        }
        let Some((situation, plan)) = planned else {
            blocks.push(Block::Text(self.service("service.record.unplanned")));
            return Vec::new();
        };
        let status = record.status();
        let mut lines: Vec<String> = Vec::new();
        if matches!(status, Status::Returned | Status::Withdrawn | Status::Completed) {
            let id = format!("service.record.{}", status.code());
            if let Some(says) = known.service(&id) {
                lines.push(self.statement(says, None));
                cited.push(says);
            }
        } else {
            for deadline in plan.open_deadlines(&attempt) {
                lines.push(text::deadline_line(deadline));
                cited.push(&deadline.rule.says);
                if deadline.due.is_some_and(|due| due < self.today())
                    && let Some(says) = known.service("service.record.overdue")
                {
                    lines.push(self.statement(says, None));
                    cited.push(says);
                }
            }
            let done = steps_done(plan, record);
            let done: Vec<&str> = done.iter().map(String::as_str).collect();
            if let Some(next) = text::next_step(plan, &done) {
                lines.push(format!("接下来：{}", text::told_to(next)));
                cited.push(&next.step.says);
            }
        }
        if situation.effect(known) == Effect::Stays {
            lines.extend(plan.placement.iter().map(|s| marked(&s.text, s.says)));
            cited.extend(plan.placement.iter().map(|s| s.says));
        } else if status != Status::Completed
            && let Some(says) = known.service("service.record.whereabouts")
        {
            lines.push(self.statement(says, None));
            cited.push(says);
        }
        blocks.push(Block::Text(lines.join("\n")));
        if plan.member_deadlines().any(|d| d.due.is_some()) {
            self.offer(CALENDAR, Action::Calendar);
        }
        self.offer("看步骤", Action::Show(record.id.to_string()));
        vec![sources(cited)]
    }

    pub(super) fn headline(&self, record: &Record) -> String {
        let route = situation_from_text(&record.situation)
            .map_or_else(String::new, |s| text::route_line(&self.engine.known, &s));
        format!("{}：{route}（{}）", record.id, status_name(record.status()))
    }

    /// Shows a transfer whole: how it stands and its steps with ticks.
    pub(super) fn show(&mut self, id: &str) -> Answer {
        let found = TransferId::parse(id).and_then(|id| self.by_id(id).cloned());
        let Some(record) = found else { return self.no_record() };
        let (blocks, buttons) = self.whole(&record);
        let mut answer = self.answer_about(&record, blocks);
        if let Some(reply) = answer.replies.first_mut() {
            reply.buttons = buttons;
        }
        answer
    }

    /// A transfer whole, and what to press to tick its steps.
    pub(super) fn whole(&mut self, record: &Record) -> (Vec<Block>, Vec<Vec<Button>>) {
        let (mut blocks, mut buttons) = (Vec::new(), Vec::new());
        let planned = plan_of(&self.engine.known, record);
        let mut cited = self.standing(record, planned.as_ref(), &mut blocks);
        if let Some((_, plan)) = &planned {
            let done = steps_done(plan, record);
            let lines = plan.numbered().map(|s| Line {
                id: s.step.says.id.clone(),
                done: done.contains(&s.step.says.id),
                text: text::told_to(s),
                notes: Vec::new(),
            });
            blocks.push(Block::Steps(lines.collect()));
            buttons = self.tick_buttons(plan, record);
            cited =
                vec![sources(plan.numbered().map(|s| &s.step.says).chain(plan.deadlines.iter().map(|d| &d.rule.says)))];
        }
        self.offers.retain(|o| o.label != "看步骤");
        blocks.append(&mut cited);
        (blocks, buttons)
    }

    /// All transfers of the member.
    pub(super) fn list(&mut self) -> Answer {
        let lines: Vec<String> = self.records.iter().map(|r| self.headline(r)).collect();
        let ids: Vec<String> = self.records.iter().filter(|r| r.open()).map(|r| r.id.to_string()).collect();
        for id in ids {
            self.offer(&id.clone(), Action::Show(id));
        }
        let blocks = vec![Block::Heading("你的转接记录：".to_owned()), Block::Points(lines)];
        Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
    }

    /// Where a transfer stands that was asked for without its ID.
    pub(super) fn progress(&mut self) -> Answer {
        let open: Vec<TransferId> = self.records.iter().filter(|r| r.open()).map(|r| r.id).collect();
        match (&open[..], self.records.len()) {
            (_, 0) => Answer::of(Kind::Progress, self.own("service.record.ask-id")),
            ([id], _) => self.show(&id.to_string()),
            ([], 1) => self.show(&self.records[0].id.to_string()),
            _ => self.list(),
        }
    }

    /// The steps of the transfer or plan under discussion.
    pub(super) fn steps(&mut self) -> Answer {
        if let Some(id) = self.open_record().map(|r| r.id.to_string()) {
            return self.show(&id);
        }
        self.guide()
    }

    /// The calendar file.
    pub(super) fn calendar(&mut self) -> Answer {
        let known = &self.engine.known;
        let meant = self.open_record().or_else(|| self.likeliest().and_then(|id| self.by_id(id)));
        let made = meant.and_then(|record| {
            let (situation, plan) = plan_of(&self.engine.known, record)?;
            let title = text::route_line(known, &situation);
            let dates: Vec<String> =
                plan.member_deadlines().filter(|d| d.due.is_some()).map(text::deadline_line).collect();
            let file = calendar::calendar(&plan, &title, &record.id.to_string(), self.around.now)?;
            let cites = sources(plan.member_deadlines().map(|d| &d.rule.says));
            Some((file, format!("日历文件好了，点开就能加进手机日历（{title}）。"), dates, cites))
        });
        let Some((ics, ready, dates, cites)) = made else {
            let id = if meant.is_some() { "service.calendar.no-day" } else { "service.calendar.no-record" };
            return Answer::of(Kind::Progress, self.own(id));
        };
        let file = File { name: calendar::NAME.to_owned(), media_type: "text/calendar", text: ics };
        let blocks = vec![Block::Text(ready), Block::Points(dates), cites];
        Answer::of(Kind::Progress, Reply { blocks, files: vec![file], ..Reply::default() })
    }

    pub(super) fn by_id(&self, id: TransferId) -> Option<&Record> {
        self.records.iter().find(|r| r.id == id)
    }

    /// The open transfer that was last spoken of, or the only one.
    pub(super) fn open_record(&self) -> Option<&Record> {
        let focus = self.state.focus.as_deref().and_then(TransferId::parse);
        let open = || self.records.iter().filter(|r| r.status() != Status::Completed);
        open().find(|r| Some(r.id) == focus).or_else(|| open().next_back())
    }
}

/// What a transfer is planned from, and its plan with the days of its last attempt; none where it was recorded by a
/// version that knew what this one does not.
pub(super) fn plan_of<'k>(known: &'k Knowledge, record: &Record) -> Option<(Situation, Plan<'k>)> {
    let situation = situation_from_text(&record.situation)?;
    let plan = plan(known, &situation, &record.attempt()).ok()?;
    Some((situation, plan))
}

/// Ids of the steps that are done: those that follow from events, and those that were ticked.
pub fn steps_done(plan: &Plan<'_>, record: &Record) -> Vec<String> {
    let attempt = record.attempt();
    let mut done: Vec<String> = plan.done(&attempt).map(str::to_owned).collect();
    done.extend(record.steps_done().into_iter().map(str::to_owned));
    done
}

/// A status in words.
pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Planned => "还没发起",
        Status::Submitted => Event::Submitted.name(),
        Status::OriginApproved => Event::OriginApproved.name(),
        Status::Reported => Event::Reported.name(),
        Status::DestinationApproved => Event::DestinationApproved.name(),
        Status::Completed => Event::Completed.name(),
        Status::Returned => Event::Returned.name(),
        Status::Withdrawn => Event::Withdrawn.name(),
    }
}
