//! One chat: the messages in it as the Bot API shows them, and what the bot did to them in the order it took effect.

use std::collections::BTreeMap;
use std::time::Instant;

use axum::body::Bytes;
use serde_json::{Value, json};

/// A file the bot sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    /// Its file name.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Bytes,
}

/// What an inline button does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// It sends this back to the bot.
    Data(String),
    /// It opens this.
    Url(String),
    /// Anything else, as the bot gave the button.
    Other(Value),
}

/// An inline button.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Button {
    /// What is on it.
    pub(crate) text: String,
    /// What it does.
    pub(crate) action: Action,
}

/// A message of the bot as the members of its chat see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    /// Its `message_id`.
    pub(crate) id: i64,
    /// Its text, or the caption of its document; markup is read and gone.
    pub(crate) text: String,
    /// The entities of that text, as the Bot API has them.
    pub(crate) entities: Vec<Value>,
    /// The rows of inline buttons.
    pub(crate) buttons: Vec<Vec<Button>>,
    /// A keyboard that is not inline (or its removal), as the bot gave it.
    pub(crate) keyboard: Option<Value>,
    /// The file.
    pub(crate) document: Option<Document>,
    /// How many times it was edited.
    pub(crate) edited: u32,
    /// The message it answers.
    pub(crate) reply_to: Option<i64>,
}

impl Shown {
    /// The callback data behind the button with this text.
    pub(crate) fn data(&self, button: &str) -> Option<&str> {
        self.buttons.iter().flatten().find(|it| it.text == button).and_then(|it| match &it.action {
            Action::Data(data) => Some(data.as_str()),
            Action::Url(_) | Action::Other(_) => None,
        })
    }
}

/// What the bot did to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It is new.
    Sent,
    /// Its text or its buttons changed.
    Edited,
    /// It is gone.
    Deleted,
}

/// A send, an edit or a deletion that took effect.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Which of them.
    pub(crate) deed: Deed,
    /// The message as it was then.
    pub(crate) shown: Shown,
    /// When the answer that tells of it had gone out whole; none is "the client cannot know".
    pub(crate) known: Option<Instant>,
    /// When it took effect.
    pub(crate) at: Instant,
}

/// What the fake keeps of a message of the bot beside its JSON.
#[derive(Clone, Default)]
pub(super) struct Own {
    pub(super) keyboard: Option<Value>,
    pub(super) document: Option<Document>,
    pub(super) edited: u32,
}

/// A message in a chat.
#[derive(Clone)]
pub(super) struct Kept {
    /// As the Bot API gives it: text, since most of them are never looked at again.
    pub(super) json: String,
    /// Present where the bot sent it.
    pub(super) own: Option<Own>,
}

impl Kept {
    pub(super) fn new(json: &Value, own: Option<Own>) -> Self {
        Self { json: serde_json::to_string(json).expect("JSON can be written"), own }
    }

    pub(super) fn value(&self) -> Value {
        serde_json::from_str(&self.json).expect("JSON as it was written")
    }

    fn shown(&self) -> Option<Shown> {
        let own = self.own.as_ref()?;
        let json = self.value();
        let (text, entities) =
            if own.document.is_some() { ("caption", "caption_entities") } else { ("text", "entities") };
        let rows = json["reply_markup"]["inline_keyboard"].as_array();
        Some(Shown {
            id: json["message_id"].as_i64()?,
            text: json[text].as_str().unwrap_or_default().to_owned(),
            entities: json[entities].as_array().cloned().unwrap_or_default(),
            buttons: rows
                .into_iter()
                .flatten()
                .map(|row| row.as_array().into_iter().flatten().map(button).collect())
                .collect(),
            keyboard: own.keyboard.clone(),
            document: own.document.clone(),
            edited: own.edited,
            reply_to: json["reply_to_message"]["message_id"].as_i64(),
        })
    }
}

fn button(json: &Value) -> Button {
    let text = json["text"].as_str().unwrap_or_default().to_owned();
    let action = match (json["callback_data"].as_str(), json["url"].as_str()) {
        (Some(data), _) => Action::Data(data.to_owned()),
        (None, Some(url)) => Action::Url(url.to_owned()),
        (None, None) => Action::Other(json.clone()),
    };
    Button { text, action }
}

/// A chat the bot knows.
pub(super) struct Chat {
    /// As the Bot API gives it.
    pub(super) json: Value,
    /// Whether the member blocked the bot, or the group threw it out.
    pub(super) blocked: bool,
    /// The greatest `message_id` in it.
    pub(super) last: i64,
    messages: BTreeMap<i64, Kept>,
    history: Vec<Event>,
    /// Whether a history is kept.
    recorded: bool,
}

/// So many of the newest messages of a chat are kept where no history is.
const KEPT: usize = 4;

impl Chat {
    pub(super) fn new(json: Value, recorded: bool) -> Self {
        Self { json, blocked: false, last: 0, messages: BTreeMap::new(), history: Vec::new(), recorded }
    }

    pub(super) fn message(&self, id: i64) -> Option<&Kept> {
        self.messages.get(&id)
    }

    /// Keeps a message of a member.
    pub(super) fn came(&mut self, id: i64, json: &Value) {
        self.last = self.last.max(id);
        self.put(id, Kept::new(json, None));
    }

    fn put(&mut self, id: i64, kept: Kept) {
        self.messages.insert(id, kept);
        if !self.recorded && self.messages.len() > KEPT {
            self.messages.pop_first();
        }
    }

    /// A new message of the bot, its id put in; gives its id and its place in the history, where one is kept.
    pub(super) fn send(&mut self, mut json: Value, own: Own) -> (i64, Option<usize>) {
        self.last += 1;
        let id = self.last;
        json["message_id"] = json!(id);
        (id, self.keep(id, Kept::new(&json, Some(own)), Deed::Sent))
    }

    /// A message of the bot in its new form; gives its place in the history, where one is kept.
    pub(super) fn edit(&mut self, id: i64, mut kept: Kept) -> Option<usize> {
        if let Some(own) = &mut kept.own {
            own.edited += 1;
        }
        self.keep(id, kept, Deed::Edited)
    }

    fn keep(&mut self, id: i64, kept: Kept, deed: Deed) -> Option<usize> {
        if self.recorded {
            self.record(deed, kept.shown());
        }
        self.put(id, kept);
        self.history.len().checked_sub(1)
    }

    /// Takes a message away, whosever it is; gives its place in the history where it was the bot's.
    pub(super) fn delete(&mut self, id: i64) -> Option<usize> {
        let shown = self.messages.remove(&id)?.shown()?;
        self.record(Deed::Deleted, Some(shown));
        Some(self.history.len() - 1)
    }

    fn record(&mut self, deed: Deed, shown: Option<Shown>) {
        self.history.extend(shown.map(|shown| Event { deed, shown, known: None, at: Instant::now() }));
    }

    /// The outcome of this entry of the history is known to the client.
    pub(super) fn told(&mut self, place: usize) {
        if let Some(event) = self.history.get_mut(place) {
            event.known = Some(Instant::now());
        }
    }

    pub(super) fn shown(&self) -> Vec<Shown> {
        self.messages.values().filter_map(Kept::shown).collect()
    }

    pub(super) fn history(&self) -> &[Event] {
        &self.history
    }
}
