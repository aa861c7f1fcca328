//! One request as the bot made it: the method, its parameters as JSON whatever way they came, and the uploaded files.
//!
//! Parameters may come in the query, as a form, as JSON or as multipart; JSON text inside a parameter that is not a
//! text is read, so that `chat_id` is a number and `reply_markup` an object in every case.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request as Http};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::chats::Document;
use super::reply::Refusal;

/// The most a body may hold: an upload of 50 MB and its wrapping.
const BODY: usize = 60 * 1024 * 1024;

/// Parameters that are texts, also where they look like JSON.
const TEXTS: [&str; 12] = [
    "text",
    "caption",
    "callback_query_id",
    "url",
    "secret_token",
    "parse_mode",
    "action",
    "language_code",
    "document",
    "thumbnail",
    "inline_message_id",
    "file_id",
];

/// A request of the bot.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The method in lower case; empty where the path names none.
    pub(crate) method: String,
    /// The chat it is about, where it names one by number.
    pub(crate) chat: Option<i64>,
    /// Its parameters, an object.
    pub(crate) parameters: Value,
    /// The files it brings, by the name of their part.
    pub(crate) files: HashMap<String, Document>,
    /// The token of the path.
    pub(super) token: String,
}

impl Request {
    /// Reads a request; an error is a body that is not what its content type says.
    pub(super) async fn read(http: Http) -> Result<Self, Refusal> {
        let path = decoded(http.uri().path());
        let (token, method) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')).unwrap_or_default();
        let (token, method) = (token.to_owned(), method.to_lowercase());
        let mut given = Map::new();
        take_pairs(http.uri().query().unwrap_or_default(), &mut given);
        let kind = http.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_lowercase();
        let mut files = HashMap::new();
        match kind.as_str() {
            "multipart/form-data" => take_parts(http, &mut given, &mut files).await?,
            "application/json" => take_json(&body(http).await?, &mut given)?,
            "application/x-www-form-urlencoded" => {
                take_pairs(&String::from_utf8_lossy(&body(http).await?), &mut given);
            }
            _ => drop(body(http).await?),
        }
        for (name, value) in &mut given {
            if !TEXTS.contains(&name.as_str())
                && let Some(inner) = value.as_str().and_then(|text| serde_json::from_str(text).ok())
            {
                *value = inner;
            }
        }
        let chat = given.get("chat_id").and_then(Value::as_i64);
        Ok(Self { method, chat, parameters: Value::Object(given), files, token })
    }

    /// A text parameter.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.parameters[name].as_str()
    }

    /// The same, taken out of it; empty where there is none.
    pub(super) fn take_text(&mut self, name: &str) -> String {
        match self.parameters.get_mut(name).map(Value::take) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.parameters[name].as_i64()
    }

    /// The file a parameter brings (`attach://name`, or a part of that name itself).
    pub(super) fn file(&self, name: &str) -> Option<&Document> {
        let part = self.text(name).and_then(|text| text.strip_prefix("attach://")).unwrap_or(name);
        self.files.get(part)
    }
}

async fn body(http: Http) -> Result<Bytes, Refusal> {
    axum::body::to_bytes(http.into_body(), BODY).await.map_err(|_| Refusal::new(413, "Request Entity Too Large"))
}

fn take_json(body: &[u8], given: &mut Map<String, Value>) -> Result<(), Refusal> {
    if body.is_empty() {
        return Ok(());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(more)) => {
            given.extend(more);
            Ok(())
        }
        _ => Err(Refusal::bad("can't parse JSON object")),
    }
}

async fn take_parts(
    http: Http,
    given: &mut Map<String, Value>,
    files: &mut HashMap<String, Document>,
) -> Result<(), Refusal> {
    let broken = || Refusal::bad("can't parse multipart request");
    let mut parts = Multipart::from_request(http, &()).await.map_err(|_| broken())?;
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let name = part.name().ok_or_else(broken)?.to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| broken())?;
        if let Some(file) = file {
            files.insert(name, Document { name: file, bytes });
        } else {
            given.insert(name, Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok(())
}

fn take_pairs(text: &str, given: &mut Map<String, Value>) {
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        given.insert(decoded(&name.replace('+', " ")), Value::String(decoded(&value.replace('+', " "))));
    }
}

/// Text with its `%xx` read; what is not such a triple stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
