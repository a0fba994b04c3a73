//! Who is asking, and what that person can use.

use serde::Serialize;
use utoipa::ToSchema;

use super::{common::Actor, request::PlannerChoice};

/// A planner, and whether it can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlannerOption {
    /// What to give as `planner`.
    pub name: PlannerChoice,
    /// Whether it is configured.
    pub available: bool,
    /// The model that it asks; for `auto`, the one that is asked when a plan does not say whom.
    pub model: Option<String>,
    /// Why it is not, and what to do; not there when it is.
    pub reason: Option<String>,
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    /// Whom the events name.
    pub actor: Actor,
    /// Whose data it is.
    pub tenant: String,
    /// The planners, and which of them can be asked.
    pub planners: Vec<PlannerOption>,
    /// The version of the server.
    pub version: String,
}
