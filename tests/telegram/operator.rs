//! What an operator sees and does while the service runs: health, limits, maintenance, backup.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use zhuanjie::assistant::Engine;
use zhuanjie::store::{FILE, Reader, Store, restore};

use crate::bot::{Bot, PATIENCE, files, text};
use crate::fake::{World, updates};

const CHAT: i64 = 42;

#[test]
fn health_readiness_and_metrics() {
    let bot = Bot::start();
    bot.say(CHAT, "从广州转到福州");
    bot.say(CHAT, "附件要传几张图片");
    assert_eq!(bot.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(bot.get("/readyz").0, 200);
    assert_eq!(bot.get("/nothing").0, 404);
    let (status, metrics) = bot.get("/metrics");
    assert_eq!(status, 200);
    for line in [
        "zhuanjie_turns_total{channel=\"telegram\",kind=\"plan\",outcome=\"answered\"} 1",
        "zhuanjie_turns_total{channel=\"telegram\",kind=\"answer\",outcome=\"answered\"} 1",
        "zhuanjie_turn_duration_seconds_count{channel=\"telegram\"} 2",
        "zhuanjie_sends_total{channel=\"telegram\",outcome=\"sent\"} 2",
        "zhuanjie_queue_length 0",
        "zhuanjie_start_time_seconds 1717203600.0",
        "zhuanjie_reminders_due_total 0",
        "zhuanjie_reminders_sent_total 0",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    assert!(!metrics.contains("42") || !metrics.contains("telegram:42"), "{metrics}");
}

#[test]
fn a_store_that_takes_nothing_is_told_and_nothing_is_lost() {
    let bot = Bot::start();
    bot.say(CHAT, "你好");
    let other = Connection::open(bot.folder.path().join(FILE)).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("holds the write lock");
    let id = bot.fake.push(updates::text(CHAT, bot.date(), "附件要传几张图片"));
    let (status, says) = bot.get("/readyz");
    assert!(status == 503 && says.contains("store: "), "{says}");
    assert!(bot.fake.confirmed_up_to() < id, "confirmed, though nothing is committed");
    other.execute_batch("ROLLBACK").expect("lets go");
    bot.settle(id);
    let answers = bot.fake.history(CHAT).iter().filter(|e| e.shown.text.contains("5张")).count();
    assert_eq!(answers, 1);
    assert_eq!(bot.get("/readyz").0, 200);
}

#[test]
fn who_was_let_in_is_not_held_back_when_the_store_takes_it_only_later() {
    let burst = 5;
    let bot = Bot::start_with(|config| {
        config.limits.burst = NonZeroU32::new(burst + 1).expect("not zero");
        config.limits.every = Duration::from_secs(600);
    });
    bot.say(CHAT, "你好");
    let other = Connection::open(bot.folder.path().join(FILE)).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("holds the write lock");
    let date = bot.date();
    let last = (0..burst).map(|_| bot.fake.push(updates::text(CHAT, date, "附件要传几张图片"))).max().expect("some");
    let asked = |world: &World| world.calls().filter(|call| call.method == "getupdates").count();
    let before = bot.fake.look(asked);
    assert!(bot.fake.wait_until(PATIENCE, |world| asked(world) >= before + 2), "the updates come again");
    other.execute_batch("ROLLBACK").expect("lets go");
    bot.settle(last);
    let answers = bot.fake.history(CHAT).iter().filter(|event| event.shown.text.contains("5张")).count();
    assert_eq!(answers, burst as usize);
}

#[test]
fn who_writes_too_fast_is_asked_to_wait_and_others_are_not_touched() {
    let bot = Bot::start_with(|config| {
        config.limits.burst = NonZeroU32::new(5).expect("not zero");
        config.limits.every = Duration::from_millis(300);
    });
    let date = bot.date();
    let last = (0..30).map(|_| bot.fake.push(updates::text(CHAT, date, "从广州转到北京"))).max().expect("some");
    bot.settle(last);
    let polite = |bot: &Bot| text(&bot.fake.history(CHAT)).contains("发得太快了");
    bot.until("the notice arrives", || polite(&bot));
    let plans = bot.fake.history(CHAT).iter().filter(|e| e.shown.text.contains("青春北京")).count();
    assert!((5..15).contains(&plans), "{plans} plans");
    assert!(text(&bot.say(43, "附件要传几张图片")).contains("5张"));
    bot.until("the member may write again", || text(&bot.say(CHAT, "附件要传几张图片")).contains("5张"));
    assert!(bot.get("/metrics").1.contains("zhuanjie_limited_total{channel=\"telegram\"}"));
}

#[test]
fn during_maintenance_a_flood_is_not_answered_by_a_flood() {
    let bot = Bot::start_with(|config| {
        config.limits.burst = NonZeroU32::new(5).expect("not zero");
        config.limits.every = Duration::from_secs(60);
    });
    bot.service().set_maintenance(Some("维护中，九点回来。".to_owned()));
    let date = bot.date();
    let last = (0..30).map(|_| bot.fake.push(updates::text(CHAT, date, "你好"))).max().expect("some");
    bot.settle(last);
    assert_eq!(bot.fake.history(CHAT).iter().filter(|event| event.shown.text.contains("维护中")).count(), 5);
}

#[test]
fn during_maintenance_only_its_notice_is_answered() {
    let bot = Bot::start();
    bot.say(CHAT, "从广州转到福州");
    let (state, service) = (bot.store(|tx| tx.member("telegram:42")), Arc::clone(bot.service()));
    service.set_maintenance(Some("维护中，九点回来。".to_owned()));
    for said in [bot.say(CHAT, "记录这次转接"), bot.press(CHAT, "记录这次转接"), bot.say(43, "/start")] {
        assert_eq!(text(&said), "维护中，九点回来。");
    }
    assert_eq!(bot.store(|tx| tx.member("telegram:42")), state);
    service.set_maintenance(None);
    drop(service);
    assert!(text(&bot.press(CHAT, "记录这次转接")).contains("已记录"));
}

#[test]
fn knowledge_can_be_replaced_under_way() {
    let bot = Bot::start();
    assert!(text(&bot.say(CHAT, "附件要传几张图片")).contains("5张"));
    let mut knowledge = files("knowledge");
    let service = knowledge.get("service.toml").expect("a file").replace("我是“转接”", "我是新的“转接”");
    knowledge.set("service.toml", service);
    let engine = Engine::load(&knowledge, &files("dialogs")).expect("loads");
    bot.service().assistant.replace_engine(Arc::new(engine));
    assert!(text(&bot.say(CHAT, "你好")).contains("我是新的“转接”"));
}

#[test]
fn a_backup_while_it_runs_can_be_put_back() {
    let mut bot = Bot::start();
    bot.say(CHAT, "从广州转到福州");
    bot.press(CHAT, "记录这次转接");
    let record = bot.record(CHAT);
    let place = tempfile::tempdir().expect("a folder");
    let copy = place.path().join("backup.db");
    Reader::open(bot.folder.path()).expect("beside the service").back_up(&copy).expect("copied");
    assert!(Reader::open(bot.folder.path()).expect("opens").back_up(&copy).is_err(), "an older backup is kept");
    // What comes after it, goes with it.
    bot.say(CHAT, "今天发起成功");
    assert!(restore(&copy, bot.folder.path()).is_err(), "the service runs");
    bot.stop();
    let kept = restore(&copy, bot.folder.path()).expect("restored").expect("the old one is kept");
    assert!(kept.exists());
    bot.run();
    assert_eq!(bot.record(CHAT), record);
    assert!(text(&bot.say(CHAT, "今天发起成功")).contains("已记下"));

    bot.stop();
    std::fs::write(&copy, "not a database").expect("written");
    assert!(restore(&copy, bot.folder.path()).is_err());
    drop(Store::open(bot.folder.path()).expect("what was there is untouched"));
    bot.run();
}
