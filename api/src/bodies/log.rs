//! Events as they are stored, for the people who run the server.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    common::{AnyFields, page},
    event::RecordedEvent,
};

/// An event as it is stored; what is about people is sealed in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogEvent {
    /// The event.
    #[serde(flatten)]
    pub event: RecordedEvent,
    /// What is known besides, as it is stored.
    #[schema(value_type = AnyFields)]
    pub metadata: Box<RawValue>,
    /// How long its data is, in bytes.
    pub bytes: u64,
    /// The hash of the event before it in its stream; zeros for the first.
    pub previous_hash: Option<String>,
    /// Whether its hash is what follows from the one before and from what is stored.
    pub chained: bool,
}

page! {
    /// Events as they are stored.
    LogPage of LogEvent
}
