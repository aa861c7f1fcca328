//! Noting what has gone out: messages leave the outbox in as few transactions as their number asks for.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::mpsc;

use super::lanes::Lanes;
use super::{CHANNEL, FIRST_WAIT, LONGEST_WAIT};
use crate::service::Service;
use crate::store::StoreError;

/// So many messages noted together are a crowd,
const CROWD: usize = 16;
/// and then those that were sent wait for so long for a turn that they can be noted with.
const GATHER: Duration = Duration::from_millis(10);

/// Where messages that have gone out are noted.
pub(super) struct Notes(mpsc::UnboundedSender<Noted>);

/// A message that has gone out, or never can.
pub(super) struct Noted {
    pub(super) id: i64,
    pub(super) chat: String,
}

impl Notes {
    /// Tells these lanes what is noted. Has to be called inside a runtime.
    pub(super) fn begin(service: Arc<Service>, lanes: Weak<Lanes>) -> Self {
        let (done, finished) = mpsc::unbounded_channel();
        tokio::spawn(note(service, lanes, finished));
        Self(done)
    }

    /// Has a message taken off the outbox; its lane is told.
    pub(super) fn note(&self, parcel: Noted) {
        // Nobody there: the runtime is going, and what is not noted is sent again.
        let _ = self.0.send(parcel);
    }
}

/// Takes messages off the outbox, all that are done in one transaction.
async fn note(service: Arc<Service>, lanes: Weak<Lanes>, mut finished: mpsc::UnboundedReceiver<Noted>) {
    let mut crowd = false;
    while let Some(first) = finished.recv().await {
        let mut all = vec![first];
        while let Ok(done) = finished.try_recv() {
            all.push(done);
        }
        // A commit costs the same for one as for many, and in a crowd the next turn is near. Not otherwise: killed
        // meanwhile, what is not noted is sent again.
        let patience = if crowd { GATHER } else { Duration::ZERO };
        crowd = all.len() >= CROWD;
        let mut wait = FIRST_WAIT;
        loop {
            let (service, ids) = (Arc::clone(&service), all.iter().map(|done| done.id).collect::<Vec<_>>());
            let job = move || {
                let noted = service.assistant.submit(move |tx| tx.sent(ids.clone()))?;
                noted.wait_for_others(patience)
            };
            match tokio::task::spawn_blocking(job).await.unwrap_or(Err(StoreError::Stopped)) {
                Ok(()) | Err(StoreError::Traces { .. }) => break,
                Err(error) => tracing::error!(channel = CHANNEL, %error, "cannot note what was sent"),
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        let Some(lanes) = lanes.upgrade() else { return };
        lanes.noted(all);
    }
}
