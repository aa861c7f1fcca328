//! Telegram: members' messages in, answers and reminders out.
//!
//! An update is confirmed to Telegram only after its turn and the reply are committed, so a crash loses nothing; the
//! same update again has no effect and no answer of its own. What is said goes through the outbox and a lane for each
//! chat ([`lanes`]). Telegram's own library is used for its types and requests only: its loop confirms on receipt, and
//! its throttle would hold up every chat for the sake of one.

mod commands;
mod heard;
mod lanes;
mod letter;
mod noting;
#[doc(hidden)]
pub mod outside;
mod poll;
mod send;
mod split;
mod waiting;
mod work;

use std::sync::Arc;
use std::time::Duration;

use teloxide::prelude::*;
use teloxide::{ApiError, RequestError};
use tokio::sync::watch;

use crate::assistant::Said;
use crate::service::Service;
use heard::Me;
use lanes::Lanes;
use letter::{Manner, letters};

/// The name of the channel in logs, metrics and health.
pub const CHANNEL: &str = "telegram";
/// What the names of its chats and members begin with.
pub const PREFIX: &str = "telegram:";

/// So many reminders are composed at once; about as many messages a second as Telegram takes from a bot.
const REMINDERS_AT_ONCE: u32 = 25;
/// So long reminders wait at the start until what came meanwhile is heard.
const CATCHING_UP: Duration = Duration::from_secs(60);
/// The wait after the first failure; each further one doubles it,
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How to reach Telegram.
#[derive(Clone)]
pub struct Settings {
    /// The bot's token.
    pub token: String,
    /// Another server than Telegram's own.
    pub api_url: Option<String>,
    /// How long Telegram holds a request for updates while there are none.
    pub poll: Duration,
    /// After this time it is unclear what became of a request.
    pub patience: Duration,
    /// How often to look whether a reminder is due.
    pub tick: Duration,
}

/// Why the channel cannot begin; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TelegramError {
    /// The address of the server is none.
    #[error("the address of Telegram's server, `{0}`, is not an address such as https://api.telegram.org")]
    Address(String),
    /// No connection can be made at all.
    #[error("no connections can be made: {0}")]
    Client(String),
}

/// The channel.
pub struct Telegram {
    bot: Bot,
    service: Arc<Service>,
    settings: Settings,
    lanes: Arc<Lanes>,
    /// Is all heard that came while nobody listened?
    caught_up: watch::Sender<bool>,
}

impl Telegram {
    /// Makes the channel ready; nothing is sent or asked yet. Has to be called inside a runtime.
    pub fn new(service: Arc<Service>, settings: Settings) -> Result<Self, TelegramError> {
        let longest = settings.poll.max(settings.patience) + Duration::from_secs(30);
        // Whoever sends knows when to try again; and so no request is copied first, lest it be needed once more.
        let once = reqwest::retry::never();
        let client = teloxide::net::default_reqwest_settings().timeout(longest).retry(once).build();
        let client = client.map_err(|error| TelegramError::Client(error.to_string()))?;
        let mut bot = Bot::with_client(settings.token.clone(), client);
        if let Some(address) = &settings.api_url {
            let url = address.trim_end_matches('/').parse();
            bot = bot.set_api_url(url.map_err(|_| TelegramError::Address(address.clone()))?);
        }
        service.health.set(CHANNEL, Err("not connected to Telegram yet".to_owned()));
        let lanes = Lanes::new(bot.clone(), Arc::clone(&service), settings.patience);
        Ok(Self { bot, service, settings, lanes, caught_up: watch::Sender::new(false) })
    }

    /// Takes updates and sends until told to stop; what was taken is committed when this returns.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        // What was left unsent does not wait for a connection to be told of.
        while let Err(error) = self.lanes.resume_all().await {
            tracing::error!(channel = CHANNEL, %error, "cannot read what was left unsent");
            if pause(&mut stop, LONGEST_WAIT).await {
                break;
            }
        }
        // After that, so that no reminder overtakes what was said before it.
        let reminding = tokio::spawn(Arc::clone(&self).remind());
        if let Some(me) = self.connect(&mut stop).await {
            poll::poll(&self, &me, &mut stop).await;
        }
        reminding.abort();
    }

    /// Waits until everything that was said has gone out.
    pub async fn drain(&self) {
        while !self.lanes.idle() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Introduces us to Telegram, however long it takes; none when told to stop.
    async fn connect(&self, stop: &mut watch::Receiver<bool>) -> Option<Me> {
        let mut wait = FIRST_WAIT;
        while !*stop.borrow() {
            match tokio::time::timeout(self.settings.patience, self.introduce()).await {
                Ok(Ok(me)) => {
                    self.well();
                    tracing::info!(channel = CHANNEL, bot = me.username, "connected to Telegram");
                    return Some(me);
                }
                Ok(Err(error)) => {
                    let asked = self.unwell(&error);
                    wait = asked.unwrap_or(wait);
                }
                Err(_) => self
                    .unwell_because(&format!("cannot reach Telegram: no answer within {:?}", self.settings.patience)),
            }
            if pause(stop, wait).await {
                break;
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        None
    }

    async fn introduce(&self) -> Result<Me, RequestError> {
        let me = self.bot.get_me().await?;
        // Without these two it can be talked to all the same: a server that does not have them is no reason not to.
        let webhook = self.forget_webhook().await;
        let menu = self.bot.set_my_commands(commands::menu()).await.map(drop);
        for (what, done) in [("the webhook could not be looked for", webhook), ("the menu could not be set", menu)] {
            match done {
                Err(RequestError::Api(error)) => tracing::warn!(channel = CHANNEL, why = %error, "{what}"),
                other => other?,
            }
        }
        Ok(Me { id: me.id.0, username: me.user.username.unwrap_or_default() })
    }

    /// While a webhook is set no updates can be asked for.
    async fn forget_webhook(&self) -> Result<(), RequestError> {
        if self.bot.get_webhook_info().await?.url.is_some() {
            tracing::warn!(channel = CHANNEL, "a webhook was set for this bot; it is removed");
            self.bot.delete_webhook().await?;
        }
        Ok(())
    }

    fn well(&self) {
        if self.service.health.set(CHANNEL, Ok(())) {
            tracing::info!(channel = CHANNEL, "Telegram can be reached");
        }
    }

    /// Notes what is wrong, once in the log. Returns how long to wait where that is known.
    fn unwell(&self, error: &RequestError) -> Option<Duration> {
        let (says, wait) = match error {
            RequestError::RetryAfter(after) => {
                (format!("Telegram asks to wait {}s (429)", after.seconds()), Some(after.duration()))
            }
            RequestError::Api(ApiError::InvalidToken) => {
                let says = "Telegram refuses the token (401): check TELOXIDE_TOKEN or token_file";
                (says.to_owned(), Some(Duration::from_secs(5)))
            }
            RequestError::Api(ApiError::TerminatedByOtherGetUpdates) => {
                let says = "another process takes this bot's updates (409): only one may run with a token";
                (says.to_owned(), Some(Duration::from_secs(3)))
            }
            RequestError::Api(other) if other.to_string().contains("webhook") => {
                ("a webhook is set for this bot (409)".to_owned(), Some(Duration::from_secs(1)))
            }
            other => (format!("cannot reach Telegram: {}", send::why(other)), None),
        };
        self.unwell_because(&says);
        wait
    }

    fn unwell_because(&self, says: &str) {
        if self.service.health.set(CHANNEL, Err(says.to_owned())) {
            tracing::error!(channel = CHANNEL, "{says}");
        }
    }

    fn has_caught_up(&self) -> bool {
        *self.caught_up.borrow()
    }

    fn caught_up(&self) {
        self.caught_up.send_if_modified(|caught_up| !std::mem::replace(caught_up, true));
    }

    /// Sends reminders whose time has come, for ever.
    async fn remind(self: Arc<Self>) {
        // Somebody may have said meanwhile that it is done.
        let _ = tokio::time::timeout(CATCHING_UP, self.caught_up.subscribe().wait_for(|caught_up| *caught_up)).await;
        loop {
            if self.service.maintenance().is_none() {
                self.lanes.wake();
                self.remind_now().await;
            }
            tokio::time::sleep(self.settings.tick).await;
        }
    }

    async fn remind_now(&self) {
        loop {
            let service = Arc::clone(&self.service);
            let dispatch = self.lanes.dispatch();
            let compose = move || {
                let now = (service.clock)();
                service.assistant.remind(PREFIX, now, REMINDERS_AT_ONCE, unasked, dispatch)
            };
            match tokio::task::spawn_blocking(compose).await {
                Ok(Ok(count)) => {
                    let count = count as u64;
                    self.service.metrics.reminders_due.inc_by(count);
                    if count < u64::from(REMINDERS_AT_ONCE) {
                        return;
                    }
                }
                Ok(Err(error)) => {
                    tracing::error!(channel = CHANNEL, %error, "reminders could not be composed");
                    return;
                }
                Err(error) => {
                    tracing::error!(channel = CHANNEL, %error, "reminders could not be composed");
                    return;
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Waits; says whether to stop.
async fn pause(stop: &mut watch::Receiver<bool>, wait: Duration) -> bool {
    tokio::time::timeout(wait, stop.wait_for(|stop| *stop)).await.is_ok()
}

/// The messages for what is said in a chat without being asked.
fn unasked(chat: &str, said: &Said) -> Vec<String> {
    address(chat).map_or_else(Vec::new, |chat| letters(said, chat, &Manner::default()))
}

/// The number of a chat of this channel.
fn address(chat: &str) -> Option<i64> {
    chat.strip_prefix(PREFIX)?.parse().ok()
}
