//! What a bot hangs under a message: inline buttons, which stay with it, or a keyboard, which does not.

use serde_json::Value;

use super::reply::Refusal;
use super::request::Request;

/// What an inline button may do.
const ACTIONS: [&str; 10] = [
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
];

/// A checked `reply_markup`.
pub(super) enum Markup {
    /// None, or an empty inline keyboard where that means to take it away.
    Nothing,
    /// `{"inline_keyboard": …}`.
    Inline(Value),
    /// A keyboard, its removal, or a forced reply.
    Keyboard(Value),
}

impl Markup {
    /// That of a new message.
    pub(super) fn of_new(request: &mut Request) -> Result<Self, Refusal> {
        let markup = request.parameters["reply_markup"].take();
        if markup.is_null() {
            return Ok(Self::Nothing);
        }
        if !markup.is_object() {
            return Err(Refusal::bad("object expected as reply markup"));
        }
        if let Some(rows) = markup["inline_keyboard"].as_array() {
            inline(rows)?;
            return Ok(Self::Inline(markup));
        }
        if let Some(rows) = markup["keyboard"].as_array() {
            keyboard(rows, request.chat.is_some_and(|chat| chat > 0))?;
        } else if markup["remove_keyboard"] != true && markup["force_reply"] != true {
            return Err(Refusal::bad("can't parse reply keyboard markup JSON object"));
        }
        Ok(Self::Keyboard(markup))
    }

    /// That of an edit: inline or nothing.
    pub(super) fn of_edit(request: &mut Request) -> Result<Option<Value>, Refusal> {
        if request.parameters["reply_markup"]["inline_keyboard"].as_array().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        match Self::of_new(request)? {
            Self::Nothing => Ok(None),
            Self::Inline(markup) => Ok(Some(markup)),
            Self::Keyboard(_) => Err(Refusal::bad("inline keyboard expected")),
        }
    }
}

fn buttons<'a>(rows: &'a [Value], empty: &str) -> Result<impl Iterator<Item = &'a Value>, Refusal> {
    if rows.is_empty() || rows.iter().any(|row| row.as_array().is_none_or(Vec::is_empty)) {
        return Err(Refusal::bad(empty));
    }
    Ok(rows.iter().filter_map(Value::as_array).flatten())
}

fn inline(rows: &[Value]) -> Result<(), Refusal> {
    for button in buttons(rows, "inline keyboard must be non-empty")? {
        if button["text"].as_str().is_none_or(str::is_empty) {
            return Err(Refusal::bad("inline keyboard button text must be non-empty"));
        }
        if ACTIONS.iter().filter(|action| !button[**action].is_null()).count() != 1 {
            let why = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard";
            return Err(Refusal::bad(why));
        }
        if let Some(data) = button["callback_data"].as_str()
            && !(1..=64).contains(&data.len())
        {
            return Err(Refusal::bad("BUTTON_DATA_INVALID"));
        }
        if let Some(url) = button["url"].as_str()
            && !["http://", "https://", "tg://"].iter().any(|scheme| url.starts_with(scheme))
        {
            return Err(Refusal::bad(format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")));
        }
    }
    Ok(())
}

fn keyboard(rows: &[Value], private: bool) -> Result<(), Refusal> {
    for button in buttons(rows, "keyboard must be non-empty")? {
        if button.as_str().or(button["text"].as_str()).is_none_or(str::is_empty) {
            return Err(Refusal::bad("keyboard button text must be non-empty"));
        }
        if button["request_contact"] == true && !private {
            return Err(Refusal::bad("phone number can be requested in private chats only"));
        }
    }
    Ok(())
}
