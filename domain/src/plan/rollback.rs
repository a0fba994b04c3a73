//! A rollback as its events left it, and what it wants next.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Due, Finish, Plan, PlanEvent, PlanStatus, Step, StepProgress, evolve::end_attempt};
use crate::{
    action::Effect,
    actor::Actor,
    decider::Stamp,
    ids::{RollbackId, StepId},
    rollback::{ChoiceFor, PreviewHash, Scope, UndoStep},
};

/// One rollback of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rollback {
    pub id: RollbackId,
    pub scope: Scope,
    pub preview_hash: PreviewHash,
    /// In the order in which they are taken back.
    pub steps: Vec<UndoStep>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<ChoiceFor>,
    pub reason: String,
    pub by: Actor,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Where the plan stood before.
    pub was: PlanStatus,
    /// Why it stands still, while it is paused.
    pub paused: Option<String>,
    /// Why it was left half-way, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// The rollback that undid this one.
    pub undone_by: Option<RollbackId>,
}

impl Rollback {
    /// How one step is taken back.
    pub fn step(&self, id: &StepId) -> Option<&UndoStep> {
        self.steps.iter().find(|step| step.step_id == *id)
    }

    /// The idempotency key of a step's undo: stable over attempts.
    pub fn step_key(&self, step: &StepId) -> String {
        format!("{}/{step}", self.id)
    }

    /// Whether a step has come to its end in this rollback.
    fn is_done(&self, step: &Step) -> bool {
        match &step.progress {
            StepProgress::Completed { .. } => self.scope.is_redo(),
            StepProgress::Undone { rollback, .. } => *rollback == self.id,
            StepProgress::Pending
            | StepProgress::Executing { .. }
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Skipped { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. } => false,
        }
    }
}

impl Plan {
    /// The rollback that has not come to its end.
    pub fn open_rollback(&self) -> Option<&Rollback> {
        self.rollbacks.last().filter(|rollback| rollback.ended_at.is_none())
    }

    /// Where the plan will stand when its open rollback is done.
    pub(super) fn status_after(&self, rollback: &Rollback) -> PlanStatus {
        let Scope::Rollback { rollback_id } = rollback.scope else {
            return if rollback.scope == Scope::Plan { PlanStatus::RolledBack } else { rollback.was };
        };
        let undone = self.rollbacks.iter().find(|known| known.id == rollback_id);
        match undone.filter(|undone| undone.scope == Scope::Plan).map(|undone| undone.was) {
            // what comes back does not start to run by itself
            Some(PlanStatus::Executing) => PlanStatus::Paused,
            Some(was) => was,
            None => rollback.was,
        }
    }

    /// What the open rollback wants next.
    pub(super) fn due_in_rollback(&self, due: &mut Due, now: DateTime<Utc>) {
        let Some(rollback) = self.open_rollback().filter(|rollback| rollback.paused.is_none()) else { return };
        let is_done = |id: &StepId| self.steps.get(id).is_none_or(|step| rollback.is_done(step));
        let asks = |id: &StepId| rollback.step(id).is_some_and(UndoStep::asks_a_person);
        let under_way = self.steps.values().filter(|step| {
            matches!(step.progress, StepProgress::Undoing { retry_at: None, .. }) && !asks(&step.spec.id)
        });
        let mut slots = (self.details.policy.max_parallel as usize).saturating_sub(under_way.count());
        let mut all_done = true;
        for undo in &rollback.steps {
            let Some(step) = self.steps.get(&undo.step_id) else { continue };
            if rollback.is_done(step) {
                continue;
            }
            all_done = false;
            let ready = match step.progress {
                StepProgress::Undoing { retry_at: Some(at), .. } if at > now => {
                    due.wake_at = Some(due.wake_at.map_or(at, |known| known.min(at)));
                    false
                }
                StepProgress::Undoing { retry_at, .. } => retry_at.is_some(),
                StepProgress::UndoFailed { .. } => false,
                StepProgress::Pending
                | StepProgress::Executing { .. }
                | StepProgress::Retrying { .. }
                | StepProgress::OutcomeUnknown { .. }
                | StepProgress::Completed { .. }
                | StepProgress::Failed { .. }
                | StepProgress::Skipped { .. }
                | StepProgress::Undone { .. } => undo.after.iter().all(is_done),
            };
            if !ready {
                continue;
            }
            if undo.undo.is_empty() {
                due.nothing_to_undo.push(undo.step_id.clone());
            } else if undo.asks_a_person() {
                due.undo.push(undo.step_id.clone());
            } else if slots > 0 {
                slots -= 1;
                due.undo.push(undo.step_id.clone());
            }
        }
        due.finish = all_done.then(|| Finish::RolledBack { status: self.status_after(rollback) });
    }

    /// The events of a rollback.
    pub(super) fn evolve_rollback(&mut self, event: &PlanEvent, stamp: &Stamp) {
        match event {
            PlanEvent::RollbackStarted(e) => {
                for id in &e.set_back {
                    self.with_step(id, |step| {
                        end_attempt(step, stamp, None);
                        step.attempts_before_retry = step.attempt();
                        step.progress = StepProgress::Pending;
                    });
                }
                self.rollbacks.push(Rollback {
                    id: e.rollback_id,
                    scope: e.scope.clone(),
                    preview_hash: e.preview_hash.clone(),
                    steps: e.steps.clone(),
                    choices: e.choices.clone(),
                    reason: e.reason.clone(),
                    by: stamp.actor.clone(),
                    started_at: stamp.at,
                    ended_at: None,
                    was: self.status,
                    paused: None,
                    stopped: None,
                    undone_by: None,
                });
                self.status = PlanStatus::RollingBack;
            }
            PlanEvent::StepRollbackStarted(e) => self.undoing(&e.step_id, |before, result, effects| {
                let attempts_before_retry = before.unwrap_or(0);
                StepProgress::Undoing { attempt: e.attempt, attempts_before_retry, retry_at: None, result, effects }
            }),
            PlanEvent::StepRollbackAttemptFailed(e) => self.undoing(&e.step_id, |before, result, effects| {
                let (attempts_before_retry, retry_at) = (before.unwrap_or(0), Some(e.retry_at));
                StepProgress::Undoing { attempt: e.attempt, attempts_before_retry, retry_at, result, effects }
            }),
            PlanEvent::StepRollbackFailed(e) => {
                self.undoing(&e.step_id, |_, result, effects| StepProgress::UndoFailed {
                    attempt: e.attempt,
                    error: e.error.clone(),
                    result,
                    effects,
                });
                self.status = PlanStatus::RollbackStuck;
                self.message.clone_from(&e.error.message);
            }
            PlanEvent::StepRollbackRetried(e) => {
                let at = stamp.at;
                self.undoing(&e.step_id, |before, result, effects| {
                    let attempt = before.unwrap_or(0);
                    let (attempts_before_retry, retry_at) = (attempt, Some(at));
                    StepProgress::Undoing { attempt, attempts_before_retry, retry_at, result, effects }
                });
            }
            PlanEvent::StepRolledBack(e) => self.settle_undo(&e.step_id, e.redone, &e.effects, None),
            PlanEvent::StepRollbackResolved(e) => self.settle_undo(&e.step_id, e.redone, &[], Some(&e.reason)),
            PlanEvent::RollbackPaused(e) => self.with_open_rollback(|open| open.paused = Some(e.reason.clone())),
            PlanEvent::RollbackResumed(_) => {
                self.status = PlanStatus::RollingBack;
                self.with_open_rollback(|open| open.paused = None);
            }
            PlanEvent::RollbackStopped(e) => {
                let at = stamp.at;
                self.with_open_rollback(|open| {
                    open.ended_at = Some(at);
                    open.paused = None;
                    open.stopped = Some(e.reason.clone());
                });
                for step in &e.kept {
                    self.undoing(step, |_, result, effects| StepProgress::Completed { result, effects });
                }
                self.status = e.status;
                self.message = format!("The rollback was stopped half-way: {}", e.reason);
                if let (PlanStatus::Paused, Some(run)) = (e.status, &mut self.run) {
                    run.paused = Some(e.reason.clone());
                }
            }
            PlanEvent::PlanRolledBack(e) => {
                self.status = e.status;
                self.message.clear();
                let (id, at) = (e.rollback_id, stamp.at);
                let mut undone = None;
                self.with_open_rollback(|open| {
                    open.ended_at = Some(at);
                    if let Scope::Rollback { rollback_id } = open.scope {
                        undone = Some(rollback_id);
                    }
                });
                if let Some(undone) = self.rollbacks.iter_mut().find(|known| Some(known.id) == undone) {
                    undone.undone_by = Some(id);
                }
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
            | PlanEvent::ExecutionStarted(_)
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
            | PlanEvent::PlanFailed(_)
            | PlanEvent::PlanRated(_)
            | PlanEvent::CommentAdded(_)
            | PlanEvent::CommentResolved(_) => {}
        }
    }

    fn with_open_rollback(&mut self, change: impl FnOnce(&mut Rollback)) {
        if let Some(open) = self.rollbacks.last_mut() {
            change(open);
        }
    }

    /// Moves a step on in its undo. `next` is told the attempts that no longer count, with a failed step all of them.
    fn undoing(&mut self, id: &StepId, next: impl FnOnce(Option<u32>, serde_json::Value, Vec<Effect>) -> StepProgress) {
        self.with_step(id, |step| {
            let (before, result, effects) = match std::mem::take(&mut step.progress) {
                StepProgress::Completed { result, effects } | StepProgress::Undone { result, effects, .. } => {
                    (None, result, effects)
                }
                StepProgress::Undoing { attempts_before_retry, result, effects, .. } => {
                    (Some(attempts_before_retry), result, effects)
                }
                StepProgress::UndoFailed { attempt, result, effects, .. } => (Some(attempt), result, effects),
                other @ (StepProgress::Pending
                | StepProgress::Executing { .. }
                | StepProgress::Retrying { .. }
                | StepProgress::OutcomeUnknown { .. }
                | StepProgress::Failed { .. }
                | StepProgress::Skipped { .. }) => {
                    step.progress = other;
                    return;
                }
            };
            step.progress = next(before, result, effects);
        });
    }

    fn settle_undo(&mut self, id: &StepId, redone: bool, undone: &[Effect], note: Option<&String>) {
        let Some(rollback) = self.open_rollback().map(|open| open.id) else { return };
        self.undoing(id, |_, result, effects| {
            if redone {
                return StepProgress::Completed { result, effects };
            }
            StepProgress::Undone { rollback, result, effects, undone: undone.to_vec(), note: note.cloned() }
        });
    }
}
