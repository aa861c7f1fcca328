//! From what a phrase names to the ends it can mean.
//!
//! One rule for all: readings that lie in one system are one; a default of the tables stays a default; everything else
//! is to be asked, the likely reading first.

use super::pieces::Body;
use super::{End, Reading, Unsettled};
use crate::knowledge::places::{Alternative, Belongs, Level};
use crate::knowledge::terms::{Committee, System};
use crate::language::lexicon::{Kind, Lexicon, Sense};

/// Reads one phrase; the reason says why there is nothing to offer.
pub(super) fn read(lexicon: &Lexicon, body: &Body, alone: bool, name: &str) -> (Reading, Option<Unsettled>) {
    let senses = &lexicon.senses;
    let sense = |i: &usize| &senses[*i];
    match body {
        Body::Outside => (Reading::Ask(Vec::new()), Some(Unsettled::OutsideMainland)),
        Body::Army => (Reading::Ask(Vec::new()), Some(Unsettled::Army)),
        Body::Association(of) => {
            let ends: Vec<End> = of.iter().filter_map(|i| place(sense(i), true)).collect();
            (Reading::Ask(ends), Some(Unsettled::Unclear))
        }
        Body::Places(of) => (places(senses, of, alone, name), None),
        Body::Branch(unit, seat) => (self::unit(sense(unit), seat.as_ref().map(sense), true), None),
        Body::Campus(school, at) => (campus(sense(school), sense(at)), None),
        Body::Named(of) => {
            let all: Vec<_> = of.iter().map(|(s, seat)| named(lexicon, sense(s), seat.as_ref().map(sense))).collect();
            match <[_; 1]>::try_from(all) {
                Ok([one]) => one,
                Err(all) => (one_of(all.into_iter().map(|r| r.0)), None),
            }
        }
    }
}

fn named(lexicon: &Lexicon, sense: &Sense, seat: Option<&Sense>) -> (Reading, Option<Unsettled>) {
    if let Kind::School { ambiguous, guess, army } = sense.kind {
        if army {
            return (Reading::Ask(Vec::new()), Some(Unsettled::Army));
        }
        let reading = standing(school(lexicon, sense, ambiguous, guess), seat);
        // 香港中文大学 has one campus on the mainland, which is not what the bare name says.
        let outside = matches!(&reading, Reading::Ask(ends) if ends.len() < 2);
        let why = if sense.province.is_empty() { Unsettled::OutsideMainland } else { Unsettled::Unclear };
        return (reading, outside.then_some(why));
    }
    let reading = unit(sense, seat, false);
    let empty = matches!(&reading, Reading::Ask(ends) if ends.is_empty());
    (reading, empty.then_some(Unsettled::Unclear))
}

/// The one of several schools of a name that stands in this place.
fn standing(reading: Reading, seat: Option<&Sense>) -> Reading {
    let (Reading::Ask(ends) | Reading::Default(_, ends), Some(seat)) = (&reading, seat) else { return reading };
    let city = seat.name.trim_end_matches(['市', '省']);
    let mut here = ends.iter().filter(|e| e.name.contains(city) || e.province.as_deref() == Some(city));
    match (here.next(), here.next()) {
        (Some(one), None) => return Reading::One(one.clone()),
        (None, _) => {}
        _ => return reading,
    }
    // 海淀的北理工: the only one in the province of the place.
    let mut near = ends.iter().filter(|e| e.province.as_deref() == Some(&seat.province));
    match (near.next(), near.next()) {
        (Some(one), None) => Reading::One(one.clone()),
        _ => reading,
    }
}

/// Several rows of one name.
fn one_of(readings: impl Iterator<Item = Reading>) -> Reading {
    let (mut ends, mut asks) = (Vec::new(), false);
    for reading in readings {
        asks |= matches!(&reading, Reading::Ask(_));
        match reading {
            Reading::One(end) => ends.push(end),
            Reading::Default(end, others) => {
                ends.push(end);
                ends.extend(others);
            }
            Reading::Ask(others) => ends.extend(others),
        }
    }
    // A school under a committee has a row of its own among the committee's.
    let under = ends.iter().filter(|e| e.committee.is_some()).count();
    if under == 1 && ends.len() > 1 && ends.iter().all(|e| e.system == System::Central) {
        ends.retain(|e| e.committee.is_some());
    }
    match settle(ends) {
        Reading::One(end) if asks => Reading::Ask(vec![end]),
        Reading::Default(end, others) if asks => Reading::Ask(std::iter::once(end).chain(others).collect()),
        settled => settled,
    }
}

/// One where all lie in one system and under one committee, a default where only the committee differs, else to ask.
fn settle(mut ends: Vec<End>) -> Reading {
    let mut seen = Vec::new();
    ends.retain(|e| {
        let new = !seen.contains(&(e.system, e.committee, e.name.clone()));
        seen.push((e.system, e.committee, e.name.clone()));
        new
    });
    let same = |of: &dyn Fn(&End) -> (System, Option<Committee>)| ends.windows(2).all(|w| of(&w[0]) == of(&w[1]));
    let (one, system) = (same(&|e| (e.system, e.committee)), same(&|e| (e.system, None)));
    if ends.is_empty() || !system {
        return Reading::Ask(ends);
    }
    let first = ends.remove(0);
    if one { Reading::One(first) } else { Reading::Default(first, ends) }
}

/// A place as an end; with its parent where the name alone could be another's.
fn place(sense: &Sense, with_parent: bool) -> Option<End> {
    let parent = if sense.parent.is_empty() { &sense.province } else { &sense.parent };
    let whole =
        matches!(sense.kind, Kind::Province | Kind::Region) || !with_parent || sense.name.starts_with(parent.as_str());
    let name = if whole { sense.name.clone() } else { format!("{parent}{}", sense.name) };
    end(sense.belongs.system()?, None, &sense.province, &name)
}

fn end(system: System, committee: Option<Committee>, province: &str, name: &str) -> Option<End> {
    let province = (!province.is_empty()).then(|| province.to_owned());
    Some(End { system, committee, province, name: name.to_owned() })
}

fn places(senses: &[Sense], of: &[usize], alone: bool, name: &str) -> Reading {
    let mut of: Vec<&Sense> = of.iter().map(|i| &senses[*i]).collect();
    // Those of the three own systems are the likelier: who asks here has to do with one of them.
    of.sort_by_key(|s| (s.kind != Kind::Province, s.belongs == Belongs::To(System::Central)));
    let many = of.len() > 1;
    let named = of.iter().any(|s| s.name.trim_end_matches('市') == name);
    // A town or a street shares its name with others that no table lists.
    let town = alone && matches!(of[..], [Sense { kind: Kind::City { level: Level::Area, cross: true, .. }, .. }]);
    let ends: Vec<End> = of.iter().filter_map(|s| place(s, many || town)).collect();
    if town {
        return Reading::Ask(ends);
    }
    // 中山 is the city of that name before it is a district of another; the capital's districts are as well known.
    let city = of.iter().position(|s| matches!(s.kind, Kind::City { level: Level::Prefecture, .. }));
    let known = |s: &&Sense| s.province == s.parent.trim_end_matches('市') || s.kind == Kind::Province;
    match settle_places(ends) {
        Reading::Ask(mut ends) if let Some(city) = city.filter(|_| named && !of.iter().any(known)) => {
            let first = ends.remove(city);
            Reading::Default(first, ends)
        }
        settled => settled,
    }
}

fn settle_places(ends: Vec<End>) -> Reading {
    let first = ends.first().cloned();
    match first {
        Some(first) if ends.iter().all(|e| e.system == first.system) => Reading::One(first),
        _ => Reading::Ask(ends),
    }
}

fn school(lexicon: &Lexicon, sense: &Sense, ambiguous: bool, guess: Option<System>) -> Reading {
    let known = |s: &Sense| {
        let guess = if let Kind::School { guess, .. } = s.kind { guess } else { None };
        end(s.belongs.system().or(guess)?, None, &s.province, &s.name)
    };
    let campuses: Vec<End> = lexicon.campuses(&sense.name).filter_map(known).collect();
    if let Some(own) = sense.belongs.system().and_then(|s| end(s, None, &sense.province, &sense.name)) {
        let others: Vec<End> = campuses.into_iter().filter(|e| e.system != own.system).collect();
        // The bare name of a school that has campuses elsewhere does not say which.
        return if ambiguous && !others.is_empty() {
            Reading::Ask(std::iter::once(own).chain(others).collect())
        } else {
            Reading::One(own)
        };
    }
    if !campuses.is_empty() {
        return Reading::Ask(campuses);
    }
    // A campus away from its school: the guess first, then where it stands and where the school is.
    let mut ends: Vec<End> = guess.and_then(|s| end(s, None, &sense.province, &sense.name)).into_iter().collect();
    let seat = lexicon.senses.iter().find(|s| s.kind == Kind::Province && s.name == sense.province);
    let main = lexicon.main_school(&sense.name).and_then(known);
    let local = seat.and_then(|s| end(s.belongs.system()?, None, &sense.province, &sense.name));
    for other in local.into_iter().chain(main) {
        if ends.iter().all(|e| e.system != other.system) {
            ends.push(other);
        }
    }
    Reading::Ask(ends)
}

/// A school's part in a place: the same where both lie in one system.
fn campus(school: &Sense, at: &Sense) -> Reading {
    let name = format!("{}（{}）", school.name, at.name);
    let away = at.belongs.system().and_then(|s| end(s, None, &at.province, &name));
    let Some(home) = school.belongs.system().and_then(|s| end(s, None, &school.province, &school.name)) else {
        return settle_places(away.into_iter().collect());
    };
    let ends: Vec<End> = std::iter::once(home).chain(away).collect();
    settle_places(ends)
}

/// An employer, or a part of it that stands somewhere.
fn unit(sense: &Sense, seat: Option<&Sense>, branch: bool) -> Reading {
    let Kind::Unit { ask, alternative, committee, .. } = sense.kind else { return Reading::Ask(Vec::new()) };
    let under = end(System::Central, Some(committee), "", &sense.name);
    let local = seat.and_then(|s| place(s, false));
    match sense.belongs {
        Belongs::Local => settle(local.into_iter().collect()),
        Belongs::To(_) if !branch => {
            let other = match alternative {
                Some(Alternative::Committee(other)) if ask => end(System::Central, Some(other), "", &sense.name),
                _ => None,
            };
            settle(under.into_iter().chain(other).collect())
        }
        Belongs::To(_) | Belongs::Ask => {
            let likely = match alternative {
                Some(Alternative::System(system)) => end(system, None, "", &sense.name),
                _ => None,
            };
            let mut ends: Vec<End> = likely.into_iter().chain(under).collect();
            if let Some(local) = local
                && (ends.len() < 2 || ends.iter().all(|e| e.system != local.system))
            {
                ends.push(local);
            }
            // Alone, the committee is not settled: the place is missing.
            if ends.len() < 2 { Reading::Ask(ends) } else { settle(ends) }
        }
    }
}
