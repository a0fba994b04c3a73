//! Insights in SQLite.

use eventlog::StreamName;
use indexmap::IndexMap;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{InsightsModel, Judged, Verdict};
use crate::{
    Tables,
    columns::{self, Bytes, Json, Micros, Number, Word, Worded},
    projection,
};

/// The columns that [`judged`] reads, in its order.
const COLUMNS: &str = "created_position, id, planner, kind, verdict, asked, drafts, edits, steps, started, ended, failures, \
     rating, created_at, revision";

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

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let Ok(id) = projection::subject::<domain::ids::PlanId>(stream) else { return Ok(None) };
        let mut query = connection.prepare_cached(&format!("select {COLUMNS} from plans where id = ?1"))?;
        Ok(query.query_row([Bytes(id.uuid())], judged).optional()?.map(Some))
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(&format!(
            "insert into plans ({COLUMNS})
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             on conflict (created_position) do update set
                 planner = excluded.planner, kind = excluded.kind, verdict = excluded.verdict, asked = excluded.asked,
                 drafts = excluded.drafts, edits = excluded.edits, steps = excluded.steps, started = excluded.started,
                 ended = excluded.ended, failures = excluded.failures, rating = excluded.rating,
                 revision = excluded.revision"
        ))?;
        for row in rows.values().flatten() {
            upsert.execute(params![
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
        Ok(())
    }

    fn add(_: &Connection, _: &[()]) -> rusqlite::Result<()> {
        Ok(())
    }
}

fn judged(row: &Row<'_>) -> rusqlite::Result<Judged> {
    let ended: Option<String> = row.get(10)?;
    let known = |word: &str| ["completed", "failed", "cancelled"].into_iter().find(|known| *known == word);
    Ok(Judged {
        created: columns::position(row, 0)?,
        id: columns::plan_id(row, 1)?,
        planner: row.get(2)?,
        kind: row.get(3)?,
        verdict: row.get::<_, Word<Verdict>>(4)?.0,
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
