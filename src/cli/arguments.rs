//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Answers how to transfer a Youth League membership. Without a command it opens a conversation.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) trees: Trees,
}

/// Where knowledge and dialogs are read from.
#[derive(Debug, Args)]
pub(super) struct Trees {
    /// Read knowledge from this folder instead of the built-in copy
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) knowledge: Option<PathBuf>,
    /// Read dialogs from this folder instead of the built-in copy
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) dialogs: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open a conversation in the terminal
    Chat(ChatOptions),
    /// Answer one question, or with --json one on each line of standard input
    Ask(AskOptions),
    /// Answer turns of many members, one JSON object a line
    Converse(ConverseOptions),
    /// Run every channel that is configured, with health and metrics beside it
    Serve(ServeOptions),
    /// Look at recorded transfers
    Transfer(TransferOptions),
    /// List what was asked and not answered, hardly answered, or not helped by the answer, in groups
    Misses(MissesOptions),
    /// Write entries of questions and answers
    Faq(FaqOptions),
    /// Take in, look at and remove rosters of members
    Roster(RosterOptions),
    /// Remove what was kept long enough; the service does so by itself every day
    Retention(RetentionOptions),
    /// Copy the database into a file, also while it is in use
    Backup(BackupOptions),
    /// Put a backup in the place of the database; the service must not run
    Restore(BackupOptions),
    /// Print the plan of a route
    Plan(PlanQuery),
    /// Load knowledge and dialogs, print every problem, then counts
    Check(CheckOptions),
    /// Look at the dialog trees
    Dialogs(DialogOptions),
    /// Ask a labelled set of questions and report how many answers are right, and why the others are not
    Eval(EvalOptions),
}

/// A situation, in codes.
#[derive(Debug, Args)]
pub(super) struct PlanQuery {
    /// Origin system: central, guangdong, fujian or beijing
    #[arg(long, value_name = "SYSTEM")]
    pub(super) from: Option<String>,
    /// Destination system
    #[arg(long, value_name = "SYSTEM")]
    pub(super) to: Option<String>,
    /// System committee of the destination: railway, aviation, state_organs, finance or soe
    #[arg(long, value_name = "COMMITTEE")]
    pub(super) committee: Option<String>,
    /// System committee of the origin
    #[arg(long, value_name = "COMMITTEE")]
    pub(super) from_committee: Option<String>,
    /// Special situation
    #[arg(long, value_name = "CASE")]
    pub(super) case: Option<String>,
    /// Who reads the plan: member, origin_branch or destination_branch
    #[arg(long, value_name = "ROLE")]
    pub(super) role: Option<String>,
    /// Already known at the destination: yes or no
    #[arg(long, value_name = "YES|NO")]
    pub(super) reported_before: Option<String>,
    /// What happened when, as EVENT=YYYY-MM-DD; may be repeated
    #[arg(long, value_name = "EVENT=DATE")]
    pub(super) on: Vec<String>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// What to check.
#[derive(Debug, Args)]
pub(super) struct CheckOptions {
    /// List what was last compared with its source longer ago than this, such as 180d
    #[arg(long, value_name = "DAYS")]
    pub(super) older_than: Option<String>,
    /// Count from this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) today: Option<String>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// What to ask.
#[derive(Debug, Args)]
pub(super) struct EvalOptions {
    /// The set: one JSON object a line, with id, text, kind and what a right answer says
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// One JSON object instead of text
    #[arg(long)]
    pub(super) json: bool,
    /// The time of the questions, the same for all; a fixed one without it
    #[arg(long, value_name = "RFC3339")]
    pub(super) now: Option<String>,
}

/// What to do with dialogs.
#[derive(Debug, Args)]
pub(super) struct DialogOptions {
    #[command(subcommand)]
    pub(super) command: DialogCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum DialogCommand {
    /// Print a tree as Mermaid
    Graph {
        /// Its name; all of them without one
        name: Option<String>,
    },
}

/// Where a conversation is kept.
#[derive(Debug, Args)]
pub(super) struct ChatOptions {
    /// Keep what is recorded in this folder
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// For trials: append each verification code to this file instead of sending it
    #[arg(long, value_name = "FILE")]
    pub(super) codes: Option<PathBuf>,
}

/// What to answer.
#[derive(Debug, Args)]
pub(super) struct AskOptions {
    /// The question
    #[arg(value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Read {"id","text"} lines, write one answer a line
    #[arg(long)]
    pub(super) json: bool,
    /// The time of the question
    #[arg(long, value_name = "RFC3339")]
    pub(super) now: Option<String>,
    /// Taken for uniformity; nothing of a question is kept
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

/// Where turns are kept.
#[derive(Debug, Args)]
pub(super) struct ConverseOptions {
    /// Read and write JSON lines
    #[arg(long)]
    pub(super) json: bool,
    /// Keep state in this folder between runs
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// For trials: append each verification code to this file instead of sending it
    #[arg(long, value_name = "FILE")]
    pub(super) codes: Option<PathBuf>,
}

/// What to run.
#[derive(Debug, Args)]
pub(super) struct ServeOptions {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Serve health, readiness and metrics here instead; port 0 takes any that is free
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<SocketAddr>,
    /// Keep what is recorded in this folder
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Begin with maintenance: everything is answered with these words, or with the assistant's own
    #[arg(long, value_name = "TEXT", num_args = 0..=1, default_missing_value = "")]
    pub(super) maintenance: Option<String>,
    /// For trials: read the time from this file, an RFC 3339 time in one line, whenever it is asked for
    #[arg(long, value_name = "FILE")]
    pub(super) clock: Option<PathBuf>,
    /// For trials: append each verification code to this file instead of sending it
    #[arg(long, value_name = "FILE")]
    pub(super) codes: Option<PathBuf>,
}

/// What is kept for how long.
#[derive(Debug, Args)]
pub(super) struct RetentionOptions {
    /// Count what would be removed, also while the service runs, and remove nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// The folder in which it is kept
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// The configuration file that says for how long
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// A copy of the database.
#[derive(Debug, Args)]
pub(super) struct BackupOptions {
    /// The file of the copy
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The folder in which the database is
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

/// What to show of transfers.
#[derive(Debug, Args)]
pub(super) struct TransferOptions {
    #[command(subcommand)]
    pub(super) command: TransferCommand,
    /// The folder in which they are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum TransferCommand {
    /// Show one transfer
    Show {
        /// Its ID
        id: String,
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// List all transfers
    List {
        /// One JSON object a line instead of text
        #[arg(long)]
        json: bool,
    },
}

/// What to show of questions to learn from.
#[derive(Debug, Args)]
pub(super) struct MissesOptions {
    /// The folder in which they are kept
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// One JSON object a line instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// What to do with entries.
#[derive(Debug, Args)]
pub(super) struct FaqOptions {
    #[command(subcommand)]
    pub(super) command: FaqCommand,
    /// The folder in which questions to learn from are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum FaqCommand {
    /// Draft an entry for a group of questions, for a person to finish
    Draft {
        /// Its name, as `misses` lists it
        group: String,
        /// Write it into this new file instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// What to do with rosters.
#[derive(Debug, Args)]
pub(super) struct RosterOptions {
    #[command(subcommand)]
    pub(super) command: RosterCommand,
    /// The folder in which they are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum RosterCommand {
    /// Take in an export, CSV or XLSX: all its rows, or none where one is bad
    Import {
        /// The export
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// Show what was imported, counted by system and organization
    Show {
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// Remove an import, or all
    Remove {
        /// The number of the import
        #[arg(value_name = "NUMBER", required_unless_present = "all")]
        number: Option<u32>,
        /// Remove every import, also of another key
        #[arg(long, conflicts_with = "number")]
        all: bool,
    },
}
