//! Turns that are prepared before others are written: each sees what those before it left.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use zhuanjie::assistant::{Assistant, Message, Ready, Said, Taken};
use zhuanjie::store::{Store, StoreError};

struct Stage {
    assistant: Assistant,
    now: DateTime<FixedOffset>,
    _folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let assistant = Assistant::new(Arc::clone(&crate::engine()), store);
        let now = DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time");
        Self { assistant, now, _folder: folder }
    }

    fn prepare(&self, number: u64, text: &str) -> Ready {
        self.assistant.prepare(Message::text("u1", text, self.now), StdRng::seed_from_u64(number))
    }

    fn hear(&self, number: u64, text: &str) -> Said {
        self.assistant.hear(Message::text("u1", text, self.now), StdRng::seed_from_u64(number)).expect("a turn")
    }

    fn hand_in(&self, ready: Ready) -> Taken {
        self.assistant.hand_in(ready).expect("taken").wait().expect("a turn")
    }
}

#[test]
fn what_is_prepared_together_is_served_in_order() {
    let stage = Stage::new();
    // Known from now on, so the next one is composed before the writer has any of them.
    stage.hear(0, "你好");
    let texts = ["从广东转到北京", "记录这次转接", "今天发起成功", "我的转接"];
    let ready: Vec<_> = (1..).zip(texts).map(|(number, text)| stage.prepare(number, text)).collect();
    let pending: Vec<_> = ready.into_iter().map(|ready| stage.assistant.hand_in(ready).expect("taken")).collect();
    let said: Vec<_> = pending.into_iter().map(|turn| turn.wait().expect("a turn").said).collect();
    assert_eq!(said[0].kind, "plan", "{said:#?}");
    assert!(said[1].transfer.is_some(), "the plan of the turn before is recorded: {said:#?}");
    assert_eq!(said[2].transfer, said[1].transfer, "{said:#?}");
    assert!(said[3].replies[0].text.contains("2024-06-10"), "and what happened to it counts: {said:#?}");
}

#[test]
fn what_was_prepared_before_another_turn_is_served_as_if_it_came_after_it() {
    let stage = Stage::new();
    stage.hear(0, "从广东转到北京");
    let late = stage.prepare(1, "记录这次转接");
    stage.hear(2, "从福建转到广东");
    let said = stage.hand_in(late).said;
    assert_eq!(
        (said.origin.as_deref(), said.destination.as_deref()),
        (Some("fujian"), Some("guangdong")),
        "the route under discussion is the one told meanwhile: {said:#?}"
    );
}

#[test]
fn what_becomes_known_of_a_member_after_a_turn_was_prepared_counts() {
    let stage = Stage::new();
    stage.hear(0, "你好");
    let ready = stage.prepare(1, "从广东转到北京");
    stage.assistant.set_blocked("u1".to_owned(), Some(stage.now)).expect("noted");
    assert!(stage.hand_in(ready).returned, "whoever says something is back");
    let ready = stage.prepare(2, "记录这次转接");
    assert!(!stage.hand_in(ready).returned);
}

#[test]
fn turns_that_share_a_transaction_with_one_that_fails_come_to_the_same() {
    let stage = Stage::new();
    stage.hear(0, "你好");
    let texts = ["从广东转到北京", "记录这次转接", "今天发起成功"];
    let ready: Vec<_> = (1..).zip(texts).map(|(number, text)| stage.prepare(number, text)).collect();
    let pending: Vec<_> = ready.into_iter().map(|ready| stage.assistant.hand_in(ready).expect("taken")).collect();
    let fails = stage.assistant.submit(|_| Err::<(), _>(StoreError::Stopped)).expect("taken");
    assert!(fails.wait().is_err());
    let said: Vec<_> = pending.into_iter().map(|turn| turn.wait().expect("a turn").said).collect();
    assert_eq!(said[0].kind, "plan", "{said:#?}");
    let transfer = said[1].transfer.as_deref().expect("recorded");
    let alone = Stage::new();
    alone.hear(0, "你好");
    let again: Vec<_> = (1..).zip(texts).map(|(number, text)| alone.hear(number, text)).collect();
    assert_eq!(said, again, "as if the one that fails had not been there");
    let shown = stage.hear(4, "我的转接");
    let text = &shown.replies[0].text;
    assert!(
        text.starts_with(transfer) && text.contains("2024-06-10"),
        "one transfer, with what happened to it: {text}"
    );
}
