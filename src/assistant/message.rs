//! What comes into a turn and what goes out of it.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::wire::Said;
use crate::membership::CodeToSend;
use crate::reply::press::Press;
use crate::store::{Delivery, Parcel, Tx};

/// A message of a member.
pub struct Message {
    /// Who, as the channel names them.
    pub user: String,
    /// What they did.
    pub input: Input,
    /// What tells this delivery from others.
    pub delivery: Option<DeliveryId>,
    /// When they did it.
    pub now: DateTime<FixedOffset>,
    /// How to answer, for a channel that sends by itself; others read the reply back.
    pub post: Option<Post>,
}

/// What tells a delivery from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryId {
    /// A name; unique in the channel where it has a [`Post`], else for this member.
    Named(String),
    /// The channel numbers everything that comes.
    Numbered(u64),
}

impl DeliveryId {
    /// How it is kept.
    pub(super) fn kept(&self, tx: &Tx<'_>, message: &Message) -> Delivery {
        // A channel that sends by itself is named first in where it sends to.
        let channel = message.post.as_ref().map(|post| post.chat.split(':').next().unwrap_or_default());
        match self {
            Self::Named(name) => tx.delivery(channel.unwrap_or(&message.user), name),
            Self::Numbered(number) => tx.delivery_in_a_row(channel.unwrap_or_default(), *number),
        }
    }
}

/// What a member did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Wrote this.
    Text(String),
    /// Pressed a button.
    Press(Press),
}

/// How a channel that sends by itself is to be answered.
pub struct Post {
    /// Where to, as the channel names it.
    pub chat: String,
    /// Others read along: nothing personal is said, and nothing is kept.
    pub company: bool,
    /// What is said as messages, each as the channel's sender will read it.
    pub render: Render,
    /// Who sends them.
    pub dispatch: Dispatch,
}

/// Turns what is said into messages. A turn that has to be composed anew renders anew.
pub type Render = Box<dyn Fn(&Said) -> Vec<String> + Send>;

/// Takes committed messages, to be sent. Called in the order of the commits, so that what was said first is sent first, and
/// with the store locked: it must neither use it nor wait for who does.
pub type Dispatch = Arc<dyn Fn(Posted) + Send + Sync>;

/// Committed messages, to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posted {
    /// The messages, in order.
    pub parcels: Vec<Parcel>,
    /// The chat of somebody who was erased: nothing but these may be sent there of all that was committed until now.
    pub erased: Option<String>,
}

impl From<Vec<Parcel>> for Posted {
    fn from(parcels: Vec<Parcel>) -> Self {
        Self { parcels, erased: None }
    }
}

impl Message {
    /// A text, for a channel that reads the reply back.
    pub fn text(user: impl Into<String>, text: impl Into<String>, now: DateTime<FixedOffset>) -> Self {
        Self { user: user.into(), input: Input::Text(text.into()), delivery: None, now, post: None }
    }

    /// The same with a delivery id.
    #[must_use]
    pub fn delivered(self, delivery: Option<String>) -> Self {
        Self { delivery: delivery.map(DeliveryId::Named), ..self }
    }

    /// Who sends what is said; nobody where it is read back.
    pub(super) fn dispatch(&self) -> Dispatch {
        let nobody = || -> Dispatch { Arc::new(|_| {}) };
        self.post.as_ref().map_or_else(nobody, |post| Arc::clone(&post.dispatch))
    }
}

/// What a turn came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What is said.
    pub said: Said,
    /// Codes to be sent; see [`super::Assistant::send_code`].
    pub codes: Vec<CodeToSend>,
    /// The delivery came before.
    pub again: bool,
    /// It was an opinion of an answer there is.
    pub rated: bool,
}
