//! What can be asked of a thing in the workspace.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::Kind;
use crate::{ids::EntityId, personal::Subject};

/// An intent towards one entity. `compensates` names the event that the change makes up for.
#[derive(Clone, Debug, PartialEq)]
pub enum EntityCommand {
    /// Makes the thing.
    Create {
        kind: Kind,
        fields: Map<String, Value>,
    },
    /// Sets fields; null takes a field away. Fields that already hold the value are left alone.
    Change {
        fields: Map<String, Value>,
        compensates: Option<Uuid>,
    },
    Archive {
        compensates: Option<Uuid>,
    },
    Restore {
        compensates: Option<Uuid>,
    },
    /// Links the thing to another; linking again under the same link id changes nothing.
    Link {
        link: String,
        relation: String,
        to: EntityId,
        compensates: Option<Uuid>,
    },
    Unlink {
        link: String,
        compensates: Option<Uuid>,
    },
    /// Takes the creation back.
    Withdraw {
        compensates: Option<Uuid>,
    },
    /// Forgets a person for good.
    Forget {
        person: Subject,
        reason: String,
        /// The person's name, as somebody types it to confirm that it is gone for good.
        name: String,
        /// The steps that added this person.
        also: Vec<Subject>,
    },
}
