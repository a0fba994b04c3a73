//! Follows the log, and rings for plans and schedules to which somebody did something.

use std::{collections::HashSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use domain::{
    actor::ActorKind,
    ids::{PlanId, ScheduleId},
};
use eventlog::{Filter, Position, ReadError, RecordedEvent, SubscriptionItem};
use tracing::{error, info, warn};

use super::{Crew, drivers::Ring, schedules};

/// Tells which plans were in flight when the process last ended.
///
/// Implemented over a read model, so that a start need not read the whole log.
#[async_trait]
pub trait InFlight: Send + Sync + 'static {
    /// Lists the plans in which something may be due or may have been left half-done: those that are executing,
    /// paused or being rolled back, and any with a step that is executing (a cancelled plan may have one). Naming a plan too many is
    /// harmless; one that is left out stands still until somebody does something to it. Also lists the schedules by which
    /// something will be due.
    async fn plans_in_flight(&self) -> Result<PlansInFlight, InFlightError>;
}

/// The plans in flight at one position of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlansInFlight {
    /// The plans, each once.
    pub plans: Vec<PlanId>,
    /// The schedules that are in force.
    pub schedules: Vec<ScheduleId>,
    /// How far the log had been read for this answer (`None`: not at all); the runner follows it from there.
    pub position: Option<Position>,
}

/// The plans in flight cannot be told at the moment.
#[derive(Debug, thiserror::Error)]
#[error("the plans in flight cannot be told: {0}")]
pub struct InFlightError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The events after which something may be due.
const TELLING: [&str; 14] = [
    "ExecutionStarted",
    "ExecutionResumed",
    "ExecutionPaused",
    "ExecutionCancelled",
    "RollbackResumed",
    "RollbackStarted",
    "RollbackStopped",
    "StepApproved",
    "StepCompleted",
    "StepOutcomeResolved",
    "StepRetried",
    "StepRollbackResolved",
    "StepRollbackRetried",
    "StepSkipped",
];

/// Rings for the plans in flight, then for every plan to which somebody did something, until the runner stops.
pub(super) async fn watch(crew: Arc<Crew>, in_flight: Arc<dyn InFlight>) {
    tokio::select! {
        () = crew.stopping.cancelled() => {}
        () = take_up_and_follow(&crew, &*in_flight) => {}
    }
}

async fn take_up_and_follow(crew: &Arc<Crew>, in_flight: &dyn InFlight) {
    let mut delays = delays();
    let PlansInFlight { plans, schedules, mut position } = loop {
        match in_flight.plans_in_flight().await {
            Ok(plans) => break plans,
            Err(error) => warn!(%error, "trying again"),
        }
        crew.clock.sleep(delays.next().unwrap_or(LONGEST_DELAY)).await;
    };
    if !plans.is_empty() {
        info!(plans = plans.len(), "taking up the plans in flight");
    }
    for plan in plans.into_iter().collect::<HashSet<_>>() {
        crew.ring(plan, Ring::default());
    }
    schedules::take_up(crew, schedules);
    let mut delays = self::delays();
    loop {
        let before = position;
        match follow(crew, &mut position).await {
            Ok(()) => warn!("the log ended the subscription; subscribing again"),
            Err(ReadError::PositionAhead { asked, head }) => {
                error!(%asked, ?head, "the list of plans in flight belongs to another log; following this one from its end");
                position = head;
            }
            Err(error) => warn!(%error, "the log cannot be followed; trying again"),
        }
        if position != before {
            delays = self::delays();
        }
        crew.clock.sleep(delays.next().unwrap_or(LONGEST_DELAY)).await;
    }
}

/// Follows the log from behind `position`, which moves along, until the subscription ends.
async fn follow(crew: &Arc<Crew>, position: &mut Option<Position>) -> Result<(), ReadError> {
    let mut subscription = crew.commands.log.subscribe_all(*position, Filter::categories(["plan", "schedule"])).await?;
    while let Some(item) = subscription.next().await {
        match item? {
            SubscriptionItem::Events(events) => {
                for event in events.iter() {
                    *position = Some(event.position);
                    if let Some(plan) = told_of(event) {
                        crew.ring(plan, Ring { event: Some(Arc::clone(event)) });
                        crew.note_heard(event.position);
                    }
                    if let Some(schedule) = schedules::told_of(event) {
                        crew.schedules.set(schedule, Some(crew.clock.now()));
                    }
                }
            }
            SubscriptionItem::Checkpoint(reached) => *position = Some(reached),
            SubscriptionItem::CaughtUp(reached) => *position = reached.or(*position),
        }
    }
    Ok(())
}

/// The plan that an event concerns, when something may be due after it. What the executor did, its driver knows.
fn told_of(event: &RecordedEvent) -> Option<PlanId> {
    let telling = event.metadata.actor.kind != ActorKind::Executor && TELLING.contains(&&*event.event_type);
    if telling { event.stream.subject().parse().ok() } else { None }
}

const LONGEST_DELAY: Duration = Duration::from_secs(10);

/// How long to wait between tries, for ever.
pub(super) fn delays() -> impl Iterator<Item = Duration> + Send {
    let delays = ExponentialBuilder::default().with_min_delay(Duration::from_millis(50)).with_max_delay(LONGEST_DELAY);
    delays.with_jitter().without_max_times().build()
}

#[cfg(test)]
mod tests {
    use domain::plan::PlanEvent;

    use super::*;

    #[test]
    fn what_is_listened_for_can_happen() {
        for event_type in TELLING {
            assert!(PlanEvent::TYPES.contains(&event_type), "{event_type}");
        }
    }

    #[test]
    fn trying_again_never_ends() {
        assert_eq!(delays().take(100).count(), 100);
    }
}
