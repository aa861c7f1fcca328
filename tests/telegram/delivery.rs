//! What Telegram and the way to it do wrong, one thing at a time. All of it at once, with kills, is in `tests/faults`.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::bot::{Bot, PANICS, PATIENCE, text};
use crate::fake::{Event, Fault, Faults, updates};

const A: i64 = 42;
const B: i64 = 43;

/// The first request of this method to this chat goes wrong like this, all others go well.
fn once(method: &'static str, chat: i64, fault: Fault) -> Option<Faults> {
    let mut fault = Some(fault);
    Some(Box::new(move |request| match request.method == method && request.chat == Some(chat) {
        true => fault.take().unwrap_or_default(),
        false => Fault::None,
    }))
}

fn sent_at(events: &[Event]) -> Instant {
    events.first().expect("something was sent").at
}

#[test]
fn each_failure_is_tried_again_and_adds_a_copy_only_where_nobody_could_know() {
    let bot = Bot::start();
    for (fault, copies) in [
        (Fault::Internal { applied: false }, 1),
        (Fault::Internal { applied: true }, 2),
        (Fault::BadGateway { applied: false }, 1),
        (Fault::BadGateway { applied: true }, 2),
        (Fault::Cut { applied: false }, 1),
        (Fault::Cut { applied: true }, 2),
        (Fault::Silence { applied: false, lasting: Duration::from_secs(30) }, 1),
        (Fault::Silence { applied: true, lasting: Duration::from_secs(30) }, 2),
        (Fault::TooManyRequests(1), 1),
    ] {
        let name = format!("{fault:?}");
        bot.fake.set_faults(once("sendmessage", A, fault));
        let said = bot.say(A, "附件要传几张图片");
        assert_eq!(said.len(), copies, "{name}");
    }
    let (_, metrics) = bot.get("/metrics");
    assert!(metrics.contains("zhuanjie_retries_total{channel=\"telegram\"} 9"), "{metrics}");
}

#[test]
fn who_has_to_wait_holds_up_nobody_else_and_keeps_their_order() {
    let bot = Bot::start();
    bot.fake.set_faults(once("sendmessage", A, Fault::TooManyRequests(2)));
    let date = bot.date();
    bot.fake.push(updates::text(A, date, "附件要传几张图片"));
    bot.fake.push(updates::text(A, date, "我的组织在哪"));
    let last = bot.fake.push(updates::text(B, date, "附件要传几张图片"));
    bot.settle(last);
    let (a, b) = (bot.fake.history(A), bot.fake.history(B));
    assert!(sent_at(&a) - sent_at(&b) > Duration::from_secs(1), "B waited for A");
    assert!(a[0].shown.text.contains("5张") && text(&a[1..]).contains("按系统这样查"), "{a:#?}");
}

#[test]
fn many_who_have_to_wait_hold_up_nobody_else() {
    const TOLD_TO_WAIT: i64 = 1000;
    let bot = Bot::start();
    bot.fake.set_faults(Some(Box::new(|request| match request.chat.is_some_and(|chat| chat >= TOLD_TO_WAIT) {
        true => Fault::TooManyRequests(3),
        false => Fault::None,
    })));
    let date = bot.date();
    // More than are sent at the same time while they are answered fast.
    for chat in TOLD_TO_WAIT..TOLD_TO_WAIT + 20 {
        bot.fake.push(updates::text(chat, date, "附件要传几张图片"));
    }
    let begun = Instant::now();
    let last = bot.fake.push(updates::text(B, date, "附件要传几张图片"));
    assert!(bot.fake.wait_until(PATIENCE, |world| !world.history(B).is_empty()));
    assert!(begun.elapsed() < Duration::from_secs(3), "B waited for those who were told to wait");
    bot.fake.set_faults(None);
    bot.settle(last);
}

#[test]
fn slow_answers_hold_up_nobody_else() {
    const SLOW: i64 = 1000;
    let late = Duration::from_secs(3);
    let bot = Bot::start_with(|config| config.telegram.patience = PATIENCE);
    bot.fake.set_faults(Some(Box::new(move |request| match request.chat.is_some_and(|chat| chat >= SLOW) {
        true => Fault::Late(late),
        false => Fault::None,
    })));
    let date = bot.date();
    // More than are sent at the same time while they are answered fast.
    for chat in SLOW..SLOW + 100 {
        bot.fake.push(updates::text(chat, date, "附件要传几张图片"));
    }
    let begun = Instant::now();
    let last = bot.fake.push(updates::text(B, date, "附件要传几张图片"));
    assert!(bot.fake.wait_until(PATIENCE, |world| !world.history(B).is_empty()));
    assert!(begun.elapsed() < late, "B waited for those whose messages take long");
    bot.settle(last);
}

#[test]
fn what_has_nothing_to_press_comes_along_with_the_answer() {
    let bot = Bot::start();
    bot.say(A, "怎么转团组织关系");
    let said = bot.say(A, "附件要传几张图片");
    assert_eq!(said.len(), 1, "an answer and the open question are one message: {said:#?}");
    assert!(text(&said).contains("5张") && text(&said).contains("现在在哪里"), "{said:#?}");
    // A question with options keeps its message: they would stand under the answer.
    let said = bot.say(A, "忘记密码怎么办");
    assert_eq!(said.len(), 2, "{said:#?}");
}

#[test]
fn who_has_blocked_us_is_left_alone_until_they_return() {
    let bot = Bot::start();
    bot.say(A, "你好");
    bot.fake.block(A);
    let date = bot.date();
    let sends = || bot.fake.calls().iter().filter(|c| c.method == "sendmessage" && c.chat == Some(A)).count();
    let before = sends();
    let id = bot.fake.push(updates::text(A, date, "附件要传几张图片"));
    assert!(bot.fake.wait_until(PATIENCE, |world| world.confirmed_up_to() >= id));
    bot.until("it is known that A cannot be reached", || {
        bot.store(|tx| Ok(tx.member("telegram:42")?.is_some_and(|m| m.blocked_at.is_some())))
    });
    assert_eq!(sends(), before + 1);
    // Others are served, and a restart does not try again.
    assert!(!bot.say(B, "你好").is_empty());
    let mut bot = bot;
    bot.restart();
    assert!(!bot.say(B, "你好").is_empty());
    let tried = bot.fake.calls().iter().filter(|c| c.method == "sendmessage" && c.chat == Some(A)).count();
    assert_eq!(tried, before + 1);

    bot.fake.unblock(A);
    let seen = bot.fake.history(A).len();
    let id = bot.fake.push(updates::returned(A, date));
    bot.settle(id);
    let said = bot.fake.history(A).split_off(seen);
    assert!(text(&said).contains("5张"), "what was left unsaid is said: {said:#?}");
    assert!(!bot.say(A, "/start").is_empty());
}

#[test]
fn who_blocks_us_while_a_message_waits_is_not_tried_again() {
    let bot = Bot::start();
    bot.say(A, "你好");
    bot.fake.clear_calls();
    bot.fake.set_faults(once("sendmessage", A, Fault::TooManyRequests(1)));
    let date = bot.date();
    bot.fake.push(updates::text(A, date, "附件要传几张图片"));
    assert!(bot.fake.wait_until(PATIENCE, |world| world.calls().any(|call| call.status == Some(429))));
    let kicked = bot.fake.push(updates::kicked(A, date));
    assert!(bot.fake.wait_until(PATIENCE, |world| world.confirmed_up_to() >= kicked));
    std::thread::sleep(Duration::from_millis(1500));
    let tried = bot.fake.calls().iter().filter(|c| c.method == "sendmessage" && c.chat == Some(A)).count();
    assert_eq!(tried, 1, "tried again though they had left");
    bot.settle(bot.fake.push(updates::returned(A, date)));
    assert!(text(&bot.fake.history(A)).contains("5张"));
}

#[test]
fn a_message_brings_back_who_was_gone_and_what_waited_goes_first() {
    let bot = Bot::start();
    bot.say(A, "你好");
    bot.fake.block(A);
    let id = bot.fake.push(updates::text(A, bot.date(), "附件要传几张图片"));
    assert!(bot.fake.wait_until(PATIENCE, |world| world.confirmed_up_to() >= id));
    bot.until("it is known that A cannot be reached", || {
        bot.store(|tx| Ok(tx.member("telegram:42")?.is_some_and(|m| m.blocked_at.is_some())))
    });
    bot.fake.unblock(A);
    let said = bot.say(A, "我的组织在哪");
    assert!(said[0].shown.text.contains("5张") && text(&said[1..]).contains("按系统这样查"), "{said:#?}");
}

#[test]
fn a_turn_that_panics_gets_an_apology_and_touches_nobody_else() {
    let bot = Bot::start();
    bot.say(A, "从广州转到福州");
    bot.press(A, "记录这次转接");
    let before = bot.record(A);
    bot.seed(PANICS);
    let sorry = bot.say(A, "今天发起成功");
    assert!(text(&sorry).contains("抱歉"), "{sorry:#?}");
    assert_eq!(bot.record(A), before);
    bot.seed(1);
    assert!(text(&bot.say(B, "附件要传几张图片")).contains("5张"));
    assert!(text(&bot.say(A, "今天发起成功")).contains("最晚 2024-06-11"));
    let (_, metrics) = bot.get("/metrics");
    assert!(metrics.contains("kind=\"none\",outcome=\"failed\"} 1"), "{metrics}");
}

#[test]
fn a_delivery_from_before_an_erasure_does_nothing() {
    let bot = Bot::start();
    let id = bot.fake.push(updates::text(A, bot.date(), "从广州转到福州"));
    bot.settle(id);
    let early = bot.fake.pushed(id).expect("kept");
    bot.press(A, "记录这次转接");
    bot.say(A, "删除我的数据");
    assert!(text(&bot.press(A, "确认删除")).contains("已经删除"));
    let before = bot.fake.history(A).len();
    bot.fake.push_raw(&early);
    bot.say(B, "你好");
    assert_eq!(bot.fake.history(A).len(), before);
    assert_eq!(bot.store(|tx| tx.member("telegram:42")), None);
}

#[test]
fn late_updates_are_served_too() {
    let bot = Bot::start();
    bot.say(A, "你好");
    let mut late = bot.fake.pushed(bot.fake.push(updates::text(B, bot.date(), "附件要传几张图片"))).expect("kept");
    bot.quiet();
    late["update_id"] = json!(17);
    late["message"]["text"] = json!("我的组织在哪");
    let seen = bot.fake.history(B).len();
    bot.fake.push_raw(&late);
    assert!(bot.fake.wait_until(PATIENCE, |world| world.history(B).len() > seen + 1));
    assert!(text(&bot.fake.history(B)).contains("按系统这样查"));
}

#[test]
fn after_a_week_without_updates_their_numbers_begin_anew() {
    let bot = Bot::start();
    bot.say(A, "你好");
    bot.fake.renumber(7);
    let last = [A, B].map(|chat| bot.fake.push(updates::text(chat, bot.date(), "附件要传几张图片")))[1];
    bot.settle(last);
    bot.until("they are confirmed", || bot.fake.unconfirmed() == 0);
    let answers = |chat| bot.fake.history(chat).iter().filter(|event| event.shown.text.contains("5张")).count();
    assert_eq!([answers(A), answers(B)], [1, 1]);
    assert!(text(&bot.say(B, "我的组织在哪")).contains("按系统这样查"));
}

#[test]
fn what_waits_for_somebody_who_is_erased_is_not_sent_any_more() {
    let bot = Bot::start();
    bot.say(A, "你好");
    let before = bot.fake.history(A).len();
    bot.fake.set_faults(Some(Box::new(|request| match request.chat == Some(A) {
        true => Fault::TooManyRequests(1),
        false => Fault::None,
    })));
    let date = bot.date();
    let texts = ["从广州转到福州", "记录这次转接", "日历", "删除我的数据", "确认删除"];
    let last = texts.map(|text| bot.fake.push(updates::text(A, date, text)))[texts.len() - 1];
    assert!(bot.fake.wait_until(PATIENCE, |world| world.confirmed_up_to() >= last));
    bot.until("it is erased", || bot.store(|tx| tx.member("telegram:42")).is_none());
    bot.fake.set_faults(None);
    bot.quiet();
    let said = bot.fake.history(A).split_off(before);
    assert!(said.len() == 1 && text(&said).contains("已经删除"), "{said:#?}");
    assert!(text(&bot.say(A, "附件要传几张图片")).contains("5张"), "their lane goes on");
}

#[test]
fn what_is_wrong_with_telegram_is_told_plainly_and_ends_by_itself() {
    let bot = Bot::start_with(|config| config.telegram.poll = Duration::from_secs(1));
    bot.say(A, "你好");
    let ready = || bot.get("/readyz");
    assert_eq!(ready(), (200, "knowledge: ok\nstore: ok\ntelegram: ok\n".to_owned()));
    bot.fake.set_conflict(true);
    bot.until("the other poller is told of", || ready().0 == 503 && ready().1.contains("409"));
    bot.fake.set_conflict(false);
    bot.until("it is well again", || ready().0 == 200);
    bot.fake.set_token_valid(false);
    bot.until("the bad token is told of", || ready().0 == 503 && ready().1.contains("401"));
    bot.fake.set_token_valid(true);
    bot.until("it is well again", || ready().0 == 200);
    bot.fake.set_webhook_url("https://example.org/hook");
    let id = bot.fake.push(updates::text(A, bot.date(), "附件要传几张图片"));
    bot.settle(id);
    assert!(text(&bot.fake.history(A)).contains("5张"), "the webhook is removed");
}

#[test]
fn a_server_without_menus_and_webhooks_will_do() {
    let mut bot = Bot::start();
    bot.stop();
    bot.fake.set_faults(Some(Box::new(|request| match request.method.as_str() {
        "getme" | "getupdates" | "sendmessage" => Fault::None,
        _ => Fault::Reply { status: 404, description: "Not Found".to_owned() },
    })));
    bot.run();
    assert!(text(&bot.say(A, "附件要传几张图片")).contains("5张"));
}

#[test]
fn a_group_that_becomes_a_supergroup_gets_its_reply_there() {
    let bot = Bot::start();
    let (group, supergroup, date) = (-9, -1009, bot.date());
    bot.fake.push(updates::group_text(supergroup, B, date, "大家好"));
    bot.fake.set_faults(once("sendmessage", group, Fault::Moved(supergroup)));
    bot.heard(group, updates::group_text(group, B, date, "@league_test_bot 附件要传几张图片"));
    assert!(text(&bot.fake.history(supergroup)).contains("5张"));
}
