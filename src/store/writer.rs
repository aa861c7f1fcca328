//! The one thread that writes.
//!
//! It takes what is waiting, gives each turn a savepoint, commits once, and only then releases the replies: the cost
//! of a durable commit is shared by all who wait for it, and nobody is told what could still be lost. A turn that
//! fails or panics takes back its own savepoint and hurts nobody else.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::store::open::{Attempt, Store};
use crate::store::{StoreError, Tx};

/// So many turns share a commit at most.
const AT_ONCE: usize = 256;

/// Runs a turn, or learns why there is no transaction to run it in.
type Job = Box<dyn FnOnce(Result<&mut Store, String>) -> Settled + Send>;

/// A turn that has run and waits for the commit.
struct Settled {
    erased: bool,
    /// Tells the caller. `Err` is why nothing of it can be relied on.
    release: Box<dyn FnOnce(Result<(), StoreError>)>,
}

/// Hands turns to the thread that owns the database. Dropping it finishes what was taken.
pub struct Writer {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<Store>>,
}

/// A turn that was taken.
#[must_use = "the turn is committed when `wait` returns"]
pub struct Pending<R, E>(Receiver<Result<R, E>>);

impl<R, E: From<StoreError>> Pending<R, E> {
    /// Waits until the turn is committed, or is known not to be.
    pub fn wait(self) -> Result<R, E> {
        self.0.recv().unwrap_or_else(|_| Err(StoreError::Stopped.into()))
    }
}

impl Writer {
    /// Starts the thread. When `waiting` turns wait, [`Writer::submit`] makes callers wait too.
    pub fn start(store: Store, waiting: usize) -> Result<Self, StoreError> {
        let (jobs, taken) = sync_channel(waiting);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || write(store, &taken))
            .map_err(|error| StoreError::NotCommitted { why: format!("no thread for the writer: {error}") })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands in a turn. Turns run in the order they were handed in. Not to be called from inside a turn: the writer would
    /// wait for itself.
    pub fn submit<R, E, F>(&self, job: F) -> Result<Pending<R, E>, StoreError>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, E> + Send + 'static,
    {
        self.submit_then(job, |value| value)
    }

    /// The same; `then` follows on the thread that writes once the turn is committed, before any turn that does not
    /// share the commit.
    pub fn submit_then<A, R, E, F, T>(&self, job: F, then: T) -> Result<Pending<R, E>, StoreError>
    where
        A: 'static,
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<A, E> + Send + 'static,
        T: FnOnce(A) -> R + Send + 'static,
    {
        let (answer, pending) = sync_channel(1);
        let job: Job = Box::new(move |store| {
            let attempt = match store {
                Ok(store) => store.attempt(job),
                Err(why) => Attempt { result: Err(StoreError::NotCommitted { why }.into()), erased: false },
            };
            let release = move |committed: Result<(), StoreError>| {
                let result = attempt.result.and_then(|value| committed.map(|()| then(value)).map_err(E::from));
                // Nobody listens any more: the caller has gone, the turn stands.
                let _ = answer.send(result);
            };
            Settled { erased: attempt.erased, release: Box::new(release) }
        });
        let jobs = self.jobs.as_ref().ok_or(StoreError::Stopped)?;
        jobs.send(job).map_err(|_| StoreError::Stopped)?;
        Ok(Pending(pending))
    }

    /// Runs a turn and waits for it.
    pub fn turn<R, E, F>(&self, job: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, E> + Send + 'static,
    {
        self.submit(job)?.wait()
    }

    /// Finishes what was taken and gives the database back.
    pub fn finish(mut self) -> Result<Store, StoreError> {
        self.stop().ok_or(StoreError::Stopped)
    }

    fn stop(&mut self) -> Option<Store> {
        // Without a sender left the thread takes what waits and ends.
        self.jobs = None;
        self.thread.take()?.join().ok()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn write(mut store: Store, taken: &Receiver<Job>) -> Store {
    while let Ok(first) = taken.recv() {
        if let Err(error) = store.begin() {
            // The turn learns of it from its own result.
            (first(Err(error.to_string())).release)(Ok(()));
            continue;
        }
        let mut settled = vec![first(Ok(&mut store))];
        // Once SQLite gave up the transaction, a savepoint would begin a new one behind our back.
        while settled.len() < AT_ONCE && !store.lost() {
            let Ok(job) = taken.try_recv() else { break };
            settled.push(job(Ok(&mut store)));
        }
        release(&mut store, settled);
    }
    store
}

fn release(store: &mut Store, settled: Vec<Settled>) {
    let committed = store.commit().map_err(|error| error.to_string());
    let cleaned = match &committed {
        Ok(()) => store.clean().map_err(|error| error.to_string()),
        Err(_) => Ok(()),
    };
    for turn in settled {
        let outcome = match (&committed, &cleaned) {
            (Err(why), _) => Err(StoreError::NotCommitted { why: why.clone() }),
            (Ok(()), Err(why)) if turn.erased => Err(StoreError::Traces { why: why.clone() }),
            (Ok(()), _) => Ok(()),
        };
        (turn.release)(outcome);
    }
}
