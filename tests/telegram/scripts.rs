//! The scripted conversations through Telegram: what arrives there is what the engine says in the terminal.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use tempfile::TempDir;
use zhuanjie::assistant::{Assistant, Message, Said};
use zhuanjie::serve::config::RetentionConfig;
use zhuanjie::store::Store;
use zhuanjie::transfer::TransferId;

use crate::bot::{Bot, engine, files, time};
use crate::fake::{Action, Event, updates};
use crate::office::Office;
use crate::script::{Line, Script};

/// One conversation, held twice.
struct Twice {
    bot: Bot,
    folder: TempDir,
    terminal: Option<Assistant>,
    now: DateTime<FixedOffset>,
    turns: u64,
    chats: Vec<String>,
    ids: Vec<String>,
    delivered: HashMap<(String, String), Value>,
    latest: HashMap<i64, Vec<Event>>,
    pressed: usize,
    office: Office,
}

impl Twice {
    fn begin() -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut twice = Self {
            bot: Bot::start(),
            folder,
            terminal: None,
            now: time("2024-06-01T09:00:00+08:00"),
            turns: 0,
            chats: Vec::new(),
            ids: Vec::new(),
            delivered: HashMap::new(),
            latest: HashMap::new(),
            pressed: 0,
            office: Office::default(),
        };
        twice.open();
        twice
    }

    fn open(&mut self) {
        let store = Store::open(self.folder.path()).expect("a store");
        let assistant = Assistant::new(engine(), store);
        self.terminal = Some(
            assistant
                .with_registry(self.office.registry(self.folder.path()))
                .with_periods(RetentionConfig::default().periods()),
        );
    }

    fn restart(&mut self) {
        if let Some(terminal) = self.terminal.take() {
            drop(terminal.finish().expect("the store closes"));
        }
        self.open();
        self.bot.restart();
    }

    fn send_codes(&mut self) {
        self.office.open();
        self.bot.office.open();
        self.restart();
    }

    /// The text with `$ID` and the like filled in, as the other stage does it.
    fn named(&self, text: &str) -> String {
        let mut text = self
            .office
            .fill(text)
            .replace("$NONE", &TransferId::random(&mut StdRng::seed_from_u64(u64::MAX)).to_string());
        for (number, id) in self.ids.iter().enumerate().rev() {
            text = text.replace(&format!("$ID{}", number + 1), id);
        }
        text.replace("$ID", self.ids.last().map_or("(no ID yet)", String::as_str))
    }

    fn chat(&mut self, user: &str) -> i64 {
        let at = self.chats.iter().position(|u| u == user).unwrap_or_else(|| {
            self.chats.push(user.to_owned());
            self.chats.len() - 1
        });
        5001 + at as i64
    }

    /// One message, said in both places. What differs.
    fn say(&mut self, user: &str, delivery: Option<&str>, text: &str) -> Option<String> {
        self.turns += 1;
        self.bot.seed(self.turns);
        self.bot.set(self.now);
        let terminal = self.terminal.as_ref().expect("open");
        let message = Message::text(user, text, self.now).delivered(delivery.map(str::to_owned));
        let said = terminal.hear(message, StdRng::seed_from_u64(self.turns)).expect("a turn");
        said.replies.iter().for_each(|reply| self.office.see(&reply.text));
        if let Some(id) = said.transfer.as_ref().filter(|id| !self.ids.contains(id)) {
            self.ids.push(id.clone());
        }
        let chat = self.chat(user);
        let key = delivery.map(|delivery| (user.to_owned(), delivery.to_owned()));
        if let Some(again) = key.as_ref().and_then(|key| self.delivered.get(key)) {
            let before = self.bot.fake.history(chat).len();
            self.bot.fake.push_raw(again);
            // Whatever is pushed afterwards is served afterwards.
            let after = self.bot.fake.push(updates::unknown_kind(self.bot.date()));
            self.bot.settle(after);
            let news = self.bot.fake.history(chat).len() - before;
            return (news > 0).then(|| format!("a delivery that came before is answered {news} times more"));
        }
        let update = match self.button(chat, text) {
            Some((message, data)) => {
                self.pressed += 1;
                updates::press(chat, message, &data)
            }
            None => updates::text(chat, self.bot.date(), text),
        };
        let before = self.bot.fake.history(chat).len();
        let id = self.bot.fake.push(update);
        if let (Some(key), Some(update)) = (key, self.bot.fake.pushed(id)) {
            self.delivered.insert(key, update);
        }
        self.bot.settle(id);
        let events = self.bot.fake.history(chat).split_off(before);
        self.latest.insert(chat, events.clone());
        differs(&said, &self.without_question(events))
    }

    /// The button with this label under what was said last: where there is one, it is pressed.
    fn button(&self, chat: i64, label: &str) -> Option<(i64, String)> {
        let mut said = self.latest.get(&chat)?.iter().rev();
        said.find_map(|event| Some((event.shown.id, event.shown.data(label)?.to_owned())))
    }

    /// A terminal cannot remind, so only here it is asked whether to.
    fn without_question(&self, mut events: Vec<Event>) -> Vec<Event> {
        let question = self.bot.service().statement("service.remind.ask");
        events.retain(|event| event.shown.text != question);
        events
    }
}

/// White space at the cuts of a long text is nothing that was said.
fn visible<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
}

fn differs(said: &Said, events: &[Event]) -> Option<String> {
    let messages = events.iter().filter(|e| e.shown.document.is_none()).map(|e| e.shown.text.as_str());
    let (here, there) = (visible(said.replies.iter().map(|r| r.text.as_str())), visible(messages));
    if here != there {
        return Some(format!("the terminal says\n{here}\nand Telegram\n{there}"));
    }
    let here: Vec<&str> = said.replies.iter().flat_map(|r| &r.options).map(String::as_str).collect();
    let buttons = events.iter().flat_map(|e| e.shown.buttons.iter().flatten());
    let there: Vec<&str> = buttons
        .filter(|button| matches!(&button.action, Action::Data(data) if data.starts_with('o')))
        .map(|button| button.text.as_str())
        .collect();
    if here != there {
        return Some(format!("the terminal offers {here:?} and Telegram {there:?}"));
    }
    let here: Vec<(&str, &[u8])> =
        said.replies.iter().flat_map(|r| &r.files).map(|f| (f.name.as_str(), f.text.as_bytes())).collect();
    let documents = events.iter().filter_map(|e| e.shown.document.as_ref());
    let there: Vec<(&str, &[u8])> = documents.map(|d| (d.name.as_str(), d.bytes.as_ref())).collect();
    (here != there).then(|| format!("the terminal hands over {here:?} and Telegram {there:?}"))
}

#[test]
fn every_script_is_the_same_in_telegram() {
    let scripts = files("tests/conversations");
    let (mut failures, mut turns, mut pressed) = (Vec::new(), 0, 0);
    for (name, text) in scripts.under("").filter(|(name, _)| name.ends_with(".txt")) {
        let script = Script::parse(name, text).expect("a script");
        let mut twice = Twice::begin();
        for (number, line) in &script.lines {
            match line {
                Line::Clock(time) => twice.now = *time,
                Line::Restart => twice.restart(),
                Line::Codes => twice.send_codes(),
                Line::Message { user, delivery, text } => {
                    let text = twice.named(text);
                    if let Some(problem) = twice.say(user, delivery.as_deref(), &text) {
                        let start: String = text.chars().take(60).collect();
                        failures.push(format!("{}:{number}: after {start}: {problem}", script.name));
                    }
                }
                // What is said is held against the script where it is said by the terminal.
                Line::Expect(_) | Line::Kept(..) => {}
            }
        }
        turns += twice.turns;
        pressed += twice.pressed;
    }
    assert!(failures.is_empty(), "{} of {turns} turns differ:\n\n{}", failures.len(), failures.join("\n\n"));
    assert!(turns > 300 && pressed > 50, "{turns} turns, {pressed} of them pressed");
}
