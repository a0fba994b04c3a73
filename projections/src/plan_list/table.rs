//! The list in SQLite.

use std::collections::BTreeSet;

use domain::{ids::StepId, plan::PlanStatus};
use eventlog::StreamName;
use indexmap::IndexMap;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{ImpactCounts, Line, PlanList, PlanSummary, StepCounts};
use crate::{
    Tables,
    columns::{self, Bytes, Json, Micros, Number, Word},
    projection,
};

/// The columns that [`line`] reads, in its order.
pub(super) const COLUMNS: &str = "id, name, request, status, total, completed, skipped, failed, outside, irreversible, \
     created_at, updated_at, created_by_kind, created_by, revision, position, created_position";

impl Tables for PlanList {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_list.v1.sql");

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let Ok(id) = projection::subject::<domain::ids::PlanId>(stream) else { return Ok(None) };
        let mut query = connection.prepare_cached(&format!("select {COLUMNS} from plans where id = ?1"))?;
        Ok(query.query_row([Bytes(id.uuid())], line).optional()?.map(Some))
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(&format!(
            "insert into plans ({COLUMNS})
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             on conflict (created_position) do update set
                 name = excluded.name, request = excluded.request, status = excluded.status,
                 total = excluded.total, completed = excluded.completed, skipped = excluded.skipped,
                 failed = excluded.failed, outside = excluded.outside, irreversible = excluded.irreversible,
                 updated_at = excluded.updated_at, revision = excluded.revision, position = excluded.position"
        ))?;
        for Line { summary, failed } in rows.values().flatten() {
            upsert.execute(params![
                Bytes(summary.id.uuid()),
                summary.name,
                summary.request,
                Word(summary.status),
                summary.progress.total,
                summary.progress.completed,
                summary.progress.skipped,
                Json(failed),
                summary.impact.outside,
                summary.impact.irreversible,
                Micros(summary.created_at),
                Micros(summary.updated_at),
                Word(summary.created_by.kind),
                summary.created_by.id,
                Number::from(summary.revision),
                Number::from(summary.position),
                Number::from(summary.created),
            ])?;
        }
        Ok(())
    }

    fn add(_: &Connection, _: &[()]) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// Reads [`COLUMNS`].
pub(super) fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let failed: BTreeSet<StepId> = columns::json(row, 7)?;
    let summary = PlanSummary {
        id: columns::plan_id(row, 0)?,
        name: row.get(1)?,
        request: row.get(2)?,
        status: row.get::<_, Word<PlanStatus>>(3)?.0,
        progress: StepCounts {
            total: row.get(4)?,
            completed: row.get(5)?,
            failed: u32::try_from(failed.len()).unwrap_or(u32::MAX),
            skipped: row.get(6)?,
        },
        impact: ImpactCounts { outside: row.get(8)?, irreversible: row.get(9)? },
        created_at: columns::moment(row, 10)?,
        updated_at: columns::moment(row, 11)?,
        created_by: columns::actor(row, 12)?,
        revision: columns::revision(row, 14)?,
        position: columns::position(row, 15)?,
        created: columns::position(row, 16)?,
    };
    Ok(Line { summary, failed })
}
