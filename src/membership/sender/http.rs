//! One POST to a provider: what is certain about it, and what is not.
//!
//! A connection that could not be made is certainly not sent; anything that breaks later is unclear. Connections are not
//! kept: codes are rare, and one that the other side has closed meanwhile would make an outcome unclear for nothing.

use std::sync::mpsc;
use std::time::Duration;

pub use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use tokio::runtime::Handle;

use super::{SendError, SenderError};

/// No answer of a provider is longer; the rest is not read.
const LONGEST: usize = 256 * 1024;

/// Sends requests.
pub(super) struct Http {
    client: Client,
    runtime: Handle,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    /// How long the other side asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// None where it broke off or does not end.
    pub(super) body: Option<Vec<u8>>,
}

/// The address of a provider. Codes go out encrypted, except to this machine.
///
/// # Errors
/// What it should be; the address itself is not shown.
pub fn address(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|_| "not an address such as https://sms.example.org/codes".to_owned())?;
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    if !(url.scheme() == "https" || url.scheme() == "http" && here) {
        return Err("an address with https://, codes are not sent where others can read them".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address without a user or password".to_owned());
    }
    Ok(url)
}

impl Http {
    /// To this server; connecting may take so long, and so may the answer.
    pub(super) fn new(url: &Url, timeout: Duration, runtime: Handle) -> Result<Self, SenderError> {
        let mut builder = Client::builder();
        if url.scheme() == "http" {
            // What is not encrypted stays on this machine, whatever proxy is set for the rest.
            builder = builder.no_proxy();
        }
        let client = builder
            .connect_timeout(timeout)
            .timeout(timeout * 2)
            .pool_max_idle_per_host(0)
            // To follow would hand the code to somebody else.
            .redirect(Policy::none())
            .user_agent(concat!("zhuanjie/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| SenderError::Client(error.to_string()))?;
        Ok(Self { client, runtime })
    }

    /// Sends a request and waits for what comes back.
    pub(super) fn post(
        &self,
        url: &Url,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answer, SendError> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let mut value = HeaderValue::from_str(value)
                .map_err(|_| SendError::Broken(format!("the header {name} would hold what no header can")))?;
            value.set_sensitive(true);
            map.insert(HeaderName::from_static(name), value);
        }
        let request = self.client.post(url.clone()).headers(map).body(body);
        let (tell, told) = mpsc::sync_channel(1);
        // Not `block_on`: that panics where the runtime ends while this waits.
        self.runtime.spawn(async move {
            let done = match request.send().await {
                Ok(response) => Ok(answer(response).await),
                Err(error) => Err(lost(&error)),
            };
            let _ = tell.send(done);
        });
        told.recv().unwrap_or_else(|_| Err(SendError::Unclear("the program stopped meanwhile".to_owned())))
    }
}

/// A header of a JSON body.
pub(super) fn json() -> (&'static str, String) {
    (CONTENT_TYPE.as_str(), "application/json".to_owned())
}

async fn answer(mut response: Response) -> Answer {
    let status = response.status().as_u16();
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut body = Vec::new();
    let whole = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST => body.extend_from_slice(&chunk),
            Ok(None) => break true,
            Ok(Some(_)) | Err(_) => break false,
        }
    };
    Answer { status, retry_after: seconds.map(Duration::from_secs), body: whole.then_some(body) }
}

/// What an error means for the message. Its own text names the address, which may hold more than it should.
fn lost(error: &reqwest::Error) -> SendError {
    if error.is_builder() {
        SendError::Broken("the request cannot be made".to_owned())
    } else if error.is_connect() {
        SendError::Unsent("cannot connect".to_owned())
    } else if error.is_timeout() {
        SendError::Unclear("no answer in time".to_owned())
    } else {
        SendError::Unclear("the connection broke".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_out_encrypted() {
        for good in
            ["https://sms.example.org/codes", "http://127.0.0.1:8080/", "http://[::1]:80/", "http://localhost/a"]
        {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://hidden.example.org/",
            "http://127.0.0.1.hidden.org/",
            "http://192.168.0.1/hidden",
            "ftp://127.0.0.1/hidden",
            "https://u:hidden@sms.example.org/",
            "hidden.example.org",
            "https://",
            "",
        ] {
            let why = address(bad).expect_err(bad);
            assert!(!why.contains("hidden"), "{bad}: {why}");
        }
    }
}
