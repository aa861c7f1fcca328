//! `zhuanjie chat`: a conversation in the terminal.

use std::sync::Arc;

use super::arguments::{ChatOptions, Trees};
use super::{Failure, data_folder, engine, input, trial_sender};
use crate::assistant::Assistant;
use crate::channel::terminal::{self, Outside};
use crate::store::Store;

pub(super) fn run(options: &ChatOptions, trees: &Trees) -> Result<(), Failure> {
    let _sender = trial_sender(options.codes.as_deref())?;
    let store = Store::open(&data_folder(options.data.as_deref())?)?;
    let assistant = Assistant::new(Arc::new(engine(trees)?), store)?;
    let folder = std::env::current_dir()?;
    terminal::run(&assistant, &Outside { now: input::now, random: input::random, folder: &folder })?;
    assistant.finish()?;
    Ok(())
}
