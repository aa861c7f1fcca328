//! Codes and passes in Telegram: contact cards, a sender that fails, and what is not stored.

use std::time::Duration;

use zhuanjie::transfer::id;

use crate::bot::{Bot, text, time};
use crate::fake::{Fault, World, updates};

const MEMBER: i64 = 5001;

fn bot() -> Bot {
    let mut bot = Bot::start();
    bot.office.open();
    bot.restart();
    bot
}

#[test]
fn ones_own_contact_card_is_as_good_as_the_number_and_gets_a_code() {
    let mut bot = bot();
    // As clients give it: with or without the plus.
    for (day, phone) in [("2024-06-01", "8613800138000"), ("2024-06-03", "+86 138 0013 8000")] {
        bot.set(time(&format!("{day}T09:00:00+08:00")));
        let said = text(&bot.heard(MEMBER, updates::contact(MEMBER, bot.date(), phone, Some(MEMBER))));
        assert!(said.contains("138****8000"), "{said}");
        let code = bot.office.fill("$CODE");
        let said = text(&bot.say(MEMBER, &code));
        assert!(said.contains("某某大学软件学院2021级1班团支部"), "{said}");
    }
    bot.stop();
}

#[test]
fn the_card_of_somebody_else_or_from_abroad_is_not_used() {
    let mut bot = bot();
    for (owner, phone, says) in [
        (Some(MEMBER + 1), "+8613800138000", "不是你自己的名片"),
        (None, "+8613800138000", "不是你自己的名片"),
        (Some(MEMBER), "+447700900123", "中国大陆的手机号"),
        (Some(MEMBER), "+1-415-555-0101", "中国大陆的手机号"),
        (Some(MEMBER), "14155550101", "中国大陆的手机号"),
    ] {
        let said = text(&bot.heard(MEMBER, updates::contact(MEMBER, bot.date(), phone, owner)));
        assert!(said.contains(says), "{phone}: {said}");
    }
    assert_eq!(bot.office.fill("$CODE"), "", "no code was sent");
    bot.stop();
}

#[test]
fn a_code_that_could_not_be_sent_is_said_to_be_so() {
    let mut bot = bot();
    bot.say(MEMBER, "13800138009");
    let told = |world: &World| world.chat(MEMBER).iter().any(|m| m.text.contains("没能发出去"));
    assert!(bot.fake.wait_until(Duration::from_secs(10), told), "{:?}", bot.fake.chat(MEMBER));
    let (_, ready) = bot.get("/readyz");
    assert!(ready.contains("codes"), "{ready}");
    bot.stop();
}

#[test]
fn a_pass_is_shown_and_not_stored() {
    let mut bot = bot();
    bot.say(MEMBER, "从广东转到北京");
    bot.say(MEMBER, "记录这次转接");
    // While nothing can be sent, what is to be sent stands in the outbox.
    bot.fake.set_faults(Some(Box::new(|request| match request.method.as_str() {
        "sendmessage" => Fault::Internal { applied: false },
        _ => Fault::None,
    })));
    let id = bot.fake.push(updates::text(MEMBER, bot.date(), "查询码"));
    assert!(bot.fake.wait_until(Duration::from_secs(10), |world| world.confirmed_up_to() >= id));
    let waiting = bot.store(|tx| tx.unsent_to("telegram:5001"));
    let waiting: String = waiting.iter().map(|parcel| parcel.body.as_str()).collect();
    bot.fake.set_faults(None);
    let has_pass = |world: &World| world.chat(MEMBER).iter().any(|m| m.text.contains("查询码："));
    assert!(bot.fake.wait_until(Duration::from_secs(20), has_pass));
    let shown = bot.fake.chat(MEMBER).into_iter().rev().find(|m| m.text.contains("查询码：")).expect("shown").text;
    let digits: String =
        shown.split("查询码：").nth(1).expect("after it").chars().take_while(char::is_ascii_digit).collect();
    assert_eq!(digits.len(), 6, "{shown}");
    assert!(waiting.contains("查询码："), "{waiting}");
    assert!(!waiting.contains(&digits), "{waiting}");
    let id = id::find(&shown).first().expect("an ID").to_string();
    let said = text(&bot.say(MEMBER + 1, &format!("{id} {digits}")));
    assert!(said.contains("只能看"), "{said}");
    bot.stop();
}
