//! One message through Telegram's API, and what came of it.

use std::marker::PhantomData;
use std::time::Duration;

use serde::de::IgnoredAny;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use teloxide::payloads::{EditMessageText, SendMessage};
use teloxide::prelude::*;
use teloxide::requests::{JsonRequest, Payload};
use teloxide::types::{ChatId, InputFile};
use teloxide::{ApiError, RequestError};

use super::letter::{Document, Letter};

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

/// Sends a message, however long it takes.
pub(super) async fn send(bot: &Bot, letter: Letter) -> Outcome {
    request(bot, letter).await.map_or_else(outcome, |()| Outcome::Sent)
}

async fn request(bot: &Bot, letter: Letter) -> Result<(), RequestError> {
    match letter {
        Letter::SendMessage(request) => written::<SendMessage>(bot, request).await,
        Letter::EditMessageText(request) => written::<EditMessageText>(bot, request).await,
        Letter::SendDocument(Document { chat_id, name, text }) => {
            let file = InputFile::memory(text.into_bytes()).file_name(name);
            bot.send_document(ChatId(chat_id), file).await.map(drop)
        }
    }
}

/// A request as it was written. Of its answer nothing is read but whether it was taken: a message comes back whole.
struct Written<P>(Box<RawValue>, PhantomData<fn() -> P>);

impl<P> Serialize for Written<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<P: Payload> Payload for Written<P> {
    type Output = IgnoredAny;

    const NAME: &'static str = P::NAME;
}

async fn written<P: Payload + 'static>(bot: &Bot, request: Box<RawValue>) -> Result<(), RequestError> {
    JsonRequest::new(bot.clone(), Written::<P>(request, PhantomData)).await.map(drop)
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
            } else if let Some(seconds) = retry_after(&text) {
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

/// The seconds of a refusal that says them in words alone.
fn retry_after(text: &str) -> Option<u64> {
    let rest = text.split("retry after ").nth(1)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_to_wait_may_be_said_in_words_alone() {
        for (text, seconds) in [
            (r#"Unknown error: "Too Many Requests: retry after 14""#, Some(14)),
            ("Too Many Requests: retry after 3", Some(3)),
            ("Too Many Requests: retry after a while", None),
            ("Bad Request: message is too long", None),
        ] {
            assert_eq!(retry_after(text), seconds, "{text}");
        }
        let error = ApiError::Unknown("Too Many Requests: retry after 14".to_owned());
        assert_eq!(refused(&error), Outcome::Wait(Duration::from_secs(14)));
    }
}
