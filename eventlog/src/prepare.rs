//! What every adapter does with events before it writes them: check the limits, fix the bytes that will be stored.
//!
//! This is done on the caller's thread, so that a single writer has as little to do as possible.

use std::borrow::Cow;

use bytes::Bytes;
use chrono::SubsecRound;

use crate::{AppendError, EventId, Hash32, Metadata, NewEvent, StreamName, integrity};

/// The most events one append may have.
pub const MAX_EVENTS_PER_APPEND: usize = 5_000;
/// The most bytes one event's data may have: 4 MiB. The same limit holds for its metadata.
pub const MAX_EVENT_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of data and metadata one append may have: 64 MiB.
pub const MAX_APPEND_BYTES: usize = 64 * 1024 * 1024;

/// An event whose bytes are fixed: within the limits, UTF-8, metadata serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedEvent {
    /// Its name in the log.
    pub id: EventId,
    /// What happened.
    pub event_type: Cow<'static, str>,
    /// The version of the data's shape.
    pub schema_version: u16,
    /// JSON, as it will be stored.
    pub data: Bytes,
    /// What is known besides.
    pub metadata: Metadata,
    /// The same as JSON, as it will be stored.
    pub metadata_json: Bytes,
}

impl PreparedEvent {
    /// Gives the digest of everything about the event that does not depend on its place in the log.
    pub fn content_digest(&self) -> Hash32 {
        integrity::content_digest(self.id, &self.event_type, self.schema_version, &self.data, &self.metadata_json)
    }
}

/// Checks the events of one append against the limits and fixes their bytes.
///
/// # Errors
/// [`AppendError::EmptyAppend`], [`AppendError::TooManyEvents`], [`AppendError::EventTooLarge`],
/// [`AppendError::AppendTooLarge`] or [`AppendError::MalformedEvent`]; nothing else.
pub fn prepare(stream: &StreamName, events: Vec<NewEvent>) -> Result<Vec<PreparedEvent>, AppendError> {
    if events.is_empty() {
        return Err(AppendError::EmptyAppend { stream: stream.clone() });
    }
    if events.len() > MAX_EVENTS_PER_APPEND {
        return Err(AppendError::TooManyEvents { count: events.len(), limit: MAX_EVENTS_PER_APPEND });
    }
    let mut prepared = Vec::with_capacity(events.len());
    let mut total = 0;
    for (index, event) in events.into_iter().enumerate() {
        let event = prepare_one(index, event)?;
        total += event.data.len() + event.metadata_json.len();
        prepared.push(event);
    }
    if total > MAX_APPEND_BYTES {
        return Err(AppendError::AppendTooLarge { bytes: total, limit: MAX_APPEND_BYTES });
    }
    Ok(prepared)
}

fn prepare_one(index: usize, event: NewEvent) -> Result<PreparedEvent, AppendError> {
    let NewEvent { id, event_type, schema_version, data, mut metadata } = event;
    let malformed = |what| AppendError::MalformedEvent { index, what };
    if event_type.is_empty() || event_type.len() > NewEvent::MAX_TYPE_BYTES {
        return Err(malformed("its type must have 1 to 200 bytes"));
    }
    if std::str::from_utf8(&data).is_err() {
        return Err(malformed("its data is not UTF-8"));
    }
    // Microseconds survive every adapter; what a live subscriber sees must be what a later reader sees.
    metadata.at = metadata.at.trunc_subsecs(6);
    let metadata_json = serde_json::to_vec(&metadata)
        .map(Bytes::from)
        .map_err(|_| malformed("its metadata cannot be written as JSON"))?;
    for part in [&data, &metadata_json] {
        if part.len() > MAX_EVENT_BYTES {
            return Err(AppendError::EventTooLarge { index, bytes: part.len(), limit: MAX_EVENT_BYTES });
        }
    }
    Ok(PreparedEvent { id, event_type, schema_version, data, metadata, metadata_json })
}
