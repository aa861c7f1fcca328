//! Turns that are prepared together, before any of them is written: each sees what the one before it left.

use std::sync::Arc;

use chrono::DateTime;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use zhuanjie::assistant::{Assistant, Message};
use zhuanjie::store::Store;

#[test]
fn what_is_prepared_together_is_served_in_order() {
    let folder = TempDir::new().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let assistant = Assistant::new(Arc::clone(&crate::engine()), store);
    let now = DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time");
    let prepare =
        |number: u64, text: &str| assistant.prepare(Message::text("u1", text, now), StdRng::seed_from_u64(number));
    // Known from now on, so the next ones are composed before the writer has any of them.
    let greeted = assistant.hear(Message::text("u1", "你好", now), StdRng::seed_from_u64(0));
    greeted.expect("a turn");
    let texts = ["从广东转到北京", "记录这次转接", "今天发起成功", "我的转接"];
    let ready: Vec<_> = (1..).zip(texts).map(|(number, text)| prepare(number, text)).collect();
    let pending: Vec<_> = ready.into_iter().map(|ready| assistant.hand_in(ready).expect("taken")).collect();
    let said: Vec<_> = pending.into_iter().map(|turn| turn.wait().expect("a turn").said).collect();
    assert_eq!(said[0].kind, "plan", "{said:#?}");
    assert!(said[1].transfer.is_some(), "the plan of the turn before is recorded: {said:#?}");
    assert_eq!(said[2].transfer, said[1].transfer, "{said:#?}");
    assert!(said[3].replies[0].text.contains("2024-06-10"), "and what happened to it counts: {said:#?}");
}
