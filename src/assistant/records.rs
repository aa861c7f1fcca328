//! The desk of transfers: what was told goes into the log, and what follows from it is shown.

use chrono::NaiveDate;

use super::state::{Action, Pending, Told, event, situation_from_text, situation_to_text};
use super::turn::{Answer, CALENDAR, Change, RECORD, Turn};
use crate::knowledge::terms::{Effect, Event, Level, Phase, Term};
use crate::language::dates::Day;
use crate::language::events::{Saying, What};
use crate::plan::{Plan, Situation, calendar, plan, text};
use crate::reply::{Block, File, Kind, Line, Reply, marked, sources};
use crate::transfer::rules::{self, Approved, Course, Said};
use crate::transfer::{Happened, Record, Status, TransferId};

impl<'e> Turn<'e> {
    /// Serves a report of what happened; none where the message reports nothing.
    pub(super) fn told(&mut self) -> Option<Answer> {
        if self.records.is_empty() && (self.state.situation().is_none() || !self.is_report()) {
            return None;
        }
        if let Some(step) = self.step_told() {
            return Some(step);
        }
        let sayings = std::mem::take(&mut self.said.sayings);
        let mut answer: Option<Answer> = None;
        for saying in &sayings {
            let next = match saying {
                Saying::Happened { what, day } => self.happened(*what, *day),
                Saying::NotYet { .. } => self.shown_now("好的，没有改动。"),
                Saying::Correct { what, wrong, right } => self.corrected(*what, *wrong, *right),
                Saying::Strike { what } => self.struck(*what),
            };
            // Two reports in one message: both are recorded, the last one shows how things stand.
            let doubtful = !self.offers.is_empty() && self.state.pending.is_some();
            answer = Some(next);
            if doubtful {
                break;
            }
        }
        self.said.sayings = sayings;
        answer
    }

    /// Is it told as having happened, not asked about? Without a record only the plain form counts.
    fn is_report(&self) -> bool {
        let asks =
            self.said.text.contains(['?', '吗', '呢']) || self.engine.language.intents.wants("how", &self.said.text);
        !asks && self.said.specific.len() < 8
    }

    fn happened(&mut self, what: What, day: Option<Day>) -> Answer {
        let on = match day {
            None => None,
            Some(Day::Impossible) => {
                return self.question_back("没有这一天，请再说一次日期，比如“6月1日发起成功”。");
            }
            Some(day) => day.date(),
        };
        if self.records.is_empty() {
            let event = match what {
                What::Event(event) => event,
                What::Approved => Event::OriginApproved,
            };
            self.state.pending = Some(Pending::Unrecorded { event: event.code().to_owned(), on });
            self.offer(RECORD, Action::Record);
            let mut text = self.service("service.privacy");
            text.insert_str(0, "还没有转接记录。要记下这次转接吗？");
            return Answer::of(Kind::Progress, Reply::text(text));
        }
        let candidates = self.candidates(what);
        match candidates[..] {
            [(id, event)] => self.tell(told(id, event, on)),
            [] => {
                // It fits none; the doubt of the likeliest one says why.
                let Some(id) = self.likeliest() else { return self.no_record() };
                let event = self.resolve(id, what).unwrap_or(Event::OriginApproved);
                self.tell(told(id, event, on))
            }
            _ => self.which(&candidates, on),
        }
    }

    /// The open transfers that an event could belong to; one that is asked for goes before all others.
    fn candidates(&self, what: What) -> Vec<(TransferId, Event)> {
        if let Some(id) = self.said.ids.first()
            && self.records.iter().any(|r| r.id == *id)
        {
            return self.events_meant(*id, what).into_iter().map(|e| (*id, e)).collect();
        }
        let named: Vec<&Record> = self.records.iter().filter(|r| self.is_named(r)).collect();
        let among: Vec<&Record> = if named.is_empty() { self.records.iter().collect() } else { named };
        let mut all = Vec::new();
        for record in among {
            let Some(situation) = situation_from_text(&record.situation) else { continue };
            for event in self.events_meant(record.id, what) {
                if self.with_course(&situation, |course| rules::fits(record, course, event)) {
                    all.push((record.id, event));
                }
            }
        }
        let open: Vec<_> = all.iter().filter(|(id, _)| self.by_id(*id).is_some_and(Record::open)).copied().collect();
        if open.is_empty() { all } else { open }
    }

    /// Does the message name the route of a record?
    fn is_named(&self, record: &Record) -> bool {
        let Some(situation) = situation_from_text(&record.situation) else { return false };
        let ends = &self.said.ends;
        let mentions = ends.origin.iter().chain(&ends.destination).chain(&ends.unplaced);
        let systems = [Some(situation.from.system), situation.to.as_ref().map(|to| to.system)];
        let mut named = mentions.filter_map(|m| m.system()).peekable();
        named.peek().is_some() && named.all(|system| systems.contains(&Some(system)))
    }

    fn events_meant(&self, id: TransferId, what: What) -> Vec<Event> {
        match what {
            What::Event(event) => vec![event],
            What::Approved => {
                let Some(record) = self.by_id(id) else { return Vec::new() };
                let Some(situation) = situation_from_text(&record.situation) else { return Vec::new() };
                match self.with_course(&situation, |course| rules::resolve_approved(record, course)) {
                    Approved::One(event) => vec![event],
                    Approved::Either(one, other) => vec![one, other],
                    Approved::None => Vec::new(),
                }
            }
        }
    }

    fn resolve(&self, id: TransferId, what: What) -> Option<Event> {
        self.events_meant(id, what).first().copied()
    }

    fn likeliest(&self) -> Option<TransferId> {
        let named = self.said.ids.iter().copied().find(|id| self.by_id(*id).is_some());
        named.or_else(|| self.open_record().map(|r| r.id)).or_else(|| self.records.last().map(|r| r.id))
    }

    /// Asks which transfer or which event is meant.
    fn which(&mut self, candidates: &[(TransferId, Event)], on: Option<NaiveDate>) -> Answer {
        let several = candidates.iter().any(|(id, _)| *id != candidates[0].0);
        for (id, event) in candidates {
            let label = if several { format!("{id}") } else { event.name().to_owned() };
            self.offer(&label, Action::Tell(told(*id, *event, on)));
        }
        let mut blocks =
            vec![Block::Text(if several { "说的是哪一次转接？" } else { "是哪一方审核通过？" }.to_owned())];
        if several {
            let lines = candidates.iter().filter_map(|(id, _)| self.by_id(*id)).map(|r| self.headline(r));
            let lines: Vec<String> = lines.collect();
            blocks.push(Block::Points(lines));
        }
        Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
    }

    /// Records an event of a transfer, or asks what stands against it.
    pub(super) fn tell(&mut self, told: Told) -> Answer {
        let found = TransferId::parse(&told.transfer).and_then(|id| self.by_id(id).cloned());
        let (Some(record), Some(event)) = (found, event(&told.event)) else { return self.no_record() };
        let Some(situation) = situation_from_text(&record.situation) else { return self.no_record() };
        self.state.focus = Some(told.transfer.clone());
        let Some(on) = told.on else {
            if self.counts_days_from(&situation, event) {
                return self.ask_day(told, event);
            }
            return self.tell(Told { on: Some(self.today()), ..told });
        };
        let said = Said { event, on, long_ago_is_meant: told.long_ago_is_meant };
        let today = self.today();
        match self.with_course(&situation, |course| rules::accept(&record, course, said, today)) {
            Ok(happened) => {
                self.state.pending = None;
                self.append(record.id, happened);
                self.after(record.id, &format!("已记下：{} {}。", text::day(on), event.name()))
            }
            Err(doubt) => self.doubt(&record, event, doubt),
        }
    }

    /// Does a deadline of the member count from this event?
    fn counts_days_from(&self, situation: &Situation, event: Event) -> bool {
        let happened = std::collections::BTreeMap::new();
        let plan = plan(&self.engine.known, situation, &happened);
        plan.is_ok_and(|p| p.member_deadlines().any(|d| d.rule.from == event))
    }

    fn ask_day(&mut self, told: Told, event: Event) -> Answer {
        let today = self.today();
        for (label, day) in [("今天", Some(today)), ("昨天", today.pred_opt())] {
            self.offer(label, Action::Tell(Told { on: day, ..told.clone() }));
        }
        self.state.pending = Some(Pending::Day(told));
        Answer::of(Kind::Progress, Reply::text(format!("“{}”是哪一天？期限要从那天算起。", event.name())))
    }

    /// A day that was asked for.
    pub(super) fn pending(&mut self) -> Option<Answer> {
        let Some(Pending::Day(told)) = self.state.pending.clone() else { return None };
        let (day, said_more) = (self.said.days.first().copied()?, !self.said.sayings.is_empty());
        if said_more {
            return None;
        }
        match day {
            Day::Impossible => Some(self.question_back("没有这一天，请再说一次日期。")),
            day => Some(self.tell(Told { on: day.date(), ..told })),
        }
    }

    fn question_back(&self, text: &str) -> Answer {
        Answer::of(Kind::Progress, Reply::text(text))
    }

    fn corrected(&mut self, what: Option<What>, wrong: Option<NaiveDate>, right: Option<Day>) -> Answer {
        let Some(id) = self.likeliest() else { return self.no_record() };
        let Some(record) = self.by_id(id).cloned() else { return self.no_record() };
        let timeline = record.timeline();
        let meant = timeline.iter().rev().find(|p| is(what, p.event) && wrong.is_none_or(|w| w == p.on));
        let Some(point) = meant.or_else(|| timeline.last().filter(|_| wrong.is_none() && what.is_none())) else {
            return self.after(id, "没有找到要改的那一条，没有改动。");
        };
        match right {
            Some(Day::Impossible) | None => self.question_back("要改成哪一天？请说日期，比如“改成6月2号”。"),
            Some(day) => match day.date() {
                Some(on) => self.correct(&id.to_string(), point.number, on),
                None => self.question_back("要改成哪一天？"),
            },
        }
    }

    /// Moves an entry to another day, or asks what stands against it.
    pub(super) fn correct(&mut self, transfer: &str, number: u32, on: NaiveDate) -> Answer {
        let found = TransferId::parse(transfer).and_then(|id| self.by_id(id).cloned());
        let Some(record) = found else { return self.no_record() };
        let Some(situation) = situation_from_text(&record.situation) else { return self.no_record() };
        let today = self.today();
        let event = record.timeline().iter().find(|p| p.number == number).map(|p| p.event);
        match self.with_course(&situation, |course| rules::correct(&record, course, number, on, today)) {
            Ok(happened) => {
                self.append(record.id, happened);
                let name = event.map_or("", Event::name);
                self.after(record.id, &format!("已改成：{} {name}。", text::day(on)))
            }
            Err(doubt) => self.doubt(&record, event.unwrap_or(Event::Submitted), doubt),
        }
    }

    fn struck(&mut self, what: Option<What>) -> Answer {
        let Some(id) = self.likeliest() else { return self.no_record() };
        let Some(record) = self.by_id(id).cloned() else { return self.no_record() };
        let Some(situation) = situation_from_text(&record.situation) else { return self.no_record() };
        let Some(point) = record.timeline().into_iter().rev().find(|p| is(what, p.event)) else {
            return self.after(id, "没有找到要划掉的那一条，没有改动。");
        };
        match self.with_course(&situation, |course| rules::strike(&record, course, point.number)) {
            Ok(happened) => {
                self.append(id, happened);
                self.after(id, &format!("已划掉：{} {}。", text::day(point.on), point.event.name()))
            }
            Err(doubt) => self.doubt(&record, point.event, doubt),
        }
    }

    /// “第三步做完了”.
    fn step_told(&mut self) -> Option<Answer> {
        let number = done_step(&self.said.text)?;
        let record = self.open_record()?.clone();
        let situation = situation_from_text(&record.situation)?;
        let attempt = record.attempt();
        let plan = plan(&self.engine.known, &situation, &attempt).ok()?;
        let step = plan.numbered().nth(number.checked_sub(1)?)?.step.says.id.clone();
        self.append(record.id, Happened::StepDone(step));
        Some(self.show(&record.id.to_string()))
    }

    /// Makes the plan a transfer.
    pub(super) fn record(&mut self) -> Answer {
        let Some(situation) =
            self.state.situation().filter(|s| s.effect(&self.engine.known) != Effect::Keeps || s.to.is_some())
        else {
            self.state.asking = true;
            let mut answer = self.guide();
            if let Some(first) = answer.replies.first_mut() {
                first.blocks.insert(0, Block::Text("还没有可以记录的计划。".to_owned()));
            }
            return answer;
        };
        let form = situation_to_text(&situation);
        if let Some(same) = self.records.iter().find(|r| r.open() && r.situation == form && r.log.is_empty()) {
            let id = same.id;
            return self.after(id, "这次转接已经记录过了。");
        }
        let record = Record { id: self.fresh, situation: form, created_at: self.now, log: Vec::new() };
        self.changes.push(Change::Create(record.clone()));
        self.records.push(record);
        let id = self.fresh;
        self.state.focus = Some(id.to_string());
        if let Some(Pending::Unrecorded { event, on }) = self.settle() {
            return self.tell(Told { transfer: id.to_string(), event, on, long_ago_is_meant: false });
        }
        let what = format!("已记录，转接编号（ID）：{id}。办了哪一步就告诉我，比如“今天发起成功”。");
        self.after(id, &what)
    }

    fn shown_now(&mut self, what: &str) -> Answer {
        match self.likeliest() {
            Some(id) => self.after(id, what),
            None => self.question_back(what),
        }
    }

    /// What follows from a record after something was told of it.
    pub(super) fn after(&mut self, id: TransferId, what: &str) -> Answer {
        let mut blocks = vec![Block::Text(what.to_owned())];
        let Some(record) = self.by_id(id).cloned() else { return self.no_record() };
        let mut cited = self.standing(&record, &mut blocks);
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
    fn standing(&mut self, record: &Record, blocks: &mut Vec<Block>) -> Vec<Block> {
        let known = &self.engine.known;
        let Some(situation) = situation_from_text(&record.situation) else { return Vec::new() };
        let attempt = record.attempt();
        let Ok(plan) = plan(known, &situation, &attempt) else { return Vec::new() };
        let mut cited = Vec::new();
        blocks.push(Block::Text(self.headline(record)));
        let timeline: Vec<String> =
            record.timeline().iter().map(|p| format!("{} {}", text::day(p.on), p.event.name())).collect();
        if !timeline.is_empty() {
            blocks.push(Block::Heading("时间线".to_owned()));
            blocks.push(Block::Points(timeline));
        }
        let status = record.status();
        let mut lines: Vec<String> = Vec::new();
        if matches!(status, Status::Returned | Status::Withdrawn | Status::Completed) {
            let id = format!("service.record.{}", status.code());
            if let Some(says) = known.service(&id) {
                lines.push(self.statement(says, None));
                cited.push(says);
            }
        } else {
            for deadline in plan.member_deadlines().filter(|d| !attempt.contains_key(&d.rule.by)) {
                lines.push(text::deadline_line(deadline));
                cited.push(&deadline.rule.says);
            }
            let done = steps_done(&plan, record);
            let done: Vec<&str> = done.iter().map(String::as_str).collect();
            if let Some(next) = text::next_step(&plan, &done) {
                lines.push(format!("接下来：{}", marked(&next.text, &next.step.says)));
                cited.push(&next.step.says);
            }
        }
        if status != Status::Completed
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

    fn headline(&self, record: &Record) -> String {
        let route = situation_from_text(&record.situation)
            .map_or_else(String::new, |s| text::route_line(&self.engine.known, &s));
        format!("{}：{route}（{}）", record.id, status_name(record.status()))
    }

    /// Shows a transfer whole: how it stands and its steps with ticks.
    pub(super) fn show(&mut self, id: &str) -> Answer {
        let found = TransferId::parse(id).and_then(|id| self.by_id(id).cloned());
        let Some(record) = found else { return self.no_record() };
        let mut blocks = Vec::new();
        let mut cited = self.standing(&record, &mut blocks);
        if let Some(situation) = situation_from_text(&record.situation)
            && let Ok(plan) = plan(&self.engine.known, &situation, &record.attempt())
        {
            let done = steps_done(&plan, &record);
            let lines = plan.numbered().map(|s| Line {
                id: s.step.says.id.clone(),
                done: done.contains(&s.step.says.id),
                text: marked(&s.text, &s.step.says),
                notes: Vec::new(),
            });
            blocks.push(Block::Steps(lines.collect()));
            cited =
                vec![sources(plan.numbered().map(|s| &s.step.says).chain(plan.deadlines.iter().map(|d| &d.rule.says)))];
        }
        self.offers.retain(|o| o.label != "看步骤");
        blocks.append(&mut cited);
        self.answer_about(&record, blocks)
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
        let made = self.open_record().and_then(|record| {
            let situation = situation_from_text(&record.situation)?;
            let plan = plan(known, &situation, &record.attempt()).ok()?;
            let title = text::route_line(known, &situation);
            let dates: Vec<String> =
                plan.member_deadlines().filter(|d| d.due.is_some()).map(text::deadline_line).collect();
            let file = calendar::calendar(&plan, &title, &record.id.to_string(), self.now)?;
            let cites = sources(plan.member_deadlines().map(|d| &d.rule.says));
            Some((file, dates, cites))
        });
        let Some((ics, dates, cites)) = made else {
            return Answer::of(
                Kind::Progress,
                Reply::text(
                    "还没有算得出的日期。先记录这次转接，再告诉我哪天发起成功（或哪天审核通过），就能给你日历文件。",
                ),
            );
        };
        let file = File { name: calendar::NAME.to_owned(), media_type: "text/calendar", text: ics };
        let blocks = vec![Block::Text("日历文件好了，点开就能加进手机日历。".to_owned()), Block::Points(dates), cites];
        Answer::of(Kind::Progress, Reply { blocks, options: Vec::new(), files: vec![file] })
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

    fn with_course<R>(&self, situation: &Situation, f: impl FnOnce(&Course<'_>) -> R) -> R {
        let happened = std::collections::BTreeMap::new();
        let (expected, needs) = match plan(&self.engine.known, situation, &happened) {
            Ok(plan) => (plan.events(), needs(&plan)),
            Err(_) => (Vec::new(), Vec::new()),
        };
        f(&Course { expected: &expected, needs: &needs })
    }
}

/// Which event must have happened before which: everything waits for the submission, and an event by which a deadline
/// ends waits for the one it is counted from, unless sources disagree whether that one exists at all.
fn needs(plan: &Plan<'_>) -> Vec<(Event, Event)> {
    let disputed = |event: Event| {
        let mut reviews = plan.numbered().filter(|s| s.step.phase == Phase::OriginReview);
        event == Event::OriginApproved && reviews.all(|s| s.step.says.known == Level::Conflict)
    };
    let rest = [Event::OriginApproved, Event::Reported, Event::DestinationApproved, Event::Completed];
    let mut needs: Vec<(Event, Event)> = rest.iter().map(|event| (*event, Event::Submitted)).collect();
    let counted = plan.member_deadlines().map(|d| (d.rule.by, d.rule.from));
    needs.extend(counted.filter(|(_, from)| *from != Event::Submitted && !disputed(*from)));
    needs
}

/// Ids of the steps that are done: those that follow from events, and those that were ticked.
pub fn steps_done(plan: &Plan<'_>, record: &Record) -> Vec<String> {
    let attempt = record.attempt();
    let mut done: Vec<String> = plan.done(&attempt).map(str::to_owned).collect();
    done.extend(record.steps_done().into_iter().map(str::to_owned));
    done
}

fn is(what: Option<What>, event: Event) -> bool {
    match what {
        None => true,
        Some(What::Event(e)) => e == event,
        Some(What::Approved) => matches!(event, Event::OriginApproved | Event::DestinationApproved),
    }
}

fn told(id: TransferId, event: Event, on: Option<NaiveDate>) -> Told {
    Told { transfer: id.to_string(), event: event.code().to_owned(), on, long_ago_is_meant: false }
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

/// The number of a step that is told to be done.
fn done_step(text: &str) -> Option<usize> {
    let rest = text.split_once('第')?.1;
    let (number, tail) = rest.split_once('步')?;
    let says = ["做完", "完成", "办完", "好了", "弄好", "搞定", "办好", "做好"];
    let number = match number {
        "一" => 1,
        "二" => 2,
        "三" => 3,
        "四" => 4,
        "五" => 5,
        "六" => 6,
        "七" => 7,
        "八" => 8,
        "九" => 9,
        "十" => 10,
        digits => digits.parse().ok()?,
    };
    (says.iter().any(|s| tail.contains(s)) && !tail.contains(['吗', '没', '?'])).then_some(number)
}
