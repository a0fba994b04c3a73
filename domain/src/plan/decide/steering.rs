//! What people do to a plan that runs, stands still or has failed.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Deciding, Decision, given_result, need, need_reason};
use crate::{
    action::{Effect, Pace},
    decider::Context,
    graph::StepGraph,
    ids::StepId,
    plan::{
        ExecutionCancelled, ExecutionPaused, ExecutionResumed, Plan, PlanRefusal, PlanStatus, Step, StepApproved,
        StepCompleted, StepOutcomeResolved, StepProgress, StepRetried, StepSkipped, StepSpec, UnknownResolution,
        check::{check_params, check_references},
        due::pace,
    },
};

const STARTED: [PlanStatus; 3] = [PlanStatus::Executing, PlanStatus::Paused, PlanStatus::Failed];

pub(super) fn pause(plan: &Plan, reason: String) -> Decision {
    need(plan, &[PlanStatus::Executing], "pausing", "executing")?;
    need_reason(&reason)?;
    Ok(vec![ExecutionPaused { reason }.into()])
}

pub(super) fn resume(plan: &Plan) -> Decision {
    need(plan, &[PlanStatus::Paused], "resuming", "paused")?;
    Ok(vec![ExecutionResumed {}.into()])
}

/// Running actions come to their end; what waits for a clock, a person or a retry is skipped.
pub(super) fn cancel(plan: &Plan, reason: &str, context: &Context) -> Decision {
    let open = [
        PlanStatus::Drafting,
        PlanStatus::NeedsAnswer,
        PlanStatus::Draft,
        PlanStatus::Approved,
        PlanStatus::Executing,
        PlanStatus::Paused,
        PlanStatus::Failed,
    ];
    need(plan, &open, "cancelling", "not yet at its end")?;
    need_reason(reason)?;
    let mut deciding = Deciding::new(plan, context);
    for step in plan.steps.values().filter(|step| waits(step, context)) {
        deciding.emit(StepSkipped {
            step_id: step.spec.id.clone(),
            reason: "the plan was cancelled".into(),
            result: None,
        });
    }
    deciding.emit(ExecutionCancelled { reason: reason.to_owned() });
    Ok(deciding.events)
}

/// Whether a started step has no action under way.
fn waits(step: &Step, context: &Context) -> bool {
    match step.progress {
        StepProgress::Executing { .. } => pace(step, &context.catalogue) != Pace::Action,
        StepProgress::Retrying { .. } => true,
        StepProgress::Pending
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Completed { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undoing { .. }
        | StepProgress::UndoFailed { .. }
        | StepProgress::Undone { .. } => false,
    }
}

/// Without a result that stands in, the steps that depend on it are skipped as well. Null stands in for nothing.
pub(super) fn skip(plan: &Plan, step_id: &StepId, reason: &str, result: Option<Value>, context: &Context) -> Decision {
    need(plan, &STARTED, "skipping a step", "executing, paused or failed")?;
    need_reason(reason)?;
    let step = find(plan, step_id)?;
    let skippable = match step.progress {
        StepProgress::Pending | StepProgress::Failed { .. } => true,
        StepProgress::Executing { .. } | StepProgress::Retrying { .. } => waits(step, context),
        StepProgress::OutcomeUnknown { .. }
        | StepProgress::Completed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undoing { .. }
        | StepProgress::UndoFailed { .. }
        | StepProgress::Undone { .. } => false,
    };
    if !skippable {
        return Err(wrong_status(plan, step, "skipping", "waiting or failed"));
    }
    let result = given_result(result)?;
    let without_result = result.is_none();
    let mut deciding = Deciding::new(plan, context);
    deciding.emit(StepSkipped { step_id: step_id.clone(), reason: reason.trim().to_owned(), result });
    if without_result {
        skip_dependents(&mut deciding, step_id);
    }
    resume_when_no_failure_is_left(&mut deciding);
    Ok(deciding.events)
}

/// Skips what can no longer start. A dependent that was skipped with a result lets its own dependents start.
fn skip_dependents(deciding: &mut Deciding, skipped: &StepId) {
    let graph = StepGraph::of(deciding.plan.specs());
    let (mut lost, mut open) = (HashSet::new(), vec![skipped.clone()]);
    while let Some(step) = open.pop() {
        let pending = |id: &StepId| deciding.plan.steps[id].progress == StepProgress::Pending;
        open.extend(graph.dependents(&step).into_iter().filter(|id| pending(id) && lost.insert(id.clone())));
    }
    let in_order: Vec<StepId> = deciding.plan.steps.keys().filter(|id| lost.contains(*id)).cloned().collect();
    for step_id in in_order {
        let reason = format!("`{skipped}`, which it depends on, was skipped");
        deciding.emit(StepSkipped { step_id, reason, result: None });
    }
}

pub(super) fn retry(plan: &Plan, step_id: &StepId, params: Option<Value>, context: &Context) -> Decision {
    need(plan, &STARTED, "retrying a step", "executing, paused or failed")?;
    let step = find(plan, step_id)?;
    let StepProgress::Failed { .. } = step.progress else {
        return Err(wrong_status(plan, step, "retrying", "failed"));
    };
    if let Some(params) = &params {
        check_new_params(plan, step, params, context)?;
    }
    let mut deciding = Deciding::new(plan, context);
    deciding.emit(StepRetried { step_id: step_id.clone(), params });
    resume_when_no_failure_is_left(&mut deciding);
    Ok(deciding.events)
}

/// New params of a retry obey the same rules as planned ones; pointers start with `/params`.
fn check_new_params(plan: &Plan, step: &Step, params: &Value, context: &Context) -> Result<(), PlanRefusal> {
    let spec = StepSpec { params: params.clone(), ..step.spec.clone() };
    let mut problems = check_params(&spec.action_type, params, &context.catalogue);
    for problem in &mut problems {
        problem.pointer = format!("/params{}", problem.pointer);
        problem.step = Some(spec.id.to_string());
    }
    let all: Vec<&StepSpec> = plan.specs().map(|other| if other.id == spec.id { &spec } else { other }).collect();
    check_references(&all, &[&spec], &context.catalogue, &|_| String::new(), &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(PlanRefusal::InvalidContent { problems }) }
}

/// A plan that a failure paused goes on once no failed step is left to decide about.
fn resume_when_no_failure_is_left(deciding: &mut Deciding) {
    let paused_by_failure = deciding.plan.run.as_ref().is_some_and(|run| run.paused_by_failure);
    let failure_left = deciding.plan.failed_steps().next().is_some();
    if deciding.plan.status == PlanStatus::Paused && paused_by_failure && !failure_left {
        deciding.emit(ExecutionResumed {});
    }
}

pub(super) fn approve_step(plan: &Plan, step_id: &StepId, note: Option<String>) -> Decision {
    let open = [PlanStatus::Approved, PlanStatus::Executing, PlanStatus::Paused];
    need(plan, &open, "letting a step start", "approved, executing or paused")?;
    let step = find(plan, step_id)?;
    if !step.spec.requires_approval {
        return Err(PlanRefusal::NoGate { step: step_id.clone() });
    }
    if step.progress != StepProgress::Pending {
        return Err(wrong_status(plan, step, "letting it start", "waiting"));
    }
    if step.approved {
        return Ok(Vec::new());
    }
    Ok(vec![StepApproved { step_id: step_id.clone(), note }.into()])
}

pub(super) fn complete_by_hand(
    plan: &Plan,
    step_id: &StepId,
    result: Option<Value>,
    note: Option<String>,
    context: &Context,
) -> Decision {
    need(plan, &[PlanStatus::Executing, PlanStatus::Paused], "marking a step done", "executing or paused")?;
    let step = find(plan, step_id)?;
    if pace(step, &context.catalogue) != Pace::Person {
        return Err(PlanRefusal::NotManual { step: step_id.clone() });
    }
    let StepProgress::Executing { attempt, .. } = step.progress else {
        return Err(wrong_status(plan, step, "marking it done", "executing"));
    };
    Ok(vec![
        StepCompleted {
            step_id: step_id.clone(),
            attempt,
            result: given_result(result)?.unwrap_or_else(|| json!({})),
            effects: vec![Effect::PersonDid { note }],
        }
        .into(),
    ])
}

pub(super) fn resolve_outcome(
    plan: &Plan,
    step_id: &StepId,
    outcome: UnknownResolution,
    result: Option<Value>,
    reason: String,
) -> Decision {
    need_reason(&reason)?;
    let step = find(plan, step_id)?;
    let StepProgress::OutcomeUnknown { .. } = step.progress else {
        return Err(wrong_status(plan, step, "telling what happened", "of unknown outcome"));
    };
    let result = given_result(result)?;
    Ok(vec![StepOutcomeResolved { step_id: step_id.clone(), outcome, result, reason }.into()])
}

pub(super) fn find<'a>(plan: &'a Plan, step: &StepId) -> Result<&'a Step, PlanRefusal> {
    plan.steps.get(step).map(AsRef::as_ref).ok_or_else(|| PlanRefusal::NoSuchStep { step: step.to_string() })
}

pub(super) fn wrong_status(plan: &Plan, step: &Step, verb: &'static str, needed: &'static str) -> PlanRefusal {
    PlanRefusal::WrongStepStatus { step: step.spec.id.clone(), status: plan.step_status(step).name(), verb, needed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actor::Actor,
        plan::{
            Change, MAX_DEPTH, OnFailure, PlanCommand, PlanEvent, PlanFailed, Policy, ProblemCode, StepAttemptFailed,
            StepPatch,
            decide::examples::{
                after, approved_with, diamond, drafted, error, id, input, started, started_with, step_completed,
                step_failed, step_started,
            },
        },
        testing::moment,
    };

    fn reason() -> String {
        "because".into()
    }

    fn failed_plan() -> Vec<PlanEvent> {
        let ended = PlanFailed { failed: vec![id("research")], message: String::new() };
        let more = [step_started("research", 1), step_failed("research", 1), ended.into()];
        started().into_iter().chain(more).collect()
    }

    #[test]
    fn a_failed_plan_goes_on_when_its_step_is_tried_again() {
        let outcome = after(failed_plan(), []).when(PlanCommand::RetryStep { step: id("research"), params: None });
        outcome.then([StepRetried { step_id: id("research"), params: None }.into()]);
        assert_eq!(outcome.state().status, PlanStatus::Executing);
    }

    #[test]
    fn new_params_of_a_retry_must_fit_the_action() {
        let params = Some(json!({"title": 3}));
        let outcome = after(failed_plan(), []).when(PlanCommand::RetryStep { step: id("research"), params });
        let PlanRefusal::InvalidContent { problems } = outcome.refusal() else { panic!("{}", outcome.refusal()) };
        assert_eq!((problems[0].code, problems[0].pointer.as_str()), (ProblemCode::WrongType, "/params/title"));
    }

    #[test]
    fn skipping_without_a_result_skips_what_depends_on_it() {
        let skipped = |step: &str, reason: &str| {
            PlanEvent::from(StepSkipped { step_id: id(step), reason: reason.into(), result: None })
        };
        let running = [step_started("research", 1), step_completed("research", 1)];
        after(started(), running)
            .when(PlanCommand::SkipStep { step: id("build"), reason: reason(), result: None })
            .then([skipped("build", "because"), skipped("launch", "`build`, which it depends on, was skipped")]);
    }

    #[test]
    fn skipping_with_a_result_lets_dependents_start() {
        let command = PlanCommand::SkipStep { step: id("research"), reason: reason(), result: Some(json!({})) };
        let outcome = after(failed_plan(), []).when(command);
        assert_eq!(outcome.events().len(), 1);
        assert!(outcome.state().dependencies_met(&outcome.state().steps[&id("build")]));
    }

    #[test]
    fn null_stands_in_for_no_result() {
        let command = PlanCommand::SkipStep { step: id("research"), reason: reason(), result: Some(Value::Null) };
        let outcome = after(failed_plan(), []).when(command);
        let skipped = outcome.events().iter().filter(|event| matches!(event, PlanEvent::StepSkipped(_)));
        assert_eq!(skipped.count(), diamond().len());
        let PlanEvent::StepSkipped(first) = &outcome.events()[0] else { panic!("{:?}", outcome.events()) };
        assert_eq!(first.result, None);
    }

    #[test]
    fn a_result_that_is_nested_too_deeply_is_refused() {
        let result = Some((0..MAX_DEPTH).fold(json!([]), |inner, _| json!([inner])));
        let outcome =
            after(failed_plan(), []).when(PlanCommand::SkipStep { step: id("research"), reason: reason(), result });
        let PlanRefusal::InvalidContent { problems } = outcome.refusal() else { panic!("{}", outcome.refusal()) };
        assert_eq!((problems[0].code, problems[0].pointer.as_str()), (ProblemCode::TooLarge, "/result"));
    }

    #[test]
    fn what_depends_on_a_result_that_stands_in_is_not_skipped() {
        let substitute = StepSkipped { step_id: id("build"), reason: reason(), result: Some(json!({})) };
        let steps = vec![input("research", &[]), input("build", &["research"]), input("launch", &["build"])];
        after(started_with(Policy::default(), steps), [substitute.into()])
            .when(PlanCommand::SkipStep { step: id("research"), reason: reason(), result: None })
            .then([StepSkipped { step_id: id("research"), reason: reason(), result: None }.into()]);
    }

    #[test]
    fn a_running_action_is_not_skipped() {
        let command = PlanCommand::SkipStep { step: id("research"), reason: reason(), result: None };
        after(started(), [step_started("research", 1)]).when(command).refused(&PlanRefusal::WrongStepStatus {
            step: id("research"),
            status: "executing",
            verb: "skipping",
            needed: "waiting or failed",
        });
    }

    #[test]
    fn a_failure_that_paused_the_plan_is_over_with_its_retry() {
        let policy = Policy { on_failure: OnFailure::Ask, ..Policy::default() };
        let mut given = crate::plan::Plan::default();
        let stamp = |actor| crate::decider::Stamp { at: moment(), actor };
        for event in
            started_with(policy, diamond()).iter().chain(&[step_started("research", 1), step_failed("research", 1)])
        {
            given.evolve(event, &stamp(Actor::person("alex")));
        }
        given.evolve(&ExecutionPaused { reason: reason() }.into(), &stamp(Actor::executor()));
        let events = retry(&given, &id("research"), None, &crate::testing::context()).unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events[1], ExecutionResumed {}.into());
    }

    #[test]
    fn cancelling_needs_a_reason_and_ends_what_waits() {
        after(started(), []).when(PlanCommand::Cancel { reason: String::new() }).refused(&PlanRefusal::ReasonMissing);
        let waiting = StepAttemptFailed { step_id: id("research"), attempt: 1, error: error(), retry_at: moment() };
        let outcome = after(started(), [step_started("research", 1), waiting.into()])
            .when(PlanCommand::Cancel { reason: reason() });
        outcome.then([
            StepSkipped { step_id: id("research"), reason: "the plan was cancelled".into(), result: None }.into(),
            ExecutionCancelled { reason: reason() }.into(),
        ]);
        assert_eq!(outcome.state().status, PlanStatus::Cancelled);
    }

    #[test]
    fn pausing_and_resuming_need_the_right_status() {
        let refused = after(drafted(), []).when(PlanCommand::Pause { reason: reason() });
        assert!(matches!(refused.refusal(), PlanRefusal::WrongStatus { needed: "executing", .. }));
        let silent = after(started(), []).when(PlanCommand::Pause { reason: "  ".into() });
        silent.refused(&PlanRefusal::ReasonMissing);
        let paused = after(started(), [ExecutionPaused { reason: reason() }.into()]);
        paused.when(PlanCommand::Resume).then([ExecutionResumed {}.into()]);
    }

    #[test]
    fn only_a_manual_step_is_marked_done_by_hand() {
        let complete = |step: &str| PlanCommand::CompleteStep { step: id(step), result: None, note: None };
        after(started(), [step_started("research", 1)])
            .when(complete("research"))
            .refused(&PlanRefusal::NotManual { step: id("research") });
        let mut manual = input("sign", &[]);
        manual.action_type = "manual.step".into();
        manual.params = json!({"instructions": "sign it"}).as_object().unwrap().clone();
        let outcome =
            after(started_with(Policy::default(), vec![manual]), [step_started("sign", 1)]).when(complete("sign"));
        assert!(matches!(outcome.events(), [PlanEvent::StepCompleted(_)]));
    }

    #[test]
    fn editing_a_step_closes_its_gate_again() {
        let mut gated = input("a", &[]);
        gated.requires_approval = true;
        let events = approved_with(Policy::default(), vec![gated]);
        let patch = StepPatch { description: Some("with care".into()), ..StepPatch::default() };
        let change = Change::EditStep { step: "a".into(), patch };
        let outcome = after(events, [StepApproved { step_id: id("a"), note: None }.into()])
            .when(PlanCommand::Edit { changes: vec![change] });
        assert!(!outcome.state().steps[&id("a")].approved);
    }

    #[test]
    fn a_gate_is_opened_once() {
        let mut gated = input("a", &[]);
        gated.requires_approval = true;
        let events = started_with(Policy::default(), vec![gated]);
        let approve = || PlanCommand::ApproveStep { step: id("a"), note: None };
        let opened = PlanEvent::from(StepApproved { step_id: id("a"), note: None });
        after(events.clone(), []).when(approve()).then([opened.clone()]);
        after(events, [opened]).when(approve()).nothing_happens();
        after(started(), [])
            .when(PlanCommand::ApproveStep { step: id("build"), note: None })
            .refused(&PlanRefusal::NoGate { step: id("build") });
    }
}
