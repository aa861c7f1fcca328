//! Knowledge and dialogs at their boundary: files in; problems, plans, dates, drawings and calendar files out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop where it stands")]

mod broken;
mod calendar;
mod coverage;
mod dates;
mod dialogs;
mod licences;
mod mistakes;
mod mistakes_dialogs;
mod mistakes_language;
mod mistakes_places;
mod numerals;
mod security;
mod snapshots;
mod space;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use zhuanjie::dialog::{self, Tree};
use zhuanjie::knowledge::Knowledge;
use zhuanjie::knowledge::files::Files;
use zhuanjie::knowledge::problem::Problems;
use zhuanjie::knowledge::terms::{CaseId, Committee, System};
use zhuanjie::language::ends::End;
use zhuanjie::plan::{Happened, Plan, Situation, plan, text};
use zhuanjie::reply::plain;
use zhuanjie::reply::{Block, Reply};

/// The shipped knowledge.
static KNOWN: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::load(&shipped("knowledge"), &Problems::default()));

/// A folder of the repository.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The shipped files of a tree.
fn shipped(name: &str) -> Files {
    Files::of_folder(&folder(name)).unwrap()
}

/// The shipped dialogs.
fn trees() -> Vec<Tree> {
    dialog::load(&shipped("dialogs"), &Problems::default())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A member's move to a system committee.
fn to_committee(from: System, committee: Committee) -> Situation {
    Situation { to: Some(End::under(committee)), ..Situation::between(from, System::Central) }
}

/// A member's case; the destination only counts where the case keeps the route.
fn in_case(case: CaseId, from: System, to: Option<System>) -> Situation {
    Situation { to: to.map(End::of), case: Some(case), ..Situation::between(from, from) }
}

/// The plan of a situation that has one.
fn planned(situation: &Situation, happened: &Happened) -> Plan<'static> {
    plan(&KNOWN, situation, happened).unwrap_or_else(|error| panic!("{situation:?}: {error}"))
}

/// What the member reads, block by block.
fn blocks(situation: &Situation, happened: &Happened) -> Vec<Block> {
    text::blocks(&KNOWN, situation, &planned(situation, happened), happened)
}

/// Blocks as plain text.
fn plain_text(blocks: Vec<Block>) -> String {
    plain::text(&KNOWN, &Reply { blocks, ..Reply::default() })
}
