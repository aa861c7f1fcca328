//! Which event of a transfer is meant where it is told by whose side did it: 湖南那边审核通过了, 广东弄好了.

use super::state::situation_from_text;
use super::turn::Turn;
use crate::knowledge::terms::{Event, Phase};
use crate::language::ends::{EndRole, Mention};
use crate::language::events::{Manner, What};
use crate::plan::{Happened, Situation, plan};
use crate::transfer::Record;
use crate::transfer::rules::{self, Approved};

/// What after a place makes it the name of a record.
const RECORDS: [&str; 8] = ["那个", "那条", "那次", "那笔", "这个", "这条", "的那", "的转接"];
/// What is said of an end that is a school,
const SCHOOL: [&str; 6] = ["学校", "大学", "学院", "中学", "高中", "母校"];
/// and of one that is none.
const WORK: [&str; 3] = ["单位", "公司", "企业"];
/// By what name those are spoken of who review.
const REVIEWERS: [&str; 4] = ["团支书", "支书", "团委", "上级"];

impl Turn<'_> {
    /// The events of a transfer that may be meant, by what the words around it tell.
    pub(super) fn meant(&self, record: &Record, what: What, manner: Manner) -> Vec<Event> {
        let Some(situation) = situation_from_text(&record.situation) else { return Vec::new() };
        let side = self.side(&situation, manner);
        match (what, side) {
            // 学校那边 is whichever end is a school.
            (What::Event(_), None) if manner.loose && self.names_a_kind(manner) => {
                self.approval(record, &situation, manner)
            }
            (What::Event(event), None) => vec![event],
            (What::Event(event), Some(_)) if !manner.loose => vec![event],
            (What::Approved | What::Event(_), Some(EndRole::Origin)) => vec![Event::OriginApproved],
            (What::Approved | What::Event(_), Some(EndRole::Destination)) => vec![Event::DestinationApproved],
            (What::ReportReturned, _) => vec![Event::Returned],
            (What::Approved, None) => self.approval(record, &situation, manner),
            (What::Done, side) => self.done(record, &situation, side),
        }
    }

    /// Whose approval “审核通过了” is.
    fn approval(&self, record: &Record, situation: &Situation, manner: Manner) -> Vec<Event> {
        match self.with_course(situation, |course| rules::resolve_approved(record, course)) {
            // 福建团委过了,团委过了: the same news twice is no news of the other side.
            Approved::One(event) => {
                let told = self.by_reviewer(situation, manner).filter(|e| record.attempt().contains_key(e));
                vec![told.unwrap_or(event)]
            }
            Approved::Either(one, other) => match self.by_reviewer(situation, manner) {
                Some(event) => vec![event],
                None => vec![one, other],
            },
            Approved::None => Vec::new(),
        }
    }

    /// What is done on a side: 广东弄好了 is that it was handed in there, or approved where that is on record.
    fn done(&self, record: &Record, situation: &Situation, side: Option<EndRole>) -> Vec<Event> {
        let attempt = record.attempt();
        let expected = self.with_course(situation, |course| course.expected.to_vec());
        let awaited = |event: &Event| expected.contains(event) && !attempt.contains_key(event);
        match side {
            Some(EndRole::Origin) => {
                [Event::Submitted, Event::OriginApproved].into_iter().find(awaited).into_iter().collect()
            }
            Some(EndRole::Destination) => {
                [Event::Reported, Event::DestinationApproved].into_iter().find(awaited).into_iter().collect()
            }
            None if attempt.contains_key(&Event::DestinationApproved) => vec![Event::Completed],
            None => {
                let next = expected.iter().copied().find(awaited);
                next.into_iter().chain((next != Some(Event::Completed)).then_some(Event::Completed)).collect()
            }
        }
    }

    /// The end whose place stands beside an event; else the end that is the only school or the only employer, where it is
    /// told by that word.
    pub(super) fn side(&self, situation: &Situation, manner: Manner) -> Option<EndRole> {
        let ends = &self.said.ends;
        let all: Vec<&Mention> = ends.named().chain(&ends.topics).chain(&ends.aside).collect();
        let within = |m: &&&Mention| manner.start <= m.span.start && m.span.end <= manner.end;
        let beside = match (all.iter().filter(within).max_by_key(|m| m.span.start), &all[..]) {
            (Some(beside), _) => Some(*beside),
            // What is named behind it is another matter: 学校那边过了,但广东不给报到.
            (None, [only]) if only.span.end <= manner.end => Some(*only),
            _ => None,
        };
        match beside.filter(|mention| !self.names_a_record(mention)) {
            Some(mention) => end_of(situation, mention),
            None => self.kind_of_end(situation, manner),
        }
    }

    /// Is the place said of a whole transfer: 北京那个, 转北京的?
    fn names_a_record(&self, mention: &Mention) -> bool {
        let after = self.said.text.get(mention.span.end..).unwrap_or_default();
        let before = self.said.text.get(..mention.span.start).unwrap_or_default();
        RECORDS.iter().any(|r| after.starts_with(r)) || before.ends_with(['转', '到', '去'])
    }

    /// The end that is the only one of its kind: 学校团委审核通过了 from a university to a company.
    fn kind_of_end(&self, situation: &Situation, manner: Manner) -> Option<EndRole> {
        let words = self.said.text.get(manner.start..manner.end)?;
        let says = |kind: &[&str]| kind.iter().any(|word| words.contains(word));
        let schools = [&situation.from, situation.to.as_ref()?].map(|e| SCHOOL.iter().any(|s| e.name.contains(s)));
        match schools {
            [true, false] if says(&SCHOOL) => Some(EndRole::Origin),
            [false, true] if says(&SCHOOL) => Some(EndRole::Destination),
            [true, false] if says(&WORK) => Some(EndRole::Destination),
            [false, true] if says(&WORK) => Some(EndRole::Origin),
            _ => None,
        }
    }

    /// Is it told by a word for a school or an employer?
    fn names_a_kind(&self, manner: Manner) -> bool {
        let words = self.said.text.get(manner.start..manner.end).unwrap_or_default();
        SCHOOL.iter().chain(&WORK).any(|word| words.contains(word))
    }

    /// The approval of the side whose steps alone speak of such a reviewer: in Fujian it is a 团支书 and then a 团委.
    fn by_reviewer(&self, situation: &Situation, manner: Manner) -> Option<Event> {
        let words = self.said.text.get(manner.start..manner.end)?;
        let reviewer = REVIEWERS.iter().find(|word| words.contains(*word))?;
        let plan = plan(&self.engine.known, situation, &Happened::new()).ok()?;
        let names = |phase: Phase| plan.reviews().any(|s| s.step.phase == phase && s.text.contains(reviewer));
        match (names(Phase::OriginReview), names(Phase::DestinationReview)) {
            (true, false) => Some(Event::OriginApproved),
            (false, true) => Some(Event::DestinationApproved),
            _ => None,
        }
    }
}

/// The end that a place lies at. Within one system the province tells.
fn end_of(situation: &Situation, mention: &Mention) -> Option<EndRole> {
    let place = mention.end()?;
    let lies_at = |end: &crate::language::ends::End| {
        let apart = matches!((&end.province, &place.province), (Some(one), Some(other)) if one != other);
        end.system == place.system && !apart
    };
    match (lies_at(&situation.from), lies_at(situation.to.as_ref()?)) {
        (true, false) => Some(EndRole::Origin),
        (false, true) => Some(EndRole::Destination),
        _ => None,
    }
}
