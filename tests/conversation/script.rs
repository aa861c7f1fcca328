//! Reading a script; its language is described in `main.rs`.

use chrono::{DateTime, FixedOffset};

/// A conversation and what is expected of it.
pub(crate) struct Script {
    pub(crate) name: String,
    pub(crate) lines: Vec<(usize, Line)>,
}

pub(crate) enum Line {
    Clock(DateTime<FixedOffset>),
    Message {
        user: String,
        delivery: Option<String>,
        text: String,
    },
    Expect(Expect),
    Kept(bool, String),
    Restart,
    /// Codes are sent from now on, and there is a roster.
    Codes,
}

pub(crate) enum Expect {
    Kind(String),
    Has(String),
    Lacks(String),
    Once(String),
    Option(bool, String),
    NoOptions,
    Replies(usize),
    AtMost(usize),
    TransferNew,
    Transfer(String),
    TransferNone,
    File(String),
    Same(Option<String>),
}

impl Script {
    /// The script, or everything in it that is not understood.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, Vec<String>> {
        let (mut lines, mut problems) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match parse(line) {
                Some(line) => lines.push((number, line)),
                None => problems.push(format!("{name}:{number}: not a line of a script: {line}")),
            }
        }
        if problems.is_empty() { Ok(Self { name: name.to_owned(), lines }) } else { Err(problems) }
    }
}

fn parse(line: &str) -> Option<Line> {
    if let Some(clock) = line.strip_prefix("@ ") {
        return DateTime::parse_from_rfc3339(clock.trim()).ok().map(Line::Clock);
    }
    if line == "restart" {
        return Some(Line::Restart);
    }
    if line == "codes" {
        return Some(Line::Codes);
    }
    if let Some((head, text)) = line.split_once('>')
        && let Some(message) = message(head, text)
    {
        return Some(message);
    }
    if let Some(text) = line.strip_prefix("not kept ") {
        return Some(Line::Kept(false, text.to_owned()));
    }
    if let Some(text) = line.strip_prefix("kept ") {
        return Some(Line::Kept(true, text.to_owned()));
    }
    expect(line).map(Line::Expect)
}

/// `u1`, `u1 #m7`, `u1 *10000`.
fn message(head: &str, text: &str) -> Option<Line> {
    let mut words = head.split_whitespace();
    let user = words.next().filter(|u| u.chars().all(|c| c.is_ascii_alphanumeric()))?;
    let (mut delivery, mut times) = (None, 1);
    for word in words {
        match (word.strip_prefix('#'), word.strip_prefix('*')) {
            (Some(id), _) => delivery = Some(id.to_owned()),
            (_, Some(count)) => times = count.parse().ok()?,
            (None, None) => return None,
        }
    }
    let text = unescaped(text.trim())?.repeat(times);
    Some(Line::Message { user: user.to_owned(), delivery, text })
}

/// The text with every `\u{7}` as the character it names.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split("\\u{");
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}')?;
        out.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
        out.push_str(rest);
    }
    Some(out)
}

fn expect(line: &str) -> Option<Expect> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    let text = || (!rest.is_empty()).then(|| rest.to_owned());
    Some(match word {
        "kind" => Expect::Kind(text()?),
        "has" => Expect::Has(text()?),
        "lacks" => Expect::Lacks(text()?),
        "once" => Expect::Once(text()?),
        "option" => Expect::Option(true, text()?),
        "no" => Expect::Option(false, rest.strip_prefix("option ")?.to_owned()),
        "options" if rest == "none" => Expect::NoOptions,
        "replies" => Expect::Replies(rest.parse().ok()?),
        "at" => Expect::AtMost(rest.strip_prefix("most ")?.parse().ok()?),
        "file" => Expect::File(text()?),
        "transfer" => match rest {
            "new" => Expect::TransferNew,
            "none" => Expect::TransferNone,
            "same" => Expect::Transfer("$ID".to_owned()),
            id => Expect::Transfer(id.strip_prefix('$').map(|_| id.to_owned())?),
        },
        "same" if rest.is_empty() => Expect::Same(None),
        "same" => Expect::Same(Some(rest.strip_prefix('#')?.to_owned())),
        _ => return None,
    })
}
