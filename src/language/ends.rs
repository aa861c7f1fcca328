//! Which places a text names, and which end of the transfer each belongs to.
//!
//! Three steps: the lexicon finds names ([`super::lexicon`]); `pieces` joins neighbouring names into phrases and leaves
//! out what is no place; `roles` weighs the words around each phrase (`language/ends.toml`) and chooses the two ends.
//! The text must be folded already ([`super::lexicon::fold`], simplified Chinese); spans are byte ranges of it.
//! Nothing is guessed: a name with readings in several systems stays [`Reading::Ask`] unless the text itself settles it.

mod campus;
pub(crate) mod cues;
mod filters;
mod patterns;
mod pieces;
mod readings;
mod roles;
mod story;

use std::ops::Range;

pub use cues::Cues;
use serde::{Deserialize, Serialize};

use super::lexicon::Lexicon;
use crate::knowledge::terms::{Committee, System};
use pieces::Body;

/// One end of a transfer: the system that holds the membership there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The system.
    pub system: System,
    /// The system committee, where the organization is under one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committee: Option<Committee>,
    /// The province by its short name (`广东`), where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// What the member would recognise it by, such as `中国地质大学（武汉）`.
    pub name: String,
}

impl End {
    /// A system, nothing more said.
    pub fn of(system: System) -> Self {
        Self { system, committee: None, province: None, name: String::new() }
    }

    /// A system committee; all of them are in `central`.
    pub fn under(committee: Committee) -> Self {
        Self { committee: Some(committee), ..Self::of(System::Central) }
    }
}

/// What a name in a text can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// One meaning, or several that lie in one system.
    One(End),
    /// A default, and other readings to offer.
    Default(End, Vec<End>),
    /// To be asked, the likely reading first. Empty where no system is known for it (Hong Kong, a military academy).
    Ask(Vec<End>),
}

/// Why a mention has no reading to offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsettled {
    /// Hong Kong, Macau, Taiwan or abroad: the mainland school or employer is asked for.
    OutsideMainland,
    /// The forces and their academies go by a special unit.
    Army,
    /// The name does not tell to whom it belongs.
    Unclear,
}

/// Which end a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndRole {
    /// Where the membership is.
    Origin,
    /// Where it goes.
    Destination,
}

/// A phrase that names a place or an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands in the text, in bytes.
    pub span: Range<usize>,
    /// What it can mean.
    pub reading: Reading,
    /// Which end it is, where the text tells.
    pub role: Option<EndRole>,
    /// Why there is nothing to offer, where that is so.
    pub unsettled: Option<Unsettled>,
    /// It names a school.
    pub school: bool,
}

impl Mention {
    /// The end, where it is settled or has a default.
    pub fn end(&self) -> Option<&End> {
        match &self.reading {
            Reading::One(end) | Reading::Default(end, _) => Some(end),
            Reading::Ask(_) => None,
        }
    }

    /// The system, where it is settled or has a default.
    pub fn system(&self) -> Option<System> {
        self.end().map(|end| end.system)
    }
}

/// What a text says of the two ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ends {
    /// Where the membership is.
    pub origin: Option<Mention>,
    /// Where it goes.
    pub destination: Option<Mention>,
    /// Named, but no role could be told.
    pub unplaced: Vec<Mention>,
    /// Said not to be an end: 不去北京.
    pub negated: Vec<Mention>,
    /// Where somebody lives or comes from: 户口在广东.
    pub aside: Vec<Mention>,
    /// Systems that something is asked of, no ends: 北京的后台.
    pub topics: Vec<Mention>,
    /// Systems in which the member reported before.
    pub reported_before: Vec<System>,
}

/// The one system a text points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Single {
    /// Settled.
    One(System),
    /// By a default of the tables; the other readings may be offered.
    Default(System),
    /// To be asked.
    Ask,
}

impl Ends {
    /// What may be an end: the two that are told, then what is not told apart.
    pub fn named(&self) -> impl Iterator<Item = &Mention> {
        self.origin.iter().chain(&self.destination).chain(&self.unplaced)
    }

    /// The systems of both ends, where both are told.
    pub fn route(&self) -> Option<(System, System)> {
        Some((self.origin.as_ref()?.system()?, self.destination.as_ref()?.system()?))
    }

    /// The system of the destination, or of the only place named.
    pub fn single(&self) -> Single {
        let of = |m: &Mention| match &m.reading {
            Reading::One(end) => Single::One(end.system),
            Reading::Default(end, others) if others.iter().all(|o| o.system == end.system) => Single::One(end.system),
            Reading::Default(end, _) => Single::Default(end.system),
            Reading::Ask(_) => Single::Ask,
        };
        if let Some(destination) = &self.destination {
            return of(destination);
        }
        let mut rest = self.origin.iter().chain(&self.unplaced).map(of);
        let Some(first) = rest.next() else { return Single::Ask };
        if rest.all(|s| s == first) { first } else { Single::Ask }
    }
}

/// Finds the places a folded text names, and their roles. `words`: where its words of several letters stand.
pub fn ends(lexicon: &Lexicon, cues: &Cues, words: &[Range<usize>], text: &str) -> Ends {
    let pieces = pieces::pieces(lexicon, cues, words, text);
    let mut bodies: Vec<(Body, bool)> = Vec::with_capacity(pieces.len());
    let mut mentions = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let (reading, unsettled) = readings::read(lexicon, &piece.body, piece.alone, &text[piece.start..piece.end]);
        let school = matches!(&piece.body, Body::Named(of) if lexicon.is_school(of[0].0))
            || matches!(piece.body, Body::Campus(..));
        mentions.push(Mention { span: piece.start..piece.end, reading, role: None, unsettled, school });
        bodies.push((piece.body, piece.frail));
    }
    let mut weighed = roles::weigh(cues, text, &mentions);
    // A name that is also an ordinary word counts only with a cue beside it; without it the others are weighed anew.
    if bodies.iter().zip(&weighed).any(|((_, frail), w)| *frail && !w.supported) {
        let mut keep =
            bodies.iter().zip(&weighed).map(|((_, frail), w)| !*frail || w.supported).collect::<Vec<_>>().into_iter();
        let mut again = keep.clone();
        mentions.retain(|_| keep.next().unwrap_or(true));
        bodies.retain(|_| again.next().unwrap_or(true));
        weighed = roles::weigh(cues, text, &mentions);
    }
    settle_by_the_others(lexicon, &bodies, &mut mentions);
    story::ask_for_campus(cues, text, &mut mentions);
    story::ask_for_owner(cues, text, &mut mentions);
    if let Some(owner) = story::tell_owner(cues, text, &mut mentions) {
        mentions.remove(owner);
        weighed.remove(owner);
    }
    story::tell(cues, text, &mentions, &mut weighed);
    let roles = roles::choose(&mentions, &weighed);
    let mut ends = Ends::default();
    for ((mut mention, role), w) in mentions.into_iter().zip(roles).zip(&weighed) {
        mention.role = role;
        if w.reported
            && !w.negated
            && let Some(system) = mention.system()
            && !ends.reported_before.contains(&system)
        {
            ends.reported_before.push(system);
        }
        match role {
            Some(EndRole::Origin) => ends.origin = Some(mention),
            Some(EndRole::Destination) => ends.destination = Some(mention),
            None if w.topic => ends.topics.push(mention),
            None if w.negated => ends.negated.push(mention),
            None if w.aside => ends.aside.push(mention),
            None => ends.unplaced.push(mention),
        }
    }
    story::within(cues, text, &mut ends);
    let Ends { origin, destination, unplaced, .. } = &mut ends;
    unplaced.retain(|m| origin.iter().chain(destination.iter()).all(|e| e.reading != m.reading));
    ends
}

/// A name shared by several places is the one that lies in the same city as another place of the text.
fn settle_by_the_others(lexicon: &Lexicon, bodies: &[(Body, bool)], mentions: &mut [Mention]) {
    for i in 0..mentions.len() {
        let Body::Places(of) = &bodies[i].0 else { continue };
        if !matches!(mentions[i].reading, Reading::Ask(_)) {
            continue;
        }
        let near: Vec<usize> = of
            .iter()
            .copied()
            .filter(|&s| {
                bodies.iter().enumerate().any(|(j, (body, _))| {
                    let Body::Places(other) = body else { return false };
                    j != i && other.len() == 1 && lexicon.same_city(s, other[0])
                })
            })
            .collect();
        if !near.is_empty() {
            mentions[i].reading = readings::read(lexicon, &Body::Places(near), false, "").0;
        }
    }
}

#[cfg(test)]
mod tests;
