//! The audit trail: one row for every event of the log, whatever its stream, without its data.
//!
//! Nothing is parked here: an event that this build cannot decode has happened as well, and is listed.

mod query;
mod table;

use chrono::{DateTime, Utc};
use domain::{
    actor::Actor,
    ids::{EntityId, PlanId, StepId},
    schema::Event,
};
use eventlog::{EventId, Position, RecordedEvent, Revision, StreamName, codec};
use serde::Serialize;
use uuid::Uuid;

pub use query::{HistoryFilter, Order};

use crate::{NotApplicable, Projection};

/// The projection behind the audit trail.
pub(crate) struct PlanHistory;

/// One event, without its data; that is in the log, see [`Models::recorded`](crate::Models::recorded).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryEntry {
    /// Its place in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its name.
    pub event_id: EventId,
    /// What happened.
    pub event_type: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// The plan it happened to.
    pub plan_id: Option<PlanId>,
    /// The step it is about.
    pub step_id: Option<StepId>,
    /// The thing in the workspace that it happened to.
    pub entity_id: Option<EntityId>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// The request it belongs to.
    pub correlation_id: Uuid,
    /// The message that made it.
    pub causation_id: Option<Uuid>,
}

/// A stream's name has a short number, the position of its first event.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbered {
    number: Option<Position>,
    written: bool,
}

/// A row to be added.
pub(crate) struct Entry {
    position: Position,
    stream: Position,
    revision: Revision,
    event_id: EventId,
    event_type: std::borrow::Cow<'static, str>,
    at: DateTime<Utc>,
    actor: Actor,
    step: Option<StepId>,
    reason: Option<String>,
    correlation_id: Uuid,
    causation_id: Option<Uuid>,
}

impl Projection for PlanHistory {
    const NAME: &'static str = "plan_history";
    const VERSION: u32 = 1;
    type Row = Numbered;
    type Entry = Entry;

    fn concerns(_: &str) -> bool {
        true
    }

    fn apply(row: &mut Self::Row, event: &RecordedEvent) -> Result<Option<Entry>, NotApplicable> {
        let stream = *row.number.get_or_insert(event.position);
        let decoded = codec::event(event);
        let (step, told) = match &*decoded {
            Ok(Event::Plan(plan_event)) => (plan_event.step_id(), plan_event.reason()),
            Ok(Event::Entity(_)) | Err(_) => (None, None),
        };
        let metadata = &event.metadata;
        Ok(Some(Entry {
            position: event.position,
            stream,
            revision: event.revision,
            event_id: event.id,
            event_type: event.event_type.clone(),
            at: metadata.at,
            actor: metadata.actor.clone(),
            step: step.cloned(),
            reason: metadata.reason.clone().or_else(|| told.map(str::to_owned)),
            correlation_id: metadata.correlation_id,
            causation_id: metadata.causation_id,
        }))
    }

    /// A name and two numbers; several make up a kilobyte, but counting halves is not worth it.
    fn weight(_: &Self::Row) -> usize {
        1
    }
}
