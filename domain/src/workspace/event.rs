//! What happens to a thing in the workspace.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Kind;
use crate::{ids::EntityId, personal::Subject, schema::events};

/// One field's value before and after; null means that the field is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    pub before: Value,
    pub after: Value,
}

events! {
    /// Everything that can happen to a thing in the workspace.
    EntityEvent {
        /// A thing came to be.
        EntityCreated { kind: Kind, fields: Map<String, Value> },
        /// Some of its fields changed.
        EntityChanged {
            changes: Vec<FieldChange>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            compensates: Option<Uuid>,
        },
        /// It was put away.
        EntityArchived {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            compensates: Option<Uuid>,
        },
        /// It was taken out again.
        EntityRestored {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            compensates: Option<Uuid>,
        },
        /// It was linked to another thing.
        EntityLinked {
            link: String,
            relation: String,
            to: EntityId,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            compensates: Option<Uuid>,
        },
        /// A link was taken away.
        EntityUnlinked {
            link: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            compensates: Option<Uuid>,
        },
        /// Its creation was taken back.
        EntityWithdrawn {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            compensates: Option<Uuid>,
        },
        /// A person is forgotten: their keys are destroyed, and what these sealed is gone for good.
        PersonForgotten {
            person: Subject,
            reason: String,
            /// The steps that added this person, whose keys go as well.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            also: Vec<Subject>,
        },
    }
}

impl EntityEvent {
    /// The reason that a person gave, for the verbs that ask for one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::PersonForgotten(e) => Some(&e.reason),
            Self::EntityCreated(_)
            | Self::EntityChanged(_)
            | Self::EntityArchived(_)
            | Self::EntityRestored(_)
            | Self::EntityLinked(_)
            | Self::EntityUnlinked(_)
            | Self::EntityWithdrawn(_) => None,
        }
    }
}
