//! The proof that nobody touched the history: what was signed for, and how one plan stands to it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A signed statement of how the whole log stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Checkpoint {
    /// Its place among all signed statements, counted from 0.
    pub number: u64,
    /// The last position that is covered.
    pub position: u64,
    /// How many events are covered.
    pub events: u64,
    /// How many streams they belong to.
    pub streams: u64,
    /// The root of the tree over the heads of all streams: 64 hexadecimal digits.
    pub root: String,
    /// When it was signed.
    pub at: DateTime<Utc>,
    /// The key that signed: 32 hexadecimal digits.
    pub key: String,
}

/// The proof of the whole log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProofState {
    /// What was signed last; not there as long as nothing was.
    pub checkpoint: Option<Checkpoint>,
    /// How many checkpoints there are.
    pub checkpoints: u64,
    /// The key that signs now: 32 hexadecimal digits.
    pub key: String,
    /// The public half of the key, in PEM form: what others check signatures with.
    pub public_key: String,
    /// How often the key was changed.
    pub rotations: u64,
    /// The place of the last event of the log; what lies behind the checkpoint is not signed for yet.
    pub head: u64,
    /// Where the server keeps a copy of what it signed; not there when it keeps none.
    pub export: Option<String>,
    /// Why the last try to sign failed; not there when it did not.
    pub trouble: Option<String>,
    /// What to type in order to check it oneself.
    pub command: String,
}

/// How a plan's history stands to what was signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanProofStatus {
    /// Every event is as it was written, and signed for.
    Verified,
    /// Every event is as it was written; those behind `signed_revision` are not signed for yet.
    Unsigned,
    /// The history is not as it was written; `fault` says where.
    Broken,
}

/// The proof of one plan's history, as it was found when it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanProof {
    /// How it stands.
    pub status: PlanProofStatus,
    /// How many events were found whole.
    pub events: u64,
    /// The revision of the last event found whole.
    pub revision: u64,
    /// The place of that event in the whole log.
    pub position: u64,
    /// The last revision that was signed for; not there as long as none was.
    pub signed_revision: Option<u64>,
    /// The place of that event in the whole log.
    pub signed_position: Option<u64>,
    /// What was signed last.
    pub checkpoint: Option<Checkpoint>,
    /// What is wrong and where; not there when nothing is.
    pub fault: Option<String>,
    /// What to type in order to check it oneself.
    pub command: String,
}
