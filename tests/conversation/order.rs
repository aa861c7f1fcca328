//! Turns that are prepared before others are written: each sees what those before it left, and what they say is handed
//! over in the order in which it was committed.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use zhuanjie::assistant::{Assistant, Dispatch, Message, Post, Ready, Said, Taken};
use zhuanjie::store::{Store, StoreError, Tx};

struct Stage {
    assistant: Assistant,
    now: DateTime<FixedOffset>,
    /// The messages that were handed over, by their numbers.
    dispatched: Arc<Mutex<Vec<i64>>>,
    _folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let assistant = Assistant::new(Arc::clone(&crate::engine()), store);
        let now = DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time");
        Self { assistant, now, dispatched: Arc::default(), _folder: folder }
    }

    fn prepare(&self, number: u64, text: &str) -> Ready {
        self.assistant.prepare(Message::text("u1", text, self.now), StdRng::seed_from_u64(number))
    }

    /// The same, to be answered by whoever sends.
    fn prepare_to_send(&self, number: u64, text: &str) -> Ready {
        let render = Box::new(|said: &Said| said.replies.iter().map(|reply| reply.text.clone()).collect());
        let post = Post { chat: "u1".to_owned(), company: false, render, dispatch: self.dispatch() };
        let message = Message { post: Some(post), ..Message::text("u1", text, self.now) };
        self.assistant.prepare(message, StdRng::seed_from_u64(number))
    }

    fn dispatch(&self) -> Dispatch {
        let dispatched = Arc::clone(&self.dispatched);
        Arc::new(move |posted| {
            let ids = posted.parcels.iter().map(|parcel| parcel.id);
            dispatched.lock().expect("no panic").extend(ids);
        })
    }

    /// What was handed over since this was asked last.
    fn dispatched(&self) -> Vec<i64> {
        std::mem::take(&mut *self.dispatched.lock().expect("no panic"))
    }

    fn unsent(&self) -> Vec<i64> {
        let unsent = self.assistant.with_store(|tx| tx.unsent_to("u1")).expect("read");
        unsent.iter().map(|parcel| parcel.id).collect()
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
    stage.hand_in(stage.prepare_to_send(1, "附件要多大"));
    let waiting = stage.dispatched();
    let ready = stage.prepare_to_send(2, "从广东转到北京");
    stage.assistant.set_blocked("u1".to_owned(), stage.now).expect("noted");
    stage.hand_in(ready);
    let dispatched = stage.dispatched();
    assert_eq!(dispatched, stage.unsent(), "whoever says something is back: what waited for them goes out as well");
    assert!(dispatched.starts_with(&waiting) && dispatched.len() > waiting.len());
    stage.hand_in(stage.prepare_to_send(3, "记录这次转接"));
    assert!(stage.dispatched().iter().all(|id| !dispatched.contains(id)), "they are back already");
}

#[test]
fn who_can_be_reached_again_gets_what_waited() {
    let stage = Stage::new();
    stage.hand_in(stage.prepare_to_send(0, "附件要多大"));
    let waiting = stage.dispatched();
    stage.assistant.set_reachable("u1".to_owned(), stage.dispatch()).expect("noted");
    assert_eq!(stage.dispatched(), [0; 0], "it is no news");
    stage.assistant.set_blocked("u1".to_owned(), stage.now).expect("noted");
    stage.assistant.set_reachable("u1".to_owned(), stage.dispatch()).expect("noted");
    assert_eq!(stage.dispatched(), waiting);
}

#[test]
fn what_is_said_is_handed_over_in_the_order_of_the_commits() {
    let stage = Stage::new();
    let texts = ["你好", "附件要多大", "从广东转到北京"];
    let ready: Vec<_> = (0..).zip(texts).map(|(number, text)| stage.prepare_to_send(number, text)).collect();
    // Nobody waits for these: who says something after them has them committed, and handed over, as well.
    let pending: Vec<_> = ready.into_iter().map(|ready| stage.assistant.hand_in(ready).expect("taken")).collect();
    let now = stage.now;
    let unasked = move |tx: &mut Tx<'_>| Ok(vec![tx.post("u1", None, None, "提醒".to_owned(), now)?]);
    assert_eq!(stage.assistant.post(stage.dispatch(), unasked).expect("a turn"), 1);
    let dispatched = stage.dispatched();
    assert!(dispatched.len() > texts.len() && dispatched.is_sorted(), "{dispatched:?}");
    assert_eq!(dispatched, stage.unsent());
    drop(pending);
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
