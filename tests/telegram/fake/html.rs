//! Telegram's HTML: the text without its tags, and the entities the tags stand for.
//!
//! Only what the Bot API names is a tag; anything else, and tags left open or crossed, are errors with its words.
//! Byte offsets in errors are those of the text as sent, entity offsets are UTF-16 units of the text without tags.

use serde_json::{Value, json};

/// The names that are tags.
const TAGS: [&str; 15] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "code",
    "pre",
    "blockquote",
];

struct Open {
    tag: String,
    /// The text inside has begun here: bytes and UTF-16 units.
    at: (usize, usize),
    attributes: Vec<(String, String)>,
}

struct Reader<'a> {
    source: &'a str,
    pos: usize,
    text: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<(usize, usize, Value)>,
}

/// Reads HTML; an error is what follows `can't parse entities: `.
pub(super) fn read(source: &str) -> Result<(String, Vec<Value>), String> {
    let mut reader = Reader { source, pos: 0, text: String::new(), units: 0, open: Vec::new(), entities: Vec::new() };
    while let Some(c) = reader.next() {
        match c {
            '&' => {
                let c = reader.character();
                reader.push(c);
            }
            '<' if reader.rest().starts_with('/') => reader.end_tag()?,
            '<' => reader.start_tag()?,
            _ => reader.push(c),
        }
    }
    if let Some(open) = reader.open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag));
    }
    reader.entities.sort_by_key(|(offset, length, _)| (*offset, usize::MAX - *length));
    Ok((reader.text, reader.entities.into_iter().map(|(_, _, entity)| entity).collect()))
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.source[self.pos..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.units += c.len_utf16();
    }

    /// What goes on while this holds.
    fn take_while(&mut self, go_on: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let taken = rest[..rest.find(|c| !go_on(c)).unwrap_or(rest.len())].to_owned();
        self.pos += taken.len();
        taken
    }

    /// The character an `&` (just read) stands for: itself where no known name or number follows.
    fn character(&mut self) -> char {
        let rest = self.rest();
        let known = rest.split_once(';').and_then(|(name, _)| {
            let c = match name {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix('x').or_else(|| number.strip_prefix('X')) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok(),
                        None => number.parse().ok(),
                    };
                    code.filter(|code| *code != 0).and_then(char::from_u32)?
                }
            };
            Some((c, name.len() + 1))
        });
        let (c, length) = known.unwrap_or(('&', 0));
        self.pos += length;
        c
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.pos - 1;
        let unclosed = || format!("Unclosed start tag at byte offset {begin}");
        let tag = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_lowercase();
        if self.rest().is_empty() {
            return Err(unclosed());
        }
        if !TAGS.contains(&tag.as_str()) && tag != "tg-emoji" {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let mut attributes = Vec::new();
        loop {
            self.take_while(|c| c.is_ascii_whitespace());
            match self.rest().chars().next() {
                None => return Err(unclosed()),
                Some('>') => break,
                Some(_) => {}
            }
            let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '=' && c != '>');
            if name.is_empty() {
                return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
            }
            self.take_while(|c| c.is_ascii_whitespace());
            let value = if self.rest().starts_with('=') { self.value().ok_or_else(unclosed)? } else { String::new() };
            attributes.push((name.to_lowercase(), value));
        }
        self.pos += 1;
        if tag == "span" && attribute(&attributes, "class") != Some("tg-spoiler") {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Open { tag, at: (self.text.len(), self.units), attributes });
        Ok(())
    }

    /// The value after a `=`, bare or in quotes.
    fn value(&mut self) -> Option<String> {
        self.pos += 1;
        self.take_while(|c| c.is_ascii_whitespace());
        let quote = self.rest().chars().next()?;
        if quote != '"' && quote != '\'' {
            return Some(self.take_while(|c| !c.is_ascii_whitespace() && c != '>'));
        }
        self.pos += 1;
        let mut value = String::new();
        loop {
            match self.next()? {
                '&' => value.push(self.character()),
                c if c == quote => return Some(value),
                c => value.push(c),
            }
        }
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.pos - 1;
        self.pos += 1;
        let tag = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_lowercase();
        self.take_while(|c| c.is_ascii_whitespace());
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        if self.next() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !tag.is_empty() && tag != open.tag {
            let expected = format!("expected \"</{}>\", found \"</{tag}>\"", open.tag);
            return Err(format!("Unmatched end tag at byte offset {begin}, {expected}"));
        }
        self.close(&open);
        Ok(())
    }

    fn close(&mut self, open: &Open) {
        let (from, offset) = open.at;
        let length = self.units - offset;
        let given = |name: &str| attribute(&open.attributes, name);
        let (kind, more) = match open.tag.as_str() {
            "b" | "strong" => ("bold", None),
            "i" | "em" => ("italic", None),
            "u" | "ins" => ("underline", None),
            "s" | "strike" | "del" => ("strikethrough", None),
            "span" | "tg-spoiler" => ("spoiler", None),
            "a" => {
                let url = given("href").unwrap_or(&self.text[from..]);
                if !url.contains('.') && !url.contains(':') {
                    return;
                }
                ("text_link", Some(("url", url.to_owned())))
            }
            "tg-emoji" => ("custom_emoji", Some(("custom_emoji_id", given("emoji-id").unwrap_or_default().to_owned()))),
            "code" => match given("class").and_then(|class| class.strip_prefix("language-")) {
                // A language belongs to the pre around the code, which takes this entity over when it closes.
                Some(language) if self.open.last().is_some_and(|outer| outer.tag == "pre") => {
                    ("code", Some(("language", language.to_owned())))
                }
                _ => ("code", None),
            },
            "pre" => {
                let inner = self.entities.last().filter(|it| (it.0, it.1) == (offset, length));
                let language = inner.and_then(|it| it.2["language"].as_str()).map(str::to_owned);
                if language.is_some() {
                    self.entities.pop();
                }
                ("pre", language.map(|language| ("language", language)))
            }
            _ if given("expandable").is_some() => ("expandable_blockquote", None),
            _ => ("blockquote", None),
        };
        if length > 0 {
            let mut entity = json!({"type": kind, "offset": offset, "length": length});
            if let Some((name, value)) = more {
                entity[name] = json!(value);
            }
            self.entities.push((offset, length, entity));
        }
    }
}

fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
}
