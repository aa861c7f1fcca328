//! One turn at a time writes.
//!
//! Turns queue. Whoever waits for one and finds the store free runs all that are queued, each in a savepoint, commits
//! once, and only then releases the replies: the cost of a durable commit is shared by all who wait for it, nobody is told
//! what could still be lost, and a turn that comes alone is not handed to another thread and back. A turn that fails or
//! panics takes back its own savepoint and hurts nobody else.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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

/// Where turns queue for the store. Dropping it finishes what was taken.
pub struct Writer(Arc<Desk>);

/// The queue and the store; the store is locked first where both are.
struct Desk {
    jobs: Mutex<VecDeque<Job>>,
    /// None once it was given back.
    store: Mutex<Option<Store>>,
    /// When so many turns are queued, whoever hands in another runs them first.
    waiting: usize,
}

/// A turn that was taken. Should nobody wait for it, it is committed with the next one, or when the writer ends.
#[must_use = "the turn is committed when `wait` returns"]
pub struct Pending<R, E> {
    desk: Arc<Desk>,
    answer: Receiver<Result<R, E>>,
}

impl<R, E: From<StoreError>> Pending<R, E> {
    /// Waits until the turn is committed, or is known not to be.
    pub fn wait(self) -> Result<R, E> {
        loop {
            if let Some(answer) = self.answer() {
                return answer;
            }
            let mut store = self.desk.store()?;
            // Who held the store may have run it meanwhile.
            if let Some(answer) = self.answer() {
                return answer;
            }
            self.desk.run(store.as_mut().ok_or(StoreError::Stopped)?);
        }
    }

    /// The same for what nobody is in a hurry for: for so long it waits for a turn that it can share the commit of.
    pub fn wait_for_others(self, patience: Duration) -> Result<R, E> {
        // What went wrong is told by the wait.
        self.answer.recv_timeout(patience).unwrap_or_else(|_| self.wait())
    }

    fn answer(&self) -> Option<Result<R, E>> {
        match self.answer.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(StoreError::Stopped.into())),
        }
    }
}

impl Writer {
    /// A writer to this store. When `waiting` turns are queued, [`Writer::submit`] waits until they were run.
    pub fn new(store: Store, waiting: usize) -> Self {
        Self(Arc::new(Desk { jobs: Mutex::default(), store: Mutex::new(Some(store)), waiting }))
    }

    /// Hands in a turn. Turns run in the order they were handed in. Not to be called from inside a turn: it would wait for
    /// itself.
    pub fn submit<R, E, F>(&self, job: F) -> Result<Pending<R, E>, StoreError>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, E> + Send + 'static,
    {
        self.submit_then(job, |value| value)
    }

    /// The same; `then` follows once the turn is committed, before any turn that does not share the commit, on whichever
    /// thread committed it.
    pub fn submit_then<A, R, E, F, T>(&self, job: F, then: T) -> Result<Pending<R, E>, StoreError>
    where
        A: 'static,
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<A, E> + Send + 'static,
        T: FnOnce(A) -> R + Send + 'static,
    {
        let (told, answer) = sync_channel(1);
        let job: Job = Box::new(move |store| {
            let attempt = match store {
                Ok(store) => store.attempt(job),
                Err(why) => Attempt { result: Err(StoreError::NotCommitted { why }.into()), erased: false },
            };
            let release = move |committed: Result<(), StoreError>| {
                let result = attempt.result.and_then(|value| committed.map(|()| then(value)).map_err(E::from));
                // Nobody listens any more: the caller has gone, the turn stands.
                let _ = told.send(result);
            };
            Settled { erased: attempt.erased, release: Box::new(release) }
        });
        if self.0.queued() >= self.0.waiting
            && let Some(store) = self.0.store()?.as_mut()
        {
            self.0.run(store);
        }
        self.0.jobs().push_back(job);
        Ok(Pending { desk: Arc::clone(&self.0), answer })
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
    pub fn finish(self) -> Result<Store, StoreError> {
        self.stop().ok_or(StoreError::Stopped)
    }

    fn stop(&self) -> Option<Store> {
        let mut store = self.0.store().ok()?;
        while self.0.queued() > 0
            && let Some(store) = store.as_mut()
        {
            self.0.run(store);
        }
        store.take()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Desk {
    /// A panic while it was locked came in the middle of a transaction, and nothing may be written behind that.
    fn store(&self) -> Result<MutexGuard<'_, Option<Store>>, StoreError> {
        self.store.lock().map_err(|_| StoreError::Stopped)
    }

    fn jobs(&self) -> MutexGuard<'_, VecDeque<Job>> {
        // A queue is never left half changed.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queued(&self) -> usize {
        self.jobs().len()
    }

    fn next(&self) -> Option<Job> {
        self.jobs().pop_front()
    }

    /// Runs what is queued, as much as may share a commit.
    fn run(&self, store: &mut Store) {
        let Some(first) = self.next() else { return };
        if let Err(error) = store.begin() {
            // The turn learns of it from its own result.
            (first(Err(error.to_string())).release)(Ok(()));
            return;
        }
        let mut settled = vec![first(Ok(store))];
        // Once SQLite gave up the transaction, a savepoint would begin a new one behind our back.
        while settled.len() < AT_ONCE && !store.lost() {
            let Some(job) = self.next() else { break };
            settled.push(job(Ok(store)));
        }
        release(store, settled);
    }
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
