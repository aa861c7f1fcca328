//! Updates as a test makes them: what the members do, at a time the test names (Unix seconds).
//!
//! A builder leaves open what only the server knows (ids, the message under a pressed button); pushing fills it in.
//! A private chat and its user have the same number, groups and channels have negative ones.

use serde_json::{Value, json};

use super::content::units;

/// An update that is not queued yet.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    /// The field of the update that is present: `message`, `callback_query`, …
    pub(super) kind: String,
    /// What stands in that field.
    pub(super) body: Value,
}

impl Update {
    /// An update of any kind.
    pub(crate) fn of(kind: &str, body: Value) -> Self {
        Self { kind: kind.to_owned(), body }
    }

    /// The same with another value at a JSON pointer (`/from/first_name`), whose parent must be there.
    pub(crate) fn with(mut self, pointer: &str, value: Value) -> Self {
        let (parent, name) = pointer.rsplit_once('/').expect("a JSON pointer begins with a slash");
        self.body.pointer_mut(parent).expect("the parent of what is set")[name] = value;
        self
    }

    /// The same from another user.
    pub(crate) fn by(self, user: i64) -> Self {
        self.with("/from", person(user))
    }

    /// The same message in answer to another one of its chat.
    pub(crate) fn replying_to(self, message: i64) -> Self {
        self.with("/reply_to_message", json!({"message_id": message}))
    }

    /// As JSON with an id of the test's choice, for raw pushes; nothing else is filled in.
    pub(crate) fn raw(self, update_id: i64) -> Value {
        json!({"update_id": update_id, self.kind: self.body})
    }
}

/// The user with this id.
pub(super) fn person(id: i64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": format!("团员{id}"), "language_code": "zh-hans"})
}

fn chat(id: i64) -> Value {
    if id > 0 {
        json!({"id": id, "type": "private", "first_name": format!("团员{id}")})
    } else {
        json!({"id": id, "type": "supergroup", "title": "支部"})
    }
}

pub(crate) fn message(id: i64, date: i64, more: Value) -> Update {
    let mut body = json!({"date": date, "chat": chat(id), "from": person(id.abs())});
    if let (Some(body), Value::Object(mut more)) = (body.as_object_mut(), more) {
        body.append(&mut more);
    }
    Update::of("message", body)
}

/// A text with the entities Telegram finds in it that matter to a bot: its name, and a command at the beginning.
fn worded(text: &str) -> Value {
    let mut entities = Vec::new();
    let command = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '@';
    let length = text.strip_prefix('/').map_or(0, |rest| 1 + rest.find(|c| !command(c)).unwrap_or(rest.len()));
    if length > 1 {
        entities.push(json!({"type": "bot_command", "offset": 0, "length": length}));
    }
    let name = format!("@{}", super::USERNAME);
    for (at, _) in text.match_indices(&name).filter(|(at, _)| *at >= length) {
        entities.push(json!({"type": "mention", "offset": units(&text[..at]), "length": name.len()}));
    }
    if entities.is_empty() { json!({"text": text}) } else { json!({"text": text, "entities": entities}) }
}

/// A text message: in a private chat by its user, in a group best with [`Update::by`].
pub(crate) fn text(chat: i64, date: i64, text: &str) -> Update {
    message(chat, date, worded(text))
}

/// A text message in a supergroup; `@league_test_bot` in it becomes a mention.
pub(crate) fn group_text(group: i64, user: i64, date: i64, words: &str) -> Update {
    text(group, date, words).by(user)
}

/// An earlier message of the user with a new text.
pub(crate) fn edited(chat: i64, message_id: i64, date: i64, text: &str) -> Update {
    let mut update = message(chat, date, worded(text));
    update.kind = "edited_message".to_owned();
    update.with("/message_id", json!(message_id)).with("/edit_date", json!(date))
}

/// A press on an inline button; the message comes with it as it stands now. The query's id is the update's.
pub(crate) fn press(chat_id: i64, message_id: i64, data: &str) -> Update {
    let message = json!({"chat": chat(chat_id), "message_id": message_id});
    let from = person(chat_id.abs());
    let chat_instance = format!("ci{chat_id}");
    Update::of(
        "callback_query",
        json!({"from": from, "chat_instance": chat_instance, "data": data, "message": message}),
    )
}

/// A press on a button of a message too old for Telegram to give it (`date` 0, no text).
pub(crate) fn press_inaccessible(chat: i64, message_id: i64, data: &str) -> Update {
    press(chat, message_id, data).with("/message/date", json!(0))
}

/// A contact: the user's own where the owner is the user, else somebody else's, or one without an account.
pub(crate) fn contact(chat: i64, date: i64, phone: &str, owner: Option<i64>) -> Update {
    let mut contact = json!({"phone_number": phone, "first_name": "名"});
    if let Some(owner) = owner {
        contact["user_id"] = json!(owner);
    }
    message(chat, date, json!({"contact": contact}))
}

/// A sticker.
pub(crate) fn sticker(chat: i64, date: i64) -> Update {
    let sticker = json!({
        "file_id": "sticker", "file_unique_id": "sticker-unique", "type": "regular", "width": 512, "height": 512,
        "is_animated": false, "is_video": false, "emoji": "👍", "file_size": 1000,
    });
    message(chat, date, json!({"sticker": sticker}))
}

/// A photo.
pub(crate) fn photo(chat: i64, date: i64, caption: Option<&str>) -> Update {
    let size =
        json!({"file_id": "photo", "file_unique_id": "photo-unique", "width": 90, "height": 60, "file_size": 1000});
    let mut body = json!({"photo": [size]});
    if let Some(caption) = caption {
        body["caption"] = json!(caption);
    }
    message(chat, date, body)
}

/// The user blocked the bot (or a group threw it out). The chat itself is blocked by `FakeTelegram::block`.
pub(crate) fn kicked(chat: i64, date: i64) -> Update {
    membership(chat, date, ["member", "kicked"])
}

/// The user let the bot in again.
pub(crate) fn returned(chat: i64, date: i64) -> Update {
    membership(chat, date, ["kicked", "member"])
}

fn membership(chat: i64, date: i64, [old, new]: [&str; 2]) -> Update {
    let member = |status: &str| {
        let mut member = json!({"user": super::world::World::bot(), "status": status});
        if status == "kicked" {
            member["until_date"] = json!(0);
        }
        member
    };
    let body = json!({"old_chat_member": member(old), "new_chat_member": member(new)});
    Update { kind: "my_chat_member".to_owned(), ..message(chat, date, body) }
}

/// A post in a channel.
pub(crate) fn channel_post(channel: i64, date: i64, text: &str) -> Update {
    let chat = json!({"id": channel, "type": "channel", "title": "频道"});
    Update::of("channel_post", json!({"date": date, "chat": chat, "sender_chat": chat, "text": text}))
}

/// A kind of update nobody has heard of.
pub(crate) fn unknown_kind(date: i64) -> Update {
    Update::of("moon_phase", json!({"date": date, "phase": "full"}))
}

/// A message without a chat.
pub(crate) fn malformed(date: i64, text: &str) -> Update {
    Update::of("message", json!({"message_id": 1, "date": date, "text": text}))
}
