//! Several questions in one message: an answer each, in the order they were asked.

use std::sync::Arc;

use super::decide::ROUTE;
use super::turn::{Answer, Turn};
use super::understanding::Understanding;
use crate::language::clauses::Part;
use crate::reply::{Block, Kind, Reply};
use crate::search::{Hit, Target};

/// What a plan says too.
const IN_A_PLAN: [&str; 2] = ["deadline", "reviewers"];
/// A message of more parts is read as one.
const PARTS: usize = 8;
/// So far down its own candidates stands what a part is about.
const AMONG: usize = 4;
/// More questions than this are answered in a next message.
const MOST: usize = 4;

/// A part of a message as it is going to be served.
struct Asked {
    said: Arc<Understanding>,
    /// What with; none where nothing is certain.
    purpose: Option<String>,
    /// The candidate, where it was found with the part before.
    found: Option<Target>,
}

impl Turn<'_> {
    /// Serves a message that asks several things; none where it asks one, or where what looks like several is not.
    pub(super) fn several_questions(&mut self) -> Option<Answer> {
        if !(2..=PARTS).contains(&self.said.parts.len()) {
            return None;
        }
        let parts = self.understood_parts();
        if self.something_else().is_some() && !parts.iter().any(|(part, said)| self.is_ours(part, said)) {
            return None;
        }
        let wants = |intent: &str| self.said.wants.has(intent);
        self.at_home = wants("league") || wants("anchor");
        let whole = Arc::clone(&self.said);
        let ends_told = whole.ends.origin.is_some() && whole.ends.destination.is_some();
        let mut kept: Vec<Asked> = Vec::new();
        let mut served: Vec<String> = Vec::new();
        for (part, said) in parts {
            self.said = Arc::clone(&said);
            let purpose = self.purpose(part.whole).map(|purpose| match ends_told {
                // With both ends told, what is asked of the way is the plan.
                true if said.wants.has("reviewers") || said.wants.has("deadline") => said.wants.first(&IN_A_PLAN),
                _ => purpose,
            });
            match purpose {
                Some(purpose) if served.contains(&purpose) => {}
                Some(purpose) => {
                    served.push(purpose.clone());
                    kept.push(Asked { said, purpose: Some(purpose), found: None });
                }
                None => {
                    if let Some(asked) = self.with_the_part_before(&kept, &said) {
                        served.extend(asked.purpose.clone());
                        kept.push(asked);
                    } else if part.whole {
                        // What a sentence of its own asks is not passed over in silence.
                        kept.push(Asked { said, purpose: None, found: None });
                    }
                }
            }
        }
        self.said = Arc::clone(&whole);
        if served.iter().any(|purpose| purpose == ROUTE) {
            // A plan says both.
            let planned = |purpose: &String| IN_A_PLAN.contains(&purpose.as_str());
            served.retain(|purpose| !planned(purpose));
            kept.retain(|asked| !asked.purpose.as_ref().is_some_and(planned));
        }
        if served.len() < 2 {
            return None;
        }
        let asking = std::mem::take(&mut self.state.asking);
        let mut answers: Vec<Answer> = Vec::new();
        let rest = kept.len() > MOST;
        for Asked { said, purpose, found } in kept.into_iter().take(MOST) {
            self.asked.clone_from(&said.text);
            if purpose.as_deref() == Some(ROUTE) {
                // Where from and where to may be told anywhere in the message.
                self.said = Arc::clone(&whole);
                answers.push(self.route());
            } else {
                self.said = said;
                answers.push(match found {
                    Some(target) => self.answer_with(&target),
                    None => self.one(),
                });
            }
            self.last = self.newest_last();
        }
        if answers.iter().filter(|answer| answer.kind == Kind::Answer).count() > 1 {
            // An opinion on all of them together would be one of none.
            self.about = None;
        }
        if rest {
            answers.push(Answer::of(Kind::OutOfScope, self.own("service.rest")));
        }
        self.answers = answers.iter().map(|a| a.replies.len()).sum();
        self.state.asking |= asking;
        self.said = whole;
        let all = together(answers);
        Some(if asking { self.resumed(all) } else { all })
    }

    /// 初始密码是多少,改过又忘了找谁: what says too little by itself, read behind the part before it, the first
    /// behind the question before. What is found must be among what the part itself is like.
    fn with_the_part_before(&self, before: &[Asked], said: &Understanding) -> Option<Asked> {
        let first = match before.last() {
            Some(asked) => asked.purpose.as_ref().map(|_| &asked.said.text)?,
            None => self.last.as_ref().map(|last| &last.asked)?,
        };
        let told = self.engine.understand(&format!("{first} {}", said.text), self.today());
        let new = |hit: &&Hit| {
            let own = said.hits.iter().take(AMONG).any(|h| h.target == hit.target);
            let served = before.iter().any(|asked| asked.purpose.as_deref() == Some(hit.target.id()));
            own && !served && hit.target.purpose().is_none()
        };
        let hit = told.hits.iter().find(new).filter(|hit| self.engine.bars.passes(hit, &self.engine.bars.at_home))?;
        let found = hit.target.clone();
        Some(Asked { said: told, purpose: Some(found.id().to_owned()), found: Some(found) })
    }

    /// 社保怎么补,团关系往哪转: something else as a whole, and yet this part speaks of the membership.
    fn is_ours(&mut self, part: &Part, said: &Arc<Understanding>) -> bool {
        let whole = std::mem::replace(&mut self.said, Arc::clone(said));
        let speaks = said.wants.has("membership") || part.whole && said.wants.has("anchor");
        let ours = speaks && said.outside.is_none() && self.something_else().is_none();
        self.said = whole;
        ours
    }

    /// The parts, each with the place that an earlier one was about where it names none.
    fn understood_parts(&self) -> Vec<(Part, Arc<Understanding>)> {
        let mut place: Option<String> = None;
        let mut all = Vec::new();
        for part in &self.said.parts {
            let mut said = self.engine.understand(&part.text, self.today());
            if let Some(mention) = said.only_mention() {
                place = said.text.get(mention.span.clone()).map(str::to_owned);
            } else if said.names_a_place() {
                place = None;
            } else if let Some(place) = &place {
                said = self.engine.understand(&format!("{place} {}", part.text), self.today());
            }
            all.push((part.clone(), said));
        }
        all
    }
}

/// Several answers as one: what was asked first comes first.
pub(super) fn together(answers: Vec<Answer>) -> Answer {
    let rank = |kind: Kind| match kind {
        Kind::Plan => 0,
        Kind::Answer => 1,
        Kind::Progress => 2,
        Kind::Where => 3,
        Kind::Clarify => 4,
        Kind::OutOfScope => 5,
    };
    let mut all = Answer::of(Kind::OutOfScope, Reply::default());
    all.replies.clear();
    for answer in answers {
        if rank(answer.kind) < rank(all.kind) {
            all.kind = answer.kind;
        }
        all.origin = all.origin.or(answer.origin);
        all.destination = all.destination.or(answer.destination);
        all.notice = all.notice.or(answer.notice);
        // The same sentence is not said twice.
        let said = |reply: &Reply| all.replies.iter().any(|r: &Reply| r.blocks == reply.blocks);
        let new: Vec<Reply> = answer.replies.into_iter().filter(|reply| !said(reply)).collect();
        all.replies.extend(new);
    }
    if all.replies.is_empty() {
        all.replies.push(Reply { blocks: vec![Block::Text(String::new())], ..Reply::default() });
    }
    all
}
