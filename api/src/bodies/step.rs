//! A step as clients read it: what was planned, what it will do, and how far it is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    common::{Actor, AnyFields},
    plan::OnFailure,
};

/// The status words of a step. More words may come: treat an unknown one as "in between".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are the contract and explained in the guide")]
pub enum StepStatus {
    Pending,
    WaitingApproval,
    Executing,
    Retrying,
    Completed,
    Failed,
    Skipped,
    OutcomeUnknown,
    Undoing,
    Undone,
    UndoFailed,
}

impl From<domain::plan::StepStatus> for StepStatus {
    fn from(status: domain::plan::StepStatus) -> Self {
        use domain::plan::StepStatus as Status;
        match status {
            Status::Pending => Self::Pending,
            Status::WaitingApproval => Self::WaitingApproval,
            Status::Executing => Self::Executing,
            Status::Retrying => Self::Retrying,
            Status::OutcomeUnknown => Self::OutcomeUnknown,
            Status::Completed => Self::Completed,
            Status::Failed => Self::Failed,
            Status::Skipped => Self::Skipped,
            Status::Undoing => Self::Undoing,
            Status::UndoFailed => Self::UndoFailed,
            Status::Undone => Self::Undone,
        }
    }
}

/// How often and how soon an attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RetryPolicy {
    /// All attempts together: 1 to 100.
    pub max_attempts: u32,
    /// Before the second attempt, in milliseconds; doubles with each further one. 500 when not given.
    #[serde(default = "RetryPolicy::default_initial_delay_ms")]
    #[schema(required = false)]
    pub initial_delay_ms: u64,
    /// The longest delay, in milliseconds: at most a day. 30,000 when not given.
    #[serde(default = "RetryPolicy::default_max_delay_ms")]
    #[schema(required = false)]
    pub max_delay_ms: u64,
}

impl RetryPolicy {
    const fn default_initial_delay_ms() -> u64 {
        domain::action::RetryPolicy::once().initial_delay_ms
    }

    const fn default_max_delay_ms() -> u64 {
        domain::action::RetryPolicy::once().max_delay_ms
    }
}

impl From<domain::action::RetryPolicy> for RetryPolicy {
    fn from(policy: domain::action::RetryPolicy) -> Self {
        let domain::action::RetryPolicy { max_attempts, initial_delay_ms, max_delay_ms } = policy;
        Self { max_attempts, initial_delay_ms, max_delay_ms }
    }
}

impl From<RetryPolicy> for domain::action::RetryPolicy {
    fn from(policy: RetryPolicy) -> Self {
        let RetryPolicy { max_attempts, initial_delay_ms, max_delay_ms } = policy;
        Self { max_attempts, initial_delay_ms, max_delay_ms }
    }
}

/// How much a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum ImpactLevel {
    None,
    Low,
    Medium,
    High,
}

/// Whether what a step does can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reversibility {
    /// The state before can be restored.
    Reversible,
    /// It stays done; something else can make up for it.
    Compensatable,
    /// It cannot be undone.
    Irreversible,
}

impl From<domain::action::Reversibility> for Reversibility {
    fn from(reversibility: domain::action::Reversibility) -> Self {
        use domain::action::Reversibility as Domain;
        match reversibility {
            Domain::Reversible => Self::Reversible,
            Domain::Compensatable => Self::Compensatable,
            Domain::Irreversible => Self::Irreversible,
        }
    }
}

/// One field that a step is going to change.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PredictedChange {
    /// The thing's id, or what it will be when the step makes it.
    pub entity: String,
    /// The field's name.
    pub field: String,
    /// Now.
    pub before: Value,
    /// After the step.
    pub after: Value,
}

/// What a step is going to do, as far as it can be told before it runs.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Impact {
    /// How much it changes.
    pub level: ImpactLevel,
    /// Whether it can be taken back.
    pub reversibility: Reversibility,
    /// Whether it reaches outside of Cairn.
    pub outside: bool,
    /// All of it in a sentence.
    pub summary: String,
    /// The fields it changes.
    pub changes: Vec<PredictedChange>,
    /// What cannot be told before it runs.
    pub unknown: Vec<String>,
    /// What would make it fail if it ran now.
    pub problems: Vec<String>,
}

impl From<domain::action::Impact> for Impact {
    fn from(impact: domain::action::Impact) -> Self {
        use domain::action::ImpactLevel as Level;
        let level = match impact.level {
            Level::None => ImpactLevel::None,
            Level::Low => ImpactLevel::Low,
            Level::Medium => ImpactLevel::Medium,
            Level::High => ImpactLevel::High,
        };
        let changes = impact.changes.into_iter().map(|change| PredictedChange {
            entity: change.entity,
            field: change.field,
            before: change.before,
            after: change.after,
        });
        Self {
            level,
            reversibility: impact.reversibility.into(),
            outside: impact.outside,
            summary: impact.summary,
            changes: changes.collect(),
            unknown: impact.unknown,
            problems: impact.problems,
        }
    }
}

/// Where a value of a step came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValueSource {
    /// The value: a JSON pointer into the step, such as `/title` or `/params/due_date`.
    pub pointer: String,
    /// `request`, `answer`, `feedback`, `workspace`, `step_result`, `template`, `model`, `planner`, `person` or
    /// `default`. More may come.
    pub from: String,
    /// The words of the request or the feedback.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// The question that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub question: Option<String>,
    /// The thing in the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub entity_id: Option<String>,
    /// The field of the thing; not there when the value is the thing itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// The step whose result it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub step_id: Option<String>,
    /// The name of the template, the model or the planner.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// The parameter of the template that it was given for; not there when it is the template's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub actor: Option<Actor>,
}

impl ValueSource {
    pub(crate) fn of(pointer: String, source: domain::plan::Source) -> Self {
        use domain::plan::Source;
        let from = |from: &str| Self { pointer, from: from.to_owned(), ..Self::default() };
        match source {
            Source::Request { words } => Self { words: Some(words), ..from("request") },
            Source::Answer { question } => Self { question: Some(question), ..from("answer") },
            Source::Feedback { words } => Self { words: Some(words), ..from("feedback") },
            Source::Workspace { entity, field } => {
                Self { entity_id: Some(entity.to_string()), field, ..from("workspace") }
            }
            Source::StepResult { step } => Self { step_id: Some(step.to_string()), ..from("step_result") },
            Source::Template { name, parameter } => Self { name: Some(name), parameter, ..from("template") },
            Source::Model { model } => Self { name: Some(model), ..from("model") },
            Source::Planner { planner } => Self { name: Some(planner), ..from("planner") },
            Source::Person { actor } => Self { actor: Some((&actor).into()), ..from("person") },
            Source::Default => from("default"),
        }
    }
}

/// Something that a step waits for, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Waiting {
    /// Stable, such as `dependency` or `approval`; more may come.
    pub kind: String,
    /// What it waits for, and what would let it go on.
    pub text: String,
    /// The step it waits for, when it waits for one.
    pub step_id: Option<String>,
    /// When it goes on by itself, when the clock decides.
    pub until: Option<DateTime<Utc>>,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepError {
    /// Stable, such as `action.timed-out`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// When it failed.
    pub at: DateTime<Utc>,
}

impl From<&domain::plan::StepError> for StepError {
    fn from(error: &domain::plan::StepError) -> Self {
        Self { code: error.code.clone(), message: error.message.clone(), at: error.at }
    }
}

/// One attempt at a step.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Attempt {
    /// Counted from 1 over the whole life of the step.
    pub number: u32,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; not there while it is under way.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed, when it did.
    pub error: Option<StepError>,
}

/// One field that was changed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// The field's name.
    pub field: String,
    /// Before; null when it was not there.
    pub before: Value,
    /// After; null when it was taken away.
    pub after: Value,
}

/// A receipt: one thing that a step did. Which fields there are depends on `kind`; more may come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Effect {
    /// `entity_created`, `entity_changed`, `entity_archived`, `entity_linked`, `entity_restored`, `entity_unlinked`,
    /// `entity_withdrawn`, `outside_call` or `person_did`.
    pub kind: String,
    /// The thing in the workspace that was made or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub entity: Option<String>,
    /// The event in the log that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub event: Option<String>,
    /// The fields that were changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub changes: Vec<FieldChange>,
    /// The link that was made or taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub link: Option<String>,
    /// Where the link leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<String>,
    /// The HTTP method of a call outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub method: Option<String>,
    /// The address of a call outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub url: Option<String>,
    /// The HTTP status of a call outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status: Option<u16>,
    /// What the person wrote who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note: Option<String>,
}

impl From<&domain::action::Effect> for Effect {
    fn from(effect: &domain::action::Effect) -> Self {
        use domain::action::Effect as Did;
        let on = |kind: &str, entity: &domain::ids::EntityId, event: &uuid::Uuid| Self {
            kind: kind.to_owned(),
            entity: Some(entity.to_string()),
            event: Some(event.to_string()),
            ..Self::default()
        };
        match effect {
            Did::EntityCreated { entity, event } => on("entity_created", entity, event),
            Did::EntityArchived { entity, event } => on("entity_archived", entity, event),
            Did::EntityChanged { entity, event, changes } => {
                let changes = changes.iter().map(|change| FieldChange {
                    field: change.field.clone(),
                    before: change.before.clone(),
                    after: change.after.clone(),
                });
                Self { changes: changes.collect(), ..on("entity_changed", entity, event) }
            }
            Did::EntityLinked { entity, event, link, to } => {
                Self { link: Some(link.clone()), to: Some(to.to_string()), ..on("entity_linked", entity, event) }
            }
            Did::EntityRestored { entity, event } => on("entity_restored", entity, event),
            Did::EntityUnlinked { entity, event, link, relation: _, to } => {
                Self { link: Some(link.clone()), to: Some(to.to_string()), ..on("entity_unlinked", entity, event) }
            }
            Did::EntityWithdrawn { entity, event, archived: _ } => on("entity_withdrawn", entity, event),
            Did::OutsideCall { method, url, status, compensate: _ } => Self {
                kind: "outside_call".to_owned(),
                method: Some(method.clone()),
                url: Some(url.clone()),
                status: Some(*status),
                ..Self::default()
            },
            Did::PersonDid { note } => Self { kind: "person_did".to_owned(), note: note.clone(), ..Self::default() },
        }
    }
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Step {
    /// A slug, unique in its plan for ever.
    pub id: String,
    /// What the step does, as people say it.
    pub title: String,
    /// Longer words; may be empty.
    pub description: String,
    /// The name of the action, as `GET /actions` lists it.
    pub action_type: String,
    /// As planned, with references to results of earlier steps (`{{steps.ID.result.FIELD}}`) still in it.
    #[schema(value_type = AnyFields)]
    pub params: Value,
    /// Where each value came from.
    pub sources: Vec<ValueSource>,
    /// The steps that must be done first.
    pub depends_on: Vec<String>,
    /// Whether a person must let this very step start.
    pub requires_approval: bool,
    /// Whether a person let it start.
    pub approved: bool,
    /// Overrides the plan's failure policy.
    pub on_failure: Option<OnFailure>,
    /// Overrides the action's retry policy.
    pub retry: Option<RetryPolicy>,
    /// Overrides the action's time limit, in seconds: 1 to 86,400.
    pub timeout_seconds: Option<u32>,
    /// What it is going to do.
    pub impact: Impact,
    /// How far it is.
    pub status: StepStatus,
    /// How many attempts were made.
    pub attempts: usize,
    /// The attempts, oldest first.
    pub attempt_log: Vec<Attempt>,
    /// When the next attempt starts, while one is waited for.
    pub retry_at: Option<DateTime<Utc>>,
    /// What it waits for, in words; empty when it waits for nothing.
    pub waiting_for: Vec<Waiting>,
    /// The params of the latest attempt, with references resolved.
    #[schema(value_type = Option<AnyFields>)]
    pub resolved_params: Option<Value>,
    /// What it gave, once it is done; what stands in for it, when it was skipped.
    pub result: Option<Value>,
    /// What it did.
    pub effects: Vec<Effect>,
    /// What took it back, once it is undone.
    pub undone: Vec<Effect>,
    /// The rollback that took it back.
    pub rollback_id: Option<String>,
    /// What a person said who settled its undo by hand.
    pub undo_note: Option<String>,
    /// Why the latest attempt failed, while that matters.
    pub error: Option<StepError>,
    /// Why it was skipped.
    pub skip_reason: Option<String>,
    /// When the first attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done, failed for good or was skipped.
    pub completed_at: Option<DateTime<Utc>>,
}
