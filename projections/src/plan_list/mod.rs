//! The list of plans: one line per plan, with its status and its counts.
//!
//! The counts are folded from the events alone, without the steps themselves, so that a plan of thousands of steps has
//! a line as short as any other. A property test holds them against the folded plan.

mod query;
mod table;

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{
    action::{Catalogue, Reversibility},
    actor::Actor,
    decider::Stamp,
    ids::{PlanId, StepId},
    plan::{PlanEvent, PlanStatus, StepSpec, UnknownResolution},
};
use eventlog::{Position, RecordedEvent, Revision};
use serde::Serialize;

pub(crate) use query::candidates;
pub use query::{InFlight, PlanFilter};

use crate::{NotApplicable, Projection, projection};

/// The projection behind the list of plans.
pub(crate) struct PlanList;

/// One plan of the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanSummary {
    /// The plan.
    pub id: PlanId,
    /// Empty before the first draft.
    pub name: String,
    /// In the person's words; none when the plan was made by hand.
    pub request: Option<String>,
    /// Where it stands.
    pub status: PlanStatus,
    /// How far it is.
    pub progress: StepCounts,
    /// What its steps touch.
    pub impact: ImpactCounts,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When anything happened to it last.
    pub updated_at: DateTime<Utc>,
    /// Who asked for it.
    pub created_by: Actor,
    /// The revision of its last event.
    pub revision: Revision,
    /// The position of its last event.
    pub position: Position,
    /// The position of its first event: the list is in this order, newest first.
    #[serde(skip)]
    pub created: Position,
}

/// How many steps there are, and how they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StepCounts {
    /// All of them.
    pub total: u32,
    /// Those that are done.
    pub completed: u32,
    /// Those that failed for good.
    pub failed: u32,
    /// Those that will not be carried out.
    pub skipped: u32,
}

/// How many steps do what people want to know before they approve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImpactCounts {
    /// Those that reach outside the workspace.
    pub outside: u32,
    /// Those that cannot be taken back.
    pub irreversible: u32,
}

/// What is kept of one plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    summary: PlanSummary,
    /// Which steps have failed: a skip or a retry takes one out.
    failed: BTreeSet<StepId>,
}

impl Projection for PlanList {
    const NAME: &'static str = "plan_list";
    const VERSION: u32 = 1;
    type Row = Option<Line>;
    type Entry = ();

    fn concerns(category: &str) -> bool {
        category == "plan"
    }

    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<()>, NotApplicable> {
        let id = projection::subject(&event.stream)?;
        projection::check_order(row.as_ref().map(|line| line.summary.revision), event)?;
        projection::plan_event(event, |plan_event, stamp| {
            let line = row.get_or_insert_with(|| Line::new(id, event.position, stamp));
            line.summary.revision = event.revision;
            line.summary.position = event.position;
            line.summary.updated_at = stamp.at;
            line.evolve(plan_event);
        })?;
        Ok(None)
    }

    fn pass_over(row: &mut Self::Row, event: &RecordedEvent) {
        if let Some(line) = row {
            line.summary.revision = event.revision;
            line.summary.position = event.position;
        }
    }

    fn weight(_: &Self::Row) -> usize {
        1
    }
}

impl Line {
    pub(crate) fn into_summary(self) -> PlanSummary {
        self.summary
    }

    fn new(id: PlanId, created: Position, stamp: &Stamp) -> Self {
        let summary = PlanSummary {
            id,
            name: String::new(),
            request: None,
            status: PlanStatus::Absent,
            progress: StepCounts::default(),
            impact: ImpactCounts::default(),
            created_at: stamp.at,
            updated_at: stamp.at,
            created_by: stamp.actor.clone(),
            revision: Revision::FIRST,
            position: created,
            created,
        };
        Self { summary, failed: BTreeSet::new() }
    }

    fn evolve(&mut self, event: &PlanEvent) {
        let Self { summary, failed } = self;
        match event {
            PlanEvent::PlanCreated(e) => {
                summary.status = PlanStatus::Drafting;
                summary.request.clone_from(&e.request);
            }
            PlanEvent::PlanDrafted(e) => {
                summary.status = PlanStatus::Draft;
                summary.name.clone_from(&e.details.name);
                let total = u32::try_from(e.steps.len()).unwrap_or(u32::MAX);
                summary.progress = StepCounts { total, ..StepCounts::default() };
                summary.impact = ImpactCounts::default();
                e.steps.iter().for_each(|step| summary.impact.add(step));
                failed.clear();
            }
            PlanEvent::ClarificationRequested(_) => summary.status = PlanStatus::NeedsAnswer,
            PlanEvent::ClarificationAnswered(_) | PlanEvent::RevisionRequested(_) => {
                summary.status = PlanStatus::Drafting;
            }
            PlanEvent::RevisionDeclined(e) => {
                summary.status = if e.still_approved { PlanStatus::Approved } else { PlanStatus::Draft };
            }
            PlanEvent::PlanDetailsEdited(e) => summary.name.clone_from(&e.after.name),
            PlanEvent::StepAdded(e) => {
                summary.progress.total += 1;
                summary.impact.add(&e.step);
            }
            PlanEvent::StepEdited(e) => {
                summary.impact.take(&e.before);
                summary.impact.add(&e.after);
            }
            PlanEvent::StepRemoved(e) => {
                summary.progress.total = summary.progress.total.saturating_sub(1);
                summary.impact.take(&e.step);
            }
            PlanEvent::ApprovalVoided(_) => summary.status = PlanStatus::Draft,
            PlanEvent::PlanApproved(_) => summary.status = PlanStatus::Approved,
            PlanEvent::PlanRejected(_) => summary.status = PlanStatus::Rejected,
            PlanEvent::ExecutionStarted(_) | PlanEvent::ExecutionResumed(_) => summary.status = PlanStatus::Executing,
            PlanEvent::ExecutionPaused(_) => summary.status = PlanStatus::Paused,
            PlanEvent::ExecutionCancelled(_) => summary.status = PlanStatus::Cancelled,
            PlanEvent::PlanCompleted(_) => summary.status = PlanStatus::Completed,
            PlanEvent::PlanFailed(_) | PlanEvent::PlanningFailed(_) => summary.status = PlanStatus::Failed,
            PlanEvent::RollbackStarted(_) | PlanEvent::RollbackResumed(_) => summary.status = PlanStatus::RollingBack,
            PlanEvent::StepRollbackFailed(_) => summary.status = PlanStatus::RollbackStuck,
            PlanEvent::PlanRolledBack(e) => summary.status = e.status,
            PlanEvent::RollbackStopped(e) => {
                summary.status = e.status;
                summary.progress.completed += u32::try_from(e.kept.len()).unwrap_or(u32::MAX);
            }
            PlanEvent::StepRollbackStarted(e) if e.attempt == 1 && !e.redone => summary.progress.uncomplete(),
            PlanEvent::StepRolledBack(e) if e.redone => summary.progress.completed += 1,
            PlanEvent::StepRolledBack(e) if e.attempt == 0 => summary.progress.uncomplete(),
            PlanEvent::StepRollbackResolved(e) if e.redone => summary.progress.completed += 1,
            PlanEvent::StepCompleted(_) => summary.progress.completed += 1,
            PlanEvent::StepOutcomeResolved(e) => match e.outcome {
                UnknownResolution::Happened => summary.progress.completed += 1,
                UnknownResolution::DidNotHappen => {}
            },
            PlanEvent::StepFailed(e) => {
                failed.insert(e.step_id.clone());
            }
            PlanEvent::StepSkipped(e) => {
                failed.remove(&e.step_id);
                summary.progress.skipped += 1;
                summary.go_on_after_failure();
            }
            PlanEvent::StepRetried(e) => {
                failed.remove(&e.step_id);
                summary.go_on_after_failure();
            }
            PlanEvent::ModelAsked(_)
            | PlanEvent::StepsReordered(_)
            | PlanEvent::PlanApprovalGiven(_)
            | PlanEvent::StepStarted(_)
            | PlanEvent::StepAttemptFailed(_)
            | PlanEvent::StepOutcomeUnknown(_)
            | PlanEvent::StepApproved(_)
            | PlanEvent::StepRollbackStarted(_)
            | PlanEvent::StepRolledBack(_)
            | PlanEvent::StepRollbackAttemptFailed(_)
            | PlanEvent::StepRollbackRetried(_)
            | PlanEvent::StepRollbackResolved(_)
            | PlanEvent::RollbackPaused(_)
            | PlanEvent::PlanRated(_)
            | PlanEvent::CommentAdded(_)
            | PlanEvent::CommentResolved(_) => {}
        }
        summary.progress.failed = u32::try_from(failed.len()).unwrap_or(u32::MAX);
    }
}

impl PlanSummary {
    /// A failed run goes on when its failed step is tried again or skipped.
    fn go_on_after_failure(&mut self) {
        if self.status == PlanStatus::Failed {
            self.status = PlanStatus::Executing;
        }
    }
}

impl StepCounts {
    /// A step that was done is being taken back.
    fn uncomplete(&mut self) {
        self.completed = self.completed.saturating_sub(1);
    }
}

impl ImpactCounts {
    /// Counts what the steps of a plan touch, by the catalogue of actions.
    pub fn of<'a>(steps: impl IntoIterator<Item = &'a StepSpec>) -> Self {
        let mut counts = Self::default();
        steps.into_iter().for_each(|step| counts.add(step));
        counts
    }

    fn add(&mut self, step: &StepSpec) {
        let (outside, irreversible) = flags(step);
        self.outside += u32::from(outside);
        self.irreversible += u32::from(irreversible);
    }

    fn take(&mut self, step: &StepSpec) {
        let (outside, irreversible) = flags(step);
        self.outside = self.outside.saturating_sub(u32::from(outside));
        self.irreversible = self.irreversible.saturating_sub(u32::from(irreversible));
    }
}

fn flags(step: &StepSpec) -> (bool, bool) {
    let action = Catalogue::builtin().get(&step.action_type);
    action.map_or((false, false), |action| (action.outside, action.reversibility == Reversibility::Irreversible))
}
