//! Events as the log holds them, and as the live stream announces them.

use chrono::{DateTime, Utc};
use planner::drafts::{Draft, DraftStep, Stage};
use projections::HistoryEntry;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::common::{Actor, AnyFields, page};

/// An event as the log holds it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordedEvent {
    /// Its place in the whole log.
    pub position: u64,
    /// Its place in its stream; the first is 0.
    pub revision: u64,
    /// Names it in the whole log.
    pub id: String,
    /// The stream it belongs to, such as `plan-pln_…`.
    pub stream: String,
    /// What happened, such as `PlanApproved`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The version of the shape of `data`.
    pub schema_version: u16,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// Why, in the actor's words, where the verb asks for a reason.
    pub reason: Option<String>,
    /// The request it all belongs to.
    pub correlation_id: String,
    /// The command or event that made it.
    pub causation_id: Option<String>,
    /// The step it is about, when it is about one.
    pub step_id: Option<String>,
    /// What it says. Bytes that are no JSON are shown as a text under `$unreadable`.
    #[schema(value_type = AnyFields)]
    pub data: Box<RawValue>,
    /// Why this build of the server cannot read it, when it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unreadable: Option<String>,
    /// Its link in the stream's hash chain: 64 hexadecimal digits.
    pub hash: String,
}

page! {
    /// Events in the order of the log, or of the stream.
    EventPage of RecordedEvent
}

/// An event in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimelineEvent {
    /// Its place in the whole log.
    pub position: u64,
    /// Its place in the plan's stream.
    pub revision: u64,
    /// What happened, such as `PlanApproved`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// The step it is about, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub step_id: Option<String>,
}

page! {
    /// Events in short, oldest first.
    TimelinePage of TimelineEvent
}

impl From<HistoryEntry> for TimelineEvent {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            position: entry.position.get(),
            revision: entry.revision.get(),
            event_type: entry.event_type,
            at: entry.at,
            actor: (&entry.actor).into(),
            step_id: entry.step_id.map(|step| step.to_string()),
        }
    }
}

/// What the live stream says of an event: enough to know what to read again, and nothing that a log of changes must
/// not show.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LiveChange {
    /// Its place in the whole log; also the `id` of the message.
    pub position: u64,
    /// The stream it belongs to.
    pub stream: String,
    /// Its place in its stream.
    pub revision: u64,
    /// What happened, such as `StepCompleted`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The plan it happened to, when it is a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub plan_id: Option<String>,
    /// The step it is about, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub step_id: Option<String>,
    /// The thing in the workspace it happened to, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub entity_id: Option<String>,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
}

/// The first message of a live stream.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LiveSnapshot {
    /// The changes that follow are those behind this place: the one that was asked for, or the head of the log.
    pub position: u64,
    /// The head of the log.
    pub head: u64,
}

/// Says that the place to go on from is not known any more: read everything again and follow from now on.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LiveStale {
    /// The head of the log.
    pub position: u64,
    /// The place that was asked for.
    pub asked: u64,
}

/// An event among what led to it and what followed from it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Causation {
    /// The event that was asked for.
    pub event: RecordedEvent,
    /// What led to it, the first cause first; empty when somebody did it of their own accord.
    pub causes: Vec<RecordedEvent>,
    /// What followed from it, each behind the event that led to it.
    pub consequences: Vec<Consequence>,
    /// Whether more events belong to this request than were looked through.
    pub more: bool,
}

/// An event that followed from another one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Consequence {
    /// How many steps it is away from the event that was asked for; 1 is what it led to directly.
    pub depth: u32,
    /// The event.
    pub event: RecordedEvent,
}

/// How far a draft in the making is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftStage {
    /// The model is writing.
    Writing,
    /// The answer is checked as a whole.
    Checking,
    /// The model has no answer that can be used; the offline planner reads the request.
    TakingOver,
    /// Nobody is at it any more; a change says what came of it.
    Ended,
}

/// A step of a draft in the making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiveDraftStep {
    /// What it does, in words; may be empty.
    pub title: String,
    /// The action's name, as the model wrote it.
    pub action_type: String,
}

/// What is new about a draft in the making. It is no event: it is not in the log, has no position, and nothing of it was
/// checked as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiveDraft {
    /// Whose draft it is.
    pub plan_id: String,
    /// The model that writes.
    pub model: String,
    /// How far it is.
    pub stage: DraftStage,
    /// 1, or more when an earlier answer did not pass the check.
    pub round: u32,
    /// The place of the first of `steps` among all so far, from 0; what was known from there on does not count any more.
    pub first: usize,
    /// Steps, in the order in which they came.
    pub steps: Vec<LiveDraftStep>,
}

impl From<&Draft> for LiveDraft {
    fn from(draft: &Draft) -> Self {
        let step =
            |step: &DraftStep| LiveDraftStep { title: step.title.clone(), action_type: step.action_type.clone() };
        Self {
            plan_id: draft.plan.to_string(),
            model: draft.model.clone(),
            stage: match draft.stage {
                Stage::Writing => DraftStage::Writing,
                Stage::Checking => DraftStage::Checking,
                Stage::TakingOver => DraftStage::TakingOver,
                Stage::Ended => DraftStage::Ended,
            },
            round: draft.round,
            first: draft.first,
            steps: draft.steps.iter().map(step).collect(),
        }
    }
}
