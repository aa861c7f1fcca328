//! The guide desk: what a text says of a route fills the slots of the dialog, and the next question or the plan follows.

use super::readings::Open;
use super::state::{Action, Answer as Filled, Pending, Shown, situation_from_text, situation_to_text};
use super::turn::{Answer, Change, Reach, Turn};
use crate::dialog::{CASE, FROM, KNOWN_THERE, Node, ROLE, TO};
use crate::knowledge::limits::LABEL;
use crate::knowledge::model::Case;
use crate::knowledge::terms::{Effect, System, Term};
use crate::language::ends::{End, Mention, Reading};
use crate::plan::{Happened, NoPlan, Situation, plan, text};
use crate::reply::{Block, Kind, Reply};
use crate::transfer::TransferId;

/// How many readings of a name are offered at most.
pub(super) const READINGS: usize = 5;

impl Turn<'_> {
    /// Takes what the text says of the route into the answers; what it leaves open is returned.
    pub(super) fn take(&mut self) -> (Vec<Open>, Vec<(String, End)>) {
        let (mut open, mut others) = (Vec::new(), Vec::new());
        if self.keeps_route() {
            self.take_case();
            return (open, others);
        }
        let ends = self.said.ends.clone();
        let before = (self.state.end(FROM), self.state.end(TO));
        let named = usize::from(ends.origin.is_some()) + usize::from(ends.destination.is_some());
        let (mut origin, mut destination) = (ends.origin, ends.destination);
        // 是华南农业大学,广州的: several names of one system are one end.
        let one =
            |all: &[Mention]| all.windows(2).all(|two| two[0].system().is_some() && two[0].system() == two[1].system());
        if let (None, None, [only, ..]) = (&origin, &destination, &ends.unplaced[..])
            && one(&ends.unplaced)
        {
            match self.slot_of_unplaced(&ends.negated) {
                FROM => origin = Some(only.clone()),
                _ => destination = Some(only.clone()),
            }
        }
        // Of two places one of which has its role the other has the other role.
        if let [other] = &ends.unplaced[..] {
            match (&origin, &destination) {
                (Some(one), None) if one.system() != other.system() => destination = Some(other.clone()),
                (None, Some(one)) if one.system() != other.system() => origin = Some(other.clone()),
                _ => {}
            }
        }
        // 在上海 answers where to, when that is asked.
        if origin.is_some() && destination.is_none() && self.said.wants.has("only_place") && self.asks_where_to() {
            std::mem::swap(&mut origin, &mut destination);
        }
        self.correct_end(&ends.negated, &mut origin, &mut destination);
        if origin.is_none() && destination.as_ref().is_some_and(|to| self.is_way_back(to)) {
            // Where the route went is where it comes back from.
            if let Some(from) = self.state.end(TO) {
                self.state.answer(Filled::end(FROM, &from));
            }
        }
        for (slot, mention) in [(FROM, origin), (TO, destination)] {
            let Some(mut mention) = mention else { continue };
            self.settle_by_the_told(slot, &mut mention);
            match mention.reading {
                Reading::One(end) => self.state.answer(Filled::end(slot, &end)),
                Reading::Default(end, readings) => {
                    self.state.answer(Filled::end(slot, &end));
                    others.extend(readings.into_iter().take(READINGS).map(|e| (slot.to_owned(), e)));
                }
                // The forces and foreign countries are no ends; a case that is about them says where to go.
                Reading::Ask(readings) if readings.is_empty() && self.deciding_case().is_some() => {}
                Reading::Ask(readings) => {
                    self.state.forget(slot);
                    open.push(Open { slot, readings, unsettled: mention.unsettled, undecided: false });
                }
            }
        }
        let known =
            (self.said.ends.origin.is_some() || self.state.system(FROM).is_some(), self.state.system(TO).is_some());
        if ends.unplaced.len() > 1 && (named == 1 || named == 0 && known == (true, false)) {
            let slot = if known.0 { TO } else { FROM };
            let readings: Vec<End> = ends.unplaced.iter().filter_map(Mention::end).cloned().collect();
            self.state.forget(slot);
            open.push(Open { slot, readings, unsettled: None, undecided: true });
        }
        if before != (self.state.end(FROM), self.state.end(TO)) {
            // Another route: what was said of the old one does not carry over.
            self.state.forget(KNOWN_THERE);
            if before.0.is_some() && (before.1.is_some() || named == 2) {
                self.state.forget(CASE);
            }
        }
        // 有去广东的,有去上海的,还有两个当兵: what is said of some of many is no case of all.
        if !open.iter().any(|open| open.undecided) {
            self.take_case();
        }
        if let Some(role) = self.said.role {
            self.state.answer(Filled::plain(ROLE, role.code()));
        }
        if let Some(to) = self.state.end(TO)
            && ends.reported_before.contains(&to.system)
        {
            self.state.answer(Filled::plain(KNOWN_THERE, "yes"));
        }
        (open, others)
    }

    /// The case that the text names, where it decides where the membership goes.
    pub(super) fn deciding_case(&self) -> Option<&Case> {
        self.engine.known.case(self.said.case?).filter(|c| c.effect != Effect::Keeps)
    }

    /// Serves the news that the member reported at the destination before: it changes the plan under discussion, and the
    /// one on record.
    pub(super) fn reported_before(&mut self) -> Option<Answer> {
        let ends = &self.said.ends;
        let told = |to: System| {
            let elsewhere = ends.origin.iter().chain(&ends.destination).any(|m| m.system() != Some(to));
            ends.reported_before.contains(&to) && !elsewhere
        };
        if self.asks() {
            return None;
        }
        let recorded = self.open_record().filter(|r| r.open()).and_then(|record| {
            let situation = situation_from_text(&record.situation)?;
            let to = situation.to.as_ref()?.system;
            (told(to) && situation.known_there != Some(true)).then_some((record.id, situation))
        });
        if let Some((id, situation)) = recorded {
            self.state.answer(Filled::plain(KNOWN_THERE, "yes"));
            let situation = situation_to_text(&Situation { known_there: Some(true), ..situation });
            self.resituate(id, situation);
            return Some(self.after(id, "记下了：以前报到过，不用再报到，步骤和期限已经按这个改好。"));
        }
        let slots = self.state.slots();
        let asked = self.engine.tree.next(&slots).is_none()
            && self.engine.tree.after_plan(&slots).is_some_and(|node| node.fills == KNOWN_THERE);
        if !asked || !told(self.state.system(TO)?) {
            return None;
        }
        self.state.answer(Filled::plain(KNOWN_THERE, "yes"));
        Some(self.guide())
    }

    /// Serves the news that the member did not report at the destination after all. Asked before reports of what happened:
    /// 我没报到过,记错了 strikes nothing out.
    pub(super) fn never_reported(&mut self) -> Option<Answer> {
        if !self.said.wants.has("never_reported") || self.asks() {
            return None;
        }
        let recorded = self.open_record().filter(|r| r.open()).map(|record| (record.id, record.situation.clone()));
        if let Some((id, form)) = recorded {
            let situation = situation_from_text(&form).filter(|s| s.known_there == Some(true))?;
            self.resituate(id, situation_to_text(&Situation { known_there: Some(false), ..situation }));
            return Some(self.after(id, "记下了：以前没报到过，步骤和期限已经按这个改好。"));
        }
        (self.state.situation()?.known_there == Some(true)).then(|| {
            self.state.answer(Filled::plain(KNOWN_THERE, "no"));
            self.guide()
        })
    }

    /// Plans a transfer on record from what is now known, here and in what will be written.
    fn resituate(&mut self, id: TransferId, situation: String) {
        if let Some(record) = self.records.iter_mut().find(|r| r.id == id) {
            record.situation.clone_from(&situation);
            self.changes.push(Change::Situate(id, situation));
        }
    }

    /// Takes the case that the text names into the answers.
    pub(super) fn take_case(&mut self) {
        if let Some(case) = self.said.case {
            self.state.answer(Filled::plain(CASE, case.code()));
        }
    }

    /// Is where to the question that is open?
    fn asks_where_to(&self) -> bool {
        let next = self.engine.tree.next(&self.state.slots());
        self.state.asking && self.state.system(FROM).is_some() && next.is_some_and(|node| node.fills == TO)
    }

    /// Which slot a place without a role belongs to: the one it corrects, else the one that is asked for.
    fn slot_of_unplaced(&self, negated: &[Mention]) -> &'static str {
        let corrects = |slot: &str| {
            let end = self.state.end(slot);
            end.is_some_and(|end| negated.iter().any(|m| m.system() == Some(end.system)))
        };
        if corrects(TO) {
            return TO;
        }
        if corrects(FROM) {
            return FROM;
        }
        match self.engine.tree.next(&self.state.slots()) {
            Some(node) if node.fills == FROM => FROM,
            Some(_) => TO,
            // Nothing is asked for: the end that was named last is said again.
            None => self.state.last_end(),
        }
    }

    /// Serves a text about a route.
    pub(super) fn route(&mut self) -> Answer {
        if !self.said.names_a_place() && self.said.case.is_none() && self.is_recorded() {
            // What was planned is on record; what is asked for now is another transfer, or the steps of that one.
            if self.said.wants.has("how") {
                return self.steps();
            }
            self.state.answers.clear();
        }
        let lone = self.lone_place();
        let (open, others) = self.take();
        if let Some(answer) = lone {
            return answer;
        }
        if let Some(open) = open.into_iter().next() {
            return self.open_end(&open);
        }
        let mut answer = self.guide();
        if answer.kind == Kind::Plan {
            for (slot, end) in others {
                let label: String = format!("是{}", end.name).chars().take(LABEL).collect();
                self.offer(&label, Action::Slot(Filled::end(&slot, &end)));
            }
        }
        answer.replies.retain(|r| !r.blocks.is_empty() || !r.files.is_empty());
        answer
    }

    /// Is the route under discussion that of an open transfer?
    fn is_recorded(&self) -> bool {
        let form = self.state.situation().map(|s| situation_to_text(&s));
        form.is_some_and(|form| self.records.iter().any(|r| r.open() && r.situation == form))
    }

    /// A question back, with what is known so far.
    pub(super) fn clarify(&self, reply: Reply) -> Answer {
        let (origin, destination) = (self.state.end(FROM), self.state.end(TO));
        let system = |end: Option<End>| end.map(|e| e.system);
        Answer { origin: system(origin), destination: system(destination), ..Answer::of(Kind::Clarify, reply) }
    }

    /// The next question, or the plan when everything that it needs has been said.
    pub(super) fn guide(&mut self) -> Answer {
        let ready = self.ready();
        match ready {
            Some(situation) => self.planned(&situation),
            None => {
                self.state.asking = true;
                let known = self.known_line();
                let mut reply = self.question().unwrap_or_else(|| self.own("service.nonsense"));
                if let Some(known) = known {
                    reply.blocks.insert(0, Block::Text(known));
                }
                self.clarify(reply)
            }
        }
    }

    /// The situation, when the tree has no further question.
    fn ready(&self) -> Option<Situation> {
        let situation = self.state.situation()?;
        let effect = situation.effect(&self.engine.known);
        let mut slots = self.state.slots();
        if effect != Effect::Keeps {
            // The case decides where the membership goes, so nobody is asked for it.
            slots.entry(TO.to_owned()).or_insert_with(|| situation.from.system.code().to_owned());
        }
        if self.engine.tree.next(&slots).is_some() {
            return None;
        }
        (effect != Effect::Keeps || situation.to.is_some()).then_some(situation)
    }

    fn known_line(&self) -> Option<String> {
        let known = &self.engine.known;
        let from = self.state.end(FROM).map(|end| format!("从{}转出", text::end_name(known, &end)));
        let to = self.state.end(TO).map(|end| format!("转到{}", text::end_name(known, &end)));
        let case = self.state.situation().and_then(|s| s.case).and_then(|id| known.case(id)).map(|c| c.name.clone());
        let all: Vec<String> = from.into_iter().chain(to).chain(case).collect();
        (!all.is_empty()).then(|| format!("好的，{}。", all.join("，")))
    }

    /// The question of the dialog's position, with its options.
    pub(super) fn question(&mut self) -> Option<Reply> {
        let node = self.engine.tree.next(&self.state.slots())?;
        self.node_options(node);
        Some(Reply::text(node.ask.clone()))
    }

    fn node_options(&mut self, node: &Node) {
        for option in &node.options {
            let action = Action::Slot(Filled::plain(&node.fills, &option.value));
            self.offer_by_words(&option.label, &option.says, action);
        }
    }

    /// The options of the question that asks for an end, whatever the position.
    pub(super) fn place_options(&mut self, slot: &str) {
        let tree = &self.engine.tree;
        if let Some(node) = tree.nodes.iter().find(|n| n.fills == slot) {
            self.node_options(node);
        }
    }

    /// The plan of a situation.
    pub(super) fn planned(&mut self, situation: &Situation) -> Answer {
        let known = &self.engine.known;
        self.state.asking = false;
        self.state.misses = 0;
        let happened = Happened::new();
        let plan = match plan(known, situation, &happened) {
            Ok(plan) => plan,
            Err(NoPlan::NeedsDestination | NoPlan::NoRoute(_)) => return self.clarify(self.own("service.nonsense")),
        };
        self.answered = Some(Shown::Plan);
        let mut blocks = text::blocks(known, situation, &plan, &happened);
        let sources = blocks.pop();
        // Before others there is nothing to record and nobody in particular to ask.
        if self.around.reach != Reach::Company {
            self.offer_record();
            if let Some(node) = self.engine.tree.after_plan(&self.state.slots()) {
                let ask = node.ask.clone();
                self.node_options(node);
                blocks.push(Block::Text(ask));
            }
            if self.records.is_empty() {
                blocks.extend(self.privacy_once().map(Block::Text));
            }
        }
        blocks.extend(sources);
        let destination = situation.to.as_ref().filter(|_| situation.effect(known) == Effect::Keeps);
        Answer {
            origin: Some(situation.from.system),
            destination: destination.map(|end| end.system),
            ..Answer::of(Kind::Plan, Reply { blocks, ..Reply::default() })
        }
    }

    /// What is kept with a record, where this conversation has not told it yet.
    pub(super) fn privacy_once(&mut self) -> Option<String> {
        let told = std::mem::replace(&mut self.state.told_privacy, true);
        (!told).then(|| self.service("service.privacy"))
    }

    /// Why the open question is asked.
    pub(super) fn why(&mut self) -> Answer {
        let slots = self.state.slots();
        let tree = &self.engine.tree;
        let node = tree.next(&slots).or_else(|| tree.after_plan(&slots));
        let Some(node) = node else {
            return self.clarify(Reply::text("现在没有在问你问题。"));
        };
        let (why, ask) = (node.why.clone(), node.ask.clone());
        self.state.asking = !node.after_plan;
        self.node_options(node);
        self.clarify(Reply { blocks: vec![Block::Text(why), Block::Text(ask)], ..Reply::default() })
    }

    /// Takes the last answer back.
    pub(super) fn back(&mut self) -> Answer {
        self.state.pending = None;
        match self.state.answers.pop() {
            Some(_) => self.guide(),
            None => {
                self.state.asking = true;
                let mut answer = self.guide();
                if let Some(first) = answer.replies.first_mut() {
                    first.blocks.insert(0, Block::Text("已经在第一步了。".to_owned()));
                }
                answer
            }
        }
    }

    /// Drops what was said of a route; records stay.
    pub(super) fn cancel(&mut self) -> Answer {
        self.state.answers.clear();
        self.state.pending = None;
        self.state.asking = false;
        self.state.misses = 0;
        Answer::of(
            Kind::Clarify,
            Reply::text("好，这次先不问了，已登记的转接记录不受影响。需要时说从哪转到哪，或者直接提问。"),
        )
    }

    /// Begins anew.
    pub(super) fn restart(&mut self) -> Answer {
        self.cancel();
        self.guide()
    }

    /// An answer to something else, and then the open question again.
    pub(super) fn resumed(&mut self, mut answer: Answer) -> Answer {
        if self.state.asking {
            let question = self.question();
            answer.replies.extend(question);
        }
        answer
    }

    /// The two ends were told the wrong way round.
    pub(super) fn swap(&mut self) -> Answer {
        for answer in &mut self.state.answers {
            match answer.slot.as_str() {
                FROM => answer.slot = TO.to_owned(),
                TO => answer.slot = FROM.to_owned(),
                _ => {}
            }
        }
        self.state.forget(KNOWN_THERE);
        self.guide()
    }

    /// Is the situation that of a member of this system?
    pub(super) fn origin_system(&self) -> Option<System> {
        self.state.system(FROM)
    }

    /// Forgets what waits for an answer.
    pub(super) fn settle(&mut self) -> Option<Pending> {
        self.state.pending.take()
    }
}
