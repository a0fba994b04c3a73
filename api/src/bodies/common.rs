//! Shapes that many answers share: actors, what a write answers, pages.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::plan::PlanStatus;

/// A JSON object whose names are not fixed here; as a schema, an object with any names.
pub type Fields = serde_json::Map<String, Value>;

/// An object whose names are not fixed.
#[derive(ToSchema)]
#[schema(as = Fields)]
#[allow(dead_code, reason = "only its schema is used")]
pub(crate) struct AnyFields(BTreeMap<String, Value>);

/// What kind of hand an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Somebody at a screen or a command line.
    Person,
    /// A program with a token of its own.
    MachineToken,
    /// Whoever drafted the plan.
    Planner,
    /// What carries steps out.
    Executor,
    /// Cairn itself.
    System,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// What kind of hand it was.
    pub kind: ActorKind,
    /// Stable and unique within the tenant.
    pub id: String,
}

impl From<&domain::actor::Actor> for Actor {
    fn from(actor: &domain::actor::Actor) -> Self {
        use domain::actor::ActorKind as Kind;
        let kind = match actor.kind {
            Kind::Person => ActorKind::Person,
            Kind::MachineToken => ActorKind::MachineToken,
            Kind::Planner => ActorKind::Planner,
            Kind::Executor => ActorKind::Executor,
            Kind::System => ActorKind::System,
        };
        Self { kind, id: actor.id.clone() }
    }
}

/// What every write to a plan answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Accepted {
    /// The plan that was written to.
    pub plan_id: String,
    /// Where the plan stands now.
    pub status: PlanStatus,
    /// The plan's revision after the write; the `ETag` names the same.
    pub revision: u64,
    /// The place of the write in the whole log; give it as `min_position` to read what was written.
    pub position: u64,
    /// The comment that was made, when the write made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comment_id: Option<String>,
}

/// A moment of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Moment {
    /// Everything up to this place in the log had happened, and nothing behind it; 0 is before everything.
    pub position: u64,
    /// When the event at this place was recorded; not there before the first event.
    pub at: Option<DateTime<Utc>>,
}

/// Declares the shape of one page of a list.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct $name {
            /// What is on this page.
            pub items: Vec<$item>,
            /// The cursor of the next page; not there on the last one.
            pub next: Option<String>,
            /// The place in the log that the answer stands at.
            pub position: u64,
            /// Whether the answer is older than `min_position` asked for, because waiting took too long.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            #[schema(required = false)]
            pub stale: bool,
            /// The moment that is shown, when it is an earlier one (`as_of`).
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(required = false, nullable = false)]
            pub as_of: Option<$crate::bodies::common::Moment>,
        }
    };
}

pub(crate) use page;
