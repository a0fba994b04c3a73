//! The audit trail: one row for every event of the log, whatever its stream, without its data.
//!
//! Nothing is parked here: an event that this build cannot decode has happened as well, and is listed.

mod query;
mod table;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    actor::Actor,
    ids::{EntityId, PlanId, StepId},
    schema::{DecodeError, Event},
};
use eventlog::{EventId, Position, RecordedEvent, Revision, StreamName};
use serde::Serialize;
use uuid::Uuid;

pub use query::{HistoryFilter, Order};
pub(crate) use table::hour_of;

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
    event: Arc<RecordedEvent>,
    /// The number of its stream.
    stream: Position,
}

impl Projection for PlanHistory {
    const NAME: &'static str = "plan_history";
    const VERSION: u32 = 2;
    type Row = Numbered;
    type Entry = Entry;

    fn concerns(_: &str) -> bool {
        true
    }

    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<Entry>, NotApplicable> {
        let stream = *row.number.get_or_insert(event.position);
        Ok(Some(Entry { event: Arc::clone(event), stream }))
    }

    /// The trail has every event, also what nobody can read.
    fn pass_over(_: &mut Self::Row, _: &RecordedEvent) {}

    /// A name and two numbers; several make up a kilobyte, but counting halves is not worth it.
    fn weight(_: &Self::Row) -> usize {
        1
    }
}

impl Entry {
    /// The step it is about and the reason that was given, as far as this build can decode the event.
    fn step_and_reason<'a>(&'a self, decoded: &'a Result<Event, DecodeError>) -> (Option<&'a StepId>, Option<&'a str>) {
        let (step, told) = match decoded {
            Ok(Event::Plan(event)) => (event.step_id(), event.reason()),
            Ok(Event::Entity(event)) => (None, event.reason()),
            Ok(Event::Signing(event)) => (None, event.reason()),
            Ok(Event::Template(event)) => (None, event.reason()),
            Ok(Event::Schedule(event)) => (None, event.reason()),
            Err(_) => (None, None),
        };
        (step, self.event.metadata.reason.as_deref().or(told))
    }
}
