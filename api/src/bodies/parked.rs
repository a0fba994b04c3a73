//! Events that could not be applied to read models, and what people decided about them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    common::{Actor, page},
    ops::OpsDecision,
};

/// An event that could not be applied to a read model; the later ones of its stream wait behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParkedEvent {
    /// Names it among what is parked: the read model and the position, `plan_list-41`. The position alone stands for all
    /// read models that parked the event.
    pub id: String,
    /// The read model.
    pub projection: String,
    /// Its place in the log.
    pub position: u64,
    /// Its stream.
    pub stream: String,
    /// Its place in the stream.
    pub revision: u64,
    /// Why it could not be applied.
    pub error: String,
    /// The same in one word: `unknown_type`, `newer_version`, `broken_json`, `missing_field`, `malformed`,
    /// `unknown_category`, `behind_parked` or `not_applicable`. More words may come.
    pub kind: String,
    /// The parked event of the same stream that it waits behind, by its position; none when it is the first.
    pub behind: Option<u64>,
    /// What happened, by the name of its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The version of the shape of its data.
    pub schema_version: u16,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// The request it belongs to.
    pub correlation_id: String,
    /// Its data as it is stored, at most 4,000 characters; what is about people stays sealed.
    pub payload: String,
    /// Whether more of the data is in the log: see `/ops/log/{position}`.
    pub payload_cut: bool,
}

page! {
    /// Parked events.
    ParkedPage of ParkedEvent
}

/// An event that a read model passes over, because somebody wanted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SkippedEvent {
    /// The read model.
    pub projection: String,
    /// Its place in the log.
    pub position: u64,
    /// Its stream.
    pub stream: String,
    /// Its place in the stream.
    pub revision: u64,
    /// Why it had been parked.
    pub error: String,
    /// Who wanted it, when, and why.
    pub decision: OpsDecision,
}

page! {
    /// Events that are passed over.
    SkippedPage of SkippedEvent
}

/// Passes over a parked event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct SkipParked {
    /// Why, in 1 to 2,000 characters; it is kept with the decision.
    pub note: String,
}

/// What came of a retry or a skip in one read model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Retried {
    /// The read model.
    pub projection: String,
    /// How many events it had parked before.
    pub before: u64,
    /// How many it has parked now.
    pub parked: u64,
    /// It is still to come: another server writes the read model and does it within a second or so, or the read model is
    /// paused and does it when it is resumed.
    pub elsewhere: bool,
}

/// What came of a retry or a skip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RetryOutcome {
    /// One for each read model that had the event parked.
    pub items: Vec<Retried>,
}
