//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Answers how to transfer a Youth League membership. Without a command it opens a conversation.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
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
    /// Print the plan of a route
    Plan(PlanQuery),
    /// Load knowledge and dialogs, print every problem, then counts
    Check(CheckOptions),
    /// Look at the dialog trees
    Dialogs(DialogOptions),
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
