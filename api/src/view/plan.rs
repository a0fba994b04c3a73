//! A plan as people see it: its content, its impact on the workspace as it is now, how far it is, why steps wait.

use std::collections::HashMap;

use domain::{
    action::{Impact, Reversibility},
    difference::{Content, difference},
    ids::{EntityId, PlanId, StepId},
    plan::{self as domain_plan, Plan as Domain, Step as DomainStep, StepProgress, waiting_for},
    workspace::Entity,
};
use eventlog::{Position, Revision};
use indexmap::IndexMap;
use projections::{Cut, PastError};

use super::unreadable;
use crate::{
    bodies::{
        common::Moment,
        plan::{Approval, Comment, Plan, PlanImpact, Progress, Question, Revised, Run},
        rollback::{Rollback, scope_rollback, scope_step},
        step::{Attempt, Effect, Step, ValueSource, Waiting},
    },
    problem::Answer,
    state::AppState,
};

/// A plan at one revision, about to be shown.
pub(crate) struct Seen<'a> {
    pub(crate) id: PlanId,
    pub(crate) plan: &'a Domain,
    pub(crate) revision: Revision,
    /// The place in the log that the answer stands at.
    pub(crate) position: Position,
    /// The moment, when it is shown as it stood earlier.
    pub(crate) as_of: Option<Moment>,
}

impl Seen<'_> {
    /// Makes the body, with the impact that the steps have on the workspace as it stands at the same moment.
    pub(crate) async fn body(&self, state: &AppState) -> Answer<Plan> {
        let mut entities: HashMap<EntityId, Entity> = HashMap::new();
        for id in execution::actions::ids_needed(self.plan) {
            entities.extend(self.entity(state, &id).await?.map(|entity| (id, entity)));
        }
        let impacts = execution::actions::simulate_plan(self.plan, &state.registry, |id| entities.get(id).cloned());
        Ok(self.with_impacts(impacts, state))
    }

    /// A thing as it stands at the moment of the plan; what has not changed since is in memory.
    async fn entity(&self, state: &AppState, id: &EntityId) -> Answer<Option<Entity>> {
        let loaded = state.commands.entities.load(id).await?;
        if self.as_of.is_none() || loaded.position.is_none_or(|last| last <= self.position) {
            return Ok(loaded.state.as_ref().clone());
        }
        match state.models.entity_at(id, Cut::Position(self.position)).await {
            Ok(view) => Ok(Some(view.entity)),
            Err(PastError::NoSuchStream | PastError::NotMadeYet { .. }) => Ok(None),
            Err(error) => Err(unreadable(error)),
        }
    }

    fn with_impacts(&self, mut impacts: IndexMap<StepId, Impact>, state: &AppState) -> Plan {
        let plan = self.plan;
        let content_hash = plan.content_hash();
        let impact = total_impact(impacts.values());
        let steps = plan.steps.iter().filter_map(|(id, step)| {
            let impact = impacts.swap_remove(id)?;
            Some(self.step(step, impact, state))
        });
        let steps = steps.collect();
        Plan {
            id: self.id.to_string(),
            name: plan.details.name.clone(),
            description: plan.details.description.clone(),
            request: plan.request.clone(),
            selection: plan.selection.as_ref().map(ToString::to_string),
            status: plan.status.into(),
            revision: self.revision.get(),
            position: self.position.get(),
            content_hash: content_hash.to_string(),
            approved_hash: plan.approved.map(|hash| hash.to_string()),
            origin: (&plan.origin).into(),
            effort: (&plan.effort).into(),
            policy: (&plan.details.policy).into(),
            steps,
            progress: progress(plan),
            impact,
            warnings: domain_plan::warnings(plan, state.catalogue()).into_iter().map(Into::into).collect(),
            approvals: plan
                .approvals
                .iter()
                .map(|approval| Approval {
                    by: (&approval.by).into(),
                    at: approval.at,
                    content_hash: approval.content_hash.to_string(),
                    current: approval.content_hash == content_hash,
                    note: approval.note.clone(),
                })
                .collect(),
            questions: plan.questions.iter().map(question).collect(),
            answers: plan.answers.clone(),
            revising: plan.revising.as_ref().map(Into::into),
            revised: plan.revised.as_deref().map(|revised| Revised {
                feedback: (&revised.feedback).into(),
                difference: difference(&revised.before, &Content::of(plan)).into(),
            }),
            declined: plan.declined.clone(),
            message: plan.message.clone(),
            run: plan.run.as_ref().map(run),
            rollbacks: plan.rollbacks.iter().map(rollback).collect(),
            comments: plan.comments.iter().map(comment).collect(),
            rating: plan.rating,
            created_at: plan.created_at.unwrap_or_default(),
            updated_at: plan.updated_at.or(plan.created_at).unwrap_or_default(),
            created_by: plan.created_by.as_ref().map_or_else(|| (&state.actor).into(), Into::into),
            past: self.as_of.is_some(),
            as_of: self.as_of,
        }
    }

    fn step(&self, step: &DomainStep, impact: Impact, state: &AppState) -> Step {
        let spec = &step.spec;
        let (mut result, mut effects, mut error) = (None, Vec::new(), None);
        let (mut retry_at, mut resolved_params, mut skip_reason) = (None, None, None);
        let (mut undone, mut rollback_id, mut undo_note) = (Vec::new(), None, None);
        match &step.progress {
            StepProgress::Pending | StepProgress::OutcomeUnknown { .. } => {}
            StepProgress::Executing { params, .. } => resolved_params = Some(params.clone()),
            StepProgress::Retrying { retry_at: at, error: cause, .. } => {
                retry_at = Some(*at);
                error = Some(cause.into());
            }
            StepProgress::Completed { result: given, effects: done } => {
                result = Some(given.clone());
                effects = done.iter().map(Effect::from).collect();
            }
            StepProgress::Failed { error: cause } => error = Some(cause.into()),
            StepProgress::Skipped { reason, result: given } => {
                result.clone_from(given);
                skip_reason = Some(reason.clone());
            }
            StepProgress::Undoing { retry_at: at, result: given, effects: done, .. } => {
                retry_at = *at;
                result = Some(given.clone());
                effects = done.iter().map(Effect::from).collect();
            }
            StepProgress::UndoFailed { error: cause, result: given, effects: done, .. } => {
                error = Some(cause.into());
                result = Some(given.clone());
                effects = done.iter().map(Effect::from).collect();
            }
            StepProgress::Undone { rollback, result: given, effects: done, undone: by, note } => {
                result = Some(given.clone());
                effects = done.iter().map(Effect::from).collect();
                undone = by.iter().map(Effect::from).collect();
                rollback_id = Some(rollback.to_string());
                undo_note.clone_from(note);
            }
        }
        let waiting = waiting_for(self.plan, step, state.catalogue());
        Step {
            id: spec.id.to_string(),
            title: spec.title.clone(),
            description: spec.description.clone(),
            action_type: spec.action_type.clone(),
            params: step.params().clone(),
            sources: self
                .plan
                .sources_of(step)
                .into_iter()
                .map(|(pointer, source)| ValueSource::of(pointer, source))
                .collect(),
            depends_on: spec.depends_on.iter().map(ToString::to_string).collect(),
            requires_approval: spec.requires_approval,
            approved: step.approved,
            on_failure: spec.on_failure.map(Into::into),
            retry: spec.retry.map(Into::into),
            timeout_seconds: spec.timeout_seconds,
            impact: impact.into(),
            status: self.plan.step_status(step).into(),
            attempts: step.attempts.len(),
            attempt_log: step.attempts.iter().map(attempt).collect(),
            retry_at,
            waiting_for: waiting.into_iter().map(in_words).collect(),
            resolved_params,
            result,
            effects,
            undone,
            rollback_id,
            undo_note,
            error,
            skip_reason,
            started_at: step.started_at,
            completed_at: step.ended_at,
        }
    }
}

/// How far a plan is.
pub(crate) fn progress(plan: &Domain) -> Progress {
    let mut progress = Progress::default();
    let mut undone = 0;
    for (id, step) in &plan.steps {
        progress.total += 1;
        match step.progress {
            StepProgress::Pending => {}
            StepProgress::Executing { .. }
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. } => {
                progress.current.push(id.to_string());
            }
            StepProgress::Completed { .. } => progress.completed += 1,
            StepProgress::Failed { .. } => progress.failed += 1,
            StepProgress::Skipped { .. } => progress.skipped += 1,
            StepProgress::Undone { .. } => undone += 1,
        }
    }
    Progress { undone: (undone > 0).then_some(undone), ..progress }
}

/// Sums up what the steps do to the world.
fn total_impact<'a>(impacts: impl Iterator<Item = &'a Impact>) -> PlanImpact {
    let (mut steps, mut outside, mut irreversible) = (0, 0, 0);
    for impact in impacts {
        steps += 1;
        outside += u32::from(impact.outside);
        irreversible += u32::from(impact.reversibility == Reversibility::Irreversible);
    }
    PlanImpact { outside, irreversible, summary: impact_in_words(steps, outside, irreversible) }
}

/// `8 steps, 2 outside effects, 1 cannot be undone`.
pub(crate) fn impact_in_words(steps: u32, outside: u32, irreversible: u32) -> String {
    let mut words = vec![counted(steps, "step", "steps")];
    if outside > 0 {
        words.push(counted(outside, "outside effect", "outside effects"));
    }
    words.push(match irreversible {
        0 if steps == 0 => return "no steps yet".to_owned(),
        0 => "everything can be undone".to_owned(),
        n => format!("{n} cannot be undone"),
    });
    words.join(", ")
}

fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn question(question: &domain_plan::Question) -> Question {
    Question {
        id: question.id.clone(),
        text: question.text.clone(),
        kind: question.answer_kind().into(),
        choices: question.choices.clone(),
    }
}

fn run(run: &domain_plan::Run) -> Run {
    Run {
        id: run.id.to_string(),
        content_hash: run.content_hash.to_string(),
        started_at: run.started_at,
        ended_at: run.ended_at,
        paused: run.paused.clone(),
    }
}

fn rollback(rollback: &domain_plan::Rollback) -> Rollback {
    Rollback {
        id: rollback.id.to_string(),
        scope: (&rollback.scope).into(),
        step_id: scope_step(&rollback.scope),
        undoes: scope_rollback(&rollback.scope),
        steps: rollback.steps.iter().map(|step| step.step_id.to_string()).collect(),
        reason: rollback.reason.clone(),
        by: (&rollback.by).into(),
        started_at: rollback.started_at,
        ended_at: rollback.ended_at,
        paused: rollback.paused.clone(),
        stopped: rollback.stopped.clone(),
        undone_by: rollback.undone_by.map(|id| id.to_string()),
    }
}

fn comment(comment: &domain_plan::Comment) -> Comment {
    Comment {
        id: comment.id.clone(),
        by: (&comment.by).into(),
        at: comment.at,
        text: comment.text.clone(),
        step_id: comment.step_id.as_ref().map(ToString::to_string),
        resolved: comment.resolved,
    }
}

fn attempt(attempt: &domain_plan::AttemptRecord) -> Attempt {
    Attempt {
        number: attempt.number,
        started_at: attempt.started_at,
        ended_at: attempt.ended_at,
        error: attempt.error.as_ref().map(Into::into),
    }
}

fn in_words(waiting: domain_plan::Waiting) -> Waiting {
    Waiting {
        kind: waiting.kind,
        text: waiting.text,
        step_id: waiting.step.map(|step| step.to_string()),
        until: waiting.at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_impact_of_a_plan_reads_as_a_sentence() {
        assert_eq!(impact_in_words(0, 0, 0), "no steps yet");
        assert_eq!(impact_in_words(1, 0, 0), "1 step, everything can be undone");
        assert_eq!(impact_in_words(8, 2, 1), "8 steps, 2 outside effects, 1 cannot be undone");
    }
}
