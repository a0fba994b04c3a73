//! Taking back what was done: confirming what was seen, carrying it forward, and what people do when it is stuck.

use chrono::TimeDelta;

use super::{
    Deciding, Decision, need, need_reason,
    running::{failure_in_words, retry_policy},
    steering::{find, wrong_status},
};
use crate::{
    actor::ActorKind,
    decider::Context,
    ids::StepId,
    plan::{
        AttemptOutcome, Due, Plan, PlanFailed, PlanRefusal, PlanRolledBack, PlanStatus, RollBack, RollbackPaused,
        RollbackResumed, RollbackStarted, Step, StepError, StepOutcome, StepProgress, StepRollbackAttemptFailed,
        StepRollbackFailed, StepRollbackResolved, StepRollbackRetried, StepRollbackStarted, StepRolledBack, due::due,
    },
    rollback::{Choice, ChoiceFor, Preview, UndoStep, preview},
};

/// Begins to take back exactly what the person saw. When things have moved since, nothing happens.
pub(super) fn start(plan: &Plan, roll_back: RollBack, context: &Context) -> Decision {
    let RollBack { rollback_id, seen, choices, reason, name, world } = roll_back;
    need_reason(&reason)?;
    let current = preview(plan, &seen.scope, &world, &choices, &context.catalogue)?;
    if current.hash != seen {
        return Err(PlanRefusal::PreviewStale { current: Box::new(current) });
    }
    if !current.blocked_by.is_empty() {
        return Err(PlanRefusal::RollbackBlocked { blocks: current.blocked_by });
    }
    check_choices(&current, &choices)?;
    if name.is_some_and(|name| name.trim() != plan.details.name.trim()) {
        return Err(PlanRefusal::WrongName { name: plan.details.name.clone() });
    }
    let steps = current.undo_steps();
    if steps.is_empty() {
        return Err(PlanRefusal::NothingToRollBack);
    }
    let mut deciding = Deciding::new(plan, context);
    let failed = due(plan, &context.catalogue, context.now).roll_back;
    if !failed.is_empty() {
        let message = failure_in_words(&failed);
        deciding.emit(PlanFailed { failed, message });
    }
    deciding.emit(RollbackStarted {
        rollback_id,
        scope: seen.scope.clone(),
        preview_hash: seen,
        steps,
        choices,
        set_back: current.set_back,
        reason: reason.trim().to_owned(),
    });
    Ok(deciding.events)
}

fn check_choices(preview: &Preview, choices: &[ChoiceFor]) -> Result<(), PlanRefusal> {
    if choices.iter().any(|choice| choice.choice == Choice::Stop) {
        return Err(PlanRefusal::RollbackStopped);
    }
    for ChoiceFor { entity, field, choice } in choices {
        let fits = |change: &&crate::rollback::Change| {
            change.entity == *entity && field.as_ref().is_none_or(|field| change.field == *field)
        };
        let mut rows = preview.steps.iter().flat_map(|step| &step.changes).filter(fits).peekable();
        let offered = |change: &crate::rollback::Change| match choice {
            // a thing or a field may stay even where nothing was changed
            Choice::Keep => true,
            Choice::Restore => change.conflict.is_none() || change.choices.contains(choice),
            Choice::Merge | Choice::Stop => change.choices.contains(choice),
        };
        if rows.peek().is_none() || !rows.any(offered) {
            return Err(PlanRefusal::ChoiceNotOffered { entity: entity.clone(), choice: *choice });
        }
    }
    if preview.undecided.is_empty() {
        Ok(())
    } else {
        Err(PlanRefusal::ChoiceMissing { entities: preview.undecided.clone() })
    }
}

/// The plan fails after all: rolling it back by itself would need a person.
pub(super) fn give_up(plan: &Plan, message: String, context: &Context) -> Decision {
    if context.actor.kind != ActorKind::Executor {
        return Err(PlanRefusal::NotTheExecutor);
    }
    let failed = due(plan, &context.catalogue, context.now).roll_back;
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![PlanFailed { failed, message }.into()])
}

/// Claims what is due in a rollback; says whether there was anything.
pub(super) fn go_on(deciding: &mut Deciding, due: &Due) -> bool {
    let redone = deciding.plan.open_rollback().is_some_and(|open| open.scope.is_redo());
    for step_id in &due.nothing_to_undo {
        deciding.emit(StepRolledBack { step_id: step_id.clone(), attempt: 0, effects: Vec::new(), redone });
    }
    for step_id in &due.undo {
        let Some(key) = deciding.plan.open_rollback().map(|open| open.step_key(step_id)) else { continue };
        let attempt = deciding.plan.steps.get(step_id).map_or(0, |step| undo_attempt(step)) + 1;
        deciding.emit(StepRollbackStarted { step_id: step_id.clone(), attempt, key, redone });
    }
    !(due.nothing_to_undo.is_empty() && due.undo.is_empty())
}

/// The number of the latest attempt to take a step back; 0 before the first.
fn undo_attempt(step: &Step) -> u32 {
    match step.progress {
        StepProgress::Undoing { attempt, .. } | StepProgress::UndoFailed { attempt, .. } => attempt,
        StepProgress::Pending
        | StepProgress::Executing { .. }
        | StepProgress::Retrying { .. }
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Completed { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undone { .. } => 0,
    }
}

pub(super) fn finish(deciding: &mut Deciding, status: PlanStatus) {
    let Some(rollback_id) = deciding.plan.open_rollback().map(|open| open.id) else { return };
    deciding.emit(PlanRolledBack { rollback_id, status });
}

/// Records the end of one attempt to take a step back.
pub(super) fn record(deciding: &mut Deciding, step: &Step, outcome: StepOutcome, context: &Context) {
    let StepProgress::Undoing { attempt, attempts_before_retry, retry_at: None, .. } = step.progress else { return };
    let Some(redone) = deciding.plan.open_rollback().map(|open| open.scope.is_redo()) else { return };
    if attempt != outcome.attempt {
        return;
    }
    let step_id = outcome.step;
    let error = match outcome.outcome {
        AttemptOutcome::Completed { effects, .. } => {
            return deciding.emit(StepRolledBack { step_id, attempt, effects, redone });
        }
        AttemptOutcome::Failed { error, retryable, jitter_per_mille } => {
            let policy = retry_policy(step, context);
            let tried = attempt.saturating_sub(attempts_before_retry);
            if retryable && tried < policy.max_attempts {
                let delay = i64::try_from(policy.delay_ms(tried, jitter_per_mille)).unwrap_or(i64::MAX);
                let retry_at = context.now + TimeDelta::milliseconds(delay);
                return deciding.emit(StepRollbackAttemptFailed { step_id, attempt, error, retry_at });
            }
            error
        }
        AttemptOutcome::Unknown { message } => {
            StepError { code: "rollback.outcome-unknown".into(), message, at: context.now }
        }
    };
    deciding.emit(StepRollbackFailed { step_id, attempt, error });
}

pub(super) fn retry(plan: &Plan, step_id: &StepId, context: &Context) -> Decision {
    need(plan, &[PlanStatus::RollbackStuck], "trying to take a step back again", "stuck in its rollback")?;
    let step = find(plan, step_id)?;
    let StepProgress::UndoFailed { .. } = step.progress else {
        return Err(wrong_status(plan, step, "trying to take it back again", "one that could not be taken back"));
    };
    let mut deciding = Deciding::new(plan, context);
    deciding.emit(StepRollbackRetried { step_id: step_id.clone() });
    resume_when_nothing_is_stuck(&mut deciding);
    Ok(deciding.events)
}

/// A person settled the step by hand, or did what they were asked to do.
pub(super) fn resolve(plan: &Plan, step_id: &StepId, reason: &str, context: &Context) -> Decision {
    let open = [PlanStatus::RollbackStuck, PlanStatus::RollingBack];
    need(plan, &open, "settling a step by hand", "being rolled back")?;
    need_reason(reason)?;
    let step = find(plan, step_id)?;
    let Some(rollback) = plan.open_rollback() else { return Err(PlanRefusal::NothingToRollBack) };
    let asked = rollback.step(step_id).is_some_and(UndoStep::asks_a_person);
    let waits = match step.progress {
        StepProgress::UndoFailed { .. } => true,
        StepProgress::Undoing { .. } => asked,
        StepProgress::Pending
        | StepProgress::Executing { .. }
        | StepProgress::Retrying { .. }
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Completed { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undone { .. } => false,
    };
    if !waits {
        return Err(wrong_status(plan, step, "settling it by hand", "waiting for a person"));
    }
    let redone = rollback.scope.is_redo();
    let mut deciding = Deciding::new(plan, context);
    deciding.emit(StepRollbackResolved { step_id: step_id.clone(), redone, reason: reason.trim().to_owned() });
    resume_when_nothing_is_stuck(&mut deciding);
    Ok(deciding.events)
}

fn resume_when_nothing_is_stuck(deciding: &mut Deciding) {
    let stuck = |step: &Step| matches!(step.progress, StepProgress::UndoFailed { .. });
    let is_stuck = deciding.plan.steps.values().any(|step| stuck(step));
    if deciding.plan.status == PlanStatus::RollbackStuck && !is_stuck {
        deciding.emit(RollbackResumed {});
    }
}

pub(super) fn pause(plan: &Plan, reason: String) -> Decision {
    if plan.open_rollback().is_some_and(|open| open.paused.is_some()) {
        let (status, needed) = (PlanStatus::Paused, "on its way back");
        return Err(PlanRefusal::WrongStatus { status, verb: "pausing the rollback", needed });
    }
    Ok(vec![RollbackPaused { reason }.into()])
}

pub(super) fn resume(plan: &Plan) -> Decision {
    if plan.open_rollback().is_some_and(|open| open.paused.is_none()) {
        return Err(PlanRefusal::WrongStatus { status: plan.status, verb: "resuming", needed: "paused" });
    }
    Ok(vec![RollbackResumed {}.into()])
}
