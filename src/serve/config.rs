//! The configuration file of the service, and what the environment adds to it.
//!
//! Every key may be left out. Unknown keys are refused, with their line. Secrets come from the environment or from files
//! of their own, never from arguments, and print as `***`.

mod codes;
mod retention;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Deserializer};

pub use crate::secret::Secret;
pub use codes::{ACCESS_KEY_SECRET, AliyunConfig, Chosen, CodesConfig, SenderKind, WEBHOOK_SECRET, WebhookConfig};
pub use retention::RetentionConfig;

/// Holds the bot's token.
pub const TOKEN: &str = "TELOXIDE_TOKEN";
/// Names another Bot API server.
pub const API_URL: &str = "TELOXIDE_API_URL";

/// What an operator can set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The data folder; the system's own for the program where it is left out.
    pub data: Option<PathBuf>,
    /// Where health, readiness and metrics are served. Port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Reads knowledge from this folder instead of the built-in copy, anew with each SIGHUP.
    pub knowledge: Option<PathBuf>,
    /// The same for dialogs.
    pub dialogs: Option<PathBuf>,
    /// Answered to everything during maintenance; where it is left out, the assistant's own words.
    pub maintenance: Option<String>,
    /// Telegram.
    pub telegram: Telegram,
    /// How fast a member may write.
    pub limits: LimitsConfig,
    /// Who sends verification codes.
    pub codes: CodesConfig,
    /// How long what is kept is kept.
    pub retention: RetentionConfig,
}

/// The channel Telegram; it runs where there is a token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telegram {
    /// A file that holds the token and nothing else; [`TOKEN`] in the environment goes before it.
    pub token_file: Option<PathBuf>,
    /// Another Bot API server than Telegram's; [`API_URL`] in the environment goes before it.
    pub api_url: Option<String>,
    /// How long a request for updates is held while there are none; at most 50 seconds.
    #[serde(deserialize_with = "duration")]
    pub poll: Duration,
    /// After this time it is unclear what became of a message, and it is sent again.
    #[serde(deserialize_with = "duration")]
    pub patience: Duration,
    /// The token; never read from this file.
    #[serde(skip)]
    pub token: Option<Secret>,
}

/// How fast a member may write before being asked to wait.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// So many messages at once,
    pub burst: NonZeroU32,
    /// then one in this time.
    #[serde(deserialize_with = "duration")]
    pub every: Duration,
}

/// What is wrong with a configuration; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what it should be. The message names line and column and shows them.
    #[error("{path}: {why}")]
    Parse {
        /// Which.
        path: PathBuf,
        /// What and where.
        why: String,
    },
    /// A value is out of bounds.
    #[error("{key}: {why}")]
    Value {
        /// Of which key.
        key: &'static str,
        /// What it should be.
        why: String,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            knowledge: None,
            dialogs: None,
            maintenance: None,
            telegram: Telegram::default(),
            limits: LimitsConfig::default(),
            codes: CodesConfig::default(),
            retention: RetentionConfig::default(),
        }
    }
}

impl Default for Telegram {
    fn default() -> Self {
        Self {
            token_file: None,
            api_url: None,
            poll: Duration::from_secs(25),
            patience: Duration::from_secs(15),
            token: None,
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { burst: NonZeroU32::new(60).expect("not zero"), every: Duration::from_secs(1) }
    }
}

impl Config {
    /// The configuration of a file, or the defaults, with what the environment adds.
    pub fn load(file: Option<&Path>, environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut config = file.map_or_else(|| Ok(Self::default()), Self::of_file)?;
        let set = |name: &str| environment(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let from_file = || config.telegram.token_file.as_deref().map(read).transpose();
        let token = match set(TOKEN) {
            Some(token) => Some(token),
            None => from_file()?.map(|token| token.trim().to_owned()),
        };
        config.telegram.token = token.map(|token| checked(&token)).transpose()?;
        config.telegram.api_url = set(API_URL).or(config.telegram.api_url);
        config.codes.unlock(set)?;
        config.codes.chosen()?;
        Ok(config)
    }

    /// The configuration of a file alone, without secrets.
    pub fn of_file(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(&read(path)?, path)
    }

    /// The configuration that a text is; `path` is where it is from.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| ConfigError::Parse {
            path: path.to_owned(),
            why: error.to_string().trim_end().to_owned(),
        })?;
        if config.telegram.poll > Duration::from_secs(50) {
            let why = "at most 50s, Telegram holds no request longer".to_owned();
            return Err(ConfigError::Value { key: "telegram.poll", why });
        }
        if config.telegram.patience.is_zero() {
            return Err(ConfigError::Value { key: "telegram.patience", why: "longer than 0s".to_owned() });
        }
        config.codes.check()?;
        config.retention.check()?;
        Ok(config)
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })
}

/// A token that could be one; what it is instead is not shown.
fn checked(token: &str) -> Result<Secret, ConfigError> {
    let good = token.split_once(':').is_some_and(|(number, secret)| {
        let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
            && !secret.is_empty()
            && secret.chars().all(known)
    });
    let why = "a bot's token is digits, a colon, and letters and digits, as BotFather gives it".to_owned();
    if good { Ok(Secret::new(token)) } else { Err(ConfigError::Value { key: TOKEN, why }) }
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text)
        .map_err(|error| serde::de::Error::custom(format!("`{text}` is not a duration such as 15s or 2m: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("zhuanjie.toml")).map_err(|error| error.to_string())
    }

    fn environment(name: &str) -> Option<String> {
        (name == TOKEN).then(|| " 123456:secret-of_the-bot\n".to_owned())
    }

    #[test]
    fn the_sample_says_what_holds_without_it() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/zhuanjie.toml");
        let text = std::fs::read_to_string(&sample).expect("the sample");
        let plain = Config::load(None, |_| None).expect("the defaults");
        assert_eq!(format!("{:?}", parse(&text).expect("loads")), format!("{plain:?}"));
        // What is only shown in it loads as well.
        let shown: String =
            text.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
        let all = parse(&shown).expect("what is commented out loads");
        assert!(all.data.is_some() && all.knowledge.is_some() && all.telegram.token_file.is_some());
    }

    #[test]
    fn unknown_keys_and_bad_values_are_told_with_their_line() {
        for (text, expected) in [
            ("lissten = \"127.0.0.1:1\"", ["line 1", "lissten"]),
            ("[telegram]\npol = \"1s\"", ["line 2", "pol"]),
            ("[telegram]\ntoken = \"1:a\"", ["line 2", "token"]),
            ("[limits]\nburst = 0", ["line 2", "nonzero"]),
            ("[telegram]\npoll = \"soon\"", ["line 2", "`soon` is not a duration"]),
            ("[telegram]\npoll = \"60s\"", ["telegram.poll", "50s"]),
        ] {
            let error = parse(text).expect_err(text);
            assert!(expected.iter().all(|part| error.contains(part)), "{text}: {error}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let config = Config::load(None, environment).expect("loads");
        assert_eq!(config.telegram.token.as_ref().map(Secret::reveal), Some("123456:secret-of_the-bot"));
        let shown = format!("{config:?}");
        assert!(shown.contains("***") && !shown.contains("secret-of_the-bot"), "{shown}");
        let bad = Config::load(None, |name| (name == TOKEN).then(|| "my secret".to_owned())).expect_err("no token");
        assert!(!bad.to_string().contains("my secret"), "{bad}");
    }

    #[test]
    fn a_token_can_stand_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (token, file) = (folder.path().join("token"), folder.path().join("zhuanjie.toml"));
        std::fs::write(&token, "123456:from-file\n").expect("written");
        std::fs::write(&file, format!("[telegram]\ntoken_file = {:?}", token)).expect("written");
        let config = Config::load(Some(&file), |_| None).expect("loads");
        assert_eq!(config.telegram.token.as_ref().map(Secret::reveal), Some("123456:from-file"));
        let config = Config::load(Some(&file), environment).expect("loads");
        assert_eq!(config.telegram.token.as_ref().map(Secret::reveal), Some("123456:secret-of_the-bot"));
    }
}
