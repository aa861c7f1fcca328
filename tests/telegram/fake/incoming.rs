//! Updates on their way in: filled with what only the server knows, and noted in their chats.

use serde_json::{Value, json};

use super::chats::Chat;
use super::messages::without_reply;
use super::updates::Update;
use super::world::World;

/// Kinds that a bot gets only by asking for them.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// Kinds that a bot gets unless it asks for others.
const ORDINARY: [&str; 12] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
    "chat_join_request",
    "poll",
    "poll_answer",
    "pre_checkout_query",
];

impl World {
    /// Queues an update and gives its id; 0 where `allowed_updates` keeps it out.
    pub(super) fn push(&mut self, update: Update) -> i64 {
        let Update { kind, mut body } = update;
        let id = self.queue.next_id();
        match kind.as_str() {
            "callback_query" => self.complete_press(&mut body, id),
            "my_chat_member" => {
                self.chat_of(&body);
            }
            _ => self.complete_message(&mut body),
        }
        if !self.wanted(&kind) {
            return 0;
        }
        if kind == "callback_query" {
            self.open_callback(&body);
        }
        let json = json!({"update_id": id, kind: body});
        self.queue.push(json.to_string());
        if self.recording {
            self.pushed.insert(id, json);
        }
        id
    }

    /// Queues an update as it is; its chat becomes known and its callback query answerable, where it has them.
    pub(super) fn push_raw(&mut self, update: &Value) {
        for (kind, body) in update.as_object().into_iter().flatten() {
            if kind == "callback_query" {
                self.open_callback(body);
                self.chat_of(&body["message"]);
            } else if let Some((chat, id)) = self.chat_of(body).zip(body["message_id"].as_i64())
                && chat.message(id).is_none()
            {
                chat.came(id, body);
            }
        }
        self.queue.push_raw(update["update_id"].as_i64(), update.to_string());
    }

    fn wanted(&self, kind: &str) -> bool {
        match self.allowed.as_deref() {
            None | Some([]) => !ON_REQUEST.contains(&kind),
            Some(kinds) => {
                let known = ORDINARY.contains(&kind) || ON_REQUEST.contains(&kind);
                !known || kinds.iter().any(|it| it == kind)
            }
        }
    }

    /// A callback query can be answered, where it was not answered already.
    fn open_callback(&mut self, body: &Value) {
        if let Some(id) = body["id"].as_str() {
            self.callbacks.entry(id.to_owned()).or_insert(true);
        }
    }

    /// The chat something happened in, known from now on; the clock goes on with it.
    fn chat_of(&mut self, body: &Value) -> Option<&mut Chat> {
        self.clock = self.clock.max(body["date"].as_i64().unwrap_or(0));
        let json = body.get("chat")?;
        let recorded = self.recording;
        Some(self.chats.entry(json["id"].as_i64()?).or_insert_with(|| Chat::new(json.clone(), recorded)))
    }

    fn complete_message(&mut self, body: &mut Value) {
        let Some(chat) = self.chat_of(body) else { return };
        let id = body["message_id"].as_i64().unwrap_or(chat.last + 1);
        body["message_id"] = json!(id);
        let answered = body["reply_to_message"]["message_id"].as_i64().and_then(|id| chat.message(id));
        if let Some(kept) = answered {
            body["reply_to_message"] = without_reply(kept.value());
        }
        chat.came(id, body);
    }

    fn complete_press(&mut self, body: &mut Value, id: i64) {
        if body["id"].is_null() {
            body["id"] = json!(id.to_string());
        }
        let message = &mut body["message"];
        let Some(chat) = self.chat_of(message) else { return };
        if message["date"].is_null() {
            let kept = message["message_id"].as_i64().and_then(|id| chat.message(id));
            match kept {
                Some(kept) => *message = kept.value(),
                None => message["date"] = json!(0),
            }
        }
    }
}
