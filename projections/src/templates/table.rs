//! The library in SQLite.

use domain::ids::{PlanId, TemplateId};
use eventlog::StreamName;
use indexmap::IndexMap;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Kept, Made, Row, TemplateFigures, TemplateSummary, Templates};
use crate::{
    Tables,
    columns::{self, Bytes, Json, Micros, Number, Word},
    projection,
};

/// The columns that [`summary`] reads, in its order.
pub(super) const COLUMNS: &str = "created_position, id, name, description, tags, version, steps, parameters, retired, \
     shares, owner_kind, owner, created_at, updated_at, revision, position";

const MADE: &str = "position, plan, template, version, arguments, actor, made_at, started_at, ended_at, ended";

impl Tables for Templates {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/templates.v1.sql");

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Row>> {
        if let Ok(id) = projection::subject::<TemplateId>(stream) {
            let mut query = connection.prepare_cached(&format!("select {COLUMNS} from templates where id = ?1"))?;
            let found = query.query_row([Bytes(id.uuid())], summary).optional()?;
            return Ok(found.map(|summary| Row::Template(Box::new(Kept { summary }))));
        }
        let Ok(id) = projection::subject::<PlanId>(stream) else { return Ok(None) };
        let mut query = connection.prepare_cached(&format!("select {MADE} from runs where plan = ?1"))?;
        let found = query.query_row([Bytes(id.uuid())], made).optional()?;
        Ok(found.map(|made| Row::Plan(Box::new(made))))
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Row>) -> rusqlite::Result<()> {
        let mut template = connection.prepare_cached(&format!(
            "insert into templates ({COLUMNS})
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             on conflict (created_position) do update set
                 name = excluded.name, description = excluded.description, tags = excluded.tags,
                 version = excluded.version, steps = excluded.steps, parameters = excluded.parameters,
                 retired = excluded.retired, shares = excluded.shares, updated_at = excluded.updated_at,
                 revision = excluded.revision, position = excluded.position"
        ))?;
        let mut run = connection.prepare_cached(&format!(
            "insert into runs ({MADE}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             on conflict (position) do update set
                 started_at = excluded.started_at, ended_at = excluded.ended_at, ended = excluded.ended"
        ))?;
        for row in rows.values() {
            match row {
                Row::Nothing => {}
                Row::Template(kept) => {
                    let one = &kept.summary;
                    template.execute(params![
                        Number::from(one.created),
                        Bytes(one.id.uuid()),
                        one.name,
                        one.description,
                        Json(&one.tags),
                        one.version,
                        one.steps,
                        one.parameters,
                        one.retired,
                        Json(&one.shares),
                        Word(one.owner.kind),
                        one.owner.id,
                        Micros(one.created_at),
                        Micros(one.updated_at),
                        Number::from(one.revision),
                        Number::from(one.position),
                    ])?;
                }
                Row::Plan(made) => {
                    run.execute(params![
                        Number::from(made.position),
                        Bytes(made.plan.uuid()),
                        Bytes(made.template.uuid()),
                        made.version,
                        Json(&made.arguments),
                        made.actor,
                        Micros(made.drafted_at),
                        made.started_at.map(Micros),
                        made.ended_at.map(Micros),
                        made.ended,
                    ])?;
                }
            }
        }
        Ok(())
    }

    fn add(_: &Connection, _: &[()]) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// Reads [`COLUMNS`]; how it has worked is not among them.
pub(super) fn summary(row: &rusqlite::Row<'_>) -> rusqlite::Result<TemplateSummary> {
    Ok(TemplateSummary {
        created: columns::position(row, 0)?,
        id: TemplateId::new(row.get::<_, Bytes>(1)?.0),
        name: row.get(2)?,
        description: row.get(3)?,
        tags: columns::json(row, 4)?,
        version: row.get(5)?,
        steps: row.get(6)?,
        parameters: row.get(7)?,
        retired: row.get(8)?,
        shares: columns::json(row, 9)?,
        owner: columns::actor(row, 10)?,
        created_at: columns::moment(row, 12)?,
        updated_at: columns::moment(row, 13)?,
        figures: TemplateFigures::default(),
        revision: columns::revision(row, 14)?,
        position: columns::position(row, 15)?,
    })
}

fn made(row: &rusqlite::Row<'_>) -> rusqlite::Result<Made> {
    let ended: Option<String> = row.get(9)?;
    let known = |word: &str| ["completed", "failed", "cancelled"].into_iter().find(|known| *known == word);
    Ok(Made {
        position: columns::position(row, 0)?,
        plan: columns::plan_id(row, 1)?,
        template: TemplateId::new(row.get::<_, Bytes>(2)?.0),
        version: row.get(3)?,
        arguments: columns::json(row, 4)?,
        actor: row.get(5)?,
        drafted_at: columns::moment(row, 6)?,
        started_at: row.get::<_, Option<Micros>>(7)?.map(|at| at.0),
        ended_at: row.get::<_, Option<Micros>>(8)?.map(|at| at.0),
        ended: ended.as_deref().and_then(known),
    })
}
