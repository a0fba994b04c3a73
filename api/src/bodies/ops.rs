//! Read models and the activity list, as ops teams and the front page read them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::common::{Actor, page};

/// What a rebuild or a comparison is about. More words may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RebuildPhase {
    /// The log is read into a new build.
    Reading,
    /// The new build takes over.
    TakingOver,
    /// Rows are compared, one by one.
    Comparing,
}

/// Work on a read model that is under way beside the build that answers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RebuildProgress {
    /// What is being done; the figures are of this phase.
    pub phase: RebuildPhase,
    /// How many events it has folded; while comparing, how many rows were compared.
    pub events: u64,
    /// How many there were when it began.
    pub total: u64,
    /// Folded events per second, so far.
    pub rate: f64,
    /// How long it will take at this rate, in seconds.
    pub eta_seconds: Option<f64>,
}

/// What a read model is doing. More words may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectionState {
    /// It follows the log as events come.
    Live,
    /// It reads events that were there before.
    CatchingUp,
    /// A new build is made beside the one that answers.
    Rebuilding,
    /// It was shut down.
    Stopped,
    /// It cannot go on at the moment and tries again.
    Faulted,
    /// Somebody wanted it to stand still; what it has is shown.
    Paused,
}

/// Who decided something about a read model, when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpsDecision {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// In words; may be empty.
    pub note: String,
}

/// A read model.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ProjectionStatus {
    /// Such as `plan_list`.
    pub name: String,
    /// The version of its code.
    pub version: u32,
    /// Which build of it answers, counted from 1.
    pub generation: u32,
    /// What it is doing.
    pub state: ProjectionState,
    /// How far it is.
    pub position: u64,
    /// The end of the log.
    pub head: u64,
    /// How many events it is behind, at most.
    pub lag_events: u64,
    /// How long ago the first event was recorded that it lacks, in seconds; 0 when it lacks none.
    pub lag_seconds: f64,
    /// How long it will take to catch up at its rate, in seconds, when that can be told.
    pub eta_seconds: Option<f64>,
    /// How many events could not be applied and wait for somebody.
    pub parked: u64,
    /// How many events it passes over, because somebody wanted it.
    pub skipped: u64,
    /// Who paused it, while it is paused.
    pub paused: Option<OpsDecision>,
    /// Whether the server that answered writes it; with several servers one of them does.
    pub written_here: bool,
    /// Events applied per second, lately.
    pub rate: f64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The rebuild, while there is one.
    pub rebuild: Option<RebuildProgress>,
    /// Whether the build before the last rebuild is kept, to swap back to.
    pub can_swap_back: bool,
}

page! {
    /// All read models.
    ProjectionPage of ProjectionStatus
}

/// A row that is not as the log says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectionDifference {
    /// The table.
    pub table: String,
    /// The row's key.
    pub key: String,
    /// What differs, in words.
    pub difference: String,
    /// How it differs: `missing`, `surplus` or `column`.
    pub kind: String,
    /// The column that has another value.
    pub column: Option<String>,
    /// What the read model has there.
    pub live: Option<String>,
    /// What the log gives.
    pub rebuilt: Option<String>,
}

/// What comparing a read model with the log gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectionVerified {
    /// Such as `plan_list`.
    pub name: String,
    /// Whether every row is what the log gives.
    pub equal: bool,
    /// How many rows were compared.
    pub rows: u64,
    /// How many of them differ.
    pub different: u64,
    /// The first 100 of them.
    pub differences: Vec<ProjectionDifference>,
    /// The place in the log at which both stood.
    pub position: u64,
}

/// Something that happened, for the list of what is going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Activity {
    /// Its place in the whole log.
    pub position: u64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// The type of the event, such as `PlanApproved`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// What happened, in a sentence.
    pub text: String,
    /// The plan it happened to.
    pub plan_id: Option<String>,
    /// The step it is about.
    pub step_id: Option<String>,
    /// The thing in the workspace it happened to.
    pub entity_id: Option<String>,
}

page! {
    /// What is going on, the latest first.
    ActivityPage of Activity
}
