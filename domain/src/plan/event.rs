//! What happens to a plan. Nothing here is ever changed or taken out; a new shape gets a new schema version.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Acknowledged, AskingOutcome, ContentHash, Origin, PlanDetails, PlanStatus, PlannerChoice, Question, StepError,
    StepSpec, UnknownResolution,
};
use crate::{
    action::Effect,
    ids::{EntityId, RollbackId, RunId, StepId},
    rollback::{ChoiceFor, PreviewHash, Scope, UndoStep},
    schema::events,
};

events! {
    /// Everything that can happen to a plan.
    PlanEvent {
        /// Somebody asked for a plan, in words or by hand.
        PlanCreated {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            request: Option<String>,
            /// What the person had open.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            selection: Option<EntityId>,
            #[serde(default)]
            planner: PlannerChoice,
            /// The day the request was made, for the person who made it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            today: Option<NaiveDate>,
            /// An IANA name, `Europe/Berlin`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            timezone: Option<String>,
        },
        /// There is a first draft.
        PlanDrafted {
            details: PlanDetails,
            steps: Vec<StepSpec>,
            origin: Origin,
            #[serde(default, skip_serializing_if = "String::is_empty")]
            message: String,
        },
        /// A model was asked for a draft. What it takes is told whatever came of it: the events after this one say what.
        ModelAsked {
            /// `anthropic` or `openai`.
            planner: String,
            model: String,
            prompt_version: String,
            /// All that were paid for, in and out; estimated for a call that was cut off.
            tokens: u64,
            /// In millionths of a US dollar, where the model's prices are known.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            cost_micros: Option<u64>,
            duration_ms: u64,
            outcome: AskingOutcome,
        },
        /// The planner could not make a draft.
        PlanningFailed { code: String, message: String },
        /// The planner asks back.
        ClarificationRequested { questions: Vec<Question>, message: String },
        /// A person answered; the planner goes on.
        ClarificationAnswered { answers: Map<String, Value> },
        /// Somebody asked for another draft of the same plan; the planner goes on.
        RevisionRequested { feedback: String },
        /// The draft stays as it was.
        RevisionDeclined {
            message: String,
            /// Whether the content is still approved.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            still_approved: bool,
        },
        /// Name, description or policy changed.
        PlanDetailsEdited { before: PlanDetails, after: PlanDetails },
        /// A step was added after another; at the front when `after` is not there.
        StepAdded {
            step: StepSpec,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            after: Option<StepId>,
        },
        /// A step's content changed.
        StepEdited { before: StepSpec, after: StepSpec },
        /// A step was taken out; its id is not used again.
        StepRemoved { step: StepSpec },
        /// The steps stand in another order.
        StepsReordered { order: Vec<StepId> },
        /// One person approved this content.
        PlanApprovalGiven {
            content_hash: ContentHash,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<String>,
            /// The loud warnings that this person looked at, as they read then.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            acknowledged: Vec<Acknowledged>,
        },
        /// Enough people approved this content; it may run.
        PlanApproved {
            content_hash: ContentHash,
            /// Whether an edit brought back content that was approved before.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            reinstated: bool,
        },
        /// The content is no longer what was approved.
        ApprovalVoided { approved_hash: ContentHash, content_hash: ContentHash },
        /// The plan will not be carried out.
        PlanRejected { reason: String },
        /// A run of the approved content began.
        ExecutionStarted { run_id: RunId, content_hash: ContentHash },
        /// An attempt at a step was claimed; the action is called only after this is on disk.
        StepStarted {
            step_id: StepId,
            attempt: u32,
            /// Stable over attempts: plan, run and step.
            key: String,
            /// With references resolved.
            params: Value,
        },
        /// The step is done.
        StepCompleted {
            step_id: StepId,
            attempt: u32,
            result: Value,
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            effects: Vec<Effect>,
        },
        /// An attempt failed and another will follow.
        StepAttemptFailed { step_id: StepId, attempt: u32, error: StepError, retry_at: DateTime<Utc> },
        /// The step failed for good.
        StepFailed { step_id: StepId, attempt: u32, error: StepError },
        /// Nobody can tell whether an attempt happened; a person has to.
        StepOutcomeUnknown { step_id: StepId, attempt: u32, message: String },
        /// A person told whether it happened.
        StepOutcomeResolved {
            step_id: StepId,
            outcome: UnknownResolution,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            result: Option<Value>,
            reason: String,
        },
        /// The step will not be carried out; `result` stands in for what it would have given.
        StepSkipped {
            step_id: StepId,
            reason: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            result: Option<Value>,
        },
        /// A failed step is tried again, perhaps with other params.
        StepRetried {
            step_id: StepId,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            params: Option<Value>,
        },
        /// A person let a gated step start.
        StepApproved {
            step_id: StepId,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<String>,
        },
        /// No further step starts until somebody resumes.
        ExecutionPaused { reason: String },
        /// Steps start again.
        ExecutionResumed {},
        /// No further step ever starts; what runs comes to its end.
        ExecutionCancelled { reason: String },
        /// Every step is completed or skipped.
        PlanCompleted {},
        /// The run ended with failed steps.
        PlanFailed { failed: Vec<StepId>, message: String },
        /// What was done began to be taken back, or what was taken back to be done again.
        RollbackStarted {
            rollback_id: RollbackId,
            scope: Scope,
            /// What the person saw and confirmed.
            preview_hash: PreviewHash,
            /// In order, each with what takes it back.
            steps: Vec<UndoStep>,
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            choices: Vec<ChoiceFor>,
            /// Steps that waited for a person, a moment or a retry, and have not begun any more.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            set_back: Vec<StepId>,
            reason: String,
        },
        /// An attempt to take a step back was claimed; it begins only after this is on disk.
        StepRollbackStarted {
            step_id: StepId,
            attempt: u32,
            /// Stable over attempts: rollback and step.
            key: String,
            /// Whether an earlier rollback is undone.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            redone: bool,
        },
        /// A step was taken back.
        StepRolledBack {
            step_id: StepId,
            /// 0 when there was nothing to do.
            attempt: u32,
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            effects: Vec<Effect>,
            /// Whether an earlier rollback was undone, so that the step counts as done again.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            redone: bool,
        },
        /// An attempt to take a step back failed, and another will follow.
        StepRollbackAttemptFailed { step_id: StepId, attempt: u32, error: StepError, retry_at: DateTime<Utc> },
        /// A step could not be taken back; a person has to decide.
        StepRollbackFailed { step_id: StepId, attempt: u32, error: StepError },
        /// Taking a step back is tried again.
        StepRollbackRetried { step_id: StepId },
        /// A person settled by hand what could not be taken back, or did what they were asked to.
        StepRollbackResolved {
            step_id: StepId,
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            redone: bool,
            reason: String,
        },
        /// Nothing further is taken back until somebody resumes.
        RollbackPaused { reason: String },
        /// Taking back goes on.
        RollbackResumed {},
        /// A rollback was left half-way: what is taken back stays so, the rest stays done.
        RollbackStopped {
            rollback_id: RollbackId,
            status: PlanStatus,
            /// The steps that had begun to be taken back and count as done again.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            kept: Vec<StepId>,
            reason: String,
        },
        /// The rollback is done; the plan stands as `status` says.
        PlanRolledBack { rollback_id: RollbackId, status: PlanStatus },
        /// Somebody judged the plan, 1 (poor) to 5 (excellent).
        PlanRated {
            score: u8,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            comment: Option<String>,
        },
        /// Somebody wrote a comment, on the plan or on a step.
        CommentAdded {
            comment_id: String,
            text: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            step_id: Option<StepId>,
        },
        /// A comment is settled.
        CommentResolved { comment_id: String },
    }
}

impl PlanEvent {
    /// The step that the event is about, when it is about one.
    pub fn step_id(&self) -> Option<&StepId> {
        match self {
            Self::StepAdded(e) => Some(&e.step.id),
            Self::StepEdited(e) => Some(&e.after.id),
            Self::StepRemoved(e) => Some(&e.step.id),
            Self::StepStarted(e) => Some(&e.step_id),
            Self::StepCompleted(e) => Some(&e.step_id),
            Self::StepAttemptFailed(e) => Some(&e.step_id),
            Self::StepFailed(e) => Some(&e.step_id),
            Self::StepOutcomeUnknown(e) => Some(&e.step_id),
            Self::StepOutcomeResolved(e) => Some(&e.step_id),
            Self::StepSkipped(e) => Some(&e.step_id),
            Self::StepRetried(e) => Some(&e.step_id),
            Self::StepApproved(e) => Some(&e.step_id),
            Self::StepRollbackStarted(e) => Some(&e.step_id),
            Self::StepRolledBack(e) => Some(&e.step_id),
            Self::StepRollbackAttemptFailed(e) => Some(&e.step_id),
            Self::StepRollbackFailed(e) => Some(&e.step_id),
            Self::StepRollbackRetried(e) => Some(&e.step_id),
            Self::StepRollbackResolved(e) => Some(&e.step_id),
            Self::CommentAdded(e) => e.step_id.as_ref(),
            Self::PlanCreated(_)
            | Self::PlanDrafted(_)
            | Self::ModelAsked(_)
            | Self::PlanningFailed(_)
            | Self::ClarificationRequested(_)
            | Self::ClarificationAnswered(_)
            | Self::RevisionRequested(_)
            | Self::RevisionDeclined(_)
            | Self::PlanDetailsEdited(_)
            | Self::StepsReordered(_)
            | Self::PlanApprovalGiven(_)
            | Self::PlanApproved(_)
            | Self::ApprovalVoided(_)
            | Self::PlanRejected(_)
            | Self::ExecutionStarted(_)
            | Self::ExecutionPaused(_)
            | Self::ExecutionResumed(_)
            | Self::ExecutionCancelled(_)
            | Self::PlanCompleted(_)
            | Self::PlanFailed(_)
            | Self::RollbackStarted(_)
            | Self::RollbackPaused(_)
            | Self::RollbackResumed(_)
            | Self::RollbackStopped(_)
            | Self::PlanRolledBack(_)
            | Self::PlanRated(_)
            | Self::CommentResolved(_) => None,
        }
    }

    /// The reason that a person gave, for the verbs that ask for one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::PlanRejected(e) => Some(&e.reason),
            Self::StepOutcomeResolved(e) => Some(&e.reason),
            Self::StepSkipped(e) => Some(&e.reason),
            Self::ExecutionPaused(e) => Some(&e.reason),
            Self::ExecutionCancelled(e) => Some(&e.reason),
            Self::RollbackStarted(e) => Some(&e.reason),
            Self::StepRollbackResolved(e) => Some(&e.reason),
            Self::RollbackPaused(e) => Some(&e.reason),
            Self::RollbackStopped(e) => Some(&e.reason),
            Self::PlanCreated(_)
            | Self::PlanDrafted(_)
            | Self::ModelAsked(_)
            | Self::PlanningFailed(_)
            | Self::ClarificationRequested(_)
            | Self::ClarificationAnswered(_)
            | Self::RevisionRequested(_)
            | Self::RevisionDeclined(_)
            | Self::PlanDetailsEdited(_)
            | Self::StepAdded(_)
            | Self::StepEdited(_)
            | Self::StepRemoved(_)
            | Self::StepsReordered(_)
            | Self::PlanApprovalGiven(_)
            | Self::PlanApproved(_)
            | Self::ApprovalVoided(_)
            | Self::ExecutionStarted(_)
            | Self::StepStarted(_)
            | Self::StepCompleted(_)
            | Self::StepAttemptFailed(_)
            | Self::StepFailed(_)
            | Self::StepOutcomeUnknown(_)
            | Self::StepRetried(_)
            | Self::StepApproved(_)
            | Self::ExecutionResumed(_)
            | Self::PlanCompleted(_)
            | Self::PlanFailed(_)
            | Self::StepRollbackStarted(_)
            | Self::StepRolledBack(_)
            | Self::StepRollbackAttemptFailed(_)
            | Self::StepRollbackFailed(_)
            | Self::StepRollbackRetried(_)
            | Self::RollbackResumed(_)
            | Self::PlanRolledBack(_)
            | Self::PlanRated(_)
            | Self::CommentAdded(_)
            | Self::CommentResolved(_) => None,
        }
    }
}
