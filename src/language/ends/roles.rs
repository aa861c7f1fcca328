//! Which end each phrase is: the words around it are weighed, then the two ends are chosen together.
//!
//! The text between two names belongs to both: what follows the first (毕业) and what leads to the second (去).

use super::cues::{Cues, Says};
use super::{EndRole, Mention, Reading};

/// What speaks for a mention's two ends.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weighed {
    pub(super) origin: f32,
    pub(super) destination: f32,
    pub(super) negated: bool,
    pub(super) aside: bool,
    pub(super) reported: bool,
    /// A cue or a pause stands right beside it.
    pub(super) supported: bool,
    stage: Option<u16>,
    /// Joined to the one before by 和 or the like.
    listed: bool,
    pub(super) moved: bool,
    /// The membership itself is said to be there.
    pub(super) held: bool,
    /// A system that something is asked of.
    pub(super) topic: bool,
    /// One of two between which nobody has decided.
    pub(super) undecided: bool,
    /// Somebody works there.
    employs: bool,
}

/// So many characters after a name still say what it is.
const EMPLOYER: usize = 8;
/// What says so much for the origin says that somebody has left it: 毕业.
const LEFT: f32 = 5.0;
pub(super) const PAUSES: [char; 8] = [',', '。', ';', '!', '?', '\n', '…', '"'];

impl Weighed {
    /// It may be an end.
    pub(super) fn is_open(&self) -> bool {
        !self.negated && !self.aside && !self.topic && !self.undecided
    }
}

/// Weighs every mention of a text.
pub(super) fn weigh(cues: &Cues, text: &str, mentions: &[Mention]) -> Vec<Weighed> {
    let mut all = vec![Weighed::default(); mentions.len()];
    for i in 0..mentions.len() {
        let from = if i == 0 { 0 } else { mentions[i - 1].span.end };
        let to = mentions.get(i + 1).map_or(text.len(), |m| m.span.start);
        let (left, right) = (&text[from..mentions[i].span.start], &text[mentions[i].span.end..to]);
        let w = &mut all[i];
        w.listed = i > 0 && ["和", "与", "或", "、", "跟", "还有", "或者", "及"].contains(&left);
        before(cues, last_part(left), i == 0 || left.contains(PAUSES) || left.contains(' '), w);
        after(cues, right, i + 1 < mentions.len(), w);
        let near: String = right.chars().take(EMPLOYER).collect();
        let works = |text: &str| cues.employers.iter().any(|word| text.contains(word.as_str()));
        w.employs = !mentions[i].school && (works(&text[mentions[i].span.clone()]) || works(first_part(&near)));
        let own = format!("{}\u{1f}{}", &text[mentions[i].span.clone()], first_part(right));
        let lead = if i == 0 || left.contains(PAUSES) { last_part(left) } else { "" };
        w.stage = cues.stage(&own).or_else(|| cues.stage(lead)).or(mentions[i].school.then_some(4));
    }
    inherit(&mut all);
    by_stage(&mut all);
    all
}

/// Between two schools the higher is where somebody goes. Who has left the higher one is at neither: 北师大毕业,高中在珠海.
fn by_stage(all: &mut [Weighed]) {
    for i in 0..all.len() {
        for j in 0..all.len() {
            let (Some(lower), Some(higher)) = (all[i].stage, all[j].stage) else { continue };
            if lower >= higher || all[i].negated || all[j].negated {
                continue;
            }
            if all[j].origin >= LEFT && all[j].destination == 0.0 && !all[i].held {
                all[i].origin = all[i].origin.min(1.0);
            } else {
                all[i].origin += 2.5;
                all[j].destination += 2.5;
            }
        }
    }
}

fn before(cues: &Cues, left: &str, opens: bool, w: &mut Weighed) {
    let hits = cues.before.hits(left);
    let tight = left.trim_end();
    w.supported |= (opens && tight.is_empty()) || tight.ends_with([':', '(', '"', '“']);
    let registered = hits.iter().any(|h| h.says == Says::Registered);
    let Some(last) = hits.iter().rev().find(|h| !matches!(h.says, Says::Neutral | Says::Registered)) else {
        if registered && ["是", "现在", "目前", "如今", "还", "一直"].iter().any(|w| tight.ends_with(w)) {
            (w.held, w.supported) = (true, true);
            w.origin += 6.0;
        }
        return;
    };
    let between = left[last.end..].trim();
    // 咋转:学校@: what stands before a colon leads to what follows it only where nothing else does.
    if between.split_once(':').is_some_and(|(_, more)| !more.trim().is_empty()) {
        return;
    }
    let gap = between.chars().count();
    w.supported |= gap <= 1;
    let near = if gap <= 4 {
        1.0
    } else if gap <= 8 {
        0.75
    } else {
        0.5
    };
    let negated = hits.iter().find(|h| h.says == Says::Negated);
    if negated.is_some_and(|n| left[n.end..].chars().count() <= 6) {
        w.negated = true;
    }
    match last.says {
        Says::Origin if registered => {
            w.held = true;
            w.origin += 8.0;
        }
        Says::Origin => w.origin += last.weight * near,
        Says::Destination => w.destination += last.weight * near,
        Says::Moved => {
            w.moved = true;
            w.destination += last.weight * near;
        }
        Says::Aside => {
            // 转到老家湖南, 关系在老家湖南: the word before says which end it is.
            let lead = hits.iter().find(|h| h.end == last.start);
            let everybody = left[last.start..].starts_with('都');
            match lead.map(|h| (h.says, h.weight)) {
                // 读书和团关系都在北京; but 父母都在北京, whatever came before.
                Some((Says::Registered, _)) if everybody => {
                    w.held = true;
                    w.origin += 8.0;
                }
                _ if everybody => w.aside = gap <= 4,
                Some((Says::Destination, weight)) => w.destination += weight,
                Some((Says::Origin, weight)) if registered || weight > 5.0 => w.origin += weight.max(6.0),
                _ => w.aside = gap <= 4,
            }
        }
        Says::Negated => w.negated |= gap <= 4,
        Says::Registered | Says::Reported | Says::Neutral => {}
    }
}

fn after(cues: &Cues, right: &str, followed: bool, w: &mut Weighed) {
    let tight = right.trim_start();
    w.supported |= (!followed && tight.is_empty()) || tight.starts_with(PAUSES);
    let mut share = 1.0;
    let parts: Vec<&str> = right.split(PAUSES).collect();
    let last = parts.len() - 1;
    for (i, part) in parts.iter().enumerate() {
        let mut part = *part;
        // The last part leads to the next name.
        if followed && i == last {
            let leads = cues.before.hits(part);
            let lead = leads.iter().find(|h| matches!(h.says, Says::Destination | Says::Moved));
            if i == 0
                && let Some(lead) = lead
            {
                let negated = leads.iter().any(|h| h.says == Says::Negated);
                let gap = part[..lead.start].chars().count();
                if !negated && gap <= 8 {
                    w.origin += 2.0;
                    w.supported |= gap <= 1;
                }
            }
            if let Some(lead) = leads.iter().find(|h| !matches!(h.says, Says::Neutral)) {
                // 转出 begins where 转 does; what begins later is the next one's.
                let cut = part[lead.end..].char_indices().nth(2).map_or(part.len(), |(c, _)| lead.end + c);
                part = if i == 0 { &part[..cut.min(part.len())] } else { &part[..lead.start] };
            }
            if i > 0 && part.trim().is_empty() {
                break;
            }
        }
        let hits = cues.after.hits(part);
        let (mut origin, mut destination) = (0.0f32, 0.0f32);
        for hit in &hits {
            let gap = part[..hit.start].trim().chars().count();
            let weight = hit.weight * if gap <= 5 { 1.0 } else { 0.6 };
            w.supported |= i == 0 && gap <= 1;
            match hit.says {
                // 回沈阳的中学 is where somebody goes.
                Says::Origin if w.destination >= 5.0 && of_a_place(&part[hit.start..hit.end]) => {}
                Says::Origin => {
                    w.held |= part[hit.start..hit.end].contains("关系");
                    origin = origin.max(weight);
                }
                // 厦大毕业入职厦航: what follows the end of one thing is the beginning of another.
                Says::Destination if origin > 0.0 && !part[hit.end..].is_empty() => {}
                Says::Destination => destination = destination.max(weight),
                Says::Reported if i == 0 => w.reported = true,
                Says::Negated => w.negated |= i == 0 && gap <= 1,
                // 回四川老家 is where somebody goes, 关系在四川老家 where the membership is.
                Says::Aside => {
                    let home = ["老家", "支教"].contains(&&part[hit.start..hit.end]);
                    let told = home && (w.destination >= 4.0 || w.origin >= 6.0);
                    w.aside |= i == 0 && gap == 0 && !told;
                }
                _ => {}
            }
        }
        w.origin += origin * share;
        w.destination += destination * share;
        share = if i == 0 { 0.5 } else { 0.3 };
    }
}

/// 的中学, 的学校; not 的大学毕业.
fn of_a_place(word: &str) -> bool {
    word.starts_with('的') && !word.contains("毕业")
}

/// 北京和广东: the second is what the first is; 不是北京,是福州: the correction takes the end of what it corrects.
fn inherit(all: &mut [Weighed]) {
    for i in 1..all.len() {
        let previous = all[i - 1];
        let w = &mut all[i];
        let bare = w.origin == 0.0 && w.destination == 0.0;
        if w.listed && bare {
            (w.origin, w.destination) = (previous.origin, previous.destination);
            (w.negated, w.aside) = (previous.negated, previous.aside);
        } else if previous.negated && bare && !w.negated && previous.destination > previous.origin {
            w.destination += 3.0;
        }
    }
}

/// Chooses the two ends; each mention's role, or none.
pub(super) fn choose(mentions: &[Mention], weighed: &[Weighed]) -> Vec<Option<EndRole>> {
    let mut roles = vec![None; mentions.len()];
    let open: Vec<usize> = (0..mentions.len()).filter(|&i| weighed[i].is_open()).collect();
    let under =
        |i: usize| matches!(&mentions[i].reading, Reading::One(e) | Reading::Default(e, _) if e.committee.is_some());
    let net = |i: usize| {
        let w = &weighed[i];
        let unit = if under(i) && w.destination > 0.0 { 1.5 } else { 0.0 };
        w.destination + unit - w.origin
    };
    let pick = |of: &[usize], sign: f32, late: bool| {
        let mut best: Option<usize> = None;
        for &i in of {
            let better = |b: usize| if late { sign * net(i) >= sign * net(b) } else { sign * net(i) > sign * net(b) };
            if best.is_none_or(better) {
                best = Some(i);
            }
        }
        best
    };
    // The same place said twice is one, unless it is said to be both ends.
    let mut once: Vec<usize> = Vec::with_capacity(open.len());
    for &i in &open {
        let twin = once.iter().position(|&j| mentions[i].reading == mentions[j].reading && net(i) * net(j) > -4.0);
        match twin {
            Some(at) if net(i).abs() > net(once[at]).abs() => once[at] = i,
            Some(_) => {}
            None => once.push(i),
        }
    }
    let open = once;
    match open[..] {
        [] => {}
        [one] => {
            let n = net(one);
            roles[one] = if n > 0.0 {
                Some(EndRole::Destination)
            } else if n < 0.0 {
                Some(EndRole::Origin)
            } else {
                None
            };
        }
        _ => {
            let to = pick(&open, 1.0, true);
            // Where somebody once reported is not where the membership is, if anything else can be.
            let rest: Vec<usize> = open.iter().copied().filter(|&i| Some(i) != to).collect();
            let fresh: Vec<usize> = rest.iter().copied().filter(|&i| !weighed[i].reported).collect();
            let from = pick(if fresh.is_empty() { &rest } else { &fresh }, -1.0, false);
            if let (Some(to), Some(from)) = (to, from) {
                let told = net(to) > 0.0 || net(from) < 0.0;
                // With one end told the other name takes the other, unless it speaks for the same.
                if told && net(to) >= -2.0 {
                    roles[to] = Some(EndRole::Destination);
                }
                if told && net(from) <= 1.0 {
                    roles[from] = Some(EndRole::Origin);
                }
            }
            // A school and an employer, and no word that says which way: people leave school to work.
            let by = |school: bool| {
                open.iter().copied().find(|&i| mentions[i].school == school && (school || weighed[i].employs))
            };
            if roles.iter().all(Option::is_none)
                && let ([_, _], Some(from), Some(to)) = (&open[..], by(true), by(false))
            {
                (roles[from], roles[to]) = (Some(EndRole::Origin), Some(EndRole::Destination));
            }
        }
    }
    roles
}

fn last_part(left: &str) -> &str {
    let left = left.trim_end();
    let part = left.rsplit(PAUSES).next().unwrap_or(left);
    part.rsplit_once(' ').map_or(part, |(head, tail)| if head.is_ascii() { part } else { tail })
}

fn first_part(right: &str) -> &str {
    let right = right.trim_start();
    let part = right.split(PAUSES).next().unwrap_or(right);
    part.split_once(' ').map_or(part, |(head, _)| if head.is_ascii() { part } else { head })
}
