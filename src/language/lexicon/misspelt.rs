//! Cities' names with a letter mistaken: 福洲, 深川; and words that only sound like a city: 权州.

use std::collections::HashMap;

use pinyin::ToPinyin;

use super::{Found, How, Kind, Lexicon, Meaning, Names, Sense, fold};
use crate::knowledge::places::{Belongs, Level, Places};
use crate::knowledge::terms::System;
use crate::language::ends::cues::Cues;

/// Adds the names with one letter mistaken, where that makes no other name; returns the cities by their sound.
pub(super) fn add(places: &Places, cues: &Cues, senses: &[Sense], names: &mut Names) -> HashMap<String, usize> {
    let mut sounds = HashMap::new();
    let mut wrong = Vec::new();
    let cities = senses.iter().filter(|s| matches!(s.kind, Kind::City { .. }));
    for (sense, row) in cities.zip(&places.cities) {
        debug_assert_eq!(sense.name, row.name);
        let own = matches!(row.system, Belongs::To(s) if s != System::Central);
        let prefecture = row.level == Level::Prefecture;
        if !prefecture && !own {
            continue;
        }
        let name = fold(&row.name);
        let short = name.trim_end_matches('市');
        for (right, others) in cues.misspelt.iter().filter_map(|g| Some((g.chars().next()?, g.chars().skip(1)))) {
            for other in others.filter(|_| short.contains(right)) {
                let spelt = name.replacen(right, &other.to_string(), 1);
                wrong.push((spelt.trim_end_matches('市').to_owned(), sense.index, How::Weak));
                if spelt != spelt.trim_end_matches('市') {
                    wrong.push((spelt, sense.index, How::Alias));
                }
            }
        }
        if own && prefecture && short.chars().count() == 2 {
            sounds.extend(sound(short).map(|s| (s, sense.index)));
        }
    }
    if let Some(capital) = senses.iter().find(|s| s.kind == Kind::Province && s.belongs == Belongs::To(System::Beijing))
    {
        sounds.extend(sound(&capital.name).map(|s| (s, capital.index)));
    }
    let known: Vec<bool> = wrong.iter().map(|(name, ..)| names.0.contains_key(name)).collect();
    for ((name, sense, how), _) in wrong.into_iter().zip(known).filter(|(_, known)| !known) {
        names.add(&name, sense, how);
    }
    sounds
}

/// How a name is commonly read, without what the south does not tell apart (s and sh, n and ng); 厦 in a city's name
/// is xia.
fn sound(name: &str) -> Option<String> {
    let plain: Option<String> = name
        .to_pinyin()
        .zip(name.chars())
        .map(|(p, c)| if c == '厦' { Some("xia") } else { p.map(pinyin::Pinyin::plain) })
        .collect();
    Some(plain?.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n"))
}

impl Lexicon {
    /// Two letters that sound like a city of the three own systems: one of its own, or 市 after them.
    pub(super) fn sounding(&self, text: &str, start: usize) -> Option<Found> {
        let mut letters = text[start..].char_indices().map(|(i, c)| start + i + c.len_utf8());
        let end = letters.nth(1)?;
        let name = &text[start..end];
        if name.is_ascii() {
            return None;
        }
        let sense = *self.sounds.get(&sound(name)?)?;
        let shares = name.chars().any(|c| self.senses[sense].name.contains(c));
        if !shares && !text[end..].starts_with('市') {
            return None;
        }
        Some(Found { start, end, meanings: vec![Meaning { sense, how: How::Sound, seat: None }] })
    }
}
