//! Aliyun's SMS: `SendSms` of 2017-05-25, signed as version 3, everything in the body.
//!
//! `SendSms` is not idempotent. After an unclear outcome `QuerySendDetails` is asked once for our `OutId`: what it knows
//! was sent, whatever became of it then. What it does not know may be on its way all the same, since nothing says how soon it knows; so nothing is
//! ever sent again after an unclear outcome.

mod result;
mod sign;

use std::time::Duration;

use rand::RngExt;
use serde::Deserialize;

use super::http::{Answer, Http};
use super::{CodeMessage, Outside, SendError, Sender, SenderError, Url};
use crate::secret::Secret;
use result::result;
use sign::{Request, form, sign};

/// The version of the interface.
const VERSION: &str = "2017-05-25";
/// How long the provider is given to note what it took.
const NOTED: Duration = Duration::from_secs(1);
/// More than a number can get in a day, and as many as one page may hold.
const PAGE: &str = "50";

/// What an answer to `SendSms` means; for tests that bring any bytes.
///
/// # Errors
/// What is known of a code that may not have arrived.
#[doc(hidden)]
pub fn said(status: u16, body: &[u8]) -> Result<(), SendError> {
    result(&Answer { status, retry_after: None, body: Some(body.to_vec()) })
}

/// What Aliyun has to be told.
#[derive(Debug, Clone)]
pub struct AliyunSettings {
    /// The server.
    pub endpoint: Url,
    /// The key's id,
    pub access_key_id: String,
    /// and its secret.
    pub access_key_secret: Secret,
    /// The approved signature that the text begins with.
    pub sign_name: String,
    /// The approved template; its one variable is `code`.
    pub template_code: String,
    /// How long to wait for a connection, and for an answer.
    pub timeout: Duration,
}

/// Sends codes through Aliyun.
pub struct Aliyun {
    http: Http,
    host: String,
    settings: AliyunSettings,
    outside: Outside,
}

impl Aliyun {
    /// Makes it ready; nothing is sent yet.
    ///
    /// # Errors
    /// Where no connections can be made.
    pub fn new(settings: AliyunSettings, outside: Outside) -> Result<Self, SenderError> {
        let http = Http::new(&settings.endpoint, settings.timeout, outside.runtime.clone())?;
        let name = settings.endpoint.host_str().unwrap_or_default();
        let host = settings.endpoint.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        Ok(Self { http, host, settings, outside })
    }

    /// Asks for something, signed.
    fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Result<Answer, SendError> {
        let date = (self.outside.clock)().to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let nonce = format!("{:032x}", (self.outside.chance)().random::<u128>());
        let body = form(parameters);
        let request = Request {
            host: &self.host,
            action,
            version: VERSION,
            date: &date,
            nonce: &nonce,
            query: "",
            body: Some(&body),
        };
        let signed = sign(&request, &self.settings.access_key_id, self.settings.access_key_secret.reveal());
        self.http.post(&self.settings.endpoint, &signed.headers, body)
    }

    /// Whether the provider knows that a message went out on this day.
    fn knows(&self, message: &CodeMessage<'_>, day: &str) -> bool {
        let asked = self.call(
            "QuerySendDetails",
            &[("PhoneNumber", message.to.reveal()), ("SendDate", day), ("PageSize", PAGE), ("CurrentPage", "1")],
        );
        let body = asked.ok().filter(|answer| answer.status == 200).and_then(|answer| answer.body);
        let details: Option<Details> = body.and_then(|body| serde_json::from_slice(&body).ok());
        details
            .is_some_and(|d| d.code == "OK" && d.sent.list.iter().any(|one| one.out_id.as_deref() == Some(message.id)))
    }
}

impl Sender for Aliyun {
    fn send(&self, message: &CodeMessage<'_>) -> Result<(), SendError> {
        // Beijing time, as the provider counts its days.
        let day = (self.outside.clock)().with_timezone(&crate::clock::shanghai()).format("%Y%m%d").to_string();
        let parameter = serde_json::json!({ "code": message.code }).to_string();
        let sent = self.call(
            "SendSms",
            &[
                ("PhoneNumbers", message.to.reveal()),
                ("SignName", &self.settings.sign_name),
                ("TemplateCode", &self.settings.template_code),
                ("TemplateParam", &parameter),
                ("OutId", message.id),
            ],
        );
        match sent.and_then(|answer| result(&answer)) {
            Err(unclear @ SendError::Unclear(_)) => {
                (self.outside.pause)(NOTED);
                if self.knows(message, &day) { Ok(()) } else { Err(unclear) }
            }
            settled => settled,
        }
    }

    fn name(&self) -> &'static str {
        "aliyun"
    }
}

/// What `QuerySendDetails` answers, as far as it matters here.
#[derive(Deserialize)]
struct Details {
    #[serde(rename = "Code")]
    code: String,
    #[serde(rename = "SmsSendDetailDTOs", default)]
    sent: List,
}

#[derive(Deserialize, Default)]
struct List {
    #[serde(rename = "SmsSendDetailDTO", default)]
    list: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(rename = "OutId")]
    out_id: Option<String>,
}
