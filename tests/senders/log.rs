//! Everything that is logged in this process, kept to be looked at.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::filter::LevelFilter;

static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static LISTENING: Once = Once::new();

struct Ear;

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        SAID.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// From now on, down to the last detail. Without the time, whose digits may look like a code.
pub(crate) fn listen() {
    LISTENING.call_once(|| {
        let builder = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).without_time().with_ansi(false);
        builder.with_writer(|| Ear).init();
    });
}

/// All that was said, by any test.
pub(crate) fn said() -> String {
    String::from_utf8_lossy(&SAID.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}
