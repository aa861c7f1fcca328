//! One message through Telegram's API, and what came of it.

use std::time::Duration;

use serde::Serialize;
use serde::de::IgnoredAny;
use teloxide::payloads::{EditMessageText, EditMessageTextSetters, SendMessage, SendMessageSetters};
use teloxide::prelude::*;
use teloxide::requests::{JsonRequest, Payload};
use teloxide::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, MessageId, ReplyParameters,
};
use teloxide::{ApiError, RequestError};

use super::letter::{Does, Key, Letter};

/// What came of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is there.
    Sent,
    /// Not now, but after this time.
    Wait(Duration),
    /// Nobody knows whether it is there, or it could not be taken now; try again. Why, for the operator.
    Unclear(String),
    /// The token is not good.
    Unauthorized,
    /// This chat cannot be written to until its people want it.
    Blocked,
    /// The chat has this number now.
    Moved(i64),
    /// The message to be changed is not there.
    Gone,
    /// It will never be taken as it is. Why, for the operator.
    Refused(String),
}

/// Sends a message; after `patience` it is unclear what became of it.
pub(super) async fn send(bot: &Bot, chat: i64, letter: Letter<'_>, patience: Duration) -> Outcome {
    match tokio::time::timeout(patience, request(bot, ChatId(chat), letter)).await {
        Ok(Ok(())) => Outcome::Sent,
        Ok(Err(error)) => outcome(error),
        Err(_) => Outcome::Unclear(format!("no answer within {patience:?}")),
    }
}

async fn request(bot: &Bot, chat: ChatId, letter: Letter<'_>) -> Result<(), RequestError> {
    match letter {
        Letter::Text { text, keys, to } => {
            let mut request = SendMessage::new(chat, text).link_preview_options(no_preview());
            if let Some(keyboard) = keyboard(keys) {
                request = request.reply_markup(keyboard);
            }
            if let Some(to) = to {
                let to = ReplyParameters::new(MessageId(to)).allow_sending_without_reply();
                request = request.reply_parameters(to);
            }
            bare(bot, request).await
        }
        Letter::Edit { message, text, keys } => {
            let request = EditMessageText::new(chat, MessageId(message), text);
            let mut request = request.link_preview_options(no_preview());
            if let Some(keyboard) = keyboard(keys) {
                request = request.reply_markup(keyboard);
            }
            bare(bot, request).await
        }
        Letter::File { name, text } => {
            let file = InputFile::memory(text.into_owned().into_bytes()).file_name(name.into_owned());
            bot.send_document(chat, file).await.map(drop)
        }
    }
}

/// A request whose answer is not read but for whether it was taken: a message comes back whole.
#[derive(Serialize)]
#[serde(transparent)]
struct Bare<P>(P);

impl<P: Payload> Payload for Bare<P> {
    type Output = IgnoredAny;

    const NAME: &'static str = P::NAME;
}

async fn bare<P: Payload + Serialize + 'static>(bot: &Bot, payload: P) -> Result<(), RequestError> {
    JsonRequest::new(bot.clone(), Bare(payload)).await.map(drop)
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

fn keyboard(keys: Vec<Vec<Key<'_>>>) -> Option<InlineKeyboardMarkup> {
    let button = |key: Key<'_>| match key.does {
        Does::Data(data) => Some(InlineKeyboardButton::callback(key.label, data)),
        Does::Url(url) => url.parse().ok().map(|url| InlineKeyboardButton::url(key.label, url)),
    };
    let rows: Vec<Vec<_>> = keys.into_iter().map(|row| row.into_iter().filter_map(button).collect()).collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// What an error means for the message. The words of the description decide, as everywhere in this API.
fn outcome(error: RequestError) -> Outcome {
    match error {
        RequestError::RetryAfter(after) => Outcome::Wait(after.duration()),
        RequestError::MigrateToChatId(chat) => Outcome::Moved(chat.0),
        RequestError::Api(error) => refused(&error),
        RequestError::Network(_) | RequestError::InvalidJson { .. } | RequestError::Io(_) => {
            Outcome::Unclear(why(&error))
        }
    }
}

fn refused(error: &ApiError) -> Outcome {
    match error {
        // Pressed twice: it says so already.
        ApiError::MessageNotModified => Outcome::Sent,
        ApiError::InvalidToken => Outcome::Unauthorized,
        ApiError::MessageToEditNotFound | ApiError::MessageCantBeEdited | ApiError::MessageIdInvalid => Outcome::Gone,
        ApiError::ChatNotFound | ApiError::UserNotFound | ApiError::GroupDeactivated => Outcome::Blocked,
        other => {
            let text = other.to_string();
            let says = |word: &str| text.contains(word);
            if says("Forbidden") || says("bot was blocked") || says("bot was kicked") || says("user is deactivated") {
                Outcome::Blocked
            } else if says("Unauthorized") {
                Outcome::Unauthorized
            } else if says("Internal Server Error") || says("Bad Gateway") || says("Gateway Timeout") {
                Outcome::Unclear(text)
            } else if let Some(seconds) = text.split("retry after ").nth(1).and_then(|s| s.trim().parse().ok()) {
                Outcome::Wait(Duration::from_secs(seconds))
            } else if says("Bad Request") || says("Request Entity Too Large") || !matches!(other, ApiError::Unknown(_))
            {
                Outcome::Refused(text)
            } else {
                Outcome::Unclear(text)
            }
        }
    }
}

/// An error in words for the operator, without what the message said.
pub(super) fn why(error: &RequestError) -> String {
    match error {
        RequestError::InvalidJson { raw, .. } => format!("an answer that is not understood, {} bytes", raw.len()),
        RequestError::Network(error) => {
            let kind = if error.is_timeout() {
                "timed out"
            } else if error.is_connect() {
                "cannot connect"
            } else {
                "the connection broke"
            };
            kind.to_owned()
        }
        RequestError::Api(error) => error.to_string(),
        RequestError::Io(error) => error.to_string(),
        RequestError::RetryAfter(after) => format!("asked to wait {}s", after.seconds()),
        RequestError::MigrateToChatId(_) => "the chat has another number".to_owned(),
    }
}
