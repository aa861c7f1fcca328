//! What is said, as messages of Telegram: the form in which they wait in the outbox.

use serde::{Deserialize, Serialize};

use super::split;
use crate::assistant::{Said, SaidReply};
use crate::reply::press::Press;

/// So many short options stand in a row,
const IN_A_ROW: usize = 2;
/// if none is longer than this, in characters.
const SHORT: usize = 8;

/// One message to be sent. Stored, so a change has to read what older versions wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case", try_from = "Stored")]
pub(super) enum Letter {
    /// A new message.
    Text {
        text: String,
        keys: Vec<Vec<Key>>,
        /// The message in the same chat that it replies to.
        to: Option<i32>,
    },
    /// A message that is there already says this from now on.
    Edit { message: i32, text: String, keys: Vec<Vec<Key>> },
    /// A file.
    File { name: String, text: String },
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredKey")]
pub(super) struct Key {
    pub(super) label: String,
    #[serde(flatten)]
    pub(super) does: Does,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Does {
    /// Comes back to us.
    Data(String),
    /// Opens an address.
    Url(String),
}

/// How to answer one update.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// The list of steps under which a tick was pressed: it changes in place.
    pub(super) edits: Option<i32>,
    /// In a group: the message that is answered, and the address of the private chat.
    pub(super) group: Option<(i32, String)>,
}

/// A letter as it is read: every letter that is sent is, and read field by field it is not copied before its kind is known.
#[derive(Deserialize)]
struct Stored {
    letter: Kind,
    text: String,
    #[serde(default)]
    keys: Vec<Vec<Key>>,
    to: Option<i32>,
    message: Option<i32>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Edit,
    File,
}

impl TryFrom<Stored> for Letter {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { letter, text, keys, to, message, name } = stored;
        Ok(match letter {
            Kind::Text => Self::Text { text, keys, to },
            Kind::Edit => Self::Edit { message: message.ok_or("an edit has a message")?, text, keys },
            Kind::File => Self::File { name: name.ok_or("a file has a name")?, text },
        })
    }
}

/// A button as it is read.
#[derive(Deserialize)]
struct StoredKey {
    label: String,
    data: Option<String>,
    url: Option<String>,
}

impl TryFrom<StoredKey> for Key {
    type Error = &'static str;

    fn try_from(stored: StoredKey) -> Result<Self, Self::Error> {
        let does = match (stored.data, stored.url) {
            (Some(data), None) => Does::Data(data),
            (None, Some(url)) => Does::Url(url),
            _ => return Err("a key does one thing"),
        };
        Ok(Self { label: stored.label, does })
    }
}

impl Letter {
    /// As it is stored.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers always serialise")
    }

    /// From what is stored.
    pub(super) fn read(body: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(body)
    }
}

/// The messages for what is said, as they are stored.
pub(super) fn letters(said: &Said, manner: &Manner) -> Vec<String> {
    let mut letters = Vec::new();
    let mut edits = manner.edits;
    for (number, reply) in said.replies.iter().enumerate() {
        let mut keys = keys(said, reply);
        if let Some((_, address)) = manner.group.as_ref().filter(|_| number + 1 == said.replies.len()) {
            keys.push(vec![Key { label: "私聊".to_owned(), does: Does::Url(address.clone()) }]);
        }
        let parts = split::parts(&reply.text, split::MOST);
        if keys.is_empty()
            && reply.files.is_empty()
            && let [whole] = &parts[..]
            && let Some(Letter::Text { text, .. }) = letters.last_mut()
            && split::units(text) + 2 + split::units(&reply.text[whole.clone()]) <= split::MOST
        {
            // What has nothing to press goes along with what stands before it: one sound of the phone less.
            text.push_str("\n\n");
            text.push_str(&reply.text[whole.clone()]);
            continue;
        }
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            let text = reply.text[part].to_owned();
            let keys = if at == last { std::mem::take(&mut keys) } else { Vec::new() };
            // Only a list that fits in one message can take the place of one.
            let edited = edits.take_if(|_| last == 0 && !reply.buttons.is_empty());
            letters.push(match edited {
                Some(message) => Letter::Edit { message, text, keys },
                None => {
                    let to = manner.group.as_ref().map(|(message, _)| *message).filter(|_| letters.is_empty());
                    Letter::Text { text, keys, to }
                }
            });
        }
        let files = reply.files.iter().map(|f| Letter::File { name: f.name.clone(), text: f.text.clone() });
        letters.extend(files);
    }
    letters.iter().map(Letter::write).collect()
}

fn keys(said: &Said, reply: &SaidReply) -> Vec<Vec<Key>> {
    let mut rows: Vec<Vec<Key>> = Vec::new();
    let buttons = reply.buttons.iter().map(|row| {
        let keys = row.iter().map(|b| Key { label: b.label.clone(), does: Does::Data(b.data.clone()) });
        keys.collect()
    });
    rows.extend(buttons);
    let options: Vec<Key> = reply.options.iter().filter_map(|label| option(&said.page, label)).collect();
    let short = options.iter().all(|key| key.label.chars().count() <= SHORT);
    rows.extend(options.chunks(if short { IN_A_ROW } else { 1 }).map(<[Key]>::to_vec));
    rows.retain(|row| !row.is_empty());
    rows
}

fn option(page: &str, label: &str) -> Option<Key> {
    let data = Press::option(page, label).code()?;
    Some(Key { label: label.to_owned(), does: Does::Data(data) })
}
