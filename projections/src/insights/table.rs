//! Insights in their table.

use eventlog::StreamName;
use projections_store::{Action, Reads, Row, Session, StorageError, Write, values};

use super::{InsightsModel, Judged, Verdict};
use crate::{
    Rows, Tables,
    columns::{self, Bytes, Json, Micros, Number, Word, Worded},
    projection,
};

/// A plan, as [`judged`] reads it.
const JUDGED: Write = Write {
    table: "plans",
    columns: &[
        "created_position",
        "id",
        "planner",
        "kind",
        "verdict",
        "asked",
        "drafts",
        "edits",
        "steps",
        "started",
        "ended",
        "failures",
        "rating",
        "created_at",
        "revision",
    ],
    action: Action::Put { key: &["created_position"], kept: &["id", "created_at"] },
};

impl Worded for Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unchanged => "unchanged",
            Self::Edited => "edited",
            Self::Rejected => "rejected",
            Self::Unplanned => "unplanned",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Unchanged, Self::Edited, Self::Rejected, Self::Unplanned]
            .into_iter()
            .find(|verdict| verdict.word() == word)
    }
}

impl Tables for InsightsModel {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/insights.v1.sql");

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError> {
        let Ok(id) = projection::subject::<domain::ids::PlanId>(stream) else { return Ok(None) };
        let sql = format!("select {} from plans where id = ?1", JUDGED.columns.join(", "));
        Ok(reads.one(&sql, values![Bytes(id.uuid())], judged)?.map(Some))
    }

    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError> {
        let mut writer = session.writer(&JUDGED)?;
        for row in rows.values().flatten() {
            writer.row(values![
                Number::from(row.created),
                Bytes(row.id.uuid()),
                row.planner,
                row.kind,
                Word(row.verdict),
                row.asked,
                row.drafts,
                row.edits,
                row.steps,
                row.started,
                row.ended,
                Json(&row.failures),
                row.rating,
                Micros(row.created_at),
                Number::from(row.revision),
            ])?;
        }
        writer.finish()
    }

    fn add(_: &dyn Session, _: &[()]) -> Result<(), StorageError> {
        Ok(())
    }
}

fn judged(row: &Row<'_>) -> Result<Judged, StorageError> {
    let ended: Option<String> = row.get(10)?;
    let known = |word: &str| ["completed", "failed", "cancelled"].into_iter().find(|known| *known == word);
    Ok(Judged {
        created: columns::position(row, 0)?,
        id: columns::plan_id(row, 1)?,
        planner: row.get(2)?,
        kind: row.get(3)?,
        verdict: row.get::<Word<Verdict>>(4)?.0,
        asked: row.get(5)?,
        drafts: row.get(6)?,
        edits: row.get(7)?,
        steps: row.get(8)?,
        started: row.get(9)?,
        ended: ended.as_deref().and_then(known),
        failures: columns::json(row, 11)?,
        rating: row.get(12)?,
        created_at: columns::moment(row, 13)?,
        revision: columns::revision(row, 14)?,
    })
}
