//! The fault test: members hold conversations while requests fail, messages come twice, late or broken, and the service
//! is killed again and again. Nothing may be lost, nothing may have its effect twice, no reminder may be missed.
//!
//! First nothing goes wrong, and what members receive and what is in the store then is what is to be. Then the same is
//! held again with everything going wrong, and an auditor compares. What knows Telegram stands in `telegram.rs`; another
//! channel is one more implementation of `channel::Channel` and one more test below.
//!
//! ```text
//! cargo test --test faults                                            a few kills, for every day
//! FAULT_KILLS=100 cargo test --test faults -- --nocapture members     in full, some minutes
//! FAULT_SEED=… to repeat: scripts, faults and what comes twice are the same, moments are not
//! ```

mod audit;
mod calm;
mod channel;
#[path = "../telegram/fake/mod.rs"]
mod fake;
mod kills;
mod records;
mod scripts;
mod service;
mod storm;
mod telegram;

use std::io::Write;
use std::time::{Instant, SystemTime};

use audit::{follow, is_reminder, nights};
use channel::Channel;
use records::difference;
use service::Place;

const MEMBERS: usize = 50;
/// Kills unless the environment wants more.
const KILLS: usize = 12;
/// A cycle of days is not stretched over more kills than this.
const KILLS_IN_A_CYCLE: usize = 25;

#[test]
fn members_of_telegram_lose_nothing() {
    audit(&telegram::Telegram::new(), &telegram::Telegram::new());
}

/// Holds the conversation on two channels of the same kind, and compares.
fn audit(calm: &dyn Channel, stormy: &dyn Channel) {
    let number = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seed = number("FAULT_SEED").unwrap_or_else(|| {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").subsec_nanos().into()
    });
    let kills = number("FAULT_KILLS").map_or(KILLS, |kills| kills as usize);
    say(&format!("FAULT_SEED={seed} FAULT_KILLS={kills}"));
    let begun = Instant::now();
    let plan = calm::hold(calm, MEMBERS, kills.div_ceil(KILLS_IN_A_CYCLE).max(1));
    let to_come = plan.expected.iter().flatten();
    let reminders = to_come.clone().filter(|content| is_reminder(content)).count();
    say(&format!(
        "undisturbed: {} things received, {reminders} of them reminders, {:?}",
        to_come.count(),
        begun.elapsed()
    ));

    let begun = Instant::now();
    let place = Place::new(stormy);
    let aftermath = storm::hold(&place, &plan, seed, kills);
    let (lives, while_starting) = (&aftermath.lives.lives, aftermath.lives.while_starting);
    let mut problems = Vec::new();
    let mut copies = 0;
    for (member, expected) in plan.expected.iter().enumerate() {
        let due = aftermath.stalled.as_ref().map_or(expected.len(), |(due, _)| due[member]);
        let received = stormy.received(member, 0);
        let nights = nights(&received, &place.times());
        match follow(&expected[..due], &received, lives).and_then(|found| nights.map(|()| found)) {
            Ok(found) => copies += found,
            Err(problem) => problems.push(format!("member {member}: {problem}")),
        }
    }
    match &aftermath.stalled {
        Some((_, how_far)) => problems.push(format!("nothing moves any more: {how_far}")),
        None => {
            // What came again at the very end must have changed nothing.
            let expected = plan.stored.iter().chain(plan.stored.last());
            for (cycle, (expected, found)) in expected.zip(&aftermath.stored).enumerate() {
                let what = difference(expected, found).map(|what| format!("the store after cycle {cycle}:\n{what}"));
                problems.extend(what);
            }
        }
    }
    let killed = lives.len() - 1 - while_starting;
    say(&format!(
        "{killed} kills and {while_starting} while starting, {:?}, {:?}, {copies} copies, {:?}",
        stormy.faults(),
        aftermath.count,
        begun.elapsed()
    ));
    let errors = place.errors();
    problems.extend(errors.keys().filter(|line| line.contains("panicked")).cloned());
    if !aftermath.lives.running.end() {
        problems.push("it does not leave when it is told to".to_owned());
    }
    assert!(problems.is_empty(), "FAULT_SEED={seed}\n{}\nerrors it told: {errors:#?}", problems.join("\n"));
    assert!(killed >= kills, "only {killed} kills");
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("printed");
}
