//! The list in its table.

use std::collections::BTreeSet;

use domain::{ids::StepId, plan::PlanStatus};
use eventlog::StreamName;
use projections_store::{Action, Reads, Row, Session, StorageError, Write, values};

use super::{ImpactCounts, Line, PlanList, PlanSummary, StepCounts};
use crate::{
    Rows, Tables,
    columns::{self, Bytes, Json, Micros, Number, Word},
    projection,
};

/// A line, as [`line`] reads it.
const LINE: Write = Write {
    table: "plans",
    columns: &[
        "id",
        "name",
        "request",
        "status",
        "total",
        "completed",
        "skipped",
        "failed",
        "outside",
        "irreversible",
        "created_at",
        "updated_at",
        "created_by_kind",
        "created_by",
        "revision",
        "position",
        "created_position",
    ],
    action: Action::Put { key: &["created_position"], kept: &["id", "created_at", "created_by_kind", "created_by"] },
};

/// The columns that [`line`] reads, in its order.
pub(super) fn columns() -> String {
    LINE.columns.join(", ")
}

impl Tables for PlanList {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_list.v1.sql");

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError> {
        let Ok(id) = projection::subject::<domain::ids::PlanId>(stream) else { return Ok(None) };
        let sql = format!("select {} from plans where id = ?1", columns());
        Ok(reads.one(&sql, values![Bytes(id.uuid())], line)?.map(Some))
    }

    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError> {
        let mut writer = session.writer(&LINE)?;
        for Line { summary, failed } in rows.values().flatten() {
            writer.row(values![
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
        writer.finish()
    }

    fn add(_: &dyn Session, _: &[()]) -> Result<(), StorageError> {
        Ok(())
    }
}

/// Reads [`COLUMNS`].
pub(super) fn line(row: &Row<'_>) -> Result<Line, StorageError> {
    let failed: BTreeSet<StepId> = columns::json(row, 7)?;
    let summary = PlanSummary {
        id: columns::plan_id(row, 0)?,
        name: row.get(1)?,
        request: row.get(2)?,
        status: row.get::<Word<PlanStatus>>(3)?.0,
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
