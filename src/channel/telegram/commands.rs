//! The commands that Telegram shows in its menu, and what each stands for in words.

use teloxide::types::BotCommand;

use crate::knowledge::Knowledge;
use crate::knowledge::terms::{System, Term};

/// What every conversation opens with.
pub(super) const START: &str = "start";

/// Each command with what the menu says of it and what it stands for.
const COMMANDS: [(&str, &str, &str); 8] = [
    (START, "开始", "你好"),
    ("plan", "怎么转：要点的步骤和期限", "怎么转团组织关系"),
    ("progress", "我的转接：进度和截止日期", "我的转接"),
    ("where", "我的团组织关系在哪", "我的组织在哪"),
    ("sources", "回答依据哪些资料", "来源"),
    ("erase", "删除我的数据", "删除我的数据"),
    ("cancel", "取消正在问的", "取消"),
    ("help", "能问什么、怎么问", "帮助"),
];

/// Those that mean the same whatever is written after them.
const WHOLE: [&str; 3] = ["erase", "cancel", "help"];

/// The menu.
pub(super) fn menu() -> Vec<BotCommand> {
    COMMANDS.iter().map(|(command, says, _)| BotCommand::new(*command, *says)).collect()
}

/// A command, and what was written after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command<'a> {
    pub(super) name: &'a str,
    /// Whom it is for, where that is said.
    pub(super) bot: Option<&'a str>,
    pub(super) rest: &'a str,
}

/// The command that a text is: `/name@bot rest`.
pub(super) fn command(text: &str) -> Option<Command<'_>> {
    let (head, rest) = text.strip_prefix('/')?.split_once(char::is_whitespace).unwrap_or((&text[1..], ""));
    let (name, bot) = head.split_once('@').map_or((head, None), |(name, bot)| (name, Some(bot)));
    let known = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(known)).then_some(Command { name, bot, rest: rest.trim() })
}

/// What a command stands for; none where it is not one of ours.
pub(super) fn words(known: &Knowledge, command: Command<'_>) -> Option<String> {
    let name = command.name.to_ascii_lowercase();
    let (_, _, says) = COMMANDS.iter().find(|(own, _, _)| *own == name)?;
    if command.rest.is_empty() || WHOLE.contains(&name.as_str()) {
        return Some((*says).to_owned());
    }
    if name == START {
        return Some(linked(known, command.rest).unwrap_or_else(|| (*says).to_owned()));
    }
    Some(command.rest.to_owned())
}

/// What a deep link stands for: a command, or a route as `guangdong-beijing`, `guangdong-`, `-beijing`. Anybody can make
/// up such a link, so it says nothing that could not be typed.
fn linked(known: &Knowledge, payload: &str) -> Option<String> {
    if let Some((_, _, says)) = COMMANDS.iter().find(|(own, _, _)| *own == payload) {
        return Some((*says).to_owned());
    }
    let name = |code: &str| System::parse(code).and_then(|system| known.route(system)).map(|route| route.short.clone());
    let (from, to) = payload.split_once('-')?;
    match (from, to) {
        (from, "") => Some(format!("从{}转出", name(from)?)),
        ("", to) => Some(format!("转到{}", name(to)?)),
        (from, to) => Some(format!("从{}转到{}", name(from)?, name(to)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_what_the_service_takes() {
        for (command, says, _) in COMMANDS {
            assert!((1..=32).contains(&command.len()) && command.chars().all(|c| c.is_ascii_lowercase()));
            assert!((3..=256).contains(&says.len()));
        }
    }

    #[test]
    fn a_command_is_read() {
        let read = |text| command(text).map(|c| (c.name, c.bot, c.rest));
        assert_eq!(read("/start guangdong-beijing"), Some(("start", None, "guangdong-beijing")));
        assert_eq!(read("/plan@some_bot  从广州转到北京"), Some(("plan", Some("some_bot"), "从广州转到北京")));
        assert_eq!(read("/help"), Some(("help", None, "")));
        for text in ["help", "/", "/ help", "//", "/帮助", "", "1/2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
