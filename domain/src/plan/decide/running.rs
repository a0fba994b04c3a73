//! Starting a run and carrying it forward.
//!
//! One command, [`advance`], records how attempts ended and starts what is due after them, so that a chain of steps
//! costs one append per step.

use chrono::TimeDelta;
use serde_json::json;

use super::{Deciding, Decision, need, rolling_back};
use crate::{
    action::{Pace, RetryPolicy},
    actor::ActorKind,
    canonical::depth,
    decider::Context,
    ids::{RunId, StepId},
    personal::holds_withheld,
    plan::{
        AttemptOutcome, ExecutionPaused, ExecutionStarted, Finish, MAX_DEPTH, OnFailure, Plan, PlanCompleted,
        PlanFailed, PlanRefusal, PlanStatus, Step, StepAttemptFailed, StepCompleted, StepError, StepFailed,
        StepOutcome, StepOutcomeUnknown, StepProgress, StepStarted,
        due::{clock, due, pace},
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
    if let StepProgress::Undoing { .. } = step.progress {
        return rolling_back::record(deciding, &step, outcome, context);
    }
    let StepProgress::Executing { attempt, .. } = step.progress else { return };
    if attempt != outcome.attempt {
        return;
    }
    let step_id = outcome.step;
    match outcome.outcome {
        AttemptOutcome::Completed { result, .. } if depth(&result) > MAX_DEPTH => {
            let message = "It was done, but what it answered is nested too deeply to be recorded.".to_owned();
            let error = StepError { code: "action.result-too-deep".into(), message, at: context.now };
            fail(deciding, &step, attempt, error);
        }
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

pub(super) fn retry_policy(step: &Step, context: &Context) -> RetryPolicy {
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
    let undone = rolling_back::go_on(deciding, &due);
    match &due.finish {
        Some(Finish::Completed) => deciding.emit(PlanCompleted {}),
        Some(Finish::Failed { failed }) => {
            let message = failure_in_words(failed);
            deciding.emit(PlanFailed { failed: failed.clone(), message });
        }
        Some(Finish::RolledBack { status }) => rolling_back::finish(deciding, *status),
        None => {}
    }
    undone || due.finish.is_some() || !(due.elapsed.is_empty() && due.start.is_empty())
}

/// Says which steps failed.
pub(super) fn failure_in_words(failed: &[StepId]) -> String {
    match failed {
        [one] => format!("Step `{one}` failed."),
        many => format!("{} steps failed.", many.len()),
    }
}

/// Starts one step with its references resolved. What comes out may not be fit to start with: then the step fails. A
/// wait whose moment turns out to be none is not passed over, or what comes after it would happen too early.
fn claim(deciding: &mut Deciding, step_id: &StepId, context: &Context) {
    let (Some(step), Some(run)) = (deciding.plan.steps.get(step_id).cloned(), &deciding.plan.run) else { return };
    if deciding.plan.status != PlanStatus::Executing {
        return;
    }
    let run_id = run.id;
    let attempt = step.attempt() + 1;
    let refuse = |deciding: &mut Deciding, code: &str, message: String| {
        fail(deciding, &step, attempt, StepError { code: code.into(), message, at: context.now });
    };
    let params = references::of_itself(step.params(), step_id);
    let resolved = references::resolve(&params, &|id| deciding.plan.steps.get(id).and_then(|step| step.result()));
    match resolved {
        Err(unresolved) => refuse(deciding, "reference.unresolved", unresolved.to_string()),
        Ok(params) if pace(&step, &context.catalogue) == Pace::Clock && clock(&deciding.plan, &params).is_none() => {
            refuse(deciding, "wait.no-moment", format!("{} is no moment to wait for", params["at"]));
        }
        Ok(params) if holds_withheld(&params) => {
            let message = "It is about somebody who was forgotten: what it was to do with them is gone.";
            refuse(deciding, "person.forgotten", message.into());
        }
        Ok(params) if depth(&params) > MAX_DEPTH => {
            refuse(deciding, "params.too-deep", "The results put into it make it nested too deeply.".into());
        }
        Ok(params) => {
            let key = Plan::step_key(run_id, step_id);
            deciding.emit(StepStarted { step_id: step_id.clone(), attempt, key, params });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actor::Actor,
        plan::{
            PlanCommand, PlanEvent, Policy,
            decide::{
                PlanDecider,
                examples::{
                    after, approved_with, diamond, drafted, error, id, input, run_id, started, started_with,
                    step_completed, step_failed, step_started,
                },
            },
        },
        testing::Outcome,
    };

    fn advance(events: Vec<PlanEvent>, outcomes: Vec<StepOutcome>) -> Outcome<PlanDecider> {
        after(events, []).by(Actor::executor()).when(PlanCommand::Advance { outcomes, claim: true })
    }

    fn done(step: &str) -> StepOutcome {
        let outcome = AttemptOutcome::Completed { result: json!({"id": "ide_1"}), effects: Vec::new() };
        StepOutcome { step: id(step), attempt: 1, outcome }
    }

    fn failed(step: &str, attempt: u32, retryable: bool) -> StepOutcome {
        let outcome = AttemptOutcome::Failed { error: error(), retryable, jitter_per_mille: 0 };
        StepOutcome { step: id(step), attempt, outcome }
    }

    #[test]
    fn a_draft_does_not_start() {
        after(drafted(), []).when(PlanCommand::Start { run_id: run_id() }).refused(&PlanRefusal::WrongStatus {
            status: PlanStatus::Draft,
            verb: "starting",
            needed: "approved",
        });
    }

    #[test]
    fn only_what_depends_on_nothing_starts_first() {
        advance(started(), Vec::new()).then([step_started("research", 1)]);
    }

    #[test]
    fn the_end_of_one_step_starts_the_next_in_the_same_decision() {
        let events = started().into_iter().chain([step_started("research", 1)]).collect();
        advance(events, vec![done("research")]).then([
            step_completed("research", 1),
            step_started("build", 1),
            step_started("invite", 1),
        ]);
    }

    #[test]
    fn no_more_steps_start_than_the_plan_allows() {
        let policy = Policy { max_parallel: 1, ..Policy::default() };
        let events = started_with(policy, diamond()).into_iter().chain([step_started("research", 1)]).collect();
        advance(events, vec![done("research")]).then([step_completed("research", 1), step_started("build", 1)]);
    }

    #[test]
    fn a_second_end_of_the_same_attempt_is_not_recorded() {
        let events = vec![step_started("research", 1), step_completed("research", 1), step_started("build", 1)];
        let events: Vec<_> = started().into_iter().chain(events).chain([step_started("invite", 1)]).collect();
        advance(events, vec![done("research")]).nothing_happens();
    }

    #[test]
    fn the_plan_is_completed_with_its_last_step() {
        let mut events = started_with(Policy::default(), vec![input("only", &[])]);
        events.push(step_started("only", 1));
        advance(events, vec![done("only")]).then([step_completed("only", 1), PlanCompleted {}.into()]);
    }

    #[test]
    fn a_retryable_failure_is_tried_again_until_the_policy_ends() {
        let mut events = started();
        events.push(step_started("research", 1));
        let first = advance(events.clone(), vec![failed("research", 1, true)]);
        let retry_at = crate::testing::moment() + TimeDelta::milliseconds(100);
        let waiting = StepAttemptFailed { step_id: id("research"), attempt: 1, error: error(), retry_at };
        first.then([waiting.clone().into()]);
        events.push(waiting.into());
        let again = after(events.clone(), []).by(Actor::executor()).later(TimeDelta::seconds(1));
        again.when(PlanCommand::Advance { outcomes: Vec::new(), claim: true }).then([step_started("research", 2)]);
        events.extend([step_started("research", 2), step_started("research", 3)]);
        let last = advance(events, vec![failed("research", 3, true)]);
        assert_eq!(last.state().status, PlanStatus::Failed);
    }

    #[test]
    fn stop_lets_running_steps_end_and_starts_no_other() {
        let running = [step_started("research", 1), step_completed("research", 1), step_started("build", 1)];
        let events: Vec<_> = started().into_iter().chain(running).chain([step_started("invite", 1)]).collect();
        let stopped = advance(events.clone(), vec![failed("build", 1, false)]);
        stopped.then([step_failed("build", 1)]);
        let events = events.into_iter().chain([step_failed("build", 1)]).collect();
        let message = "Step `build` failed.".to_owned();
        advance(events, vec![done("invite")])
            .then([step_completed("invite", 1), PlanFailed { failed: vec![id("build")], message }.into()]);
    }

    #[test]
    fn continue_runs_the_independent_branches_to_their_end() {
        let policy = Policy { on_failure: OnFailure::Continue, ..Policy::default() };
        let steps = vec![input("a", &[]), input("b", &["a"]), input("c", &[]), input("d", &["c"])];
        let running = [step_started("a", 1), step_started("c", 1), step_failed("a", 1)];
        let events: Vec<_> = started_with(policy, steps).into_iter().chain(running).collect();
        advance(events.clone(), vec![done("c")]).then([step_completed("c", 1), step_started("d", 1)]);
        let events = events.into_iter().chain([step_completed("c", 1), step_started("d", 1)]).collect();
        let ended = advance(events, vec![done("d")]);
        assert_eq!(ended.state().status, PlanStatus::Failed);
        assert_eq!(ended.state().step_status(&ended.state().steps[&id("b")]), crate::plan::StepStatus::Pending);
    }

    #[test]
    fn ask_pauses_the_plan() {
        let policy = Policy { on_failure: OnFailure::Ask, ..Policy::default() };
        let mut events = started_with(policy, diamond());
        events.push(step_started("research", 1));
        advance(events, vec![failed("research", 1, false)])
            .then([step_failed("research", 1), ExecutionPaused { reason: "“Do research” failed: no".into() }.into()]);
    }

    #[test]
    fn a_reference_is_resolved_when_the_step_starts() {
        let mut note = input("note", &["idea"]);
        note.action_type = "note.add".into();
        note.params = json!({"about": "{{steps.idea.result.id}}", "text": "x"}).as_object().unwrap().clone();
        let mut events = started_with(Policy::default(), vec![input("idea", &[]), note]);
        events.push(step_started("idea", 1));
        let outcome = advance(events, vec![done("idea")]);
        let PlanEvent::StepStarted(started) = &outcome.events()[1] else { panic!("{:?}", outcome.events()) };
        assert_eq!(started.params, json!({"about": "ide_1", "text": "x"}));
    }

    #[test]
    fn a_wait_that_is_over_ends_at_once_and_one_in_the_future_wakes_the_plan() {
        let wait = |at: &str| {
            let mut step = input("wait", &[]);
            step.action_type = "wait.until".into();
            step.params = json!({"at": at}).as_object().unwrap().clone();
            step
        };
        let over = advance(started_with(Policy::default(), vec![wait("2026-01-01")]), Vec::new());
        assert_eq!(over.state().status, PlanStatus::Completed);
        let ahead = advance(started_with(Policy::default(), vec![wait("2027-01-01")]), Vec::new());
        let next = due(ahead.state(), crate::action::Catalogue::builtin(), crate::testing::moment());
        assert_eq!(next.wake_at.map(|at| at.to_rfc3339()).as_deref(), Some("2027-01-01T00:00:00+00:00"));
        assert_eq!(next.finish, None);
    }

    #[test]
    fn a_wait_for_a_moment_that_is_none_fails() {
        let mut ask = input("ask", &[]);
        ask.action_type = "manual.step".into();
        ask.params = json!({"instructions": "when?"}).as_object().unwrap().clone();
        let mut wait = input("wait", &["ask"]);
        wait.action_type = "wait.until".into();
        wait.params = json!({"at": "{{steps.ask.result.day}}"}).as_object().unwrap().clone();
        let answer = StepCompleted {
            step_id: id("ask"),
            attempt: 1,
            result: json!({"day": "some Friday"}),
            effects: Vec::new(),
        };
        let mut events = started_with(Policy::default(), vec![ask, wait]);
        events.extend([step_started("ask", 1), answer.into()]);
        let outcome = advance(events, Vec::new());
        let PlanEvent::StepFailed(failed) = &outcome.events()[0] else { panic!("{:?}", outcome.events()) };
        assert_eq!(failed.error.message, "\"some Friday\" is no moment to wait for");
    }

    #[test]
    fn what_could_not_be_read_again_is_not_recorded() {
        let nested = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner]));
        let answered = |result| StepOutcome {
            step: id("ask"),
            attempt: 1,
            outcome: AttemptOutcome::Completed { result, effects: Vec::new() },
        };
        let mut post = input("post", &["ask"]);
        post.action_type = "http.request".into();
        let body = json!({"method": "POST", "url": "https://example.org", "body": "{{steps.ask.result}}"});
        post.params = body.as_object().unwrap().clone();
        let mut ask = input("ask", &[]);
        ask.action_type = "manual.step".into();
        ask.params = json!({"instructions": "what?"}).as_object().unwrap().clone();
        let mut events = started_with(Policy::default(), vec![ask, post]);
        events.push(step_started("ask", 1));
        let code = |outcome: &Outcome<PlanDecider>| match outcome.events() {
            [PlanEvent::StepFailed(failed), ..] | [_, PlanEvent::StepFailed(failed), ..] => failed.error.code.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(code(&advance(events.clone(), vec![answered(nested(MAX_DEPTH + 1))])), "action.result-too-deep");
        assert_eq!(code(&advance(events, vec![answered(nested(MAX_DEPTH))])), "params.too-deep");
    }

    #[test]
    fn a_step_that_failed_before_it_was_called_has_used_up_an_attempt() {
        let mut note = input("note", &["ask"]);
        note.action_type = "note.add".into();
        note.params = json!({"about": "{{steps.ask.result.id}}", "text": "x"}).as_object().unwrap().clone();
        let mut ask = input("ask", &[]);
        ask.action_type = "manual.step".into();
        ask.params = json!({"instructions": "who?"}).as_object().unwrap().clone();
        let answer = StepCompleted { step_id: id("ask"), attempt: 1, result: json!({}), effects: Vec::new() };
        let mut events = started_with(Policy::default(), vec![ask, note]);
        events.extend([step_started("ask", 1), answer.into()]);
        let failed_attempts = |outcome: &Outcome<PlanDecider>| -> Vec<u32> {
            let failed = outcome.events().iter().filter_map(|event| match event {
                PlanEvent::StepFailed(failed) => Some(failed.attempt),
                _ => None,
            });
            failed.collect()
        };
        let first = advance(events.clone(), Vec::new());
        assert_eq!(failed_attempts(&first), [1]);
        events.extend(first.events().to_vec());
        events.push(crate::plan::StepRetried { step_id: id("note"), params: None }.into());
        assert_eq!(failed_attempts(&advance(events, Vec::new())), [2]);
    }

    #[test]
    fn only_the_executor_advances_a_plan() {
        let command = PlanCommand::Advance { outcomes: Vec::new(), claim: true };
        after(started(), []).when(command).refused(&PlanRefusal::NotTheExecutor);
    }

    #[test]
    fn the_same_approval_starts_one_run_only() {
        let outcome =
            after(approved_with(Policy::default(), diamond()), []).when(PlanCommand::Start { run_id: run_id() });
        assert_eq!(outcome.state().status, PlanStatus::Executing);
        let again = after(started(), []).when(PlanCommand::Start { run_id: run_id() });
        assert!(matches!(again.refusal(), PlanRefusal::WrongStatus { .. }));
    }
}
