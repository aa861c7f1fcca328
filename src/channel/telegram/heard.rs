//! What an update means. Pure: no state, no network.

use chrono::{DateTime, Utc};
use teloxide::types::{
    CallbackQuery, CallbackQueryId, ChatKind, ChatMemberUpdated, Contact, MediaKind, Message, MessageKind, Update,
    UpdateKind,
};

use super::commands::{self, Command};
use crate::assistant::Input;
use crate::knowledge::Knowledge;
use crate::language::clean::Phone;
use crate::reply::press::Press;

/// Who we are here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Me {
    pub(super) id: u64,
    pub(super) username: String,
}

/// What an update means.
#[derive(Debug)]
pub(super) enum Heard {
    /// Somebody says something to us.
    Said(Box<Call>),
    /// Somebody did what gets these words of ours, whatever stands before.
    Notice(Box<Call>, &'static str),
    /// Somebody can be reached from now on, or cannot.
    Reach { user: u64, reachable: bool },
    /// Nothing that concerns us.
    Nothing,
    /// An update that could not be read.
    Unreadable,
}

/// Somebody who is to be answered.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) chat: i64,
    pub(super) user: u64,
    pub(super) input: Input,
    /// Names what was done, where doing it twice is doing it once.
    pub(super) once: Option<String>,
    /// When; none where Telegram does not say.
    pub(super) at: Option<DateTime<Utc>>,
    /// The message that is spoken of: in a group the one to reply to, of a press the one with the button.
    pub(super) message: i32,
    pub(super) group: bool,
    /// A press has to be acknowledged.
    pub(super) press: Option<CallbackQueryId>,
}

/// What an update means.
pub(super) fn heard(known: &Knowledge, me: &Me, update: Update) -> Heard {
    match update.kind {
        UpdateKind::Message(message) => said(known, me, &message),
        UpdateKind::EditedMessage(message) => match call(&message, Input::Text(String::new())) {
            // What was taken is not taken back by editing it; the member is told how to. What has no words changes by
            // itself, as a place does that is shared while it moves.
            Some(call) if !call.group && message.text().or(message.caption()).is_some() => {
                Heard::Notice(Box::new(call), "service.edited")
            }
            Some(_) | None => Heard::Nothing,
        },
        UpdateKind::CallbackQuery(press) => pressed(&press),
        UpdateKind::MyChatMember(change) => reach(&change),
        UpdateKind::Error(_) => Heard::Unreadable,
        // What is posted to a channel, asked inline or decided elsewhere is not said to us.
        _ => Heard::Nothing,
    }
}

fn call(message: &Message, input: Input) -> Option<Call> {
    let from = message.from.as_ref().filter(|from| !from.is_bot)?;
    let group = match message.chat.kind {
        ChatKind::Private(_) => false,
        ChatKind::Public(_) if message.chat.is_channel() => return None,
        ChatKind::Public(_) => true,
    };
    Some(Call {
        chat: message.chat.id.0,
        user: from.id.0,
        input,
        once: None,
        at: Some(message.date),
        message: message.id.0,
        group,
        press: None,
    })
}

fn said(known: &Knowledge, me: &Me, message: &Message) -> Heard {
    let Some(mut call) = call(message, Input::Text(String::new())) else { return Heard::Nothing };
    let common = match &message.kind {
        MessageKind::Common(common) => common,
        // Also what the library does not know has been sent to us by somebody; but what is noted by Telegram was not.
        MessageKind::Dice(_) | MessageKind::Giveaway(_) | MessageKind::Empty {} if !call.group => {
            return Heard::Notice(Box::new(call), "service.text-only");
        }
        _ => return Heard::Nothing,
    };
    let text = match (&common.media_kind, message.text().or(message.caption())) {
        (_, Some(text)) => text,
        (MediaKind::Migration(_), None) => return Heard::Nothing,
        (_, None) if call.group => return Heard::Nothing,
        (MediaKind::Contact(media), None) => match own_phone(&media.contact, call.user) {
            Ok(phone) => phone,
            Err(says) => return Heard::Notice(Box::new(call), says),
        },
        (_, None) => return Heard::Notice(Box::new(call), "service.text-only"),
    };
    let command = commands::command(text);
    let to_us = |c: &Command<'_>| c.bot.is_none_or(|bot| bot.eq_ignore_ascii_case(&me.username));
    if command.as_ref().is_some_and(|c| !to_us(c)) {
        return Heard::Nothing;
    }
    let meant = if call.group {
        let named = command.as_ref().is_some_and(|c| c.bot.is_some());
        let Some(rest) = addressed(me, message, text, named) else { return Heard::Nothing };
        rest
    } else {
        text.to_owned()
    };
    let words = commands::command(&meant).and_then(|command| commands::words(known, command));
    call.input = Input::Text(words.unwrap_or(meant));
    Heard::Said(Box::new(call))
}

/// The number of a contact card, if it is its sender's own and one that codes can be sent to; else what to say.
fn own_phone(contact: &Contact, user: u64) -> Result<&str, &'static str> {
    if contact.user_id.is_none_or(|owner| owner.0 != user) {
        return Err("service.code.not-own");
    }
    // A card has the number with its country, with a plus or without.
    let phone = contact.phone_number.as_str();
    let ours = phone.trim_start_matches('+').starts_with("86") && Phone::parse(phone).is_some();
    ours.then_some(phone).ok_or("service.code.foreign")
}

/// What is said to us in a group, without our name; none where we are not spoken to.
fn addressed(me: &Me, message: &Message, text: &str, command: bool) -> Option<String> {
    let name = format!("@{}", me.username);
    let replied = message.reply_to_message().and_then(|m| m.from.as_ref()).is_some_and(|from| from.id.0 == me.id);
    // Names are ASCII, so folding their case moves nothing.
    let folded = text.to_ascii_lowercase();
    let at = folded.find(&name.to_ascii_lowercase()).filter(|at| {
        let after = folded[at + name.len()..].chars().next();
        !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    match at {
        Some(_) if command => Some(text.to_owned()),
        Some(at) => Some(format!("{} {}", text[..at].trim(), text[at + name.len()..].trim()).trim().to_owned()),
        None => replied.then(|| text.to_owned()),
    }
}

fn pressed(press: &CallbackQuery) -> Heard {
    let Some(message) = &press.message else { return Heard::Nothing };
    let group = !matches!(message.chat().kind, ChatKind::Private(_));
    let read = press.data.as_deref().and_then(Press::parse);
    let number = message.id().0;
    let mut call = Call {
        chat: message.chat().id.0,
        user: press.from.id.0,
        input: Input::Text(String::new()),
        once: None,
        at: None,
        message: number,
        group,
        press: Some(press.id.clone()),
    };
    let Some(read) = read else { return Heard::Notice(Box::new(call), "service.press.stale") };
    if matches!(read, Press::Rate { .. }) {
        // One opinion for one answer, however often it is pressed.
        call.once = Some(format!("opinion {} {number}", call.chat));
    }
    call.input = Input::Press(read);
    // What stands in a group everybody can press; ours have no such buttons there.
    if call.group { Heard::Nothing } else { Heard::Said(Box::new(call)) }
}

fn reach(change: &ChatMemberUpdated) -> Heard {
    match change.chat.kind {
        ChatKind::Private(_) => Heard::Reach { user: change.from.id.0, reachable: change.new_chat_member.is_present() },
        ChatKind::Public(_) => Heard::Nothing,
    }
}
