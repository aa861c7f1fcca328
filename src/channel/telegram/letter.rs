//! What is said, as messages of Telegram: the form in which they wait in the outbox.

use std::borrow::Cow;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::split;
use crate::assistant::{Said, SaidReply};
use crate::reply::press::Press;

/// So many short options stand in a row,
const IN_A_ROW: usize = 2;
/// if none is longer than this, in characters.
const SHORT: usize = 8;

/// One message to be sent, its texts as far as they can be those of what it was made from. Stored, so a change has to read
/// what older versions wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub(super) enum Letter<'a> {
    /// A new message.
    Text {
        text: Cow<'a, str>,
        keys: Vec<Vec<Key<'a>>>,
        /// The message in the same chat that it replies to.
        to: Option<i32>,
    },
    /// A message that is there already says this from now on.
    Edit { message: i32, text: Cow<'a, str>, keys: Vec<Vec<Key<'a>>> },
    /// A file.
    File { name: Cow<'a, str>, text: Cow<'a, str> },
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key<'a> {
    pub(super) label: Cow<'a, str>,
    pub(super) does: Does<'a>,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does<'a> {
    /// Comes back to us.
    Data(Cow<'a, str>),
    /// Opens an address.
    Url(Cow<'a, str>),
}

/// What a button does is a field beside its label.
impl Serialize for Key<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut key = serializer.serialize_struct("Key", 2)?;
        key.serialize_field("label", &self.label)?;
        match &self.does {
            Does::Data(data) => key.serialize_field("data", data)?,
            Does::Url(url) => key.serialize_field("url", url)?,
        }
        key.end()
    }
}

/// How to answer one update.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// The list of steps under which a tick was pressed: it changes in place.
    pub(super) edits: Option<i32>,
    /// In a group: the message that is answered, and the address of the private chat.
    pub(super) group: Option<(i32, String)>,
}

/// A letter as it is read, field by field: it is not copied before its kind is known.
#[derive(Deserialize)]
struct Stored<'a> {
    letter: Kind,
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(default)]
    keys: Vec<Vec<StoredKey<'a>>>,
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

/// A button as it is read.
#[derive(Deserialize)]
struct StoredKey<'a> {
    #[serde(borrow)]
    label: Cow<'a, str>,
    data: Option<Words<'a>>,
    url: Option<Words<'a>>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Words<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Stored<'a> {
    fn letter(self) -> Result<Letter<'a>, &'static str> {
        let Self { letter, text, keys, to, message, name } = self;
        let row = |row: Vec<StoredKey<'a>>| row.into_iter().map(StoredKey::key).collect::<Result<Vec<_>, _>>();
        let keys = keys.into_iter().map(row).collect::<Result<_, _>>()?;
        Ok(match letter {
            Kind::Text => Letter::Text { text, keys, to },
            Kind::Edit => Letter::Edit { message: message.ok_or("an edit has a message")?, text, keys },
            Kind::File => Letter::File { name: name.ok_or("a file has a name")?.into(), text },
        })
    }
}

impl<'a> StoredKey<'a> {
    fn key(self) -> Result<Key<'a>, &'static str> {
        let does = match (self.data, self.url) {
            (Some(Words(data)), None) => Does::Data(data),
            (None, Some(Words(url))) => Does::Url(url),
            _ => return Err("a key does one thing"),
        };
        Ok(Key { label: self.label, does })
    }
}

impl<'a> Letter<'a> {
    /// As it is stored.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers always serialise")
    }

    /// From what is stored.
    pub(super) fn read(body: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str::<Stored<'a>>(body)?.letter().map_err(serde::de::Error::custom)
    }

    /// The same message with less to object to; none where there is nothing left to take away.
    pub(super) fn plainer(self) -> Option<Self> {
        match self {
            Self::Edit { text, keys, .. } => Some(Self::Text { text, keys, to: None }),
            Self::Text { text, keys, to } if !keys.is_empty() || to.is_some() => {
                // Without the keys the options are in words; they can be said.
                let labels = keys.iter().flatten().filter(|key| matches!(key.does, Does::Data(_)));
                let labels: Vec<&str> = labels.map(|key| &*key.label).collect();
                let text =
                    if labels.is_empty() { text } else { format!("{text}\n\n（{}）", labels.join(" / ")).into() };
                Some(Self::Text { text, keys: Vec::new(), to: None })
            }
            Self::Text { .. } | Self::File { .. } => None,
        }
    }
}

/// The messages for what is said, as they are stored.
pub(super) fn letters(said: &Said, manner: &Manner) -> Vec<String> {
    let mut letters: Vec<Letter<'_>> = Vec::new();
    let mut edits = manner.edits;
    for (number, reply) in said.replies.iter().enumerate() {
        let mut keys = keys(said, reply);
        if let Some((_, address)) = manner.group.as_ref().filter(|_| number + 1 == said.replies.len()) {
            keys.push(vec![Key { label: "私聊".into(), does: Does::Url(address.into()) }]);
        }
        let parts = split::parts(&reply.text, split::MOST);
        if keys.is_empty()
            && reply.files.is_empty()
            && let [whole] = &parts[..]
            && let Some(Letter::Text { text, .. }) = letters.last_mut()
            && split::units(text) + 2 + split::units(&reply.text[whole.clone()]) <= split::MOST
        {
            // What has nothing to press goes along with what stands before it: one sound of the phone less.
            let text = text.to_mut();
            text.push_str("\n\n");
            text.push_str(&reply.text[whole.clone()]);
            continue;
        }
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            let text = Cow::from(&reply.text[part]);
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
        letters.extend(reply.files.iter().map(|f| Letter::File { name: (&f.name).into(), text: (&f.text).into() }));
    }
    letters.iter().map(Letter::write).collect()
}

fn keys<'a>(said: &Said, reply: &'a SaidReply) -> Vec<Vec<Key<'a>>> {
    let mut rows: Vec<Vec<Key<'_>>> = Vec::new();
    let buttons = reply.buttons.iter().map(|row| {
        let keys = row.iter().map(|b| Key { label: (&b.label).into(), does: Does::Data((&b.data).into()) });
        keys.collect()
    });
    rows.extend(buttons);
    let options: Vec<Key<'_>> = reply.options.iter().filter_map(|label| option(&said.page, label)).collect();
    let short = options.iter().all(|key| key.label.chars().count() <= SHORT);
    let mut options = options.into_iter().peekable();
    while options.peek().is_some() {
        rows.push(options.by_ref().take(if short { IN_A_ROW } else { 1 }).collect());
    }
    rows.retain(|row| !row.is_empty());
    rows
}

fn option<'a>(page: &str, label: &'a str) -> Option<Key<'a>> {
    let data = Press::option(page, label).code()?;
    Some(Key { label: label.into(), does: Does::Data(data.into()) })
}
