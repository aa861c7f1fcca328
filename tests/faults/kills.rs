//! The killer: starts the service, kills it at a random moment, starts it again, as long as the conversation lasts.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

use super::audit::Life;
use super::service::{Place, Running};

/// How long a life lasts at most once nothing keeps the killer.
const LONGEST: Duration = Duration::from_secs(3);
/// How long the program takes to start, about.
const STARTING: Duration = Duration::from_millis(700);
/// How often to look whether it is time.
const LOOK: Duration = Duration::from_millis(10);

/// How far the conversation has come, so that kills are spread evenly over it: neither side runs ahead.
pub(crate) struct Progress {
    /// Things to be handed in, and kills to come meanwhile.
    acts: usize,
    wanted: usize,
    pub(crate) handed_in: AtomicUsize,
    pub(crate) kills: AtomicUsize,
    /// One kill more, now.
    pub(crate) demanded: AtomicBool,
    /// No kill any more.
    pub(crate) over: AtomicBool,
}

impl Progress {
    pub(crate) fn new(acts: usize, wanted: usize) -> Self {
        Self {
            acts,
            wanted,
            handed_in: AtomicUsize::new(0),
            kills: AtomicUsize::new(0),
            demanded: AtomicBool::new(false),
            over: AtomicBool::new(false),
        }
    }

    /// May a member do the next thing?
    pub(crate) fn may_hand_in(&self) -> bool {
        self.enough() || self.handed_in.load(SeqCst) * self.wanted < (self.kills.load(SeqCst) + 1) * self.acts
    }

    /// Were there as many kills as wanted?
    pub(crate) fn enough(&self) -> bool {
        self.kills.load(SeqCst) >= self.wanted
    }

    pub(crate) fn how_far(&self) -> String {
        let (handed_in, kills) = (self.handed_in.load(SeqCst), self.kills.load(SeqCst));
        format!("{handed_in} of {} acts, {kills} of {} kills", self.acts, self.wanted)
    }

    fn may_kill(&self) -> bool {
        let even = self.kills.load(SeqCst) * self.acts <= self.handed_in.load(SeqCst) * self.wanted;
        self.demanded.load(SeqCst) || (even && !self.enough())
    }
}

/// All lives there were, and the process that was left alive.
pub(crate) struct Lives {
    pub(crate) lives: Vec<Life>,
    /// How many were killed while they started, beside those that count.
    pub(crate) while_starting: usize,
    pub(crate) running: Running,
}

/// Kills until it is over.
pub(crate) fn kill_at_random(place: &Place<'_>, progress: &Progress, rng: &mut StdRng) -> Lives {
    let (mut lives, mut while_starting) = (Vec::new(), 0);
    loop {
        let running = place.start();
        let since = running.since;
        if rng.random_ratio(1, 8) && !progress.over.load(SeqCst) {
            place.ready(&running, STARTING.mul_f64(rng.random()));
            lives.push(Life { since, killed: Some(running.kill()) });
            while_starting += 1;
            continue;
        }
        place.await_ready(&running);
        while !progress.may_kill() {
            if progress.over.load(SeqCst) {
                lives.push(Life { since, killed: None });
                return Lives { lives, while_starting, running };
            }
            place.channel.wait_for(place.channel.effects() + 1, LOOK);
        }
        let (effects, longest) = (place.channel.effects(), LONGEST.mul_f64(rng.random()));
        if rng.random_ratio(2, 3) {
            // Right after something has arrived: what is to be noted of it is hardly noted yet.
            place.channel.wait_for(effects + rng.random_range(1..40), LONGEST);
            std::thread::sleep(Duration::from_micros(rng.random_range(0..3000)));
        } else {
            place.channel.wait_for(usize::MAX, longest);
        }
        lives.push(Life { since, killed: Some(running.kill()) });
        progress.demanded.store(false, SeqCst);
        progress.kills.fetch_add(1, SeqCst);
    }
}
