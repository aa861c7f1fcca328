//! Names of people, which print masked.

use std::fmt;

/// Stars at most; how long a long name is need not be told.
const STARS: usize = 3;

/// A person's name. It prints and logs as `张*`.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// A name as it is written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The whole name, for the database and for whoever has shown that it is theirs; never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.chars();
        match (rest.next(), rest.count()) {
            // One character is the whole name.
            (_, 0) => f.write_str("*"),
            (first, rest) => write!(f, "{}{}", first.unwrap_or('*'), "*".repeat(rest.min(STARS))),
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_prints_masked() {
        for (name, shown) in [
            ("张三", "张*"),
            ("王小明", "王**"),
            ("欧阳娜娜", "欧***"),
            ("阿卜杜拉·买买提", "阿***"),
            ("张", "*"),
            ("", "*"),
        ] {
            let name = Name::new(name);
            assert_eq!((name.to_string(), format!("{name:?}")), (shown.to_owned(), shown.to_owned()));
        }
    }
}
