//! What is said to a member who is not understood.

use super::state::{Action, Answer as Filled};
use super::turn::{Answer, Turn};
use crate::dialog::{FROM, TO};
use crate::knowledge::terms::{System, Term};
use crate::reply::{Block, Kind, Reply};

/// The misunderstanding in a row at which choices are offered.
const CHOICES: u8 = 2;
/// The one at which a person to ask is named.
const GIVE_UP: u8 = 3;

impl Turn<'_> {
    /// A message that nobody understood.
    pub(super) fn misunderstood(&mut self) -> Answer {
        self.stumbled("service.nonsense", Kind::Clarify)
    }

    /// Nothing to answer with: what is said of that, and the question again; the second time in a row choices, the
    /// third time a person to ask.
    pub(super) fn stumbled(&mut self, says: &str, kind: Kind) -> Answer {
        self.missed = true;
        self.state.misses = self.state.misses.saturating_add(1);
        let says = match self.state.misses {
            ..CHOICES => says,
            CHOICES..GIVE_UP => "service.choices",
            GIVE_UP.. => "service.give-up",
        };
        let mut blocks = vec![Block::Text(self.service(says))];
        if self.state.asking {
            let question = self.question();
            blocks.extend(question.into_iter().flat_map(|q| q.blocks));
        }
        if self.state.misses >= CHOICES {
            self.choices();
        }
        // Choices are a question back, whatever the first answer was.
        let kind = if self.state.misses >= CHOICES { Kind::Clarify } else { kind };
        Answer { kind, ..self.clarify(Reply { blocks, ..Reply::default() }) }
    }

    /// What can be chosen by somebody who is not understood: an end where one is asked for, and where to begin.
    fn choices(&mut self) {
        let asked = self.engine.tree.next(&self.state.slots()).filter(|_| self.state.asking);
        match asked.map(|node| node.fills.clone()).filter(|slot| [FROM, TO].contains(&slot.as_str())) {
            Some(slot) => {
                let provinces = [("广东", System::Guangdong), ("福建", System::Fujian), ("北京", System::Beijing)];
                for (label, system) in provinces.into_iter().chain([("其他省份", System::Central)]) {
                    self.offer(label, Action::Slot(Filled::plain(&slot, system.code())));
                }
            }
            None => self.offer("我要转团组织关系", Action::Say("我要转团组织关系".to_owned())),
        }
        self.offer("我的组织在哪", Action::Say("我的组织在哪".to_owned()));
        self.offer("多久能转好", Action::Say("转接多久能办好".to_owned()));
    }
}
