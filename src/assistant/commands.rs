//! Messages that want one thing by name: erase, record, calendar, help.

use std::sync::Arc;

use super::erasing::ERASE;
use super::turn::{Answer, Turn};
use crate::language::numeral;
use crate::reply::Kind;

impl Turn<'_> {
    /// Serves the message where it is a command.
    pub(super) fn command(&mut self) -> Option<Answer> {
        let said = Arc::clone(&self.said);
        let wants = |intent: &str| said.wants.has(intent);
        if wants("erase_one") {
            return Some(self.ask_to_erase("service.erase.one"));
        }
        if wants("erase") || self.said.text == ERASE {
            return Some(self.ask_to_erase("service.erase.ask"));
        }
        for (intent, anew) in [("pass_new", true), ("pass", false)] {
            if wants(intent) {
                return Some(self.show_pass(anew));
            }
        }
        if wants("pass_off") {
            return Some(self.revoke_pass());
        }
        if wants("mydata") {
            return Some(self.my_data());
        }
        if wants("record") {
            return Some(self.record());
        }
        if wants("calendar") {
            return Some(self.calendar());
        }
        for (intent, on) in [("remind_off", false), ("remind_on", true)] {
            if wants(intent) {
                return Some(self.remind_of_latest(on));
            }
        }
        if wants("sources") {
            return Some(self.relied_on());
        }
        if wants("list") {
            let answer = if self.records.len() > 1 { self.list() } else { self.progress() };
            return Some(self.resumed(answer));
        }
        if (wants("why_answer") || wants("why_bare"))
            && let Some(answer) = self.why_answered()
        {
            return Some(self.resumed(answer));
        }
        if wants("why_answer") {
            return Some(self.resumed(Answer::of(Kind::Clarify, self.own("service.why.nothing"))));
        }
        if wants("why") {
            return Some(self.why());
        }
        if wants("back") {
            return Some(self.back());
        }
        if wants("cancel") {
            return Some(self.cancel());
        }
        if wants("restart") {
            return Some(self.restart());
        }
        if wants("help") {
            return Some(self.resumed(Answer::of(Kind::Answer, self.own("service.help"))));
        }
        if wants("greet") {
            return Some(self.welcome());
        }
        if wants("thanks") {
            return Some(self.resumed(Answer::of(Kind::Clarify, self.own("service.thanks"))));
        }
        if wants("swap") && !self.state.answers.is_empty() {
            return Some(self.swap());
        }
        if wants("short") {
            let number = numeral::step(&said.text).map_or(1, |(number, _)| number);
            if let Some(answer) = self.step_in_short(number) {
                return Some(answer);
            }
        }
        if wants("steps") && (self.open_record().is_some() || self.state.situation().is_some()) {
            return Some(self.steps());
        }
        None
    }

    fn welcome(&mut self) -> Answer {
        if let Some(id) = self.open_record().filter(|r| r.open()).map(|r| r.id) {
            return self.after(id, "你好，接着上次说。");
        }
        if self.state.asking {
            return self.guide();
        }
        self.state.asking = true;
        let mut answer = Answer::of(Kind::Clarify, self.own("service.welcome"));
        let question = self.question();
        answer.replies.extend(question);
        answer
    }
}
