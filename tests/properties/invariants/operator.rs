//! What comes from the operator and from other programs: configuration, keys, lines of JSON, answers of providers.

use std::path::Path;

use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::assistant::Input;
use zhuanjie::cli::{Failure, messages, questions};
use zhuanjie::membership::key::Key;
use zhuanjie::membership::sender::aliyun_said;
use zhuanjie::serve::config::{API_URL, Config, TOKEN};

/// The configuration file: what is taken keeps its bounds, what is refused is told in a few lines.
pub fn config(text: &str) {
    match Config::parse(text, Path::new("zhuanjie.toml")) {
        Ok(config) => {
            assert!(config.telegram.poll.as_secs() <= 50 && !config.telegram.patience.is_zero());
            assert!((1..=30).contains(&config.codes.timeout.as_secs()));
            // Secrets are read from elsewhere.
            assert!(config.telegram.token.is_none() && config.codes.aliyun.access_key_secret.is_none());
            // Without its secret no sender is complete.
            assert!(config.codes.sender.is_none() || config.codes.chosen().is_err());
            // Everything in it can be printed.
            assert!(!format!("{config:?}").is_empty());
        }
        Err(error) => assert!(!error.to_string().trim().is_empty()),
    }
    // The environment: a token is one or is not shown.
    let environment = |name: &str| [TOKEN, API_URL].contains(&name).then(|| text.to_owned());
    match Config::load(None, environment) {
        Ok(config) => assert!(!format!("{:?}", config.telegram.token).contains(text.trim()) || text.trim().len() < 8),
        Err(error) => assert!(!error.to_string().contains(text.trim()) || text.trim().len() < 8, "a token is shown"),
    }
}

/// A key: 64 hex digits or none, and never shown.
pub fn keys(text: &str) {
    let bare = text.trim();
    match Key::load(None, |_| Some(text.to_owned()), &mut StdRng::seed_from_u64(1)) {
        // Where nothing is set, one is drawn.
        Ok(_) => assert!(bare.is_empty() || (bare.len() == 64 && bare.chars().all(|c| c.is_ascii_hexdigit()))),
        Err(error) => assert!(bare.len() < 8 || !error.to_string().contains(bare), "a key is shown"),
    }
}

/// Lines of JSON as `converse` and `ask` read them: each is a message or a mistake with its number.
pub fn lines(bytes: &[u8]) {
    let most = bytes.iter().filter(|b| **b == b'\n').count() + 1;
    let mut read = 0;
    for message in messages(bytes) {
        read += 1;
        assert!(read <= most, "more messages than lines");
        match message {
            Ok(message) => assert!(matches!(message.input, Input::Text(text) if text.len() <= bytes.len())),
            Err(failure) => told(&failure, most),
        }
    }
    let mut read = 0;
    for question in questions(bytes) {
        read += 1;
        assert!(read <= most, "more questions than lines");
        match question {
            Ok(question) => assert!(question.number < most && question.text.len() <= bytes.len()),
            Err(failure) => told(&failure, most),
        }
    }
}

/// A mistake in a line is told with its number.
fn told(failure: &Failure, most: usize) {
    assert!(matches!(failure, Failure::Input(_)), "not a mistake in a line: {failure}");
    let text = failure.to_string();
    let number = text.strip_prefix("standard input, line ").and_then(|rest| rest.split(':').next()?.parse().ok());
    assert!(number.is_some_and(|number: usize| (1..=most).contains(&number)), "{text}");
}

/// What a provider answers: never taken for sent unless it says so, and nothing of what it says is shown.
pub fn answers(status: u16, body: &[u8]) {
    match aliyun_said(status, body) {
        Ok(()) => {
            // What else stands in the answer need not be sound.
            let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
            assert!(status == 200 && json.is_none_or(|json| json["Code"] == "OK"));
        }
        Err(error) => {
            let text = error.to_string();
            assert!(!text.contains(char::is_control) && text.len() < 400);
            let shown = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| *digits != status.to_string());
            assert!(shown.into_iter().all(str::is_empty), "a number of the answer is shown: {}", text.len());
        }
    }
}
