//! The daily run of retention in the service: when it runs, and that whoever talks on afterwards is a new member.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::bot::{Bot, text};

const CHAT: i64 = 42;
/// Longer than the service takes to look at its clock a few times.
const A_WHILE: Duration = Duration::from_millis(200);

fn last_run(bot: &Bot) -> Option<DateTime<FixedOffset>> {
    bot.store(|tx| tx.last_run())
}

fn runs_at(bot: &Bot, at: &str) {
    let wanted = DateTime::parse_from_rfc3339(at).expect("a time");
    bot.until(&format!("retention runs at {at}"), || last_run(bot) == Some(wanted));
}

#[test]
fn it_runs_once_a_day_whatever_is_restarted() {
    let mut bot = Bot::start();
    runs_at(&bot, "2024-06-01T09:00:00+08:00");
    for now in ["2024-06-01T15:00:00+08:00", "2024-06-02T02:59:59+08:00"] {
        bot.at(now);
        bot.restart();
        std::thread::sleep(A_WHILE);
        runs_at(&bot, "2024-06-01T09:00:00+08:00");
    }
    bot.at("2024-06-02T03:00:10+08:00");
    runs_at(&bot, "2024-06-02T03:00:10+08:00");
    bot.at("2024-06-02T03:20:00+08:00");
    bot.restart();
    std::thread::sleep(A_WHILE);
    runs_at(&bot, "2024-06-02T03:00:10+08:00");
    // The quiet hour passed while nothing ran.
    bot.stop();
    bot.at("2024-06-03T11:00:00+08:00");
    bot.run();
    runs_at(&bot, "2024-06-03T11:00:00+08:00");
    // They are told after the run is noted.
    let told = "zhuanjie_retention_removed_total{rule=\"conversations\"} 0";
    bot.until("the metrics tell of it", || bot.get("/metrics").1.contains(told));
}

#[test]
fn who_was_silent_too_long_is_a_new_member() {
    let bot = Bot::start();
    bot.say(CHAT, "从广州转到福州");
    bot.press(CHAT, "记录这次转接");
    bot.say(CHAT, "今天发起成功");
    bot.say(43, "从广州转到福州");
    let transfer = bot.record(CHAT).id;
    // An open transfer holds its member; somebody who only asked is forgotten.
    bot.at("2024-11-28T09:00:00+08:00");
    bot.until("the silent one is gone", || bot.store(|tx| tx.member("telegram:43")).is_none());
    assert!(bot.store(|tx| tx.member("telegram:42")).is_some());
    assert!(!text(&bot.say(43, "步骤")).contains("福建共青团"), "nothing of before is known");
    assert!(text(&bot.say(CHAT, "我的转接")).contains(&transfer.to_string()));
    bot.at("2026-06-01T09:00:00+08:00");
    bot.until("the transfer is gone", || bot.store(move |tx| tx.any_transfer(transfer)).is_none());
    // The service knew both from the turn before.
    for chat in [CHAT, 43] {
        let said = text(&bot.say(chat, "我的转接"));
        assert!(!said.is_empty() && !said.contains(&transfer.to_string()), "{said}");
    }
    assert!(text(&bot.say(CHAT, "从广州转到福州")).contains("福建"));
    bot.press(CHAT, "记录这次转接");
    assert_ne!(bot.record(CHAT).id, transfer);
    assert!(bot.get("/metrics").1.contains("zhuanjie_retention_removed_total{rule=\"unfinished\"} 1"));
}
