//! What the harness asks of a channel: how the service is configured for it, how a member's doings are handed in, and
//! what each member has received. Everything else in this folder knows no channel.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};

/// What a member does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input {
    /// Writes this.
    Text(&'static str),
    /// Presses the button with this label under the thing of this place among all that was received.
    Press { label: &'static str, under: usize },
    /// Sends what is no text: a sticker, a picture.
    Picture,
}

/// When a message comes in relative to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// After all before it.
    Next,
    /// Numbered before what the service has already confirmed.
    Late,
}

/// Names a message that was handed in, so that it can be delivered again.
pub(crate) type Delivery = i64;

/// Something a member received: a message, or a change of one.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// All that the member sees of it, words for buttons and contents of files included, without what chance decides.
    pub(crate) content: String,
    /// The labels of its buttons.
    pub(crate) buttons: Vec<String>,
    /// When the service was told that it arrived; where it was not, it cannot know.
    pub(crate) known: Option<Instant>,
    /// When it arrived.
    pub(crate) at: Instant,
}

/// A channel with a far side that outlives the service, in the hands of the harness. Members are numbered from 0.
pub(crate) trait Channel: Sync {
    /// What the configuration file of the service says of this channel.
    fn configuration(&self) -> String;
    /// What the environment of the service says of it.
    fn environment(&self) -> Vec<(&'static str, String)>;
    /// How the store calls a member.
    fn handle(&self, member: usize) -> String;

    /// Hands in what a member does at a time.
    fn hand_in(&self, member: usize, input: Input, at: DateTime<FixedOffset>, order: Order) -> Delivery;
    /// Delivers a message once more.
    fn again(&self, delivery: Delivery);
    /// Delivers something that cannot be read; which of several kinds, chance says.
    fn noise(&self, chance: u64, at: DateTime<FixedOffset>);
    /// How many deliveries the service has not confirmed.
    fn unconfirmed(&self) -> usize;

    /// What a member received, from this place on.
    fn received(&self, member: usize, from: usize) -> Vec<Received>;
    /// How many things all members together received.
    fn effects(&self) -> usize;
    /// Waits until they are so many; whether they came in time.
    fn wait_for(&self, effects: usize, timeout: Duration) -> bool;

    /// Waits until nothing of a process that has ended is on its way any more; whether it came to that in time.
    fn hung_up(&self, timeout: Duration) -> bool;
    /// From now on requests of the service go wrong at random, or no longer.
    fn disturb(&self, seed: Option<u64>);
    /// How many went wrong, by what happened to them.
    fn faults(&self) -> BTreeMap<&'static str, usize>;
}
