//! A thousand members talk to the service at the same time, beside an echo bot on the same library against the same
//! server. What the lines mean is in README.md.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../../tests/telegram/fake/mod.rs"]
mod fake;
#[path = "../turn/talk.rs"]
mod talk;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{FixedOffset, Utc};
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

/// Members who talk at the same time.
const CHATS: i64 = 1000;
/// Messages of each.
const TURNS: usize = 20;
/// The number of the first chat.
const FIRST: i64 = 100_000;
/// How often the echo bot and the service are measured, in turn: what else the machine does changes by the second.
const ROUNDS: usize = 5;
/// How often the members look: to be woken by every message would take the time of whom they talk to.
const LOOK: Duration = Duration::from_millis(1);
/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() {
    // The lines of the log are written, to nowhere.
    tracing_subscriber::fmt().with_writer(std::io::sink).with_ansi(false).init();
    let bot = |fake: &FakeTelegram| Bot::new(fake.token()).set_api_url(fake.url().parse().unwrap());
    let bare = measure("bare echo", |fake| run(bare_echo(bot(fake))));
    let mut shares: Vec<f64> = Vec::new();
    for _ in 0..ROUNDS {
        let echo = measure("echo bot", |fake| run(echo(bot(fake))));
        let ours = measure("zhuanjie", serve);
        println!("      beside the echo bot: {:.2}; beside the bare echo: {:.2}", ours / echo, ours / bare);
        shares.push(ours / echo);
    }
    shares.sort_by(f64::total_cmp);
    let share = shares[ROUNDS / 2];
    let verdict = if share >= 0.5 { "PASS" } else { "FAIL" };
    println!("{verdict}  turns per second beside the echo bot, the median: {share:.2} (bar: at least 0.5)");
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

/// The same with a loop of its own and nothing else, each message on a task of its own.
async fn bare_echo(bot: Bot) {
    let mut offset = 0;
    loop {
        let Ok(updates) = bot.get_updates().offset(offset).timeout(10).await else { continue };
        for update in updates {
            offset = offset.max(update.id.as_offset());
            let bot = bot.clone();
            tokio::spawn(async move {
                if let teloxide::types::UpdateKind::Message(message) = &update.kind {
                    bot.send_message(message.chat.id, message.text().unwrap_or_default()).await.unwrap();
                }
            });
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
        registry: None,
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

/// One member: how much they have said, and when.
#[derive(Clone, Copy)]
struct Member {
    said: usize,
    at: Instant,
    /// Whether the last of it is answered.
    answered: bool,
}

/// Talks to a bot, each member on as soon as they are answered; its turns per second.
fn measure(name: &str, start: impl FnOnce(&FakeTelegram) -> End) -> f64 {
    let fake = FakeTelegram::start(Settings::default());
    fake.set_recording(false);
    let end = start(&fake);
    let begun = Instant::now();
    let mut members = vec![Member { said: 0, at: begun, answered: true }; CHATS as usize];
    let mut took: Vec<f64> = Vec::new();
    let say = |chat: usize, member: &mut Member| {
        let script = talk::SCRIPTS[chat % talk::SCRIPTS.len()];
        // All of it on one day, as such a crowd would.
        let (text, date) = (script[member.said % script.len()], talk::time(2).timestamp());
        *member = Member { said: member.said + 1, at: Instant::now(), answered: false };
        fake.push(updates::text(FIRST + chat as i64, date, text));
    };
    members.iter_mut().enumerate().for_each(|(chat, member)| say(chat, member));
    while took.len() < CHATS as usize * TURNS {
        assert!(begun.elapsed() < PATIENCE, "{name}: only {} turns were answered", took.len());
        std::thread::sleep(LOOK);
        for (chat, at) in fake.fresh(PATIENCE) {
            let chat = (chat - FIRST) as usize;
            let member = &mut members[chat];
            // What still comes of the turn before is no answer to this one.
            if member.answered || at < member.at {
                continue;
            }
            member.answered = true;
            took.push(at.duration_since(member.at).as_secs_f64() * 1e3);
            if member.said < TURNS {
                say(chat, member);
            }
        }
    }
    end(&fake);
    let seconds = begun.elapsed().as_secs_f64();
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
