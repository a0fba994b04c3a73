//! Keeping the promise of an event that says somebody was forgotten: their keys go, also when the process that wrote it
//! ended before it could destroy them, or when a copy of the keys was put back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::{personal::Subject, schema::Event, workspace::EntityEvent};
use eventlog::{EventLog, Filter, Position, ReadError, RecordedEvent, codec};
use tracing::info;

use crate::keyring::{Found, KeyRing, KeyRingError};

/// How far the log was looked through; only there so that a start need not look at everything.
const CHECKED: &str = "checked";
const PAGE: usize = 1_000;

/// Why a promise could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum ForgettingError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    /// The note of how far the log was looked through cannot be kept.
    #[error("{} cannot be written: {source}", .path.display())]
    Note {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Destroys every key of somebody who was forgotten that is still there, and says how many there were.
///
/// Looks at what came since the last time; `whole` looks at the whole log.
pub async fn honour(log: &dyn EventLog, keys: &KeyRing, whole: bool) -> Result<usize, ForgettingError> {
    let note = keys.folder().join(CHECKED);
    let (mut after, mut destroyed) = (if whole { None } else { read(&note) }, 0);
    loop {
        let page = match log.read_all(after, &Filter::categories(["entity"]), PAGE).await {
            // the log was replaced by an older one
            Err(ReadError::PositionAhead { .. }) if after.is_some() => {
                after = None;
                continue;
            }
            page => page?,
        };
        for whose in page.events.iter().flat_map(|event| forgotten(event)) {
            if !matches!(keys.find(&whose)?, Found::Forgotten) {
                keys.forget(&whose)?;
                destroyed += 1;
                info!(%whose, "a key that was to be destroyed is gone");
            }
        }
        after = page.next;
        if page.end {
            break;
        }
    }
    if let Some(position) = after {
        fs::write(&note, position.get().to_string()).map_err(|source| ForgettingError::Note { path: note, source })?;
    }
    Ok(destroyed)
}

/// Whether a log holds anything that is sealed, so that it needs keys.
pub async fn holds_seals(log: &dyn EventLog) -> Result<bool, ReadError> {
    let mut after = None;
    loop {
        let page = log.read_all(after, &Filter::All, PAGE).await?;
        if page.events.iter().any(|event| crate::envelope::is_sealed(&event.data)) {
            return Ok(true);
        }
        after = page.next;
        if page.end {
            return Ok(false);
        }
    }
}

/// Whose keys the event says are gone.
fn forgotten(event: &RecordedEvent) -> Vec<Subject> {
    if event.event_type != "PersonForgotten" {
        return Vec::new();
    }
    let person = event.stream.subject().parse().ok();
    let decoded = codec::event(event);
    let also = match decoded.as_ref() {
        Ok(Event::Entity(EntityEvent::PersonForgotten(event))) => event.also.clone(),
        Ok(_) | Err(_) => Vec::new(),
    };
    person.into_iter().chain(also).collect()
}

fn read(note: &Path) -> Option<Position> {
    fs::read_to_string(note).ok()?.trim().parse().ok().map(Position::new)
}
