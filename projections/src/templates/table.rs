//! The library in its tables.

use domain::{
    ids::{PlanId, ScheduleId, TemplateId},
    template::{Share, SharedWith},
};
use eventlog::StreamName;
use projections_store::{Action, Reads, Session, StorageError, Write, values};

use super::{Kept, Made, Row, TemplateFigures, TemplateSummary, Templates, schedules};
use crate::{
    Rows, Tables,
    columns::{self, Bytes, Json, Micros, Number, Word},
    projection,
};

/// Stands among those who see a template when everybody does.
pub(super) const EVERYBODY: &str = "*";

/// A template, as [`summary`] reads it; who sees it comes last and is only written.
const TEMPLATE: Write = Write {
    table: "templates",
    columns: &[
        "created_position",
        "id",
        "name",
        "description",
        "tags",
        "version",
        "steps",
        "parameters",
        "retired",
        "shares",
        "owner_kind",
        "owner",
        "created_at",
        "updated_at",
        "revision",
        "position",
        "seen_by",
    ],
    action: Action::Put { key: &["created_position"], kept: &["id", "owner_kind", "owner", "created_at"] },
};

/// A plan that was made from a template, as [`made`] reads it.
const RUN: Write = Write {
    table: "runs",
    columns: &[
        "position",
        "plan",
        "template",
        "version",
        "arguments",
        "actor",
        "made_at",
        "started_at",
        "ended_at",
        "ended",
    ],
    action: Action::Put { key: &["position"], kept: &["plan", "template", "version", "arguments", "actor", "made_at"] },
};

/// The columns that [`summary`] reads, in its order.
pub(super) fn columns() -> String {
    TEMPLATE.columns.join(", ")
}

impl Tables for Templates {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/templates.v2.sql");

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Row>, StorageError> {
        if let Ok(id) = projection::subject::<TemplateId>(stream) {
            let sql = format!("select {} from templates where id = ?1", columns());
            let found = reads.one(&sql, values![Bytes(id.uuid())], summary)?;
            return Ok(found.map(|summary| Row::Template(Box::new(Kept { summary }))));
        }
        if let Ok(id) = projection::subject::<ScheduleId>(stream) {
            return Ok(schedules::load(reads, id)?.map(|view| Row::Schedule(Box::new(view))));
        }
        let Ok(id) = projection::subject::<PlanId>(stream) else { return Ok(None) };
        let sql = format!("select {} from runs where plan = ?1", RUN.columns.join(", "));
        let found = reads.one(&sql, values![Bytes(id.uuid())], made)?;
        Ok(found.map(|made| Row::Plan(Box::new(made))))
    }

    fn write(session: &dyn Session, rows: &mut Rows<Row>) -> Result<(), StorageError> {
        let mut templates = session.writer(&TEMPLATE)?;
        for row in rows.values() {
            let Row::Template(kept) = row else { continue };
            let one = &kept.summary;
            templates.row(values![
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
                Json(seen_by(&one.shares)),
            ])?;
        }
        templates.finish()?;
        let mut runs = session.writer(&RUN)?;
        for row in rows.values() {
            let Row::Plan(made) = row else { continue };
            runs.row(values![
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
        runs.finish()?;
        let views = rows.values().filter_map(|row| if let Row::Schedule(view) = row { Some(&**view) } else { None });
        schedules::write(session, views)
    }

    fn add(_: &dyn Session, _: &[()]) -> Result<(), StorageError> {
        Ok(())
    }
}

/// Reads [`columns`]; how it has worked is not among them.
pub(super) fn summary(row: &projections_store::Row<'_>) -> Result<TemplateSummary, StorageError> {
    Ok(TemplateSummary {
        created: columns::position(row, 0)?,
        id: TemplateId::new(row.get::<Bytes>(1)?.0),
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

fn made(row: &projections_store::Row<'_>) -> Result<Made, StorageError> {
    let ended: Option<String> = row.get(9)?;
    let known = |word: &str| ["completed", "failed", "cancelled"].into_iter().find(|known| *known == word);
    Ok(Made {
        position: columns::position(row, 0)?,
        plan: columns::plan_id(row, 1)?,
        template: TemplateId::new(row.get::<Bytes>(2)?.0),
        version: row.get(3)?,
        arguments: columns::json(row, 4)?,
        actor: row.get(5)?,
        drafted_at: columns::moment(row, 6)?,
        started_at: row.get::<Option<Micros>>(7)?.map(|at| at.0),
        ended_at: row.get::<Option<Micros>>(8)?.map(|at| at.0),
        ended: ended.as_deref().and_then(known),
    })
}

/// With whom a template is shared, as ids. Nobody has a role yet.
fn seen_by(shares: &[Share]) -> Vec<&str> {
    shares
        .iter()
        .filter_map(|share| match &share.with {
            SharedWith::Tenant => Some(EVERYBODY),
            SharedWith::Person(id) => Some(id.as_str()),
            SharedWith::Role(_) => None,
        })
        .collect()
}
