//! How good drafts are: what people make of them, and what goes wrong in runs.
//!
//! A draft is approved unchanged, approved after edits, or rejected; a plan that was asked for again in words counts as
//! edited. One row per plan says so, with its rating and the codes of its failures; the figures are summed when asked.

mod query;
mod table;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    actor::ActorKind,
    decider::Stamp,
    ids::PlanId,
    plan::{PlanEvent, StepSpec},
};
use eventlog::{Position, RecordedEvent, Revision};

pub use query::{FailureReason, Insights, PlannerFigures};

use crate::{NotApplicable, Projection, projection};

/// The projection behind the page of insights.
pub(crate) struct InsightsModel;

/// What became of a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody has decided yet.
    #[default]
    Open,
    /// Approved as it was drafted.
    Unchanged,
    /// Approved after people changed it, by hand or in words.
    Edited,
    /// Rejected, or cancelled before it ran.
    Rejected,
    /// There never was a draft.
    Unplanned,
}

/// What is kept of one plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    id: PlanId,
    created: Position,
    created_at: DateTime<Utc>,
    revision: Revision,
    planner: String,
    kind: String,
    verdict: Verdict,
    asked: u32,
    drafts: u32,
    edits: u32,
    steps: u32,
    started: bool,
    ended: Option<&'static str>,
    failures: Vec<String>,
    rating: Option<u8>,
}

impl Projection for InsightsModel {
    const NAME: &'static str = "insights";
    const VERSION: u32 = 1;
    type Row = Option<Judged>;
    type Entry = ();

    fn concerns(category: &str) -> bool {
        category == "plan"
    }

    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<()>, NotApplicable> {
        let id = projection::subject(&event.stream)?;
        projection::check_order(row.as_ref().map(|judged| judged.revision), event)?;
        projection::plan_event(event, |plan_event, stamp| {
            let judged = row.get_or_insert_with(|| Judged::new(id, event.position, stamp));
            judged.revision = event.revision;
            judged.evolve(plan_event, stamp);
        })?;
        Ok(None)
    }

    fn pass_over(row: &mut Self::Row, event: &RecordedEvent) {
        if let Some(judged) = row {
            judged.revision = event.revision;
        }
    }

    fn weight(_: &Self::Row) -> usize {
        1
    }
}

impl Judged {
    fn new(id: PlanId, created: Position, stamp: &Stamp) -> Self {
        Self {
            id,
            created,
            created_at: stamp.at,
            revision: Revision::FIRST,
            planner: String::new(),
            kind: String::new(),
            verdict: Verdict::Open,
            asked: 0,
            drafts: 0,
            edits: 0,
            steps: 0,
            started: false,
            ended: None,
            failures: Vec::new(),
            rating: None,
        }
    }

    fn evolve(&mut self, event: &PlanEvent, stamp: &Stamp) {
        match event {
            PlanEvent::PlanDrafted(e) => {
                self.planner.clone_from(&e.origin.planner);
                self.drafts += 1;
                self.edits = 0;
                self.steps = u32::try_from(e.steps.len()).unwrap_or(u32::MAX);
                kind_of(&e.steps).clone_into(&mut self.kind);
                self.verdict = Verdict::Open;
            }
            PlanEvent::ClarificationRequested(e) => {
                self.asked += u32::try_from(e.questions.len()).unwrap_or(u32::MAX);
            }
            PlanEvent::StepAdded(_) => {
                self.edited(stamp);
                self.steps += 1;
            }
            PlanEvent::StepRemoved(_) => {
                self.edited(stamp);
                self.steps = self.steps.saturating_sub(1);
            }
            PlanEvent::StepEdited(_) | PlanEvent::StepsReordered(_) | PlanEvent::PlanDetailsEdited(_) => {
                self.edited(stamp);
            }
            PlanEvent::PlanApproved(_) => {
                self.verdict = if self.edits > 0 || self.drafts > 1 { Verdict::Edited } else { Verdict::Unchanged };
            }
            PlanEvent::ApprovalVoided(_) => self.verdict = Verdict::Open,
            PlanEvent::PlanningFailed(e) => {
                self.verdict = Verdict::Unplanned;
                self.failures.push(e.code.clone());
            }
            PlanEvent::ExecutionStarted(_) => self.started = true,
            PlanEvent::ExecutionCancelled(_) if self.started => self.ended = Some("cancelled"),
            PlanEvent::PlanRejected(_) | PlanEvent::ExecutionCancelled(_) => self.turned_down(),
            PlanEvent::PlanCompleted(_) => self.ended = Some("completed"),
            PlanEvent::PlanFailed(_) => self.ended = Some("failed"),
            PlanEvent::StepFailed(e) => self.failures.push(e.error.code.clone()),
            PlanEvent::StepRetried(_) | PlanEvent::StepSkipped(_) if self.ended == Some("failed") => self.ended = None,
            PlanEvent::PlanRated(e) => self.rating = Some(e.score),
            PlanEvent::PlanCreated(_)
            | PlanEvent::ModelAsked(_)
            | PlanEvent::ClarificationAnswered(_)
            | PlanEvent::RevisionRequested(_)
            | PlanEvent::RevisionDeclined(_)
            | PlanEvent::PlanApprovalGiven(_)
            | PlanEvent::StepStarted(_)
            | PlanEvent::StepCompleted(_)
            | PlanEvent::StepAttemptFailed(_)
            | PlanEvent::StepOutcomeUnknown(_)
            | PlanEvent::StepOutcomeResolved(_)
            | PlanEvent::StepSkipped(_)
            | PlanEvent::StepRetried(_)
            | PlanEvent::StepApproved(_)
            | PlanEvent::ExecutionPaused(_)
            | PlanEvent::ExecutionResumed(_)
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
            | PlanEvent::CommentAdded(_)
            | PlanEvent::CommentResolved(_) => {}
        }
    }

    fn edited(&mut self, stamp: &Stamp) {
        if matches!(stamp.actor.kind, ActorKind::Person | ActorKind::MachineToken) {
            self.edits += 1;
        }
    }

    fn turned_down(&mut self) {
        self.verdict = if self.drafts == 0 { Verdict::Unplanned } else { Verdict::Rejected };
    }
}

/// What a plan is mostly about: the weightiest of its actions.
fn kind_of(steps: &[StepSpec]) -> &'static str {
    const BY_WEIGHT: [&str; 10] =
        ["project", "calendar", "message", "http", "task", "reminder", "idea", "person", "note", "link"];
    let family = |step: &StepSpec| step.action_type.split('.').next().unwrap_or_default().to_owned();
    let families: Vec<String> = steps.iter().map(family).collect();
    BY_WEIGHT.into_iter().find(|kind| families.iter().any(|family| family == kind)).unwrap_or("other")
}
