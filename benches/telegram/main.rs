//! A thousand members talk to the service at the same time, beside an echo bot on the same library against the same
//! server. What the lines mean is in README.md.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../../tests/telegram/fake/mod.rs"]
mod fake;
#[path = "../turn/talk.rs"]
mod talk;

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use teloxide::prelude::*;
use tokio::sync::watch;
use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;
use zhuanjie::serve::config::{API_URL, Config, TOKEN};
use zhuanjie::serve::{App, Outside};
use zhuanjie::store::Store;

use fake::{FakeTelegram, Settings, updates};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Members who talk at the same time.
const CHATS: i64 = 1000;
/// Messages of each.
const TURNS: usize = 20;
/// The number of the first chat.
const FIRST: i64 = 100_000;
/// How long one round of messages may take.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() {
    // The lines of the log are written, to nowhere.
    tracing_subscriber::fmt().with_writer(std::io::sink).with_ansi(false).init();
    let bot = |fake: &FakeTelegram| Bot::new(fake.token()).set_api_url(fake.url().parse().unwrap());
    let careful = measure("echo, confirmed when sent", |fake| run(bare_echo(bot(fake), true)));
    let careless = measure("echo, confirmed on receipt", |fake| run(bare_echo(bot(fake), false)));
    let library = measure("echo by the dispatcher", |fake| run(echo(bot(fake))));
    let ours = measure("zhuanjie", serve);
    for (name, echo) in [("confirmed on receipt", careless), ("by the dispatcher", library)] {
        println!(
            "      turns per second beside the echo {name}: {:.2} (no bar: it loses what is under way)",
            ours / echo
        );
    }
    let share = ours / careful;
    let verdict = if share >= 0.5 { "PASS" } else { "FAIL" };
    println!("{verdict}  turns per second beside the echo confirmed when sent: {share:.2} (bar: at least 0.5)");
}

/// A bot on a runtime of its own, until it is ended.
fn run(bot: impl Future<Output = ()> + Send + 'static) -> End {
    let runtime = runtime();
    runtime.spawn(bot);
    Box::new(move |_: &FakeTelegram| runtime.shutdown_background())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// Ends a bot, once everything it has to say is said.
type End = Box<dyn FnOnce(&FakeTelegram)>;

/// Answers with the same words, as the library's own dispatcher runs a bot; nothing is kept.
async fn echo(bot: Bot) {
    let answer = |bot: Bot, message: teloxide::types::Message| async move {
        bot.send_message(message.chat.id, message.text().unwrap_or_default()).await.map(drop)
    };
    Dispatcher::builder(bot, Update::filter_message().endpoint(answer)).build().dispatch().await;
}

/// The same with a loop of its own, each message on a task of its own. With `careful` an update is confirmed when its
/// reply has gone out; else on receipt, and what is under way is lost with the process.
async fn bare_echo(bot: Bot, careful: bool) {
    let mut offset = 0;
    loop {
        let Ok(updates) = bot.get_updates().offset(offset).timeout(10).await else { continue };
        let mut replies = tokio::task::JoinSet::new();
        for update in updates {
            offset = offset.max(update.id.as_offset());
            let bot = bot.clone();
            replies.spawn(async move {
                if let teloxide::types::UpdateKind::Message(message) = &update.kind {
                    bot.send_message(message.chat.id, message.text().unwrap_or_default()).await.unwrap();
                }
            });
        }
        if careful {
            replies.join_all().await;
        } else {
            replies.detach_all();
        }
    }
}

/// The service as it runs, its data on the disk of the build.
fn serve(fake: &FakeTelegram) -> End {
    let files = |name: &str| Files::of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let engine = Arc::new(Engine::load(&files("knowledge"), &files("dialogs")).unwrap());
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (url, token) = (fake.url(), fake.token());
    let environment = |name: &str| match name {
        TOKEN => Some(token.to_owned()),
        API_URL => Some(url.clone()),
        _ => None,
    };
    let mut config = Config::load(None, environment).unwrap();
    config.listen = "127.0.0.1:0".parse().unwrap();
    let china = FixedOffset::east_opt(8 * 3600).unwrap();
    let outside = Outside {
        clock: Arc::new(move || Utc::now().with_timezone(&china)),
        chance: Arc::new(|| StdRng::from_rng(&mut rand::rng())),
        tick: Duration::from_secs(15),
    };
    let runtime = runtime();
    let (stop, stopped) = watch::channel(false);
    let app = runtime.block_on(App::build(&config, engine, store, outside)).unwrap();
    let running = runtime.spawn(app.run(stopped));
    Box::new(move |_| {
        // Stopping waits until the outbox is empty.
        stop.send_replace(true);
        runtime.block_on(running).unwrap();
        drop(folder);
    })
}

/// Talks to a bot; its turns per second.
fn measure(name: &str, start: impl FnOnce(&FakeTelegram) -> End) -> f64 {
    let fake = FakeTelegram::start(Settings::default());
    fake.set_recording(false);
    let end = start(&fake);
    let date = |at: DateTime<FixedOffset>| at.timestamp();
    let begun = Instant::now();
    let took: RefCell<Vec<f64>> = RefCell::default();
    let mut seen = vec![0; CHATS as usize];
    for turn in 0..TURNS {
        let mut pushed = Vec::new();
        for chat in 0..CHATS {
            let script = talk::SCRIPTS[chat as usize % talk::SCRIPTS.len()];
            let text = script[turn % script.len()];
            pushed.push(Instant::now());
            fake.push(updates::text(FIRST + chat, date(talk::time(turn)), text));
        }
        // Looks on from chat to chat, so that nothing is looked at twice.
        let (next, seen) = (Cell::new(0), RefCell::new(&mut seen));
        let answered = fake.wait_until(PATIENCE, |world| {
            let mut seen = seen.borrow_mut();
            while let Some(seen) = seen.get_mut(next.get()) {
                let said = world.history(FIRST + next.get() as i64);
                let Some(first) = said[*seen..].iter().find(|event| event.at >= pushed[next.get()]) else {
                    *seen = said.len();
                    return false;
                };
                took.borrow_mut().push(first.at.duration_since(pushed[next.get()]).as_secs_f64() * 1e3);
                *seen = said.len();
                next.set(next.get() + 1);
            }
            true
        });
        assert!(answered, "{name}: not all of round {turn} was answered");
    }
    end(&fake);
    let seconds = begun.elapsed().as_secs_f64();
    let mut took = took.into_inner();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    let rate = (CHATS as usize * TURNS) as f64 / seconds;
    println!(
        "{name}: {rate:.0} turns/s, {} messages; update available to reply sent: p50 {:.0} ms, p99 {:.0} ms",
        fake.effects(),
        at(0.5),
        at(0.99)
    );
    rate
}
