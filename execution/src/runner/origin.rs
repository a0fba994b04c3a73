//! Where a run comes from: the tenant, the request it belongs to, and the events that began its attempts.

use std::collections::HashMap;

use commands::{Aggregate, Envelope, TraceContext};
use domain::{
    actor::Actor,
    ids::{PlanId, RollbackId, RunId, StepId},
    plan::{Plan, PlanDecider, PlanEvent},
};
use eventlog::{Direction, EventId, EventLog, ReadError, RecordedEvent, SpanId, StreamFrom, codec};
use tracing::{Span, info_span};
use uuid::Uuid;

/// How many events are read at a time.
const PAGE: usize = 200;

/// Where a run comes from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) tenant: String,
    /// The request that the run belongs to.
    pub(super) correlation_id: Uuid,
    /// The event that started the run.
    pub(super) started_by: EventId,
    /// The span of that request.
    span: SpanId,
}

impl Origin {
    /// Reads it from the event that started the run.
    pub(super) fn of(started: &RecordedEvent) -> Self {
        let metadata = &started.metadata;
        Self {
            tenant: metadata.tenant.clone(),
            correlation_id: metadata.correlation_id,
            started_by: started.id,
            // Where nobody gathered the request's span, one that nobody has seen stands for it: all that is done about
            // the run, by whichever node, is then still found side by side.
            span: metadata.span.unwrap_or_else(|| SpanId::standing_for(started.id.uuid())),
        }
    }

    /// Opens a span for what is done about the plan, below the request's.
    pub(super) fn open(&self, plan: PlanId) -> Span {
        let span = info_span!(parent: None, "plan", %plan, correlation_id = %self.correlation_id);
        TraceContext { trace: self.correlation_id, span: self.span, sampled: true }.adopt(&span);
        span
    }

    /// An envelope of the executor for what `cause` led to.
    pub(super) fn envelope(&self, cause: EventId) -> Envelope {
        let envelope = Envelope::new(Actor::executor()).caused_by(self.correlation_id, cause.uuid());
        Envelope { tenant: self.tenant.clone(), ..envelope }
    }
}

/// What a new driver must know about a run that it did not see.
pub(super) struct Past {
    /// `None` when the log has no start of this run.
    pub(super) origin: Option<Origin>,
    /// The events that began the attempts of the run.
    pub(super) attempts: HashMap<(StepId, u32), EventId>,
    /// The events that began the attempts to take steps back.
    pub(super) undos: HashMap<(StepId, u32), EventId>,
}

const BEGINNINGS: [&str; 4] = ["ExecutionStarted", "RollbackStarted", "StepRollbackStarted", "StepStarted"];

/// Reads the plan's stream backwards as far as the start of the run. An open rollback is where everything comes from
/// that is done now.
pub(super) async fn look_up(log: &dyn EventLog, id: PlanId, plan: &Plan, run: RunId) -> Result<Past, ReadError> {
    let stream = PlanDecider::stream(&id);
    let open: Option<RollbackId> = plan.open_rollback().map(|open| open.id);
    let mut past = Past { origin: None, attempts: HashMap::new(), undos: HashMap::new() };
    let mut from = StreamFrom::End;
    loop {
        let page = log.read_stream(&stream, from, Direction::Backward, PAGE).await?;
        for event in page.iter().filter(|event| BEGINNINGS.contains(&&*event.event_type)) {
            match codec::event(event).as_ref() {
                Ok(domain::schema::Event::Plan(PlanEvent::ExecutionStarted(started))) if started.run_id == run => {
                    past.origin.get_or_insert_with(|| Origin::of(event));
                    return Ok(past);
                }
                Ok(domain::schema::Event::Plan(PlanEvent::RollbackStarted(started)))
                    if Some(started.rollback_id) == open =>
                {
                    past.origin = Some(Origin::of(event));
                }
                Ok(domain::schema::Event::Plan(PlanEvent::StepRollbackStarted(started))) => {
                    // the latest rollback comes first; attempts of earlier ones are over
                    past.undos.entry((started.step_id.clone(), started.attempt)).or_insert(event.id);
                }
                Ok(domain::schema::Event::Plan(PlanEvent::StepStarted(started))) => {
                    past.attempts.insert((started.step_id.clone(), started.attempt), event.id);
                }
                Ok(_) | Err(_) => {}
            }
        }
        match page.last().and_then(|oldest| oldest.revision.get().checked_sub(1)) {
            Some(before) => from = StreamFrom::At(eventlog::Revision::new(before)),
            None => return Ok(past),
        }
    }
}
