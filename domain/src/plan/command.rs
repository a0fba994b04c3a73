//! What can be asked of a plan.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    ContentHash, ModelAsked, OnFailure, Origin, PlannerChoice, Policy, Question, StepError, StepSpec, UnknownResolution,
};
use crate::{
    action::{Effect, RetryPolicy},
    ids::{EntityId, RollbackId, RunId, StepId},
    rollback::{ChoiceFor, PreviewHash, World},
};

/// An intent towards one plan.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanCommand {
    Create(CreatePlan),
    Draft(DraftPlan),
    /// Records that a model was asked, and in the same breath what it answered: a draft, questions, a refusal or a
    /// failure; nothing when the asking was called off.
    RecordAsking {
        asked: ModelAsked,
        answer: Option<Box<PlanCommand>>,
    },
    FailPlanning {
        code: String,
        message: String,
    },
    RequestClarification {
        questions: Vec<Question>,
        message: String,
    },
    AnswerClarification {
        answers: Map<String, Value>,
    },
    /// Asks for another draft.
    Revise {
        feedback: String,
    },
    /// Leaves the draft as it was before another one was asked for.
    DeclineRevision {
        message: String,
    },
    /// All changes or none.
    Edit {
        changes: Vec<Change>,
    },
    Approve {
        content_hash: ContentHash,
        note: Option<String>,
        /// The loud warnings that the person looked at, by their ids.
        acknowledged: Vec<String>,
    },
    Reject {
        reason: String,
    },
    Start {
        run_id: RunId,
    },
    /// Records how attempts ended and, with `claim`, starts what is due. Given by the executor alone.
    Advance {
        outcomes: Vec<StepOutcome>,
        claim: bool,
    },
    Pause {
        reason: String,
    },
    Resume,
    Cancel {
        reason: String,
    },
    SkipStep {
        step: StepId,
        reason: String,
        result: Option<Value>,
    },
    RetryStep {
        step: StepId,
        params: Option<Value>,
    },
    ApproveStep {
        step: StepId,
        note: Option<String>,
    },
    CompleteStep {
        step: StepId,
        result: Option<Value>,
        note: Option<String>,
    },
    ResolveOutcome {
        step: StepId,
        outcome: UnknownResolution,
        result: Option<Value>,
        reason: String,
    },
    RollBack(Box<RollBack>),
    /// Ends a run that was to be rolled back by itself and cannot be. Given by the executor alone.
    GiveUpRollback {
        message: String,
    },
    RetryRollback {
        step: StepId,
    },
    ResolveRollback {
        step: StepId,
        reason: String,
    },
    /// Leaves a rollback half-way that is stuck or paused.
    StopRollback {
        reason: String,
    },
    Rate {
        score: u8,
        comment: Option<String>,
    },
    Comment {
        comment_id: String,
        text: String,
        step: Option<StepId>,
    },
    ResolveComment {
        comment_id: String,
    },
}

/// Asks for a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreatePlan {
    /// In the person's words: 1 to 20,000 characters. Not there when the plan is made by hand.
    pub request: Option<String>,
    pub selection: Option<EntityId>,
    pub planner: PlannerChoice,
    pub today: Option<NaiveDate>,
    pub timezone: Option<String>,
    /// The content, when the plan is made by hand.
    pub by_hand: Option<DraftPlan>,
}

/// Takes back what was done.
#[derive(Clone, Debug, PartialEq)]
pub struct RollBack {
    pub rollback_id: RollbackId,
    /// What the person saw; it names the scope.
    pub seen: PreviewHash,
    pub choices: Vec<ChoiceFor>,
    pub reason: String,
    /// The plan's name, as a person types it to confirm that something is lost.
    pub name: Option<String>,
    /// The things that the steps acted on, as the log tells of them now.
    pub world: World,
}

/// Proposes the content of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftPlan {
    pub name: String,
    pub description: String,
    pub policy: Option<Policy>,
    pub steps: Vec<StepInput>,
    pub origin: Origin,
    pub message: String,
}

/// The part of a step that people and planners write. Ids and names are checked when the plan decides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepInput {
    /// A slug; chosen from the action's name when it is not given.
    pub id: Option<String>,
    /// Chosen from the action when empty.
    pub title: String,
    pub description: String,
    pub action_type: String,
    pub params: Map<String, Value>,
    pub depends_on: Vec<String>,
    pub requires_approval: bool,
    pub on_failure: Option<OnFailure>,
    pub retry: Option<RetryPolicy>,
    pub timeout_seconds: Option<u32>,
}

impl From<&StepSpec> for StepInput {
    fn from(step: &StepSpec) -> Self {
        Self {
            id: Some(step.id.to_string()),
            title: step.title.clone(),
            description: step.description.clone(),
            action_type: step.action_type.clone(),
            params: step.params.as_object().cloned().unwrap_or_default(),
            depends_on: step.depends_on.iter().map(ToString::to_string).collect(),
            requires_approval: step.requires_approval,
            on_failure: step.on_failure,
            retry: step.retry,
            timeout_seconds: step.timeout_seconds,
        }
    }
}

/// The fields of a step that an edit sets; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepPatch {
    pub title: Option<String>,
    pub description: Option<String>,
    pub action_type: Option<String>,
    pub params: Option<Map<String, Value>>,
    pub depends_on: Option<Vec<String>>,
    pub requires_approval: Option<bool>,
    /// `Some(None)` takes the override away; so for the two below.
    pub on_failure: Option<Option<OnFailure>>,
    pub retry: Option<Option<RetryPolicy>>,
    pub timeout_seconds: Option<Option<u32>>,
}

/// The fields of a plan that an edit sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailsPatch {
    pub name: Option<String>,
    pub description: Option<String>,
}

/// The rules of a plan that an edit sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyPatch {
    pub on_failure: Option<OnFailure>,
    pub max_parallel: Option<u32>,
    pub approvals_required: Option<u32>,
    pub self_approval: Option<bool>,
}

/// What becomes of the steps that depend on a step which is taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RemoveDependents {
    /// The removal is refused while there are any.
    #[default]
    Refuse,
    /// They depend on what the removed step depended on.
    Rewire,
}

/// One change to a plan's content.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// `after: None` puts the step at the end; `Some(None)` at the front; `Some(Some(step))` after that step.
    AddStep {
        step: StepInput,
        after: Option<Option<String>>,
    },
    EditStep {
        step: String,
        patch: StepPatch,
    },
    RemoveStep {
        step: String,
        dependents: RemoveDependents,
    },
    /// `after: None` moves the step to the front.
    MoveStep {
        step: String,
        after: Option<String>,
    },
    EditDetails(DetailsPatch),
    SetPolicy(PolicyPatch),
}

/// How one attempt at a step ended.
#[derive(Clone, Debug, PartialEq)]
pub struct StepOutcome {
    pub step: StepId,
    pub attempt: u32,
    pub outcome: AttemptOutcome,
}

/// The ends an attempt can have.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptOutcome {
    Completed {
        result: Value,
        effects: Vec<Effect>,
    },
    Failed {
        error: StepError,
        /// Whether another attempt may help.
        retryable: bool,
        /// 0 to 1,000: how much of the random half of the delay to wait.
        jitter_per_mille: u16,
    },
    /// The attempt may or may not have happened.
    Unknown {
        message: String,
    },
}
