//! The workspace in SQLite.

use domain::workspace::{Entity, Kind};
use eventlog::StreamName;
use indexmap::IndexMap;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{EntityView, Thing, Workspace, mentions};
use crate::{
    Tables,
    columns::{self, Json, Micros, Number, Word},
};

/// The columns that [`view`] reads, in its order.
pub(super) const COLUMNS: &str =
    "id, kind, title, fields, links, archived, withdrawn, created_at, updated_at, revision, position, created_position";

impl Tables for Workspace {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/workspace.v1.sql");

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let view = entity(connection, stream.subject())?;
        Ok(view.map(|EntityView { id, entity, revision, position, created, .. }| {
            let written = mentions(&entity);
            Some(Thing { id, entity: Some(entity), revision, position, created, written })
        }))
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(&format!(
            "insert into entities ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             on conflict (created_position) do update set
                 title = excluded.title, fields = excluded.fields, links = excluded.links,
                 archived = excluded.archived, withdrawn = excluded.withdrawn, updated_at = excluded.updated_at,
                 revision = excluded.revision, position = excluded.position"
        ))?;
        let mut forget = connection.prepare_cached("delete from mentions where source = ?1")?;
        let mut mention =
            connection.prepare_cached("insert into mentions (source, place, target, label) values (?1, ?2, ?3, ?4)")?;
        for thing in rows.values_mut().flatten() {
            let Some(entity) = &thing.entity else { continue };
            upsert.execute(params![
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
            let mentions = mentions(entity);
            if mentions == thing.written {
                continue;
            }
            forget.execute([thing.id.as_str()])?;
            for one in &mentions {
                mention.execute([thing.id.as_str(), &one.place, &one.target, &one.label])?;
            }
            thing.written = mentions;
        }
        Ok(())
    }

    fn add(_: &Connection, _: &[()]) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// Reads one thing.
pub(super) fn entity(connection: &Connection, id: &str) -> rusqlite::Result<Option<EntityView>> {
    let mut query = connection.prepare_cached(&format!("select {COLUMNS} from entities where id = ?1"))?;
    query.query_row([id], view).optional()
}

/// Reads [`COLUMNS`].
pub(super) fn view(row: &Row<'_>) -> rusqlite::Result<EntityView> {
    Ok(EntityView {
        id: columns::parsed(row, 0)?,
        title: row.get(2)?,
        entity: Entity {
            kind: row.get::<_, Word<Kind>>(1)?.0,
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
