//! Is an answer as its question is labelled?
//!
//! The kind must match, the ends where the label has them, every group of mentions must be hit and nothing forbidden
//! may occur. A plan passes where an answer is expected if it mentions everything, and an answer passes for a plan that
//! has no labelled end likewise. A kind that passes as it stands is asked for nothing else.

use unicode_normalization::UnicodeNormalization;

use super::question::{Question, kind};
use crate::assistant::Said;
use crate::knowledge::terms::Term;
use crate::reply::Kind;

/// Quotes, brackets, marks and characters without width: not compared.
const IGNORED: &str = "\"'`“”‘’「」『』《》〈〉【】[]()<>*_#~|\u{200b}\u{200c}\u{200d}\u{feff}";

/// How an answer stands to its label, point by point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// What it is; none for what is no kind.
    pub said: Option<Kind>,
    /// Its kind passes.
    pub kind: bool,
    /// Its origin does.
    pub origin: bool,
    /// Its destination does.
    pub destination: bool,
    /// Which groups of mentions it hits.
    pub groups: Vec<bool>,
    /// What it says that it must not.
    pub forbidden: Vec<String>,
    /// It mentions everything and nothing forbidden.
    pub mentions: bool,
}

impl Score {
    /// Judges what was said to a question.
    pub fn of(question: &Question, said: &Said) -> Self {
        let text = fold(&whole(said));
        let groups: Vec<bool> = question.mentions.iter().map(|group| hits(&text, group)).collect();
        let forbidden = question.not_mentions.iter().filter(|m| text.contains(&fold(m))).cloned();
        let forbidden: Vec<String> = forbidden.collect();
        let kind = kind(&said.kind);
        if kind.is_some_and(|kind| question.also.contains(&kind)) {
            return Self { said: kind, kind: true, origin: true, destination: true, groups, forbidden, mentions: true };
        }
        let mentions = groups.iter().all(|hit| *hit) && forbidden.is_empty();
        let no_ends = question.origin.is_none() && question.destination.is_none();
        let stands_in = match (question.kind, kind) {
            (Kind::Answer, Some(Kind::Plan)) => mentions,
            (Kind::Plan, Some(Kind::Answer)) => mentions && no_ends,
            _ => false,
        };
        let matches =
            |label: Option<_>, said: &Option<String>| label.is_none_or(|s| Some(Term::code(s)) == said.as_deref());
        Self {
            said: kind,
            kind: kind == Some(question.kind) || stands_in,
            origin: matches(question.origin, &said.origin),
            destination: matches(question.destination, &said.destination),
            groups,
            forbidden,
            mentions,
        }
    }

    /// Everything passes.
    pub fn passed(&self) -> bool {
        self.kind && self.route() && self.mentions
    }

    /// Both ends pass.
    pub fn route(&self) -> bool {
        self.origin && self.destination
    }

    /// Why it does not pass; nothing where it does.
    pub fn why(&self, question: &Question, said: &Said) -> Vec<String> {
        let mut why = Vec::new();
        if self.passed() {
            return why;
        }
        if !self.kind {
            why.push(format!("kind {}, expected {}", said.kind, question.kind.code()));
        }
        let ends = [
            ("origin", self.origin, question.origin, &said.origin),
            ("destination", self.destination, question.destination, &said.destination),
        ];
        for (name, _, label, is) in ends.into_iter().filter(|(_, right, ..)| !right) {
            let is = is.as_deref().unwrap_or("unknown");
            why.push(format!("{name} {is}, expected {}", label.map_or("unknown", Term::code)));
        }
        let lacking = question.mentions.iter().zip(&self.groups).filter(|(_, hit)| !**hit);
        why.extend(lacking.map(|(group, _)| format!("lacks one of {}", group.join(" | "))));
        why.extend(self.forbidden.iter().map(|text| format!("has {text}")));
        why
    }
}

/// All that was said, as one text.
pub fn whole(said: &Said) -> String {
    let texts: Vec<&str> = said.replies.iter().map(|reply| reply.text.as_str()).collect();
    texts.join("\n\n")
}

/// Does a folded text hold a member of a group?
pub(super) fn hits(folded: &str, group: &[String]) -> bool {
    group.iter().any(|mention| folded.contains(&fold(mention)))
}

/// What is compared: full width made half, lower case, without blanks, quotes, brackets and marks; what is nothing else
/// loses its blanks alone.
pub(super) fn fold(text: &str) -> String {
    let lower: String = text.nfkc().collect::<String>().to_lowercase();
    let folded: String = lower.chars().filter(|c| !c.is_whitespace() && !IGNORED.contains(*c)).collect();
    if folded.is_empty() { lower.chars().filter(|c| !c.is_whitespace()).collect() } else { folded }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::super::question::read;
    use super::*;
    use crate::assistant::SaidReply;

    fn question(rest: &str) -> Question {
        let line = format!("{{\"id\":\"q\",\"text\":\"x\",{rest}}}");
        read(line.as_bytes()).unwrap().remove(0)
    }

    fn said(kind: &str, ends: [Option<&str>; 2], text: &str) -> Said {
        let reply = SaidReply { text: text.to_owned(), options: vec![], files: vec![], buttons: vec![] };
        let [origin, destination] = ends.map(|end| end.map(str::to_owned));
        Said {
            kind: kind.to_owned(),
            replies: vec![reply],
            transfer: None,
            origin,
            destination,
            citations: vec![],
            page: String::new(),
            notice: None,
        }
    }

    #[track_caller]
    fn check(label: &str, said: &Said, why: &[&str]) {
        let question = question(label);
        let score = Score::of(&question, said);
        assert_eq!(score.why(&question, said), why, "{label}");
        assert_eq!(score.passed(), why.is_empty(), "{label}");
    }

    #[test]
    fn what_is_compared_is_folded() {
        assert_eq!(fold("“组织 ID”（ＡＢ）\n10 天"), "组织idab10天");
        assert_eq!(fold(" ** "), "**");
        assert_eq!(fold("  "), "");
    }

    #[test]
    fn an_answer_passes_where_all_of_its_label_holds() {
        let none = [None, None];
        let there = [Some("guangdong"), Some("beijing")];
        let plan = r#""kind":"plan","origin":"guangdong","destination":"beijing","mentions":[["9日","九日"]]"#;
        check(plan, &said("plan", there, "９ 日内"), &[]);
        check(plan, &said("plan", there, "十日内"), &["lacks one of 9日 | 九日"]);
        check(
            plan,
            &said("plan", [Some("fujian"), None], "9日"),
            &["origin fujian, expected guangdong", "destination unknown, expected beijing"],
        );
        check(plan, &said("answer", there, "9日"), &["kind answer, expected plan"]);
        let forbids = r#""kind":"answer","not_mentions":["十日"]"#;
        check(forbids, &said("answer", none, "十 日"), &["has 十日"]);
    }

    #[test]
    fn a_plan_and_an_answer_may_stand_for_each_other() {
        let none = [None, None];
        let answer = r#""kind":"answer","mentions":[["审核"]]"#;
        check(answer, &said("plan", none, "等审核"), &[]);
        check(answer, &said("plan", none, "等"), &["kind plan, expected answer", "lacks one of 审核"]);
        check(answer, &said("clarify", none, "等审核"), &["kind clarify, expected answer"]);
        check(r#""kind":"plan","mentions":[["审核"]]"#, &said("answer", none, "等审核"), &[]);
    }

    #[test]
    fn a_kind_that_passes_as_it_stands_is_asked_for_nothing_else() {
        let label = r#""kind":"plan","origin":"fujian","mentions":[["9日"]],"not_mentions":["好"],"also":["clarify"]"#;
        check(label, &said("clarify", [None, None], "好"), &[]);
        let all = ["kind answer, expected plan", "origin unknown, expected fujian", "lacks one of 9日", "has 好"];
        check(label, &said("answer", [None, None], "好"), &all);
    }
}
