//! Everything the fake knows, behind one lock: the queue of updates, the chats, the callbacks, the recorded calls.
//!
//! What tests read is `pub(crate)`; nothing here waits or does I/O. Costs follow the chat or the message at hand,
//! never the number of chats.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use serde_json::{Value, json};

use super::Settings;
use super::chats::{Chat, Event, Shown};
use super::fault::Fault;
use super::queue::Queue;
use super::reply::Refusal;
use super::request::Request;
use super::wire::Receipt;

/// A request as it was received and answered.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The method in lower case.
    pub(crate) method: String,
    /// The chat it was about.
    pub(crate) chat: Option<i64>,
    /// Its parameters, an object.
    pub(crate) parameters: Value,
    /// What went wrong with it by the test's wish.
    pub(crate) fault: Fault,
    /// When it came.
    pub(crate) at: Instant,
    /// The status it was answered with; none while it is open, or where the connection closed instead.
    pub(crate) status: Option<u16>,
    /// Whether an answer, good or bad, has gone out whole.
    pub(crate) acknowledged: bool,
}

/// The state of the fake; tests look at it in [`super::FakeTelegram::wait_until`].
pub(crate) struct World {
    pub(super) settings: Settings,
    pub(super) queue: Queue,
    pub(super) chats: HashMap<i64, Chat>,
    /// The callback queries there were, and whether they can be answered still.
    pub(super) callbacks: HashMap<String, bool>,
    pub(super) answered: Vec<(String, Option<String>)>,
    pub(super) commands: Option<Value>,
    pub(super) allowed: Option<Vec<String>>,
    pub(super) webhook: String,
    pub(super) conflict: bool,
    pub(super) token_valid: bool,
    /// Counts getUpdates: an older one that still waits is over.
    pub(super) polls: u64,
    /// The time in messages: the greatest date in an update so far.
    pub(super) clock: i64,
    pub(super) recording: bool,
    /// The far ends of the open connections.
    pub(super) lines: HashSet<SocketAddr>,
    /// The updates pushed while recording, complete.
    pub(super) pushed: HashMap<i64, Value>,
    calls: VecDeque<Call>,
    /// The number of the first call that is kept.
    first_call: u64,
    effects: usize,
    /// The chats of the effects that nobody has asked for yet, and when each took place; while not recording.
    fresh: Vec<(i64, Instant)>,
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            queue: Queue::new(settings.first_update),
            settings,
            chats: HashMap::new(),
            callbacks: HashMap::new(),
            answered: Vec::new(),
            commands: None,
            allowed: None,
            webhook: String::new(),
            conflict: false,
            token_valid: true,
            polls: 0,
            clock: 1,
            recording: true,
            lines: HashSet::new(),
            pushed: HashMap::new(),
            calls: VecDeque::new(),
            first_call: 0,
            effects: 0,
            fresh: Vec::new(),
        }
    }

    /// What the members of a chat see of the bot now, in order.
    pub(crate) fn chat(&self, chat: i64) -> Vec<Shown> {
        self.chats.get(&chat).map(Chat::shown).unwrap_or_default()
    }

    /// What the bot did in a chat, in the order it took effect.
    pub(crate) fn history(&self, chat: i64) -> &[Event] {
        self.chats.get(&chat).map(Chat::history).unwrap_or_default()
    }

    /// The requests received while recording.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }

    /// How many sends, edits and deletions took effect in all chats.
    pub(crate) fn effects(&self) -> usize {
        self.effects
    }

    /// Updates not yet confirmed by an offset.
    pub(crate) fn unconfirmed(&self) -> usize {
        self.queue.len()
    }

    /// Updates up to this id are confirmed.
    pub(crate) fn confirmed_up_to(&self) -> i64 {
        self.queue.confirmed()
    }

    /// The callback queries that were answered, with the words shown.
    pub(crate) fn answered_callbacks(&self) -> &[(String, Option<String>)] {
        &self.answered
    }

    /// The bot as a user.
    pub(super) fn bot() -> Value {
        json!({"id": super::BOT, "is_bot": true, "first_name": "团团", "username": super::USERNAME})
    }

    /// A chat the bot may write to.
    pub(super) fn open_chat(&mut self, request: &Request) -> Result<&mut Chat, Refusal> {
        if request.parameters["chat_id"].is_null() {
            return Err(Refusal::bad("chat_id is empty"));
        }
        let chat = request.chat.and_then(|id| self.chats.get_mut(&id));
        let chat = chat.ok_or_else(|| Refusal::bad("chat not found"))?;
        if !chat.blocked {
            return Ok(chat);
        }
        let who = match chat.json["type"].as_str() {
            Some("private") => "bot was blocked by the user",
            Some("channel") => "bot was kicked from the channel chat",
            _ => "bot was kicked from the supergroup chat",
        };
        Err(Refusal::new(403, format!("Forbidden: {who}")))
    }

    /// Counts an effect.
    pub(super) fn took_effect(&mut self, chat: i64) {
        self.effects += 1;
        if !self.recording {
            self.fresh.push((chat, Instant::now()));
        }
    }

    pub(super) fn has_fresh(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// The effects since this was asked last, by chat.
    pub(super) fn take_fresh(&mut self) -> Vec<(i64, Instant)> {
        std::mem::take(&mut self.fresh)
    }

    /// Records a request; gives its number where calls are kept.
    pub(super) fn record(&mut self, request: &Request, fault: &Fault) -> Option<u64> {
        self.recording.then(|| {
            self.calls.push_back(Call {
                method: request.method.clone(),
                chat: request.chat,
                parameters: request.parameters.clone(),
                fault: fault.clone(),
                at: Instant::now(),
                status: None,
                acknowledged: false,
            });
            self.first_call + self.calls.len() as u64 - 1
        })
    }

    pub(super) fn clear_calls(&mut self) {
        self.first_call += self.calls.len() as u64;
        self.calls.clear();
    }

    /// Notes the status a recorded call is answered with.
    pub(super) fn answering(&mut self, call: Option<u64>, status: u16) {
        if let Some(call) = self.call(call) {
            call.status = Some(status);
        }
    }

    /// An answer has gone out whole.
    pub(super) fn acknowledge(&mut self, receipt: &Receipt) {
        if let Some(call) = self.call(receipt.call) {
            call.acknowledged = true;
        }
        if let Some((chat, place)) = receipt.mark
            && let Some(chat) = self.chats.get_mut(&chat)
        {
            chat.told(place);
        }
    }

    fn call(&mut self, number: Option<u64>) -> Option<&mut Call> {
        let place = number?.checked_sub(self.first_call)?;
        self.calls.get_mut(usize::try_from(place).ok()?)
    }
}
