//! The text of a message: markup read, entities checked, the ends trimmed, the length counted, in Telegram's order.

use serde_json::{Value, json};

use super::Length;
use super::reply::Refusal;
use super::request::Request;

/// The kinds of entities a bot may give.
const KINDS: [&str; 20] = [
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
];

/// Entities beyond so many are dropped.
const ENTITIES: usize = 100;

/// A text ready to stand in a message.
#[derive(Debug, PartialEq)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) entities: Vec<Value>,
}

impl Content {
    /// The text of a request, 1 to 4096 long; the error of one that is too long is the caller's.
    pub(super) fn text(request: &mut Request, length: Length, too_long: &str) -> Result<Self, Refusal> {
        if request.text("text").is_none_or(str::is_empty) {
            return Err(Refusal::bad("message text is empty"));
        }
        let content = Self::read(request, "text", "entities")?;
        if content.text.is_empty() {
            return Err(Refusal::bad("text must be non-empty"));
        }
        content.at_most(4096, length, too_long)
    }

    /// The caption of a request, up to 1024 long.
    pub(super) fn caption(request: &mut Request, length: Length) -> Result<Self, Refusal> {
        Self::read(request, "caption", "caption_entities")?.at_most(1024, length, "message caption is too long")
    }

    fn at_most(self, most: usize, length: Length, too_long: &str) -> Result<Self, Refusal> {
        let long = match length {
            // Either way nothing takes less than a byte.
            _ if self.text.len() <= most => 0,
            Length::Utf16 => units(&self.text),
            Length::Scalars => self.text.chars().count(),
        };
        if long > most { Err(Refusal::bad(too_long)) } else { Ok(self) }
    }

    fn read(request: &mut Request, source: &str, entities: &str) -> Result<Self, Refusal> {
        // Markup in texts is not served: whoever sends entities has nothing to escape.
        if request.text("parse_mode").is_some() {
            return Err(Refusal::bad("unsupported parse_mode"));
        }
        let entities = request.parameters[entities].as_array().cloned().unwrap_or_default();
        let source = request.take_text(source);
        check(&source, &entities)?;
        Ok(trimmed(source, entities))
    }

    /// Puts the text into a message under these names.
    pub(super) fn put(self, message: &mut Value, text: &str, entities: &str) {
        message[text] = Value::String(self.text);
        if let Some(message) = message.as_object_mut() {
            message.remove(entities);
            if !self.entities.is_empty() {
                message.insert(entities.to_owned(), Value::Array(self.entities));
            }
        }
    }
}

/// How many UTF-16 code units a text has.
pub(super) fn units(text: &str) -> usize {
    // In bytes: one for the first of each character, one more for the first of four.
    text.bytes().map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0)).sum()
}

fn span(entity: &Value) -> Option<(usize, usize)> {
    let number = |name: &str| entity[name].as_u64().and_then(|it| usize::try_from(it).ok());
    Some((number("offset")?, number("length")?))
}

fn check(text: &str, entities: &[Value]) -> Result<(), Refusal> {
    if entities.is_empty() {
        return Ok(());
    }
    let mut borders = vec![false; units(text) + 1];
    let mut at = 0;
    for c in text.chars() {
        borders[at] = true;
        at += c.len_utf16();
    }
    borders[at] = true;
    for entity in entities {
        let kind = entity["type"].as_str().unwrap_or_default();
        if !KINDS.contains(&kind) {
            return Err(Refusal::bad("can't parse MessageEntity: Unsupported type specified"));
        }
        if kind == "text_link" && !entity["url"].is_string() {
            return Err(Refusal::bad("can't parse MessageEntity: Can't find field \"url\""));
        }
        let Some((offset, length)) = span(entity) else {
            return Err(Refusal::bad("receive an entity with incorrect offset or length"));
        };
        let end = offset.saturating_add(length);
        if offset > at {
            let why = format!("entity begins after the end of the text at UTF-16 offset {offset}");
            return Err(Refusal::bad(why));
        }
        if end > at {
            let why = "ends after the end of the text at UTF-16 offset";
            return Err(Refusal::bad(format!("entity beginning at UTF-16 offset {offset} {why} {end}")));
        }
        if !borders[offset] || !borders[end] {
            let why = format!("entity begins or ends in a middle of a UTF-16 symbol at UTF-16 offset {offset}");
            return Err(Refusal::bad(why));
        }
    }
    Ok(())
}

/// The text without the blanks around it, its entities with it.
fn trimmed(text: String, entities: Vec<Value>) -> Content {
    if entities.is_empty() && text.trim().len() == text.len() {
        return Content { text, entities };
    }
    let begun = text.trim_start();
    let shift = units(&text[..text.len() - begun.len()]);
    let inner = begun.trim_end();
    let length = units(inner);
    let kept = entities.into_iter().filter_map(|mut entity| {
        let (offset, long) = span(&entity)?;
        let end = (offset + long).saturating_sub(shift).min(length);
        let offset = offset.saturating_sub(shift);
        (offset < end).then(|| {
            entity["offset"] = json!(offset);
            entity["length"] = json!(end - offset);
            entity
        })
    });
    Content { text: inner.to_owned(), entities: kept.take(ENTITIES).collect() }
}
