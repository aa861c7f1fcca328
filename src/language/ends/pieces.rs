//! From names found to what each phrase of the sentence names.
//!
//! Names that stand close together are one phrase: a district after its city, a campus after its school, a branch after
//! its company. Joining goes from left to right; every joint either makes one piece or leaves two.

use std::ops::Range;

use super::cues::{Cues, begins};
use super::{campus, filters};
use crate::knowledge::places::{Alternative, Belongs, Level, UnitKind};
use crate::knowledge::terms::Committee;
use crate::language::lexicon::{Found, How, Kind, Lexicon, Sense};

/// What a phrase names.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Places of one name.
    Places(Vec<usize>),
    /// Schools and employers of one name, an employer with its seat.
    Named(Vec<(usize, Option<usize>)>),
    /// Part of an employer that stands in a place, if one is told.
    Branch(usize, Option<usize>),
    /// A school's part in a place that no table has.
    Campus(usize, usize),
    /// An association named after places.
    Association(Vec<usize>),
    Outside,
    Army,
}

/// A phrase that names something.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) body: Body,
    /// Needs a cue right beside it.
    pub(super) frail: bool,
    /// No other name of the phrase says which of its namesakes it is.
    pub(super) alone: bool,
}

/// All phrases of a text that name something, in order.
pub(super) fn pieces(lexicon: &Lexicon, cues: &Cues, words: &[Range<usize>], text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let whole = |found: &Found| !filters::is_cut_from_words(lexicon, words, text, found);
    for found in lexicon.scan(text, whole) {
        // The tail of an employer may have been found as a name of its own.
        if pieces.last().is_some_and(|p| found.start < p.end) {
            continue;
        }
        if filters::is_something_else(lexicon, cues, text, &found) {
            continue;
        }
        let piece = piece(lexicon, cues, text, &found);
        let Some(last) = pieces.last() else {
            pieces.push(piece);
            continue;
        };
        match join(lexicon, cues, text, last, &piece) {
            Some(joined) => {
                pieces.pop();
                pieces.push(joined);
            }
            None => pieces.push(piece),
        }
    }
    for piece in &mut pieces {
        finish(lexicon, cues, text, piece);
    }
    pieces.retain(|piece| !is_landmark(lexicon, cues, text, piece));
    pieces
}

/// One name by itself, with what follows it.
fn piece(lexicon: &Lexicon, cues: &Cues, text: &str, found: &Found) -> Piece {
    let senses = &lexicon.senses;
    let after = &text[found.end..];
    let (start, mut end) = (found.start, found.end);
    let kind = |k: &Kind| found.meanings.iter().any(|m| senses[m.sense].kind == *k);
    if kind(&Kind::Outside) {
        return Piece { start, end, body: Body::Outside, frail: false, alone: true };
    }
    if kind(&Kind::Army) {
        return Piece { start, end, body: Body::Army, frail: false, alone: true };
    }
    let places: Vec<_> = found.meanings.iter().filter(|m| senses[m.sense].is_place()).collect();
    if places.is_empty() {
        let frail = found.meanings.iter().all(|m| m.how == How::Weak);
        let named = found.meanings.iter().map(|m| (m.sense, m.seat)).collect();
        return Piece { start, end, body: Body::Named(named), frail, alone: true };
    }
    let name = &text[start..end];
    let full = filters::ends_as_a_place(name);
    let mut of: Vec<usize> = places.iter().map(|m| m.sense).collect();
    if full {
        keep(&mut of, |s| text_is(&senses[s].name, name) || !matches!(senses[s].kind, Kind::City { .. }));
    }
    // 朝阳团市委 is a city's, 和平区委 a district's.
    let committee = after.trim_start_matches('团');
    for (word, levels) in [
        ("市委", &[Level::Prefecture, Level::CountyCity, Level::Municipality][..]),
        ("市政府", &[Level::Prefecture, Level::CountyCity, Level::Municipality]),
        ("区委", &[Level::District]),
        ("县委", &[Level::County]),
    ] {
        if committee.starts_with(word) {
            keep(&mut of, |s| matches!(senses[s].kind, Kind::City { level, .. } if levels.contains(&level)));
        }
    }
    let sits = committee.starts_with("市委") || committee.starts_with("县委") || committee.starts_with("区委");
    let letter = places.iter().all(|m| m.how == How::Letter);
    let risky = of.iter().any(|&s| matches!(senses[s].kind, Kind::City { risk: true, .. }))
        || places.iter().all(|m| m.how == How::Weak);
    let frail = !full && !sits && !letter && risky;
    if of.iter().all(|&s| senses[s].belongs == Belongs::Ask) {
        return Piece { start, end, body: Body::Outside, frail, alone: true };
    }
    let tail = after.trim_start_matches(['省', '市', '区', '县']);
    let skipped = after.len() - tail.len();
    if let Some((word, unit)) = lexicon.tails.iter().find(|(word, _)| tail.starts_with(word.as_str())) {
        end += skipped + word.len();
        return Piece { start, end, body: Body::Named(vec![(*unit, Some(of[0]))]), frail: false, alone: true };
    }
    if find_within(after, &cues.associations, 3) {
        return Piece { start, end, body: Body::Association(of), frail: false, alone: true };
    }
    // 东莞东城 names its city itself.
    let city = senses[of[0]].parent.trim_end_matches('市');
    let alone = city.is_empty() || !name.starts_with(city);
    Piece { start, end, body: Body::Places(of), frail, alone }
}

/// Two phrases as one, where they are one.
fn join(lexicon: &Lexicon, cues: &Cues, text: &str, last: &Piece, next: &Piece) -> Option<Piece> {
    let senses = &lexicon.senses;
    let gap = &text[last.end..next.start];
    let made = |body: Body, frail: bool| Some(Piece { start: last.start, end: next.end, body, frail, alone: false });
    if let (Body::Named(school), Body::Places(at)) = (&last.body, &next.body)
        && lexicon.is_school(school[0].0)
        && campus::told(cues, gap, head(&text[next.end..]))
    {
        return made(campus::of(lexicon, school, at), false);
    }
    let close = gap.is_empty() || ["(", "的", "-", "·", "市", "省", ")", "区", "县", "那个", "这个"].contains(&gap);
    let loose = close || loose(cues, gap);
    if !loose {
        return None;
    }
    match (&last.body, &next.body) {
        // 去南京当兵
        (Body::Places(_), Body::Army) if gap.is_empty() => made(Body::Army, false),
        (Body::Outside, Body::Places(_)) if close => made(Body::Outside, false),
        (Body::Association(a), Body::Places(b)) if close => {
            made(Body::Association([a.clone(), b.clone()].concat()), false)
        }
        (Body::Places(a), Body::Association(_)) if close => made(Body::Places(a.clone()), false),
        // 福建省驻北京办事处 may go with either.
        (Body::Places(a), Body::Places(b)) if gap == "驻" => {
            made(Body::Association([a.clone(), b.clone()].concat()), false)
        }
        (Body::Places(a), Body::Places(b)) => {
            if close && let Some(narrow) = narrow(senses, a, b) {
                return made(Body::Places(narrow), false);
            }
            // 潮州金山中学: what stands in the first place bears the name of the second.
            if close && bears(cues, &text[next.end..]) {
                return made(Body::Places(a.clone()), false);
            }
            let branch = branch(cues, text, next.end);
            if branch && (!gap.is_empty() || starts_branch(cues, &text[next.end..])) {
                return made(Body::Places(b.clone()), false);
            }
            // 香港福建中学, 北京福建企业: the second name is part of what stands in the first.
            (gap.is_empty() && branch).then_some(()).and_then(|()| made(Body::Places(a.clone()), false))
        }
        (Body::Places(a), Body::Named(b)) if close => {
            let place = a[0];
            let school = |s: &usize| matches!(senses[*s].kind, Kind::School { .. });
            if b.iter().any(|(s, _)| school(s)) {
                let mut here: Vec<_> = b.clone();
                here.retain(|(s, _)| senses[*s].province == senses[place].province);
                // A short name that no school of the place has is not that school's.
                let seated = |of: &[(usize, Option<usize>)]| of.iter().map(|(s, _)| (*s, Some(place))).collect();
                return match (here.is_empty(), next.frail) {
                    (false, _) => made(Body::Named(seated(&here)), false),
                    (true, true) => made(Body::Places(a.clone()), last.frail),
                    (true, false) => made(Body::Named(seated(b)), false),
                };
            }
            let unit = b[0].0;
            if !next.frail {
                let seated = b.iter().map(|(s, seat)| (*s, seat.or(Some(place)))).collect();
                return made(Body::Named(seated), false);
            }
            match &senses[unit].kind {
                // 北京市国资委 is the city's own.
                Kind::Unit { committee: Committee::StateOrgans, .. } => made(Body::Places(a.clone()), false),
                _ => made(Body::Branch(unit, Some(place)), false),
            }
        }
        (Body::Named(a), Body::Places(b)) => named_then_place(lexicon, cues, text, last, next, a, b),
        (Body::Named(a), Body::Named(b)) if gap.is_empty() || close => {
            let unit =
                |l: &[(usize, Option<usize>)]| l.iter().all(|(s, _)| matches!(senses[*s].kind, Kind::Unit { .. }));
            if !unit(a) || !unit(b) {
                return None;
            }
            let under =
                |s: usize| if let Kind::Unit { committee, .. } = &senses[s].kind { Some(*committee) } else { None };
            let asks = senses[b[0].0].belongs == Belongs::Ask;
            let kin = under(a[0].0) == under(b[0].0);
            // 财政部广东监管局: the second name is only its short form, and its place is the first one's branch.
            match (next.frail, asks || (!kin && b[0].1.is_some())) {
                (_, true) => made(Body::Branch(a[0].0, b[0].1), false),
                (true, false) if !kin => made(Body::Named(a.clone()), false),
                (_, false) => made(Body::Named(b.clone()), false),
            }
        }
        (Body::Branch(unit, None), Body::Places(b)) if close => made(Body::Branch(*unit, Some(b[0])), false),
        (Body::Branch(unit, seat), Body::Named(_)) if close => made(Body::Branch(*unit, *seat), false),
        _ => None,
    }
}

fn named_then_place(
    lexicon: &Lexicon,
    cues: &Cues,
    text: &str,
    last: &Piece,
    next: &Piece,
    named: &[(usize, Option<usize>)],
    places: &[usize],
) -> Option<Piece> {
    let senses = &lexicon.senses;
    let (gap, after) = (&text[last.end..next.start], &text[next.end..]);
    let made = |body: Body| Some(Piece { start: last.start, end: next.end, body, frail: false, alone: false });
    let (first, _) = named[0];
    let place = places[0];
    match &senses[first].kind {
        Kind::School { .. } => {
            let part = gap.contains("附") || !gap.contains(['(', '的']) && !begins_campus(after);
            // A school's own campus goes with the tables; one of its middle schools goes with the place.
            let own = !gap.contains('附') && (after.starts_with("校区") || after.starts_with("研究"));
            if part && !own && (branch(cues, text, next.end) || bears(cues, after)) {
                return made(Body::Places(places.to_vec()));
            }
            if gap.chars().count() > 1 {
                return None;
            }
            made(campus::of(lexicon, named, places))
        }
        Kind::Unit { .. } => {
            let own = gap.is_empty() || ["集团", "股份", "公司", "有限公司", "保险", "(", "驻"].contains(&gap);
            if senses[first].belongs == Belongs::Local {
                return branch(cues, text, next.end).then(|| made(Body::Places(places.to_vec()))).flatten();
            }
            if !own && !branch(cues, text, next.end) {
                return None;
            }
            if begins(after, &cues.head_offices).is_some() {
                return made(Body::Named(named.to_vec()));
            }
            made(Body::Branch(first, Some(place)))
        }
        _ => None,
    }
}

/// What can be said only once the phrase is whole.
fn finish(lexicon: &Lexicon, cues: &Cues, text: &str, piece: &mut Piece) {
    let senses = &lexicon.senses;
    let after = &text[piece.end..];
    let Body::Named(named) = &piece.body else {
        if matches!(piece.body, Body::Places(_)) && begins(after, &cues.nearby).is_some() {
            piece.frail = false;
        }
        return;
    };
    let (unit, seat) = named[0];
    if lexicon.is_school(unit)
        && let Some(campus) = campus::main(lexicon, cues, unit, head(after))
    {
        piece.body = Body::Named(vec![(campus, None)]);
    }
    let Kind::Unit { kind, committee, alternative, .. } = &senses[unit].kind else { return };
    if senses[unit].belongs == Belongs::Ask && begins(after, &cues.nearby).is_some() {
        // Only where something stands: the place counts, not who runs the station.
        let system =
            if let Some(Alternative::System(system)) = alternative { Some(Belongs::To(*system)) } else { None };
        let province = || senses.iter().position(|s| s.kind == Kind::Province && Some(s.belongs) == system);
        if let Some(seat) = province().or(seat) {
            piece.body = Body::Places(vec![seat]);
            piece.frail = false;
        }
        return;
    }
    let own =
        ["集团", "股份", "有限责任", "有限", "公司"].iter().fold(after, |rest, w| rest.strip_prefix(w).unwrap_or(rest));
    let head = begins(own, &cues.head_offices).is_some();
    if piece.frail && (head || own.len() < after.len()) {
        piece.frail = false;
    }
    let big = matches!(committee, Committee::Soe | Committee::Finance) && *kind != UnitKind::Pattern;
    if big
        && !head
        && own.len() == after.len()
        && !piece.frail
        && find_within_phrase(cues, after, &cues.subsidiaries, 8)
    {
        piece.body = Body::Branch(unit, seat);
    }
}

/// 大兴机场旁边一家公司: who runs the airport is nobody's employer there.
fn is_landmark(lexicon: &Lexicon, cues: &Cues, text: &str, piece: &Piece) -> bool {
    let unit = |of: &[(usize, Option<usize>)]| matches!(lexicon.senses[of[0].0].kind, Kind::Unit { .. });
    matches!(&piece.body, Body::Named(of) if unit(of)) && begins(&text[piece.end..], &cues.landmarks).is_some()
}

fn keep(of: &mut Vec<usize>, wanted: impl Fn(usize) -> bool) {
    if of.iter().any(|&s| wanted(s)) {
        of.retain(|&s| wanted(s));
    }
}

fn text_is(name: &str, text: &str) -> bool {
    name == text || crate::language::lexicon::fold(name) == text
}

/// Is the first place inside the second, or the same?
fn inside(child: &Sense, parent: &Sense) -> bool {
    match parent.kind {
        Kind::Province => child.province == parent.province,
        Kind::Region => child.belongs == parent.belongs,
        _ => {
            child.province == parent.province
                && (child.parent == parent.name
                    || child.name == parent.name
                    || child.province == parent.name.trim_end_matches('市'))
        }
    }
}

/// The readings of two neighbouring names that fit together.
fn narrow(senses: &[Sense], first: &[usize], second: &[usize]) -> Option<Vec<usize>> {
    let fitting = |children: &[usize], parents: &[usize]| {
        let fits = |&c: &usize| parents.iter().any(|&p| inside(&senses[c], &senses[p]));
        let fitting: Vec<usize> = children.iter().copied().filter(fits).collect();
        (!fitting.is_empty()).then_some(fitting)
    };
    fitting(second, first).or_else(|| fitting(first, second))
}

/// No cue, no pause and not too much between two names.
fn loose(cues: &Cues, gap: &str) -> bool {
    gap.chars().count() <= 12
        && !gap.contains([
            ',', '。', ';', '!', '?', '、', ' ', '\n', '的', '和', '与', '跟', '或', '了', '→', '>', '我', '是',
        ])
        && cues.before.hits(gap).is_empty()
        && cues.after.hits(gap).iter().all(|h| h.weight < 2.0)
}

/// Does a word of an organization's part follow, with at most a few letters between?
fn branch(cues: &Cues, text: &str, from: usize) -> bool {
    find_within_phrase(cues, &text[from..], &cues.branches, 5)
}

/// Is what comes before the name of a school, a hospital or a street? 第二 and the like may stand between.
fn bears(cues: &Cues, after: &str) -> bool {
    let rest =
        ["第", "高级", "实验", "中心", "外国语"].iter().fold(after, |rest, w| rest.strip_prefix(w).unwrap_or(rest));
    begins(rest, &cues.bearers).is_some()
}

fn starts_branch(cues: &Cues, after: &str) -> bool {
    begins(after, &cues.branches).is_some()
}

fn begins_campus(after: &str) -> bool {
    ["校区", "研究院", "研究生院", "学院", "分院", "校园"].iter().any(|w| after.starts_with(w))
}

fn find_within(after: &str, words: &[String], letters: usize) -> bool {
    let ends = after.char_indices().map(|(i, _)| i).take(letters + 1);
    let mut stop = false;
    for at in ends {
        if words.iter().any(|w| after[at..].starts_with(w.as_str())) {
            return !stop;
        }
        stop |= after[at..].starts_with([',', '。', ';', '!', '?', '、', ' ', '的', '(', ')', '转', '到', '去', '→']);
    }
    false
}

/// The same, inside the phrase: a cue ends it.
fn find_within_phrase(cues: &Cues, after: &str, words: &[String], letters: usize) -> bool {
    let cut = [cues.before.hits(head(after)), cues.after.hits(head(after))];
    let stop = cut.iter().flatten().filter(|h| h.weight > 0.0).map(|h| h.start).min().unwrap_or(after.len());
    let found = after.char_indices().take(letters + 1).take_while(|(i, _)| *i <= stop);
    let mut open = true;
    for (at, c) in found {
        if open && words.iter().any(|w| after[at..].starts_with(w.as_str()) && at <= stop) {
            return true;
        }
        open &= !matches!(c, ',' | '。' | ';' | '!' | '?' | '、' | ' ' | '的' | '(' | ')' | '→' | '一' | '某');
    }
    false
}

fn head(text: &str) -> &str {
    let end = text.char_indices().nth(12).map_or(text.len(), |(i, _)| i);
    &text[..end]
}
