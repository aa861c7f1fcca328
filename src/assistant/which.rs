//! Which transfer, and which of its events, a report is about.

use chrono::NaiveDate;

use super::state::{Action, Told, situation_from_text};
use super::told::told;
use super::turn::{Answer, Turn};
use crate::knowledge::terms::Event;
use crate::language::ends::Mention;
use crate::language::events::{Manner, What};
use crate::plan::text;
use crate::reply::{Block, Kind, Reply};
use crate::transfer::rules;
use crate::transfer::{Record, TransferId};

/// What either end's side says yes by.
const APPROVALS: [Event; 2] = [Event::OriginApproved, Event::DestinationApproved];

impl Turn<'_> {
    /// The open transfers that an event could belong to; one that is asked for goes before all others.
    pub(super) fn candidates(&self, what: What, manner: Manner) -> Vec<(TransferId, Event)> {
        if let Some(id) = self.said.ids.first()
            && self.records.iter().any(|r| r.id == *id)
        {
            return self.events_meant(*id, what, manner).into_iter().map(|e| (*id, e)).collect();
        }
        let named = self.named_records();
        let among: Vec<&Record> = if named.is_empty() { self.records.iter().collect() } else { named };
        let mut all = Vec::new();
        for record in among {
            let Some(situation) = situation_from_text(&record.situation) else { continue };
            let meant = self.meant(record, what, manner);
            self.with_course(&situation, |course| {
                let fitting = meant.into_iter().filter(|event| rules::fits(record, course, *event));
                all.extend(fitting.map(|event| (record.id, event)));
            });
        }
        let open: Vec<_> = all.iter().filter(|(id, _)| self.by_id(*id).is_some_and(Record::open)).copied().collect();
        if open.is_empty() { all } else { open }
    }

    /// The records whose route the message names; where some are named more closely, by the city, those.
    fn named_records(&self) -> Vec<&Record> {
        let named: Vec<&Record> = self.records.iter().filter(|r| self.is_named(r)).collect();
        let words: Vec<&str> = self.said.ends.named().filter_map(|m| self.said.text.get(m.span.clone())).collect();
        let close = |r: &&Record| {
            let Some(situation) = situation_from_text(&r.situation) else { return false };
            let names = [Some(situation.from.name), situation.to.map(|to| to.name)];
            words.iter().all(|w| names.iter().flatten().any(|name| name.contains(w)))
        };
        let closer: Vec<&Record> = named.iter().copied().filter(close).collect();
        if closer.is_empty() { named } else { closer }
    }

    /// Does the message name the route of a record?
    pub(super) fn is_named(&self, record: &Record) -> bool {
        let Some(situation) = situation_from_text(&record.situation) else { return false };
        let systems = [Some(situation.from.system), situation.to.as_ref().map(|to| to.system)];
        let mut named = self.said.ends.named().filter_map(Mention::system).peekable();
        named.peek().is_some() && named.all(|system| systems.contains(&Some(system)))
    }

    /// The events of a transfer that may be meant.
    pub(super) fn events_meant(&self, id: TransferId, what: What, manner: Manner) -> Vec<Event> {
        self.by_id(id).map(|record| self.meant(record, what, manner)).unwrap_or_default()
    }

    pub(super) fn likeliest(&self) -> Option<TransferId> {
        let named = self.said.ids.iter().copied().find(|id| self.by_id(*id).is_some());
        let by_route = || match self.named_records()[..] {
            [record] => Some(record.id),
            _ => None,
        };
        named
            .or_else(by_route)
            .or_else(|| self.open_record().map(|r| r.id))
            .or_else(|| self.records.last().map(|r| r.id))
    }

    /// Asks which transfer or which event is meant.
    pub(super) fn which(&mut self, candidates: &[(TransferId, Event)], on: Option<NaiveDate>) -> Answer {
        let several = candidates.iter().any(|(id, _)| *id != candidates[0].0);
        for (id, event) in candidates {
            let label = if several { format!("{id}") } else { event.name().to_owned() };
            self.offer(&label, Action::Tell(told(*id, *event, on)));
        }
        let approvals = candidates.iter().all(|(_, event)| APPROVALS.contains(event));
        let asked = match (several, approvals) {
            (true, _) => "说的是哪一次转接？",
            (false, true) => "是哪一方审核通过？",
            (false, false) => "说的是哪一步？",
        };
        let mut blocks = vec![Block::Text(asked.to_owned())];
        if several {
            let lines = candidates.iter().filter_map(|(id, _)| self.by_id(*id)).map(|r| self.headline(r));
            let lines: Vec<String> = lines.collect();
            blocks.push(Block::Points(lines));
        }
        Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
    }

    /// Are there several open transfers?
    pub(super) fn several(&self) -> bool {
        self.records.iter().filter(|r| r.open()).count() > 1
    }

    /// The route of a transfer, as the beginning of a sentence.
    pub(super) fn which_route(&self, id: &str) -> Option<String> {
        let record = TransferId::parse(id).and_then(|id| self.by_id(id))?;
        let situation = situation_from_text(&record.situation)?;
        Some(format!("{}：", text::route_line(&self.engine.known, &situation)))
    }

    /// Which transfer was meant, told by its route: “转北京的那个”.
    pub(super) fn transfer_chosen(&mut self) -> Option<Answer> {
        if !self.said.sayings.is_empty() {
            return None;
        }
        let tells = self.state.offered.iter().filter_map(|o| match &o.action {
            Action::Tell(told) => Some(told),
            _ => None,
        });
        let record = |told: &Told| TransferId::parse(&told.transfer).and_then(|id| self.by_id(id));
        let mut named = tells.filter(|told| record(told).is_some_and(|r| self.is_named(r)));
        let (Some(told), None) = (named.next().cloned(), named.next()) else { return None };
        Some(self.tell(told))
    }
}
