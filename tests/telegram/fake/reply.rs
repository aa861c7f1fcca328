//! What a request comes to: a result or a refusal, and the HTTP answer made of it.
//!
//! The status of a refusal is always its `error_code`, as Telegram has it.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

/// Which entry of which chat's history a request made.
pub(super) type Mark = (i64, usize);

/// What a method gives when it succeeds.
pub(super) struct Done {
    /// The `result`, as JSON text.
    pub(super) result: String,
    /// The entry of the history it made, if any.
    pub(super) mark: Option<Mark>,
}

impl Done {
    /// A result that left nothing in a chat.
    pub(super) fn with(result: &Value) -> Self {
        Self { result: result.to_string(), mark: None }
    }
}

/// An error as the Bot API gives it.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: u16,
    description: String,
    retry_after: Option<u32>,
    migrate_to: Option<i64>,
}

impl Refusal {
    /// Any refusal, its description in full.
    pub(super) fn new(status: u16, description: impl Into<String>) -> Self {
        Self { status, description: description.into(), retry_after: None, migrate_to: None }
    }

    /// 400; what is given follows `Bad Request: `.
    pub(super) fn bad(what: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", what.as_ref()))
    }

    /// 404, of an unknown method or path.
    pub(super) fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    /// 409, another getUpdates came.
    pub(super) fn other_poll() -> Self {
        Self::new(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        )
    }

    /// 429.
    pub(super) fn too_many(seconds: u32) -> Self {
        let description = format!("Too Many Requests: retry after {seconds}");
        Self { retry_after: Some(seconds), ..Self::new(429, description) }
    }

    /// 400, because the group became a supergroup.
    pub(super) fn moved(chat: i64) -> Self {
        let description = "Bad Request: group chat was upgraded to a supergroup chat";
        Self { migrate_to: Some(chat), ..Self::new(400, description) }
    }
}

/// The answer to a request, and the entry of the history whose outcome it tells the client.
pub(super) fn response(outcome: Result<Done, Refusal>) -> (Response, Option<Mark>) {
    match outcome {
        Ok(done) => {
            let body = [r#"{"ok":true,"result":"#, &done.result, "}"].concat();
            (http(200, "application/json", body, None), done.mark)
        }
        Err(refusal) => (refused(&refusal), None),
    }
}

/// The answer of a proxy whose server is away.
pub(super) fn bad_gateway() -> Response {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    http(502, "text/html", page.to_owned(), None)
}

fn refused(refusal: &Refusal) -> Response {
    let mut body = json!({"ok": false, "error_code": refusal.status, "description": refusal.description});
    if let Some(seconds) = refusal.retry_after {
        body["parameters"] = json!({"retry_after": seconds});
    }
    if let Some(chat) = refusal.migrate_to {
        body["parameters"] = json!({"migrate_to_chat_id": chat});
    }
    http(refusal.status, "application/json", body.to_string(), refusal.retry_after)
}

fn http(status: u16, kind: &'static str, body: String, retry_after: Option<u32>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("a fault or a refusal names an HTTP status");
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
