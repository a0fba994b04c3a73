//! The audit trail in SQLite.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use eventlog::{Position, StreamName};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Numbered, PlanHistory};
use crate::{
    Tables,
    columns::{self, Bytes, Micros, Number, Word},
    tables::Changes,
};

impl Tables for PlanHistory {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_history.v1.sql");

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let number = number_of(connection, stream)?;
        Ok(number.map(|number| Numbered { number: Some(number), written: true }))
    }

    fn write(connection: &Connection, changes: &mut Changes<Self>) -> rusqlite::Result<()> {
        let mut name = connection.prepare_cached("insert into streams (number, name) values (?1, ?2)")?;
        for (stream, row) in &mut changes.rows {
            if let Some(number) = row.number.filter(|_| !row.written) {
                name.execute(params![Number::from(number), stream.as_str()])?;
                row.written = true;
            }
        }
        let mut add = connection.prepare_cached(
            "insert into events (position, stream, revision, event_id, event_type, at, actor_kind, actor, step, reason,
                 correlation_id, causation_id)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        let mut hours: BTreeMap<i64, (Position, Position)> = BTreeMap::new();
        for entry in &changes.entries {
            add.execute(params![
                Number::from(entry.position),
                Number::from(entry.stream),
                Number::from(entry.revision),
                Bytes(entry.event_id.uuid()),
                entry.event_type,
                Micros(entry.at),
                Word(entry.actor.kind),
                entry.actor.id,
                entry.step.as_ref().map(domain::ids::StepId::as_str),
                entry.reason,
                Bytes(entry.correlation_id),
                entry.causation_id.map(Bytes),
            ])?;
            hours.entry(hour_of(entry.at)).or_insert((entry.position, entry.position)).1 = entry.position;
        }
        let mut hour = connection.prepare_cached(
            "insert into hours (hour, first_position, last_position) values (?1, ?2, ?3)
             on conflict (hour) do update
             set first_position = min(first_position, excluded.first_position),
                 last_position = max(last_position, excluded.last_position)",
        )?;
        for (number, (first, last)) in hours {
            hour.execute(params![number, Number::from(first), Number::from(last)])?;
        }
        Ok(())
    }
}

/// Gives the number that stands for a stream's name.
pub(super) fn number_of(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Position>> {
    let mut query = connection.prepare_cached("select number from streams where name = ?1")?;
    query.query_row([stream.as_str()], |row| columns::position(row, 0)).optional()
}

/// Hours since 1970, rounded down.
pub(super) fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(3_600)
}
