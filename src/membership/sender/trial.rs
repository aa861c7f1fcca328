//! For trials: codes go into a file instead of to a phone, one line each.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{CodeMessage, SendError, Sender, SenderError};

/// Writes codes into a file.
#[derive(Debug)]
pub struct Trial {
    path: PathBuf,
}

#[derive(Serialize)]
struct Line<'a> {
    to: &'a str,
    code: &'a str,
    at: String,
}

impl Trial {
    /// Writes into this file, which is made where it is not there, for its owner alone.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(path: &Path) -> Result<Self, SenderError> {
        match open(path) {
            Ok(_) => Ok(Self { path: path.to_owned() }),
            Err(source) => Err(SenderError::Trial { path: path.to_owned(), source }),
        }
    }
}

/// Opened anew for each line, so that whoever tries it may take the file away meanwhile.
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

impl Sender for Trial {
    fn send(&self, message: &CodeMessage<'_>) -> Result<(), SendError> {
        let line = Line { to: message.to.reveal(), code: message.code, at: message.at.to_rfc3339() };
        let mut line = serde_json::to_string(&line).map_err(|_| SendError::Broken("no JSON can be made".to_owned()))?;
        line.push('\n');
        // In one piece, so that a reader sees whole lines.
        let written = open(&self.path).and_then(|mut file| file.write_all(line.as_bytes()));
        written.map_err(|error| SendError::Broken(format!("cannot write {}: {error}", self.path.display())))
    }

    fn name(&self) -> &'static str {
        "trial"
    }
}
