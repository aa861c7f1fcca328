//! Trying again: what, how often, after which waits.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zhuanjie::membership::sender::{Again, CodeMessage, SendError, Sender};

use super::{Stage, send};

/// Does one thing after the other, then sends.
pub(crate) struct Scripted {
    results: Mutex<VecDeque<Result<(), SendError>>>,
    repeatable: bool,
}

impl Scripted {
    pub(crate) fn new(results: impl IntoIterator<Item = Result<(), SendError>>, repeatable: bool) -> Self {
        Self { results: Mutex::new(results.into_iter().collect()), repeatable }
    }
}

impl Sender for Scripted {
    fn send(&self, _: &CodeMessage<'_>) -> Result<(), SendError> {
        self.results.lock().expect("results").pop_front().unwrap_or(Ok(()))
    }

    fn name(&self) -> &'static str {
        "scripted"
    }

    fn repeatable(&self) -> bool {
        self.repeatable
    }
}

pub(crate) fn unsent() -> SendError {
    SendError::Unsent("cannot connect".to_owned())
}

pub(crate) fn unclear() -> SendError {
    SendError::Unclear("no answer in time".to_owned())
}

fn throttled(seconds: Option<u64>) -> SendError {
    SendError::Throttled { why: "a limit".to_owned(), wait: seconds.map(Duration::from_secs) }
}

#[test]
fn what_may_be_tried_again_is() {
    let (no, maybe) = (unsent, unclear);
    for (repeatable, errors, expected, waits) in [
        (false, vec![no()], Ok(()), vec![500]),
        (false, vec![no(), no(), no()], Ok(()), vec![500, 1000, 2000]),
        (false, vec![no(), no(), no(), no()], Err(no()), vec![500, 1000, 2000]),
        (false, vec![maybe()], Err(maybe()), vec![]),
        (false, vec![no(), maybe()], Err(maybe()), vec![500]),
        (true, vec![maybe(), no()], Ok(()), vec![500, 1000]),
        // One of them may have arrived, whatever became of the last.
        (true, vec![maybe(), no(), no(), no()], Err(maybe()), vec![500, 1000, 2000]),
        (false, vec![throttled(None)], Err(throttled(None)), vec![]),
        (false, vec![throttled(Some(60))], Err(throttled(Some(60))), vec![]),
        (false, vec![throttled(Some(5))], Ok(()), vec![5000]),
        (true, vec![SendError::Broken("b".into())], Err(SendError::Broken("b".into())), vec![]),
        (true, vec![SendError::Refused("r".into())], Err(SendError::Refused("r".into())), vec![]),
    ] {
        let stage = Stage::new();
        let inner = Arc::new(Scripted::new(errors.clone().into_iter().map(Err), repeatable));
        let sender = Again::new(inner, stage.outside().pause);
        assert_eq!((sender.name(), sender.repeatable()), ("scripted", repeatable));
        assert_eq!(send(&sender, "m-1"), expected, "{errors:?}");
        assert_eq!(stage.waited(), waits, "{errors:?}");
    }
}
