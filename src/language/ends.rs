//! Which places a text names, and which end of the transfer each belongs to.

use crate::knowledge::terms::{Committee, System};

/// One end of a transfer: the system that holds the membership there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The system.
    pub system: System,
    /// The system committee, where the organization is under one.
    pub committee: Option<Committee>,
    /// The province by its short name (`广东`), where one is known.
    pub province: Option<String>,
    /// What the member would recognise it by, such as `中国地质大学（武汉）`.
    pub name: String,
}

/// What a name in a text can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// One meaning, or several that lie in one system.
    One(End),
    /// A default, and other readings to offer.
    Default(End, Vec<End>),
    /// To be asked, the likely reading first. Empty where no system is known for it (Hong Kong, a military academy).
    Ask(Vec<End>),
}

impl End {
    /// A system, nothing more said.
    pub fn of(system: System) -> Self {
        Self { system, committee: None, province: None, name: String::new() }
    }

    /// A system committee; all of them are in `central`.
    pub fn under(committee: Committee) -> Self {
        Self { committee: Some(committee), ..Self::of(System::Central) }
    }
}
