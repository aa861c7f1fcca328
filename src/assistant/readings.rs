//! Names that leave an end open: which reading is meant, or which end.

use super::guide::READINGS;
use super::state::{Action, Answer as Filled};
use super::turn::{Answer, Turn};
use crate::dialog::{FROM, TO};
use crate::knowledge::limits::LABEL;
use crate::knowledge::terms::Term;
use crate::language::ends::{End, Reading, Unsettled};
use crate::reply::{Block, Kind, Reply};

/// An end that the text leaves open.
pub(super) struct Open {
    pub(super) slot: &'static str,
    pub(super) readings: Vec<End>,
    pub(super) unsettled: Option<Unsettled>,
    /// They are of several names, between which nobody has decided.
    pub(super) undecided: bool,
}

impl Turn<'_> {
    /// A place alone, at the start of a conversation: which end is it?
    pub(super) fn lone_place(&mut self) -> Option<Answer> {
        let ends = &self.said.ends;
        let alone = ends.origin.is_none() && ends.destination.is_none() && ends.unplaced.len() == 1;
        if !alone || !self.state.answers.is_empty() || self.state.asking || !ends.negated.is_empty() {
            return None;
        }
        let end = match &ends.unplaced[0].reading {
            Reading::One(end) | Reading::Default(end, _) => end.clone(),
            Reading::Ask(_) => return None,
        };
        let name = self.name(&end);
        self.offer(&format!("从{name}转出"), Action::Slot(Filled::end(FROM, &end)));
        self.offer(&format!("转到{name}"), Action::Slot(Filled::end(TO, &end)));
        self.state.asking = true;
        Some(Answer::of(Kind::Clarify, Reply::text(format!("请问是从{name}转出，还是转到{name}？"))))
    }

    /// A short name of an end, for a label.
    fn name(&self, end: &End) -> String {
        match &end.province {
            Some(province) if end.committee.is_none() => province.clone(),
            _ => self.engine.known.route(end.system).map_or_else(|| end.system.code().to_owned(), |r| r.short.clone()),
        }
    }

    /// Asks for an end that a name leaves open.
    pub(super) fn open_end(&mut self, open: &Open) -> Answer {
        let which = if open.slot == FROM { "现在的团组织关系" } else { "要转去的团组织" };
        self.state.asking = true;
        let mut blocks = Vec::new();
        match open.unsettled {
            Some(Unsettled::Army) if open.readings.is_empty() => blocks.extend(self.cited("service.army")),
            Some(Unsettled::OutsideMainland) if open.readings.is_empty() => {
                blocks.push(Block::Text(self.service("service.outside-mainland")));
            }
            _ => {}
        }
        let mut named: Vec<String> = Vec::new();
        for end in open.readings.iter().take(READINGS) {
            let mut label: String = self.reading_label(end).chars().take(LABEL).collect();
            if named.contains(&label) {
                // The same name in another system: the system tells them apart.
                let system = self.name(end);
                label = format!("{}（{system}）", label.chars().take(LABEL - 8).collect::<String>());
            }
            self.offer(&label, Action::Slot(Filled::end(open.slot, end)));
            named.push(label);
        }
        let question = match &named[..] {
            [] => format!("请问{which}在哪个省市、哪个单位？拿不准就问单位或学校的团委。"),
            [only] => format!("请问{which}是{only}吗？不是的话，请连省市一起再说一次；拿不准就问单位或学校的团委。"),
            several if open.undecided => {
                format!("{which}还没定吧，是{}？定下来再告诉我，步骤要看去哪里。", several.join("，还是"))
            }
            several => format!(
                "请问{which}是哪一个：{}？同名的可能不在一个系统，拿不准就问单位或学校的团委。",
                several.join("，还是")
            ),
        };
        if open.readings.is_empty() {
            self.place_options(open.slot);
        }
        let at = blocks.iter().position(|b| matches!(b, Block::Sources(_))).unwrap_or(blocks.len());
        blocks.insert(at, Block::Text(question));
        self.clarify(Reply { blocks, ..Reply::default() })
    }

    fn reading_label(&self, end: &End) -> String {
        let system = self.engine.known.route(end.system).map_or("", |r| r.short.as_str());
        match end.committee.and_then(|c| self.engine.known.committee(c)) {
            Some(committee) => format!("归{}", committee.org),
            None if end.name.is_empty() => system.to_owned(),
            None => end.name.clone(),
        }
    }
}
