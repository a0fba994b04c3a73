//! Events before and after they are recorded, and what is known about each besides its data.

use std::{
    any::Any,
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Hash32, Position, PreparedEvent, Revision, SpanId, StreamName};

/// Names one event in the whole log. Made by the writer, time-ordered (UUID version 7): a repeated append is known by
/// its ids, and ordered ids keep the index on them small and fast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(Uuid);

impl EventId {
    /// Makes an event id of a UUID.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// Gives the UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is known about an event besides what it says. Stored as JSON next to the data; absent parts are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// When it was recorded, in microseconds; finer parts are cut off when the event is appended.
    pub at: DateTime<Utc>,
    /// Whose data it is.
    pub tenant: String,
    /// Who did it.
    pub actor: Actor,
    /// The request it all belongs to.
    pub correlation_id: Uuid,
    /// The message that made this one: a command or an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// Why, in the actor's words, where the verb asks for a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The command that made it, so that a repeated command finds its first answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandReceipt>,
    /// The token of the claim under which a node wrote it, where several nodes carry plans out; it grows each time a plan
    /// is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<u64>,
    /// The span of the request that led to it, where traces are gathered; its trace is the correlation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<SpanId>,
}

/// Remembers a command by its idempotency key and by what it asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandReceipt {
    /// The idempotency key the caller gave.
    pub key: String,
    /// SHA-256 of the command, in hex: the same key with another command is a mistake.
    pub digest: String,
}

/// An event to be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Its name in the log; the same id must not be used for another event.
    pub id: EventId,
    /// What happened: 1 to [`NewEvent::MAX_TYPE_BYTES`] bytes, such as `PlanApproved`.
    pub event_type: Cow<'static, str>,
    /// The version of the data's shape, counted from 1.
    pub schema_version: u16,
    /// JSON in UTF-8, at most [`MAX_EVENT_BYTES`](crate::MAX_EVENT_BYTES). The log stores and hashes these bytes as
    /// they are.
    pub data: Bytes,
    /// What is known besides.
    pub metadata: Metadata,
}

impl NewEvent {
    /// The longest event type, in bytes.
    pub const MAX_TYPE_BYTES: usize = 200;
}

/// Several recorded events in log order, shared by everyone who reads them.
pub type EventBatch = Arc<[Arc<RecordedEvent>]>;

/// An event as the log holds it.
pub struct RecordedEvent {
    /// Its place in the whole log.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamName,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its name in the log.
    pub id: EventId,
    /// What happened.
    pub event_type: Cow<'static, str>,
    /// The version of the data's shape.
    pub schema_version: u16,
    /// What it says: JSON, byte for byte as it was appended.
    pub data: Bytes,
    /// What is known besides, parsed.
    pub metadata: Metadata,
    /// What is known besides, byte for byte as it is stored and hashed.
    pub metadata_json: Bytes,
    /// Its link in the stream's hash chain; see [`integrity`](crate::integrity).
    pub hash: Hash32,
    decoded: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl RecordedEvent {
    /// Puts an event together from where it stands and what it holds.
    pub fn new(position: Position, stream: StreamName, revision: Revision, event: PreparedEvent, hash: Hash32) -> Self {
        let PreparedEvent { id, event_type, schema_version, data, metadata, metadata_json } = event;
        let decoded = OnceLock::new();
        Self {
            position,
            stream,
            revision,
            id,
            event_type,
            schema_version,
            data,
            metadata,
            metadata_json,
            hash,
            decoded,
        }
    }

    /// Gives the decoded form, which is made once and shared by everyone who holds this event.
    ///
    /// The slot keeps the first type it is asked for; another type is decoded anew each time.
    pub fn decoded<T: Send + Sync + 'static>(&self, decode: impl FnOnce(&Self) -> T) -> Arc<T> {
        if let Some(shared) = self.decoded.get() {
            return Arc::clone(shared).downcast().unwrap_or_else(|_| Arc::new(decode(self)));
        }
        let fresh = Arc::new(decode(self));
        // Losing a race to another reader of the same event only means that both decoded it.
        let _ = self.decoded.set(Arc::clone(&fresh) as Arc<dyn Any + Send + Sync>);
        fresh
    }

    /// Shows the decoded form where it is: who only looks at it need not be counted among those who hold it. None when
    /// the slot keeps another type.
    pub fn decoded_in_place<T: Send + Sync + 'static>(&self, decode: impl FnOnce(&Self) -> T) -> Option<&T> {
        self.decoded.get_or_init(|| Arc::new(decode(self))).downcast_ref()
    }
}

impl fmt::Debug for RecordedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedEvent")
            .field("position", &self.position)
            .field("stream", &self.stream)
            .field("revision", &self.revision)
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("schema_version", &self.schema_version)
            .field("data", &String::from_utf8_lossy(&self.data))
            .field("metadata", &self.metadata)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}
