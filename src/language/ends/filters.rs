//! Names that are no places: roads, dishes, persons, brands, letters inside words.
//!
//! Each rule looks only at the few characters beside the name. What depends on other names of the sentence is decided
//! in [`super::pieces`].

use std::ops::Range;

use super::cues::{Cues, begins};
use crate::language::lexicon::{Found, How, Kind, Lexicon};

/// Longer names are not made of parts of words by chance, in letters.
const SHORT: usize = 3;

/// Does the name found stand for something that is no end of a transfer?
pub(super) fn is_something_else(lexicon: &Lexicon, cues: &Cues, text: &str, found: &Found) -> bool {
    let kinds = || found.meanings.iter().map(|m| &lexicon.senses[m.sense].kind);
    if kinds().any(|k| *k == Kind::Blocked) {
        return true;
    }
    let name = &text[found.start..found.end];
    let (before, after) = (&text[..found.start], &text[found.end..]);
    let places = found.meanings.iter().any(|m| lexicon.senses[m.sense].is_place());
    if !places {
        return cut_from_a_word(found, name, after)
            || firm(kinds().any(|k| matches!(k, Kind::School { .. })), cues, after);
    }
    if found.meanings.iter().all(|m| m.how == How::Sound) {
        return !sounds_like_a_city(cues, before, name, after);
    }
    let letter = found.meanings.iter().all(|m| m.how == How::Letter);
    let risky = kinds().any(|k| matches!(k, Kind::City { risk: true, .. })) && !ends_as_a_place(name);
    road(cues, after)
        || begins(after, &cues.things).is_some_and(|w| !after[w.len()..].starts_with(['区', '镇', '乡', '村']))
        || (risky && begins(after, &cues.eponyms).is_some())
        || (letter && !set_phrase(cues, before, after))
        || person(cues, before, name, after)
}

/// 北工大 in 西北工大, 上海 in 考上海关: a short name that takes a part of a word beside it.
pub(super) fn is_cut_from_words(lexicon: &Lexicon, words: &[Range<usize>], text: &str, found: &Found) -> bool {
    // A mistyped city makes words by chance: 福周转到.
    let mistyped = found.meanings.iter().any(|m| match m.how {
        How::Sound => true,
        How::Weak => matches!(lexicon.senses[m.sense].kind, Kind::City { .. }),
        _ => false,
    });
    if mistyped || text[found.end..].starts_with('市') {
        return false;
    }
    let name = found.start..found.end;
    let parts = |word: &Range<usize>| {
        let inside = word.start < name.end && name.start < word.end;
        let whole =
            word.start <= name.start && name.end <= word.end || name.start <= word.start && word.end <= name.end;
        inside && !whole
    };
    let text = &text[name.clone()];
    text.chars().count() <= SHORT && !ends_as_a_place(text) && words.iter().any(parts)
}

/// 市, 区, 县 … at the end of a name of three or more letters.
pub(super) fn ends_as_a_place(name: &str) -> bool {
    name.ends_with(['市', '区', '县', '镇', '省', '州', '盟']) && name.chars().count() > 2 || name.ends_with("街道")
}

/// 转到全洲上班, 权州市: between the words that stand around a city's name.
fn sounds_like_a_city(cues: &Cues, before: &str, name: &str, after: &str) -> bool {
    let led = cues.sound_before.iter().any(|w| before.ends_with(w.as_str()));
    let followed =
        after.chars().next().is_none_or(|c| !c.is_alphanumeric()) || begins(after, &cues.sound_after).is_some();
    let ordinary = cues.alike.iter().any(|w| w == name);
    let opens = !before.ends_with(|c: char| c.is_alphanumeric());
    (led || opens) && (after.starts_with('市') || (followed && !ordinary))
}

/// 北京路, 福建中路, 南京东路; but not 东城街道.
fn road(cues: &Cues, after: &str) -> bool {
    let rest = after.trim_start_matches(['东', '西', '南', '北', '中', '一', '二', '三', '环']);
    if after.starts_with("街道") || after.starts_with("路过") {
        return false;
    }
    // 广东道 in Hong Kong; 道 also begins ordinary verbs.
    let lane = after.strip_prefix('道').is_some_and(|r| !r.starts_with(['谢', '歉', '别', '理', '路']));
    lane || begins(rest, &cues.roads).is_some_and(|w| !(w == "街" && rest.starts_with("街道")))
}

/// A letter for a province counts only in phrases such as 在京工作 and 转粤.
fn set_phrase(cues: &Cues, before: &str, after: &str) -> bool {
    let (b, a) = (before.chars().next_back(), after.chars().next());
    let fits = |c: Option<char>, set: &str| c.is_none_or(|c| set.contains(c) || !c.is_alphanumeric());
    fits(b, &cues.letter_before) && fits(a, &cues.letter_after) && (b.is_some() || a.is_some())
}

/// 李福建同学, 我叫陈汕头, 周口同学, 朝阳同志.
fn person(cues: &Cues, before: &str, name: &str, after: &str) -> bool {
    let surname = |c: char| cues.surnames.contains(c);
    let last = before.chars().next_back();
    let titled = begins(after, &cues.titles).is_some();
    if let Some(last) = last.filter(|c| surname(*c)) {
        let rest = &before[..before.len() - last.len_utf8()];
        let opens = rest.chars().next_back().is_none_or(|c| !c.is_alphanumeric())
            || cues.named.iter().any(|n| rest.ends_with(n.as_str()))
            || rest.ends_with(['给', '帮', '替', '是', '由', '把', '让']);
        // A name ends, is titled, or does something; it is not followed by what a place has.
        let ends = after.chars().next().is_none_or(|c| !c.is_alphanumeric())
            || titled
            || ["的", "转", "要", "想", "是", "在", "申请", "从"].iter().any(|w| after.starts_with(w));
        return titled || (opens && ends && name.chars().count() == 2);
    }
    let named = ["我叫", "名叫", "姓名", "名字是"].iter().any(|n| before.ends_with(n));
    // 广东同学 comes from Guangdong; 周口同学 may be called so.
    let own = name.chars().next().is_some_and(surname) && name.chars().count() <= 3;
    let one_more = after.chars().nth(1).is_some_and(|_| {
        let rest = &after[after.chars().next().map_or(0, char::len_utf8)..];
        let does = after.starts_with(['当', '做', '任', '教', '是', '找', '见', '问', '请']);
        own && !does
            && name.chars().count() == 2
            && begins(rest, &cues.titles).is_some()
            && !after.starts_with(['的', '籍'])
    });
    named || after.starts_with("同志") || (own && titled) || one_more
}

/// 上大 in 上大学, 人大 in 人大代表, 中山医 in 中山医院.
fn cut_from_a_word(found: &Found, name: &str, after: &str) -> bool {
    name.ends_with('医') && after.starts_with('院')
        || found.meanings.iter().any(|m| m.how == How::Weak)
            && name.ends_with('大')
            && (after.starts_with(['学', '专', '会', '四', '三', '一', '二', '家']) || after.starts_with("代表"))
}

/// 西安北航科技公司 is no school.
fn firm(school: bool, cues: &Cues, after: &str) -> bool {
    school && begins(after, &cues.firms).is_some()
}
