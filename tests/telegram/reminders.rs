//! Reminders, with time that passes as the test wants: on the right days, across restarts, never at night, and not after
//! “done” or an erasure.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use zhuanjie::assistant::Engine;

use crate::bot::{Bot, PATIENCE, files, text, time};
use crate::fake::{Event, Fault, updates};

const CHAT: i64 = 42;

/// A transfer handed in on 1 June 2024, to be reminded of.
fn submitted(bot: &Bot, route: &str) {
    bot.say(CHAT, route);
    bot.press(CHAT, "记录这次转接");
    let asked = bot.say(CHAT, "今天发起成功");
    assert!(text(&asked).contains("要我在到期前提醒你吗"), "{asked:#?}");
    let on = bot.press(CHAT, "提醒我");
    assert!(text(&on).contains("09:00"), "{on:#?}");
}

/// What comes in the chat while the clock goes from one time to another, each with its time.
fn between(bot: &Bot, from: &str, to: &str) -> Vec<(DateTime<FixedOffset>, Event)> {
    let (mut now, end) = (time(from), time(to));
    let mut all = Vec::new();
    while now <= end {
        bot.set(now);
        let before = bot.fake.history(CHAT).len();
        rest(bot);
        all.extend(bot.fake.history(CHAT).split_off(before).into_iter().map(|event| (now, event)));
        now += chrono::TimeDelta::minutes(30);
    }
    all
}

/// Waits until nothing more comes at this time.
fn rest(bot: &Bot) {
    let now = (bot.service().clock)();
    bot.until("what is due is composed", || {
        zhuanjie::transfer::reminders::quiet(now) || bot.store(move |tx| tx.ripe("telegram:", now, 1)).is_empty()
    });
    bot.quiet();
}

fn times(all: &[(DateTime<FixedOffset>, Event)]) -> Vec<String> {
    all.iter().map(|(at, _)| at.format("%m-%d %H:%M").to_string()).collect()
}

#[test]
fn to_beijing_and_to_fujian_on_the_right_days_across_a_restart() {
    for (route, due, expected) in [
        ("从广州转到北京", "2024-06-10", ["06-07 09:00", "06-09 09:00", "06-10 09:00"]),
        ("从广州转到福州", "2024-06-11", ["06-08 09:00", "06-10 09:00", "06-11 09:00"]),
    ] {
        let mut bot = Bot::start();
        submitted(&bot, route);
        let mut all = between(&bot, "2024-06-01T09:30:00+08:00", "2024-06-09T08:30:00+08:00");
        bot.restart();
        all.extend(between(&bot, "2024-06-09T08:30:00+08:00", "2024-06-13T12:00:00+08:00"));
        assert_eq!(times(&all), expected, "{route}");
        let left = ["还剩3天", "明天是最后一天", "今天是最后一天"];
        for ((_, event), left) in all.iter().zip(left) {
            let said = &event.shown.text;
            let holds = [left, due, "误期：", "现在要做：", "来源："];
            assert!(holds.iter().all(|part| said.contains(part)), "{said}");
            let labels: Vec<_> = event.shown.buttons.iter().flatten().map(|b| b.text.as_str()).collect();
            assert_eq!(labels, ["已办好", "晚点提醒", "不再提醒"]);
        }
    }
}

#[test]
fn it_is_asked_once_and_no_means_no() {
    let bot = Bot::start();
    bot.say(CHAT, "从广州转到福州");
    bot.press(CHAT, "记录这次转接");
    assert!(text(&bot.say(CHAT, "今天发起成功")).contains("要我在到期前提醒你吗"));
    assert!(text(&bot.press(CHAT, "不用提醒")).contains("不再提醒"));
    assert!(!text(&bot.say(CHAT, "不是6月1号，是5月31号")).contains("提醒你吗"));
    assert!(between(&bot, "2024-06-07T08:00:00+08:00", "2024-06-12T12:00:00+08:00").is_empty());
}

#[test]
fn a_corrected_day_moves_them() {
    let bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    bot.at("2024-06-03T10:00:00+08:00");
    assert!(text(&bot.say(CHAT, "不是6月1号，是6月2号")).contains("2024-06-12"));
    let all = between(&bot, "2024-06-03T10:30:00+08:00", "2024-06-13T12:00:00+08:00");
    assert_eq!(times(&all), ["06-09 09:00", "06-11 09:00", "06-12 09:00"]);
}

#[test]
fn none_after_done_whether_pressed_or_said() {
    for done in ["press", "say", "withdrawn", "returned"] {
        let bot = Bot::start();
        submitted(&bot, "从广州转到福州");
        let first = between(&bot, "2024-06-08T08:30:00+08:00", "2024-06-08T10:00:00+08:00");
        assert_eq!(first.len(), 1);
        let said = match done {
            "press" => bot.press(CHAT, "已办好"),
            "say" => bot.say(CHAT, "今天报到了"),
            "withdrawn" => bot.say(CHAT, "我撤回了申请"),
            _ => bot.say(CHAT, "被退回了"),
        };
        assert!(text(&said).contains("已记下：2024-06-08"), "{done}: {said:#?}");
        assert!(between(&bot, "2024-06-08T10:30:00+08:00", "2024-06-12T12:00:00+08:00").is_empty(), "{done}");
    }
}

#[test]
fn none_after_an_erasure_and_none_after_stop() {
    for stop in ["erase", "stop", "words"] {
        let bot = Bot::start();
        submitted(&bot, "从广州转到福州");
        assert_eq!(between(&bot, "2024-06-08T08:30:00+08:00", "2024-06-08T10:00:00+08:00").len(), 1);
        match stop {
            "erase" => {
                bot.say(CHAT, "删除我的数据");
                bot.press(CHAT, "确认删除");
            }
            "stop" => assert!(text(&bot.press(CHAT, "不再提醒")).contains("不再提醒")),
            _ => assert!(text(&bot.say(CHAT, "不要再提醒我了")).contains("不再提醒")),
        }
        assert!(between(&bot, "2024-06-08T10:30:00+08:00", "2024-06-12T12:00:00+08:00").is_empty(), "{stop}");
        if stop == "words" {
            bot.at("2024-06-08T10:00:00+08:00");
            assert!(text(&bot.say(CHAT, "提醒我")).contains("2024-06-10"));
        }
    }
}

#[test]
fn later_is_in_a_few_hours_but_not_at_night() {
    let bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    between(&bot, "2024-06-08T09:00:00+08:00", "2024-06-08T09:30:00+08:00");
    assert!(text(&bot.press(CHAT, "晚点提醒")).contains("12:30"));
    let again = between(&bot, "2024-06-08T10:00:00+08:00", "2024-06-08T20:00:00+08:00");
    assert_eq!(times(&again), ["06-08 12:30"]);
    bot.at("2024-06-08T20:00:00+08:00");
    assert!(text(&bot.press(CHAT, "晚点提醒")).contains("2024-06-09（周日） 09:00"));
    let rest = between(&bot, "2024-06-08T20:30:00+08:00", "2024-06-10T12:00:00+08:00");
    assert_eq!(times(&rest), ["06-09 09:00", "06-10 09:00"]);
    // On the evening of the last day there is no later.
    between(&bot, "2024-06-11T09:00:00+08:00", "2024-06-11T09:00:00+08:00");
    bot.at("2024-06-11T20:00:00+08:00");
    assert!(text(&bot.press(CHAT, "晚点提醒")).contains("请现在就办"));
}

#[test]
fn there_is_no_later_where_nothing_is_due_or_the_last_day_is_over() {
    let mut bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    assert_eq!(between(&bot, "2024-06-08T08:30:00+08:00", "2024-06-08T10:00:00+08:00").len(), 1);
    bot.say(CHAT, "被退回了");
    assert!(text(&bot.press(CHAT, "晚点提醒")).contains("现在没有要提醒的截止日期"));
    bot.say(CHAT, "今天重新发起成功");
    bot.stop();
    bot.at("2024-06-25T10:00:00+08:00");
    let before = bot.fake.history(CHAT).len();
    bot.run();
    rest(&bot);
    let over = bot.fake.history(CHAT).split_off(before);
    assert!(text(&over).contains("最后一天已经过了"), "{over:#?}");
    assert!(over.iter().all(|event| event.shown.data("晚点提醒").is_none()), "{over:#?}");
}

#[test]
fn who_changes_their_mind_presses_the_other_button() {
    let bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    assert!(text(&bot.press(CHAT, "不用提醒")).contains("不再提醒"));
    assert!(between(&bot, "2024-06-08T08:30:00+08:00", "2024-06-08T10:00:00+08:00").is_empty());
    assert!(text(&bot.press(CHAT, "提醒我")).contains("2024-06-10"));
    let rest = between(&bot, "2024-06-08T10:30:00+08:00", "2024-06-12T12:00:00+08:00");
    assert_eq!(times(&rest), ["06-10 09:00", "06-11 09:00"]);
    // With a second transfer on the way nobody knows which of them an old button means.
    bot.say(CHAT, "从福建转到广东");
    bot.say(CHAT, "没报到过");
    bot.say(CHAT, "记录这次转接");
    assert!(text(&bot.press(CHAT, "不用提醒")).contains("用不上"));
}

#[test]
fn what_was_missed_comes_once_when_the_night_is_over() {
    let mut bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    bot.stop();
    // Two became due while nobody was there.
    bot.at("2024-06-10T23:30:00+08:00");
    bot.run();
    let all = between(&bot, "2024-06-10T23:30:00+08:00", "2024-06-11T08:30:00+08:00");
    assert_eq!(times(&all), ["06-11 08:00"]);
    assert!(all[0].1.shown.text.contains("今天是最后一天"), "{all:#?}");
}

#[test]
fn who_cannot_be_reached_is_reminded_when_they_return() {
    let bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    bot.heard(CHAT, updates::kicked(CHAT, bot.date()));
    bot.fake.block(CHAT);
    assert!(between(&bot, "2024-06-08T08:30:00+08:00", "2024-06-08T12:00:00+08:00").is_empty());
    bot.fake.unblock(CHAT);
    let seen = bot.fake.history(CHAT).len();
    bot.settle(bot.fake.push(updates::returned(CHAT, bot.date())));
    rest(&bot);
    assert!(text(&bot.fake.history(CHAT)[seen..]).contains("还剩3天"));
}

#[test]
fn what_was_said_is_not_said_again_for_a_message_that_comes_late() {
    let bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    assert_eq!(between(&bot, "2024-06-08T08:30:00+08:00", "2024-06-08T09:00:00+08:00").len(), 1);
    let early = time("2024-06-08T08:30:00+08:00").timestamp();
    let said = bot.heard(CHAT, updates::text(CHAT, early, "第一步做完了"));
    assert!(text(&said).contains("期限：最晚 2024-06-11"), "{said:#?}");
    assert_eq!(bot.record(CHAT).log.len(), 2, "the record has changed");
    assert!(between(&bot, "2024-06-08T09:00:00+08:00", "2024-06-08T12:00:00+08:00").is_empty());
    let rest = between(&bot, "2024-06-08T12:30:00+08:00", "2024-06-12T12:00:00+08:00");
    assert_eq!(times(&rest), ["06-10 09:00", "06-11 09:00"], "those to come still do");
}

#[test]
fn what_somebody_said_while_nobody_listened_is_heard_before_they_are_reminded() {
    let mut bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    bot.stop();
    let said = time("2024-06-08T08:30:00+08:00").timestamp();
    let done = bot.fake.push(updates::text(CHAT, said, "今天报到了"));
    let before = bot.fake.history(CHAT).len();
    bot.at("2024-06-08T09:10:00+08:00");
    bot.run();
    bot.settle(done);
    rest(&bot);
    let answers = bot.fake.history(CHAT).split_off(before);
    assert!(answers.iter().all(|event| !event.shown.text.contains("提醒：")), "{answers:#?}");
    assert!(text(&answers).contains("已记下：2024-06-08"));
}

#[test]
fn what_could_not_be_sent_that_day_says_how_many_days_are_left_when_it_is() {
    for way in ["wait", "blocked", "restart"] {
        let mut bot = Bot::start();
        submitted(&bot, "从广州转到福州");
        let seen = bot.fake.history(CHAT).len();
        match way {
            "blocked" => bot.fake.block(CHAT),
            _ => bot.fake.set_faults(Some(Box::new(|request| match request.chat {
                Some(_) => Fault::TooManyRequests(1),
                None => Fault::None,
            }))),
        }
        bot.at("2024-06-08T09:00:00+08:00");
        let blocked = |bot: &Bot| bot.store(|tx| tx.member("telegram:42")).is_some_and(|m| m.blocked_at.is_some());
        match way {
            "blocked" => bot.until("it is known that they cannot be reached", || blocked(&bot)),
            _ => assert!(bot.fake.wait_until(PATIENCE, |world| { world.calls().any(|call| call.status == Some(429)) })),
        }
        if way == "restart" {
            bot.stop();
        }
        bot.at("2024-06-10T10:00:00+08:00");
        bot.fake.set_faults(None);
        match way {
            "blocked" => {
                bot.fake.unblock(CHAT);
                bot.settle(bot.fake.push(updates::returned(CHAT, bot.date())));
            }
            "restart" => bot.run(),
            _ => {}
        }
        rest(&bot);
        let said = bot.fake.history(CHAT).split_off(seen);
        assert!(said.len() == 1 && text(&said).contains("明天是最后一天"), "{way}: {said:#?}");
    }
}

#[test]
fn other_knowledge_moves_them() {
    let longer = ("12", ["06-10 09:00", "06-12 09:00", "06-13 09:00"]);
    let shorter = ("6", ["06-04 09:00", "06-06 09:00", "06-07 09:00"]);
    for (restarted, (days, expected)) in [(false, longer), (true, longer), (true, shorter)] {
        let mut bot = Bot::start();
        submitted(&bot, "从广州转到北京");
        let mut knowledge = files("knowledge");
        let route = knowledge.get("routes/beijing.toml").expect("a file");
        let route = route.replace("days = 9", &format!("days = {days}")).replace("9日", &format!("{days}日"));
        knowledge.set("routes/beijing.toml", route);
        let engine = Arc::new(Engine::load(&knowledge, &files("dialogs")).expect("loads"));
        match restarted {
            true => {
                bot.engine = engine;
                bot.restart();
            }
            // Also where nobody has everything planned anew.
            false => bot.service().assistant.replace_engine(engine),
        }
        let all = between(&bot, "2024-06-03T08:30:00+08:00", "2024-06-14T12:00:00+08:00");
        assert_eq!(times(&all), expected, "{days} days, restarted: {restarted}");
    }
}

#[test]
fn a_terminal_says_that_it_cannot() {
    let bot = Bot::start();
    submitted(&bot, "从广州转到福州");
    let group = updates::group_text(-1007, CHAT, bot.date(), "@league_test_bot 提醒我");
    assert!(text(&bot.heard(-1007, group)).contains("不在群里说"));
}
