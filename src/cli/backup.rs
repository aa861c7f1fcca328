//! `zhuanjie backup` and `zhuanjie restore`.

use std::io::Write;

use super::arguments::BackupOptions;
use super::{Failure, data_folder};
use crate::store::{Reader, restore};

pub(super) fn back_up(options: &BackupOptions) -> Result<(), Failure> {
    let folder = data_folder(options.data.as_deref())?;
    Reader::open(&folder)?.back_up(&options.file)?;
    let size = std::fs::metadata(&options.file)?.len();
    writeln!(std::io::stdout(), "backed up to {} ({size} bytes)", options.file.display())?;
    Ok(())
}

pub(super) fn put_back(options: &BackupOptions) -> Result<(), Failure> {
    let folder = data_folder(options.data.as_deref())?;
    let replaced = restore(&options.file, &folder)?;
    let mut out = std::io::stdout();
    writeln!(out, "restored into {}", folder.display())?;
    if let Some(kept) = replaced {
        writeln!(out, "what was there is kept as {}", kept.display())?;
    }
    Ok(())
}
