//! Telegram at its boundary: the service as it runs, over real HTTP, against a fake server that behaves as Telegram's
//! does. `fake` is that server, `bot` the service with a clock of the test's own.

mod bot;
mod codes;
mod delivery;
mod fake;
mod groups;
mod messages;
#[path = "../conversation/office.rs"]
mod office;
mod operator;
mod reminders;
mod retention;
#[allow(dead_code, reason = "what a script expects is held against the terminal")]
#[path = "../conversation/script.rs"]
mod script;
mod scripts;

use bot::engine as office_engine;
