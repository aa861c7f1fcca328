//! The desk of reports: what was told goes into the log of the transfer it belongs to, or a question comes back.

use chrono::NaiveDate;

use super::records::plan_of;
use super::state::{Action, Pending, Told, event, situation_from_text};
use super::turn::{Answer, Turn};
use crate::knowledge::terms::{Event, Level, Phase, Term};
use crate::language::dates::Day;
use crate::language::events::{Manner, Saying, What};
use crate::language::numeral;
use crate::plan::{Outline, Situation, outline, text};
use crate::reply::{Block, Kind, Reply};
use crate::transfer::rules::{self, Course, Said};
use crate::transfer::{Doubt, Happened, TransferId};

/// Words that agree to record what was told.
pub(super) const YES: [&str; 14] =
    ["是", "是的", "好", "好的", "好啊", "可以", "嗯", "嗯嗯", "要", "要的", "行", "对", "记", "ok"];

/// The longest message in which 弄好了 is said of the transfer without its place.
const SHORT: usize = 10;

impl Turn<'_> {
    /// Serves a report of what happened; none where the message reports nothing.
    pub(super) fn told(&mut self) -> Option<Answer> {
        if !self.is_report() {
            return None;
        }
        if self.of_others() {
            return Some(self.no_record());
        }
        if let Some(asked) = self.of_somebody() {
            return Some(asked);
        }
        if let Some(step) = self.step_told() {
            return Some(step);
        }
        let sayings = self.plain_sayings();
        if self.records.is_empty() {
            return self.unrecorded(&sayings).map(|answer| self.with_rest(answer, &sayings));
        }
        let open = self.open_question();
        let sayings = report_refused(sayings);
        let (happened, not_yet): (Vec<Saying>, Vec<Saying>) =
            sayings.iter().partition(|s| !matches!(s, Saying::NotYet { .. }));
        // “提交了，还没审”: what is still to come says nothing beside what has happened.
        if let ([], [Saying::NotYet { what }, ..]) = (&happened[..], &not_yet[..]) {
            return self.not_yet(*what);
        }
        let mut answer: Option<Answer> = None;
        let mut noted = Vec::new();
        for saying in happened {
            // Two reports in one message: both are recorded, the last one shows how things stand.
            if let Some(Block::Text(first)) = answer.as_ref().and_then(|a| a.replies.first()?.blocks.first()) {
                noted.push(first.clone());
            }
            self.offers.clear();
            let next = match saying {
                Saying::Happened { what, day, manner } => self.happened(what, day, manner),
                Saying::Instead { what, day, manner } => self.instead(what, day, manner),
                Saying::NotYet { .. } => continue,
                Saying::Correct { what, wrong, right } => self.corrected(what, wrong, right),
                Saying::Strike { what, on } => self.struck(what, on),
            };
            let doubtful = !self.offers.is_empty() && self.state.pending.is_some();
            answer = Some(next);
            if doubtful {
                break;
            }
        }
        if let Some(reply) = answer.as_mut().and_then(|a| a.replies.first_mut()) {
            reply.blocks.splice(0..0, noted.into_iter().map(Block::Text));
        }
        let answer = self.with_rest(answer?, &sayings);
        Some(self.asked_once_more(answer, open))
    }

    /// What is said, without what is only perhaps a report: 弄好了 counts beside a place, or where nothing else is said.
    fn plain_sayings(&self) -> Vec<Saying> {
        let short = self.said.text.chars().count() <= SHORT && !self.asks();
        let beside_an_end = |manner: Manner| {
            let situation = match self.open_record() {
                Some(record) => situation_from_text(&record.situation),
                None => self.state.situation(),
            };
            situation.is_some_and(|situation| self.side(&situation, manner).is_some())
        };
        let all = &self.said.sayings;
        let plain = |saying: &Saying| match *saying {
            Saying::Happened { what: What::Done, manner, .. } | Saying::Instead { what: What::Done, manner, .. } => {
                short && all.len() == 1 || beside_an_end(manner)
            }
            Saying::NotYet { what: What::Done } => false,
            _ => true,
        };
        all.iter().copied().filter(plain).collect()
    }

    /// Does it report something of a transfer, rather than ask about it or speak of another route?
    fn is_report(&self) -> bool {
        let ends = &self.said.ends;
        let retraction =
            |s: &Saying| matches!(s, Saying::Strike { what: None, .. } | Saying::Correct { what: None, .. });
        let sayings = self.plain_sayings();
        if (ends.origin.is_some() || ends.destination.is_some()) && sayings.iter().all(retraction) {
            return false;
        }
        if !self.records.is_empty() {
            return !sayings.is_empty() || numeral::step(&self.said.text).is_some();
        }
        // Without a record only what is plainly told counts, and only where it is clear that it is the member's own:
        // there is a plan, or a day is given.
        let happened = |s: &Saying| matches!(s, Saying::Happened { .. } | Saying::Instead { .. });
        let dated = |s: &Saying| matches!(s, Saying::Happened { day: Some(_), .. });
        let mine = self.state.situation().is_some() || sayings.iter().any(dated);
        let asks = self.asks() || ["particular", "days"].into_iter().any(|intent| self.said.wants.has(intent));
        mine && sayings.iter().any(happened) && !asks && self.said.specific.len() < 8
    }

    /// Is something asked?
    pub(super) fn asks(&self) -> bool {
        let asks = self.said.text.contains(['?', '吗', '呢']) || self.said.wants.has("how");
        asks && !self.said.wants.has("then")
    }

    /// Does it name a transfer, and none of this member's?
    fn of_others(&self) -> bool {
        let named = self.said.foreign_id || !self.said.ids.is_empty();
        named && !self.said.sayings.is_empty() && self.said.ids.iter().all(|id| self.by_id(*id).is_none())
    }

    pub(super) fn happened(&mut self, what: What, day: Option<Day>, manner: Manner) -> Answer {
        let on = day.and_then(Day::date);
        if let Some(answer) = self.sent_back(what, on, manner) {
            return answer;
        }
        let candidates = self.candidates(what, manner);
        if day == Some(Day::Impossible) {
            if let [(id, event)] = candidates[..] {
                self.state.pending = Some(Pending::Day(told(id, event, None)));
            }
            return self.question_back("没有这一天，没有记下。请再说一次日期，比如“6月1日”。");
        }
        let open = |id: TransferId| what == What::Done && self.events_meant(id, what, manner).len() > 1;
        match candidates[..] {
            // 弄好了 may be said of what is no event at all.
            [(id, _)] if open(id) => self.which(&candidates, on),
            [(id, event)] => self.tell(Told { again: manner.again, ..told(id, event, on) }),
            [] => {
                // It fits none; the doubt of the likeliest one says why.
                let Some(id) = self.likeliest() else { return self.no_record() };
                let event = self.events_meant(id, what, manner).first().copied().unwrap_or(Event::OriginApproved);
                self.tell(Told { again: manner.again, ..told(id, event, on) })
            }
            _ => self.which(&candidates, on),
        }
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
        let said = Said { event, on, long_ago_is_meant: told.long_ago_is_meant, again: told.again };
        let today = self.today();
        if told.again && event == Event::Reported {
            self.reported_again(&record, &told);
        }
        let record = self.by_id(record.id).cloned().unwrap_or(record);
        match self.with_course(&situation, |course| rules::accept(&record, course, said, today)) {
            Ok(happened) => {
                self.state.pending = None;
                self.append(record.id, happened);
                let noted = format!("已记下：{} {}。", text::day(on), event.name());
                let Some(then) = told.then else { return self.after(record.id, &noted) };
                let mut answer = self.tell(*then);
                if let Some(first) = answer.replies.first_mut() {
                    first.blocks.insert(0, Block::Text(noted));
                }
                answer
            }
            // What is known already holds up nothing that waits for it.
            Err(Doubt::AlreadyThere { on: there, .. }) if told.then.is_some() && there == on => match told.then {
                Some(then) => self.tell(*then),
                None => self.no_record(),
            },
            Err(doubt) => self.doubt(&record, &told, event, doubt),
        }
    }

    /// Does a deadline of the member count from this event?
    fn counts_days_from(&self, situation: &Situation, event: Event) -> bool {
        outline(&self.engine.known, situation).is_ok_and(|o| o.member_deadlines().any(|rule| rule.from == event))
    }

    fn ask_day(&mut self, told: Told, event: Event) -> Answer {
        let route = self.several().then(|| self.which_route(&told.transfer)).flatten().unwrap_or_default();
        self.offer_days(told);
        let text = format!("{route}“{}”是哪一天？期限要从那天算起。", event.name());
        Answer::of(Kind::Progress, Reply::text(text))
    }

    /// Waits for the day of an event, the likely days as options.
    pub(super) fn offer_days(&mut self, told: Told) {
        let today = self.today();
        for (label, day) in [("今天", Some(today)), ("昨天", today.pred_opt())] {
            self.offer(label, Action::Tell(Told { on: day, ..told.clone() }));
        }
        self.state.pending = Some(Pending::Day(Told { on: None, ..told }));
    }

    /// A day alone that nobody asked for.
    pub(super) fn lone_day(&mut self) -> Option<Answer> {
        let on = self.said.days.first().and_then(|d| d.date())?;
        let denies = ["不对", "不是", "错了", "说错了"].iter().any(|no| self.said.text.starts_with(no));
        let short = self.said.text.chars().count() <= 10 && (denies || self.said.specific.is_empty());
        if !short || self.said.names_a_place() || self.records.is_empty() || self.asks() {
            return None;
        }
        if denies {
            return Some(self.corrected(None, None, self.said.days.first().copied()));
        }
        let text =
            format!("{} 发生了什么？比如“昨天发起成功”。要改已记的日期，就说“不是6月1号，是6月2号”。", text::day(on));
        Some(self.question_back(&text))
    }

    /// A day that was asked for.
    pub(super) fn pending(&mut self) -> Option<Answer> {
        self.transfer_chosen().or_else(|| self.day_told())
    }

    fn day_told(&mut self) -> Option<Answer> {
        let pending = self.state.pending.clone()?;
        let (day, said_more) = (self.said.days.first().copied()?, !self.said.sayings.is_empty());
        if said_more || matches!(pending, Pending::Unrecorded { .. }) {
            return None;
        }
        match day {
            Day::Impossible => Some(self.question_back("没有这一天，请再说一次日期。")),
            day => match pending {
                Pending::Day(told) => Some(self.tell(Told { on: day.date(), ..told })),
                Pending::Move { transfer, number } => {
                    self.state.pending = None;
                    Some(self.correct(&transfer, number, day.date()?))
                }
                Pending::Unrecorded { .. } => None,
            },
        }
    }

    pub(super) fn question_back(&self, text: &str) -> Answer {
        Answer::of(Kind::Progress, Reply::text(text))
    }

    /// “第三步做完了”.
    fn step_told(&mut self) -> Option<Answer> {
        let number = done_step(&self.said.text)?;
        let record = self.open_record()?.clone();
        let (_, plan) = plan_of(&self.engine.known, &record)?;
        let step = plan.numbered().nth(number.checked_sub(1)?)?.step.says.id.clone();
        self.append(record.id, Happened::StepDone(step));
        Some(self.show(&record.id.to_string()))
    }

    pub(super) fn with_course<R>(&self, situation: &Situation, f: impl FnOnce(&Course<'_>) -> R) -> R {
        let (expected, needs) = match outline(&self.engine.known, situation) {
            Ok(outline) => (outline.events(), needs(&outline)),
            Err(_) => (Vec::new(), Vec::new()),
        };
        f(&Course { expected: &expected, needs: &needs })
    }
}

/// Which event must have happened before which: everything waits for the submission, and an event by which a deadline
/// ends waits for the one it is counted from, unless sources disagree whether that one exists at all.
fn needs(outline: &Outline<'_>) -> Vec<(Event, Event)> {
    let disputed = |event: Event| {
        let mut reviews = outline.numbered().filter(|step| step.phase == Phase::OriginReview);
        event == Event::OriginApproved && reviews.all(|step| step.says.known == Level::Conflict)
    };
    let rest = [Event::OriginApproved, Event::Reported, Event::DestinationApproved, Event::Completed];
    let mut needs: Vec<(Event, Event)> = rest.iter().map(|event| (*event, Event::Submitted)).collect();
    let counted = outline.member_deadlines().map(|rule| (rule.by, rule.from));
    needs.extend(counted.filter(|(_, from)| *from != Event::Submitted && !disputed(*from)));
    needs
}

/// 被退了,又重新报到了: what is followed by a report-in and by nothing handed in was the report-in.
fn report_refused(mut sayings: Vec<Saying>) -> Vec<Saying> {
    let is = |saying: &Saying, of: Event| matches!(saying, Saying::Happened { what: What::Event(e), .. } if *e == of);
    for i in 0..sayings.len() {
        let mut after = sayings[i + 1..].iter();
        let report = after.find(|s| is(s, Event::Reported) || is(s, Event::Submitted));
        if is(&sayings[i], Event::Returned)
            && report.is_some_and(|s| is(s, Event::Reported))
            && let Saying::Happened { what, .. } = &mut sayings[i]
        {
            *what = What::ReportReturned;
        }
    }
    sayings
}

pub(super) fn is(what: Option<What>, event: Event) -> bool {
    match what {
        None => true,
        Some(What::Event(e)) => e == event,
        Some(What::Approved) => matches!(event, Event::OriginApproved | Event::DestinationApproved),
        Some(What::ReportReturned) => event == Event::Returned,
        Some(What::Done) => true,
    }
}

pub(super) fn told(id: TransferId, event: Event, on: Option<NaiveDate>) -> Told {
    Told {
        transfer: id.to_string(),
        event: event.code().to_owned(),
        on,
        long_ago_is_meant: false,
        again: false,
        then: None,
    }
}

/// The number of a step that is told to be done.
fn done_step(text: &str) -> Option<usize> {
    let (number, tail) = numeral::step(text)?;
    let says = ["做完", "完成", "办完", "好了", "弄好", "搞定", "办好", "做好"];
    (says.iter().any(|s| tail.contains(s)) && !tail.contains(['吗', '没', '?'])).then_some(number)
}
