//! The sender of verification codes that a configuration asks for.

use std::path::Path;
use std::sync::Arc;

use super::ServeError;
use super::config::{Chosen, CodesConfig};
use crate::membership::sender::{Again, Aliyun, Outside, Sender, SenderError, Trial, Webhook};

/// The sender of a configuration, or with `trial` one that writes into that file; none where there is neither.
///
/// # Errors
/// Where both are asked for, or what is asked for cannot be had.
pub fn build(
    config: &CodesConfig,
    trial: Option<&Path>,
    outside: &Outside,
) -> Result<Option<Arc<dyn Sender>>, ServeError> {
    let sender: Arc<dyn Sender> = match (config.chosen()?, trial) {
        (None, None) => return Ok(None),
        (None, Some(file)) => return Ok(Some(Arc::new(Trial::new(file)?))),
        (Some(_), Some(_)) => return Err(SenderError::Two.into()),
        (Some(Chosen::Aliyun(settings)), None) => Arc::new(Aliyun::new(settings, outside.clone())?),
        (Some(Chosen::Webhook(settings)), None) => Arc::new(Webhook::new(settings, outside.runtime.clone())?),
    };
    Ok(Some(Arc::new(Again::new(sender, Arc::clone(&outside.pause)))))
}
