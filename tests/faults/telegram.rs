//! Telegram under the harness: a fake Bot API server that stays up over all kills.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::audit::blind;
use super::channel::{Channel, Delivery, Input, Order, Received};
use super::fake::{Deed, Event, FakeTelegram, Fault, Request, Settings, updates};

/// The chat of member 0; the others follow.
const FIRST_CHAT: i64 = 2001;
/// Updates in order are numbered from here, late ones from far below.
const FIRST_UPDATE: i64 = 1_000_001;
const FIRST_LATE: i64 = 1001;
/// How long the service waits for an answer; it goes into the configuration.
const PATIENCE: &str = "1s";
/// How long its requests for updates are held; a silent one costs this and the five seconds it may be late.
const POLL: &str = "1s";
/// How long a silent server keeps a connection.
const SILENCE: Duration = Duration::from_secs(30);
/// How often a request goes wrong: one about a chat, and one for which all members wait.
const FAULTS: f64 = 0.15;
const FAULTS_FOR_ALL: f64 = 0.08;

pub(crate) struct Telegram {
    fake: FakeTelegram,
    late: Mutex<Late>,
    faults: Arc<Mutex<BTreeMap<&'static str, usize>>>,
}

/// The late updates, which only we keep.
#[derive(Default)]
struct Late {
    updates: HashMap<Delivery, Value>,
    broken: i64,
}

impl Telegram {
    pub(crate) fn new() -> Self {
        let fake = FakeTelegram::start(Settings { first_update: FIRST_UPDATE, ..Settings::default() });
        Self { fake, late: Mutex::default(), faults: Arc::default() }
    }
}

fn chat(member: usize) -> i64 {
    FIRST_CHAT + member as i64
}

impl Channel for Telegram {
    fn configuration(&self) -> String {
        format!("[telegram]\npoll = \"{POLL}\"\npatience = \"{PATIENCE}\"\n")
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![("TELOXIDE_TOKEN", self.fake.token().to_owned()), ("TELOXIDE_API_URL", self.fake.url())]
    }

    fn handle(&self, member: usize) -> String {
        format!("telegram:{}", chat(member))
    }

    fn hand_in(&self, member: usize, input: Input, at: DateTime<FixedOffset>, order: Order) -> Delivery {
        let (chat, date) = (chat(member), at.timestamp());
        let update = match input {
            Input::Text(text) => updates::text(chat, date, text),
            Input::Picture => updates::sticker(chat, date),
            Input::Press { label, under } => {
                let message = &self.fake.history(chat)[under].shown;
                let data = message.data(label).unwrap_or_else(|| panic!("no button {label}: {message:?}"));
                updates::press(chat, message.id, data)
            }
        };
        if order == Order::Next {
            return self.fake.push(update);
        }
        let mut late = self.late.lock().expect("no panic");
        let id = FIRST_LATE + late.updates.len() as i64;
        // The number of the member's message means nothing to a bot in a private chat.
        let update = update.with("/message_id", json!(1)).raw(id);
        self.fake.push_raw(&update);
        late.updates.insert(id, update);
        id
    }

    fn again(&self, delivery: Delivery) {
        let late = self.late.lock().expect("no panic").updates.get(&delivery).cloned();
        let update = late.or_else(|| self.fake.pushed(delivery)).expect("it was handed in");
        self.fake.push_raw(&update);
    }

    fn noise(&self, chance: u64, at: DateTime<FixedOffset>) {
        let date = at.timestamp();
        match chance % 4 {
            0 => drop(self.fake.push(updates::malformed(date, "从广州转到福州"))),
            1 => drop(self.fake.push(updates::unknown_kind(date))),
            // Without a number.
            2 => self.fake.push_raw(&json!({"message": {"date": date, "text": "从广州转到福州"}})),
            _ => {
                let mut late = self.late.lock().expect("no panic");
                late.broken += 1;
                self.fake.push_raw(&json!({"update_id": late.broken, "message": "从广州转到福州"}));
            }
        }
    }

    fn unconfirmed(&self) -> usize {
        self.fake.unconfirmed()
    }

    fn received(&self, member: usize, from: usize) -> Vec<Received> {
        let new = RefCell::new(Vec::new());
        // Looks once, under the lock, so that only what is new is copied.
        self.fake.wait_until(Duration::ZERO, |world| {
            let history = world.history(chat(member));
            new.replace(history.iter().skip(from).map(received).collect());
            true
        });
        new.into_inner()
    }

    fn effects(&self) -> usize {
        self.fake.effects()
    }

    fn wait_for(&self, effects: usize, timeout: Duration) -> bool {
        self.fake.wait_until(timeout, |world| world.effects() >= effects)
    }

    fn hung_up(&self, timeout: Duration) -> bool {
        self.fake.hung_up(timeout)
    }

    fn disturb(&self, seed: Option<u64>) {
        let counts = Arc::clone(&self.faults);
        let decide = seed.map(|seed| {
            let mut rng = StdRng::seed_from_u64(seed);
            let decide = move |request: &Request| {
                let fault = fault(&mut rng, request);
                if let Some(name) = name(&fault) {
                    *counts.lock().expect("no panic").entry(name).or_default() += 1;
                }
                fault
            };
            Box::new(decide) as super::fake::Faults
        });
        self.fake.set_faults(decide);
    }

    fn faults(&self) -> BTreeMap<&'static str, usize> {
        self.faults.lock().expect("no panic").clone()
    }
}

fn received(event: &Event) -> Received {
    let deed = match event.deed {
        Deed::Sent => "sent",
        Deed::Edited => "edited",
        Deed::Deleted => "deleted",
    };
    let mut content = format!("{deed}\n{}", event.shown.text);
    let buttons: Vec<String> = event.shown.buttons.iter().flatten().map(|button| button.text.clone()).collect();
    if !buttons.is_empty() {
        content += &format!("\n[{}]", buttons.join("|"));
    }
    if let Some(file) = &event.shown.document {
        content += &format!("\n[{}]\n{}", file.name, String::from_utf8_lossy(&file.bytes));
    }
    Received { content: blind(&content), buttons, known: event.known, at: event.at }
}

fn fault(rng: &mut StdRng, request: &Request) -> Fault {
    let often = if request.chat.is_some() { FAULTS } else { FAULTS_FOR_ALL };
    if !rng.random_bool(often) {
        return Fault::None;
    }
    let applied = rng.random();
    match rng.random_range(0..12) {
        0..2 => Fault::TooManyRequests(1),
        2..4 => Fault::Internal { applied },
        4..6 => Fault::BadGateway { applied },
        6..8 => Fault::Silence { applied, lasting: SILENCE },
        8..10 => Fault::Cut { applied },
        // Well within the service's patience: later than that is the silence.
        _ => Fault::Late(Duration::from_millis(rng.random_range(50..300))),
    }
}

fn name(fault: &Fault) -> Option<&'static str> {
    match fault {
        Fault::None => None,
        Fault::Late(_) => Some("late answer"),
        Fault::TooManyRequests(_) => Some("429"),
        Fault::Internal { .. } => Some("500"),
        Fault::BadGateway { .. } => Some("502"),
        Fault::Silence { .. } => Some("30s silence"),
        Fault::Cut { .. } => Some("cut connection"),
        Fault::Moved(_) | Fault::Reply { .. } => Some("reply"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_process_has_hung_up_once_nothing_of_it_can_arrive_any_more() {
        let channel = Telegram::new();
        assert!(channel.hung_up(Duration::from_secs(20)), "nobody was there");
        let address = channel.fake.url().replace("http://", "");
        let mut lines = [0; 2].map(|_| TcpStream::connect(&address).expect("the fake listens"));
        lines[0].write_all(b"POST /bot1:a/getMe HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n").expect("written");
        for line in lines {
            assert!(!channel.hung_up(Duration::from_millis(50)), "the rest of a request may follow, or a first one");
            drop(line);
        }
        assert!(channel.hung_up(Duration::from_secs(20)));
    }
}
