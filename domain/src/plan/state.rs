//! A plan as its events left it.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    ContentHash, Effort, OnFailure, Origin, PlanDetails, PlannerChoice, Question, Rollback, Sources, StepError,
    StepSpec,
};
use crate::{
    action::Effect,
    actor::Actor,
    difference::Content,
    ids::{EntityId, RollbackId, RunId, StepId},
};

/// Where a plan stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// There is no such plan yet.
    #[default]
    Absent,
    Drafting,
    NeedsAnswer,
    Draft,
    Approved,
    Executing,
    Paused,
    Completed,
    Failed,
    Cancelled,
    Rejected,
    RollingBack,
    RolledBack,
    /// A step could not be taken back; a person has to decide.
    RollbackStuck,
}

impl PlanStatus {
    pub const ALL: [Self; 14] = [
        Self::Absent,
        Self::Drafting,
        Self::NeedsAnswer,
        Self::Draft,
        Self::Approved,
        Self::Executing,
        Self::Paused,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Rejected,
        Self::RollingBack,
        Self::RolledBack,
        Self::RollbackStuck,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Drafting => "drafting",
            Self::NeedsAnswer => "needs_answer",
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Executing => "executing",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::RollingBack => "rolling_back",
            Self::RolledBack => "rolled_back",
            Self::RollbackStuck => "rollback_stuck",
        }
    }

    /// The status as it reads in a sentence.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Absent => "not there",
            Self::Drafting => "still being drafted",
            Self::NeedsAnswer => "waiting for an answer",
            Self::Draft => "a draft",
            Self::Approved => "approved",
            Self::Executing => "executing",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::RollingBack => "being rolled back",
            Self::RolledBack => "rolled back",
            Self::RollbackStuck => "stuck in its rollback",
        }
    }
}

/// One attempt at a step, as history tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptRecord {
    pub number: u32,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub error: Option<StepError>,
}

/// Where a step stands; what a state needs lives in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StepProgress {
    #[default]
    Pending,
    Executing {
        attempt: u32,
        key: String,
        params: Value,
    },
    /// An attempt failed; the next starts at `retry_at`.
    Retrying {
        attempt: u32,
        retry_at: DateTime<Utc>,
        error: StepError,
    },
    OutcomeUnknown {
        attempt: u32,
        message: String,
    },
    Completed {
        result: Value,
        effects: Vec<Effect>,
    },
    Failed {
        error: StepError,
    },
    /// `result` stands in for what the step would have given; without it, dependents do not start.
    Skipped {
        reason: String,
        result: Option<Value>,
    },
    /// It is being taken back, or after a rollback done again.
    Undoing {
        attempt: u32,
        /// How many attempts were made before the last retry by a person.
        #[serde(default)]
        attempts_before_retry: u32,
        /// When the next attempt starts; while there is none, one is under way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<DateTime<Utc>>,
        result: Value,
        effects: Vec<Effect>,
    },
    UndoFailed {
        attempt: u32,
        error: StepError,
        result: Value,
        effects: Vec<Effect>,
    },
    /// What it did was taken back; `undone` says by what. Its result is for the record.
    Undone {
        rollback: RollbackId,
        result: Value,
        effects: Vec<Effect>,
        undone: Vec<Effect>,
        /// What a person said who settled it by hand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
}

/// The status words that people see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    Pending,
    WaitingApproval,
    Executing,
    Retrying,
    OutcomeUnknown,
    Completed,
    Failed,
    Skipped,
    Undoing,
    UndoFailed,
    Undone,
}

impl StepStatus {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::WaitingApproval => "waiting_approval",
            Self::Executing => "executing",
            Self::Retrying => "retrying",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Undoing => "undoing",
            Self::UndoFailed => "undo_failed",
            Self::Undone => "undone",
        }
    }
}

/// A step: what was planned, and how far it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub spec: StepSpec,
    pub progress: StepProgress,
    /// Whether a person let this gated step start.
    pub approved: bool,
    /// Params that a person gave with a retry; they stand in for the planned ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params_override: Option<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AttemptRecord>,
    /// How many attempts were made before the last retry by a person; the retry policy counts from there.
    #[serde(default)]
    pub attempts_before_retry: u32,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Where its values came from, as far as that differs from the plan's own origin.
    #[serde(default, skip_serializing_if = "Sources::is_empty")]
    pub sources: Sources,
}

impl Step {
    pub fn new(spec: StepSpec) -> Self {
        Self {
            spec,
            progress: StepProgress::Pending,
            approved: false,
            params_override: None,
            attempts: Vec::new(),
            attempts_before_retry: 0,
            started_at: None,
            ended_at: None,
            sources: Sources::new(),
        }
    }

    /// The params the next attempt uses, with references still in them.
    pub fn params(&self) -> &Value {
        self.params_override.as_ref().unwrap_or(&self.spec.params)
    }

    /// What later steps can refer to: the result, or what stands in for it.
    pub fn result(&self) -> Option<&Value> {
        match &self.progress {
            StepProgress::Completed { result, .. } => Some(result),
            StepProgress::Skipped { result, .. } => result.as_ref(),
            StepProgress::Pending
            | StepProgress::Executing { .. }
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. }
            | StepProgress::Undone { .. } => None,
        }
    }

    /// What the step gave when it was done, whatever has become of it since.
    pub fn recorded_result(&self) -> Option<&Value> {
        match &self.progress {
            StepProgress::Undoing { result, .. }
            | StepProgress::UndoFailed { result, .. }
            | StepProgress::Undone { result, .. } => Some(result),
            StepProgress::Completed { .. }
            | StepProgress::Skipped { .. }
            | StepProgress::Pending
            | StepProgress::Executing { .. }
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Failed { .. } => self.result(),
        }
    }

    /// Whether steps that depend on this one may start, as far as this one goes.
    pub fn lets_dependents_start(&self) -> bool {
        self.result().is_some()
    }

    /// Whether nothing more happens to the step by itself.
    pub fn is_settled(&self) -> bool {
        match self.progress {
            StepProgress::Completed { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Skipped { .. }
            | StepProgress::Undone { .. } => true,
            StepProgress::Pending
            | StepProgress::Executing { .. }
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. } => false,
        }
    }

    /// The status word, without the gate (see [`Plan::step_status`]).
    pub fn status(&self) -> StepStatus {
        match self.progress {
            StepProgress::Pending => StepStatus::Pending,
            StepProgress::Executing { .. } => StepStatus::Executing,
            StepProgress::Retrying { .. } => StepStatus::Retrying,
            StepProgress::OutcomeUnknown { .. } => StepStatus::OutcomeUnknown,
            StepProgress::Completed { .. } => StepStatus::Completed,
            StepProgress::Failed { .. } => StepStatus::Failed,
            StepProgress::Skipped { .. } => StepStatus::Skipped,
            StepProgress::Undoing { .. } => StepStatus::Undoing,
            StepProgress::UndoFailed { .. } => StepStatus::UndoFailed,
            StepProgress::Undone { .. } => StepStatus::Undone,
        }
    }

    /// The number of the latest attempt; 0 before the first.
    pub fn attempt(&self) -> u32 {
        self.attempts.last().map_or(0, |attempt| attempt.number)
    }
}

/// One person's yes to one content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub by: Actor,
    pub at: DateTime<Utc>,
    pub content_hash: ContentHash,
    pub note: Option<String>,
}

/// The run of the approved content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub content_hash: ContentHash,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Why the run stands still, while it is paused.
    pub paused: Option<String>,
    /// Whether a failed step paused it, rather than a person.
    pub paused_by_failure: bool,
}

/// What somebody said about a draft to get another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    pub text: String,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

/// The draft before the one that somebody asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revised {
    pub feedback: Feedback,
    pub before: Content,
}

/// A plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub status: PlanStatus,
    pub request: Option<String>,
    pub selection: Option<EntityId>,
    pub planner: PlannerChoice,
    pub today: Option<NaiveDate>,
    pub timezone: Option<String>,
    pub details: PlanDetails,
    pub origin: Origin,
    /// What asking models took, all drafts and questions together.
    pub effort: Effort,
    /// What the planner or the last stop said, in words.
    pub message: String,
    pub questions: Vec<Question>,
    pub answers: Map<String, Value>,
    /// What was said to get other drafts, oldest first.
    pub feedback: Vec<Feedback>,
    /// What the planner works on, while another draft is awaited.
    pub revising: Option<Feedback>,
    /// What the draft was made from, when it is not the first one.
    pub revised: Option<Box<Revised>>,
    /// Why the last wish for another draft led to none.
    pub declined: Option<String>,
    /// In the order people see.
    pub steps: IndexMap<StepId, Arc<Step>>,
    /// Ids that were taken out; they are not used again.
    pub retired: HashSet<StepId>,
    pub approvals: Vec<Approval>,
    /// The content that may run, once enough people approved it. Stays when the content moves away from it.
    pub approved: Option<ContentHash>,
    pub run: Option<Run>,
    /// Everything that was rolled back, and rolled back again, in order.
    pub rollbacks: Vec<Rollback>,
    pub comments: Vec<Comment>,
    pub rating: Option<u8>,
    pub created_by: Option<Actor>,
    pub created_at: Option<DateTime<Utc>>,
    pub updated_at: Option<DateTime<Utc>>,
}

/// A remark on a plan or one of its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    pub id: String,
    pub by: Actor,
    pub at: DateTime<Utc>,
    pub text: String,
    pub step_id: Option<StepId>,
    pub resolved: bool,
}

impl Plan {
    /// The steps as they were planned, in order.
    pub fn specs(&self) -> impl Iterator<Item = &StepSpec> {
        self.steps.values().map(|step| &step.spec)
    }

    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of(self.specs(), &self.details.policy)
    }

    /// Whether as many people said yes to this content as the plan asks for. The policy is part of the content.
    pub fn has_enough_approvals(&self, content: ContentHash) -> bool {
        let given = self.approvals.iter().filter(|approval| approval.content_hash == content).count();
        given >= self.details.policy.approvals_required as usize
    }

    /// The failure policy that holds for a step.
    pub fn on_failure(&self, step: &Step) -> OnFailure {
        step.spec.on_failure.unwrap_or(self.details.policy.on_failure)
    }

    /// Whether everything the step depends on lets it start.
    pub fn dependencies_met(&self, step: &Step) -> bool {
        step.spec.depends_on.iter().all(|id| self.steps.get(id).is_some_and(|step| step.lets_dependents_start()))
    }

    /// The status word that people see for a step.
    pub fn step_status(&self, step: &Step) -> StepStatus {
        let running = matches!(self.status, PlanStatus::Executing | PlanStatus::Paused);
        let gated = step.spec.requires_approval && !step.approved;
        match step.status() {
            StepStatus::Pending if running && gated && self.dependencies_met(step) => StepStatus::WaitingApproval,
            status => status,
        }
    }

    /// The idempotency key of a step in the current run: stable over attempts.
    pub fn step_key(run: RunId, step: &StepId) -> String {
        format!("{run}/{step}")
    }

    pub fn failed_steps(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.steps.values().filter(|step| matches!(step.progress, StepProgress::Failed { .. }))
    }
}
