//! The command line: what was typed, what it means, one call into the library.
//!
//! Standard output carries results only; progress and messages go to standard error. Exit 2 is for bad arguments or
//! input, 1 for a check that found problems. Exit codes are decided here and nowhere else.

mod arguments;
mod check;
mod dialogs;
mod plan;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use include_dir::{Dir, include_dir};

use crate::knowledge::files::Files;
use arguments::{Arguments, Command, Trees};

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
    match arguments.command {
        Command::Plan(query) => plan::run(&query, &trees),
        Command::Check(options) => check::run(&options, &trees),
        Command::Dialogs(options) => dialogs::run(&options, &trees),
    }
}

/// The knowledge and dialog files to use: the given folders', else the built-in copies.
fn files(trees: &Trees) -> Result<(Files, Files), Failure> {
    let read = |folder: &Option<std::path::PathBuf>, built_in: &Dir<'_>| match folder {
        Some(folder) => of_folder(folder),
        None => Ok(Files::built_in(built_in)),
    };
    Ok((read(&trees.knowledge, &KNOWLEDGE)?, read(&trees.dialogs, &DIALOGS)?))
}

fn of_folder(folder: &Path) -> Result<Files, Failure> {
    Files::of_folder(folder).map_err(|error| Failure::Input(error.to_string()))
}
