//! What each fuzz target makes of its bytes. What must hold is shared with the property tests.

#[path = "../../tests/properties/invariants/mod.rs"]
pub mod invariants;

use std::borrow::Cow;

/// Loads what is shared by all inputs, so that the first is not charged with it.
pub fn load() {
    invariants::load();
}

fn words(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// A message: as it is, or (first byte odd) with a private number planted in it, drawn from the eight bytes that follow.
pub fn text(data: &[u8]) {
    match data.split_first() {
        Some((way, rest)) if way & 1 == 1 && rest.len() >= 8 => {
            let (seed, rest) = rest.split_at(8);
            let seed = seed.iter().fold(0, |seed, byte| seed << 8 | u64::from(*byte));
            invariants::planted(&words(rest), seed);
        }
        Some((_, rest)) => invariants::text(&words(rest)),
        None => {}
    }
}

/// A conversation, see [`invariants::turns`].
pub fn turns(data: &[u8]) {
    invariants::turns(&words(data));
}

/// A stored state and what follows it, see [`invariants::states`].
pub fn states(data: &[u8]) {
    invariants::states(&words(data));
}

/// A roster, see [`invariants::roster`].
pub fn roster(data: &[u8]) {
    invariants::roster(data);
}

/// IDs in a text, and the bytes of a button.
pub fn presses(data: &[u8]) {
    let text = words(data);
    invariants::ids(&text);
    invariants::presses(&text);
}

/// An answer of Telegram to `getUpdates`.
pub fn updates(data: &[u8]) {
    invariants::updates(&words(data));
}

/// A stored letter (first byte 0), or a text cut into parts of at most so many units.
pub fn letters(data: &[u8]) {
    match data.split_first() {
        Some((0 | b'0', rest)) => invariants::letters(&words(rest)),
        Some((most, rest)) => invariants::parts(&words(rest), usize::from(*most)),
        None => {}
    }
}

/// The configuration, and a key.
pub fn config(data: &[u8]) {
    let text = words(data);
    invariants::config(&text);
    invariants::keys(&text);
}

/// A file of `knowledge/` or `dialogs/`; the first byte says which. Checking all of them each time would take seconds.
pub fn knowledge(data: &[u8]) {
    if let Some((which, rest)) = data.split_first() {
        invariants::knowledge(*which & 0x7f, &words(rest));
    }
}

/// Standard input of `converse` and `ask`.
pub fn lines(data: &[u8]) {
    invariants::lines(data);
}

/// An answer of an SMS provider; the first byte is for its status.
pub fn answers(data: &[u8]) {
    if let Some((status, rest)) = data.split_first() {
        const STATUS: [u16; 8] = [200, 200, 202, 400, 408, 429, 500, 503];
        invariants::answers(STATUS[usize::from(status & 7)], rest);
    }
}
