//! Starting a run and carrying it forward.
//!
//! One command, [`advance`], records how attempts ended and starts what is due after them, so that a chain of steps
//! costs one append per step.

use chrono::TimeDelta;
use serde_json::json;

use super::{Deciding, Decision, need};
use crate::{
    action::RetryPolicy,
    actor::ActorKind,
    decider::Context,
    ids::{RunId, StepId},
    plan::{
        AttemptOutcome, ExecutionPaused, ExecutionStarted, Finish, OnFailure, Plan, PlanCompleted, PlanFailed,
        PlanRefusal, PlanStatus, Step, StepAttemptFailed, StepCompleted, StepError, StepFailed, StepOutcome,
        StepOutcomeUnknown, StepProgress, StepStarted, due,
    },
    references,
};

pub(super) fn start(plan: &Plan, run_id: RunId) -> Decision {
    need(plan, &[PlanStatus::Approved], "starting", "approved")?;
    let content_hash = plan.content_hash();
    if plan.approved != Some(content_hash) {
        return Err(PlanRefusal::NotApproved);
    }
    Ok(vec![ExecutionStarted { run_id, content_hash }.into()])
}

pub(super) fn advance(plan: &Plan, outcomes: Vec<StepOutcome>, claim: bool, context: &Context) -> Decision {
    if context.actor.kind != ActorKind::Executor {
        return Err(PlanRefusal::NotTheExecutor);
    }
    let mut deciding = Deciding::new(plan, context);
    for outcome in outcomes {
        record(&mut deciding, outcome, context);
    }
    if claim {
        while go_on(&mut deciding, context) {}
    }
    Ok(deciding.events)
}

/// Records one attempt's end. An attempt that is not the running one has its end already: exactly one is recorded.
fn record(deciding: &mut Deciding, outcome: StepOutcome, context: &Context) {
    let Some(step) = deciding.plan.steps.get(&outcome.step).cloned() else { return };
    let StepProgress::Executing { attempt, .. } = step.progress else { return };
    if attempt != outcome.attempt {
        return;
    }
    let step_id = outcome.step;
    match outcome.outcome {
        AttemptOutcome::Completed { result, effects } => {
            deciding.emit(StepCompleted { step_id, attempt, result, effects });
        }
        AttemptOutcome::Unknown { message } => deciding.emit(StepOutcomeUnknown { step_id, attempt, message }),
        AttemptOutcome::Failed { error, retryable, jitter_per_mille } => {
            let policy = retry_policy(&step, context);
            let tried = attempt.saturating_sub(step.attempts_before_retry);
            let ended = deciding.plan.status == PlanStatus::Cancelled;
            if retryable && tried < policy.max_attempts && !ended {
                let delay = TimeDelta::milliseconds(
                    i64::try_from(policy.delay_ms(tried, jitter_per_mille)).unwrap_or(i64::MAX),
                );
                deciding.emit(StepAttemptFailed { step_id, attempt, error, retry_at: context.now + delay });
            } else {
                fail(deciding, &step, attempt, error);
            }
        }
    }
}

fn retry_policy(step: &Step, context: &Context) -> RetryPolicy {
    let of_action = || context.catalogue.get(&step.spec.action_type).map(|action| action.retry);
    step.spec.retry.or_else(of_action).unwrap_or_else(RetryPolicy::once)
}

fn fail(deciding: &mut Deciding, step: &Step, attempt: u32, error: StepError) {
    let reason = format!("“{}” failed: {}", step.spec.title, error.message);
    deciding.emit(StepFailed { step_id: step.spec.id.clone(), attempt, error });
    let asks = deciding.plan.on_failure(step) == OnFailure::Ask;
    if asks && deciding.plan.status == PlanStatus::Executing {
        deciding.emit(ExecutionPaused { reason });
    }
}

/// Does what is due; says whether anything was.
fn go_on(deciding: &mut Deciding, context: &Context) -> bool {
    let due = due(&deciding.plan, &context.catalogue, context.now);
    for step_id in &due.elapsed {
        let attempt = deciding.plan.steps.get(step_id).map_or(0, |step| step.attempt());
        deciding.emit(StepCompleted { step_id: step_id.clone(), attempt, result: json!({}), effects: Vec::new() });
    }
    for step_id in &due.start {
        claim(deciding, step_id, context);
    }
    match due.finish {
        Some(Finish::Completed) => deciding.emit(PlanCompleted {}),
        Some(Finish::Failed { failed }) => {
            let message = match failed.as_slice() {
                [one] => format!("Step `{one}` failed."),
                many => format!("{} steps failed.", many.len()),
            };
            deciding.emit(PlanFailed { failed, message });
        }
        None => {}
    }
    !(due.elapsed.is_empty() && due.start.is_empty())
}

/// Starts one step with its references resolved; a reference that leads nowhere fails the step.
fn claim(deciding: &mut Deciding, step_id: &StepId, context: &Context) {
    let (Some(step), Some(run)) = (deciding.plan.steps.get(step_id).cloned(), &deciding.plan.run) else { return };
    if deciding.plan.status != PlanStatus::Executing {
        return;
    }
    let run_id = run.id;
    let attempt = step.attempt() + 1;
    let resolved = references::resolve(step.params(), &|id| deciding.plan.steps.get(id).and_then(|step| step.result()));
    match resolved {
        Ok(params) => {
            let key = Plan::step_key(run_id, step_id);
            deciding.emit(StepStarted { step_id: step_id.clone(), attempt, key, params });
        }
        Err(unresolved) => {
            let error =
                StepError { code: "reference.unresolved".into(), message: unresolved.to_string(), at: context.now };
            fail(deciding, &step, attempt, error);
        }
    }
}
