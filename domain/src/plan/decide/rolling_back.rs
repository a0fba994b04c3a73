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
        RollbackResumed, RollbackStarted, RollbackStopped, Step, StepError, StepOutcome, StepProgress,
        StepRollbackAttemptFailed, StepRollbackFailed, StepRollbackResolved, StepRollbackRetried, StepRollbackStarted,
        StepRolledBack, due::due,
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
    check_name(plan, &current, name.as_deref(), context)?;
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

/// A person confirms by the plan's name when something is lost. A plan that rolls back by itself was approved to do so.
fn check_name(plan: &Plan, preview: &Preview, typed: Option<&str>, context: &Context) -> Result<(), PlanRefusal> {
    let name = plan.details.name.clone();
    match typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        Some(typed) if typed == name.trim() => Ok(()),
        Some(_) => Err(PlanRefusal::WrongName { name }),
        None if preview.lost.is_empty() || context.actor.kind == ActorKind::Executor => Ok(()),
        None => Err(PlanRefusal::NameMissing { name, lost: preview.lost.clone() }),
    }
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
    need_reason(&reason)?;
    Ok(vec![RollbackPaused { reason }.into()])
}

/// Leaves the rollback half-way. What is taken back stays so; the rest stays done and can be rolled back another time.
pub(super) fn stop(plan: &Plan, reason: &str) -> Decision {
    let open = [PlanStatus::RollbackStuck, PlanStatus::RollingBack];
    need(plan, &open, "stopping the rollback", "stuck in its rollback, or paused in it")?;
    need_reason(reason)?;
    let Some(rollback) = plan.open_rollback() else { return Err(PlanRefusal::NothingToRollBack) };
    if plan.status == PlanStatus::RollingBack && rollback.paused.is_none() {
        let (verb, needed) = ("stopping the rollback", "paused first");
        return Err(PlanRefusal::WrongStatus { status: plan.status, verb, needed });
    }
    if rollback.scope.is_redo() {
        // half of what comes back cannot be told from half of what is gone
        let (verb, needed) = ("stopping it", "taking something back, not bringing it back");
        return Err(PlanRefusal::WrongStatus { status: plan.status, verb, needed });
    }
    let under_way = |step: &&Step| {
        let acts = matches!(step.progress, StepProgress::Undoing { retry_at: None, .. });
        acts && !rollback.step(&step.spec.id).is_some_and(UndoStep::asks_a_person)
    };
    if let Some(step) = plan.steps.values().map(AsRef::as_ref).find(under_way) {
        return Err(wrong_status(plan, step, "stopping the rollback", "at its end"));
    }
    let status = match rollback.was {
        // nothing starts again by itself
        PlanStatus::Executing => PlanStatus::Paused,
        was => was,
    };
    let kept = plan.steps.values().filter(|step| is_being_undone(step)).map(|step| step.spec.id.clone()).collect();
    let reason = reason.trim().to_owned();
    Ok(vec![RollbackStopped { rollback_id: rollback.id, status, kept, reason }.into()])
}

fn is_being_undone(step: &Step) -> bool {
    match step.progress {
        StepProgress::Undoing { .. } | StepProgress::UndoFailed { .. } => true,
        StepProgress::Pending
        | StepProgress::Executing { .. }
        | StepProgress::Retrying { .. }
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Completed { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undone { .. } => false,
    }
}

pub(super) fn resume(plan: &Plan) -> Decision {
    if plan.open_rollback().is_some_and(|open| open.paused.is_none()) {
        return Err(PlanRefusal::WrongStatus { status: plan.status, verb: "resuming", needed: "paused" });
    }
    Ok(vec![RollbackResumed {}.into()])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        action::{Catalogue, Effect},
        ids::RollbackId,
        plan::{
            ExecutionPaused, PlanCommand, PlanEvent, Policy, StepCompleted,
            decide::{
                PlanDecider,
                examples::{after, error, id, input, started_with, state_of, step_started},
            },
        },
        rollback::{Scope, World},
        testing::Outcome,
    };

    const NAME: &str = "Launch";

    /// A step that sent a request, which another request makes up for when `compensate` says so.
    fn sent(step: &str, compensate: bool) -> PlanEvent {
        let url = "http://api.test/things";
        let effect = Effect::OutsideCall {
            method: "POST".into(),
            url: url.into(),
            status: 201,
            compensate: compensate.then(|| json!({"method": "DELETE", "url": url})),
        };
        StepCompleted { step_id: id(step), attempt: 1, result: json!({}), effects: vec![effect] }.into()
    }

    fn posted(steps: [(&str, bool); 2]) -> Vec<PlanEvent> {
        let request = |(name, _): (&str, bool)| {
            let mut step = input(name, &[]);
            step.action_type = "http.request".into();
            let params = json!({"method": "POST", "url": "http://api.test/things"});
            step.params = params.as_object().unwrap().clone();
            step
        };
        let mut events = started_with(Policy::default(), steps.map(request).to_vec());
        for (step, compensate) in steps {
            events.extend([step_started(step, 1), sent(step, compensate)]);
        }
        events.push(crate::plan::PlanCompleted {}.into());
        events
    }

    fn confirm(events: &[PlanEvent], name: Option<&str>) -> PlanCommand {
        let seen = preview(&state_of(events), &Scope::Plan, &World::default(), &[], Catalogue::builtin()).unwrap();
        PlanCommand::RollBack(Box::new(RollBack {
            rollback_id: RollbackId::new(uuid::Uuid::from_u128(9)),
            seen: seen.hash,
            choices: Vec::new(),
            reason: "it was wrong".into(),
            name: name.map(Into::into),
            world: World::default(),
        }))
    }

    fn stuck() -> Vec<PlanEvent> {
        let mut events = posted([("a", true), ("b", true)]);
        events.extend(after(events.clone(), []).when(confirm(&events, None)).events().to_vec());
        let undo = |step: &str| {
            let key = format!("{}/{step}", RollbackId::new(uuid::Uuid::from_u128(9)));
            StepRollbackStarted { step_id: id(step), attempt: 1, key, redone: false }.into()
        };
        events.extend([
            undo("b"),
            undo("a"),
            StepRolledBack { step_id: id("b"), attempt: 1, effects: Vec::new(), redone: false }.into(),
            StepRollbackFailed { step_id: id("a"), attempt: 1, error: error() }.into(),
        ]);
        events
    }

    fn stop(events: Vec<PlanEvent>) -> Outcome<PlanDecider> {
        after(events, []).when(PlanCommand::StopRollback { reason: "good enough".into() })
    }

    #[test]
    fn what_is_lost_is_confirmed_by_the_plans_name() {
        let events = posted([("a", true), ("b", false)]);
        let told = |name| after(events.clone(), []).when(confirm(&events, name));
        let missing = told(None);
        let PlanRefusal::NameMissing { name, lost } = missing.refusal() else { panic!("{}", missing.refusal()) };
        assert_eq!((name.as_str(), lost.len()), (NAME, 1));
        told(Some("Lunch")).refused(&PlanRefusal::WrongName { name: NAME.into() });
        assert_eq!(told(Some(NAME)).state().status, PlanStatus::RollingBack);
    }

    #[test]
    fn where_nothing_is_lost_no_name_is_asked_for() {
        let events = posted([("a", true), ("b", true)]);
        let begun = after(events.clone(), []).when(confirm(&events, None));
        assert_eq!(begun.state().status, PlanStatus::RollingBack);
    }

    #[test]
    fn a_stuck_rollback_is_left_half_way_and_taken_up_again() {
        let stopped = stop(stuck());
        let rollback_id = RollbackId::new(uuid::Uuid::from_u128(9));
        let (status, kept, reason) = (PlanStatus::Completed, vec![id("a")], "good enough".into());
        stopped.then([RollbackStopped { rollback_id, status, kept, reason }.into()]);
        let progress = |step: &str| stopped.state().steps[&id(step)].status().name();
        assert_eq!((progress("a"), progress("b")), ("completed", "undone"));
        let mut events = stuck();
        events.extend(stopped.events().to_vec());
        let again = after(events.clone(), []).when(confirm(&events, None));
        let PlanEvent::RollbackStarted(started) = &again.events()[0] else { panic!("{:?}", again.events()) };
        assert_eq!(started.steps.iter().map(|step| step.step_id.clone()).collect::<Vec<_>>(), [id("a")]);
    }

    #[test]
    fn a_rollback_is_stopped_only_while_nothing_is_under_way_and_with_a_reason() {
        let silent = after(stuck(), []).when(PlanCommand::StopRollback { reason: " ".into() });
        silent.refused(&PlanRefusal::ReasonMissing);
        let mut events = posted([("a", true), ("b", true)]);
        events.extend(after(events.clone(), []).when(confirm(&events, None)).events().to_vec());
        let refused = stop(events.clone());
        assert!(matches!(refused.refusal(), PlanRefusal::WrongStatus { needed: "paused first", .. }));
        events.push(RollbackPaused { reason: "look".into() }.into());
        assert_eq!(stop(events).state().status, PlanStatus::Completed);
        let busy: Vec<_> = stuck().into_iter().filter(|event| !matches!(event, PlanEvent::StepRolledBack(_))).collect();
        let refused = stop(busy);
        assert!(matches!(refused.refusal(), PlanRefusal::WrongStepStatus { status: "undoing", .. }));
    }

    #[test]
    fn a_run_does_not_go_on_by_itself_when_its_rollback_is_stopped() {
        let mut events = posted([("a", true), ("b", true)]);
        events.pop();
        events.push(ExecutionPaused { reason: "look".into() }.into());
        events.extend(after(events.clone(), []).when(confirm(&events, None)).events().to_vec());
        events.push(RollbackPaused { reason: "look".into() }.into());
        assert_eq!(stop(events).state().status, PlanStatus::Paused);
    }

    #[test]
    fn pausing_a_rollback_needs_a_reason() {
        let mut events = posted([("a", true), ("b", true)]);
        events.extend(after(events.clone(), []).when(confirm(&events, None)).events().to_vec());
        after(events, []).when(PlanCommand::Pause { reason: String::new() }).refused(&PlanRefusal::ReasonMissing);
    }
}
