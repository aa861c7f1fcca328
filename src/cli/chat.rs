//! `zhuanjie chat`: a conversation in the terminal.

use std::sync::Arc;

use super::arguments::{ChatOptions, Trees};
use super::{Failure, data_folder, engine, input, registry};
use crate::assistant::Assistant;
use crate::channel::terminal::{self, Outside};
use crate::serve::config::RetentionConfig;
use crate::store::Store;

pub(super) fn run(options: &ChatOptions, trees: &Trees) -> Result<(), Failure> {
    let data = data_folder(options.data.as_deref())?;
    let registry = registry(Some(&data), options.codes.as_deref())?;
    let assistant = Assistant::new(Arc::new(engine(trees)?), Store::open(&data)?).with_registry(registry);
    let assistant = assistant.with_periods(RetentionConfig::default().periods());
    let folder = std::env::current_dir()?;
    terminal::run(&assistant, &Outside { now: input::now, random: input::random, folder: &folder })?;
    assistant.finish()?;
    Ok(())
}
