//! What is said where others read along: nothing personal, nothing that only one of them could go on with.

use super::turn::{Answer, Turn};
use crate::reply::{Block, Kind, Reply};

impl Turn<'_> {
    /// Leaves of an answer what may be said before others. Nothing that the turn decided is kept.
    pub(super) fn before_others(&mut self, answer: &mut Answer) {
        self.offers.clear();
        let personal = !self.changes.is_empty() || self.state.pending.is_some();
        self.changes.clear();
        if personal || matches!(answer.kind, Kind::Progress | Kind::Where) {
            answer.replies = vec![self.own("service.company.private")];
            return;
        }
        // A question would be answered by whoever comes first.
        answer.replies.truncate(self.answers);
        for reply in &mut answer.replies {
            reply.options.clear();
            reply.buttons.clear();
            reply.files.clear();
        }
        if answer.kind == Kind::Clarify {
            let hint = Block::Text(self.service("service.company.whole"));
            match answer.replies.first_mut() {
                Some(reply) => reply.blocks.push(hint),
                None => answer.replies.push(Reply { blocks: vec![hint], ..Reply::default() }),
            }
        }
    }
}
