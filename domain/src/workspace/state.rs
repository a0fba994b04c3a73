//! A thing as its events left it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{EntityEvent, Kind, Privacy};
use crate::{
    decider::Stamp,
    ids::EntityId,
    personal::{Subject, is_withheld, withheld},
};

/// A link that stands on the entity it starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub id: String,
    pub relation: String,
    pub to: EntityId,
}

/// A thing in the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    pub kind: Kind,
    pub fields: Map<String, Value>,
    pub archived: bool,
    /// Whether its creation was taken back.
    pub withdrawn: bool,
    pub links: Vec<Link>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Entity {
    /// What people call it.
    pub fn title(&self) -> &str {
        let field = self.field(self.kind.title_field());
        if is_withheld(field) {
            return "forgotten";
        }
        let title = field.as_str();
        title.filter(|title| !title.is_empty()).unwrap_or("untitled")
    }

    /// Whether this is a person who was forgotten: what was known of them is withheld.
    pub fn is_forgotten(&self) -> bool {
        self.kind == Kind::Person && self.fields.values().any(is_withheld)
    }

    /// The value of a field; null when it is not there.
    pub fn field(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    /// Folds one event into what is known of an entity.
    pub fn evolve(entity: &mut Option<Self>, event: &EntityEvent, stamp: &Stamp) {
        if let EntityEvent::EntityCreated(created) = event {
            *entity = Some(Self {
                kind: created.kind,
                fields: created.fields.clone(),
                archived: false,
                withdrawn: false,
                links: Vec::new(),
                created_at: stamp.at,
                updated_at: stamp.at,
            });
            return;
        }
        let Some(entity) = entity else { return };
        entity.updated_at = stamp.at;
        match event {
            EntityEvent::EntityCreated(_) => {}
            EntityEvent::EntityChanged(changed) => {
                for change in &changed.changes {
                    if change.after.is_null() {
                        entity.fields.shift_remove(&change.field);
                    } else {
                        entity.fields.insert(change.field.clone(), change.after.clone());
                    }
                }
            }
            EntityEvent::EntityArchived(_) => entity.archived = true,
            EntityEvent::EntityRestored(_) => {
                entity.archived = false;
                entity.withdrawn = false;
            }
            EntityEvent::EntityLinked(linked) => entity.links.push(Link {
                id: linked.link.clone(),
                relation: linked.relation.clone(),
                to: linked.to.clone(),
            }),
            EntityEvent::EntityUnlinked(unlinked) => entity.links.retain(|link| link.id != unlinked.link),
            EntityEvent::EntityWithdrawn(_) => entity.withdrawn = true,
            EntityEvent::PersonForgotten(e) => entity.forget(&e.person),
        }
    }

    /// Leaves of what is about this person only that there was something.
    fn forget(&mut self, whose: &Subject) {
        let kind = self.kind;
        for (name, value) in &mut self.fields {
            if kind.privacy(name) == Privacy::OfItself && !value.is_null() {
                *value = withheld(whose);
            }
        }
    }
}
