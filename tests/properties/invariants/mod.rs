//! What holds whatever comes in from outside, as functions that panic where it does not.
//!
//! The property tests call them with what proptest draws, the fuzz targets (`fuzz/`) with what libFuzzer finds. Each
//! takes text or bytes, so that a finding of one can be played to the other.

#![allow(unreachable_pub, reason = "the fuzz targets include this module and call it from outside")]

mod authors;
mod numbers;
mod operator;
mod presses;
mod roster;
mod telegram;
mod text;
mod turns;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, FixedOffset};
use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;

pub use authors::{knowledge, source_files};
pub use operator::{answers, config, keys, lines};
pub use presses::{ids, presses};
pub use roster::roster;
pub use telegram::{letters, parts, updates};
pub use text::{planted, text};
pub use turns::{states, turns};

/// The folder of the repository; the fuzz package stands one below it.
pub static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if here.join("knowledge").is_dir() { here } else { here.join("..") }
});

/// The shipped knowledge.
static KNOWLEDGE: LazyLock<Files> = LazyLock::new(|| files("knowledge"));
/// The shipped dialogs.
static DIALOGS: LazyLock<Files> = LazyLock::new(|| files("dialogs"));

/// The engine of what is shipped, loaded once.
static ENGINE: LazyLock<Arc<Engine>> =
    LazyLock::new(|| Arc::new(Engine::load(&KNOWLEDGE, &DIALOGS).expect("what is shipped loads")));

/// Loads the engine, where nobody has asked for it yet.
#[allow(dead_code, reason = "the tests do not mind when it happens")]
pub fn load() {
    LazyLock::force(&ENGINE);
}

fn files(folder: &str) -> Files {
    Files::of_folder(&ROOT.join(folder)).expect("a folder of text files")
}

/// The time at which everything happens.
fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time")
}
