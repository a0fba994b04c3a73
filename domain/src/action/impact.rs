//! What a step is expected to do, before it does it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Reversibility;

/// How much a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImpactLevel {
    None,
    Low,
    Medium,
    High,
}

/// One field as it is and as it is expected to become.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedChange {
    /// The entity's id, or `new <kind>` when the step makes it.
    pub entity: String,
    pub field: String,
    pub before: Value,
    pub after: Value,
}

/// What a step is expected to do: shown before approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    pub level: ImpactLevel,
    pub reversibility: Reversibility,
    /// Whether it reaches outside the workspace.
    pub outside: bool,
    /// One sentence for people.
    pub summary: String,
    pub changes: Vec<PredictedChange>,
    /// What cannot be told before the step runs, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// What would make the step fail if it ran now, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}
