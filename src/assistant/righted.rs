//! What was told is put right: another day, nothing of it, or something else instead.

use chrono::NaiveDate;

use super::state::{Pending, situation_from_text};
use super::told::{is, told};
use super::turn::{Answer, Turn};
use crate::knowledge::terms::Event;
use crate::language::dates::Day;
use crate::language::events::{Manner, What};
use crate::plan::text;
use crate::reply::Block;
use crate::transfer::{Point, Record, TransferId, rules};

impl Turn<'_> {
    /// Takes the last report back and records what is told in its place, on its day where none is said: 不对,是支书退回了.
    pub(super) fn instead(&mut self, what: What, day: Option<Day>, manner: Manner) -> Answer {
        let Some(record) = self.likeliest().and_then(|id| self.by_id(id).cloned()) else { return self.no_record() };
        let last = record.timeline().into_iter().max_by_key(|p| p.number);
        let Some(point) = last.filter(|p| record.attempt_points().contains(p) || record.last_end() == Some(*p)) else {
            return self.happened(what, day, manner);
        };
        let struck = match self.strike(&record, &point) {
            Ok(struck) => struck,
            Err(question) => return question,
        };
        self.state.pending = None;
        let mut answer = self.happened(what, day.or(Some(Day::On(point.on))), manner);
        if let Some(first) = answer.replies.first_mut() {
            first.blocks.insert(0, Block::Text(struck));
        }
        answer
    }

    pub(super) fn corrected(&mut self, what: Option<What>, wrong: Option<NaiveDate>, right: Option<Day>) -> Answer {
        let Some(id) = self.likeliest() else { return self.no_record() };
        let Some(record) = self.by_id(id).cloned() else { return self.no_record() };
        let timeline = record.timeline();
        let asked = match self.state.pending.take() {
            Some(Pending::Move { transfer, number }) if transfer == id.to_string() => Some(number),
            other => {
                self.state.pending = other;
                None
            }
        };
        let asked = asked.filter(|_| what.is_none()).and_then(|n| timeline.iter().find(|p| p.number == n));
        let meant = timeline.iter().rev().find(|p| is(what, p.event) && wrong.is_none_or(|w| w == p.on));
        // The event alone tells which entry, where the day that is denied is not on record.
        let named = || timeline.iter().rev().find(|p| what.is_some() && right.is_some() && is(what, p.event));
        let meant = asked.or(meant).or_else(named);
        let Some(point) = meant.or_else(|| timeline.last().filter(|_| wrong.is_none() && what.is_none())) else {
            return self.after(id, "没有找到要改的那一条，没有改动。");
        };
        match right {
            Some(Day::Impossible) | None => {
                self.state.pending = Some(Pending::Move { transfer: id.to_string(), number: point.number });
                let (day, name) = (text::day(point.on), point.event.name());
                self.question_back(&format!("{day} {name}，要改成哪一天？请说日期，比如“改成6月2号”。"))
            }
            Some(day) => match day.date() {
                Some(on) if on == point.on => {
                    let same = format!("记的就是 {} {}，没有改动。", text::day(on), point.event.name());
                    self.after(id, &same)
                }
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
            Err(doubt) => {
                let event = event.unwrap_or(Event::Submitted);
                self.doubt(&record, &told(record.id, event, Some(on)), event, doubt)
            }
        }
    }

    pub(super) fn struck(&mut self, what: Option<What>, on: Option<NaiveDate>) -> Answer {
        let Some(record) = self.likeliest().and_then(|id| self.by_id(id).cloned()) else { return self.no_record() };
        // Without a name it is what was told last, whatever its day.
        let meant = |p: &Point| is(what, p.event) && on.is_none_or(|on| on == p.on);
        let mut timeline = record.timeline().into_iter().filter(meant);
        let last =
            if what.is_none() && on.is_none() { timeline.max_by_key(|p| p.number) } else { timeline.next_back() };
        let Some(point) = last else {
            return self.after(record.id, "没有找到要划掉的那一条，没有改动。");
        };
        match self.strike(&record, &point) {
            Ok(struck) => self.after(record.id, &struck),
            Err(question) => question,
        }
    }

    /// Strikes an entry out and says so, or asks what stands against it.
    fn strike(&mut self, record: &Record, point: &Point) -> Result<String, Answer> {
        let Some(situation) = situation_from_text(&record.situation) else { return Err(self.no_record()) };
        match self.with_course(&situation, |course| rules::strike(record, course, point.number)) {
            Ok(struck) => {
                self.append(record.id, struck);
                Ok(format!("已划掉：{} {}。", text::day(point.on), point.event.name()))
            }
            Err(doubt) => {
                let told = told(record.id, point.event, Some(point.on));
                Err(self.doubt(record, &told, point.event, doubt))
            }
        }
    }
}
