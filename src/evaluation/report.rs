//! The figures of a set: how many answers are right, by kind, route and point, and what is known of each that is not.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, FixedOffset};
use serde::{Serialize, Serializer};

use super::question::{KINDS, Question};
use super::rank::Candidates;
use super::score::{Score, whole};
use crate::assistant::{Assistant, Engine, Said};
use crate::knowledge::terms::{System, Term};
use crate::reply::Kind;
use crate::search::{Explained, Explainer, Features};
use crate::store::StoreError;

/// How many candidates are shown of a failure.
const SHOWN: usize = 5;

/// How many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// So many are.
    pub right: usize,
    /// Of so many.
    pub of: usize,
}

impl Share {
    /// Counts one more.
    pub fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    /// In per cent; of nothing, 0.
    pub fn percent(self) -> f64 {
        if self.of == 0 { 0.0 } else { 100.0 * self.right as f64 / self.of as f64 }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.of {
            0 => "0/0 = n/a".to_owned(),
            of => format!("{}/{of} = {:.1}%", self.right, self.percent()),
        };
        f.pad(&text)
    }
}

/// The figures of one kind.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct OfKind {
    /// How many answers pass.
    pub passed: Share,
    /// How many are of a kind that passes.
    pub kind_right: Share,
}

/// From where to where plans were asked for; none where the label leaves it open.
pub type RouteLabel = (Option<System>, Option<System>);

/// How far down the index the right answers stand.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Ranks {
    /// How many questions expect an answer that mentions something.
    pub questions: usize,
    /// For how many any candidate is right.
    pub found: usize,
    /// The mean of 1 / rank; 0 where no candidate is right.
    pub mean_reciprocal: f64,
}

/// The figures of a set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Answers that pass.
    pub score: Share,
    /// By the kind that is labelled.
    #[serde(serialize_with = "by_kind")]
    pub kinds: [OfKind; KINDS.len()],
    /// Plans that pass, by route.
    #[serde(serialize_with = "by_route")]
    pub routes: BTreeMap<RouteLabel, Share>,
    /// Answers whose labelled ends are both right.
    pub route: Share,
    /// Whose origin is,
    pub origin: Share,
    /// and whose destination.
    pub destination: Share,
    /// Answers that mention everything they must and nothing forbidden, of those that must mention something.
    pub mentions: Share,
    /// Groups of mentions that are hit.
    pub groups: Share,
    /// Answers that say something forbidden, of those for which anything is.
    pub forbidden: Share,
    /// Questions out of scope that were answered all the same.
    pub answered_outside: Share,
    /// How far down the index the right answers stand.
    pub ranks: Ranks,
    /// By labelled kind, then by the kind that was said, in the order of [`KINDS`].
    #[serde(serialize_with = "by_kinds")]
    pub confusion: [[usize; KINDS.len()]; KINDS.len()],
    /// What does not pass.
    pub failures: Vec<Failure>,
}

/// An answer that does not pass.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The question's name.
    pub id: String,
    /// What was said before.
    pub before: Vec<String>,
    /// What was asked.
    pub text: String,
    /// Why the answer does not pass.
    pub why: Vec<String>,
    /// The kind of the answer,
    pub kind: String,
    /// the ends it understood,
    pub origin: Option<String>,
    /// as far as there are any,
    pub destination: Option<String>,
    /// and its text.
    pub reply: String,
    /// The best candidates of the index, as it ranks them for the question alone.
    pub candidates: Vec<Explained>,
}

/// Asks a whole set and counts. The assistant must be new: its members are the questions.
pub fn report(assistant: &Assistant, questions: &[Question], now: DateTime<FixedOffset>) -> Result<Report, StoreError> {
    let engine = assistant.engine();
    let (candidates, explainer) = (Candidates::of(&engine.known), Explainer::new(&engine.search, &engine.known));
    let mut report = Report::default();
    let mut reciprocal = 0.0;
    for question in questions {
        let said = super::ask(assistant, &question.id, question, now)?;
        let score = Score::of(question, &said);
        report.count(question, &score);
        if question.kind == Kind::Answer && !question.mentions.is_empty() {
            let understood = engine.understand(&question.text, now.date_naive());
            let rank = candidates.rank(question, &understood.hits);
            report.ranks.questions += 1;
            report.ranks.found += usize::from(rank.is_some());
            reciprocal += rank.map_or(0.0, |rank| 1.0 / rank as f64);
        }
        if !score.passed() {
            report.failures.push(failure(&engine, &explainer, question, &said, &score));
        }
    }
    report.ranks.mean_reciprocal = reciprocal / report.ranks.questions.max(1) as f64;
    Ok(report)
}

impl Report {
    fn count(&mut self, question: &Question, score: &Score) {
        let place = |kind: Kind| KINDS.iter().position(|k| *k == kind).unwrap_or_default();
        let labelled = place(question.kind);
        self.score.count(score.passed());
        self.kinds[labelled].passed.count(score.passed());
        self.kinds[labelled].kind_right.count(score.kind);
        if let Some(said) = score.said {
            self.confusion[labelled][place(said)] += 1;
        }
        let (origin, destination) = (question.origin, question.destination);
        if origin.is_some() || destination.is_some() {
            self.route.count(score.route());
        }
        if origin.is_some() {
            self.origin.count(score.origin);
        }
        if destination.is_some() {
            self.destination.count(score.destination);
        }
        if question.kind == Kind::Plan {
            self.routes.entry((origin, destination)).or_default().count(score.passed());
        }
        if !score.groups.is_empty() {
            self.mentions.count(score.mentions);
            score.groups.iter().for_each(|hit| self.groups.count(*hit));
        }
        if !question.not_mentions.is_empty() {
            self.forbidden.count(!score.forbidden.is_empty());
        }
        if question.kind == Kind::OutOfScope {
            let answered = [Kind::Answer, Kind::Plan, Kind::Progress, Kind::Where].map(Some);
            self.answered_outside.count(answered.contains(&score.said));
        }
    }
}

fn failure(engine: &Engine, explainer: &Explainer<'_>, question: &Question, said: &Said, score: &Score) -> Failure {
    let read = engine.question(&question.text);
    let features = Features::of(&engine.segmenter, &read.text);
    // A search that fails finds nothing, as in a turn.
    let explained = explainer.explain(&features, &read.context, SHOWN).unwrap_or_default();
    Failure {
        id: question.id.clone(),
        before: question.before.clone(),
        text: question.text.clone(),
        why: score.why(question, said),
        kind: said.kind.clone(),
        origin: said.origin.clone(),
        destination: said.destination.clone(),
        reply: whole(said),
        candidates: explained,
    }
}

/// An end in a report.
pub fn end(system: Option<System>) -> &'static str {
    system.map_or("any", Term::code)
}

fn by_kind<S: Serializer>(kinds: &[OfKind; KINDS.len()], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(KINDS.iter().zip(kinds).map(|(kind, figures)| (kind.code(), figures)))
}

fn by_route<S: Serializer>(routes: &BTreeMap<RouteLabel, Share>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(routes.iter().map(|((from, dest), share)| (format!("{}→{}", end(*from), end(*dest)), share)))
}

fn by_kinds<S: Serializer>(confusion: &[[usize; KINDS.len()]; KINDS.len()], to: S) -> Result<S::Ok, S::Error> {
    let row = |counts: &[usize; KINDS.len()]| -> BTreeMap<&str, usize> {
        KINDS.iter().map(|kind| kind.code()).zip(counts.iter().copied()).collect()
    };
    to.collect_map(KINDS.iter().zip(confusion).map(|(kind, counts)| (kind.code(), row(counts))))
}
