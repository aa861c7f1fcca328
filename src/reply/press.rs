//! Buttons: what pressing one means, as a few bytes that a channel hands back.
//!
//! What comes back may be old, forged or cut, so it carries no authority: IDs are looked up among the member's own, and
//! an option counts only where it is on offer.
//!
//! ```text
//! o PAGE LABEL        chooses an option of the reply with this page
//! t+ID:STEP t-ID:STEP ticks a step, takes a tick away
//! d ID:DEADLINE       what the deadline asks for is done
//! l ID:DEADLINE       remind me later
//! q ID                do not remind me of this transfer any more
//! u ENTRY n ENTRY     the answer was useful, was not
//! ```

use crate::transfer::TransferId;

/// The most bytes that a channel hands back.
pub const BYTES: usize = 64;
/// The length of a page.
pub(crate) const PAGE: usize = 3;

/// What pressing a button means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// Chooses an option.
    Option {
        /// Which reply it stood under.
        page: String,
        /// Its label, or as much of it as there was room for.
        label: String,
    },
    /// Ticks a step or takes the tick away.
    Tick {
        /// Of which transfer.
        transfer: TransferId,
        /// Which step.
        step: String,
        /// Is it done?
        done: bool,
    },
    /// What a deadline asks for is done.
    Done {
        /// Of which transfer.
        transfer: TransferId,
        /// Which deadline.
        deadline: String,
    },
    /// Remind me of it later.
    Later {
        /// Of which transfer.
        transfer: TransferId,
        /// Which deadline.
        deadline: String,
    },
    /// Do not remind me any more.
    Quiet {
        /// Of which transfer.
        transfer: TransferId,
    },
    /// An opinion of an answer.
    Rate {
        /// Which entry or statement.
        entry: String,
        /// Was it useful?
        useful: bool,
    },
}

impl Press {
    /// An option of a page; a label that is too long is cut between characters.
    pub fn option(page: &str, label: &str) -> Self {
        let room = BYTES - 1 - PAGE;
        let end = (0..=label.len().min(room)).rev().find(|end| label.is_char_boundary(*end)).unwrap_or(0);
        Self::Option { page: page.to_owned(), label: label[..end].to_owned() }
    }

    /// As bytes; none where they would be too many.
    pub fn code(&self) -> Option<String> {
        let code = match self {
            Self::Option { page, label } => format!("o{page}{label}"),
            Self::Tick { transfer, step, done } => format!("t{}{transfer}:{step}", if *done { '+' } else { '-' }),
            Self::Done { transfer, deadline } => format!("d{transfer}:{deadline}"),
            Self::Later { transfer, deadline } => format!("l{transfer}:{deadline}"),
            Self::Quiet { transfer } => format!("q{transfer}"),
            Self::Rate { entry, useful } => format!("{}{entry}", if *useful { 'u' } else { 'n' }),
        };
        (code.len() <= BYTES).then_some(code)
    }

    /// From bytes; none where they are no button of ours.
    pub fn parse(code: &str) -> Option<Self> {
        let mut rest = code.chars();
        let kind = rest.next()?;
        let rest = rest.as_str();
        let of = |rest: &str| {
            let (id, what) = rest.split_once(':')?;
            Some((TransferId::parse(id)?, what.to_owned()))
        };
        Some(match kind {
            'o' => {
                let (page, label) = rest.split_at_checked(PAGE)?;
                Self::Option { page: page.to_owned(), label: label.to_owned() }
            }
            't' => {
                let done = rest.starts_with('+');
                let (transfer, step) = of(rest.strip_prefix(['+', '-'])?)?;
                Self::Tick { transfer, step, done }
            }
            'd' | 'l' => {
                let (transfer, deadline) = of(rest)?;
                if kind == 'd' { Self::Done { transfer, deadline } } else { Self::Later { transfer, deadline } }
            }
            'q' => Self::Quiet { transfer: TransferId::parse(rest)? },
            'u' | 'n' => Self::Rate { entry: rest.to_owned(), useful: kind == 'u' },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn id() -> TransferId {
        TransferId::random(&mut StdRng::seed_from_u64(1))
    }

    #[test]
    fn what_is_written_is_read() {
        let presses = [
            Press::option("a1z", "记录这次转接"),
            Press::Tick { transfer: id(), step: "gd.out.place".into(), done: true },
            Press::Tick { transfer: id(), step: "gd.out.place".into(), done: false },
            Press::Done { transfer: id(), deadline: "gd.in.ten".into() },
            Press::Later { transfer: id(), deadline: "gd.in.ten".into() },
            Press::Quiet { transfer: id() },
            Press::Rate { entry: "faq.size".into(), useful: true },
            Press::Rate { entry: "faq.size".into(), useful: false },
        ];
        for press in presses {
            let code = press.code().expect("short");
            assert!(code.len() <= BYTES);
            assert_eq!(Press::parse(&code), Some(press));
        }
    }

    #[test]
    fn twenty_chinese_characters_fit_exactly() {
        let label = "团".repeat(20);
        let code = Press::option("a1z", &label).code().expect("fits");
        assert_eq!(code.len(), BYTES);
        assert_eq!(Press::parse(&code), Some(Press::Option { page: "a1z".into(), label }));
        assert_eq!(Press::option("a1z", &"团".repeat(21)), Press::option("a1z", &"团".repeat(20)));
        assert_eq!(Press::Rate { entry: "e".repeat(64), useful: true }.code(), None);
    }

    proptest! {
        #[test]
        fn foreign_bytes_do_no_harm(code in "\\PC{0,70}") {
            if let Some(press) = Press::parse(&code) {
                prop_assert_eq!(press.code().is_none_or(|again| again.len() <= BYTES), true);
            }
        }

        #[test]
        fn a_label_is_cut_between_characters(label in "\\PC{0,80}") {
            let code = Press::option("000", &label).code().expect("cut to fit");
            let Some(Press::Option { label: cut, .. }) = Press::parse(&code) else { panic!("an option") };
            prop_assert!(label.starts_with(&cut));
        }
    }
}
