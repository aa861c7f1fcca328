//! The running service: channels, health and signals put together.
//!
//! [`App::build`] takes everything from outside, the clock and chance included, so that tests run the same service;
//! [`App::run`] returns when told to stop, with what was taken finished as far as ten seconds allow.

pub mod codes;
pub mod config;
mod http;
mod signals;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::assistant::{Assistant, Clock, Engine};
use crate::channel::telegram::{self, Telegram, TelegramError};
use crate::membership::Registry;
use crate::membership::sender::{Sender, SenderError};
use crate::service::codes::Watched;
use crate::service::health::Health;
use crate::service::limits::{Limits, Rate};
use crate::service::metrics::Metrics;
use crate::service::retention::{self, Retention};
use crate::service::{Chance, Service};
use crate::store::{Store, StoreError};
use config::{Config, ConfigError};
pub use signals::Reload;

/// How long what was taken may take to be finished.
const DRAIN: Duration = Duration::from_secs(10);

/// Why the service cannot run; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Telegram.
    #[error(transparent)]
    Telegram(#[from] TelegramError),
    /// The sender of verification codes.
    #[error(transparent)]
    Sender(#[from] SenderError),
    /// Nothing to serve.
    #[error("no channel is configured: set {token} to serve Telegram", token = config::TOKEN)]
    NoChannel,
    /// The address to listen on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The system refuses something else.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// What the service is given from outside.
pub struct Outside {
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// How often to look whether a reminder is due.
    pub tick: Duration,
    /// What it takes to tell members where they are; its sender comes from [`codes::build`].
    pub registry: Option<Registry>,
}

/// The service, ready to run.
pub struct App {
    service: Arc<Service>,
    telegram: Arc<Telegram>,
    listener: TcpListener,
    retention: Retention,
    tick: Duration,
}

impl App {
    /// Puts the service together; nothing is asked or sent yet. Has to be called inside a runtime.
    pub async fn build(
        config: &Config,
        engine: Arc<Engine>,
        store: Store,
        outside: Outside,
    ) -> Result<Self, ServeError> {
        let Some(token) = &config.telegram.token else { return Err(ServeError::NoChannel) };
        let (health, metrics) = (Arc::<Health>::default(), Arc::<Metrics>::default());
        let mut assistant = Assistant::new(engine, store)
            .with_clock(Arc::clone(&outside.clock))
            .with_periods(config.retention.periods());
        let folder = outside.registry.as_ref().and_then(|registry| registry.folder.clone());
        if let Some(mut registry) = outside.registry {
            registry.sender = registry.sender.map(|sender| {
                Arc::new(Watched::new(sender, Arc::clone(&health), Arc::clone(&metrics))) as Arc<dyn Sender>
            });
            assistant = assistant.with_registry(registry);
        }
        metrics.started.set((outside.clock)().timestamp() as f64);
        let limits = Limits::new(Rate { burst: config.limits.burst, every: config.limits.every });
        let mut service = Service::new(assistant, outside.clock, outside.chance, limits);
        (service.health, service.metrics) = (health, metrics);
        let service = Arc::new(service);
        let settings = telegram::Settings {
            token: token.reveal().to_owned(),
            api_url: config.telegram.api_url.clone(),
            poll: config.telegram.poll,
            patience: config.telegram.patience,
            tick: outside.tick,
        };
        let telegram = Arc::new(Telegram::new(Arc::clone(&service), settings)?);
        let address = config.listen;
        let listener = TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?;
        let retention = Retention { periods: config.retention.periods(), folder };
        Ok(Self { service, telegram, listener, retention, tick: outside.tick })
    }

    /// Where it listens.
    pub fn address(&self) -> Result<SocketAddr, ServeError> {
        Ok(self.listener.local_addr()?)
    }

    /// What its channels are given.
    pub fn service(&self) -> Arc<Service> {
        Arc::clone(&self.service)
    }

    /// Runs until told to stop, then finishes what was taken.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        tokio::spawn(plan_reminders_anew(Arc::clone(&self.service)));
        let telegram = tokio::spawn(Arc::clone(&self.telegram).run(stop.clone()));
        let kept = retention::daily(Arc::clone(&self.service), self.retention, self.tick, stop.clone());
        let kept = tokio::spawn(kept);
        let router = http::router(Arc::clone(&self.service));
        let served = tokio::spawn(async move { axum::serve(self.listener, router).await });
        let finish = async {
            if let Err(error) = telegram.await {
                tracing::error!(%error, "a channel ended by itself");
            }
            self.telegram.drain().await;
            if let Err(error) = kept.await {
                tracing::error!(%error, "retention ended by itself");
            }
        };
        let mut stop = stop;
        let stopped = async {
            let _ = stop.wait_for(|stop| *stop).await;
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            () = finish => tracing::info!("everything that was taken is finished"),
            () = stopped => tracing::warn!("some messages are still to be sent; they go out after the next start"),
        }
        served.abort();
    }
}

/// Brings what is to be reminded of in line with the knowledge there is now.
async fn plan_reminders_anew(service: Arc<Service>) {
    let planning = tokio::task::spawn_blocking(move || service.assistant.plan_reminders_anew((service.clock)()));
    if let Err(error) = planning.await.unwrap_or(Err(StoreError::Stopped)) {
        tracing::error!(%error, "reminders could not be planned anew; they are at the next start");
    }
}

/// Runs the service until a signal stops it.
pub async fn run(app: App, maintenance: Maintenance, reload: Reload) -> Result<(), ServeError> {
    if maintenance.begins {
        app.service.set_maintenance(Some(maintenance.says(&app.service)));
    }
    let (stop, stopped) = watch::channel(false);
    signals::listen(app.service(), maintenance, reload, stop)?;
    app.run(stopped).await;
    Ok(())
}

/// How maintenance is told.
#[derive(Debug, Clone, Default)]
pub struct Maintenance {
    /// From the start.
    pub begins: bool,
    /// In these words instead of the assistant's own.
    pub says: Option<String>,
}

impl Maintenance {
    fn says(&self, service: &Service) -> String {
        self.says.clone().unwrap_or_else(|| service.statement("service.maintenance"))
    }
}
