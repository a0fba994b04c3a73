//! Makes the plans that are due by schedules.
//!
//! Nothing is kept here but the next moment of each schedule. What is due, and whether it was dealt with already, the
//! schedule itself says: asked too often, it says that there is nothing. So a start asks all of them.

use std::sync::Arc;

use chrono::TimeDelta;
use commands::{CommandError, ScheduleError};
use domain::{actor::ActorKind, ids::ScheduleId};
use eventlog::RecordedEvent;
use tracing::{error, info, warn};

use super::Crew;

/// How long a schedule rests after the log did not take what it did.
const TRY_AGAIN: TimeDelta = TimeDelta::seconds(5);

/// How long it rests when that may not be over in a moment.
const AFTER_A_FAULT: TimeDelta = TimeDelta::minutes(1);

/// Makes what is due, one after the other, until the runner stops.
pub(super) async fn keep(crew: Arc<Crew>) {
    loop {
        let due = tokio::select! {
            () = crew.stopping.cancelled() => return,
            due = crew.schedules.next_due(&*crew.clock) => due,
        };
        for schedule in due {
            if crew.stopping.is_cancelled() {
                return;
            }
            fire(&crew, schedule).await;
        }
    }
}

async fn fire(crew: &Crew, schedule: ScheduleId) {
    let next = match crew.commands.fire_schedule(schedule, crew.clock.now()).await {
        Ok(next) => next,
        Err(error) if is_passing(&error) => {
            warn!(%schedule, %error, "what is due by the schedule waits; trying again");
            Some(crew.clock.now() + TRY_AGAIN)
        }
        Err(error) => {
            error!(%schedule, %error, "what is due by the schedule cannot be made; trying again");
            Some(crew.clock.now() + AFTER_A_FAULT)
        }
    };
    crew.schedules.set_unless_set(schedule, next);
}

fn is_passing(error: &ScheduleError) -> bool {
    fn passes<R: std::error::Error>(error: &CommandError<R>) -> bool {
        match error {
            CommandError::Log(error) => error.is_passing(),
            CommandError::Conflict { .. } | CommandError::StillRunning { .. } => true,
            CommandError::Refused(_)
            | CommandError::KeyReused { .. }
            | CommandError::NothingThere { .. }
            | CommandError::Decode { .. } => false,
        }
    }
    match error {
        ScheduleError::Schedule(error) => passes(error),
        ScheduleError::Run(commands::RunTemplateError::Template(error)) => passes(error),
        ScheduleError::Run(commands::RunTemplateError::Plan(error)) => passes(error),
    }
}

/// Looks after these at once.
pub(super) fn take_up(crew: &Crew, schedules: impl IntoIterator<Item = ScheduleId>) {
    let now = crew.clock.now();
    let mut count = 0;
    for schedule in schedules {
        crew.schedules.set(schedule, Some(now));
        count += 1;
    }
    if count > 0 {
        info!(schedules = count, "taking up the schedules in force");
    }
}

/// The schedule that an event concerns, when somebody did it; what the runner did, it knows.
pub(super) fn told_of(event: &RecordedEvent) -> Option<ScheduleId> {
    let telling = event.stream.category() == "schedule" && event.metadata.actor.kind != ActorKind::System;
    if telling { event.stream.subject().parse().ok() } else { None }
}
