//! Which words of a member's text may be kept for operators.
//!
//! The words of the knowledge and of its word lists may: they stand in files that everybody can read. An operator who
//! saw these alone would never see the words that the knowledge lacks, so words of the general dictionary may be kept
//! too, where they are frequent, name nobody and nothing by their part of speech, and do not stand where names stand:
//! names are made of plain words (蓝天科技公司, 王平安). Places become the system that they belong to. Everything else is `…`.
//!
//! All that is no proof that a word is harmless in its place, so one that the knowledge does not have is shown only
//! once it was seen on three different days ([`CROWD`]). Days, because nothing says whose a row is: three rows may be
//! one member's who asks three times in a minute, and three days imply three rows.

use std::ops::Range;

use crate::knowledge::terms::System;
use crate::language::ends::{Ends, Mention};
use crate::language::segment::{Segmenter, Token, Weight};
use crate::search::Search;

/// Stands for what is not kept.
pub(super) const GAP: &str = "…";
/// On so many days a word has to be seen that the knowledge does not have, before it is shown.
pub(super) const CROWD: usize = 3;
/// The longest text that is kept, in characters.
const LENGTH: usize = 80;
/// What a name follows, within so many words.
const CALLED: [&str; 9] = ["叫", "叫做", "名叫", "姓", "姓名", "名字", "名", "昵称", "网名"];
const AFTER_CALLED: usize = 2;
/// What a name stands before, within so many words.
const BEARERS: [&str; 44] = [
    "公司",
    "集团",
    "企业",
    "大学",
    "学院",
    "学校",
    "中学",
    "小学",
    "高中",
    "幼儿园",
    "医院",
    "银行",
    "酒店",
    "宾馆",
    "餐厅",
    "超市",
    "街道",
    "社区",
    "小区",
    "大厦",
    "公寓",
    "村",
    "镇",
    "乡",
    "厂",
    "店",
    "局",
    "中心",
    "研究所",
    "派出所",
    "事务所",
    "支部",
    "团委",
    "党委",
    "班",
    "老师",
    "同学",
    "先生",
    "女士",
    "书记",
    "支书",
    "主任",
    "经理",
    "阿姨",
];
const BEFORE_BEARER: usize = 3;
/// What bears a name that is made of words like those of the knowledge: 软件学院.
const INSTITUTES: [&str; 7] = ["大学", "学院", "中学", "小学", "有限公司", "集团", "医院"];
/// Surnames that are also words which say nothing.
const SURNAMES: [&str; 8] = ["于", "时", "和", "那", "从", "过", "来", "都"];

/// The words that are known, to those who look after them.
#[derive(Clone, Copy)]
pub struct Vocabulary<'e> {
    segmenter: &'e Segmenter,
    search: &'e Search,
}

/// What becomes of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The knowledge has it.
    Ours,
    /// Everybody uses it.
    Ordinary,
    Dropped,
}

impl<'e> Vocabulary<'e> {
    /// The words of the segmenter's lists and of what can be found.
    pub fn new(segmenter: &'e Segmenter, search: &'e Search) -> Self {
        Self { segmenter, search }
    }

    /// The words of a text that may be kept, one form for all synonyms, `…` for the rest; empty where none may.
    /// `ends` are the places in it.
    pub fn harmless(&self, text: &str, ends: &Ends) -> String {
        let text = with_systems(text, ends);
        let mut words: Vec<String> = Vec::new();
        let (mut length, mut since_called) = (0, usize::MAX);
        for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
            let tokens = self.segmenter.tokens(run);
            let fates: Vec<Fate> = tokens.iter().map(|token| self.fate(token)).collect();
            for (at, token) in tokens.iter().enumerate() {
                since_called =
                    if CALLED.contains(&token.written.as_str()) { 0 } else { since_called.saturating_add(1) };
                let stays = match fates[at] {
                    Fate::Ours => token.weight < Weight::Informative || !ends_in(tokens.get(at + 1), &INSTITUTES),
                    Fate::Ordinary => since_called > AFTER_CALLED && !among_names(&tokens, &fates, at),
                    Fate::Dropped => false,
                };
                let word = if stays { token.word.as_str() } else { GAP };
                length += word.chars().count() + 1;
                if length <= LENGTH && (word != GAP || words.last().is_none_or(|last| last != GAP)) {
                    words.push(word.to_owned());
                }
            }
        }
        if words.iter().all(|word| word == GAP) { String::new() } else { words.join(" ") }
    }

    /// Does the knowledge have a word that was kept?
    pub(super) fn is_ours(&self, word: &str) -> bool {
        self.fate(&self.segmenter.token(word)) == Fate::Ours
    }

    /// What a word that was kept weighs when questions are compared, in thousandths; 0 for one that says nothing. By the
    /// knowledge and not by what was asked, so that groups stay what they are when more comes in.
    pub(super) fn weight(&self, word: &str) -> u64 {
        if word == GAP { 0 } else { (self.search.rarity(&self.segmenter.token(word)) * 1000.0).round() as u64 }
    }

    fn fate(&self, token: &Token) -> Fate {
        let number = |c: char| c.is_numeric() || "零〇一二三四五六七八九".contains(c);
        let counts = token.word.chars().any(char::is_numeric) || token.word.chars().all(number);
        // A single character that asks something may be a surname.
        let long = token.word.chars().nth(1).is_some();
        match token.weight {
            _ if counts => Fate::Dropped,
            Weight::Stop | Weight::Common => Fate::Ours,
            Weight::Informative if long && self.search.knows(token) => Fate::Ours,
            Weight::Informative if long && self.segmenter.is_ordinary(&token.written) => Fate::Ordinary,
            Weight::Informative => Fate::Dropped,
        }
    }
}

/// Does a plain word stand where names stand: beside a piece of something that is no word, after a surname, before what
/// bears a name?
fn among_names(tokens: &[Token], fates: &[Fate], at: usize) -> bool {
    let dropped = |at: usize| fates.get(at) == Some(&Fate::Dropped);
    let before = at.checked_sub(1);
    before.is_some_and(|before| dropped(before) || SURNAMES.contains(&tokens[before].written.as_str()))
        || dropped(at + 1)
        || tokens[at + 1..].iter().take(BEFORE_BEARER).any(|token| ends_in(Some(token), &BEARERS))
}

fn ends_in(token: Option<&Token>, ends: &[&str]) -> bool {
    token.is_some_and(|token| ends.iter().any(|end| token.written.ends_with(end)))
}

/// The text with each place in it replaced by its system, or by nothing.
fn with_systems(text: &str, ends: &Ends) -> String {
    let mentions = ends.named().chain(&ends.aside);
    let mut places: Vec<(Range<usize>, &str)> =
        mentions.chain(&ends.negated).map(|mention| (mention.span.clone(), name(mention))).collect();
    places.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    // Of those that overlap nothing is left over.
    let mut apart: Vec<(Range<usize>, &str)> = Vec::new();
    for (span, name) in places {
        match apart.last_mut() {
            Some((last, _)) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push((span, name)),
        }
    }
    let mut rest = text.to_owned();
    for (span, name) in apart.into_iter().rev().filter(|(span, _)| text.get(span.clone()).is_some()) {
        rest.replace_range(span, &format!(" {name} "));
    }
    rest
}

fn name(mention: &Mention) -> &'static str {
    match mention.system() {
        Some(System::Guangdong) => "广东",
        Some(System::Fujian) => "福建",
        Some(System::Beijing) => "北京",
        Some(System::Central) => "外省",
        None => GAP,
    }
}
