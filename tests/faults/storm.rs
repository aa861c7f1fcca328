//! The same conversation with everything going wrong: faults, kills, messages that come twice, late or broken. A member
//! goes on when they were answered; the clock goes on when everything that was handed in is committed.

use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, TimeDelta};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::audit::{covered, is_reminder};
use super::calm::{Act, Plan, inputs, latest_button};
use super::channel::{Delivery, Order};
use super::kills::{Lives, Progress, kill_at_random};
use super::records::snapshot;
use super::scripts::{MOMENTS, Step};
use super::service::Place;

/// When nothing moves for so long, something is lost.
const STALLED: Duration = Duration::from_secs(90);
/// How often to look where everybody stands.
const LOOK: Duration = Duration::from_millis(10);
/// How old a message may be that comes again; the service knows it for longer.
const AGAIN: TimeDelta = TimeDelta::days(3);

/// What came of it, beside what the members received.
pub(crate) struct Aftermath {
    pub(crate) lives: Lives,
    /// What is in the store at the end of each cycle, and when all is over.
    pub(crate) stored: Vec<Vec<String>>,
    pub(crate) count: Count,
    /// For each member how much was to have come, where it could not be held to its end, and how far it came.
    pub(crate) stalled: Option<(Vec<usize>, String)>,
}

#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) messages: usize,
    pub(crate) twice: usize,
    pub(crate) late: usize,
    pub(crate) broken: usize,
}

/// Where the conversation stands.
struct Stage<'a> {
    place: &'a Place<'a>,
    plan: &'a Plan,
    progress: &'a Progress,
    rng: StdRng,
    /// For each member: acts handed in, things received, how much of what was to come is among them.
    handed: Vec<usize>,
    seen: Vec<usize>,
    covered: Vec<usize>,
    /// and how much of it is to have arrived by now.
    due: Vec<usize>,
    deliveries: Vec<(Delivery, DateTime<FixedOffset>)>,
    count: Count,
    moved: (usize, Instant),
}

/// Holds the conversation of the plan with so many kills.
pub(crate) fn hold(place: &Place<'_>, plan: &Plan, seed: u64, kills: usize) -> Aftermath {
    let members = plan.expected.len();
    let handles: Vec<String> = (0..members).map(|member| place.channel.handle(member)).collect();
    let progress = Progress::new(plan.acts.iter().map(Vec::len).sum(), kills);
    let mut stage = Stage {
        place,
        plan,
        progress: &progress,
        rng: StdRng::seed_from_u64(seed),
        handed: vec![0; members],
        seen: vec![0; members],
        covered: vec![0; members],
        due: vec![0; members],
        deliveries: Vec::new(),
        count: Count::default(),
        moved: (0, Instant::now()),
    };
    place.set_clock(plan.stops[0].1);
    place.channel.disturb(Some(seed));
    std::thread::scope(|scope| {
        let killer = scope.spawn(|| kill_at_random(place, &progress, &mut StdRng::seed_from_u64(!seed)));
        let over = Over(&progress);
        let mut stored = Vec::new();
        let held = (0..plan.stops.len()).all(|stop| {
            let held = stage.stop(stop);
            if held && (stop + 1) % MOMENTS.len() == 0 {
                stored.push(place.read(|tx| snapshot(tx, &handles)));
            }
            held
        });
        let held = held && stage.wait(|_| progress.enough());
        place.channel.disturb(None);
        drop(over);
        let lives = killer.join().expect("the killer is not killed");
        if held {
            stage.due = plan.expected.iter().map(Vec::len).collect();
        }
        stage.moved.1 = Instant::now();
        let ended = stage.wait(|stage| stage.have(&stage.due) && stage.committed() && !place.unsent());
        stored.push(place.read(|tx| snapshot(tx, &handles)));
        let due = stage.due.iter().zip(&stage.covered).map(|(due, covered)| *due.max(covered)).collect();
        let how_far = format!("{}, {} not confirmed", progress.how_far(), place.channel.unconfirmed());
        let stalled = (!held || !ended).then_some((due, how_far));
        Aftermath { lives, stored, count: stage.count, stalled }
    })
}

/// Ends the killing, also where a panic ends the conversation.
struct Over<'a>(&'a Progress);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, SeqCst);
    }
}

impl Stage<'_> {
    /// One stop of the clock. Says whether everything came.
    fn stop(&mut self, stop: usize) -> bool {
        let (plan, (moment, now)) = (self.plan, self.plan.stops[stop]);
        self.place.set_clock(now);
        if moment.follows_hurry() {
            // Somebody else has to find what waits for the morning.
            self.progress.demanded.store(true, SeqCst);
        }
        // Reminders have to arrive before the clock goes on, since a later one takes the place of one that has not.
        let reminded = |(expected, through): (&Vec<String>, &Vec<usize>)| {
            let last = expected[..through[stop]].iter().rposition(|content| is_reminder(content));
            last.filter(|_| !moment.hurried && !moment.at_night()).map_or(0, |last| last + 1)
        };
        let reminded: Vec<usize> = plan.expected.iter().zip(&plan.through).map(reminded).collect();
        for (due, reminded) in self.due.iter_mut().zip(&reminded) {
            *due = (*due).max(*reminded);
        }
        // What is due is said before what is answered after it, as in the plan: from when it is composed on.
        self.wait(|stage| moment.at_night() || !stage.place.ripe(now))
            && self.wait(|stage| {
                stage.hand_in(stop, now);
                stage.all_handed_in(stop)
                    && !stage.progress.demanded.load(SeqCst)
                    && stage.have(&reminded)
                    && stage.committed()
                    && (moment.at_night() || !stage.place.ripe(now))
            })
    }

    /// Waits until this holds; whether it came to hold while something moved.
    fn wait(&mut self, holds: impl Fn(&mut Self) -> bool) -> bool {
        loop {
            self.look();
            if holds(self) {
                return true;
            }
            let moved = self.covered.iter().sum::<usize>() + self.count.messages + self.progress.kills.load(SeqCst);
            if moved > self.moved.0 {
                self.moved = (moved, Instant::now());
            } else if self.moved.1.elapsed() > STALLED {
                return false;
            }
            self.place.channel.wait_for(self.place.channel.effects() + 1, LOOK);
        }
    }

    /// Takes in what has arrived.
    fn look(&mut self) {
        for (member, expected) in self.plan.expected.iter().enumerate() {
            let new = self.place.channel.received(member, self.seen[member]);
            self.covered[member] = covered(expected, self.covered[member], &new);
            self.seen[member] += new.len();
        }
    }

    /// Has each member received so much of what was to come?
    fn have(&self, so_much: &[usize]) -> bool {
        self.covered.iter().zip(so_much).all(|(covered, so_much)| covered >= so_much)
    }

    fn all_handed_in(&self, stop: usize) -> bool {
        let mut members = self.plan.acts.iter().zip(&self.handed);
        members.all(|(acts, handed)| acts.get(*handed).is_none_or(|act| act.stop > stop))
    }

    fn committed(&self) -> bool {
        self.place.channel.unconfirmed() == 0
    }

    /// Hands in what members can do now.
    fn hand_in(&mut self, stop: usize, now: DateTime<FixedOffset>) {
        let mut members: Vec<usize> = (0..self.handed.len()).collect();
        members.shuffle(&mut self.rng);
        for member in members {
            let acts = &self.plan.acts[member];
            let Some(act) = acts.get(self.handed[member]).filter(|act| act.stop == stop) else { continue };
            let before = self.handed[member].checked_sub(1).map(|last| &acts[last]);
            let covered = self.covered[member];
            let answered = before.is_none_or(|last| covered > last.before || last.after == last.before);
            let ready = match act.step {
                Step::Press(_) => covered >= act.before,
                Step::Say(_) | Step::AtOnce(_) => answered,
            };
            if ready && self.progress.may_hand_in() {
                self.act(member, act, before, now);
            }
        }
    }

    fn act(&mut self, member: usize, act: &Act, before: Option<&Act>, now: DateTime<FixedOffset>) {
        let channel = self.place.channel;
        // One that comes late overtakes what is not taken yet, so there must be nothing of the same member.
        let alone = matches!(act.step, Step::Say(_))
            && act.after > act.before
            && before.is_none_or(|last| last.after > last.before && !matches!(last.step, Step::AtOnce(_)));
        let order = if alone && self.rng.random_ratio(1, 10) { Order::Late } else { Order::Next };
        for input in inputs(act.step, |label| latest_button(channel, member, label)) {
            let delivery = channel.hand_in(member, input, act.at, order);
            self.count.messages += 1;
            self.count.late += usize::from(order == Order::Late);
            self.deliveries.push((delivery, now));
            if self.rng.random_ratio(1, 10) {
                self.again(self.deliveries.len() - 1);
            }
        }
        if self.rng.random_ratio(1, 10) {
            let first = self.deliveries.partition_point(|(_, at)| *at < now - AGAIN);
            let which = self.rng.random_range(first..self.deliveries.len());
            self.again(which);
        }
        if self.rng.random_ratio(1, 20) {
            channel.noise(self.rng.random(), now);
            self.count.broken += 1;
        }
        self.handed[member] += 1;
        self.due[member] = self.due[member].max(act.after);
        self.progress.handed_in.fetch_add(1, SeqCst);
    }

    fn again(&mut self, which: usize) {
        self.place.channel.again(self.deliveries[which].0);
        self.count.twice += 1;
    }
}
