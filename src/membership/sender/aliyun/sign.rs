//! Aliyun's signature, version 3 (`ACS3-HMAC-SHA256`): a pure function of the request.
//!
//! What is hashed here must be what is sent, byte for byte, so the headers that are signed come out of it ready to send.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// What a form is sent as.
const FORM: &str = "application/x-www-form-urlencoded";
/// The name of the scheme.
const SCHEME: &str = "ACS3-HMAC-SHA256";
/// All but what RFC 3986 leaves as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A POST to `/`, before it is signed.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    /// The server, with its port where that is not the usual one.
    pub(super) host: &'a str,
    /// What is asked for,
    pub(super) action: &'a str,
    /// of which version of the interface.
    pub(super) version: &'a str,
    /// In UTC, such as `2026-01-15T08:30:00Z`.
    pub(super) date: &'a str,
    /// Never the same twice.
    pub(super) nonce: &'a str,
    /// Parameters in the address, from [`form`].
    pub(super) query: &'a str,
    /// Parameters in the body, from [`form`].
    pub(super) body: Option<&'a str>,
}

/// Its signature, and what that was made of.
pub(super) struct Signed {
    /// The headers to send, without `host`; `authorization` is the last.
    pub(super) headers: Vec<(&'static str, String)>,
    #[cfg(test)]
    canonical: String,
    #[cfg(test)]
    signature: String,
}

/// Parameters as a form, in the order of their names.
pub(super) fn form(parameters: &[(&str, &str)]) -> String {
    let encoded = |text| utf8_percent_encode(text, RESERVED);
    let mut pairs: Vec<_> = parameters.iter().map(|(name, value)| (*name, encoded(value))).collect();
    pairs.sort_by_key(|(name, _)| *name);
    pairs.iter().map(|(name, value)| format!("{}={value}", encoded(name))).collect::<Vec<_>>().join("&")
}

/// Signs a request with the secret of a key.
pub(super) fn sign(request: &Request<'_>, key: &str, secret: &str) -> Signed {
    let payload = hex(&Sha256::digest(request.body.unwrap_or_default()));
    // In the order of their names.
    let mut signed = vec![
        ("host", request.host.to_owned()),
        ("x-acs-action", request.action.to_owned()),
        ("x-acs-content-sha256", payload.clone()),
        ("x-acs-date", request.date.to_owned()),
        ("x-acs-signature-nonce", request.nonce.to_owned()),
        ("x-acs-version", request.version.to_owned()),
    ];
    if request.body.is_some() {
        signed.insert(0, ("content-type", FORM.to_owned()));
    }
    let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names = signed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let canonical = hex(&Sha256::digest(format!("POST\n/\n{}\n{lines}\n{names}\n{payload}", request.query)));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
    mac.update(format!("{SCHEME}\n{canonical}").as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let authorization = format!("{SCHEME} Credential={key},SignedHeaders={names},Signature={signature}");
    let mut headers: Vec<_> = signed.into_iter().filter(|(name, _)| *name != "host").collect();
    headers.push(("authorization", authorization));
    Signed {
        headers,
        #[cfg(test)]
        canonical,
        #[cfg(test)]
        signature,
    }
}

/// Bytes as they are written.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "LTAI5tExampleKeyId0001";
    const SECRET: &str = "ExampleSecret0001ExampleSecret0001";
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn message() -> String {
        form(&[
            ("PhoneNumbers", "13800138000"),
            ("TemplateParam", r#"{"code":"482913"}"#),
            ("SignName", "测试签名"),
            ("TemplateCode", "SMS_123456789"),
            ("OutId", "otp-0001"),
        ])
    }

    fn request(form: &str) -> Request<'_> {
        Request {
            host: "dysmsapi.aliyuncs.com",
            action: "SendSms",
            version: "2017-05-25",
            date: "2026-01-15T08:30:00Z",
            nonce: "3ee8c1b883d344afa94f4e0ad82fd6cf",
            query: form,
            body: None,
        }
    }

    fn header<'a>(signed: &'a Signed, name: &str) -> &'a str {
        &signed.headers.iter().find(|(n, _)| *n == name).expect(name).1
    }

    #[test]
    fn parameters_are_sorted_and_encoded() {
        assert_eq!(
            message(),
            "OutId=otp-0001&PhoneNumbers=13800138000&SignName=%E6%B5%8B%E8%AF%95%E7%AD%BE%E5%90%8D\
             &TemplateCode=SMS_123456789&TemplateParam=%7B%22code%22%3A%22482913%22%7D"
        );
        assert_eq!(form(&[("a b", "+*/~-_.")]), "a%20b=%2B%2A%2F~-_.");
    }

    #[test]
    fn parameters_in_the_address() {
        let form = message();
        let signed = sign(&request(&form), KEY, SECRET);
        assert_eq!(header(&signed, "x-acs-content-sha256"), NOTHING);
        assert_eq!(signed.canonical, "25f7a2d8d33197e3ca5cda92a7278c415647c609ea041d206ba74a87c4e3f624");
        assert_eq!(signed.signature, "cbf3f17c8126a95fa298c86cb29b951158ac71cda44b680107665cd6f89f750d");
        assert_eq!(
            header(&signed, "authorization"),
            "ACS3-HMAC-SHA256 Credential=LTAI5tExampleKeyId0001,SignedHeaders=host;x-acs-action;x-acs-content-sha256;\
             x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=cbf3f17c8126a95fa298c86cb29b951158ac71cda44b680107665cd6f89f750d"
        );
    }

    #[test]
    fn parameters_in_the_body() {
        let form = message();
        let signed = sign(&Request { query: "", body: Some(&form), ..request("") }, KEY, SECRET);
        let payload = "62b4ad98170360624e9336c0597c91b244b87cbe5deb2f5ee676a397b0597704";
        assert_eq!(header(&signed, "x-acs-content-sha256"), payload);
        assert_eq!(header(&signed, "content-type"), "application/x-www-form-urlencoded");
        assert_eq!(signed.canonical, "92993e6e1d8ce1d128726588091a21ca382750a2d123c4d690f7e2912e73c762");
        assert_eq!(signed.signature, "d7c659813be1e220a28d0f4a13b6f26d207326ec741a224a458a84ef0fcfe8c1");
    }

    #[test]
    fn the_published_example() {
        let query =
            form(&[("RegionId", "cn-shanghai"), ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd")]);
        let request = Request {
            host: "ecs.cn-shanghai.aliyuncs.com",
            action: "RunInstances",
            version: "2014-05-26",
            date: "2023-10-26T10:22:32Z",
            nonce: "3156853299f313e23d1673dc12e1703d",
            query: &query,
            body: None,
        };
        let signed = sign(&request, "YourAccessKeyId", "YourAccessKeySecret");
        assert_eq!(header(&signed, "x-acs-content-sha256"), NOTHING);
        assert_eq!(signed.canonical, "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
        assert_eq!(signed.signature, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    }
}
