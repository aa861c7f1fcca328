//! The conversation as it should be: the same members do the same at the same times, and nothing goes wrong.

use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::channel::{Channel, Input, Order};
use super::records::snapshot;
use super::scripts::{MOMENTS, Moment, PICTURE, Step};
use super::service::Place;

/// Without faults nothing takes longer.
const SETTLING: Duration = Duration::from_secs(60);
/// How often to look whether everything is settled.
const LOOK: Duration = Duration::from_millis(5);

/// One thing that a member does, and where its answer stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Act {
    /// At which stop of the clock.
    pub(crate) stop: usize,
    pub(crate) step: Step,
    pub(crate) at: DateTime<FixedOffset>,
    /// So much was received before it,
    pub(crate) before: usize,
    /// and so much once it was answered.
    pub(crate) after: usize,
}

/// What was to happen.
pub(crate) struct Plan {
    /// The stops of the clock: moment and time.
    pub(crate) stops: Vec<(Moment, DateTime<FixedOffset>)>,
    /// For each member what they do.
    pub(crate) acts: Vec<Vec<Act>>,
    /// For each member what they receive.
    pub(crate) expected: Vec<Vec<String>>,
    /// For each member how much of it after each stop.
    pub(crate) through: Vec<Vec<usize>>,
    /// What is in the store at the end of each cycle.
    pub(crate) stored: Vec<Vec<String>>,
}

/// Hands in what a member does.
pub(crate) fn inputs(step: Step, under: impl Fn(&str) -> usize) -> Vec<Input> {
    match step {
        Step::Say(text) => vec![Input::Text(text)],
        Step::Press(label) => vec![Input::Press { label, under: under(label) }],
        Step::AtOnce(texts) => {
            texts.iter().map(|text| if *text == PICTURE { Input::Picture } else { Input::Text(text) }).collect()
        }
    }
}

/// The place of the latest thing with such a button.
pub(crate) fn latest_button(channel: &dyn Channel, member: usize, label: &str) -> usize {
    let received = channel.received(member, 0);
    let place = received.iter().rposition(|one| one.buttons.iter().any(|button| button == label));
    place.unwrap_or_else(|| panic!("member {member} has no button {label}: {:?}", received.last()))
}

/// Holds the conversation of so many members through so many cycles.
pub(crate) fn hold(channel: &dyn Channel, members: usize, cycles: usize) -> Plan {
    let place = Place::new(channel);
    let handles: Vec<String> = (0..members).map(|member| channel.handle(member)).collect();
    let mut plan = Plan {
        stops: Vec::new(),
        acts: vec![Vec::new(); members],
        expected: Vec::new(),
        through: vec![Vec::new(); members],
        stored: Vec::new(),
    };
    let mut running = None;
    for cycle in 0..cycles {
        for moment in MOMENTS {
            let (stop, now) = (plan.stops.len(), moment.time(cycle));
            plan.stops.push((moment, now));
            place.set_clock(now);
            running.get_or_insert_with(|| place.serve());
            settle(&place, moment, now);
            let longest = (0..members).map(|member| moment.steps(member, cycle).len()).max().unwrap_or(0);
            for number in 0..longest {
                let at = now + TimeDelta::minutes(number as i64);
                for member in 0..members {
                    let Some(step) = moment.steps(member, cycle).get(number) else { continue };
                    let before = channel.received(member, 0).len();
                    plan.acts[member].push(Act { stop, step: *step, at, before, after: before });
                    for input in inputs(*step, |label| latest_button(channel, member, label)) {
                        channel.hand_in(member, input, at, Order::Next);
                    }
                }
                settle(&place, moment, now);
                for (member, acts) in plan.acts.iter_mut().enumerate() {
                    if let Some(act) = acts.last_mut().filter(|act| act.stop == stop && act.at == at) {
                        act.after = channel.received(member, 0).len();
                    }
                }
            }
            for (member, through) in plan.through.iter_mut().enumerate() {
                through.push(channel.received(member, 0).len());
            }
        }
        plan.stored.push(place.read(|tx| snapshot(tx, &handles)));
    }
    assert!(running.is_some_and(|running| running.end()), "it does not leave when it is told to");
    assert!(place.errors().is_empty(), "errors though nothing went wrong: {:#?}", place.errors());
    let received = |member| channel.received(member, 0).into_iter().map(|one| one.content).collect();
    plan.expected = (0..members).map(received).collect();
    for received in &plan.expected {
        let alike = received.windows(2).find(|pair| pair[0] == pair[1]);
        assert!(alike.is_none(), "a script gets the same answer twice in a row, a copy could not be told: {alike:?}");
    }
    plan
}

/// Waits until everything handed in is answered and everything due is said.
fn settle(place: &Place<'_>, moment: Moment, now: DateTime<FixedOffset>) {
    let end = Instant::now() + SETTLING;
    // In this order: each makes only what comes after it.
    while (!moment.at_night() && place.ripe(now)) || place.channel.unconfirmed() > 0 || place.unsent() {
        assert!(Instant::now() < end, "it does not settle: {:#?}", place.errors());
        place.channel.wait_for(place.channel.effects() + 1, LOOK);
    }
}
