//! The webhook: what is posted, and what is tried again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use zhuanjie::membership::sender::{Again, SendError, Webhook, WebhookSettings};

use super::provider::SLOW;
use super::upstream::{Act, Request, Upstream};
use super::{CODE, Stage, TIMEOUT, kind, nobody, secret, send};

/// A provider that does one thing after the other, then answers 200.
struct Theirs {
    upstream: Upstream,
    had: Arc<Mutex<Vec<Request>>>,
}

impl Theirs {
    fn doing(acts: impl IntoIterator<Item = Act>) -> Self {
        let had: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (acts, seen) = (Mutex::new(acts.into_iter().collect::<VecDeque<_>>()), Arc::clone(&had));
        let upstream = Upstream::start(move |request| {
            seen.lock().expect("requests").push(request.clone());
            acts.lock().expect("acts").pop_front().unwrap_or(Act::status(200))
        });
        Self { upstream, had }
    }

    fn had(&self) -> Vec<Request> {
        self.had.lock().expect("requests").clone()
    }

    fn sender(&self, stage: &Stage) -> Again {
        let url = self.upstream.url();
        let settings = WebhookSettings { url, secret: secret("hidden-1"), timeout: TIMEOUT };
        let webhook = Webhook::new(settings, stage.runtime.handle().clone()).expect("a sender");
        Again::new(Arc::new(webhook), stage.outside().pause)
    }
}

#[test]
fn a_code_is_posted_with_its_key() {
    let (stage, theirs) = (Stage::new(), Theirs::doing([Act::status(204)]));
    assert_eq!(send(&theirs.sender(&stage), "m-1"), Ok(()));
    let [request] = &theirs.had()[..] else { panic!("{:?}", theirs.had()) };
    let body: Value = serde_json::from_str(&request.body).expect("JSON");
    assert_eq!(body, json!({ "to": "+8613800138000", "code": CODE, "id": "m-1", "expires_in": 300 }));
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/"));
    for (name, value) in
        [("idempotency-key", "m-1"), ("authorization", "Bearer hidden-1"), ("content-type", "application/json")]
    {
        assert_eq!(request.headers[name], value);
    }
}

#[test]
fn what_is_unclear_is_sent_again_with_the_same_key() {
    for act in [Act::status(500), Act::status(503), Act::status(408), Act::Cut, Act::Late(SLOW, String::new())] {
        let (stage, theirs) = (Stage::new(), Theirs::doing([act.clone(), act.clone()]));
        assert_eq!(send(&theirs.sender(&stage), "m-1"), Ok(()), "{act:?}");
        let had = theirs.had();
        assert_eq!(had.len(), 3, "{act:?}");
        assert!(had.iter().all(|request| request.headers["idempotency-key"] == "m-1" && request.body == had[0].body));
        assert_eq!(stage.waited(), [500, 1000]);
    }
}

#[test]
fn it_is_not_tried_for_ever() {
    let (stage, theirs) = (Stage::new(), Theirs::doing(vec![Act::status(502); 9]));
    assert_eq!(kind(&send(&theirs.sender(&stage), "m-1")), "unclear");
    assert_eq!((theirs.had().len(), stage.waited()), (4, vec![500, 1000, 2000]));
}

#[test]
fn a_broken_answer_after_a_good_status_is_good() {
    let (stage, theirs) = (Stage::new(), Theirs::doing([Act::Half(200)]));
    assert_eq!(send(&theirs.sender(&stage), "m-1"), Ok(()));
    assert_eq!(theirs.had().len(), 1);
}

#[test]
fn a_provider_that_asks_for_patience_gets_a_little() {
    let after = |seconds: &str| Act::Answer(429, vec![("Retry-After", seconds.to_owned())], String::new());
    let (stage, theirs) = (Stage::new(), Theirs::doing([after("3"), after("0")]));
    assert_eq!(send(&theirs.sender(&stage), "m-1"), Ok(()));
    assert_eq!(stage.waited(), [3000, 1000]);
    for (asked, wait) in [("600", Some(Duration::from_secs(600))), ("Fri, 01 Jan 2027 00:00:00 GMT", None)] {
        let (stage, theirs) = (Stage::new(), Theirs::doing([after(asked)]));
        let result = send(&theirs.sender(&stage), "m-1");
        assert_eq!(result, Err(SendError::Throttled { why: "HTTP 429".to_owned(), wait }));
        assert_eq!((theirs.had().len(), stage.waited().len()), (1, 0));
    }
}

#[test]
fn a_refusal_is_final() {
    for (status, expected) in [(400, "broken"), (401, "broken"), (404, "broken"), (307, "broken"), (422, "refused")] {
        let echo = Act::Answer(status, Vec::new(), "no 13800138000 048213".to_owned());
        let (stage, theirs) = (Stage::new(), Theirs::doing([echo]));
        let error = send(&theirs.sender(&stage), "m-1").expect_err("refused");
        assert!(error.kind() == expected && error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!((theirs.had().len(), stage.waited().len()), (1, 0));
    }
}

#[test]
fn where_nobody_answers_it_was_not_sent() {
    let stage = Stage::new();
    let settings = WebhookSettings { url: nobody(), secret: secret("hidden-1"), timeout: TIMEOUT };
    let webhook = Webhook::new(settings, stage.runtime.handle().clone()).expect("a sender");
    let sender = Again::new(Arc::new(webhook), stage.outside().pause);
    assert_eq!(send(&sender, "m-1"), Err(SendError::Unsent("cannot connect".to_owned())));
    assert_eq!(stage.waited(), [500, 1000, 2000]);
}
