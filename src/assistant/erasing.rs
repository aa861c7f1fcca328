//! Erasing everything of a member, after asking once.

use super::state::{Action, State};
use super::turn::{Answer, Change, Turn};
use crate::reply::{Block, Kind, Reply};

/// Chosen to erase everything.
pub(super) const ERASE: &str = "确认删除";

/// What else says yes to it, right after the question.
const YES: [&str; 24] = [
    "确认",
    "确定",
    "是",
    "是的",
    "对",
    "对的",
    "好",
    "好的",
    "嗯",
    "嗯嗯",
    "嗯删",
    "要",
    "要删",
    "删",
    "删掉",
    "删除",
    "全删",
    "全部删除",
    "确定删除",
    "可以",
    "行",
    "yes",
    "y",
    "ok",
];

impl Turn<'_> {
    /// Asks whether everything is to go.
    pub(super) fn ask_to_erase(&mut self, says: &str) -> Answer {
        self.state.pending = None;
        self.offer_by_words(ERASE, &YES.map(str::to_owned), Action::Erase);
        self.offer("不删", Action::Leave);
        Answer::of(Kind::Progress, Reply::text(self.service(says)))
    }

    /// Says so where the question whether to erase was not answered with yes.
    pub(super) fn nothing_erased(&self, answer: &mut Answer) {
        let again = self.offers.iter().any(|o| o.action == Action::Erase);
        if again || self.changes.iter().any(|c| matches!(c, Change::Erase)) {
            return;
        }
        let says = Block::Text(self.service("service.erase.kept"));
        match answer.replies.first_mut() {
            Some(first) => first.blocks.insert(0, says),
            None => answer.replies.push(Reply { blocks: vec![says], ..Reply::default() }),
        }
    }

    /// Erases everything.
    pub(super) fn erase(&mut self) -> Answer {
        let mut gone = vec!["对话进度", "保存的回复"];
        if !self.records.is_empty() {
            gone.insert(0, "转接记录和时间线");
        }
        self.state = State::default();
        self.records.clear();
        self.changes.push(Change::Erase);
        let text = format!("已经删除：{}。{}", gone.join("、"), self.service("service.erase.done"));
        Answer::of(Kind::Progress, Reply::text(text))
    }
}
