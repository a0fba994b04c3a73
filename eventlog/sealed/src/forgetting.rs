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
const FORGOTTEN: &str = "PersonForgotten";

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
        for event in &page.events {
            destroyed += honour_event(event, keys)?;
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

/// Keeps the promise of one event: every key that it says is gone is gone, from the disk and from this process's memory.
/// Says how many were still there. An event that says nothing of the kind has no promise.
pub fn honour_event(event: &RecordedEvent, keys: &KeyRing) -> Result<usize, KeyRingError> {
    let mut destroyed = 0;
    for whose in forgotten(event) {
        // what another process destroyed is still in our memory
        if !matches!(keys.find_anew(&whose)?, Found::Forgotten) {
            keys.forget(&whose)?;
            destroyed += 1;
            info!(%whose, "a key that was to be destroyed is gone");
        }
    }
    Ok(destroyed)
}

/// Whether an event says that somebody was forgotten.
pub fn says_forgotten(event: &RecordedEvent) -> bool {
    event.event_type == FORGOTTEN
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
    if !says_forgotten(event) {
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

#[cfg(test)]
mod tests {
    use domain::{actor::Actor, schema::EventFamily, workspace::PersonForgotten};
    use eventlog::{EventId, ExpectedRevision, MemoryLog, Metadata, NewEvent};
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_process_that_reads_the_event_gives_up_a_key_that_another_one_destroyed() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (KeyRing::open(folder.path()).unwrap(), KeyRing::open(folder.path()).unwrap());
        let ana: Subject = "per_ana".parse().unwrap();
        one.find_or_make(&ana).unwrap();
        assert!(matches!(other.find(&ana).unwrap(), Found::Key(_)));
        one.forget(&ana).unwrap();
        assert!(matches!(other.find(&ana).unwrap(), Found::Key(_)), "it is still in memory");

        let log = MemoryLog::new();
        let event =
            EntityEvent::from(PersonForgotten { person: ana.clone(), reason: "asked".into(), also: Vec::new() });
        let event = NewEvent {
            id: EventId::new(Uuid::now_v7()),
            event_type: event.type_name().into(),
            schema_version: event.schema_version(),
            data: event.encode().into(),
            metadata: Metadata {
                at: chrono::DateTime::UNIX_EPOCH,
                tenant: "local".into(),
                actor: Actor::person("sam"),
                correlation_id: Uuid::nil(),
                causation_id: None,
                reason: None,
                command: None,
                claim: None,
                span: None,
            },
        };
        log.append(&"entity-per_ana".parse().unwrap(), ExpectedRevision::NoStream, vec![event]).await.unwrap();
        let page = log.read_all(None, &Filter::All, 1).await.unwrap();
        assert_eq!(honour_event(&page.events[0], &other).unwrap(), 0, "the other one destroyed it");
        assert!(matches!(other.find(&ana).unwrap(), Found::Forgotten));
    }
}
