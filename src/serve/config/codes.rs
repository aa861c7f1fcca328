//! `[codes]`: who sends verification codes, and what that takes.
//!
//! Only the sender that is chosen has to be complete, and only its secret is read.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, Secret, duration, read};
use crate::membership::sender::{self, AliyunSettings, Url, WebhookSettings};
use crate::store::Total;

/// Holds the secret of Aliyun's key.
pub const ACCESS_KEY_SECRET: &str = "ZHUANJIE_ALIYUN_ACCESS_KEY_SECRET";
/// Holds what the webhook knows us by.
pub const WEBHOOK_SECRET: &str = "ZHUANJIE_WEBHOOK_SECRET";
const ALIYUN_FILE: &str = "codes.aliyun.access_key_secret_file";
const WEBHOOK_FILE: &str = "codes.webhook.secret_file";

/// Who sends codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CodesConfig {
    /// Which of the senders; without one no codes can be sent.
    pub sender: Option<SenderKind>,
    /// How long to wait for a connection, and for an answer.
    #[serde(deserialize_with = "duration")]
    pub timeout: Duration,
    /// How many codes may be sent in an hour, to everybody together,
    pub most_an_hour: u32,
    /// and in a day: what they cost is bounded.
    pub most_a_day: u32,
    /// What Aliyun has to be told.
    pub aliyun: AliyunConfig,
    /// Where the webhook is.
    pub webhook: WebhookConfig,
}

/// The senders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SenderKind {
    /// SMS through Aliyun.
    Aliyun,
    /// A provider of the operator's own.
    Webhook,
}

/// A sender that is chosen, with all it has to be told.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// SMS through Aliyun.
    Aliyun(AliyunSettings),
    /// A provider of the operator's own.
    Webhook(WebhookSettings),
}

/// SMS through Aliyun.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AliyunConfig {
    /// The key's id.
    pub access_key_id: Option<String>,
    /// A file that holds its secret and nothing else; [`ACCESS_KEY_SECRET`] in the environment goes before it.
    pub access_key_secret_file: Option<PathBuf>,
    /// The approved signature that the text begins with.
    pub sign_name: Option<String>,
    /// The approved template; its one variable is `code`.
    pub template_code: Option<String>,
    /// The server.
    pub endpoint: String,
    /// The secret; never read from this file.
    #[serde(skip)]
    pub access_key_secret: Option<Secret>,
}

/// A provider of the operator's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookConfig {
    /// Its address.
    pub url: Option<String>,
    /// A file that holds what it knows us by and nothing else; [`WEBHOOK_SECRET`] in the environment goes before it.
    pub secret_file: Option<PathBuf>,
    /// That secret; never read from this file.
    #[serde(skip)]
    pub secret: Option<Secret>,
}

impl Default for CodesConfig {
    fn default() -> Self {
        Self {
            sender: None,
            timeout: Duration::from_secs(5),
            most_an_hour: 200,
            most_a_day: 1000,
            aliyun: AliyunConfig::default(),
            webhook: WebhookConfig::default(),
        }
    }
}

impl Default for AliyunConfig {
    fn default() -> Self {
        Self {
            access_key_id: None,
            access_key_secret_file: None,
            sign_name: None,
            template_code: None,
            endpoint: "https://dysmsapi.aliyuncs.com/".to_owned(),
            access_key_secret: None,
        }
    }
}

impl CodesConfig {
    /// How many codes may be sent to everybody together.
    pub fn total(&self) -> Total {
        Total { an_hour: self.most_an_hour, a_day: self.most_a_day }
    }

    /// Refuses what cannot be right, whichever sender is chosen.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if !(Duration::from_secs(1)..=Duration::from_secs(30)).contains(&self.timeout) {
            return Err(wrong("codes.timeout", "1s to 30s: a provider needs some time, and a code does not live long"));
        }
        let endpoint = address("codes.aliyun.endpoint", &self.aliyun.endpoint)?;
        if endpoint.path() != "/" || endpoint.query().is_some() {
            return Err(wrong("codes.aliyun.endpoint", "a server alone, such as https://dysmsapi.aliyuncs.com/"));
        }
        if let Some(url) = &self.webhook.url {
            address("codes.webhook.url", url)?;
        }
        Ok(())
    }

    /// Reads the secret of the sender that is chosen.
    pub(super) fn unlock(&mut self, set: impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        let secret = |name: &str, key: &'static str, file: &Option<PathBuf>| {
            let secret = match (set(name), file) {
                (Some(secret), _) => secret,
                (None, Some(file)) => read(file)?.trim().to_owned(),
                (None, None) => return Ok(None),
            };
            // It becomes part of a header or a key.
            match !secret.is_empty() && secret.chars().all(|c| c.is_ascii_graphic()) {
                true => Ok(Some(Secret::new(secret))),
                false => Err(wrong(key, &format!("one word of letters, digits and signs, as in {name}"))),
            }
        };
        match self.sender {
            None => {}
            Some(SenderKind::Aliyun) => {
                let file = &self.aliyun.access_key_secret_file;
                self.aliyun.access_key_secret = secret(ACCESS_KEY_SECRET, ALIYUN_FILE, file)?;
            }
            Some(SenderKind::Webhook) => {
                self.webhook.secret = secret(WEBHOOK_SECRET, WEBHOOK_FILE, &self.webhook.secret_file)?;
            }
        }
        Ok(())
    }

    /// What the sender that is chosen has to be told.
    ///
    /// # Errors
    /// Where something of it is missing or cannot be right; names the key.
    pub fn chosen(&self) -> Result<Option<Chosen>, ConfigError> {
        match self.sender {
            None => Ok(None),
            Some(SenderKind::Aliyun) => self.aliyun.settings(self.timeout).map(|s| Some(Chosen::Aliyun(s))),
            Some(SenderKind::Webhook) => self.webhook.settings(self.timeout).map(|s| Some(Chosen::Webhook(s))),
        }
    }
}

impl AliyunConfig {
    fn settings(&self, timeout: Duration) -> Result<AliyunSettings, ConfigError> {
        let access_key_id = needed("codes.aliyun.access_key_id", &self.access_key_id)?;
        // It becomes part of a header.
        if !access_key_id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
            return Err(wrong("codes.aliyun.access_key_id", "letters and digits, as the console gives it"));
        }
        Ok(AliyunSettings {
            endpoint: address("codes.aliyun.endpoint", &self.endpoint)?,
            access_key_id,
            access_key_secret: unlocked(ALIYUN_FILE, ACCESS_KEY_SECRET, &self.access_key_secret)?,
            sign_name: needed("codes.aliyun.sign_name", &self.sign_name)?,
            template_code: needed("codes.aliyun.template_code", &self.template_code)?,
            timeout,
        })
    }
}

impl WebhookConfig {
    fn settings(&self, timeout: Duration) -> Result<WebhookSettings, ConfigError> {
        Ok(WebhookSettings {
            url: address("codes.webhook.url", &needed("codes.webhook.url", &self.url)?)?,
            secret: unlocked(WEBHOOK_FILE, WEBHOOK_SECRET, &self.secret)?,
            timeout,
        })
    }
}

fn needed(key: &'static str, value: &Option<String>) -> Result<String, ConfigError> {
    let value = value.as_deref().map(str::trim).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| wrong(key, "is needed by this sender"))
}

fn unlocked(key: &'static str, name: &str, secret: &Option<Secret>) -> Result<Secret, ConfigError> {
    secret.clone().ok_or_else(|| wrong(key, &format!("is needed by this sender; or set {name}")))
}

fn address(key: &'static str, text: &str) -> Result<Url, ConfigError> {
    sender::address(text).map_err(|why| wrong(key, &why))
}

fn wrong(key: &'static str, why: &str) -> ConfigError {
    ConfigError::Value { key, why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    const ALIYUN: &str = "[codes]\nsender = \"aliyun\"\n[codes.aliyun]\naccess_key_id = \"LTAI5tExampleKeyId0001\"\n\
                          sign_name = \"某某团委\"\ntemplate_code = \"SMS_123456789\"\n";
    const WEBHOOK: &str = "[codes]\nsender = \"webhook\"\n[codes.webhook]\nurl = \"https://sms.example.org/\"\n";

    fn load(text: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Config, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("zhuanjie.toml");
        std::fs::write(&file, text).expect("written");
        Config::load(Some(&file), environment).map_err(|error| error.to_string())
    }

    #[test]
    fn a_sender_without_what_it_needs_is_refused_by_its_key() {
        let secret = |name: &str| (name == ACCESS_KEY_SECRET).then(|| "hidden".to_owned());
        for key in ["access_key_id", "sign_name", "template_code"] {
            let text: String = ALIYUN.lines().filter(|l| !l.starts_with(key)).map(|l| format!("{l}\n")).collect();
            let error = load(&text, secret).expect_err(key);
            assert!(error.contains(&format!("codes.aliyun.{key}: is needed")), "{error}");
        }
        for (text, key) in [
            (ALIYUN, "codes.aliyun.access_key_secret_file"),
            (ALIYUN, ACCESS_KEY_SECRET),
            (WEBHOOK, "codes.webhook.secret_file"),
            (WEBHOOK, WEBHOOK_SECRET),
            ("[codes]\nsender = \"webhook\"\n", "codes.webhook.url"),
        ] {
            let error = load(text, |_| None).expect_err(key);
            assert!(error.contains(key) && error.contains("is needed"), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_right_is_refused() {
        for (text, expected) in [
            ("[codes]\ntimeout = \"900ms\"", "codes.timeout: 1s to 30s"),
            ("[codes]\ntimeout = \"1000000years\"", "codes.timeout: 1s to 30s"),
            ("[codes]\nsender = \"fax\"", "line 2"),
            ("[codes]\nsendr = \"aliyun\"", "sendr"),
            ("[codes.aliyun]\naccess_key_secret = \"x\"", "access_key_secret"),
            ("[codes.webhook]\nsecret = \"x\"", "secret"),
            ("[codes.webhook]\nurl = \"http://sms.example.org/\"", "codes.webhook.url: an address with https://"),
            (
                "[codes.aliyun]\nendpoint = \"https://dysmsapi.aliyuncs.com/?a\"",
                "codes.aliyun.endpoint: a server alone",
            ),
            (&ALIYUN.replace("0001", " 1"), "codes.aliyun.access_key_id: letters"),
        ] {
            let error = load(text, |_| Some("123456:hidden".to_owned())).expect_err(text);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn secrets_come_from_outside_and_are_never_printed() {
        let hidden = |wanted: &'static str| move |name: &str| (name == wanted).then(|| " hidden-1\n".to_owned());
        let config = load(ALIYUN, hidden(ACCESS_KEY_SECRET)).expect("loads");
        assert_eq!(config.codes.aliyun.access_key_secret.as_ref().map(Secret::reveal), Some("hidden-1"));
        assert!(!format!("{config:?}").contains("hidden"), "{config:?}");
        let config = load(WEBHOOK, hidden(WEBHOOK_SECRET)).expect("loads");
        assert_eq!(config.codes.webhook.secret.as_ref().map(Secret::reveal), Some("hidden-1"));
        let error =
            load(WEBHOOK, |name| (name == WEBHOOK_SECRET).then(|| "hidden 1".to_owned())).expect_err("two words");
        assert!(error.contains("codes.webhook.secret_file") && !error.contains("hidden"), "{error}");

        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        std::fs::write(&file, "from-file\n").expect("written");
        let text = format!("{WEBHOOK}secret_file = {file:?}\n");
        let config = load(&text, |_| None).expect("loads");
        assert_eq!(config.codes.webhook.secret.as_ref().map(Secret::reveal), Some("from-file"));
        let config = load(&text, hidden(WEBHOOK_SECRET)).expect("loads");
        assert_eq!(config.codes.webhook.secret.as_ref().map(Secret::reveal), Some("hidden-1"));
        std::fs::remove_file(&file).expect("removed");
        assert!(load(&text, |_| None).expect_err("no file").contains("cannot read"));
    }
}
