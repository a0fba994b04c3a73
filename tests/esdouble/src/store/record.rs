//! What the log is made of.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use uuid::Uuid;

/// An event as it stands in the log, and as it is written into the file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Record {
    /// Where it stands in the whole log.
    #[prost(uint64, tag = "1")]
    pub position: u64,
    /// The stream.
    #[prost(bytes = "bytes", tag = "2")]
    pub stream: Bytes,
    /// Where it stands in its stream.
    #[prost(uint64, tag = "3")]
    pub revision: u64,
    #[prost(bytes = "bytes", tag = "4")]
    id: Bytes,
    /// What happened.
    #[prost(string, tag = "5")]
    pub event_type: String,
    /// `application/json` or `application/octet-stream`.
    #[prost(string, tag = "6")]
    pub content_type: String,
    /// What it says.
    #[prost(bytes = "bytes", tag = "7")]
    pub data: Bytes,
    /// What the writer says besides.
    #[prost(bytes = "bytes", tag = "8")]
    pub custom: Bytes,
    /// When it was written, in units of 100 nanoseconds since 1970.
    #[prost(int64, tag = "9")]
    pub created: i64,
}

/// The records of one append: they are in the file together or not at all.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Written {
    #[prost(message, repeated, tag = "1")]
    pub(super) records: Vec<Record>,
}

/// An event that somebody wants to append.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// Its id.
    pub id: Uuid,
    /// What happened.
    pub event_type: String,
    /// `application/json` or `application/octet-stream`.
    pub content_type: String,
    /// What it says.
    pub data: Bytes,
    /// What the writer says besides.
    pub custom: Bytes,
}

impl Proposed {
    /// An event with JSON in it.
    pub fn json(event_type: &str, data: impl Into<Bytes>) -> Self {
        Self {
            id: Uuid::now_v7(),
            event_type: event_type.to_owned(),
            content_type: "application/json".into(),
            data: data.into(),
            custom: Bytes::new(),
        }
    }

    /// How much it counts towards the limit of an append.
    pub(crate) fn size(&self) -> usize {
        self.data.len() + self.custom.len() + 2 * self.event_type.len()
    }
}

impl Record {
    pub(super) fn new(position: u64, stream: Bytes, revision: u64, created: i64, proposed: Proposed) -> Self {
        let Proposed { id, event_type, content_type, data, custom } = proposed;
        let id = Bytes::copy_from_slice(id.as_bytes());
        Self { position, stream, revision, id, event_type, content_type, data, custom, created }
    }

    /// Its id.
    pub fn uuid(&self) -> Uuid {
        Uuid::from_slice(&self.id).unwrap_or_default()
    }

    /// The stream's name, as far as it is text.
    pub fn stream_name(&self) -> String {
        String::from_utf8_lossy(&self.stream).into_owned()
    }

    /// Whether it is the server's own business.
    pub fn is_system(&self) -> bool {
        self.event_type.starts_with('$') || self.stream.starts_with(b"$")
    }

    /// Where a link leads: a revision and a stream.
    pub(crate) fn target(&self) -> Option<(u64, Bytes)> {
        let text = std::str::from_utf8(&self.data).ok().filter(|_| self.event_type == "$>")?;
        let (revision, stream) = text.split_once('@')?;
        Some((revision.parse().ok()?, Bytes::copy_from_slice(stream.as_bytes())))
    }
}

/// Now, in units of 100 nanoseconds since 1970.
pub(super) fn ticks() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_nanos() / 100).unwrap_or(i64::MAX)
}
