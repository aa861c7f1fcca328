//! Which part of a school is meant, told by a place beside its name or by a word for where the school itself is.

use super::cues::Cues;
use super::patterns::any;
use super::pieces::Body;
use crate::language::lexicon::{Kind, Lexicon, Sense};

/// So much at most stands between a school and the place of its campus, in characters.
const NEAR: usize = 12;

/// Does a place tell the campus of the school before it? 北京师范大学,就海淀那个校区.
pub(super) fn told(cues: &Cues, gap: &str, after: &str) -> bool {
    gap.chars().count() <= NEAR && any(&cues.patterns.campus_told, &format!("{gap}@{after}"))
}

/// The campus where the school itself is, where what follows its name says so: 北师大本部.
pub(super) fn main(lexicon: &Lexicon, cues: &Cues, school: usize, after: &str) -> Option<usize> {
    if !any(&cues.patterns.campus_main, after) {
        return None;
    }
    let school = &lexicon.senses[school];
    lexicon.campuses(&school.name).find(|campus| campus.province == school.province).map(|campus| campus.index)
}

/// The part of a school that stands in a place.
pub(super) fn of(lexicon: &Lexicon, schools: &[(usize, Option<usize>)], places: &[usize]) -> Body {
    let senses = &lexicon.senses;
    let (first, _) = schools[0];
    let at = |s: &&Sense| places.iter().any(|&p| stands_in(s, &senses[p]));
    let campuses: Vec<_> =
        lexicon.campuses(&senses[first].name).filter(at).map(|campus| (campus.index, None)).collect();
    if !campuses.is_empty() {
        return Body::Named(campuses);
    }
    let here: Vec<_> = schools.iter().copied().filter(|(s, _)| at(&&senses[*s])).collect();
    if here.is_empty() { Body::Campus(first, places[0]) } else { Body::Named(here) }
}

/// Does a school stand in the place?
fn stands_in(school: &Sense, place: &Sense) -> bool {
    school.province == place.province
        && (place.kind == Kind::Province || school.parent == place.name || school.parent == place.parent)
}
