//! One turn at a time writes.
//!
//! Turns queue. Whoever waits for one and finds the store free runs all that are queued, commits once, and only then
//! releases the replies: the cost of a durable commit is shared by all who wait for it, nobody is told what could still
//! be lost, and a turn that comes alone is not handed to another thread and back. A turn that fails or panics takes back
//! what it wrote and hurts nobody else: it takes the transaction with it, and those before it in there run once more, each
//! in a savepoint. Savepoints for all would cost a fifth of the writing, for what hardly ever happens.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::store::open::{Attempt, Store};
use crate::store::{StoreError, Tx};

/// So many turns share a commit at most.
const AT_ONCE: usize = 256;

/// A turn in the queue.
trait Job: Send {
    /// Runs it inside the transaction, in a savepoint of its own or not. Says whether it went well.
    fn run(&mut self, store: &mut Store, apart: bool) -> bool;

    /// Has it erased a member?
    fn erased(&self) -> bool;

    /// Tells the caller. `Err` is why nothing of it can be relied on; `traces`, why not all that it erased is gone yet.
    fn release(self: Box<Self>, committed: Result<(), StoreError>, traces: Option<StoreError>);
}

/// A turn, what follows it, and who waits for that.
struct Turn<A, R, E, F, T> {
    job: F,
    /// What it came to when it last ran.
    attempt: Option<Attempt<A, E>>,
    then: T,
    told: SyncSender<Result<R, E>>,
}

impl<A, R, E, F, T> Job for Turn<A, R, E, F, T>
where
    A: Send,
    R: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<A, E> + Send,
    T: FnOnce(A) -> R + Send,
{
    fn run(&mut self, store: &mut Store, apart: bool) -> bool {
        let attempt = if apart { store.attempt_apart(&mut self.job) } else { store.attempt(&mut self.job) };
        self.attempt.insert(attempt).result.is_ok()
    }

    fn erased(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.erased)
    }

    fn release(self: Box<Self>, committed: Result<(), StoreError>, traces: Option<StoreError>) {
        let Self { attempt, then, told, .. } = *self;
        let result = match attempt {
            Some(Attempt { result: Err(error), .. }) => Err(error),
            Some(Attempt { result: Ok(value), .. }) => {
                let value = committed.map(|()| then(value));
                traces.map_or(value, Err).map_err(E::from)
            }
            None => Err(committed.err().unwrap_or(StoreError::Stopped).into()),
        };
        // Nobody listens any more: the caller has gone, the turn stands.
        let _ = told.send(result);
    }
}

/// Where turns queue for the store. Dropping it finishes what was taken.
pub struct Writer(Arc<Desk>);

/// The queue and the store; the store is locked first where both are.
struct Desk {
    jobs: Mutex<VecDeque<Box<dyn Job>>>,
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

    /// Hands in a turn. Turns run in the order they were handed in; one may run twice, when what it wrote the first time was
    /// taken back. Not to be called from inside a turn: it would wait for itself.
    pub fn submit<R, E, F>(&self, job: F) -> Result<Pending<R, E>, StoreError>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<R, E> + Send + 'static,
    {
        self.submit_then(job, |value| value)
    }

    /// The same; `then` follows once the turn is committed, before any turn that does not share the commit, on whichever
    /// thread committed it.
    pub fn submit_then<A, R, E, F, T>(&self, job: F, then: T) -> Result<Pending<R, E>, StoreError>
    where
        A: Send + 'static,
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<A, E> + Send + 'static,
        T: FnOnce(A) -> R + Send + 'static,
    {
        let (told, answer) = sync_channel(1);
        let turn = Box::new(Turn { job, attempt: None, then, told });
        if self.0.queued() >= self.0.waiting
            && let Some(store) = self.0.store()?.as_mut()
        {
            self.0.run(store);
        }
        self.0.jobs().push_back(turn);
        Ok(Pending { desk: Arc::clone(&self.0), answer })
    }

    /// Runs a turn and waits for it.
    pub fn turn<R, E, F>(&self, job: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<R, E> + Send + 'static,
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

    fn jobs(&self) -> MutexGuard<'_, VecDeque<Box<dyn Job>>> {
        // A queue is never left half changed.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queued(&self) -> usize {
        self.jobs().len()
    }

    fn next(&self) -> Option<Box<dyn Job>> {
        self.jobs().pop_front()
    }

    /// Runs what is queued, as much as may share a commit.
    fn run(&self, store: &mut Store) {
        let Some(first) = self.next() else { return };
        if let Err(error) = store.begin() {
            // None of those that wait: one of them must not be written where what came before it was not.
            let mut next = Some(first);
            while let Some(turn) = next {
                turn.release(Err(StoreError::NotCommitted { why: error.to_string() }), None);
                next = self.next();
            }
            return;
        }
        let mut turns = Vec::new();
        let mut next = Some(first);
        while let Some(mut turn) = next {
            let well = turn.run(store, false);
            if !well {
                again(store, &mut turns);
            }
            turns.push(turn);
            next = if well && turns.len() < AT_ONCE { self.next() } else { None };
        }
        release(store, turns);
    }
}

/// Takes everything back and runs these once more.
fn again(store: &mut Store, turns: &mut [Box<dyn Job>]) {
    store.roll_back();
    if turns.is_empty() || store.begin().is_err() {
        return;
    }
    for turn in turns {
        // Once SQLite gave up the transaction, a savepoint would begin a new one behind our back.
        if store.lost() {
            return;
        }
        turn.run(store, true);
    }
}

fn release(store: &mut Store, turns: Vec<Box<dyn Job>>) {
    let committed = store.commit().map_err(|error| error.to_string());
    let cleaned = match &committed {
        Ok(()) => store.clean().map_err(|error| error.to_string()),
        Err(_) => Ok(()),
    };
    for turn in turns {
        let outcome = committed.clone().map_err(|why| StoreError::NotCommitted { why });
        let traces = cleaned.as_ref().err().filter(|_| turn.erased());
        let traces = traces.map(|why| StoreError::Traces { why: why.clone() });
        turn.release(outcome, traces);
    }
}
