//! Signals: SIGTERM and Ctrl-C stop the service, a second one at once; SIGHUP reads knowledge anew; SIGUSR1 begins
//! maintenance, SIGUSR2 ends it.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::Maintenance;
use crate::assistant::{Engine, EngineError};
use crate::service::Service;

/// Loads knowledge and dialogs anew; none where the built-in copies are used.
pub type Reload = Box<dyn Fn() -> Result<Option<Engine>, EngineError> + Send + Sync>;

/// The exit code of a process that was told twice to stop.
const TWICE: i32 = 130;

/// Listens from now on.
pub(super) fn listen(
    service: Arc<Service>,
    maintenance: Maintenance,
    reload: Reload,
    stop: watch::Sender<bool>,
) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut begin = signal(SignalKind::user_defined1())?;
    let mut end = signal(SignalKind::user_defined2())?;
    let reload = Arc::new(reload);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => leave(&stop),
                _ = interrupt.recv() => leave(&stop),
                _ = hang_up.recv() => renew(&service, &reload).await,
                _ = begin.recv() => {
                    service.set_maintenance(Some(maintenance.says(&service)));
                    tracing::warn!("maintenance begins: only its notice is answered");
                }
                _ = end.recv() => {
                    service.set_maintenance(None);
                    tracing::warn!("maintenance is over");
                }
            }
        }
    });
    Ok(())
}

fn leave(stop: &watch::Sender<bool>) {
    if stop.send_replace(true) {
        tracing::warn!("told twice to stop: leaving at once");
        std::process::exit(TWICE);
    }
    tracing::info!("told to stop: finishing what was taken");
}

async fn renew(service: &Arc<Service>, reload: &Arc<Reload>) {
    let load = Arc::clone(reload);
    match tokio::task::spawn_blocking(move || load()).await {
        Ok(Ok(Some(engine))) => {
            service.assistant.replace_engine(Arc::new(engine));
            tracing::info!("knowledge and dialogs are read anew");
            super::plan_reminders_anew(Arc::clone(service)).await;
        }
        Ok(Ok(None)) => tracing::warn!("nothing is read anew: the built-in copies are used"),
        Ok(Err(error)) => tracing::error!(%error, "what was to be read anew has problems; the old is kept"),
        Err(error) => tracing::error!(%error, "reading anew failed; the old is kept"),
    }
}
