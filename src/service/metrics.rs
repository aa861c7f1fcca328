//! Counts for the operator, in the text format of Prometheus. No label names a member, a chat or a text.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::store::Gone;

/// Bounds of the histogram of turns, in seconds.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Of a turn.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Turned {
    /// The channel.
    pub channel: &'static str,
    /// The kind of the answer.
    pub kind: String,
    /// How it ended.
    pub outcome: &'static str,
}

/// Of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Through {
    /// The channel.
    pub channel: &'static str,
}

/// Of a message that was sent, or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Sent {
    /// The channel.
    pub channel: &'static str,
    /// How it ended.
    pub outcome: Sending,
}

/// How sending ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "the names of the label's values")]
pub enum Sending {
    /// It went out.
    sent,
    /// The member has blocked us.
    blocked,
    /// It can never go out.
    refused,
}

/// Of a verification code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Coded {
    /// Who was to send it.
    pub sender: &'static str,
    /// `sent`, or the kind of the failure.
    pub outcome: &'static str,
}

/// Of what was kept long enough.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Retained {
    /// The rule by which it went.
    pub rule: &'static str,
}

/// Of an opinion.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Rated {
    /// The entry.
    pub entry: String,
    /// Was it useful?
    pub useful: &'static str,
}

/// All counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    turns: Family<Turned, Counter>,
    seconds: Family<Through, Histogram, fn() -> Histogram>,
    /// Messages sent, by how that ended.
    pub sends: Family<Sent, Counter>,
    /// Sends that had to be tried again.
    pub retries: Family<Through, Counter>,
    /// Updates that could not be read.
    pub unreadable: Family<Through, Counter>,
    /// Messages over a member's limit.
    pub limited: Family<Through, Counter>,
    /// Messages that wait to be sent.
    pub queue: Gauge,
    /// Reminders whose time has come.
    pub reminders_due: Counter,
    /// Reminders sent.
    pub reminders_sent: Counter,
    feedback: Family<Rated, Counter>,
    codes: Family<Coded, Counter>,
    retained: Family<Retained, Counter>,
    retention_ran: Gauge<f64, AtomicU64>,
    /// When the process started, in Unix seconds.
    pub started: Gauge<f64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("zhuanjie");
        let turns = Family::default();
        registry.register("turns", "Turns by channel, kind of answer and outcome", turns.clone());
        let make: fn() -> Histogram = || Histogram::new(SECONDS);
        let seconds = Family::new_with_constructor(make);
        let help = "From an update at hand to its reply committed";
        registry.register_with_unit("turn_duration", help, Unit::Seconds, seconds.clone());
        let sends = Family::default();
        registry.register("sends", "Messages sent, by how that ended", sends.clone());
        let retries = Family::default();
        registry.register("retries", "Sends that had to be tried again", retries.clone());
        let unreadable = Family::default();
        registry.register("unreadable_updates", "Updates that could not be read", unreadable.clone());
        let limited = Family::default();
        registry.register("limited", "Messages over a member's limit", limited.clone());
        let queue = Gauge::default();
        registry.register("queue_length", "Messages that wait to be sent", queue.clone());
        let reminders_due = Counter::default();
        registry.register("reminders_due", "Reminders whose time has come", reminders_due.clone());
        let reminders_sent = Counter::default();
        registry.register("reminders_sent", "Reminders sent", reminders_sent.clone());
        let feedback = Family::default();
        registry.register("feedback", "Opinions of answers, by entry", feedback.clone());
        let codes = Family::default();
        registry.register("codes", "Verification codes, by how sending them ended", codes.clone());
        let retained = Family::default();
        registry.register("retention_removed", "What was kept long enough and removed, by rule", retained.clone());
        let retention_ran = Gauge::default();
        let help = "When retention last ran to its end";
        registry.register_with_unit("retention_last_run", help, Unit::Seconds, retention_ran.clone());
        let started = Gauge::default();
        registry.register_with_unit("start_time", "When the process started", Unit::Seconds, started.clone());
        Self {
            registry,
            turns,
            seconds,
            sends,
            retries,
            unreadable,
            limited,
            queue,
            reminders_due,
            reminders_sent,
            feedback,
            codes,
            retained,
            retention_ran,
            started,
        }
    }
}

impl Metrics {
    /// Counts a turn.
    pub fn turned(&self, channel: &'static str, kind: &str, outcome: &'static str, took: Duration) {
        self.turns.get_or_create(&Turned { channel, kind: kind.to_owned(), outcome }).inc();
        self.seconds.get_or_create(&Through { channel }).observe(took.as_secs_f64());
    }

    /// Counts a message that was sent or cannot be.
    pub fn sent(&self, channel: &'static str, outcome: Sending) {
        self.sends.get_or_create(&Sent { channel, outcome }).inc();
    }

    /// Counts a verification code that was sent or was not.
    pub fn code(&self, sender: &'static str, outcome: &'static str) {
        self.codes.get_or_create(&Coded { sender, outcome }).inc();
    }

    /// Counts what was kept long enough and went.
    pub fn retained(&self, gone: &Gone) {
        for (rule, count) in gone.all() {
            self.retained.get_or_create(&Retained { rule: rule.code() }).inc_by(count);
        }
    }

    /// Notes that retention has come to its end.
    pub fn retention_ran(&self, at: DateTime<FixedOffset>) {
        self.retention_ran.set(at.timestamp() as f64);
    }

    /// Counts an opinion.
    pub fn rated(&self, entry: &str, useful: bool) {
        let useful = if useful { "yes" } else { "no" };
        self.feedback.get_or_create(&Rated { entry: entry.to_owned(), useful }).inc();
    }

    /// All of it as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
