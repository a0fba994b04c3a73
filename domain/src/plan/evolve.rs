//! Folds what happened into the plan. Never refuses: what is in the log has happened.

use std::sync::Arc;

use super::{
    Approval, AttemptRecord, Comment, Feedback, Plan, PlanEvent, PlanStatus, Revised, Run, Sources, Step, StepError,
    StepProgress, StepSpec, UnknownResolution, source,
};
use crate::{actor::ActorKind, decider::Stamp, difference::Content, ids::StepId};

impl Plan {
    /// Folds one event.
    #[allow(clippy::too_many_lines, reason = "one arm for each event, and no fold in two places")]
    pub fn evolve(&mut self, event: &PlanEvent, stamp: &Stamp) {
        self.updated_at = Some(stamp.at);
        match event {
            PlanEvent::PlanCreated(e) => {
                self.status = PlanStatus::Drafting;
                self.request.clone_from(&e.request);
                self.selection.clone_from(&e.selection);
                self.planner = e.planner;
                self.today = e.today;
                self.timezone.clone_from(&e.timezone);
                self.created_by = Some(stamp.actor.clone());
                self.created_at = Some(stamp.at);
            }
            PlanEvent::PlanDrafted(e) => {
                if let Some(feedback) = self.revising.take() {
                    self.revised = Some(Box::new(Revised { feedback, before: Content::of(self) }));
                }
                self.status = PlanStatus::Draft;
                self.declined = None;
                self.details = e.details.clone();
                self.origin = e.origin.clone();
                self.message.clone_from(&e.message);
                self.questions.clear();
                let brought = std::mem::take(&mut self.origin.sources);
                self.replace_steps(&e.steps, &brought);
            }
            PlanEvent::ModelAsked(e) => self.effort.add(e),
            PlanEvent::PlanningFailed(e) => {
                self.status = PlanStatus::Failed;
                self.message.clone_from(&e.message);
            }
            PlanEvent::ClarificationRequested(e) => {
                self.status = PlanStatus::NeedsAnswer;
                self.questions.clone_from(&e.questions);
                self.message.clone_from(&e.message);
            }
            PlanEvent::ClarificationAnswered(e) => {
                self.status = PlanStatus::Drafting;
                self.questions.clear();
                self.answers.extend(e.answers.clone());
            }
            PlanEvent::RevisionRequested(e) => {
                let feedback = Feedback { text: e.feedback.clone(), by: stamp.actor.clone(), at: stamp.at };
                self.status = PlanStatus::Drafting;
                self.declined = None;
                self.feedback.push(feedback.clone());
                self.revising = Some(feedback);
            }
            PlanEvent::RevisionDeclined(e) => {
                self.status = if e.still_approved { PlanStatus::Approved } else { PlanStatus::Draft };
                self.revising = None;
                self.questions.clear();
                self.declined = Some(e.message.clone());
            }
            PlanEvent::PlanDetailsEdited(e) => self.details = e.after.clone(),
            PlanEvent::StepAdded(e) => {
                self.add_step(&e.step, e.after.as_ref());
                let own = self.origin.planner == "person" && self.created_by.as_ref() == Some(&stamp.actor);
                if !own {
                    let nothing = StepSpec { title: String::new(), params: serde_json::Value::Null, ..e.step.clone() };
                    self.with_step(&e.step.id, |step| {
                        step.sources = source::after_edit(Sources::new(), &nothing, &e.step, &stamp.actor);
                    });
                }
            }
            PlanEvent::StepEdited(e) => {
                self.with_step(&e.after.id, |step| {
                    let sources = std::mem::take(&mut step.sources);
                    step.sources = source::after_edit(sources, &e.before, &e.after, &stamp.actor);
                    step.spec = e.after.clone();
                    // who opened the gate had the old content before their eyes
                    step.approved = false;
                });
            }
            PlanEvent::StepRemoved(e) => {
                self.steps.shift_remove(&e.step.id);
                self.retired.insert(e.step.id.clone());
            }
            PlanEvent::StepsReordered(e) => self.reorder(&e.order),
            PlanEvent::PlanApprovalGiven(e) => self.approvals.push(Approval {
                by: stamp.actor.clone(),
                at: stamp.at,
                content_hash: e.content_hash,
                note: e.note.clone(),
            }),
            PlanEvent::PlanApproved(e) => {
                self.status = PlanStatus::Approved;
                self.approved = Some(e.content_hash);
            }
            PlanEvent::ApprovalVoided(_) => self.status = PlanStatus::Draft,
            PlanEvent::PlanRejected(e) => {
                self.status = PlanStatus::Rejected;
                self.revising = None;
                self.message.clone_from(&e.reason);
            }
            PlanEvent::PlanRated(e) => self.rating = Some(e.score),
            PlanEvent::CommentAdded(e) => self.comments.push(Comment {
                id: e.comment_id.clone(),
                by: stamp.actor.clone(),
                at: stamp.at,
                text: e.text.clone(),
                step_id: e.step_id.clone(),
                resolved: false,
            }),
            PlanEvent::CommentResolved(e) => {
                if let Some(comment) = self.comments.iter_mut().find(|comment| comment.id == e.comment_id) {
                    comment.resolved = true;
                }
            }
            PlanEvent::ExecutionStarted(_)
            | PlanEvent::StepStarted(_)
            | PlanEvent::StepCompleted(_)
            | PlanEvent::StepAttemptFailed(_)
            | PlanEvent::StepFailed(_)
            | PlanEvent::StepOutcomeUnknown(_)
            | PlanEvent::StepOutcomeResolved(_)
            | PlanEvent::StepSkipped(_)
            | PlanEvent::StepRetried(_)
            | PlanEvent::StepApproved(_)
            | PlanEvent::ExecutionPaused(_)
            | PlanEvent::ExecutionResumed(_)
            | PlanEvent::ExecutionCancelled(_)
            | PlanEvent::PlanCompleted(_)
            | PlanEvent::PlanFailed(_) => self.evolve_run(event, stamp),
            PlanEvent::RollbackStarted(_)
            | PlanEvent::StepRollbackStarted(_)
            | PlanEvent::StepRolledBack(_)
            | PlanEvent::StepRollbackAttemptFailed(_)
            | PlanEvent::StepRollbackFailed(_)
            | PlanEvent::StepRollbackRetried(_)
            | PlanEvent::StepRollbackResolved(_)
            | PlanEvent::RollbackPaused(_)
            | PlanEvent::RollbackResumed(_)
            | PlanEvent::RollbackStopped(_)
            | PlanEvent::PlanRolledBack(_) => self.evolve_rollback(event, stamp),
        }
    }

    /// The events of a run.
    fn evolve_run(&mut self, event: &PlanEvent, stamp: &Stamp) {
        match event {
            PlanEvent::ExecutionStarted(e) => {
                self.status = PlanStatus::Executing;
                self.run = Some(Run {
                    id: e.run_id,
                    content_hash: e.content_hash,
                    started_at: stamp.at,
                    ended_at: None,
                    paused: None,
                    paused_by_failure: false,
                });
            }
            PlanEvent::StepStarted(e) => self.with_step(&e.step_id, |step| {
                step.started_at.get_or_insert(stamp.at);
                step.ended_at = None;
                step.attempts.push(attempt_begun(e.attempt, stamp));
                step.progress =
                    StepProgress::Executing { attempt: e.attempt, key: e.key.clone(), params: e.params.clone() };
            }),
            PlanEvent::StepCompleted(e) => self.with_step(&e.step_id, |step| {
                end_attempt(step, stamp, None);
                step.ended_at = Some(stamp.at);
                step.progress = StepProgress::Completed { result: e.result.clone(), effects: e.effects.clone() };
            }),
            PlanEvent::StepAttemptFailed(e) => self.with_step(&e.step_id, |step| {
                end_attempt(step, stamp, Some(&e.error));
                step.progress =
                    StepProgress::Retrying { attempt: e.attempt, retry_at: e.retry_at, error: e.error.clone() };
            }),
            PlanEvent::StepFailed(e) => self.with_step(&e.step_id, |step| {
                if step.attempt() < e.attempt {
                    // it failed before its action was called; the number is used up all the same
                    step.attempts.push(attempt_begun(e.attempt, stamp));
                }
                end_attempt(step, stamp, Some(&e.error));
                step.ended_at = Some(stamp.at);
                step.progress = StepProgress::Failed { error: e.error.clone() };
            }),
            PlanEvent::StepOutcomeUnknown(e) => self.with_step(&e.step_id, |step| {
                end_attempt(step, stamp, None);
                step.progress = StepProgress::OutcomeUnknown { attempt: e.attempt, message: e.message.clone() };
            }),
            PlanEvent::StepOutcomeResolved(e) => self.with_step(&e.step_id, |step| match e.outcome {
                UnknownResolution::Happened => {
                    step.ended_at = Some(stamp.at);
                    let result = e.result.clone().unwrap_or_else(|| serde_json::json!({}));
                    step.progress = StepProgress::Completed { result, effects: Vec::new() };
                }
                UnknownResolution::DidNotHappen => {
                    step.attempts_before_retry = step.attempt();
                    step.progress = StepProgress::Pending;
                }
            }),
            PlanEvent::StepSkipped(e) => {
                self.with_step(&e.step_id, |step| {
                    end_attempt(step, stamp, None);
                    step.ended_at = Some(stamp.at);
                    step.progress = StepProgress::Skipped { reason: e.reason.clone(), result: e.result.clone() };
                });
                self.go_on_after_failure();
            }
            PlanEvent::StepRetried(e) => {
                self.with_step(&e.step_id, |step| {
                    step.attempts_before_retry = step.attempt();
                    step.ended_at = None;
                    if let Some(params) = &e.params {
                        let before = StepSpec { params: step.params().clone(), ..step.spec.clone() };
                        let after = StepSpec { params: params.clone(), ..step.spec.clone() };
                        let sources = std::mem::take(&mut step.sources);
                        step.sources = source::after_edit(sources, &before, &after, &stamp.actor);
                        step.params_override = Some(params.clone());
                    }
                    step.progress = StepProgress::Pending;
                });
                self.go_on_after_failure();
            }
            PlanEvent::StepApproved(e) => self.with_step(&e.step_id, |step| step.approved = true),
            PlanEvent::ExecutionPaused(e) => {
                let by_failure = stamp.actor.kind == ActorKind::Executor;
                self.hold(PlanStatus::Paused, Some(e.reason.clone()), by_failure);
            }
            PlanEvent::ExecutionResumed(_) => self.hold(PlanStatus::Executing, None, false),
            PlanEvent::ExecutionCancelled(e) => {
                self.message.clone_from(&e.reason);
                self.revising = None;
                self.end_run(PlanStatus::Cancelled, stamp);
            }
            PlanEvent::PlanCompleted(_) => self.end_run(PlanStatus::Completed, stamp),
            PlanEvent::PlanFailed(e) => {
                self.message.clone_from(&e.message);
                self.end_run(PlanStatus::Failed, stamp);
            }
            PlanEvent::PlanCreated(_)
            | PlanEvent::PlanDrafted(_)
            | PlanEvent::ModelAsked(_)
            | PlanEvent::PlanningFailed(_)
            | PlanEvent::ClarificationRequested(_)
            | PlanEvent::ClarificationAnswered(_)
            | PlanEvent::RevisionRequested(_)
            | PlanEvent::RevisionDeclined(_)
            | PlanEvent::PlanDetailsEdited(_)
            | PlanEvent::StepAdded(_)
            | PlanEvent::StepEdited(_)
            | PlanEvent::StepRemoved(_)
            | PlanEvent::StepsReordered(_)
            | PlanEvent::PlanApprovalGiven(_)
            | PlanEvent::PlanApproved(_)
            | PlanEvent::ApprovalVoided(_)
            | PlanEvent::PlanRejected(_)
            | PlanEvent::RollbackStarted(_)
            | PlanEvent::StepRollbackStarted(_)
            | PlanEvent::StepRolledBack(_)
            | PlanEvent::StepRollbackAttemptFailed(_)
            | PlanEvent::StepRollbackFailed(_)
            | PlanEvent::StepRollbackRetried(_)
            | PlanEvent::StepRollbackResolved(_)
            | PlanEvent::RollbackPaused(_)
            | PlanEvent::RollbackResumed(_)
            | PlanEvent::RollbackStopped(_)
            | PlanEvent::PlanRolledBack(_)
            | PlanEvent::PlanRated(_)
            | PlanEvent::CommentAdded(_)
            | PlanEvent::CommentResolved(_) => {}
        }
    }

    pub(super) fn with_step(&mut self, id: &StepId, change: impl FnOnce(&mut Step)) {
        if let Some(step) = self.steps.get_mut(id) {
            change(Arc::make_mut(step));
        }
    }

    fn replace_steps(&mut self, specs: &[StepSpec], brought: &[Sources]) {
        let kept: std::collections::HashSet<&StepId> = specs.iter().map(|spec| &spec.id).collect();
        self.retired.extend(self.steps.keys().filter(|id| !kept.contains(id)).cloned());
        let nothing = Sources::new();
        let step = |(place, spec): (usize, &StepSpec)| {
            let own = brought.get(place).unwrap_or(&nothing);
            let sources = match self.steps.get(&spec.id) {
                Some(before) => source::redrafted(before, spec, own),
                None => own.clone(),
            };
            (spec.id.clone(), Arc::new(Step { sources, ..Step::new(spec.clone()) }))
        };
        self.steps = specs.iter().enumerate().map(step).collect();
    }

    fn add_step(&mut self, spec: &StepSpec, after: Option<&StepId>) {
        let place = after.and_then(|id| self.steps.get_index_of(id)).map_or(0, |place| place + 1);
        self.steps.shift_insert(place, spec.id.clone(), Arc::new(Step::new(spec.clone())));
    }

    fn reorder(&mut self, order: &[StepId]) {
        let places: std::collections::HashMap<&StepId, usize> =
            order.iter().enumerate().map(|(place, id)| (id, place)).collect();
        self.steps.sort_by_key(|id, _| places.get(id).copied().unwrap_or(usize::MAX));
    }

    /// A failed run goes on when its failed step is tried again or skipped.
    fn go_on_after_failure(&mut self) {
        if self.status == PlanStatus::Failed {
            self.status = PlanStatus::Executing;
            if let Some(run) = &mut self.run {
                run.ended_at = None;
            }
        }
    }

    fn hold(&mut self, status: PlanStatus, paused: Option<String>, by_failure: bool) {
        self.status = status;
        if let Some(run) = &mut self.run {
            run.paused = paused;
            run.paused_by_failure = by_failure;
        }
    }

    fn end_run(&mut self, status: PlanStatus, stamp: &Stamp) {
        self.status = status;
        if let Some(run) = &mut self.run {
            run.ended_at = Some(stamp.at);
            run.paused = None;
        }
    }
}

fn attempt_begun(number: u32, stamp: &Stamp) -> AttemptRecord {
    AttemptRecord { number, started_at: stamp.at, ended_at: None, error: None }
}

pub(super) fn end_attempt(step: &mut Step, stamp: &Stamp, error: Option<&StepError>) {
    if let Some(attempt) = step.attempts.last_mut().filter(|attempt| attempt.ended_at.is_none()) {
        attempt.ended_at = Some(stamp.at);
        attempt.error = error.cloned();
    }
}
