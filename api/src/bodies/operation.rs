//! Long work on read models, as it is started, followed and ended.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    common::{Actor, page},
    ops::{ProjectionDifference, ProjectionVerified, RebuildProgress},
};

/// What is done. More words may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// A read model is built anew.
    Rebuild,
    /// A read model is compared with the log.
    Verify,
    /// A shadow is built up to a position and looked at.
    Replay,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum OperationState {
    Running,
    Done,
    Failed,
    Cancelled,
}

/// Long work on a read model.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Operation {
    /// Names it.
    pub id: String,
    /// What is done.
    pub kind: OperationKind,
    /// To which read model.
    pub projection: String,
    /// Which server carries it out, where several share the read models: the machine and the process.
    pub node: Option<String>,
    /// How it stands.
    pub state: OperationState,
    /// How far it is, or was when it ended.
    pub progress: Option<RebuildProgress>,
    /// Whether it can be ended before it is done.
    pub can_cancel: bool,
    /// Somebody wanted it to end, and it has not ended yet.
    pub cancelling: bool,
    /// Who started it.
    pub actor: Actor,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; when its server gave no sign any more, when it gave the last one.
    pub ended_at: Option<DateTime<Utc>>,
    /// What a rebuild gave.
    pub rebuilt: Option<ProjectionRebuilt>,
    /// What a comparison found.
    pub verified: Option<ProjectionVerified>,
    /// What a replay showed.
    pub replayed: Option<ProjectionReplayed>,
    /// Whether rows of the read model are left out, since somebody was forgotten.
    pub rows_left_out: bool,
    /// Why it failed.
    pub error: Option<String>,
}

page! {
    /// Long work on read models, the latest first.
    OperationPage of Operation
}

/// What a rebuild gave.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ProjectionRebuilt {
    /// The build that answers now.
    pub generation: u32,
    /// How many events it was made of.
    pub events: u64,
    /// How many of them are parked.
    pub parked: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// A read model as it stood at a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectionReplayed {
    /// The position.
    pub position: u64,
    /// Its tables.
    pub tables: Vec<ReplayedTable>,
    /// How many events were parked up to there, at most 100 of them counted.
    pub parked: u64,
    /// How many rows were compared with what people are shown now.
    pub compared: u64,
    /// How many of them differ.
    pub different: u64,
    /// The first 100 of them: `live` is now, `rebuilt` was then.
    pub differences: Vec<ProjectionDifference>,
}

/// A table as it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayedTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// How many rows it had.
    pub rows: u64,
    /// The first 50 of them, at most 200 characters of each value.
    pub first: Vec<Vec<String>>,
}

/// How a comparison is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct VerifyProjection {
    /// Answers at once with the operation (202) instead of waiting for what is found.
    #[serde(default)]
    pub background: bool,
}

/// Asks for a read model as it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct ReplayProjection {
    /// The place in the log, from 1.
    pub position: u64,
}
