//! What a text says: a pure function of the text, the engine and the day, run before there is a transaction.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;

use super::engine::Engine;
use crate::knowledge::terms::{CaseId, Effect, Event, Role, System};
use crate::language::clauses::{Part, parts};
use crate::language::clean::{Clean, clean};
use crate::language::dates::{Day, days};
use crate::language::ends::{Ends, Mention, Unsettled, ends};
use crate::language::events::{Saying, What};
use crate::language::intents::Wanted;
use crate::language::latin;
use crate::language::segment::Weight;
use crate::membership::codes::Code;
use crate::search::{Context, Features, Hit};
use crate::transfer::{TransferId, code_like, id};

/// A text as a question to the index.
pub struct Question {
    /// The message, private numbers hidden.
    pub clean: Clean,
    /// Its text with pinyin read as Chinese.
    pub text: String,
    /// Places and the ends they belong to.
    pub ends: Ends,
    /// What it is about besides its words.
    pub context: Context,
}

/// What was understood. A turn may weigh the candidates anew and take what happened otherwise; the rest is what it is,
/// and is shared.
#[derive(Clone)]
pub struct Understanding {
    /// Candidate answers, best first.
    pub hits: Vec<Hit>,
    /// What happened to a transfer.
    pub sayings: Vec<Saying>,
    sense: Arc<Sense>,
}

impl Deref for Understanding {
    type Target = Sense;

    fn deref(&self) -> &Sense {
        &self.sense
    }
}

/// What a text says by itself.
pub struct Sense {
    /// The text, private numbers hidden.
    pub clean: Clean,
    /// The text with pinyin read as Chinese.
    pub text: String,
    /// Places and the ends they belong to.
    pub ends: Ends,
    /// A special situation.
    pub case: Option<CaseId>,
    /// For whom the plan is to be read, if said.
    pub role: Option<Role>,
    /// Days named.
    pub days: Vec<Day>,
    /// Whose news it is, where it is somebody else's.
    pub other: Option<String>,
    /// A verification code or a pass.
    pub code: Option<Code>,
    /// IDs of ours.
    pub ids: Vec<TransferId>,
    /// It holds a number that somebody else gave out.
    pub foreign_id: bool,
    /// What it wants.
    pub wants: Wanted,
    /// The statement to answer with, where it is about something else than a transfer.
    pub outside: Option<String>,
    /// The words that say what is asked, besides places and the words of every transfer.
    pub specific: Vec<String>,
    /// Its questions, one by one.
    pub parts: Vec<Part>,
    /// The systems that it names, by their places or accounts.
    pub systems: Vec<System>,
    /// Those of its words that may be kept, once somebody asked for them.
    pub(super) harmless: OnceLock<String>,
}

impl Engine {
    /// Reads a text as a question to the index.
    pub fn question(&self, raw: &str) -> Question {
        let clean = clean(&self.language.variants, raw);
        let mut text = self.language.pinyin.to_chinese(&clean.text).unwrap_or_else(|| clean.text.clone());
        let mut ends = self.ends(&text);
        if let Some(mended) = mended(&text, &ends) {
            ends = self.ends(&mended);
            text = mended;
        }
        let partner_serves = self.language.intents.wants("partner_serves", &text);
        let case = self.case(&text, &ends).filter(|case| !(partner_serves && *case == CaseId::Enlistment));
        if partner_serves {
            // 对象在喀什当兵,我去那边的医院: no end of who moves there.
            let serves = |m: &Mention| m.unsettled == Some(Unsettled::Army);
            ends.origin = ends.origin.filter(|m| !serves(m));
            ends.destination = ends.destination.filter(|m| !serves(m));
            ends.unplaced.retain(|m| !serves(m));
        }
        if case.is_some_and(|case| !matches!(case, CaseId::Employment | CaseId::FurtherStudy)) {
            // The forces and foreign countries are no ends; the case says what happens there.
            let beyond = |m: &Mention| matches!(m.unsettled, Some(Unsettled::Army | Unsettled::OutsideMainland));
            ends.origin = ends.origin.filter(|m| !beyond(m));
            ends.destination = ends.destination.filter(|m| !beyond(m));
            ends.unplaced.retain(|m| !beyond(m));
        }
        receive(&mut ends, &text, self.language.intents.wants("destination_branch", &text));
        // Who is to bring it back home goes there: 家在张家口,街道叫我转回来.
        let back = HOME.iter().any(|word| text.contains(word));
        if let (true, Some(_), None, [_]) = (back, &ends.origin, &ends.destination, &ends.aside[..]) {
            ends.destination = ends.aside.pop();
        }
        let context = Context { systems: systems(&ends, &text), case };
        Question { clean, text, ends, context }
    }

    fn ends(&self, text: &str) -> Ends {
        ends(&self.language.lexicon, &self.language.cues, &self.segmenter.spans(text), text)
    }

    /// The case that a text names, or that follows from where it says somebody goes.
    fn case(&self, text: &str, ends: &Ends) -> Option<CaseId> {
        let outside = |m: &Mention| m.unsettled == Some(Unsettled::OutsideMainland);
        let abroad = ends.destination.iter().chain(&ends.unplaced).any(outside);
        // 博士生下个月去英国.
        let studies = STUDIES.iter().any(|word| text.contains(word)) && !text.contains("工作");
        let works = WORKS.iter().any(|word| text.contains(word));
        let case = match self.cases.named(text) {
            Some(CaseId::FurtherStudy) if abroad => return Some(CaseId::OverseasStudy),
            None if abroad && studies => return Some(CaseId::OverseasStudy),
            // 公司派我去新加坡工作, 毕业后去日本打工.
            None | Some(CaseId::Employment) if abroad && works => {
                return Some(if text.contains('派') { CaseId::OverseasOfficial } else { CaseId::OverseasPrivate });
            }
            case => case?,
        };
        // Who goes on to another place does not stay where they are.
        let goes_on = ends.destination.as_ref().is_some_and(|m| m.system().is_some());
        let stays = self.known.case(case).is_some_and(|case| case.effect == Effect::Stays);
        (!(stays && goes_on)).then_some(case)
    }

    /// Understands a text on a day.
    pub fn understand(&self, raw: &str, today: NaiveDate) -> Arc<Understanding> {
        self.memo.recall(raw, today, || self.understand_anew(raw, today))
    }

    fn understand_anew(&self, raw: &str, today: NaiveDate) -> Understanding {
        let Question { clean, text, mut ends, context } = self.question(raw);
        let sayings = self.language.events.said(&text, today);
        handed_in(&mut ends, &text, &sayings);
        let features = Features::of(&self.segmenter, &text);
        // A search that fails finds nothing: the member is asked instead, and the index is in memory.
        let hits = self.search.find(&features, &context).unwrap_or_default();
        let rest = without_places(&text, &ends);
        let tokens = self.segmenter.tokens(&rest).into_iter();
        let specific = tokens.filter(|t| t.weight == Weight::Informative).map(|t| t.word).collect();
        let wants = self.language.intents.wanted(&text, &rest);
        let parts = parts(&text, |clause| self.language.intents.asks(clause));
        let role = if wants.has("origin_branch") {
            Some(Role::OriginBranch)
        } else if wants.has("destination_branch") {
            Some(Role::DestinationBranch)
        } else {
            None
        };
        let sense = Sense {
            case: context.case,
            role,
            days: days(&text, today).into_iter().filter(|d| !d.negated).map(|d| d.day).collect(),
            other: self.language.events.other(&text, today),
            code: Code::within(&clean.text),
            ids: id::find(&text),
            foreign_id: code_like(&text).is_some(),
            outside: self.language.intents.outside(&rest).map(str::to_owned),
            wants,
            ends,
            specific,
            parts,
            systems: context.systems,
            harmless: OnceLock::new(),
            clean,
            text,
        };
        Understanding { hits, sayings, sense: Arc::new(sense) }
    }
}

impl Sense {
    /// Does it hold what nobody but its sender may know?
    pub fn private(&self) -> bool {
        self.clean.phone.is_some() || self.clean.id_card.is_some() || self.code.is_some()
    }

    /// The text without its places.
    pub fn without_places(&self) -> String {
        without_places(&self.text, &self.ends)
    }

    /// The one place or system that it names, where it names just one.
    pub fn only_mention(&self) -> Option<&Mention> {
        let ends = &self.ends;
        let mut all = ends.named().chain(&ends.topics);
        let (only, None) = (all.next()?, all.next()) else { return None };
        Some(only)
    }

    /// Does it name a system, by a place or an account?
    pub fn names_a_system(&self) -> bool {
        !self.systems.is_empty()
    }

    /// All places it names as an end or possibly one.
    pub fn names_a_place(&self) -> bool {
        self.ends.named().next().is_some()
    }
}

/// 我是北京某国企的团支书,他怎么转到我们支部: who receives speaks of where they are as the destination.
fn receive(ends: &mut Ends, text: &str, receives: bool) {
    let of_us = |mention: &Mention| {
        let lead = text[..mention.span.start].rsplit([',', '。', ';', '!', '?']).next().unwrap_or_default();
        OURS.iter().any(|word| lead.ends_with(word))
            || US.iter().any(|us| lead.starts_with(us)) && lead.ends_with(['在', '是'])
    };
    if receives && ends.origin.as_ref().is_some_and(of_us) {
        std::mem::swap(&mut ends.origin, &mut ends.destination);
    }
}

/// 我今天在广东系统发起转去北京的转接了: where a transfer was handed in is where the membership is.
fn handed_in(ends: &mut Ends, text: &str, sayings: &[Saying]) {
    let submitted = sayings.iter().find_map(|saying| match saying {
        Saying::Happened { what: What::Event(Event::Submitted), manner, .. } => Some(manner.start..manner.end),
        _ => None,
    });
    let (Some(span), None, Some(to)) = (submitted, &ends.origin, &ends.destination) else { return };
    let other = |m: &&Mention| m.system().is_some() && m.system() != to.system();
    let there = |m: &&Mention| {
        span.start <= m.span.start && m.span.end <= span.end && text[..m.span.start].ends_with(['在', '从'])
    };
    let mut all = ends.topics.iter().chain(&ends.aside).chain(&ends.unplaced);
    ends.origin = all.find(|m| other(m) && there(m)).cloned();
}

/// Before the place of who speaks.
const OURS: [&str; 6] = ["我是", "我系", "我在", "作为", "我们", "咱们"];
/// 我们车间在佛山.
const US: [&str; 4] = ["我们", "咱们", "我司", "本"];

/// 广州专北京: a single letter between two places that sounds like 转, 到 or 去 is it.
fn mended(text: &str, ends: &Ends) -> Option<String> {
    let mentions = ends.named().chain(&ends.aside);
    let mut spans: Vec<_> = mentions.map(|m| m.span.clone()).collect();
    spans.sort_by_key(|span| span.start);
    spans.windows(2).find_map(|pair| {
        let gap = text.get(pair[0].end..pair[1].start)?;
        let (Some(_), None) = (gap.chars().next(), gap.chars().nth(1)) else { return None };
        let sound = latin::syllables(gap).pop()?;
        let meant =
            ["转", "到", "去"].into_iter().find(|word| latin::syllables(word).pop().as_ref() == Some(&sound))?;
        (gap != meant).then(|| format!("{}{meant}{}", &text[..pair[0].end], &text[pair[1].start..]))
    })
}

/// Of who goes abroad: to study.
const STUDIES: [&str; 6] = ["读书", "读研", "读博", "博士生", "研究生", "念书"];

/// To work.
const WORKS: [&str; 6] = ["工作", "上班", "打工", "务工", "常驻", "派"];

/// What is said of a membership that comes home.
const HOME: [&str; 5] = ["转回来", "转回去", "转回家", "转回老家", "迁回来"];

/// The systems that a question is about: those of its places.
fn systems(ends: &Ends, text: &str) -> Vec<System> {
    let mentions = ends.named().chain(&ends.topics);
    let mut all: Vec<System> = mentions.filter_map(|m| m.system()).collect();
    // An account that has no place in its name.
    if text.contains("数字共青团") {
        all.push(System::Fujian);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn without_places(text: &str, ends: &Ends) -> String {
    let mut rest = text.to_owned();
    let mentions = ends.named().chain(&ends.aside);
    let mut spans: Vec<_> = mentions.chain(&ends.negated).map(|m| m.span.clone()).collect();
    spans.sort_by_key(|s| std::cmp::Reverse(s.start));
    for span in spans {
        if rest.get(span.clone()).is_some() {
            rest.replace_range(span, " ");
        }
    }
    rest
}
