//! A Telegram Bot API server for tests: a bot talks to it over real HTTP, a test looks at it from inside.
//!
//! It behaves as the Bot API does where a bot can notice: confirmation of updates by offset, one long poll at a time,
//! callback queries answerable once, refusals in Telegram's own words. Beyond that a test decides what goes wrong
//! with each request ([`Fault`]).
//!
//! Invariants:
//! * everything a test can call is synchronous; the server has a runtime of its own and stops when dropped;
//! * all state is behind one lock ([`World`]), so what a test reads is one moment, and every change wakes
//!   [`FakeTelegram::wait_until`];
//! * an effect is in the history before its answer is on its way.

#![allow(dead_code, unused_imports, reason = "every test file uses the part it needs")]

mod chats;
mod content;
mod fault;
mod incoming;
mod markup;
mod messages;
mod methods;
mod queue;
mod reply;
mod request;
mod server;
pub(crate) mod updates;
mod wire;
mod world;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

pub(crate) use chats::{Action, Button, Deed, Document, Event, Shown};
pub(crate) use fault::{Fault, Faults};
pub(crate) use request::Request;
pub(crate) use updates::Update;
pub(crate) use world::{Call, World};

/// The bot's user id.
pub(crate) const BOT: i64 = 123_456;
/// The bot's name.
pub(crate) const USERNAME: &str = "league_test_bot";
/// The only token that is let in.
const TOKEN: &str = "123456:test-secret";

/// What a text's length is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// UTF-16 units: the stricter way.
    Utf16,
    /// Unicode scalars: what the real server was seen to do.
    Scalars,
}

/// What a test may choose at the start.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The id of the first update.
    pub(crate) first_update: i64,
    /// How texts are measured.
    pub(crate) length: Length,
}

impl Default for Settings {
    fn default() -> Self {
        Self { first_update: 1001, length: Length::Utf16 }
    }
}

/// What the server and the test share.
struct Shared {
    world: Mutex<World>,
    /// Wakes tests, on every change.
    changed: Condvar,
    /// Wakes long polls.
    woken: Notify,
    faults: Mutex<Option<Faults>>,
}

impl Shared {
    /// Does something to the world. A test's panic inside does not spoil it for the others.
    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let done = change(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
        done
    }

    /// Reads from the world.
    fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn fault(&self, request: &Request) -> Fault {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.as_mut().map(|decide| decide(request)).unwrap_or_default()
    }
}

/// A running server; dropping it closes its port and every connection.
pub(crate) struct FakeTelegram {
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

impl FakeTelegram {
    /// Starts a server on a free port of this machine.
    pub(crate) fn start(settings: Settings) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a listener that does not block");
        let address = listener.local_addr().expect("a bound listener has an address");
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("fake-telegram")
            .enable_all()
            .build()
            .expect("a runtime for the fake");
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new(settings)),
            changed: Condvar::new(),
            woken: Notify::new(),
            faults: Mutex::new(None),
        });
        runtime.spawn(server::serve(listener, shared.clone()));
        Self { address, shared, runtime: Some(runtime) }
    }

    /// For `TELOXIDE_API_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// For `TELOXIDE_TOKEN`.
    pub(crate) fn token(&self) -> &'static str {
        TOKEN
    }

    /// Queues an update under the next id and gives that; 0 where the bot's `allowed_updates` keep it out.
    pub(crate) fn push(&self, update: Update) -> i64 {
        self.waking(|world| world.push(update))
    }

    /// Queues an update as it is: a duplicate, a late one, a broken one. It is delivered once whatever the offset,
    /// and confirmed by a greater offset after that.
    pub(crate) fn push_raw(&self, update: &Value) {
        self.waking(|world| world.push_raw(update));
    }

    /// An update as it was queued by [`Self::push`] while recording, to be pushed again.
    pub(crate) fn pushed(&self, update_id: i64) -> Option<Value> {
        self.shared.look(|world| world.pushed.get(&update_id).cloned())
    }

    /// Updates not yet confirmed by an offset.
    pub(crate) fn unconfirmed(&self) -> usize {
        self.shared.look(World::unconfirmed)
    }

    /// Updates up to this id are confirmed.
    pub(crate) fn confirmed_up_to(&self) -> i64 {
        self.shared.look(World::confirmed_up_to)
    }

    /// A week went by without updates: they are numbered anew, from here.
    pub(crate) fn renumber(&self, first: i64) {
        self.shared.change(|world| world.queue.renumber(first));
    }

    /// Every request received while recording.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.look(|world| world.calls().cloned().collect())
    }

    /// Forgets the requests received so far.
    pub(crate) fn clear_calls(&self) {
        self.shared.change(World::clear_calls);
    }

    /// Whether requests, pushed updates and histories are kept; off for load.
    pub(crate) fn set_recording(&self, on: bool) {
        self.shared.change(|world| world.recording = on);
    }

    /// What a member of a chat sees of the bot now: its messages, in order.
    pub(crate) fn chat(&self, chat: i64) -> Vec<Shown> {
        self.shared.look(|world| world.chat(chat))
    }

    /// Every send, edit and deletion of the bot in a chat, in the order it took effect.
    pub(crate) fn history(&self, chat: i64) -> Vec<Event> {
        self.shared.look(|world| world.history(chat).to_vec())
    }

    /// How many sends, edits and deletions took effect in all chats.
    pub(crate) fn effects(&self) -> usize {
        self.shared.look(World::effects)
    }

    /// The id of the last message in a chat, whosever it is.
    pub(crate) fn last_message(&self, chat: i64) -> Option<i64> {
        self.shared.look(|world| world.chats.get(&chat).map(|chat| chat.last))
    }

    /// The effects since this was asked last, by chat and time, once there is one or the time is over; while not recording.
    pub(crate) fn fresh(&self, timeout: Duration) -> Vec<(i64, Instant)> {
        let world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        let none = |world: &mut World| !world.has_fresh();
        let waited = self.shared.changed.wait_timeout_while(world, timeout, none);
        waited.unwrap_or_else(PoisonError::into_inner).0.take_fresh()
    }

    /// Waits until this holds of the state, looking after every change; whether it came to hold in time.
    /// It runs under the lock: it must not call this fake.
    pub(crate) fn wait_until(&self, timeout: Duration, what: impl Fn(&World) -> bool) -> bool {
        let end = Instant::now() + timeout;
        let mut world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        while !what(&world) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            world = self.shared.changed.wait_timeout(world, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Waits until every connection made so far is closed: nothing of a bot that has ended is on its way any more. Whether it
    /// came to that in time.
    pub(crate) fn hung_up(&self, timeout: Duration) -> bool {
        // Connections are taken in the order they were made: where ours is in, none from before it waits outside.
        let ours = TcpStream::connect(self.address).expect("the fake listens");
        let from = ours.local_addr().expect("a connection has two ends");
        self.wait_until(timeout, |world| world.lines.len() == 1 && world.lines.contains(&from))
    }

    /// The member blocks the bot: 403 for everything in that chat.
    pub(crate) fn block(&self, chat: i64) {
        self.set_blocked(chat, true);
    }

    /// The member lets the bot in again.
    pub(crate) fn unblock(&self, chat: i64) {
        self.set_blocked(chat, false);
    }

    /// Looks at all of it at one moment. It runs under the lock: it must not call this fake.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        self.shared.look(look)
    }

    fn set_blocked(&self, chat: i64, blocked: bool) {
        self.shared.change(|world| world.chats.get_mut(&chat).expect("a chat the bot knows").blocked = blocked);
    }

    /// Decides what goes wrong, asked for every request in the order they come; it must not set faults itself.
    pub(crate) fn set_faults(&self, faults: Option<Faults>) {
        *self.shared.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// The callback queries answered, by id, with the words shown.
    pub(crate) fn answered_callbacks(&self) -> Vec<(String, Option<String>)> {
        self.shared.look(|world| world.answered_callbacks().to_vec())
    }

    /// From now on the callback queries open so far are too old to be answered.
    pub(crate) fn expire_callbacks(&self) {
        self.shared.change(|world| world.callbacks.values_mut().for_each(|open| *open = false));
    }

    /// The parameters of the last setMyCommands.
    pub(crate) fn commands(&self) -> Option<Value> {
        self.shared.look(|world| world.commands.clone())
    }

    /// Somebody set a webhook (empty: took it away): getUpdates is refused. Nothing is delivered to it.
    pub(crate) fn set_webhook_url(&self, url: &str) {
        self.waking(|world| url.clone_into(&mut world.webhook));
    }

    /// Another bot with this token polls: every getUpdates is refused with 409.
    pub(crate) fn set_conflict(&self, on: bool) {
        self.waking(|world| world.conflict = on);
    }

    /// Whether the token is let in: 401 on everything else.
    pub(crate) fn set_token_valid(&self, valid: bool) {
        self.waking(|world| world.token_valid = valid);
    }

    fn waking<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let done = self.shared.change(change);
        self.shared.woken.notify_waiters();
        done
    }
}

impl Drop for FakeTelegram {
    fn drop(&mut self) {
        // On a thread of its own: a runtime may not be dropped inside another one, where a test may stand.
        let runtime = self.runtime.take();
        drop(std::thread::spawn(move || runtime.map(|it| it.shutdown_timeout(Duration::from_secs(1)))).join());
    }
}
