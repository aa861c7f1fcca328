//! Asking for updates. The offset, which confirms what lies before it for ever, moves only after a batch is committed.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::value::RawValue;
use teloxide::RequestError;
use teloxide::payloads::GetUpdatesSetters;
use teloxide::prelude::*;
use teloxide::types::{AllowedUpdate, Update, UpdateId, UpdateKind};
use tokio::sync::watch;

use super::heard::Me;
use super::{CHANNEL, FIRST_WAIT, LONGEST_WAIT, Telegram, pause, send, work};

/// What we want to hear of. Telegram keeps this for us, so it is said with every request.
const WANTED: [AllowedUpdate; 4] =
    [AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];
/// So many updates come together at most.
const MOST: usize = 100;
/// How long the server may be late with its answer.
const LATE: Duration = Duration::from_secs(5);

/// Takes updates until told to stop.
pub(super) async fn poll(telegram: &Telegram, me: &Me, stop: &mut watch::Receiver<bool>) {
    let mut offset = 0;
    let mut wait = FIRST_WAIT;
    // Do the updates come again, who were let in the first time?
    let mut admitted = false;
    while !*stop.borrow() {
        // What came while nobody listened is waited for by nobody: it is there.
        let patience = if telegram.has_caught_up() { telegram.settings.poll } else { Duration::ZERO };
        let asked = tokio::select! {
            asked = ask(telegram, offset, patience) => asked,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let at_hand = Instant::now();
        let updates = match asked {
            Ok(updates) => updates,
            Err(error) => {
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
        let Some(next) = updates.iter().map(|u| u.id.as_offset()).max() else {
            telegram.caught_up();
            wait = FIRST_WAIT;
            continue;
        };
        let whole = updates.len() < MOST;
        if work::work(telegram, me, updates, at_hand, admitted).await {
            // It may go back: after a week without updates Telegram begins anew at a random number, and an offset above
            // that one confirms nothing for ever.
            offset = next;
            admitted = false;
            if whole {
                telegram.caught_up();
            }
            wait = FIRST_WAIT;
        } else {
            // The store takes nothing now. The same updates come again, and those that were committed have no effect.
            admitted = true;
            if pause(stop, wait).await {
                break;
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
    if offset > 0 {
        // So that the next start does not get them again. If this is lost they do no harm.
        let last = telegram.bot.get_updates().offset(offset).limit(1).timeout(0);
        let _ = tokio::time::timeout(Duration::from_secs(2), last.send()).await;
    }
}

/// Asks for updates; while there are none, the answer may take so long.
async fn ask(telegram: &Telegram, offset: i32, poll: Duration) -> Result<Vec<Update>, RequestError> {
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

/// An answer to `getUpdates`.
#[derive(Deserialize)]
struct Answer<U> {
    result: Vec<U>,
}

/// All that is known of an update that cannot be read.
#[derive(Deserialize)]
struct Numbered {
    update_id: u32,
}

/// The updates of an answer that is understood as a whole, as the library reads it.
pub(super) fn whole(raw: &str) -> Option<Vec<Update>> {
    serde_json::from_str(raw).ok().map(|answer: Answer<Update>| answer.result)
}

/// The updates of an answer that as a whole is not understood, each by itself.
pub(super) fn salvaged(raw: &str) -> Option<Vec<Update>> {
    // As they were written: what cannot be read in one of them is not even looked at, and the library reads the kind of an
    // update only where it can borrow the name.
    let answer: Answer<&RawValue> = serde_json::from_str(raw).ok()?;
    let read = |update: &&RawValue| serde_json::from_str(update.get()).ok().or_else(|| unreadable(update.get()));
    let updates: Vec<Update> = answer.result.iter().filter_map(read).collect();
    if updates.len() < answer.result.len() {
        tracing::error!(channel = CHANNEL, "an update that has no number came with others, and is left out");
    }
    (!updates.is_empty()).then_some(updates)
}

/// An update of which only the number can be read, so that it is passed over as others of this kind are.
fn unreadable(update: &str) -> Option<Update> {
    let Numbered { update_id } = serde_json::from_str(update).ok()?;
    Some(Update { id: UpdateId(update_id), kind: UpdateKind::Error(serde_json::Value::Null) })
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn an_update_that_is_no_json_one_can_read_takes_no_other_with_it() {
        let (half, deep) = (r#""text": "\ud800""#, format!(r#""text": {}{}"#, "[".repeat(200), "]".repeat(200)));
        for content in [half, &deep] {
            let message = |content: &str| {
                format!(
                    r#"{{"message_id": 1, "date": 1, "chat": {{"id": 7, "type": "private", "first_name": "a"}}, {content}}}"#
                )
            };
            let (bad, good) = (message(content), message(r#""text": "你好""#));
            let raw = format!(
                r#"{{"ok": true, "result": [{{"update_id": 5, "message": {good}}}, {{"update_id": 6, "message": {bad}}}]}}"#
            );
            let updates = salvaged(&raw).expect("one can be read");
            assert_eq!(updates.iter().map(|update| update.id.0).collect::<Vec<_>>(), [5, 6]);
            assert!(matches!(updates[0].kind, UpdateKind::Message(_)));
            assert!(matches!(updates[1].kind, UpdateKind::Error(_)), "its number is known, so it is passed over");
        }
    }
}
