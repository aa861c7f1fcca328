//! Sending, editing and deleting messages.
//!
//! A request is checked whole before anything changes, so a refusal leaves no trace in the chat.

use serde_json::{Value, json};

use super::chats::{Kept, Own};
use super::content::Content;
use super::markup::Markup;
use super::reply::{Done, Refusal};
use super::request::Request;
use super::world::World;

/// The refusal that a bot takes for success: nothing would change.
const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
                            same as a current content and reply markup of the message";

pub(super) fn send_message(world: &mut World, mut request: Request) -> Result<Done, Refusal> {
    let content = Content::text(&mut request, world.settings.length, "message is too long")?;
    let mut message = json!({});
    content.put(&mut message, "text", "entities");
    send(world, request, message, Own::default())
}

pub(super) fn send_document(world: &mut World, mut request: Request) -> Result<Done, Refusal> {
    let caption = Content::caption(&mut request, world.settings.length)?;
    let document =
        request.file("document").cloned().ok_or_else(|| Refusal::bad("there is no document in the request"))?;
    if document.bytes.is_empty() {
        return Err(Refusal::bad("file must be non-empty"));
    }
    let place = world.effects();
    let mut message = json!({"document": {
        "file_id": format!("file-{place}"),
        "file_unique_id": format!("unique-{place}"),
        "file_name": document.name,
        "file_size": document.bytes.len(),
    }});
    if !caption.text.is_empty() {
        caption.put(&mut message, "caption", "caption_entities");
    }
    send(world, request, message, Own { document: Some(document), ..Own::default() })
}

fn send(world: &mut World, mut request: Request, mut message: Value, mut own: Own) -> Result<Done, Refusal> {
    let markup = Markup::of_new(&mut request)?;
    let clock = world.clock;
    let chat = world.open_chat(&request)?;
    let reply = &request.parameters["reply_parameters"];
    if let Some(id) = reply["message_id"].as_i64().or_else(|| request.integer("reply_to_message_id")) {
        match chat.message(id) {
            Some(kept) => message["reply_to_message"] = without_reply(kept.value()),
            None if reply["allow_sending_without_reply"] == true => {}
            None => return Err(Refusal::bad("message to be replied not found")),
        }
    }
    match markup {
        Markup::Nothing => {}
        Markup::Inline(inline) => message["reply_markup"] = inline,
        Markup::Keyboard(keyboard) => own.keyboard = Some(keyboard),
    }
    message["date"] = json!(clock);
    message["chat"] = chat.json.clone();
    message["from"] = World::bot();
    let (id, place) = chat.send(message, own);
    Ok(done(world, &request, id, place))
}

pub(super) fn edit_text(world: &mut World, mut request: Request) -> Result<Done, Refusal> {
    let content = Content::text(&mut request, world.settings.length, "MESSAGE_TOO_LONG")?;
    edit(world, request, |message| {
        if message["text"].is_null() {
            return Err(Refusal::bad("there is no text in the message to edit"));
        }
        content.put(message, "text", "entities");
        Ok(())
    })
}

pub(super) fn edit_markup(world: &mut World, request: Request) -> Result<Done, Refusal> {
    edit(world, request, |_| Ok(()))
}

fn edit(
    world: &mut World,
    mut request: Request,
    change: impl FnOnce(&mut Value) -> Result<(), Refusal>,
) -> Result<Done, Refusal> {
    let inline = Markup::of_edit(&mut request)?;
    if request.text("inline_message_id").is_some() {
        return Err(Refusal::bad("MESSAGE_ID_INVALID"));
    }
    let clock = world.clock;
    let chat = world.open_chat(&request)?;
    let id = message_id(&request)?;
    let kept = chat.message(id).ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if kept.own.as_ref().is_none_or(|own| own.keyboard.is_some()) {
        return Err(Refusal::bad("message can't be edited"));
    }
    let before = kept.value();
    let mut json = before.clone();
    change(&mut json)?;
    if let Some(message) = json.as_object_mut() {
        message.remove("reply_markup");
        message.extend(inline.map(|inline| ("reply_markup".to_owned(), inline)));
    }
    if json == before {
        return Err(Refusal::bad(NOT_MODIFIED));
    }
    json["edit_date"] = json!(clock);
    let edited = Kept::new(&json, kept.own.clone());
    let place = chat.edit(id, edited);
    Ok(done(world, &request, id, place))
}

pub(super) fn delete(world: &mut World, request: &Request) -> Result<Done, Refusal> {
    let chat = world.open_chat(request)?;
    let id = message_id(request)?;
    chat.message(id).ok_or_else(|| Refusal::bad("message to delete not found"))?;
    let place = chat.delete(id);
    if let (Some(_), Some(chat)) = (place, request.chat) {
        world.took_effect(chat);
    }
    let mark = place.zip(request.chat).map(|(place, chat)| (chat, place));
    Ok(Done { mark, ..Done::with(&json!(true)) })
}

fn message_id(request: &Request) -> Result<i64, Refusal> {
    request.integer("message_id").ok_or_else(|| Refusal::bad("message identifier is not specified"))
}

fn done(world: &mut World, request: &Request, id: i64, place: Option<usize>) -> Done {
    let chat = request.chat.unwrap_or_default();
    world.took_effect(chat);
    let message = world.chats.get(&chat).and_then(|chat| chat.message(id));
    let result = message.map(|kept| kept.json.clone()).unwrap_or_default();
    Done { result, mark: place.map(|place| (chat, place)) }
}

/// A message as it stands inside another: without the one it answers itself.
pub(super) fn without_reply(mut message: Value) -> Value {
    if let Some(message) = message.as_object_mut() {
        message.remove("reply_to_message");
    }
    message
}
