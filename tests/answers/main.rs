//! The boundary of understanding: a question in, the right kind of answer out.
//!
//! `retrieval` leaves phrasings out and looks for their entries, `questions` scores the labelled sets, `robust` the
//! same written otherwise, `numerals` looks where the numbers of their answers come from, `traps` scores the labelled
//! places. Each prints what fails.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "what fails is printed for people")]

#[path = "../knowledge/numerals.rs"]
mod numeral;
mod numerals;
mod perturb;
mod questions;
mod retrieval;
mod robust;
mod sets;
mod statements;
mod traps;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(name: &str) -> Files {
    Files::of_folder(&folder(name)).unwrap()
}

/// One engine for all tests of this boundary.
fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    Arc::clone(ENGINE.get_or_init(|| Arc::new(Engine::load(&files("knowledge"), &files("dialogs")).unwrap())))
}
