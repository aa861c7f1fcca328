//! What is said, as requests of Telegram's: the form in which it waits in the outbox.
//!
//! A request is written when its turn is composed and goes out as it was written. What stands in the outbox is stored, so a
//! change of its form comes with a migration.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use teloxide::payloads::{EditMessageText, EditMessageTextSetters, SendMessage, SendMessageSetters};
use teloxide::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ReplyParameters,
};

use super::split;
use crate::assistant::{Said, SaidReply};
use crate::reply::press::Press;

/// So many short options stand in a row,
const IN_A_ROW: usize = 2;
/// if none is longer than this, in characters.
const SHORT: usize = 8;

/// One message to be sent, named after the method that sends it; read back, the parameters are the text they were stored as.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Letter<Sends = Box<RawValue>, Edits = Box<RawValue>> {
    /// A new message.
    SendMessage(Sends),
    /// A message that is there already says this from now on.
    EditMessageText(Edits),
    /// A file.
    SendDocument(Document),
}

/// A letter as it is composed.
type Draft = Letter<SendMessage, EditMessageText>;

/// A file to be sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) chat_id: i64,
    pub(super) name: String,
    pub(super) text: String,
}

/// How to answer one update.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// The list of steps under which a tick was pressed: it changes in place.
    pub(super) edits: Option<i32>,
    /// In a group: the message that is answered, and the address of the private chat.
    pub(super) group: Option<(i32, String)>,
}

impl<Sends: Serialize, Edits: Serialize> Letter<Sends, Edits> {
    /// As it is stored.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers always serialise")
    }
}

impl Letter {
    /// From what is stored.
    pub(super) fn read(body: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(body)
    }

    /// The same, made plainer so many times.
    pub(super) fn read_plain(body: &str, times: usize) -> Result<Option<Self>, serde_json::Error> {
        let mut letter = Self::read(body)?;
        for _ in 0..times {
            let Some(plainer) = letter.plainer()? else { return Ok(None) };
            letter = plainer;
        }
        Ok(Some(letter))
    }

    /// The same message to another chat.
    pub(super) fn readdressed(&self, chat: i64) -> Result<Self, serde_json::Error> {
        let to_there = |request: &RawValue| {
            let mut request = parameters(request)?;
            request.insert("chat_id".to_owned(), chat.into());
            serde_json::value::to_raw_value(&request)
        };
        Ok(match self {
            Self::SendMessage(request) => Self::SendMessage(to_there(request)?),
            Self::EditMessageText(request) => Self::EditMessageText(to_there(request)?),
            Self::SendDocument(document) => Self::SendDocument(Document { chat_id: chat, ..document.clone() }),
        })
    }

    /// The same message with less to object to; none where there is nothing left to take away.
    fn plainer(&self) -> Result<Option<Self>, serde_json::Error> {
        let request = match self {
            Self::EditMessageText(request) => {
                let mut request = parameters(request)?;
                request.remove("message_id");
                request
            }
            Self::SendMessage(request) => {
                let mut request = parameters(request)?;
                let (keys, to) = (request.remove("reply_markup"), request.remove("reply_parameters"));
                if keys.is_none() && to.is_none() {
                    return Ok(None);
                }
                // Without the keys the options are in words; they can be said.
                let rows = keys.iter().filter_map(|keys| keys["inline_keyboard"].as_array()).flatten();
                let keys = rows.filter_map(Value::as_array).flatten().filter(|key| key["callback_data"].is_string());
                let labels: Vec<&str> = keys.filter_map(|key| key["text"].as_str()).collect();
                if let (Some(Value::String(text)), false) = (request.get_mut("text"), labels.is_empty()) {
                    text.push_str(&format!("\n\n（{}）", labels.join(" / ")));
                }
                request
            }
            Self::SendDocument(_) => return Ok(None),
        };
        serde_json::value::to_raw_value(&request).map(|request| Some(Self::SendMessage(request)))
    }
}

fn parameters(request: &RawValue) -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::from_str(request.get())
}

/// The messages for what is said in a chat, as they are stored.
pub(super) fn letters(said: &Said, chat: i64, manner: &Manner) -> Vec<String> {
    let mut letters: Vec<Draft> = Vec::new();
    let mut edits = manner.edits;
    for (number, reply) in said.replies.iter().enumerate() {
        let mut keys = keys(said, reply);
        if let Some((_, address)) = manner.group.as_ref().filter(|_| number + 1 == said.replies.len())
            && let Ok(address) = address.parse()
        {
            keys.push(vec![InlineKeyboardButton::url("私聊", address)]);
        }
        let parts = split::parts(&reply.text, split::MOST);
        if keys.is_empty()
            && reply.files.is_empty()
            && let [whole] = &parts[..]
            && let Some(Letter::SendMessage(SendMessage { text, .. })) = letters.last_mut()
            && split::units(text) + 2 + split::units(&reply.text[whole.clone()]) <= split::MOST
        {
            // What has nothing to press goes along with what stands before it: one sound of the phone less.
            text.push_str("\n\n");
            text.push_str(&reply.text[whole.clone()]);
            continue;
        }
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            let text = &reply.text[part];
            let keys = if at == last { std::mem::take(&mut keys) } else { Vec::new() };
            let keys = (!keys.is_empty()).then_some(InlineKeyboardMarkup { inline_keyboard: keys });
            // Only a list that fits in one message can take the place of one.
            let edited = edits.take_if(|_| last == 0 && !reply.buttons.is_empty());
            letters.push(match edited {
                Some(message) => {
                    let mut edit = EditMessageText::new(ChatId(chat), MessageId(message), text);
                    edit.reply_markup = keys;
                    Letter::EditMessageText(edit.link_preview_options(no_preview()))
                }
                None => {
                    let to = manner.group.as_ref().map(|(message, _)| *message).filter(|_| letters.is_empty());
                    let to = to.map(|to| ReplyParameters::new(MessageId(to)).allow_sending_without_reply());
                    let mut message = SendMessage::new(ChatId(chat), text);
                    (message.reply_markup, message.reply_parameters) = (keys.map(Into::into), to);
                    Letter::SendMessage(message.link_preview_options(no_preview()))
                }
            });
        }
        letters.extend(reply.files.iter().map(|file| {
            Letter::SendDocument(Document { chat_id: chat, name: file.name.clone(), text: file.text.clone() })
        }));
    }
    letters.iter().map(Letter::write).collect()
}

/// A page of a school under every answer would hide the answer.
fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn keys(said: &Said, reply: &SaidReply) -> Vec<Vec<InlineKeyboardButton>> {
    let buttons = reply.buttons.iter().map(|row| {
        let keys = row.iter().map(|b| InlineKeyboardButton::callback(&b.label, &b.data));
        keys.collect()
    });
    let mut rows: Vec<Vec<InlineKeyboardButton>> = buttons.collect();
    let options: Vec<InlineKeyboardButton> =
        reply.options.iter().filter_map(|label| option(&said.page, label)).collect();
    let short = options.iter().all(|key| key.text.chars().count() <= SHORT);
    let mut options = options.into_iter().peekable();
    while options.peek().is_some() {
        rows.push(options.by_ref().take(if short { IN_A_ROW } else { 1 }).collect());
    }
    rows.retain(|row| !row.is_empty());
    rows
}

fn option(page: &str, label: &str) -> Option<InlineKeyboardButton> {
    let data = Press::option(page, label).code()?;
    Some(InlineKeyboardButton::callback(label, data))
}
