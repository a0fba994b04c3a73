//! The workspace as it stands: every thing with its fields and links, and what refers to what.

mod query;
mod table;

use std::sync::Arc;

use domain::{
    ids::EntityId,
    workspace::{Entity, FieldType},
};
use eventlog::{Position, RecordedEvent, Revision};
use serde::Serialize;

pub use query::{Backlink, EntityFilter, NameFilter, Named};
pub(crate) use query::{backlinks_until, candidates, changed_since};

use crate::{NotApplicable, Projection, projection};

/// The projection behind the workspace.
pub(crate) struct Workspace;

/// A thing in the workspace, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EntityView {
    /// The thing.
    pub id: EntityId,
    /// What people call it.
    pub title: String,
    /// What it is, as its events left it.
    #[serde(flatten)]
    pub entity: Entity,
    /// The revision of its last event.
    pub revision: Revision,
    /// The position of its last event.
    pub position: Position,
    /// The position of its first event: lists are in this order, newest first.
    #[serde(skip)]
    pub created: Position,
}

/// What is kept of one thing.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    id: EntityId,
    entity: Option<Entity>,
    revision: Revision,
    position: Position,
    created: Position,
    /// What it refers to, as it is on disk.
    written: Vec<Mention>,
}

impl Thing {
    /// The thing and where it stands; none before it was made.
    pub(crate) fn into_view(self) -> Option<EntityView> {
        let Self { id, entity, revision, position, created, .. } = self;
        let entity = entity?;
        Some(EntityView { id, title: entity.title().to_owned(), entity, revision, position, created })
    }
}

/// One thing points at another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mention {
    /// The field's name, or `link:` and the link's id.
    place: String,
    target: String,
    /// The field's name, or the link's relation.
    label: String,
}

impl Projection for Workspace {
    const NAME: &'static str = "workspace";
    const VERSION: u32 = 1;
    type Row = Option<Thing>;
    type Entry = ();

    fn concerns(category: &str) -> bool {
        category == "entity"
    }

    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<()>, NotApplicable> {
        let id = projection::subject(&event.stream)?;
        projection::check_order(row.as_ref().map(|thing| thing.revision), event)?;
        projection::entity_event(event, |entity_event, stamp| {
            let thing = row.get_or_insert_with(|| Thing {
                id,
                entity: None,
                revision: event.revision,
                position: event.position,
                created: event.position,
                written: Vec::new(),
            });
            Entity::evolve(&mut thing.entity, entity_event, stamp);
            thing.revision = event.revision;
            thing.position = event.position;
        })?;
        Ok(None)
    }

    fn pass_over(row: &mut Self::Row, event: &RecordedEvent) {
        if let Some(thing) = row {
            thing.revision = event.revision;
            thing.position = event.position;
        }
    }

    fn weight(row: &Self::Row) -> usize {
        let entity = row.as_ref().and_then(|thing| thing.entity.as_ref());
        1 + entity.map_or(0, |entity| (entity.fields.len() + entity.links.len()) / 4)
    }
}

/// How an entity refers to another one: by which link, if by one, and as what.
pub(crate) fn mentions_of(entity: &Entity, target: &EntityId) -> impl Iterator<Item = (Option<String>, String)> {
    let of_target = mentions(entity).into_iter().filter(|mention| mention.target == target.as_str());
    of_target.map(|mention| (mention.place.strip_prefix("link:").map(str::to_owned), mention.label))
}

/// Lists what an entity refers to: by its fields, as their types say, and by its links. Sorted.
fn mentions(entity: &Entity) -> Vec<Mention> {
    let mut found = Vec::new();
    for field in entity.kind.fields() {
        let (name, field_type) = (field.0, field.1);
        let values = match field_type {
            FieldType::Ref(_) | FieldType::AnyRef => std::slice::from_ref(entity.field(name)),
            FieldType::Refs(_) => entity.field(name).as_array().map_or(&[][..], Vec::as_slice),
            FieldType::Text(_)
            | FieldType::Bool
            | FieldType::Count
            | FieldType::Date
            | FieldType::Texts
            | FieldType::Milestones => &[],
        };
        let ids = values.iter().filter_map(serde_json::Value::as_str).filter(|id| id.parse::<EntityId>().is_ok());
        found.extend(ids.map(|id| Mention { place: name.to_owned(), target: id.to_owned(), label: name.to_owned() }));
    }
    found.extend(entity.links.iter().map(|link| Mention {
        place: format!("link:{}", link.id),
        target: link.to.to_string(),
        label: link.relation.clone(),
    }));
    found.sort_unstable();
    found.dedup_by(|one, other| one.place == other.place && one.target == other.target);
    found
}
