//! A thing in the workspace.

use domain::{ids::EntityId, workspace::Entity as Domain};
use eventlog::{Position, Revision};
use projections::Backlink;

use crate::bodies::entity::{Entity, EntityBacklink, EntityLink};

/// Shows a thing as it stands at a revision.
pub(crate) fn entity(id: &EntityId, entity: &Domain, revision: Revision, position: Position) -> Entity {
    let link = |link: &domain::workspace::Link| EntityLink {
        id: link.id.clone(),
        relation: link.relation.clone(),
        to: link.to.to_string(),
    };
    Entity {
        id: id.to_string(),
        kind: entity.kind.into(),
        title: entity.title().to_owned(),
        fields: entity.fields.clone(),
        archived: entity.archived,
        withdrawn: entity.withdrawn,
        forgotten: entity.is_forgotten(),
        links: entity.links.iter().map(link).collect(),
        linked_from: Vec::new(),
        linked_from_partial: false,
        revision: revision.get(),
        position: position.get(),
        created_at: entity.created_at,
        updated_at: entity.updated_at,
        as_of: None,
    }
}

/// Shows another thing that refers to the one that is shown.
pub(crate) fn backlink(backlink: Backlink) -> EntityBacklink {
    EntityBacklink {
        from: backlink.from.id.to_string(),
        kind: backlink.from.kind.into(),
        title: backlink.from.title,
        archived: backlink.from.archived,
        link_id: backlink.link,
        relation: backlink.relation,
    }
}
