//! The command line: what was typed, what it means, one call into the library.
//!
//! Standard output carries results only; progress and messages go to standard error. Exit 2 is for bad arguments or
//! input, 1 for a check that found problems. Exit codes are decided here and nowhere else.

mod arguments;
mod ask;
mod backup;
mod chat;
mod check;
mod converse;
mod dialogs;
mod eval;
mod input;
mod misses;
mod plan;
mod retention;
mod roster;
mod serve;
mod transfer;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use include_dir::{Dir, include_dir};

use crate::assistant::{Engine, EngineError};
use crate::channel::terminal::TerminalError;
use crate::knowledge::Knowledge;
use crate::knowledge::files::Files;
use crate::knowledge::problem::Problems;
use crate::membership::Registry;
use crate::membership::key::{Key, KeyError};
use crate::membership::roster::RosterError;
use crate::membership::sender::{Sender, Trial};
use crate::serve::ServeError;
use crate::serve::config::CodesConfig;
use crate::store::{Reader, Store, StoreError};
#[doc(hidden)]
pub use ask::questions;
#[doc(hidden)]
pub use converse::messages;

use arguments::{Arguments, ChatOptions, Command, Trees};

static KNOWLEDGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/knowledge");
static DIALOGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/dialogs");

/// Why a command ended early; written for the operator.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Bad arguments or input: what and where.
    #[error("{0}")]
    Input(String),
    /// A check found problems, which have been printed.
    #[error("")]
    Problems,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Knowledge or dialogs could not be used.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The service cannot run.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// There is no key for phone numbers.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The rosters cannot be used.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// The conversation in the terminal ended early.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Problems) => ExitCode::from(1),
        // Whoever reads our output went away: nothing is wrong on this side.
        Err(Failure::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "zhuanjie: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let trees = arguments.trees;
    match arguments.command.unwrap_or(Command::Chat(ChatOptions { data: None, codes: None })) {
        Command::Chat(options) => chat::run(&options, &trees),
        Command::Ask(options) => ask::run(&options, &trees),
        Command::Converse(options) => converse::run(&options, &trees),
        Command::Serve(options) => serve::run(&options, &trees),
        Command::Backup(options) => backup::back_up(&options),
        Command::Restore(options) => backup::put_back(&options),
        Command::Retention(options) => retention::run(&options),
        Command::Roster(options) => roster::run(&options),
        Command::Transfer(options) => transfer::run(&options, &trees),
        Command::Misses(options) => misses::list(&options, &trees),
        Command::Faq(options) => misses::faq(&options, &trees),
        Command::Plan(query) => plan::run(&query, &trees),
        Command::Check(options) => check::run(&options, &trees),
        Command::Dialogs(options) => dialogs::run(&options, &trees),
        Command::Eval(options) => eval::run(&options, &trees),
    }
}

/// The knowledge and dialog files to use: the given folders', else the built-in copies.
fn files(trees: &Trees) -> Result<(Files, Files), Failure> {
    let read = |folder: &Option<PathBuf>, built_in: &Dir<'static>| match folder {
        Some(folder) => of_folder(folder),
        None => Ok(Files::built_in(built_in)),
    };
    Ok((read(&trees.knowledge, &KNOWLEDGE)?, read(&trees.dialogs, &DIALOGS)?))
}

fn of_folder(folder: &Path) -> Result<Files, Failure> {
    Files::of_folder(folder).map_err(|error| Failure::Input(error.to_string()))
}

/// The knowledge alone; with problems it is refused, as it would be for answers.
fn knowledge(trees: &Trees) -> Result<Knowledge, Failure> {
    let (knowledge, _) = files(trees)?;
    let problems = Problems::default();
    let known = Knowledge::load(&knowledge, &problems);
    sound(known, problems)
}

/// What was loaded, when nothing is wrong with it.
fn sound<T>(loaded: T, problems: Problems) -> Result<T, Failure> {
    let problems = problems.into_sorted();
    if problems.is_empty() { Ok(loaded) } else { Err(EngineError::Problems(problems).into()) }
}

/// Everything that answers need.
fn engine(trees: &Trees) -> Result<Engine, Failure> {
    let (knowledge, dialogs) = files(trees)?;
    Ok(Engine::load(&knowledge, &dialogs)?)
}

/// The store of a data folder; without one, a store that lasts as long as this process.
fn store(data: Option<&Path>) -> Result<Store, Failure> {
    Ok(match data {
        Some(folder) => Store::open(folder)?,
        None => Store::in_memory()?,
    })
}

/// The database of a data folder, to be read also while it is in use; none where nothing was recorded yet.
fn reader(data: Option<&Path>) -> Result<Option<Reader>, Failure> {
    match Reader::open(&data_folder(data)?) {
        Err(missing @ StoreError::Nothing { .. }) => {
            // Where a folder was named, its name may be wrong.
            if data.is_some() {
                writeln!(std::io::stderr(), "zhuanjie: {missing}")?;
            }
            Ok(None)
        }
        opened => Ok(Some(opened?)),
    }
}

/// What it takes to tell members where they are, with codes written into a file where one is named.
fn registry(data: Option<&Path>, codes: Option<&Path>) -> Result<Registry, Failure> {
    let trial = codes.map(Trial::new).transpose().map_err(ServeError::from)?;
    let sender = trial.map(|trial| Arc::new(trial) as Arc<dyn Sender>);
    let config = CodesConfig::default();
    Ok(Registry { key: key(data)?, folder: data.map(Path::to_owned), sender, total: config.total() })
}

/// The key of the environment or of a data folder; without a folder one that lasts as long as this process.
fn key(data: Option<&Path>) -> Result<Key, Failure> {
    Ok(Key::load(data, |name| std::env::var(name).ok(), &mut input::random())?)
}

/// The given data folder, or the one that this system keeps for the program.
fn data_folder(data: Option<&Path>) -> Result<PathBuf, Failure> {
    let standard = || dirs::data_dir().map(|folder| folder.join("zhuanjie"));
    let none = || Failure::Input("this system has no folder for data: name one with --data".into());
    data.map(Path::to_owned).or_else(standard).ok_or_else(none)
}
