//! `zhuanjie serve`: the service until a signal stops it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::arguments::{ServeOptions, Trees};
use super::{Failure, data_folder, engine, input, key};
use crate::assistant::Clock;
use crate::membership::{Registry, sender};
use crate::serve::config::Config;
use crate::serve::{self, App, Maintenance, Outside, Reload, ServeError};
use crate::store::Store;

/// How often to look whether a reminder is due,
const TICK: Duration = Duration::from_secs(15);
/// and how often with a clock for trials, whose hours pass in no time.
const TRIAL_TICK: Duration = Duration::from_millis(100);

pub(super) fn run(options: &ServeOptions, trees: &Trees) -> Result<(), Failure> {
    let environment = |name: &str| std::env::var(name).ok();
    let mut config = Config::load(options.config.as_deref(), environment).map_err(ServeError::from)?;
    config.listen = options.listen.unwrap_or(config.listen);
    let trees = Trees {
        knowledge: trees.knowledge.clone().or_else(|| config.knowledge.clone()),
        dialogs: trees.dialogs.clone().or_else(|| config.dialogs.clone()),
    };
    let (clock, tick): (Clock, Duration) = match &options.clock {
        Some(file) => (trial_clock(file)?, TRIAL_TICK),
        None => (Arc::new(input::now), TICK),
    };
    if config.telegram.token.is_none() {
        return Err(ServeError::NoChannel.into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let senders = sender::Outside {
        runtime: runtime.handle().clone(),
        // Not the clock for trials: a provider refuses a signature of another time.
        clock: Arc::new(input::now),
        chance: Arc::new(input::random),
        pause: Arc::new(std::thread::sleep),
    };
    let sender = serve::codes::build(&config.codes, options.codes.as_deref(), &senders)?;
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).with_target(false).init();
    // Where, and not what it says: that may hold what a member wrote.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    let engine = Arc::new(engine(&trees)?);
    let data = data_folder(options.data.as_deref().or(config.data.as_deref()))?;
    let store = Store::open(&data)?;
    let registry = Registry { key: key(Some(&data))?, folder: Some(data), sender, total: config.codes.total() };
    let maintenance = Maintenance {
        begins: options.maintenance.is_some(),
        says: options.maintenance.clone().filter(|says| !says.trim().is_empty()).or(config.maintenance.clone()),
    };
    let outside = Outside { clock, chance: Arc::new(input::random), tick, registry: Some(registry) };
    runtime.block_on(async {
        let app = App::build(&config, engine, store, outside).await?;
        tracing::info!("listening on http://{}", app.address()?);
        serve::run(app, maintenance, reload(trees)).await
    })?;
    // Whatever a courtesy still waits for is nothing to stay for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    Ok(())
}

fn reload(trees: Trees) -> Reload {
    Box::new(move || {
        if trees.knowledge.is_none() && trees.dialogs.is_none() {
            return Ok(None);
        }
        match engine(&trees) {
            Ok(engine) => Ok(Some(engine)),
            Err(Failure::Engine(error)) => Err(error),
            Err(other) => Err(crate::assistant::EngineError::Files(other.to_string())),
        }
    })
}

/// The time that a file tells; when it cannot be read, the last one that it told.
fn trial_clock(file: &Path) -> Result<Clock, Failure> {
    let path: PathBuf = file.to_owned();
    let told = move || input::time_of(std::fs::read_to_string(&path).ok()?.trim());
    let message =
        || Failure::Input(format!("--clock: {} holds no time such as 2024-06-01T09:00:00+08:00", file.display()));
    let last = Mutex::new(told().ok_or_else(message)?);
    Ok(Arc::new(move || {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = told().unwrap_or(*last);
        *last
    }))
}
