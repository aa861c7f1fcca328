//! Verification codes: what one is, how long and how often it counts, and how fast they may be asked for.
//!
//! A code is kept as a keyed hash bound to its purpose, the phone and the conversation that asked for it, so it proves
//! nothing anywhere else. A pass lets others look at a transfer: its digits follow from the key and are kept nowhere.
//!
//! The numbers here are told to members in `knowledge/service.toml`; a test holds the two together.

use std::fmt;

use chrono::TimeDelta;
use rand::{CryptoRng, RngExt};

use super::key::{Key, PhoneHash};
use crate::transfer::{TransferId, id};

/// How long a code counts.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// How often a code or a pass may be tried.
pub const TRIES: u32 = 5;
/// How long after a code the next one may be sent to the same phone.
pub const PAUSE: TimeDelta = TimeDelta::seconds(60);
/// So many codes an hour, to one phone or for one conversation,
pub const AN_HOUR: u32 = 5;
/// and so many a day.
pub const A_DAY: u32 = 10;
/// How long a pass counts.
pub const PASS_LIFETIME: TimeDelta = TimeDelta::hours(24);

const DIGITS: usize = 6;
/// A text with no more than this besides the digits is a code, in characters.
const AROUND: usize = 4;

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Draws one; leading zeros are part of it.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self(format!("{:0DIGITS$}", rng.random_range(0..1_000_000)))
    }

    /// The digits, to be sent.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The code that a cleaned text consists of or brings along: six digits, with or without blanks and dashes, and no
    /// other digits but those of an ID.
    pub fn within(text: &str) -> Option<Self> {
        let rest = id::without_ids(text);
        let named = rest.contains('码') || rest != text;
        let mut digits = String::new();
        let (mut others, mut gap) = (0, false);
        for c in rest.chars() {
            if c.is_ascii_digit() {
                if gap && !digits.is_empty() {
                    return None;
                }
                digits.push(c);
            } else if !c.is_whitespace() && c != '-' {
                // What stands between digits makes them two numbers.
                gap = !digits.is_empty();
                others += usize::from(c.is_alphanumeric());
            }
        }
        (digits.len() == DIGITS && (named || others <= AROUND)).then_some(Self(digits))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(***)")
    }
}

/// What a code proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To whom a phone belongs that asks where its organization is.
    Whereabouts,
}

impl Purpose {
    /// As it is stored and hashed.
    pub fn code(self) -> &'static str {
        match self {
            Self::Whereabouts => "whereabouts",
        }
    }
}

/// What a code is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// What it proves.
    pub purpose: Purpose,
    /// Of which phone.
    pub phone: &'a PhoneHash,
    /// In which conversation, as the channel names it.
    pub conversation: &'a str,
}

impl Bound<'_> {
    /// How a code is kept.
    pub fn mac(&self, key: &Key, code: &Code) -> [u8; 32] {
        self.with(code, |parts| key.mac("code/v1", parts))
    }

    /// Is this the code that was kept like this? Takes as long whatever is wrong.
    pub fn verify(&self, key: &Key, code: &Code, mac: &[u8]) -> bool {
        self.with(code, |parts| key.verify("code/v1", parts, mac))
    }

    fn with<R>(&self, code: &Code, job: impl FnOnce(&[&str]) -> R) -> R {
        let phone = hex(self.phone.bytes());
        job(&[self.purpose.code(), &phone, self.conversation, code.reveal()])
    }
}

/// How a conversation is kept among those that asked for codes.
pub fn conversation(key: &Key, handle: &str) -> [u8; 32] {
    key.mac("conversation/v1", &[handle])
}

/// What a pass follows from, besides the key and the transfer.
pub type Nonce = [u8; 16];

/// The digits of a pass.
pub fn pass(key: &Key, transfer: TransferId, nonce: &Nonce) -> Code {
    let mac = key.mac("pass/v1", &[&transfer.to_string(), &hex(nonce)]);
    let mut number = [0; 8];
    number.copy_from_slice(&mac[..8]);
    // Of 64 bits, so that no six digits are noticeably more likely than others.
    Code(format!("{:0DIGITS$}", u64::from_be_bytes(number) % 1_000_000))
}

/// Is this the pass? Takes as long whatever is wrong.
pub fn is_pass(key: &Key, transfer: TransferId, nonce: &Nonce, code: &Code) -> bool {
    let mac = key.mac("compare/v1", &[pass(key, transfer, nonce).reveal()]);
    key.verify("compare/v1", &[code.reveal()], &mac)
}

/// Stands around what [`revealed`] replaces; no text that was cleaned has it.
const MARK: char = '\u{E0F0}';

/// A pass as it stands in what is stored.
pub fn hidden(transfer: TransferId, nonce: &Nonce) -> String {
    format!("{MARK}{transfer} {}{MARK}", hex(nonce))
}

/// A stored text with the digits of passes in it, as it is shown.
pub fn revealed(key: &Key, text: &str) -> Option<String> {
    if !text.contains(MARK) {
        return None;
    }
    let mut shown = String::with_capacity(text.len());
    for (number, part) in text.split(MARK).enumerate() {
        let pass = (number % 2 == 1).then(|| {
            let (transfer, nonce) = part.split_once(' ')?;
            Some(pass(key, TransferId::parse(transfer)?, &unhex(nonce)?))
        });
        match pass.flatten() {
            Some(pass) => shown.push_str(pass.reveal()),
            None => shown.push_str(part),
        }
    }
    Some(shown)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Nonce> {
    let mut nonce = Nonce::default();
    (text.len() == 2 * nonce.len() && text.is_ascii()).then_some(())?;
    for (at, byte) in nonce.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(nonce)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn key(byte: u8) -> Key {
        Key::from_bytes([byte; 32])
    }

    #[test]
    fn a_code_is_six_digits_whatever_is_drawn() {
        let mut rng = StdRng::seed_from_u64(1);
        let codes: Vec<Code> = (0..2000).map(|_| Code::draw(&mut rng)).collect();
        assert!(codes.iter().all(|c| c.reveal().len() == DIGITS && c.reveal().bytes().all(|b| b.is_ascii_digit())));
        assert!(codes.iter().any(|c| c.reveal().starts_with('0')), "leading zeros are kept");
        assert_eq!(format!("{:?}", codes[0]), "Code(***)");
    }

    #[test]
    fn a_code_is_found_in_what_people_send() {
        for text in
            ["482913", "482 913", "482-913", "验证码482913", "验证码是 482913", "482913 谢谢", "ABCD-EFGH-JK23 482913"]
        {
            let found = Code::within(text);
            // The last one is no ID: its letters count as others.
            assert_eq!(found.is_some(), !text.starts_with("ABCD"), "{text}");
        }
        for text in ["48291", "4829131", "2024年06月", "我202406毕业后去广东工作", "6月1日 482913", "13800138000"]
        {
            assert_eq!(Code::within(text), None, "{text}");
        }
        let id = TransferId::random(&mut StdRng::seed_from_u64(3));
        let text = format!("帮忙看看{id}到哪一步了，482913");
        assert_eq!(Code::within(&text).expect("beside an ID").reveal(), "482913");
    }

    #[test]
    fn a_code_proves_only_what_it_is_bound_to() {
        let (one, two) = (PhoneHash::from_bytes([1; 32]), PhoneHash::from_bytes([2; 32]));
        let code = Code("482913".into());
        let bound = Bound { purpose: Purpose::Whereabouts, phone: &one, conversation: "u1" };
        let mac = bound.mac(&key(7), &code);
        assert!(bound.verify(&key(7), &code, &mac));
        assert!(!bound.verify(&key(8), &code, &mac));
        assert!(!bound.verify(&key(7), &Code("482914".into()), &mac));
        assert!(!Bound { phone: &two, ..bound }.verify(&key(7), &code, &mac));
        assert!(!Bound { conversation: "u2", ..bound }.verify(&key(7), &code, &mac));
        // The purpose is hashed first: the same parts under another one are another hash.
        let other = key(7).mac("code/v1", &["erasure", &hex(one.bytes()), "u1", "482913"]);
        assert!(!bound.verify(&key(7), &code, &other));
    }

    #[test]
    fn a_pass_follows_from_key_transfer_and_nonce_and_is_stored_hidden() {
        let transfer = TransferId::random(&mut StdRng::seed_from_u64(3));
        let digits = pass(&key(7), transfer, &[1; 16]);
        assert!(is_pass(&key(7), transfer, &[1; 16], &digits));
        assert!(!is_pass(&key(7), transfer, &[2; 16], &digits));
        assert!(!is_pass(&key(8), transfer, &[1; 16], &digits));
        let stored = format!("查询码：{}。", hidden(transfer, &[1; 16]));
        assert!(!stored.contains(digits.reveal()));
        assert_eq!(revealed(&key(7), &stored), Some(format!("查询码：{}。", digits.reveal())));
        assert_eq!(revealed(&key(7), "没有"), None);
        assert_eq!(revealed(&key(7), "a\u{E0F0}b\u{E0F0}c").as_deref(), Some("abc"), "what is none stays as it is");
    }
}
