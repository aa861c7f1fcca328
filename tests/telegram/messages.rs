//! What members do in Telegram, the usual and the odd.

use std::sync::Arc;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use zhuanjie::assistant::Engine;
use zhuanjie::store::Lesson;
use zhuanjie::transfer::TransferId;

use crate::bot::{Bot, files, text};
use crate::fake::{Action, BOT, Deed, Event, Fault, updates};

const CHAT: i64 = 42;

/// The labels of the buttons under what was said.
fn labels(events: &[Event]) -> Vec<&str> {
    events.iter().flat_map(|e| e.shown.buttons.iter().flatten()).map(|b| b.text.as_str()).collect()
}

#[track_caller]
fn says(events: &[Event], expected: &str) {
    assert!(text(events).contains(expected), "expected {expected} in {events:#?}");
}

/// A plan on record, and a day from which days are counted.
fn submitted(bot: &Bot) {
    bot.say(CHAT, "从广州转到福州");
    bot.press(CHAT, "记录这次转接");
    says(&bot.say(CHAT, "今天发起成功"), "最晚 2024-06-11");
}

#[test]
fn the_menu_is_in_chinese_and_every_command_does_what_it_says() {
    let bot = Bot::start();
    let greeting = bot.say(CHAT, "/start");
    says(&greeting, "我是“转接”");
    let menu = bot.fake.commands().expect("set at the start");
    let commands = menu["commands"].as_array().expect("a list");
    for command in commands {
        let says = command["description"].as_str().expect("a description");
        assert!(says.chars().any(|c| c > '\u{3000}'), "{says}");
    }
    assert_eq!(commands.len(), 8);

    says(&bot.say(CHAT, "/plan"), "现在在哪里");
    says(&bot.say(CHAT, "/cancel"), "先不问了");
    says(&bot.say(CHAT, "/plan 从广州转到北京"), "青春北京");
    bot.press(CHAT, "记录这次转接");
    says(&bot.say(CHAT, "/plan"), "1. ");
    says(&bot.say(CHAT, "/progress"), "还没发起");
    says(&bot.say(CHAT, "/where"), "按系统这样查");
    says(&bot.say(CHAT, "/sources"), "《跨系统组织关系转接工作指引》");
    says(&bot.say(CHAT, "/help@league_test_bot"), "你可以说");
    says(&bot.say(CHAT, "/cancel 不要了"), "这次先不问了");
    says(&bot.say(CHAT, "/erase 全部"), "要删除我这里关于你的全部数据吗");
    says(&bot.press(CHAT, "确认删除"), "已经删除");
    says(&bot.say(CHAT, "/progress"), "请把转接编号");
}

#[test]
fn a_deep_link_begins_with_its_route() {
    let bot = Bot::start();
    for (chat, payload, expected) in [
        (1, "guangdong-beijing", "广东“智慧团建” → 北京共青团线上系统"),
        (2, "-fujian", "转到福建"),
        (3, "central-", "从团中央“智慧团建”转出"),
        (7, "-beijing", "现在在哪里"),
        (8, "beijing-", "要转到哪里"),
        (4, "where", "按系统这样查"),
        // Made up by somebody.
        (5, "erase_everything-now", "我是“转接”"),
        (6, "..-..", "我是“转接”"),
    ] {
        says(&bot.say(chat, &format!("/start {payload}")), expected);
    }
}

#[test]
fn the_list_of_steps_changes_in_place() {
    let bot = Bot::start();
    bot.say(CHAT, "从广州转到福州");
    bot.press(CHAT, "记录这次转接");
    let list = bot.press(CHAT, "看步骤");
    says(&list, "1. 微信");
    let ticked = bot.press(CHAT, "☐ 2");
    let [edit] = &ticked[..] else { panic!("one edit: {ticked:#?}") };
    assert_eq!((edit.deed, edit.shown.id), (Deed::Edited, list[0].shown.id));
    says(&ticked, "2. ✓ ");
    assert!(labels(&ticked).contains(&"☑ 2"));
    // An older copy of the button, pressed again: it says so already.
    let data = list[0].shown.data("☐ 2").expect("a button").to_owned();
    assert!(bot.heard(CHAT, updates::press(CHAT, list[0].shown.id, &data)).is_empty());
    let unticked = bot.press(CHAT, "☑ 2");
    assert!(!text(&unticked).contains('✓'), "{unticked:#?}");
    assert_eq!(bot.fake.answered_callbacks().len(), 5, "every press is acknowledged");

    // Where the list is gone it comes again.
    let anew = bot.heard(CHAT, updates::press(CHAT, 999, &data));
    assert_eq!(anew.iter().map(|e| e.deed).collect::<Vec<_>>(), [Deed::Sent]);
    says(&anew, "2. ✓ ");
}

#[test]
fn the_calendar_comes_as_a_document() {
    let bot = Bot::start();
    submitted(&bot);
    let said = bot.press(CHAT, "日历");
    let document = said.iter().find_map(|event| event.shown.document.as_ref()).expect("a document");
    assert_eq!(document.name, "transfer.ics");
    let calendar = String::from_utf8(document.bytes.to_vec()).expect("text");
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains("DTSTART;VALUE=DATE:20240611"), "{calendar}");
}

#[test]
fn an_opinion_counts_once_and_names_nobody() {
    let bot = Bot::start();
    let answer = bot.say(CHAT, "附件要传几张图片");
    assert_eq!(labels(&answer)[..2], ["有用", "没用"]);
    assert!(bot.press(CHAT, "没用").is_empty(), "a word in passing is enough");
    assert!(bot.press(CHAT, "没用").is_empty());
    let toasts: Vec<_> = bot.fake.answered_callbacks().into_iter().filter_map(|(_, toast)| toast).collect();
    assert!(toasts[0].starts_with("谢谢"), "{toasts:?}");
    let opinions = bot.store(|tx| tx.feedback());
    assert_eq!(opinions.iter().map(|f| (f.useful, f.useless)).collect::<Vec<_>>(), [(0, 1)]);
    let (_, metrics) = bot.get("/metrics");
    let entry = format!("zhuanjie_feedback_total{{entry=\"{}\",useful=\"no\"}} 1", opinions[0].entry);
    assert!(metrics.contains(&entry), "{metrics}");
    // What was on offer still is.
    says(&bot.say(CHAT, "从广州转到北京"), "青春北京");
    bot.say(CHAT, "附件要传几张图片");
    bot.press(CHAT, "有用");
    assert_eq!(bot.store(|tx| tx.feedback())[0].useful, 1);
    // A made-up entry is none.
    bot.heard(CHAT, updates::press(CHAT, 999, "u\"} 1\nforged{a=\"从广州转到福州"));
    assert_eq!(bot.store(|tx| tx.feedback()).len(), 1);
    let (_, metrics) = bot.get("/metrics");
    assert!(!metrics.contains("forged") && !metrics.contains("广州"), "{metrics}");
}

#[test]
fn of_several_answers_none_is_judged_and_what_is_too_much_is_said_to_be() {
    let bot = Bot::start();
    let two = bot.say(CHAT, "团员证丢了怎么办？要交钱吗？");
    says(&two, "补办团员证");
    says(&two, "不收费");
    assert!(!labels(&two).contains(&"有用"), "{two:#?}");
    let rest = "其余的请再发";
    assert!(!text(&two).contains(rest));
    let six = "要交钱吗？密码忘了怎么办？几天内报到？团员证丢了怎么办？附件要传几张？审核要多久？";
    says(&bot.say(CHAT, six), rest);
}

#[test]
fn what_was_asked_stays_for_operators_where_the_answer_did_not_help() {
    let bot = Bot::start();
    bot.say(CHAT, "附件要传几张图片");
    bot.press(CHAT, "有用");
    assert_eq!(bot.store(|tx| tx.misses()), [], "an answer that helped teaches nothing");
    bot.say(CHAT, "附件要传几张图片");
    let entry = &bot.store(|tx| tx.feedback())[0].entry;
    bot.press(CHAT, "没用");
    bot.press(CHAT, "没用");
    let misses = bot.store(|tx| tx.misses());
    let [(miss, 1)] = &misses[..] else { panic!("one question, once: {misses:?}") };
    assert_eq!((miss.lesson, &miss.nearest), (Lesson::Unhelpful, entry));
    assert!(miss.words.contains("附件"), "{miss:?}");
}

#[test]
fn long_texts_are_cut_and_arrive_whole() {
    let bot = Bot::start();
    for (length, parts) in [(4096, 1), (4097, 2), (9000, 3)] {
        let long = "团".repeat(length);
        bot.service().set_maintenance(Some(long.clone()));
        let said = bot.say(CHAT, "在吗");
        assert_eq!(said.len(), parts);
        assert_eq!(said.iter().map(|e| e.shown.text.as_str()).collect::<String>(), long);
    }
}

#[test]
fn the_longest_label_is_a_button() {
    let mut dialogs = files("dialogs");
    let label = "一二三四五六七八九十一二三四五六七八九十";
    let node = format!(
        "\n[[node]]\nid = \"long\"\nfills = \"long\"\nask = \"哪个？\"\nwhy = \"试试。\"\nnext = \"known_there\"\n\
         options = [{{ label = \"{label}\", value = \"a\" }}, {{ label = \"没有\", value = \"b\" }}]\n"
    );
    let tree = dialogs.get("transfer.toml").expect("the tree").replace("next = \"known_there\"", "next = \"long\"");
    dialogs.set("transfer.toml", tree + &node);
    let engine = Engine::load(&files("knowledge"), &dialogs).expect("a tree with a long label");
    let bot = Bot::start_on(Arc::new(engine), |_| {});
    let asked = bot.say(CHAT, "从广东转到北京");
    let data = asked[0].shown.data(label).expect("a button");
    assert_eq!(data.len(), 64);
    says(&bot.press(CHAT, label), "青春北京");
}

#[test]
fn refused_buttons_become_words() {
    let bot = Bot::start();
    bot.fake.set_faults(Some(Box::new(|request| match request.parameters.get("reply_markup") {
        Some(_) => Fault::Reply { status: 400, description: "Bad Request: BUTTON_DATA_INVALID".to_owned() },
        None => Fault::None,
    })));
    let said = bot.say(CHAT, "从广州转到北京");
    says(&said, "（记录这次转接");
    assert!(labels(&said).is_empty());
    says(&bot.say(CHAT, "记录这次转接"), "已记录");
}

#[test]
fn text_of_any_kind_is_only_text() {
    let bot = Bot::start();
    says(&bot.say(CHAT, "从<b>广州</b>转到&lt;北京&gt; <script>"), "青春北京");
    for odd in ["", "😀😀😀", "\u{0}", "<a href=\"tg://user?id=1\">", "{0} %s $(id)", "_*[`", &"啊".repeat(4096)]
    {
        let said = bot.say(CHAT, odd);
        assert!(!said.is_empty(), "no reply to {odd:?}");
        assert!(said.iter().all(|e| e.shown.entities.is_empty()), "{said:#?}");
    }
}

#[test]
fn what_is_no_text_gets_a_sensible_reply() {
    let bot = Bot::start();
    bot.say(CHAT, "从广州转到北京");
    let date = bot.date();
    for update in [updates::sticker(CHAT, date), updates::photo(CHAT, date, None)] {
        says(&bot.heard(CHAT, update), "我只看得懂文字");
    }
    says(&bot.heard(CHAT, updates::photo(CHAT, date, Some("附件要传几张图片"))), "5张");
    says(&bot.heard(CHAT, updates::edited(CHAT, 1, date, "从广州转到福州")), "重新发一条");
    for owner in [Some(CHAT), Some(43), None] {
        let said = bot.heard(CHAT, updates::contact(CHAT, date, "8613800138000", owner));
        says(&said, "保存");
        assert!(!text(&said).contains("138"), "{said:#?}");
    }
    // What the library has no name for, and what changes by itself.
    let (dice, voice) = (json!({"dice": {"emoji": "🎲", "value": 3}}), json!({"voice": {"file_id": "a"}}));
    for content in [dice, voice] {
        says(&bot.heard(CHAT, updates::message(CHAT, date, content)), "我只看得懂文字");
    }
    let place = updates::edited(CHAT, 1, date, "").with("/text", json!(null));
    let place = place.with("/location", json!({"latitude": 23.1, "longitude": 113.3, "live_period": 60}));
    assert!(bot.heard(CHAT, place).is_empty());
    // What they were doing goes on.
    says(&bot.press(CHAT, "记录这次转接"), "北京共青团线上系统");
}

#[test]
fn what_does_not_concern_us_is_passed_over() {
    let bot = Bot::start();
    let date = bot.date();
    for update in [
        updates::channel_post(-1002, date, "从广州转到北京"),
        updates::unknown_kind(date),
        updates::malformed(date, "在吗"),
    ] {
        bot.fake.push(update);
    }
    bot.fake.push_raw(&json!({"update_id": "many"}));
    bot.fake.push_raw(&json!(7));
    let said = bot.say(CHAT, "你好");
    says(&said, "我是“转接”");
    assert_eq!(bot.fake.calls().iter().filter(|call| call.method == "sendmessage").count(), said.len());
    let (_, metrics) = bot.get("/metrics");
    assert!(metrics.contains("zhuanjie_unreadable_updates_total{channel=\"telegram\"}"), "{metrics}");
}

#[test]
fn old_buttons_do_what_they_meant_or_say_that_they_cannot() {
    let bot = Bot::start();
    let plan = bot.say(CHAT, "从广州转到福州");
    let old = |label: &str| plan[0].shown.data(label).expect("a button").to_owned();
    bot.say(CHAT, "附件要传几张图片");
    // The plan is still the one that is spoken of, and so is what was asked under it.
    let press = |data: &str| bot.heard(CHAT, updates::press(CHAT, plan[0].shown.id, data));
    says(&press(&old("记录这次转接")), "已记录");
    bot.say(CHAT, "从广州转到北京");
    // Now it is another one: recording that would not be what the button said.
    says(&press(&old("记录这次转接")), "用不上了");
    assert_eq!(bot.store(|tx| tx.all_transfers(None, 9)).len(), 1);

    bot.say(CHAT, "删除我的数据");
    let erase = bot.fake.chat(CHAT).iter().rev().find_map(|m| m.data("确认删除").map(str::to_owned)).expect("a button");
    bot.press(CHAT, "不删");
    says(&press(&erase), "要删除我这里关于你的全部数据吗");
    assert_eq!(bot.store(|tx| tx.all_transfers(None, 9)).len(), 1);

    for broken in
        ["", "o", "oxx", "zzz", "t+nothing:x", "d:", "o\u{1F600}\u{1F600}", "q1", "t+0000-0000-0000:gd.out.place"]
    {
        let said = press(broken);
        assert!(!said.is_empty(), "no reply to {broken:?}");
    }
    // Telegram does not show us messages of long ago; the button says enough.
    let inaccessible = updates::press_inaccessible(CHAT, plan[0].shown.id, &old("记录这次转接"));
    says(&bot.heard(CHAT, inaccessible), "用不上了");
}

#[test]
fn an_id_of_somebody_else_is_nobodys() {
    let bot = Bot::start();
    bot.say(CHAT, "从广州转到福州");
    bot.press(CHAT, "记录这次转接");
    let steps = bot.press(CHAT, "看步骤");
    let data = steps[0].shown.data("☐ 1").expect("a tick").to_owned();
    let stranger = bot.heard(77, updates::press(77, 1, &data));
    let none = TransferId::random(&mut StdRng::seed_from_u64(9999));
    let nothing = bot.heard(77, updates::press(77, 1, &format!("t+{none}:gd.out.place")));
    assert_eq!(text(&stranger), text(&nothing));
    assert!(bot.record(CHAT).steps_done().is_empty());
    // An address opens a page, it is no command of ours.
    assert!(steps.iter().flat_map(|e| e.shown.buttons.iter().flatten()).all(|b| matches!(b.action, Action::Data(_))));
    assert_ne!(CHAT, BOT);
}
