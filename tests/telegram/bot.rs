//! The service as it runs, in this process, against the fake Telegram, with a clock and chance of the test's own.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use tokio::sync::watch;
use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;
use zhuanjie::serve::config::{API_URL, Config, TOKEN};
use zhuanjie::serve::{App, Outside};
use zhuanjie::service::Service;
use zhuanjie::store::{Store, Tx};
use zhuanjie::transfer::Record;

use crate::fake::{Event, FakeTelegram, Settings, Update, updates};
use crate::office::Office;

/// Longer than anything here takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn files(folder: &str) -> Files {
    Files::of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder of text files")
}

/// The engine of the shipped knowledge, loaded once for all tests.
pub(crate) fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    let load = || Engine::load(&files("knowledge"), &files("dialogs")).expect("what is shipped loads");
    Arc::clone(ENGINE.get_or_init(|| Arc::new(load())))
}

pub(crate) fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("a time")
}

/// The fake, the service on it, and the world around both.
pub(crate) struct Bot {
    pub(crate) engine: Arc<Engine>,
    pub(crate) fake: FakeTelegram,
    pub(crate) folder: TempDir,
    pub(crate) config: Config,
    now: Arc<Mutex<DateTime<FixedOffset>>>,
    seed: Arc<AtomicU64>,
    /// Who sends codes; see [`Office::open`].
    pub(crate) office: Office,
    running: Option<Running>,
}

struct Running {
    stop: watch::Sender<bool>,
    thread: JoinHandle<()>,
    address: String,
    service: Arc<Service>,
}

/// Asked for chance with this seed, it panics instead.
pub(crate) const PANICS: u64 = u64::MAX - 1;

impl Bot {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(engine(), change)
    }

    pub(crate) fn start_on(engine: Arc<Engine>, change: impl FnOnce(&mut Config)) -> Self {
        let fake = FakeTelegram::start(Settings::default());
        let (url, token) = (fake.url(), fake.token());
        let environment = |name: &str| match name {
            TOKEN => Some(token.to_owned()),
            API_URL => Some(url.clone()),
            _ => None,
        };
        let mut config = Config::load(None, environment).expect("a configuration");
        config.listen = "127.0.0.1:0".parse().expect("an address");
        config.telegram.patience = Duration::from_secs(1);
        // Scripts are longer than what anybody types at once.
        config.limits.burst = 10_000.try_into().expect("not zero");
        change(&mut config);
        let mut bot = Self {
            engine,
            fake,
            folder: TempDir::new().expect("a folder"),
            config,
            now: Arc::new(Mutex::new(time("2024-06-01T09:00:00+08:00"))),
            seed: Arc::default(),
            office: Office::default(),
            running: None,
        };
        bot.run();
        bot
    }

    /// Starts the service, over what the folder holds.
    pub(crate) fn run(&mut self) {
        let store = Store::open(self.folder.path()).expect("a store");
        let (now, seed) = (Arc::clone(&self.now), Arc::clone(&self.seed));
        let outside = Outside {
            clock: Arc::new(move || *now.lock().expect("a clock")),
            chance: Arc::new(move || {
                let seed = seed.load(Ordering::SeqCst);
                assert!(seed < PANICS, "on purpose");
                StdRng::seed_from_u64(seed)
            }),
            tick: Duration::from_millis(20),
            registry: Some(self.office.registry(self.folder.path())),
        };
        let (engine, config) = (Arc::clone(&self.engine), self.config.clone());
        let (ready, started) = mpsc::channel();
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let app = App::build(&config, engine, store, outside).await.expect("an app");
                ready.send((app.address().expect("bound").to_string(), app.service())).expect("awaited");
                app.run(stopped).await;
            });
        });
        let (address, service) = started.recv_timeout(PATIENCE).expect("starts");
        self.running = Some(Running { stop, thread, address, service });
    }

    /// Stops the service as a supervisor would.
    pub(crate) fn stop(&mut self) {
        let Some(Running { stop, thread, service, .. }) = self.running.take() else { return };
        // The store is closed with the last who holds it.
        drop(service);
        stop.send_replace(true);
        thread.join().expect("ends");
    }

    pub(crate) fn restart(&mut self) {
        self.stop();
        self.run();
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.running.as_ref().expect("runs").service
    }

    pub(crate) fn store<R: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx<'_>) -> Result<R, zhuanjie::store::StoreError> + Send + 'static,
    ) -> R {
        self.service().assistant.with_store(job).expect("the store works")
    }

    pub(crate) fn at(&self, now: &str) {
        self.set(time(now));
    }

    pub(crate) fn set(&self, now: DateTime<FixedOffset>) {
        *self.now.lock().expect("a clock") = now;
    }

    pub(crate) fn seed(&self, seed: u64) {
        self.seed.store(seed, Ordering::SeqCst);
    }

    /// The time in Unix seconds, as updates tell it.
    pub(crate) fn date(&self) -> i64 {
        self.now.lock().expect("a clock").timestamp()
    }

    /// What the bot does in a chat because of an update, until everything it has to say there is said.
    pub(crate) fn heard(&self, chat: i64, update: Update) -> Vec<Event> {
        let before = self.fake.history(chat).len();
        self.seed.fetch_add(1, Ordering::SeqCst);
        let id = self.fake.push(update);
        assert!(id > 0, "the bot does not want such updates");
        self.settle(id);
        self.fake.history(chat).split_off(before)
    }

    /// Waits until an update is confirmed and everything has gone out.
    pub(crate) fn settle(&self, update: i64) {
        let confirmed = self.fake.wait_until(PATIENCE, |world| world.confirmed_up_to() >= update);
        assert!(confirmed, "update {update} is not confirmed");
        self.quiet();
    }

    /// Waits until everything has gone out that can.
    pub(crate) fn quiet(&self) {
        self.until("everything has gone out", || self.store(|tx| tx.unsent("telegram:")).is_empty());
    }

    /// Waits until something holds.
    pub(crate) fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds() {
            assert!(Instant::now() < end, "in vain: {what}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The transfer of a member, as it is on record.
    pub(crate) fn record(&self, chat: i64) -> Record {
        let handle = format!("telegram:{chat}");
        let found = self.store(move |tx| {
            let member = tx.member(&handle)?;
            member.map_or(Ok(Vec::new()), |member| tx.transfers(member.key))
        });
        found.into_iter().next_back().expect("a transfer on record")
    }

    pub(crate) fn say(&self, chat: i64, text: &str) -> Vec<Event> {
        self.heard(chat, updates::text(chat, self.date(), text))
    }

    /// Presses the latest button with this label.
    pub(crate) fn press(&self, chat: i64, label: &str) -> Vec<Event> {
        let shown = self.fake.chat(chat);
        let button = shown.iter().rev().find_map(|message| Some((message.id, message.data(label)?.to_owned())));
        let (message, data) = button.unwrap_or_else(|| panic!("no button {label} in {shown:#?}"));
        self.heard(chat, updates::press(chat, message, &data))
    }

    /// The answer of the service's own server.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        use std::io::{Read, Write};
        let address = &self.running.as_ref().expect("runs").address;
        let mut stream = std::net::TcpStream::connect(address).expect("connects");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("read");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        (status, body.to_owned())
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
        }
    }
}

/// All that a turn said, in one text.
pub(crate) fn text(events: &[Event]) -> String {
    events.iter().map(|event| event.shown.text.as_str()).collect::<Vec<_>>().join("\n\n")
}
