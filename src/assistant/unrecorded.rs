//! What happened before anything is on record: it is kept until there is a record.

use chrono::NaiveDate;

use super::chosen::RECORD;
use super::records::steps_done;
use super::state::{Action, Pending, Told, situation_to_text};
use super::told::YES;
use super::turn::{Answer, Turn};
use crate::knowledge::terms::{Event, Term};
use crate::language::dates::Day;
use crate::language::events::{Manner, Saying, What};
use crate::plan::{Situation, plan, text};
use crate::reply::{Block, Kind, Reply, sources};
use crate::transfer::{Entry, Happened, Record, Reminding, TransferId};

/// What was told, by its code, with its day.
type Kept = (String, Option<NaiveDate>);

impl Turn<'_> {
    /// Keeps what is told until there is a record, and offers to make one.
    pub(super) fn unrecorded(&mut self, sayings: &[Saying]) -> Option<Answer> {
        let before = self.route_ends();
        self.note_route();
        let new = self.route_ends() != before;
        let mut kept = match self.settle() {
            Some(Pending::Unrecorded { happened }) => happened,
            _ => Vec::new(),
        };
        let mut told: Vec<Kept> = Vec::new();
        for saying in sayings {
            let (Saying::Happened { what, day, manner } | Saying::Instead { what, day, manner }) = *saying else {
                continue;
            };
            // What is said to have happened on a day to come is put right when there is a record.
            let on = day.filter(|day| !matches!(day, Day::Future(_) | Day::LongAgo(_))).and_then(Day::date);
            if matches!(saying, Saying::Instead { .. }) {
                kept.pop();
            }
            let Some(what) = self.meant_unrecorded(&kept, what, manner) else { continue };
            kept.retain(|(code, _)| code != what.code());
            kept.push((what.code().to_owned(), on));
            told.push((what.code().to_owned(), on));
        }
        told.retain(|news| kept.contains(news));
        if told.is_empty() {
            self.state.pending = (!kept.is_empty()).then_some(Pending::Unrecorded { happened: kept });
            return None;
        }
        // A route that was told in this very message has no plan yet.
        let next = if new { self.next_after(&kept) } else { Vec::new() };
        self.state.pending = Some(Pending::Unrecorded { happened: kept });
        let told: Vec<String> = told.iter().map(in_words).collect();
        let told = told.join("");
        if self.has_plan() {
            self.offer_record();
            let asked = format!("还没有转接记录，{told}先没有记下。要记下这次转接吗？");
            let blocks = std::iter::once(asked).chain(self.privacy_once()).map(Block::Text).chain(next).collect();
            return Some(Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() }));
        }
        self.state.asking = true;
        let text =
            format!("还没有你的转接记录，{told}先没有记下。告诉我从哪转到哪，出了步骤选“{RECORD}”，就一起记上。");
        Some(self.resumed(Answer::of(Kind::Progress, Reply::text(text))))
    }

    /// Offers to record the plan; yes is enough where that was asked for or something waits for it.
    pub(super) fn offer_record(&mut self) {
        let waits = matches!(self.state.pending, Some(Pending::Unrecorded { .. }));
        let yes = if waits || self.said.wants.has("record_beside") { &YES[..] } else { &[] };
        self.offer_by_words(RECORD, yes, Action::Record);
    }

    /// By when what, and what comes next, after what was told.
    fn next_after(&self, kept: &[Kept]) -> Vec<Block> {
        let known = &self.engine.known;
        let Some(situation) = self.state.situation() else { return Vec::new() };
        let record = self.imagined(&situation, kept);
        let attempt = record.attempt();
        let Ok(plan) = plan(known, &situation, &attempt) else { return Vec::new() };
        let done = steps_done(&plan, &record);
        let done: Vec<&str> = done.iter().map(String::as_str).collect();
        let (mut lines, mut cited) = (vec![text::route_line(known, &situation)], Vec::new());
        for deadline in plan.open_deadlines(&attempt) {
            lines.push(text::deadline_line(deadline));
            cited.push(&deadline.rule.says);
        }
        if let Some(next) = text::next_step(&plan, &done) {
            lines.push(format!("接下来：{}", text::told_to(next)));
            cited.push(&next.step.says);
        }
        vec![Block::Text(lines.join("\n")), sources(cited)]
    }

    /// What is meant on the route under discussion, after what was told before; as it was said where that is open.
    fn meant_unrecorded(&self, kept: &[Kept], what: What, manner: Manner) -> Option<What> {
        let meant = match self.state.situation() {
            Some(situation) => self.meant(&self.imagined(&situation, kept), what, manner),
            None => Vec::new(),
        };
        match (what, &meant[..]) {
            (What::ReportReturned, _) => None,
            (_, [event]) => Some(What::Event(*event)),
            // What is done must be told by its place.
            (What::Done, _) => None,
            (what, _) => Some(what),
        }
    }

    /// The record that there would be.
    fn imagined(&self, situation: &Situation, kept: &[Kept]) -> Record {
        let events = kept.iter().filter_map(|(code, on)| Some((Event::parse(code)?, on.unwrap_or(self.today()))));
        let log = events.zip(1..).map(|((event, on), number)| Entry {
            number,
            happened: Happened::Event(event, on),
            recorded_at: self.around.now,
            by: super::BY_MEMBER.to_owned(),
        });
        Record {
            id: self.around.fresh,
            situation: situation_to_text(situation),
            created_at: self.around.now,
            reminding: Reminding::default(),
            log: log.collect(),
        }
    }

    /// Records what was told before there was a record, the earliest event first; whose approval it was may be asked.
    pub(super) fn tell_kept(&mut self, id: TransferId, mut kept: Vec<Kept>) -> Option<Answer> {
        // What was sent back and handed in again happened in the order told.
        if kept.iter().all(|(code, _)| Event::parse(code).is_some_and(|e| !crate::transfer::record::ends_attempt(e))) {
            kept.sort_by_key(|(code, _)| Event::parse(code));
        }
        let told = |event: Event, on: Option<NaiveDate>, then: Option<Box<Told>>| Told {
            then,
            ..super::told::told(id, event, on)
        };
        let events = kept.iter().rev().filter_map(|(code, on)| Some((Event::parse(code)?, *on)));
        let first = events.fold(None, |then, (event, on)| Some(Box::new(told(event, on, then))));
        let mut answer = first.map(|first| self.tell(*first));
        let open = kept.iter().find_map(|(code, on)| match What::parse(code)? {
            What::Event(_) => None,
            what => Some((what, *on)),
        });
        if let Some((what, on)) = open
            && self.state.pending.is_none()
        {
            let said = self.happened(what, on.map(Day::On), Manner::default());
            match answer.as_mut() {
                Some(answer) => answer.replies.extend(said.replies),
                None => answer = Some(said),
            }
        }
        answer
    }
}

/// What was told, as it is named back.
fn in_words((code, on): &Kept) -> String {
    let day = on.map(|on| format!("{} ", text::day(on))).unwrap_or_default();
    let name = Event::parse(code).map_or("审核通过", Event::name);
    format!("“{day}{name}”")
}
