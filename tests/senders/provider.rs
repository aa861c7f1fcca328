//! A fake of Aliyun's SMS: checks signatures on its own, counts what a number has had, keeps an inbox.
//!
//! Written from the published rules, not from the sender: it builds what was to be signed out of the request it got.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zhuanjie::membership::sender::Url;

use crate::Time;
use crate::upstream::{Act, Request, Upstream};

pub(crate) const KEY: &str = "LTAI5tExampleKeyId0001";
pub(crate) const SECRET: &str = "hidden0001hidden0001";
pub(crate) const SIGN: &str = "测试签名";
pub(crate) const TEMPLATE: &str = "SMS_123456789";

/// What goes wrong with one request to send; `applied`: the message goes out all the same.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// This result instead, nothing goes out.
    Code(u16, &'static str, &'static str),
    /// Something else than a result.
    Instead { applied: bool, act: Act },
    /// It is sent, and told in the words of another provider.
    OtherCase,
}

/// A message that went out.
#[derive(Debug, Clone)]
pub(crate) struct Sms {
    pub(crate) to: String,
    pub(crate) code: String,
    out_id: String,
    at: DateTime<FixedOffset>,
}

#[derive(Default)]
struct World {
    nonces: HashSet<String>,
    inbox: Vec<Sms>,
    faults: VecDeque<Fault>,
    actions: Vec<String>,
    forgetful: bool,
}

/// The running fake.
pub(crate) struct Provider {
    upstream: Upstream,
    world: Arc<Mutex<World>>,
}

impl Provider {
    /// Starts it with a time of its own.
    pub(crate) fn start(time: Time) -> Self {
        let world: Arc<Mutex<World>> = Arc::default();
        let shared = Arc::clone(&world);
        let upstream = Upstream::start(move |request| {
            let now = *time.lock().unwrap_or_else(PoisonError::into_inner);
            shared.lock().unwrap_or_else(PoisonError::into_inner).answer(request, now)
        });
        Self { upstream, world }
    }

    pub(crate) fn url(&self) -> Url {
        self.upstream.url()
    }

    /// What goes wrong with the next request to send.
    pub(crate) fn next(&self, fault: Fault) {
        self.change(|world| world.faults.push_back(fault));
    }

    /// From now on it does not know what it sent.
    pub(crate) fn forget(&self) {
        self.change(|world| world.forgetful = true);
    }

    pub(crate) fn inbox(&self) -> Vec<Sms> {
        self.change(|world| world.inbox.clone())
    }

    /// What was asked of it since the last look.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.change(|world| std::mem::take(&mut world.actions))
    }

    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn said(status: u16, code: &str, message: &str) -> Act {
    Act::json(status, &json!({ "Code": code, "Message": message, "RequestId": "F655A8D5-B967-440B-8683-DAD6FF8DE990" }))
}

impl World {
    fn answer(&mut self, request: &Request, now: DateTime<FixedOffset>) -> Act {
        if let Err((code, message)) = self.admit(request, now) {
            return said(400, code, &message);
        }
        let form: BTreeMap<String, String> = request
            .body
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect();
        let action = request.headers["x-acs-action"].clone();
        self.actions.push(action.clone());
        match action.as_str() {
            "SendSms" => self.send(&form, now),
            "QuerySendDetails" => self.details(&form),
            _ => said(404, "InvalidAction.NotFound", ""),
        }
    }

    /// The gateway: signature, clock, nonce.
    fn admit(&mut self, request: &Request, now: DateTime<FixedOffset>) -> Result<(), (&'static str, String)> {
        let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
        let refuse = |code, why: &str| Err((code, why.to_owned()));
        if request.method != "POST" || request.target != "/" || header("x-acs-version") != "2017-05-25" {
            return refuse("InvalidVersion", "");
        }
        if header("x-acs-content-sha256") != hex(&Sha256::digest(&request.body)) {
            return refuse("InvalidContentHash", "");
        }
        let date = NaiveDateTime::parse_from_str(header("x-acs-date"), "%Y-%m-%dT%H:%M:%SZ");
        let skew = date.map(|date| (now.to_utc() - date.and_utc()).abs());
        if skew.is_err() || skew.is_ok_and(|skew| skew > chrono::Duration::minutes(15)) {
            return refuse("InvalidTimeStamp.Expired", "");
        }
        let Some((credential, names, signature)) = authorization(header("authorization")) else {
            return refuse("IncompleteSignature", "");
        };
        let must = ["content-type", "host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"];
        let names: Vec<&str> = names.split(';').collect();
        if !names.is_sorted() || !must.iter().all(|name| names.contains(name)) {
            return refuse("IncompleteSignature", "");
        }
        if credential != KEY {
            return refuse("InvalidAccessKeyId.NotFound", "");
        }
        let lines: String = names.iter().map(|name| format!("{name}:{}\n", header(name))).collect();
        let hashed = hex(&Sha256::digest(&request.body));
        let canonical = ["POST", "/", "", &lines, &names.join(";"), &hashed].join("\n");
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
        mac.update(format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical))).as_bytes());
        if signature != hex(&mac.finalize().into_bytes()) {
            return refuse("SignatureDoesNotMatch", &request.body);
        }
        if !self.nonces.insert(header("x-acs-signature-nonce").to_owned()) {
            return refuse("SignatureNonceUsed", "");
        }
        Ok(())
    }

    fn send(&mut self, form: &BTreeMap<String, String>, now: DateTime<FixedOffset>) -> Act {
        let value = |name: &str| form.get(name).cloned().unwrap_or_default();
        let fault = self.faults.pop_front();
        if let Some(Fault::Code(status, code, message)) = fault {
            return said(status, code, message);
        }
        if let Some(Fault::Instead { applied: false, act }) = fault {
            return act;
        }
        let (to, out_id) = (value("PhoneNumbers"), value("OutId"));
        let parameter: Value = serde_json::from_str(&value("TemplateParam")).unwrap_or(Value::Null);
        if to.len() != 11 || !to.starts_with('1') {
            return said(200, "isv.MOBILE_NUMBER_ILLEGAL", &to);
        }
        if value("SignName") != SIGN || value("TemplateCode") != TEMPLATE {
            return said(200, "isv.SMS_TEMPLATE_ILLEGAL", "");
        }
        let Some(code) = parameter.as_object().filter(|p| p.len() == 1).and_then(|p| p["code"].as_str()) else {
            return said(200, "isv.TEMPLATE_MISSING_PARAMETERS", "");
        };
        // Windows that roll from each message.
        for (within, most, level) in [(60, 1, "分钟级"), (3600, 5, "小时级"), (86_400, 10, "天级")] {
            let recent = |sms: &&Sms| sms.to == to && now - sms.at < chrono::Duration::seconds(within);
            if self.inbox.iter().filter(recent).count() >= most {
                return said(200, "isv.BUSINESS_LIMIT_CONTROL", &format!("触发{level}流控Permits:{most} {to} {code}"));
            }
        }
        self.inbox.push(Sms { to, code: code.to_owned(), out_id, at: now });
        match fault {
            Some(Fault::Instead { act, .. }) => act,
            Some(Fault::OtherCase) => said(200, "Ok", "send success"),
            _ => said(200, "OK", "OK"),
        }
    }

    fn details(&self, form: &BTreeMap<String, String>) -> Act {
        let value = |name: &str| form.get(name).map_or("", String::as_str);
        if value("PageSize") != "50" || value("CurrentPage") != "1" {
            return said(200, "isv.INVALID_PARAMETERS", "");
        }
        let known = |sms: &&Sms| {
            !self.forgetful
                && sms.to == value("PhoneNumber")
                && sms.at.format("%Y%m%d").to_string() == value("SendDate")
        };
        let list: Vec<Value> = self
            .inbox
            .iter()
            .filter(known)
            .map(|sms| json!({ "OutId": sms.out_id, "PhoneNum": sms.to, "SendStatus": 1, "Content": sms.code }))
            .chain([json!({ "OutId": null, "SendStatus": 3 })])
            .collect();
        Act::json(
            200,
            &json!({ "Code": "OK", "TotalCount": list.len().to_string(), "SmsSendDetailDTOs": { "SmsSendDetailDTO": list } }),
        )
    }
}

/// Credential, names of headers, signature.
fn authorization(header: &str) -> Option<(&str, &str, &str)> {
    let mut parts = header.strip_prefix("ACS3-HMAC-SHA256 ")?.split(',');
    Some((
        parts.next()?.strip_prefix("Credential=")?,
        parts.next()?.strip_prefix("SignedHeaders=")?,
        parts.next()?.strip_prefix("Signature=")?,
    ))
}

fn decoded(text: &str) -> String {
    assert!(!text.contains('+'), "a blank is %20");
    percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Longer than a sender waits in these tests.
pub(crate) const SLOW: Duration = Duration::from_millis(1500);
