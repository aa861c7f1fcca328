//! What comes from Telegram, and what waits to be sent there.

use std::collections::BTreeSet;

use serde_json::Value;
use zhuanjie::assistant::Input;
use zhuanjie::channel::telegram::outside::{self, MOST, Meant};

use super::ENGINE;

/// The bot's name.
const NAME: &str = "some_bot";

/// An answer to `getUpdates`: what has a number is not lost, and nothing comes in that was not there.
pub fn updates(raw: &str) {
    let known = &ENGINE.known;
    let read = outside::updates(known, NAME, raw);
    let Ok(json) = serde_json::from_str::<Value>(raw) else {
        assert!(read.is_none(), "what is no JSON brings no updates");
        return;
    };
    let Some(read) = read else { return };
    let there = json.get("result").and_then(Value::as_array).map_or(0, Vec::len);
    assert!(read.len() <= there, "more updates than were there");
    for (_, meant) in &read {
        match meant {
            // A service of ours speaks in words that exist.
            Meant::Notice(id) => assert!(known.service(id).is_some(), "no words for {id}"),
            Meant::Said(Input::Text(text)) => assert!(text.len() <= raw.len() + 200, "a text is what was written"),
            Meant::Said(Input::Press(_)) | Meant::Reach(_) | Meant::Nothing | Meant::Unreadable => {}
        }
    }
    // The same answer again means the same.
    assert_eq!(outside::updates(known, NAME, raw).as_ref(), Some(&read));
    let numbers: BTreeSet<u32> = read.iter().map(|(number, _)| *number).collect();
    assert!(numbers.len() <= read.len());
}

/// A stored letter that is read is written as it was.
pub fn letters(stored: &str) {
    let Some(written) = outside::letter(stored) else { return };
    assert_eq!(outside::letter(&written).as_ref(), Some(&written), "what is written is read");
}

/// The parts of a text fit and are the text but for white space at the cuts.
pub fn parts(text: &str, most: usize) {
    let most = most.clamp(2, MOST);
    let parts = outside::parts(text, most);
    let mut done = 0;
    for part in &parts {
        assert!(part.start >= done && text.get(part.clone()).is_some(), "parts stand in order, between characters");
        assert!(text[done..part.start].trim().is_empty(), "something is left out");
        let said = &text[part.clone()];
        assert!(said.encode_utf16().count() <= most, "a part is too long");
        assert!(!said.trim().is_empty(), "a part says nothing");
        done = part.end;
    }
    assert!(text[done..].trim().is_empty(), "the end is left out");
}
