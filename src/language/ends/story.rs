//! What the sentence as a whole tells of its places: a membership that has moved, a route taken back, a system that is
//! only asked about. The patterns are held against the text with every place written `@`.

use std::ops::Range;

use regex::Regex;

use super::cues::Cues;
use super::patterns::any;
use super::roles::Weighed;
use super::{End, Ends, Mention, Reading};
use crate::knowledge::terms::{Committee, System};

/// A text with every place written `@`.
struct Outline {
    text: String,
    /// Where each place stands in it.
    at: Vec<usize>,
}

impl Outline {
    fn of<'m>(text: &str, spans: impl Iterator<Item = &'m Range<usize>>) -> Self {
        let (mut out, mut at, mut from) = (String::with_capacity(text.len()), Vec::new(), 0);
        for span in spans {
            out.push_str(&text[from..span.start].replace('@', " "));
            at.push(out.len());
            out.push('@');
            from = span.end;
        }
        out.push_str(&text[from..].replace('@', " "));
        Self { text: out, at }
    }

    /// The places in each match.
    fn places<'a>(&'a self, patterns: &'a [Regex]) -> impl Iterator<Item = Vec<usize>> + 'a {
        patterns
            .iter()
            .flat_map(|p| p.find_iter(&self.text))
            .map(|m| (0..self.at.len()).filter(|&i| m.range().contains(&self.at[i])).collect())
    }

    fn between(&self, a: usize, b: usize) -> &str {
        &self.text[self.at[a] + 1..self.at[b]]
    }
}

/// Weighs what the sentence tells.
pub(super) fn tell(cues: &Cues, text: &str, mentions: &[Mention], weighed: &mut [Weighed]) {
    if mentions.is_empty() {
        return;
    }
    let patterns = &cues.patterns;
    for found in patterns.topics.iter().flat_map(|p| p.captures_iter(text)) {
        let name = found.name("name").map(|n| n.range()).unwrap_or_default();
        for (mention, w) in mentions.iter().zip(&mut *weighed) {
            // 团关系在青春北京: the membership is where its system is.
            w.topic |= !w.held && name.start <= mention.span.start && mention.span.end <= name.end;
        }
    }
    let outline = Outline::of(text, mentions.iter().map(|m| &m.span));
    for places in outline.places(&patterns.reported) {
        if let Some(&i) = places.last() {
            weighed[i].reported = true;
        }
    }
    taken_back(cues, &outline, weighed);
    for places in outline.places(&patterns.moved) {
        if let Some(&i) = places.last() {
            weighed[i].moved = true;
        }
    }
    moved(cues, &outline, weighed);
    settled(cues, &outline, weighed);
    for places in outline.places(&patterns.left) {
        if let Some(&i) = places.first() {
            weighed[i].negated = false;
            weighed[i].origin += 6.0;
        }
    }
    // Of three places the third is where they go next, and they leave the second.
    for places in outline.places(&patterns.schooled).filter(|_| mentions.len() == 2) {
        if let [school, ..] = places[..] {
            let there = &mut weighed[1 - school];
            there.destination += there.origin + 6.0;
            weighed[school].origin += weighed[school].destination + 6.0;
        }
    }
    for places in outline.places(&patterns.sent) {
        if let Some(&i) = places.first() {
            weighed[i].origin += weighed[i].destination + 6.0;
        }
    }
    for places in outline.places(&patterns.theirs) {
        if let Some(&i) = places.first() {
            weighed[i].aside = false;
        }
    }
    for places in outline.places(&patterns.undecided) {
        if let [.., a, b] = places[..] {
            for one in [a, b] {
                // 不是@就是@ denies neither.
                (weighed[one].undecided, weighed[one].negated) = (true, false);
            }
        }
    }
}

/// Asks for the campus of a school with several, where the text says that it is not known.
pub(super) fn ask_for_campus(cues: &Cues, text: &str, mentions: &mut [Mention]) {
    if !any(&cues.patterns.campus_unknown, text) {
        return;
    }
    for mention in mentions.iter_mut().filter(|m| m.school) {
        if let Reading::Default(likely, others) = &mention.reading {
            mention.reading = Reading::Ask(std::iter::once(likely).chain(others).cloned().collect());
        }
    }
}

/// Asks under whom an employer stands, where the text says that it is not known: 在福州,是不是央企搞不清; or does not say
/// which bank it is.
pub(super) fn ask_for_owner(cues: &Cues, text: &str, mentions: &mut [Mention]) {
    let ask = |mention: &mut Mention, committee: Committee| {
        if let Reading::One(end) = &mention.reading
            && end.system != System::Central
            && !mention.school
        {
            mention.reading = Reading::Ask(vec![end.clone(), End::under(committee)]);
        }
    };
    let outline = Outline::of(text, mentions.iter().map(|m| &m.span));
    for i in outline.places(&cues.patterns.bank_unnamed).flatten() {
        ask(&mut mentions[i], Committee::Finance);
    }
    if any(&cues.patterns.owner_unknown, text) {
        for mention in mentions {
            ask(mention, Committee::Soe);
        }
    }
}

/// 不是北京转广东,是广东转北京: the first route counts for nothing; 不是北京转广东,是反过来: its ends change places.
fn taken_back(cues: &Cues, outline: &Outline, weighed: &mut [Weighed]) {
    for places in outline.places(&cues.patterns.taken_back) {
        let [.., from, to] = places[..] else { continue };
        let later: Vec<usize> = (to + 1..weighed.len()).filter(|&i| weighed[i].is_open()).collect();
        let earlier = weighed[..from].iter().any(Weighed::is_open);
        let reversed = any(&cues.patterns.reversed, &outline.text);
        if let [one] = later[..] {
            // 不是福建转北京,是转到湖南: only one end is put right.
            let w = &weighed[one];
            (weighed[from].negated, weighed[to].negated) = (w.destination <= w.origin, w.origin <= w.destination);
        } else if !later.is_empty() || (earlier && !reversed) {
            (weighed[from].negated, weighed[to].negated) = (true, true);
        } else if reversed {
            for (i, (origin, destination)) in [(from, (0.0, 10.0)), (to, (10.0, 0.0))] {
                let w = &mut weighed[i];
                (w.origin, w.destination, w.negated) = (origin, destination, false);
            }
        }
    }
}

/// Where the membership went last is where it goes from now.
fn moved(cues: &Cues, outline: &Outline, weighed: &mut [Weighed]) {
    let open: Vec<usize> = (0..weighed.len()).filter(|&i| weighed[i].is_open()).collect();
    let goes = |w: &Weighed| w.destination > w.origin;
    let goal = |from: usize, weighed: &[Weighed]| open.iter().copied().find(|&i| i > from && goes(&weighed[i]));
    let left = open.iter().copied().rfind(|&i| weighed[i].moved && goal(i, weighed).is_some());
    if let Some(left) = left {
        for w in &mut weighed[..left] {
            (w.destination, w.origin) = (0.0, w.origin.min(2.0));
        }
        weighed[left].origin += 15.0;
        weighed[left].destination = 0.0;
        return;
    }
    // Somebody went to one place, and then to the next.
    for pair in open.windows(2).rev() {
        let (a, b) = (pair[0], pair[1]);
        if goes(&weighed[a]) && goes(&weighed[b]) && any(&cues.patterns.turns, outline.between(a, b)) {
            for w in weighed[..a].iter_mut().filter(|w| w.is_open() && !w.held) {
                w.origin = w.origin.min(2.0);
            }
            weighed[a].origin += weighed[a].destination + 3.0;
            return;
        }
    }
}

/// 在汕头报到过,后来团关系转去武汉大学了: where the membership went and stayed is where it is; what was before is past.
fn settled(cues: &Cues, outline: &Outline, weighed: &mut [Weighed]) {
    let Some(last) = outline.places(&cues.patterns.settled).find_map(|places| places.last().copied()) else { return };
    for w in &mut weighed[..last] {
        (w.destination, w.origin, w.aside) = (0.0, 0.0, true);
    }
    (weighed[last].origin, weighed[last].destination) = (15.0, 0.0);
}

/// 单位说我们归全国民航管: which committee an employer is under, the one with this reading or else the last one named; the
/// committee itself is no end.
pub(super) fn tell_owner(cues: &Cues, text: &str, mentions: &mut [Mention]) -> Option<usize> {
    let outline = Outline::of(text, mentions.iter().map(|m| &m.span));
    let owner = outline.places(&cues.patterns.under).find_map(|places| places.last().copied())?;
    let committee = mentions[owner].end()?.committee?;
    let under = |end: &&End| end.committee == Some(committee);
    let readings = mentions.iter().enumerate().find_map(|(i, m)| match &m.reading {
        Reading::Ask(ends) if i != owner => Some((i, ends.iter().find(under)?.clone())),
        Reading::Default(first, ends) if i != owner => {
            Some((i, std::iter::once(first).chain(ends).find(under)?.clone()))
        }
        _ => None,
    });
    let (owned, end) = readings.or_else(|| Some((owner.checked_sub(1)?, End::under(committee))))?;
    mentions[owned].reading = Reading::One(end);
    Some(owner)
}

/// 广东省内换支部: both ends lie in the one place named.
pub(super) fn within(cues: &Cues, text: &str, ends: &mut Ends) {
    let all: Vec<&Mention> = ends.named().chain(&ends.aside).collect();
    let ([mention], true) = (&all[..], ends.negated.is_empty()) else { return };
    if mention.system().is_none() {
        return;
    }
    let mention = Mention::clone(mention);
    let outline = Outline::of(text, std::iter::once(&mention.span));
    let patterns = &cues.patterns;
    if any(&patterns.within, &outline.text) && !any(&patterns.not_within, &outline.text) {
        ends.unplaced.clear();
        ends.aside.clear();
        let end = |role| Some(Mention { role: Some(role), ..mention.clone() });
        (ends.origin, ends.destination) = (end(super::EndRole::Origin), end(super::EndRole::Destination));
    }
}
