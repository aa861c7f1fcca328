//! Employers named after a place: 深圳海关, 广东移动, 福州客运段.
//!
//! A pattern row gives examples. What stays of an example when its place is taken away (海关, 移动, 客运段) makes the same
//! employer of any place it follows; the place is its seat.

use std::collections::HashMap;

use super::{How, Kind, Meaning, Sense};
use crate::knowledge::places::UnitKind;

/// What is left of some examples but says nothing about whose the employer is.
const TELLS_NOTHING: &[&str] = &[
    "医院",
    "公司",
    "集团",
    "学院",
    "大学",
    "企业",
    "分行",
    "省分行",
    "市分行",
    "分公司",
    "省分公司",
    "技术学院",
    "广州分院",
];

/// Gives every example its seat and returns the tails, longest first.
pub(super) fn seats_and_tails(
    names: &mut HashMap<String, Vec<Meaning>>,
    senses: &[Sense],
    first_unit: usize,
) -> Vec<(String, usize)> {
    let place = |meanings: &Vec<Meaning>| {
        let clear = meanings.iter().find(|m| senses[m.sense].is_place() && m.how != How::Letter)?;
        let one = meanings.iter().all(|m| senses[m.sense].belongs == senses[clear.sense].belongs);
        one.then_some(clear.sense)
    };
    let (mut seats, mut tails) = (Vec::new(), Vec::new());
    for (name, meanings) in names.iter() {
        for (i, meaning) in meanings.iter().enumerate() {
            let Kind::Unit { kind, .. } = &senses[meaning.sense].kind else { continue };
            debug_assert!(meaning.sense >= first_unit);
            let letters: Vec<usize> = name.char_indices().map(|(at, _)| at).chain([name.len()]).collect();
            // The last place in the name is where the branch stands: 北京银行深圳分行.
            let mut found = None;
            'from: for from in (0..letters.len() - 1).rev() {
                for to in (from + 2..letters.len().min(from + 7)).rev() {
                    if let Some(at) = names.get(&name[letters[from]..letters[to]]).and_then(place) {
                        found = Some((from, to, at));
                        break 'from;
                    }
                }
            }
            let Some((from, to, at)) = found else { continue };
            // The longest name from there may begin earlier: 内蒙古, 张家口.
            seats.push((name.clone(), i, at));
            let tail = name[letters[to]..].trim_start_matches(['省', '市']);
            if *kind == UnitKind::Pattern && from == 0 && tail.chars().count() > 1 && !TELLS_NOTHING.contains(&tail) {
                tails.push((tail.to_owned(), meaning.sense));
            }
        }
    }
    for (name, i, at) in seats {
        if let Some(meanings) = names.get_mut(&name) {
            meanings[i].seat = Some(at);
        }
    }
    tails.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    tails.dedup_by(|a, b| a.0 == b.0);
    tails
}
