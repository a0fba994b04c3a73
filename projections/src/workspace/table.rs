//! The workspace in its tables.

use domain::workspace::{Entity, Kind};
use eventlog::StreamName;
use projections_store::{Action, Reads, Row, Session, StorageError, Write, values};

use super::{EntityView, Thing, Workspace, mentions};
use crate::{
    Rows, Tables,
    columns::{self, Json, Micros, Number, Word},
};

/// A thing, as [`view`] reads it.
const ENTITY: Write = Write {
    table: "entities",
    columns: &[
        "id",
        "kind",
        "title",
        "fields",
        "links",
        "archived",
        "withdrawn",
        "created_at",
        "updated_at",
        "revision",
        "position",
        "created_position",
    ],
    action: Action::Put { key: &["created_position"], kept: &["id", "kind", "created_at"] },
};

const FORGOTTEN: Write = Write { table: "mentions", columns: &["source"], action: Action::Remove };

const MENTION: Write =
    Write { table: "mentions", columns: &["source", "place", "target", "label"], action: Action::Insert };

/// The columns that [`view`] reads, in its order.
pub(super) fn columns() -> String {
    ENTITY.columns.join(", ")
}

impl Tables for Workspace {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/workspace.v1.sql");

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError> {
        let view = entity(reads, stream.subject())?;
        Ok(view.map(|EntityView { id, entity, revision, position, created, .. }| {
            let written = mentions(&entity);
            Some(Thing { id, entity: Some(entity), revision, position, created, written })
        }))
    }

    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError> {
        let (mut entities, mut forgotten) = (session.writer(&ENTITY)?, session.writer(&FORGOTTEN)?);
        for thing in rows.values().flatten() {
            let Some(entity) = &thing.entity else { continue };
            entities.row(values![
                thing.id.as_str(),
                Word(entity.kind),
                entity.title(),
                Json(&entity.fields),
                Json(&entity.links),
                entity.archived,
                entity.withdrawn,
                Micros(entity.created_at),
                Micros(entity.updated_at),
                Number::from(thing.revision),
                Number::from(thing.position),
                Number::from(thing.created),
            ])?;
            if !thing.written.is_empty() && mentions(entity) != thing.written {
                forgotten.row(values![thing.id.as_str()])?;
            }
        }
        entities.finish()?;
        forgotten.finish()?;
        let mut added = session.writer(&MENTION)?;
        for thing in rows.values_mut().flatten() {
            let Some(entity) = &thing.entity else { continue };
            let mentions = mentions(entity);
            if mentions == thing.written {
                continue;
            }
            for one in &mentions {
                added.row(values![thing.id.as_str(), one.place, one.target, one.label])?;
            }
            thing.written = mentions;
        }
        added.finish()
    }

    fn add(_: &dyn Session, _: &[()]) -> Result<(), StorageError> {
        Ok(())
    }
}

/// Reads one thing.
pub(super) fn entity(reads: &dyn Reads, id: &str) -> Result<Option<EntityView>, StorageError> {
    reads.one(&format!("select {} from entities where id = ?1", columns()), values![id], view)
}

/// Reads [`columns`].
pub(super) fn view(row: &Row<'_>) -> Result<EntityView, StorageError> {
    Ok(EntityView {
        id: columns::parsed(row, 0)?,
        title: row.get(2)?,
        entity: Entity {
            kind: row.get::<Word<Kind>>(1)?.0,
            fields: columns::json(row, 3)?,
            links: columns::json(row, 4)?,
            archived: row.get(5)?,
            withdrawn: row.get(6)?,
            created_at: columns::moment(row, 7)?,
            updated_at: columns::moment(row, 8)?,
        },
        revision: columns::revision(row, 9)?,
        position: columns::position(row, 10)?,
        created: columns::position(row, 11)?,
    })
}
