//! Asking for updates. The offset, which confirms what lies before it for ever, moves only past what is committed.
//!
//! While more updates wait than one answer holds, each answer is taken in two parts: when the first is committed the next
//! request confirms it, and the second is worked on meanwhile.

use std::collections::{HashSet, VecDeque};

use std::time::{Duration, Instant};

use serde::Deserialize;
use teloxide::RequestError;
use teloxide::payloads::GetUpdatesSetters;
use teloxide::prelude::*;
use teloxide::types::{AllowedUpdate, Update};
use tokio::sync::watch;

use super::heard::Me;
use super::work::Part;
use super::{CHANNEL, FIRST_WAIT, LONGEST_WAIT, Telegram, pause, send, work};

/// What we want to hear of. Telegram keeps this for us, so it is said with every request.
const WANTED: [AllowedUpdate; 4] =
    [AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];
/// How long the server may be late with its answer.
const LATE: Duration = Duration::from_secs(5);

/// The most updates that one answer holds.
const FULL: usize = 100;

/// Takes updates until told to stop.
pub(super) async fn poll(telegram: &Telegram, me: &Me, stop: &mut watch::Receiver<bool>) {
    let mut taken = Taken::default();
    let mut wait = FIRST_WAIT;
    while !*stop.borrow() {
        let asked = tokio::select! {
            asked = ask(telegram, taken.offset) => asked,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let at_hand = Instant::now();
        let updates = match asked {
            Ok(updates) => updates,
            Err(error) => {
                taken.finish(telegram, 0).await;
                let asked = telegram.unwell(&error);
                if error.to_string().contains("webhook")
                    && let Err(error) = telegram.forget_webhook().await
                {
                    tracing::warn!(channel = CHANNEL, why = send::why(&error), "the webhook could not be removed");
                }
                if pause(stop, asked.unwrap_or(wait)).await {
                    break;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
                continue;
            }
        };
        telegram.well();
        let more = updates.len() >= FULL;
        taken.begin(telegram, me, updates, at_hand).await;
        if taken.finish(telegram, usize::from(more)).await {
            wait = FIRST_WAIT;
        } else {
            // The store takes nothing now. The same updates come again, and those that were committed have no effect.
            if pause(stop, wait).await {
                break;
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
    taken.finish(telegram, 0).await;
    if taken.offset > 0 {
        // So that the next start does not get them again. If this is lost they do no harm.
        let last = telegram.bot.get_updates().offset(taken.offset).limit(1).timeout(0);
        let _ = tokio::time::timeout(Duration::from_secs(2), last.send()).await;
    }
}

/// What was taken and is not confirmed yet.
#[derive(Default)]
struct Taken {
    /// What lies before it is committed.
    offset: i32,
    /// Parts on their way, oldest first, each with the offset after it.
    parts: VecDeque<(i32, Part)>,
    /// The updates in those parts: until they are confirmed they come again.
    numbers: HashSet<u32>,
    /// Something was not committed; nothing after it may be confirmed.
    failed: bool,
}

impl Taken {
    /// Begins work on what is not on its way already.
    async fn begin(&mut self, telegram: &Telegram, me: &Me, mut updates: Vec<Update>, at_hand: Instant) {
        updates.retain(|update| self.numbers.insert(update.id.0));
        let mut updates = updates.into_iter();
        loop {
            let part: Vec<Update> = updates.by_ref().take(FULL / 2).collect();
            let Some(after) = part.iter().map(|update| update.id.as_offset()).max() else { return };
            self.parts.push_back((after, work::begin(telegram, me, part, at_hand).await));
        }
    }

    /// Finishes the oldest parts until so many are left; all of them, where one is not committed. Says whether all is.
    async fn finish(&mut self, telegram: &Telegram, left: usize) -> bool {
        let mut committed = true;
        while self.parts.len() > if self.failed { 0 } else { left } {
            let Some((after, part)) = self.parts.pop_front() else { break };
            self.failed |= !part.finish(telegram).await;
            if !self.failed {
                self.offset = self.offset.max(after);
            }
            committed &= !self.failed;
        }
        if self.parts.is_empty() {
            self.numbers.clear();
            self.failed = false;
        }
        let offset = self.offset;
        self.numbers.retain(|number| i64::from(*number) >= i64::from(offset));
        committed
    }
}

async fn ask(telegram: &Telegram, offset: i32) -> Result<Vec<Update>, RequestError> {
    let poll = telegram.settings.poll;
    let seconds = u32::try_from(poll.as_secs()).unwrap_or(u32::MAX);
    let request = telegram.bot.get_updates().offset(offset).timeout(seconds).allowed_updates(WANTED);
    match tokio::time::timeout(poll + LATE, request.send()).await {
        Ok(Err(RequestError::InvalidJson { raw, source })) => {
            salvaged(&raw).ok_or(RequestError::InvalidJson { source, raw })
        }
        Ok(answer) => answer,
        // A silence is as good as an empty answer: nothing is confirmed by it.
        Err(_) => Err(RequestError::Io(std::sync::Arc::new(std::io::ErrorKind::TimedOut.into()))),
    }
}

/// The updates of an answer that as a whole is not understood, each by itself.
fn salvaged(raw: &str) -> Option<Vec<Update>> {
    #[derive(Deserialize)]
    struct Answer {
        result: Vec<serde_json::Value>,
    }
    let answer: Answer = serde_json::from_str(raw).ok()?;
    // As text again: the library reads the kind of an update only where it can borrow the name, so from a value every
    // update would be one that cannot be read, and be lost.
    let updates: Vec<Update> =
        answer.result.iter().filter_map(|value| serde_json::from_str(&value.to_string()).ok()).collect();
    tracing::error!(channel = CHANNEL, "an update that has no number came with others, and is left out");
    (!updates.is_empty()).then_some(updates)
}

#[cfg(test)]
mod tests {
    use teloxide::types::UpdateKind;

    use super::*;

    #[test]
    fn an_update_without_a_number_takes_no_other_with_it() {
        let message = r#"{"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private", "first_name": "a"},
                          "from": {"id": 7, "is_bot": false, "first_name": "a"}, "text": "你好"}"#;
        let raw = format!(
            r#"{{"ok": true, "result": [{{"message": {message}}}, {{"update_id": 5, "message": {message}}}]}}"#
        );
        let updates = salvaged(&raw).expect("one can be read");
        assert_eq!(updates.len(), 1);
        assert!(matches!(&updates[0].kind, UpdateKind::Message(message) if message.text() == Some("你好")));
    }
}
