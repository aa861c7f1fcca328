//! News of somebody else's transfer: whose is meant is asked before anything is recorded.

use std::sync::Arc;

use super::state::Action;
use super::turn::{Answer, Turn};
use crate::language::dates::Day;
use crate::language::events::{Manner, Saying, What};
use crate::reply::{Kind, Reply};

impl Turn<'_> {
    /// Asks whose transfer is meant, unless this member speaks of their record by that word.
    pub(super) fn of_somebody(&mut self) -> Option<Answer> {
        let who = self.said.other.clone().filter(|who| !self.state.speaks_for.contains(who))?;
        let happened = self.said.sayings.iter().filter_map(|saying| match saying {
            Saying::Happened { what, day, .. } => Some((what.code().to_owned(), day.and_then(Day::date))),
            _ => None,
        });
        let happened: Vec<_> = happened.collect();
        if happened.is_empty() {
            return None;
        }
        let mine = ["我的", "自己的", "我自己", "是我", "是我的", "我"];
        let theirs = ["别人的", "不是我的", "不是", "不用记", "不用", "他的", "她的", &who];
        self.offer_by_words("我自己的", &mine, Action::Mine { who: who.clone(), happened });
        self.offer_by_words("别人的，不用记", &theirs, Action::Leave);
        Some(Answer::of(Kind::Progress, Reply::text(format!("说的是谁的转接？是{who}自己的，就不记在你的记录上。"))))
    }

    /// Records what was told, as it is of the member's own record.
    pub(super) fn mine(&mut self, who: String, happened: Vec<(String, Option<chrono::NaiveDate>)>) -> Answer {
        self.state.speaks_for.push(who);
        let sayings = happened.into_iter().filter_map(|(code, on)| {
            let (what, day) = (What::parse(&code)?, on.map(Day::On));
            Some(Saying::Happened { what, day, manner: Manner::default() })
        });
        let sayings = sayings.collect();
        Arc::make_mut(&mut self.said).sayings = sayings;
        self.told().unwrap_or_else(|| self.no_record())
    }
}
