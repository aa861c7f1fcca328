//! What Aliyun's answers mean for a code.
//!
//! A refusal by the service comes as HTTP 200 with a result of its own, one by the gateway before it (signature, clock)
//! as HTTP 4xx. A result that is not known here counts as unclear unless its name or the status says whose fault it is.

use std::time::Duration;

use serde::Deserialize;

use super::super::http::Answer;
use super::super::{SendError, name_of};

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "Code")]
    code: String,
    /// Read for the one thing that only it says; never shown.
    #[serde(rename = "Message", default)]
    message: String,
}

/// What an answer to `SendSms` means.
pub(super) fn result(answer: &Answer) -> Result<(), SendError> {
    let said: Option<Said> = answer.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
    match said {
        Some(said) if answer.status == 200 && said.code == "OK" => Ok(()),
        Some(said) => {
            let how = format!("{}, HTTP {}", name_of(&said.code), answer.status);
            Err(by_code(&said, &how).unwrap_or_else(|| by_status(answer.status, &said.code, &how)))
        }
        None => Err(by_status(answer.status, "", &format!("no answer that can be read, HTTP {}", answer.status))),
    }
}

/// What a known result means.
fn by_code(said: &Said, how: &str) -> Option<SendError> {
    let broken = |why: &str| Some(SendError::Broken(format!("{why} ({how})")));
    match said.code.as_str() {
        "isv.BUSINESS_LIMIT_CONTROL" => {
            Some(SendError::Throttled { why: format!("the provider's limit ({how})"), wait: wait(&said.message) })
        }
        "isv.MOBILE_NUMBER_ILLEGAL" => Some(SendError::Refused(how.to_owned())),
        "isv.DAY_LIMIT_CONTROL" | "isv.MONTH_LIMIT_CONTROL" => broken("the account's own limit is reached"),
        "isv.TEMPLATE_MISSING_PARAMETERS"
        | "isv.INVALID_JSON_PARAM"
        | "isv.INVALID_PARAMETERS"
        | "isv.PARAM_LENGTH_LIMIT"
        | "isv.PARAM_NOT_SUPPORT_URL" => broken("the template wants something else than its one variable `code`"),
        "isv.SMS_TEMPLATE_ILLEGAL"
        | "isv.SMS_SIGNATURE_ILLEGAL"
        | "isv.SMS_SIGN_ILLEGAL"
        | "isv.SMS_SIGNATURE_SCENE_ILLEGAL" => {
            broken("sign_name or template_code is not approved, or not for each other")
        }
        "isv.BLACK_KEY_CONTROL_LIMIT" | "isv.SMS_CONTENT_ILLEGAL" => broken("the text is blocked"),
        "isv.DENY_IP_RANGE" => broken("the provider does not serve this machine's address"),
        "isv.AMOUNT_NOT_ENOUGH"
        | "isv.OUT_OF_SERVICE"
        | "isv.PRODUCT_UN_SUBSCRIPT"
        | "isv.ACCOUNT_ABNORMAL"
        | "isv.ACCOUNT_NOT_EXISTS" => broken("the account is out of money or closed"),
        "isp.RAM_PERMISSION_DENY" => broken("the key may not send"),
        "SignatureDoesNotMatch" | "IncompleteSignature" => broken("the signature is refused: check the key's secret"),
        "InvalidTimeStamp.Expired" => broken("the clock of this machine is wrong"),
        code if code.starts_with("InvalidAccessKeyId") => broken("the key is refused: check access_key_id"),
        // Turned away before anything was done.
        code if code.starts_with("Throttling") => Some(SendError::Unsent(format!("too many requests ({how})"))),
        // The request was there before, whoever repeated it.
        "SignatureNonceUsed" | "isp.SYSTEM_ERROR" => Some(SendError::Unclear(how.to_owned())),
        _ => None,
    }
}

/// What is left to go by.
fn by_status(status: u16, code: &str, how: &str) -> SendError {
    match status {
        429 => SendError::Unsent(how.to_owned()),
        200..=299 if !code.starts_with("isv.") => SendError::Unclear(how.to_owned()),
        408 | 500.. => SendError::Unclear(how.to_owned()),
        _ => SendError::Broken(how.to_owned()),
    }
}

/// How long the limit lasts at most: it counts back from each message over a minute, an hour or a day.
fn wait(message: &str) -> Option<Duration> {
    let levels = [("分钟级", 60), ("小时级", 3600), ("天级", 86_400)];
    levels.iter().find(|(level, _)| message.contains(level)).map(|(_, seconds)| Duration::from_secs(*seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> &'static str {
        match result(&Answer { status, retry_after: None, body: Some(body.as_bytes().to_vec()) }) {
            Ok(()) => "sent",
            Err(error) => error.kind(),
        }
    }

    fn code(status: u16, code: &str) -> &'static str {
        kind(status, &serde_json::json!({ "Code": code, "Message": "13800138000 482913" }).to_string())
    }

    #[test]
    fn every_result_has_its_kind() {
        for (expected, status, codes) in [
            ("sent", 200, "OK"),
            ("throttled", 200, "isv.BUSINESS_LIMIT_CONTROL"),
            ("refused", 200, "isv.MOBILE_NUMBER_ILLEGAL"),
            (
                "broken",
                200,
                "isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL isv.MOBILE_COUNT_OVER_LIMIT isv.TEMPLATE_MISSING_PARAMETERS \
                 isv.INVALID_JSON_PARAM isv.INVALID_PARAMETERS isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL \
                 isv.SMS_TEMPLATE_ILLEGAL isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_ILLEGAL isv.SMS_SIGNATURE_SCENE_ILLEGAL \
                 isv.BLACK_KEY_CONTROL_LIMIT isv.SMS_CONTENT_ILLEGAL isv.DENY_IP_RANGE isv.AMOUNT_NOT_ENOUGH \
                 isv.OUT_OF_SERVICE isv.PRODUCT_UN_SUBSCRIPT isv.ACCOUNT_ABNORMAL isv.ACCOUNT_NOT_EXISTS \
                 isp.RAM_PERMISSION_DENY isv.SOMETHING_NEW",
            ),
            ("unclear", 200, "isp.SYSTEM_ERROR isp.SOMETHING_NEW Ok ok SOMETHING_NEW"),
            (
                "broken",
                400,
                "SignatureDoesNotMatch IncompleteSignature InvalidTimeStamp.Expired InvalidAccessKeyId.NotFound \
                 InvalidAccessKeyId.Inactive SomethingNew OK",
            ),
            ("unsent", 400, "Throttling.User Throttling.Api Throttling"),
            ("unclear", 400, "SignatureNonceUsed"),
            ("unclear", 503, "ServiceUnavailable OK"),
        ] {
            for one in codes.split_whitespace() {
                assert_eq!(code(status, one), expected, "{one}");
            }
        }
        for (status, body, expected) in [
            (200, "", "unclear"),
            (200, "<html>", "unclear"),
            (200, "{\"Message\":\"OK\"}", "unclear"),
            (302, "", "broken"),
            (404, "<html>", "broken"),
            (408, "", "unclear"),
            (429, "", "unsent"),
            (500, "", "unclear"),
        ] {
            assert_eq!(kind(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn the_limit_that_was_met_tells_how_long_to_wait() {
        assert_eq!(wait("触发分钟级流控Permits:1"), Some(Duration::from_secs(60)));
        assert_eq!(wait("触发小时级流控Permits:5"), Some(Duration::from_secs(3600)));
        assert_eq!(wait("触发天级流控Permits:10"), Some(Duration::from_secs(86_400)));
        assert_eq!(wait("触发流控"), None);
    }
}
