//! A conversation in the terminal: numbered options, line editing, and a history that lasts as long as the session
//! (a history file would keep what people say).

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use rand::rngs::StdRng;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::assistant::{Assistant, Message, Said, SaidFile};
use crate::store::StoreError;

/// The one member of a terminal.
const USER: &str = "terminal";
/// What the conversation opens with.
const GREETING: &str = "你好";

/// What a conversation is given from outside.
pub struct Outside<'a> {
    /// The clock.
    pub now: fn() -> DateTime<FixedOffset>,
    /// Chance.
    pub random: fn() -> StdRng,
    /// Where files are put.
    pub folder: &'a Path,
}

/// Why a conversation ended early; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The terminal failed.
    #[error("the terminal: {0}")]
    Terminal(#[from] ReadlineError),
    /// Writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Talks until the input ends.
pub fn run(assistant: &Assistant, outside: &Outside<'_>) -> Result<(), TerminalError> {
    let mut editor = DefaultEditor::new()?;
    let prompt = if io::stdin().is_terminal() { "> " } else { "" };
    say(assistant, outside, GREETING)?;
    loop {
        match editor.readline(prompt) {
            Ok(line) => {
                if !line.trim().is_empty() {
                    let _ = editor.add_history_entry(line.as_str());
                    say(assistant, outside, &line)?;
                }
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

fn say(assistant: &Assistant, outside: &Outside<'_>, text: &str) -> Result<(), TerminalError> {
    let message = Message::text(USER, text, (outside.now)());
    let said = assistant.hear(message, (outside.random)())?;
    show(&mut io::stdout().lock(), &said, outside.folder)?;
    Ok(())
}

fn show(out: &mut impl Write, said: &Said, folder: &Path) -> io::Result<()> {
    for reply in &said.replies {
        writeln!(out, "\n{}", reply.text)?;
        for file in &reply.files {
            match put(folder, file) {
                Ok(path) => writeln!(out, "文件存到了 {}", path.display())?,
                Err(error) => writeln!(out, "文件没能存下来（{error}）")?,
            }
        }
        if !reply.options.is_empty() {
            writeln!(out)?;
            for (number, option) in reply.options.iter().enumerate() {
                writeln!(out, "  [{}] {option}", number + 1)?;
            }
        }
    }
    writeln!(out)?;
    out.flush()
}

/// Puts a file into the folder under a name that is free.
fn put(folder: &Path, file: &SaidFile) -> io::Result<PathBuf> {
    let (stem, ending) = file.name.rsplit_once('.').unwrap_or((&file.name, "txt"));
    for number in 1.. {
        let name = if number == 1 { file.name.clone() } else { format!("{stem}-{number}.{ending}") };
        let path = folder.join(name);
        match std::fs::File::create_new(&path) {
            Ok(mut new) => return new.write_all(file.text.as_bytes()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    unreachable!("some number is free")
}
