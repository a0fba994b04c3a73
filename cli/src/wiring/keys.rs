//! The keys of people: opened with the house, and beside a log that is only read.

use std::sync::Arc;

use eventlog::EventLog;
use eventlog_sealed::{KeyRing, SealedLog, holds_seals, honour};

use super::{OpenError, log::read_only};
use crate::{exit::Failure, settings::Settings};

/// Opens the keys, and destroys those that were to be destroyed when the house was closed.
pub(super) async fn open_keys(settings: &Settings, stored: &dyn EventLog) -> Result<KeyRing, OpenError> {
    let folder = settings.keys();
    let is_new = !folder.exists();
    if is_new && holds_seals(stored).await.map_err(anyhow::Error::from)? {
        return Err(OpenError::KeysMissing { folder });
    }
    let keys = KeyRing::open(&folder).map_err(anyhow::Error::from)?;
    honour(stored, &keys, is_new).await.map_err(anyhow::Error::from)?;
    Ok(keys)
}

/// The log for reading, with what is about people opened as far as there are keys.
pub(crate) fn read_opened_log(settings: &Settings) -> Result<Arc<dyn EventLog>, Failure> {
    let keys = KeyRing::at(&settings.keys());
    Ok(Arc::new(SealedLog::over(read_only(settings)?, keys)))
}
