//! Taking steps back: the attempts a rollback wants, and the rollback that a plan's policy wants by itself.

use std::sync::Arc;

use commands::{CommandError, Committed, Confirmed};
use domain::{
    actor::Actor,
    ids::StepId,
    plan::{Plan, PlanCommand, PlanRefusal, StepProgress},
    rollback::{Preview, Scope, UndoStep},
};
use eventlog::EventId;
use tracing::info;

use super::{
    attempt::{Attempt, Begin},
    driver::{Driver, Failure},
};
use crate::{actions::TakeBack, registry::Call};

impl Driver {
    /// The attempts to take steps back that the plan says are under way and that nobody carries out.
    pub(super) fn lost_undos(&self, plan: &Plan) -> Vec<(StepId, u32)> {
        let Some(open) = plan.open_rollback() else { return Vec::new() };
        let asks = |id: &StepId| open.step(id).is_some_and(UndoStep::asks_a_person);
        let lost = plan.steps.iter().filter_map(|(id, step)| match step.progress {
            StepProgress::Undoing { attempt, retry_at: None, .. } if !asks(id) && !self.is_known(id) => {
                Some((id.clone(), attempt))
            }
            _ => None,
        });
        lost.collect()
    }

    /// Carries an attempt to take a step back out in the background; what asks a person needs nobody.
    pub(super) fn begin_undo(&mut self, plan: &Plan, id: &StepId, attempt: u32, started_by: EventId, begin: Begin) {
        let (Some(step), Some(run), Some(origin)) = (plan.steps.get(id), &plan.run, &self.origin) else { return };
        let Some(open) = plan.open_rollback() else { return };
        let Some(undo) = open.step(id).filter(|undo| !undo.asks_a_person()) else { return };
        let now = self.now();
        let retried = matches!(step.progress, StepProgress::Undoing { attempts_before_retry: 1.., .. });
        let crew = &self.crew;
        let call = Call {
            plan: self.id,
            step: id.clone(),
            run: run.id,
            // a person who has it tried again has seen what was changed until now
            run_started_at: if retried { now } else { open.started_at },
            attempt,
            key: open.step_key(id),
            params: serde_json::Value::Null,
            actor: Actor::executor(),
            causation_id: Some(started_by.uuid()),
            correlation_id: origin.correlation_id,
            now,
        };
        let work = Attempt {
            call,
            begin,
            action_type: crew.registry.catalogue().get(&step.spec.action_type).cloned(),
            action: Some(Arc::new(TakeBack::new(&crew.commands, &crew.registry, undo.undo.clone()))),
            timeout_seconds: step.spec.timeout_seconds,
            clock: Arc::clone(&crew.clock),
            slots: Arc::clone(&crew.action_slots),
        };
        self.spawn(work, started_by);
    }

    /// Rolls the whole plan back because steps failed, as its policy says. When that needs a person, the plan fails.
    pub(super) async fn roll_back(&mut self, failed: &[StepId]) -> Result<(), Failure> {
        let Some(origin) = &self.origin else { return Ok(()) };
        let envelope = origin.envelope(self.heard.unwrap_or(origin.started_by));
        let names: Vec<String> = failed.iter().map(|step| format!("`{step}`")).collect();
        let why = format!("{} failed, and the plan rolls back on a failure", names.join(", "));
        let in_the_way = match self.crew.commands.preview_rollback(self.id, &Scope::Plan, &[]).await {
            Ok((seen, _)) => {
                let Some(in_the_way) = needs_a_person(&seen) else {
                    let confirmed = Confirmed { seen: seen.hash, choices: Vec::new(), reason: why, name: None };
                    let begun = self.crew.commands.roll_back(self.id, confirmed, envelope).await;
                    return self.take_committed(begun.map(|(_, committed)| committed));
                };
                in_the_way
            }
            Err(CommandError::Refused(refusal)) => refusal.to_string(),
            Err(error) => return Err(error),
        };
        info!(%in_the_way, "the plan is not rolled back by itself");
        let message = format!("{} failed. It was not rolled back by itself: {in_the_way}.", names.join(", "));
        let given_up = self.crew.commands.plans.execute(&self.id, PlanCommand::GiveUpRollback { message }, envelope);
        let given_up = given_up.await;
        self.take_committed(given_up)
    }

    fn take_committed(
        &mut self,
        committed: Result<Committed<domain::plan::PlanDecider>, Failure>,
    ) -> Result<(), Failure> {
        match committed {
            Ok(Committed { events, .. }) => {
                self.heard = events.last().map(|(id, _)| *id);
                self.again = true;
                Ok(())
            }
            // the world moved between the look and the confirmation: look again
            Err(CommandError::Refused(PlanRefusal::PreviewStale { .. } | PlanRefusal::RollbackBlocked { .. })) => {
                self.again = true;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

/// Why a person has to look before the plan is rolled back.
fn needs_a_person(seen: &Preview) -> Option<String> {
    if let [first, ..] = seen.blocked_by.as_slice() {
        return Some(first.text.clone());
    }
    match seen.undecided.len() {
        0 => None,
        1 => Some("somebody changed a thing later, and a person has to choose what becomes of that".to_owned()),
        many => Some(format!("somebody changed {many} things later, and a person has to choose what becomes of them")),
    }
}
