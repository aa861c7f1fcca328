//! What takes an earlier report back: corrections of its day, and strikes.

use crate::knowledge::terms::Event;
use crate::language::dates::{Day, DayFound};

use super::ways::Hit;
use super::{Clause, Events, Judged, Saying, What};

/// What may follow an event or a day that is named as a record: 审核通过那条, 6月5日的记录.
const RECORDS: [&str; 15] = [
    "的那一条记录",
    "的那条记录",
    "那一条记录",
    "那条记录",
    "这条记录",
    "的那一条",
    "的那条",
    "那一条",
    "这一条",
    "那条",
    "这条",
    "的记录",
    "那个",
    "记录",
    "的",
];

impl Clause<'_> {
    /// Is the day 刚才 or the like?
    fn is_just_now(&self, day: &DayFound) -> bool {
        let at = day.span.start - self.start;
        self.text[at..].starts_with(['刚', '方'])
    }

    /// A day by which an earlier report is named: 6月5日那条.
    fn named_day(&self) -> Option<Day> {
        let named = |d: &&DayFound| {
            let after = &self.text[d.span.end - self.start..];
            !self.is_just_now(d) && RECORDS.iter().any(|r| *r != "的" && after.starts_with(r))
        };
        self.days.iter().find(named).map(|d| d.day)
    }
}

impl Events {
    /// Does a clause take the last report back?
    pub(super) fn strikes(&self, clause: &Clause<'_>) -> bool {
        self.strike.is_in(clause.text) && !self.is_question(clause)
    }

    /// A text without the word that denies what was told before and stands apart: 不对 是支书退回了.
    pub(super) fn without_denial<'t>(&self, text: &'t str) -> &'t str {
        let begin = text.trim_start();
        let Some(denial) = self.denial.front(begin) else { return text };
        let rest = &begin[denial.len()..];
        // 不是支书退回的 denies what follows itself.
        let is_it = rest.starts_with('是') && !denial.ends_with(['是', '不']);
        let apart = rest.is_empty() || rest.starts_with(char::is_whitespace) || is_it;
        if apart { rest } else { text }
    }

    /// What is told instead of the last report, or that it did not happen: 不对,是支书退回了; 不对,还没通过.
    pub(super) fn denied(&self, clauses: &[Clause<'_>], said: &[Saying]) -> Option<Saying> {
        let first = clauses.first()?;
        let denies = self.without_denial(first.text).len() < first.text.len();
        // 不是通过了,是退回了.
        let not_but = clauses.iter().any(|c| c.hits.iter().any(|h| c.text[..h.start].ends_with("不是")));
        let struck = clauses.iter().filter(|c| self.strikes(c)).map(|c| c.start + c.text.len()).min();
        let happened = said.iter().filter_map(|saying| match *saying {
            Saying::Happened { what, day, manner } => Some((what, day, manner)),
            _ => None,
        });
        let happened: Vec<_> = happened.collect();
        match (happened.as_slice(), said) {
            (&[(what, day, manner)], _) if denies || not_but || struck.is_some_and(|end| end <= manner.start) => {
                Some(Saying::Instead { what, day, manner })
            }
            ([], &[Saying::NotYet { what }]) if denies => Some(Saying::Strike { what: Some(what), on: None }),
            _ => None,
        }
    }

    /// A report that is named and taken back: 取消审核通过, 把审核通过那条去掉, 6月5日的审核通过不算.
    pub(super) fn taken_back(&self, clauses: &[Clause<'_>]) -> Option<Saying> {
        clauses.iter().filter(|c| !self.is_question(c)).find_map(|clause| {
            let text = clause.text.trim();
            let text = self.politeness.stripped_front(text);
            let at = clause.text.len() - clause.text.trim_start().len();
            let from = at + clause.text.trim().len() - text.len();
            let (begins, named) = match self.strike_first.front(text) {
                Some(verb) => (from + verb.len(), &text[verb.len()..]),
                None => (from, self.strike_last.stripped_back(text)?),
            };
            // What is left of 通过了不算 still says that it happened.
            self.record_named(clause, begins, named.trim_end_matches(['吧', '也', '给']))
        })
    }

    /// The report that a text names and nothing else.
    fn record_named(&self, clause: &Clause<'_>, begins: usize, named: &str) -> Option<Saying> {
        let ends = begins + named.len();
        let within = |start: usize, end: usize| begins <= start && end <= ends;
        let day = clause
            .days
            .iter()
            .filter(|d| !d.negated && !clause.is_just_now(d))
            .find(|d| within(d.span.start - clause.start, d.span.end - clause.start));
        let on = day.and_then(|d| d.day.date());
        let mut rest = named.to_owned();
        let hits = self.find(named, on.is_some());
        let hit = match hits.as_slice() {
            [] => None,
            [hit] => Some(hit),
            _ => return None,
        };
        if let Some(hit) = hit {
            rest = rest.replacen(named.get(hit.start..hit.end)?, "|", 1);
        }
        if let Some(day) = day {
            rest = rest.replacen(clause.text.get(day.span.start - clause.start..day.span.end - clause.start)?, "|", 1);
        }
        let record = RECORDS.iter().any(|r| *r != "的" && rest.ends_with(r));
        for says in RECORDS {
            rest = rest.replace(says, "");
        }
        let of_transfer = |hit: &Hit| match hit.what {
            What::Event(Event::Withdrawn) => true,
            What::Event(Event::Submitted) => self.find(named, false).is_empty(),
            _ => false,
        };
        let bare = rest.trim_matches(|c: char| c == '|' || c == '我' || c.is_whitespace());
        match (hit, on) {
            // 撤销申请, 取消6月5日的提交 may be told of the transfer itself; a record must be named.
            (Some(hit), _) if bare.is_empty() && (record || !of_transfer(hit)) => {
                Some(Saying::Strike { what: Some(hit.what), on })
            }
            (None, Some(_)) if bare.is_empty() && record => Some(Saying::Strike { what: None, on }),
            _ => None,
        }
    }

    /// A day put right: 不是6月1号，是6月2号; 日期记错了，应该是昨天; 改成6月3号.
    pub(super) fn correction(&self, clauses: &[Clause<'_>]) -> Option<Saying> {
        if clauses.iter().any(|c| self.is_question(c)) {
            return None;
        }
        // 刚才记错了: just now is when it was told, not the day it happened.
        let all: Vec<&DayFound> = clauses.iter().flat_map(|c| c.days.iter().filter(|d| !c.is_just_now(d))).collect();
        let negated = all.iter().find(|d| d.negated);
        let change = clauses.iter().any(|c| self.change.is_in(c.text) && !c.days.is_empty());
        let misdated = clauses.iter().any(|c| self.misdated.is_in(c.text));
        let mistaken = clauses.iter().any(|c| self.mistaken.is_in(c.text)) && !all.is_empty();
        if !(negated.is_some() || change || misdated || mistaken) {
            return None;
        }
        let affirmed: Vec<&&DayFound> = all.iter().filter(|d| !d.negated).collect();
        let right = affirmed.last().map(|d| d.day);
        if negated.is_some() && right.is_none() && !misdated && !mistaken {
            return None;
        }
        let named = clauses.iter().find_map(|c| c.named_day()).filter(|_| all.len() == 1);
        if let (Some(wrong), true) = (named, mistaken) {
            let what = clauses.iter().find_map(|c| self.named(c.text));
            return Some(Saying::Correct { what, wrong: wrong.date(), right: None });
        }
        let wrong = match (negated, affirmed.as_slice()) {
            (Some(negated), _) => negated.day.date(),
            (None, [first, .., _]) => first.day.date(),
            _ => None,
        };
        let what = clauses
            .iter()
            .find_map(|c| c.hits.first().map(|h| h.what))
            .or_else(|| clauses.iter().find_map(|c| self.named(c.text)));
        Some(Saying::Correct { what, wrong, right })
    }

    /// Which report is taken back: 没有被退回，我看错了.
    pub(super) fn struck(&self, clauses: &[Clause<'_>]) -> Option<What> {
        let denied = clauses
            .iter()
            .find_map(|c| (0..c.hits.len()).find(|&i| self.judge(c, i) == Judged::NotYet).map(|i| c.hits[i].what));
        // 撤销刚才那条: the verb is what is wanted, no event.
        let beside = clauses.iter().filter(|c| self.strike.is_in(c.text)).find_map(|c| {
            let strike = self.strike.spans(c.text);
            let apart = |h: &&Hit| strike.iter().all(|s| h.end <= s.start || s.end <= h.start);
            c.hits.iter().find(apart).map(|h| h.what)
        });
        denied.or(beside)
    }
}
