//! The methods of the Bot API, by name, and the small ones themselves; those about messages stand in `messages`.

use serde_json::{Value, json};

use super::messages;
use super::reply::{Done, Refusal};
use super::request::Request;
use super::world::World;

/// Carries a request out. Of getUpdates only the confirmation: waiting and delivery are [`Poll`]'s.
pub(super) fn apply(world: &mut World, request: Request) -> Result<Done, Refusal> {
    admit(world, &request)?;
    match request.method.as_str() {
        "getme" => Ok(Done::with(&me())),
        "getupdates" => Poll::begin(world, &request).map(|_| Done::with(&json!([]))),
        "sendmessage" => messages::send_message(world, request),
        "senddocument" => messages::send_document(world, request),
        "editmessagetext" => messages::edit_text(world, request),
        "editmessagereplymarkup" => messages::edit_markup(world, request),
        "deletemessage" => messages::delete(world, &request),
        "answercallbackquery" => answer_callback(world, &request),
        "sendchataction" => {
            world.open_chat(&request)?;
            request.text("action").ok_or_else(|| Refusal::bad("wrong parameter action in request"))?;
            Ok(Done::with(&json!(true)))
        }
        "getchatmember" => chat_member(world, &request),
        "setmycommands" => set_commands(world, &request),
        "setwebhook" => {
            world.webhook = request.text("url").unwrap_or_default().to_owned();
            Ok(Done::with(&json!(true)))
        }
        "deletewebhook" => {
            world.webhook.clear();
            if request.parameters["drop_pending_updates"] == json!(true) {
                world.queue.confirm(world.queue.next_id());
            }
            Ok(Done::with(&json!(true)))
        }
        "getwebhookinfo" => Ok(Done::with(&json!({
            "url": world.webhook,
            "has_custom_certificate": false,
            "pending_update_count": world.queue.len(),
        }))),
        _ => Err(Refusal::not_found()),
    }
}

fn admit(world: &World, request: &Request) -> Result<(), Refusal> {
    if request.token.is_empty() {
        return Err(Refusal::not_found());
    }
    if request.token != super::TOKEN || !world.token_valid {
        return Err(Refusal::new(401, "Unauthorized"));
    }
    Ok(())
}

fn me() -> Value {
    let mut me = World::bot();
    for (name, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[name] = json!(value);
    }
    me
}

/// A getUpdates that is being answered.
pub(super) struct Poll {
    number: u64,
    limit: usize,
}

impl Poll {
    /// Takes the parameters: the confirmation and the kinds of updates.
    pub(super) fn begin(world: &mut World, request: &Request) -> Result<Self, Refusal> {
        admit(world, request)?;
        world.polls += 1;
        let poll = Self {
            number: world.polls,
            limit: usize::try_from(request.integer("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100),
        };
        poll.stands(world)?;
        if let Some(kinds) = request.parameters["allowed_updates"].as_array() {
            world.allowed = Some(kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
        world.queue.confirm(request.integer("offset").unwrap_or(0));
        Ok(poll)
    }

    /// The updates, or none where it has to wait; an error where it may not go on.
    pub(super) fn look(&self, world: &mut World) -> Result<Option<Done>, Refusal> {
        self.stands(world)?;
        Ok(world.queue.deliver(self.limit).map(|result| Done { result, mark: None }))
    }

    fn stands(&self, world: &World) -> Result<(), Refusal> {
        if !world.webhook.is_empty() {
            let why =
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
            return Err(Refusal::new(409, format!("Conflict: {why}")));
        }
        if world.conflict || world.polls != self.number {
            return Err(Refusal::other_poll());
        }
        Ok(())
    }
}

fn answer_callback(world: &mut World, request: &Request) -> Result<Done, Refusal> {
    let id = request.text("callback_query_id").unwrap_or_default();
    let text = request.text("text").filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > 200) {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    if !world.callbacks.get_mut(id).is_some_and(std::mem::take) {
        return Err(Refusal::bad("query is too old and response timeout expired or query ID is invalid"));
    }
    world.answered.push((id.to_owned(), text.map(str::to_owned)));
    Ok(Done::with(&json!(true)))
}

fn chat_member(world: &mut World, request: &Request) -> Result<Done, Refusal> {
    world.open_chat(request)?;
    let user = request.integer("user_id").ok_or_else(|| Refusal::bad("invalid user_id specified"))?;
    let user = if user == super::BOT { World::bot() } else { super::updates::person(user) };
    Ok(Done::with(&json!({"user": user, "status": "member"})))
}

fn set_commands(world: &mut World, request: &Request) -> Result<Done, Refusal> {
    let commands = request.parameters["commands"].as_array().map(Vec::as_slice).unwrap_or_default();
    if commands.len() > 100 {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for one in commands {
        let name = one["command"].as_str().unwrap_or_default();
        let name = name.strip_prefix('/').unwrap_or(name);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(plain) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&one["description"].as_str().unwrap_or_default().chars().count()) {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    world.commands = Some(request.parameters.clone());
    Ok(Done::with(&json!(true)))
}
