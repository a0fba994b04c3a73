//! Events as the server keeps them.
//!
//! The data of an event is its data. What we know besides, and the event's link in the hash chain, is JSON in the custom
//! metadata, with the two ids that the server's own projections understand (`$correlationId`, `$causationId`) beside it:
//!
//! ```json
//! {"$correlationId":"…","$causationId":"…","cairn":{"format":1,"schema_version":1,"hash":"…","metadata":{…}}}
//! ```
//!
//! `metadata` is kept byte for byte, because the hash covers its bytes.

use std::sync::Arc;

use bytes::Bytes;
use eventlog::{EventId, Hash32, Metadata, Position, PreparedEvent, ReadError, RecordedEvent, Revision, StreamName};
use eventstore::{EventData, ResolvedEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{identity, place::Names};

/// The version of what is written into the custom metadata.
const FORMAT: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Custom<'a> {
    #[serde(rename = "$correlationId")]
    correlation_id: Uuid,
    #[serde(rename = "$causationId", default, skip_serializing_if = "Option::is_none")]
    causation_id: Option<Uuid>,
    #[serde(borrow)]
    cairn: Ours<'a>,
}

#[derive(Serialize, Deserialize)]
struct Ours<'a> {
    format: u8,
    schema_version: u16,
    hash: Hash32,
    #[serde(borrow)]
    metadata: &'a RawValue,
}

/// Makes an event as the client sends it.
///
/// # Errors
/// Metadata that is no JSON, which no prepared event has.
pub(crate) fn encode(event: &PreparedEvent, hash: Hash32) -> Result<EventData, serde_json::Error> {
    let custom = Custom {
        correlation_id: event.metadata.correlation_id,
        causation_id: event.metadata.causation_id,
        cairn: Ours {
            format: FORMAT,
            schema_version: event.schema_version,
            hash,
            metadata: serde_json::from_slice(&event.metadata_json)?,
        },
    };
    // said to be JSON only where that changes no byte, which white space around it would
    let raw = serde_json::from_slice::<&RawValue>(&event.data).ok().filter(|raw| raw.get().as_bytes() == event.data);
    let data = match raw {
        Some(raw) => EventData::json(&event.event_type, &raw)?,
        None => EventData::binary(&event.event_type, event.data.clone()),
    };
    data.id(event.id.uuid()).metadata_as_json(&custom)
}

/// What a record of the server is for us.
pub(crate) enum Read {
    /// An event of the log.
    Event(Arc<RecordedEvent>),
    /// The first record of the log: it names the database.
    Identity,
    /// The server's own business, a link, or somebody else's event.
    Other,
    /// Somebody told the server to hide or remove events of a stream of ours.
    Truncating(StreamName),
    /// An event of ours that cannot be read.
    Damaged(ReadError),
}

/// A record with its place.
pub(crate) struct Placed {
    /// The exact pair, from which reading goes on.
    pub(crate) at: eventstore::Position,
    pub(crate) read: Read,
}

/// Finds out what a record is for us.
pub(crate) fn decode(names: &Names, resolved: ResolvedEvent) -> Option<Placed> {
    // a link whose event is gone has no event; a resolved one has both: neither is asked for, and both are not ours
    if resolved.link.is_some() {
        return resolved.link.map(|link| Placed { at: link.position, read: Read::Other });
    }
    let event = resolved.event?;
    Some(Placed { at: event.position, read: classify(names, event) })
}

fn classify(names: &Names, event: eventstore::RecordedEvent) -> Read {
    if event.event_type == "$metadata" {
        let stream = names.with_metadata(&event.stream_id).filter(|_| truncates(&event.data));
        return stream.map_or(Read::Other, Read::Truncating);
    }
    if event.event_type.starts_with('$') {
        return Read::Other;
    }
    let Some(stream) = names.here(&event.stream_id) else {
        let is_identity = event.stream_id == names.identity() && event.event_type == identity::EVENT_TYPE;
        return if is_identity { Read::Identity } else { Read::Other };
    };
    match ours(stream, event) {
        Ok(event) => Read::Event(Arc::new(event)),
        Err(damaged) => Read::Damaged(damaged),
    }
}

/// Whether stream metadata hides or removes events.
fn truncates(metadata: &[u8]) -> bool {
    let Ok(metadata) = serde_json::from_slice::<serde_json::Value>(metadata) else { return false };
    ["$maxCount", "$maxAge", "$tb"].iter().any(|key| metadata.get(key).is_some_and(|value| !value.is_null()))
}

fn ours(stream: StreamName, event: eventstore::RecordedEvent) -> Result<RecordedEvent, ReadError> {
    let (position, revision) = (Position::new(event.position.commit), Revision::new(event.revision));
    let damaged = |what: String| ReadError::DamagedEvent { position, stream: stream.to_string(), revision, what };
    if event.position.commit != event.position.prepare {
        return Err(damaged("it was written in a transaction, which Cairn never does".into()));
    }
    let custom: Custom<'_> = serde_json::from_slice(&event.custom_metadata)
        .map_err(|error| damaged(format!("it was not written by Cairn, or its metadata was changed: {error}")))?;
    if custom.cairn.format != FORMAT {
        return Err(damaged(format!("format {} of its metadata is not known here", custom.cairn.format)));
    }
    let metadata_json = Bytes::copy_from_slice(custom.cairn.metadata.get().as_bytes());
    let metadata: Metadata =
        serde_json::from_slice(&metadata_json).map_err(|error| damaged(format!("its metadata is broken: {error}")))?;
    let prepared = PreparedEvent {
        id: EventId::new(event.id),
        event_type: event.event_type.into(),
        schema_version: custom.cairn.schema_version,
        data: event.data,
        metadata,
        metadata_json,
    };
    Ok(RecordedEvent::new(position, stream, revision, prepared, custom.cairn.hash))
}
