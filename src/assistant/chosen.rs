//! Options: how they are offered, and which one a message chooses.

use super::state::{Action, Offer};
use super::turn::{Answer, Turn};
use crate::language::lexicon::fold;
use crate::reply::{Kind, Reply};
use crate::transfer::TransferId;

/// Chosen after every plan that can be recorded.
pub(super) const RECORD: &str = "记录这次转接";
/// Chosen for the calendar file.
pub(super) const CALENDAR: &str = "日历";

/// The shortest answer that is recognised within other words, in characters.
const ANSWER: usize = 3;
/// How many other characters may stand around it.
const AROUND: usize = 8;

impl Turn<'_> {
    /// Adds an option to the reply.
    pub(super) fn offer(&mut self, label: &str, action: Action) {
        self.offer_by_words::<&str>(label, &[], action);
    }

    /// Adds an option that other words choose too.
    pub(super) fn offer_by_words<S: AsRef<str>>(&mut self, label: &str, says: &[S], action: Action) {
        if self.offers.iter().all(|o| o.label != label) {
            let says = says.iter().map(|words| words.as_ref().to_owned()).collect();
            self.offers.push(Offer { label: label.to_owned(), says, action });
        }
    }

    /// What was typed, without what surrounds it.
    fn bare(&self) -> &str {
        self.said.text.trim_matches(|c: char| c.is_whitespace() || "。.!！\"“”'".contains(c))
    }

    /// A number that can only be meant to choose with.
    pub(super) fn number(&self) -> Option<usize> {
        let digits = self.bare().trim_start_matches("选").trim_start_matches('第').trim_end_matches(['个', '项', '、']);
        digits.parse().ok().filter(|_| digits.len() <= 3)
    }

    /// The option that the message chooses, by its label, by other words for it, or by its number.
    pub(super) fn chosen(&self) -> Option<Action> {
        let text = self.bare();
        let offered = &self.state.offered;
        let by_label = || {
            let folded = fold(text);
            offered.iter().find(|o| o.label == text || fold(&o.label) == folded)
        };
        let words = text.trim_start_matches('我').trim_end_matches(['了', '吧', '啊', '呀', '呢', '哦', ',']);
        let by_words = || offered.iter().find(|o| o.says.iter().any(|says| says == text || says == words));
        let by_number = || offered.get(self.number()?.checked_sub(1)?);
        let fixed = match text {
            RECORD => Some(Action::Record),
            CALENDAR => Some(Action::Calendar),
            _ => None,
        };
        let by_label = if offered.is_empty() { None } else { by_label() };
        by_label
            .or_else(by_words)
            .or_else(|| self.said_within(text))
            .or_else(by_number)
            .map(|o| o.action.clone())
            .or(fixed)
    }

    /// The answer to a question that stands within a few more words, none of which denies it: “以前在广东报到过”.
    fn said_within(&self, text: &str) -> Option<&Offer> {
        let answers = self.state.offered.iter().filter(|o| matches!(o.action, Action::Slot(_)));
        let said = answers.filter(|o| o.label.chars().count() >= ANSWER && text.contains(&o.label));
        let offer = said.max_by_key(|o| o.label.len())?;
        let rest = text.replace(&offer.label, "");
        let denied = rest.contains(['没', '不', '未', '无', '别']);
        (rest.chars().count() <= AROUND && !denied && !self.asks()).then_some(offer)
    }

    /// A number that no option has: the options again.
    pub(super) fn no_such_option(&mut self, number: usize) -> Answer {
        let offered = std::mem::take(&mut self.state.offered);
        if offered.is_empty() {
            return self.misunderstood();
        }
        self.offers = offered;
        Answer::of(Kind::Clarify, Reply::text(format!("没有第{number}项，请从下面选，或者直接说。")))
    }

    pub(super) fn act(&mut self, action: Action) -> Answer {
        self.state.misses = 0;
        match action {
            Action::Say(text) => {
                self.said = self.engine.understand(&text, self.today());
                self.asked()
            }
            Action::Entry(id) => self.entry(&id),
            Action::Slot(answer) => {
                self.state.answer(answer);
                self.guide()
            }
            Action::Record => self.record(),
            Action::Calendar => self.calendar(),
            Action::Erase => self.erase(),
            Action::Show(id) => self.show(&id),
            Action::Tell(told) => self.tell(told),
            Action::ReportRefused(id) => match TransferId::parse(&id) {
                Some(id) => self.report_refused(id),
                None => self.no_record(),
            },
            Action::Correct { transfer, number, on } => self.correct(&transfer, number, on),
            Action::Mine { who, happened } => self.mine(who, happened),
            Action::Remind { transfer, on } => self.remind(&transfer, on),
            Action::Leave => {
                self.state.pending = None;
                self.resumed(Answer::of(Kind::Progress, Reply::text("好的，什么都没改。")))
            }
        }
    }
}
