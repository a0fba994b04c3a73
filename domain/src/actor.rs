//! Who did it: every event names an actor.

use serde::{Deserialize, Serialize};

/// What kind of hand an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    Person,
    MachineToken,
    Planner,
    Executor,
    System,
}

/// Somebody or something that acts; `id` is stable and unique within the tenant, at most 128 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    pub kind: ActorKind,
    pub id: String,
}

impl Actor {
    pub fn person(id: impl Into<String>) -> Self {
        Self { kind: ActorKind::Person, id: id.into() }
    }

    pub fn planner(id: impl Into<String>) -> Self {
        Self { kind: ActorKind::Planner, id: id.into() }
    }

    pub fn executor() -> Self {
        Self { kind: ActorKind::Executor, id: "executor".into() }
    }

    pub fn system() -> Self {
        Self { kind: ActorKind::System, id: "system".into() }
    }
}
