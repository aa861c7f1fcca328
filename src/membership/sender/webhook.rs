//! A provider of the operator's own: one POST of JSON, with a key that lets it see what it has had before.
//!
//! 2xx: sent. 429: this number had enough. 422: nothing can be sent to this number. Other 4xx: the operator has to act.
//! Anything else is unclear, and as the same `Idempotency-Key` comes with it, it may be sent again.

use std::time::Duration;

use serde::Serialize;

use super::http::{self, Http};
use super::{CodeMessage, SendError, Sender, SenderError, Url};
use crate::secret::Secret;
use tokio::runtime::Handle;

/// Where codes go.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// The address.
    pub url: Url,
    /// What it knows us by.
    pub secret: Secret,
    /// How long to wait for a connection, and for an answer.
    pub timeout: Duration,
}

/// Hands codes to an address.
pub struct Webhook {
    http: Http,
    settings: WebhookSettings,
}

impl Webhook {
    /// Makes it ready; nothing is sent yet.
    ///
    /// # Errors
    /// Where no connections can be made.
    pub fn new(settings: WebhookSettings, runtime: Handle) -> Result<Self, SenderError> {
        Ok(Self { http: Http::new(&settings.url, settings.timeout, runtime)?, settings })
    }
}

/// What is sent.
#[derive(Serialize)]
struct Body<'a> {
    to: String,
    code: &'a str,
    id: &'a str,
    expires_in: u64,
}

impl Sender for Webhook {
    fn send(&self, message: &CodeMessage<'_>) -> Result<(), SendError> {
        let body = Body {
            to: format!("+86{}", message.to.reveal()),
            code: message.code,
            id: message.id,
            expires_in: message.valid_for.as_secs(),
        };
        let body = serde_json::to_string(&body).map_err(|_| SendError::Broken("no JSON can be made".to_owned()))?;
        let headers = [
            http::json(),
            ("idempotency-key", message.id.to_owned()),
            ("authorization", format!("Bearer {}", self.settings.secret.reveal())),
        ];
        let answer = self.http.post(&self.settings.url, &headers, body)?;
        let how = format!("HTTP {}", answer.status);
        match answer.status {
            200..=299 => Ok(()),
            429 => Err(SendError::Throttled { why: how, wait: answer.retry_after }),
            422 => Err(SendError::Refused(how)),
            408 | 500.. => Err(SendError::Unclear(how)),
            _ => Err(SendError::Broken(how)),
        }
    }

    fn name(&self) -> &'static str {
        "webhook"
    }

    fn repeatable(&self) -> bool {
        true
    }
}
