//! In a group: only when spoken to, nothing personal, nothing kept, and the way to the private chat.

use crate::bot::{Bot, text};
use crate::fake::{Action, BOT, Event, Update, updates};

const GROUP: i64 = -1_001_234;
const USER: i64 = 42;

fn address(events: &[Event]) -> Option<String> {
    events.iter().flat_map(|e| e.shown.buttons.iter().flatten()).find_map(|button| match &button.action {
        Action::Url(url) => Some(url.clone()),
        Action::Data(_) | Action::Other(_) => None,
    })
}

/// What is said in the group because of an update; a private greeting afterwards shows that it was served.
fn heard(bot: &Bot, update: Update) -> Vec<Event> {
    let before = bot.fake.history(GROUP).len();
    bot.fake.push(update);
    bot.say(77, "谢谢");
    bot.fake.history(GROUP).split_off(before)
}

fn group(bot: &Bot, text: &str) -> Vec<Event> {
    heard(bot, updates::group_text(GROUP, USER, bot.date(), text))
}

#[test]
fn only_who_speaks_to_it_is_answered() {
    let bot = Bot::start();
    for other in
        ["从广州转到北京怎么转", "/help", "/plan@other_bot", "@league_test_bots 你好", "我们都用league_test_bot"]
    {
        assert!(group(&bot, other).is_empty(), "{other}");
    }
    assert!(
        heard(
            &bot,
            updates::sticker(USER, bot.date()).with("/chat/id", GROUP.into()).with("/chat/type", "supergroup".into())
        )
        .is_empty()
    );
    for spoken in [
        "@league_test_bot 附件要传几张图片",
        "附件要传几张图片 @League_Test_Bot",
        "/plan@league_test_bot 附件要传几张图片",
    ] {
        let said = group(&bot, spoken);
        assert!(text(&said).contains("5张"), "{spoken}: {said:#?}");
        assert!(said[0].shown.reply_to.is_some());
        assert_eq!(address(&said).as_deref(), Some("https://t.me/league_test_bot"));
    }
    // A reply to what it said.
    let to = group(&bot, "@league_test_bot 你好")[0].shown.id;
    let reply = updates::group_text(GROUP, USER, bot.date(), "附件要传几张图片").replying_to(to);
    assert!(text(&heard(&bot, reply)).contains("5张"));
}

#[test]
fn nothing_personal_is_said_or_kept() {
    let bot = Bot::start();
    bot.say(USER, "从广州转到福州");
    bot.press(USER, "记录这次转接");
    bot.say(USER, "今天发起成功");
    let (before, id) = (bot.record(USER), bot.record(USER).id.to_string());
    for personal in ["我的转接", &id, "今天报到了", "删除我的数据", "日历", "我的组织在哪", "记录这次转接", "提醒我"]
    {
        let said = text(&group(&bot, &format!("@league_test_bot {personal}")));
        assert!(!said.contains(&id) && !said.contains("2024-06-11"), "{personal}: {said}");
    }
    assert!(text(&group(&bot, "@league_test_bot 我的转接")).contains("不在群里说"));
    let plan = group(&bot, "@league_test_bot 从广州转到北京");
    assert!(text(&plan).contains("青春北京") && !text(&plan).contains("记录前请知道"));
    let buttons: Vec<_> = plan.iter().flat_map(|e| e.shown.buttons.iter().flatten()).collect();
    assert!(buttons.iter().all(|b| matches!(b.action, Action::Url(_))), "{buttons:#?}");
    // Half a route: nobody could go on with it here.
    assert!(text(&group(&bot, "@league_test_bot 我要从广州转出")).contains("一次说全"));
    assert_eq!(bot.record(USER), before);
    assert_eq!(bot.store(|tx| tx.member("telegram:-1001234")), None);
    // In private the conversation stands where it stood.
    assert!(text(&bot.say(USER, "今天报到了")).contains("已记下"));
    assert_ne!(BOT, USER);
}
