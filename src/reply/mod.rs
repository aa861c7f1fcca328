//! What is said back: content, not markup. Each channel renders it within its own limits.

pub mod plain;
pub mod press;

use crate::knowledge::model::{Cite, Statement};
use crate::knowledge::terms::Level;
use press::Press;

/// What the member's text was answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From the questions and answers, or from a statement of a route.
    Answer,
    /// Steps for a route.
    Plan,
    /// Asks for what is missing.
    Clarify,
    /// About a recorded transfer.
    Progress,
    /// Where is my organization.
    Where,
    /// Not something the assistant knows; says whom to ask.
    OutOfScope,
}

impl Kind {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Plan => "plan",
            Self::Clarify => "clarify",
            Self::Progress => "progress",
            Self::Where => "where",
            Self::OutOfScope => "out_of_scope",
        }
    }
}

/// A part of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A heading over what follows.
    Heading(String),
    /// Numbered steps.
    Steps(Vec<Line>),
    /// Points of equal rank.
    Points(Vec<String>),
    /// Where it stands.
    Sources(Vec<Cite>),
}

/// A numbered step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Stable id of the step.
    pub id: String,
    /// Is it done?
    pub done: bool,
    /// What to do.
    pub text: String,
    /// What to have ready and what goes wrong.
    pub notes: Vec<String>,
}

/// A file to hand over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its text.
    pub text: String,
}

/// Something to press, for channels that have such a thing; whatever it does can be said as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What pressing it means.
    pub press: Press,
}

/// One message to the member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// Its parts.
    pub blocks: Vec<Block>,
    /// Labels that can be chosen; saying a label or its number chooses it.
    pub options: Vec<String>,
    /// Files that come with it.
    pub files: Vec<File>,
    /// More to press, in rows.
    pub buttons: Vec<Vec<Button>>,
}

impl Reply {
    /// A reply of one paragraph.
    pub fn text(text: impl Into<String>) -> Self {
        Self { blocks: vec![Block::Text(text.into())], ..Self::default() }
    }

    /// The same with options.
    #[must_use]
    pub fn with_options<S: Into<String>>(mut self, options: impl IntoIterator<Item = S>) -> Self {
        self.options.extend(options.into_iter().map(Into::into));
        self
    }

    /// All sources, block by block.
    pub fn cites(&self) -> impl Iterator<Item = &Cite> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Sources(cites) => &cites[..],
            _ => &[],
        })
    }
}

/// The sources of some statements, each once, in the order they are first cited.
///
/// What is documented is shown with the first of its sources, the one that counts most; where something is concluded or
/// sources disagree, all of them are shown.
pub fn sources<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> Block {
    let mut all: Vec<Cite> = Vec::new();
    for says in statements {
        let shown = if says.known == Level::Documented { 1 } else { says.cites.len() };
        for cite in says.cites.iter().take(shown) {
            if !all.contains(cite) {
                all.push(cite.clone());
            }
        }
    }
    Block::Sources(all)
}

/// A statement's text with the marks of how well it is known.
pub fn marked(text: &str, says: &Statement) -> String {
    let year = says.year.map(|year| format!("（{year}年的安排，今年的以通知为准）")).unwrap_or_default();
    [text, mark(says.known), &year].concat()
}

/// The mark of a level.
pub fn mark(level: Level) -> &'static str {
    match level {
        Level::Documented => "",
        Level::Inferred => "（推断）",
        Level::Conflict => "（来源说法不一）",
        Level::Unknown => "（没有公开依据）",
    }
}
