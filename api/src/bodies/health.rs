//! How the server is, for the machinery that runs it. Never what is in the log.

use serde::Serialize;
use utoipa::ToSchema;

/// Whether something is fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum HealthStatus {
    Ok,
    Starting,
    Unavailable,
}

/// One thing that has to be fine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HealthCheck {
    /// What was looked at, such as `log` or `read_models`.
    pub name: String,
    /// Whether it is fine.
    pub status: HealthStatus,
    /// Why it is not: a stable word, such as `catching-up`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
}

/// How the server is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Health {
    /// All of it together.
    pub status: HealthStatus,
    /// What was looked at.
    pub checks: Vec<HealthCheck>,
}
