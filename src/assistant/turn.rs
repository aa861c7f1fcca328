//! Which desk serves a message. Pure: state and records in, replies, new state and changes out.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::engine::Engine;
use super::looked::Looked;
use super::message::Input;
use super::state::{Action, Answered, Last, Offer, Shown, State};
use super::understanding::Understanding;
use crate::knowledge::model::Statement;
use crate::knowledge::terms::System;
use crate::language::clean::Phone;
use crate::membership::codes::Nonce;
use crate::plan::fill_text;
use crate::reply::{Block, Kind, Reply, marked, sources};
use crate::store::{Miss, Pass, Periods, Planned};
use crate::transfer::{Entry, Happened, Record, Reminding, TransferId};

/// So much of a question is remembered for what is asked about its answer, in characters.
const ASKED: usize = 80;
/// What is to be written.
pub(super) enum Change {
    /// A new transfer.
    Create(Record),
    /// One more entry.
    Append(TransferId, Entry),
    /// What a transfer is planned from, as it is now known.
    Situate(TransferId, String),
    /// Whether the member wants to be reminded of a transfer.
    Remind(TransferId, Reminding),
    /// One more reminder of a deadline.
    Postpone(TransferId, Planned),
    /// A code goes to this phone.
    SendCode(Phone),
    /// Others may look at a transfer with this pass.
    GivePass(TransferId, Pass),
    /// Or no more.
    TakePass(TransferId),
    /// Everything of the member goes.
    Erase,
}

impl Change {
    /// The transfer that it creates or changes.
    fn transfer(&self) -> Option<TransferId> {
        match self {
            Self::Create(record) => Some(record.id),
            Self::Append(id, _) | Self::Situate(id, _) => Some(*id),
            // What the record holds is what it was.
            Self::Remind(..) | Self::Postpone(..) | Self::GivePass(..) | Self::TakePass(_) => None,
            Self::SendCode(_) | Self::Erase => None,
        }
    }
}

/// What is said back.
pub(super) struct Answer {
    pub(super) kind: Kind,
    pub(super) replies: Vec<Reply>,
    /// The transfer that the turn created or changed; follows from the changes.
    pub(super) transfer: Option<TransferId>,
    pub(super) origin: Option<System>,
    pub(super) destination: Option<System>,
    /// Said in passing instead of a message.
    pub(super) notice: Option<String>,
}

impl Answer {
    pub(super) fn of(kind: Kind, reply: Reply) -> Self {
        Self { kind, replies: vec![reply], transfer: None, origin: None, destination: None, notice: None }
    }
}

/// How far what is said reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The member, who reads the reply back.
    Reader,
    /// The member, at any time.
    Member,
    /// Others too.
    Company,
}

/// What a turn is given from outside.
pub(super) struct Around {
    pub(super) now: DateTime<FixedOffset>,
    pub(super) reach: Reach,
    /// The ID of the next transfer to be created.
    pub(super) fresh: TransferId,
    /// The name of the reply.
    pub(super) page: String,
    /// What the next pass follows from.
    pub(super) nonce: Nonce,
    /// Can codes be sent?
    pub(super) codes: bool,
    /// How long what is kept is kept, where something sees to it.
    pub(super) periods: Option<Periods>,
}

/// What a turn leads to.
pub(super) struct Outcome {
    pub(super) answer: Answer,
    pub(super) state: State,
    pub(super) records: Vec<Record>,
    pub(super) changes: Vec<Change>,
    /// What operators can learn from it.
    pub(super) miss: Option<Miss>,
}

/// One message on its way through the desks.
pub(super) struct Turn<'e> {
    pub(super) engine: &'e Engine,
    pub(super) said: Arc<Understanding>,
    pub(super) state: State,
    pub(super) records: Vec<Record>,
    pub(super) around: Around,
    pub(super) changes: Vec<Change>,
    pub(super) offers: Vec<Offer>,
    /// No answer was found.
    pub(super) missed: bool,
    /// One was, but it only just passed what is asked of it; whoever decides that says so here.
    pub(super) near: bool,
    /// An answer did not help.
    pub(super) unhelpful: Option<Answered>,
    /// What was looked up for this message.
    pub(super) looked: Looked,
    /// The entry or statement that answers, for an opinion of it.
    pub(super) about: Option<String>,
    /// What was answered before this message.
    pub(super) last: Option<Last>,
    /// The question that is answered, where it is not the message itself.
    pub(super) asked: String,
    /// What it is answered with.
    pub(super) answered: Option<Shown>,
    /// The message around it is about this field.
    pub(super) at_home: bool,
    /// How many questions of the message are answered.
    pub(super) answers: usize,
}

impl<'e> Turn<'e> {
    pub(super) fn new(
        engine: &'e Engine,
        said: Arc<Understanding>,
        mut state: State,
        records: Vec<Record>,
        around: Around,
        looked: Looked,
    ) -> Self {
        let last = state.last.take();
        Self {
            engine,
            said,
            state,
            records,
            around,
            changes: Vec::new(),
            offers: Vec::new(),
            missed: false,
            near: false,
            unhelpful: None,
            looked,
            about: None,
            last,
            asked: String::new(),
            answered: None,
            at_home: false,
            answers: 1,
        }
    }

    pub(super) fn run(mut self, input: &Input) -> Outcome {
        let private = self.private_notice();
        let erasing = self.state.offered.iter().any(|o| o.action == Action::Erase);
        let mut answer = match input {
            Input::Text(_) => self.serve(private.is_some()),
            Input::Press(press) => self.pressed(press),
        };
        if erasing {
            self.nothing_erased(&mut answer);
        }
        if !self.missed {
            self.state.misses = 0;
        }
        let asks_back = answer.kind == Kind::Clarify && self.state.asking;
        self.state.last = self.newest_last().filter(|_| self.answered.is_some() || !asks_back);
        if let Some(notice) = private {
            match answer.replies.first_mut() {
                Some(first) => first.blocks.insert(0, Block::Text(notice)),
                None => answer.replies.push(Reply::text(notice)),
            }
        }
        if let Some(last) = answer.replies.last_mut() {
            last.options = self.offers.iter().map(|o| o.label.clone()).collect();
        }
        match self.around.reach {
            Reach::Reader => {}
            Reach::Member => {
                self.ask_opinion(&mut answer);
                self.ask_to_remind(&mut answer);
            }
            Reach::Company => self.before_others(&mut answer),
        }
        let miss = self.miss();
        if answer.notice.is_none() {
            if answer.kind == Kind::Plan {
                self.state.plan_page.clone_from(&self.around.page);
            }
            self.state.page = self.around.page;
            self.state.offered = self.offers;
        }
        let (state, records, changes) = (self.state, self.records, self.changes);
        answer.transfer = changes.iter().rev().find_map(Change::transfer);
        Outcome { answer, state, records, changes, miss }
    }

    fn serve(&mut self, private: bool) -> Answer {
        if let Some(action) = self.chosen() {
            return self.act(action);
        }
        if let Some(answer) = self.code_given() {
            return answer;
        }
        let rest = || self.said.text.replace(crate::language::clean::ID_CARD, "");
        if private && rest().trim_matches(|c: char| !c.is_alphanumeric()).is_empty() {
            return self.resumed(Answer { replies: Vec::new(), ..Answer::of(Kind::Clarify, Reply::default()) });
        }
        if let Some(number) = self.number() {
            return self.no_such_option(number);
        }
        if self.said.wants.has("next_person") {
            self.next_person();
        }
        if let Some(answer) = self.command() {
            return answer;
        }
        if let Some(answer) = self.pending() {
            return answer;
        }
        if let Some(answer) = self.never_reported() {
            return answer;
        }
        if let Some(answer) = self.told() {
            return answer;
        }
        if let Some(answer) = self.several_questions() {
            return answer;
        }
        if let Some(answer) = self.looked_up() {
            return answer;
        }
        if let Some(answer) = self.reported_before() {
            return answer;
        }
        if let Some(answer) = self.lone_day() {
            return answer;
        }
        self.asked()
    }

    /// What was answered, now or before, as far as it can be asked about.
    pub(super) fn newest_last(&self) -> Option<Last> {
        match &self.answered {
            Some(with) => {
                let asked = if self.asked.is_empty() { &self.said.text } else { &self.asked };
                Some(Last { asked: asked.chars().take(ASKED).collect(), with: with.clone() })
            }
            None => self.last.clone(),
        }
    }

    /// What is said about private numbers in the message.
    fn private_notice(&self) -> Option<String> {
        let card = self.said.clean.id_card.as_ref()?;
        let id = if card.plausible { "service.id-card" } else { "service.id-card.implausible" };
        Some(self.service(id))
    }

    /// The day of the turn.
    pub(super) fn today(&self) -> NaiveDate {
        self.around.now.date_naive()
    }

    /// A statement of the assistant's own, ready to be said.
    pub(super) fn service(&self, id: &str) -> String {
        let system = self.state.system(crate::dialog::TO);
        let known = &self.engine.known;
        known.service(id).map_or_else(String::new, |s| fill_text(known, &s.text, None, system).into_owned())
    }

    /// The same as a reply with its sources, where they are not its own.
    pub(super) fn own(&self, id: &str) -> Reply {
        Reply::text(self.service(id))
    }

    /// A statement with its marks, placeholders filled.
    pub(super) fn statement(&self, says: &Statement, system: Option<System>) -> String {
        let to = self.state.end(crate::dialog::TO);
        marked(&fill_text(&self.engine.known, &says.text, to.as_ref(), system), says)
    }

    /// The same without its marks.
    pub(super) fn statement_unmarked(&self, says: &Statement) -> String {
        let to = self.state.end(crate::dialog::TO);
        fill_text(&self.engine.known, &says.text, to.as_ref(), to.as_ref().map(|end| end.system)).into_owned()
    }

    /// A service statement of the field itself: with mark and source.
    pub(super) fn cited(&self, id: &str) -> Vec<Block> {
        let Some(says) = self.engine.known.service(id) else { return Vec::new() };
        vec![Block::Text(self.statement(says, None)), sources([says])]
    }

    /// Appends to a record, here and in what will be written.
    pub(super) fn append(&mut self, id: TransferId, happened: Happened) {
        let now = self.around.now;
        if let Some(record) = self.records.iter_mut().find(|r| r.id == id) {
            let entry = record.tell(happened, now, super::BY_MEMBER).clone();
            self.changes.push(Change::Append(id, entry));
        }
    }
}
