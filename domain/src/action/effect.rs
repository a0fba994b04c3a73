//! What a step did: the receipt that history and rollback read.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{ids::EntityId, workspace::FieldChange};

/// One thing a step did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// A thing was made in the workspace by the event named.
    EntityCreated { entity: EntityId, event: Uuid },
    /// Fields of a thing were changed.
    EntityChanged { entity: EntityId, event: Uuid, changes: Vec<FieldChange> },
    /// A thing was archived.
    EntityArchived { entity: EntityId, event: Uuid },
    /// Two things were linked; the link stands on `entity`.
    EntityLinked { entity: EntityId, event: Uuid, link: String, to: EntityId },
    /// An archived thing was taken out again.
    EntityRestored { entity: EntityId, event: Uuid },
    /// A link was taken away.
    EntityUnlinked { entity: EntityId, event: Uuid, link: String, relation: String, to: EntityId },
    /// The creation of a thing was taken back; `archived` says how it stood before.
    EntityWithdrawn { entity: EntityId, event: Uuid, archived: bool },
    /// A call left the workspace.
    OutsideCall {
        method: String,
        url: String,
        status: u16,
        /// The request that makes up for it, if the step declared one.
        #[serde(skip_serializing_if = "Option::is_none")]
        compensate: Option<Value>,
    },
    /// A person did it and said so.
    PersonDid {
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
}

impl Effect {
    /// The thing in the workspace that the effect is on, and the event that did it.
    pub fn on_entity(&self) -> Option<(&EntityId, Uuid)> {
        match self {
            Self::EntityCreated { entity, event }
            | Self::EntityChanged { entity, event, .. }
            | Self::EntityArchived { entity, event }
            | Self::EntityLinked { entity, event, .. }
            | Self::EntityRestored { entity, event }
            | Self::EntityUnlinked { entity, event, .. }
            | Self::EntityWithdrawn { entity, event, .. } => Some((entity, *event)),
            Self::OutsideCall { .. } | Self::PersonDid { .. } => None,
        }
    }
}
