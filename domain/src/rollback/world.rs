//! What the log tells of the things that steps acted on.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

use crate::{
    decider::Stamp,
    ids::EntityId,
    workspace::{Entity, EntityEvent},
};

/// One event of a thing's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    pub id: Uuid,
    pub event: EntityEvent,
    pub stamp: Stamp,
    /// The key of the command that made it; that of a step is `<run>/<step>/…`.
    pub key: Option<String>,
}

/// Everything that happened to one thing, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History(pub Vec<Past>);

/// The histories of the things that the steps of a plan acted on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World(pub BTreeMap<EntityId, History>);

impl World {
    /// The history of a thing; none when the log has nothing of it.
    pub fn history(&self, entity: &EntityId) -> Option<&History> {
        self.0.get(entity).filter(|history| !history.0.is_empty())
    }
}

impl History {
    /// The thing as it is now.
    pub fn entity(&self) -> Option<Entity> {
        let mut entity = None;
        for past in &self.0 {
            Entity::evolve(&mut entity, &past.event, &past.stamp);
        }
        entity
    }

    /// The place of an event in the history.
    pub(super) fn place(&self, event: Uuid) -> Option<usize> {
        self.0.iter().position(|past| past.id == event)
    }

    /// The events named, and all that make up for them, directly or through others.
    pub(super) fn chain(&self, events: &HashSet<Uuid>) -> HashSet<Uuid> {
        let mut chain = events.clone();
        for past in &self.0 {
            if compensates(&past.event).is_some_and(|event| chain.contains(&event)) {
                chain.insert(past.id);
            }
        }
        chain
    }

    /// The latest event that set a field and is none of `ours`; the latest of all when there is no other.
    pub(super) fn setter(&self, field: &str, ours: &HashSet<Uuid>) -> Option<&Past> {
        let setters = || self.0.iter().rev().filter(|past| sets(&past.event, field));
        setters().find(|past| !ours.contains(&past.id)).or_else(|| setters().next())
    }
}

fn compensates(event: &EntityEvent) -> Option<Uuid> {
    match event {
        EntityEvent::EntityCreated(_) | EntityEvent::PersonForgotten(_) => None,
        EntityEvent::EntityChanged(e) => e.compensates,
        EntityEvent::EntityArchived(e) => e.compensates,
        EntityEvent::EntityRestored(e) => e.compensates,
        EntityEvent::EntityLinked(e) => e.compensates,
        EntityEvent::EntityUnlinked(e) => e.compensates,
        EntityEvent::EntityWithdrawn(e) => e.compensates,
    }
}

/// Whether an event sets a field. Beside its own fields a thing has `archived`, `withdrawn` and `links`.
fn sets(event: &EntityEvent, field: &str) -> bool {
    match event {
        EntityEvent::EntityCreated(_) => true,
        EntityEvent::EntityChanged(e) => e.changes.iter().any(|change| change.field == field),
        EntityEvent::EntityArchived(_) => field == "archived",
        EntityEvent::EntityRestored(_) => field == "archived" || field == "withdrawn",
        EntityEvent::EntityLinked(_) | EntityEvent::EntityUnlinked(_) => field == "links",
        EntityEvent::EntityWithdrawn(_) => field == "withdrawn",
        // nobody set it to anything: it cannot be read any more, and so there is no conflict about it
        EntityEvent::PersonForgotten(_) => false,
    }
}
