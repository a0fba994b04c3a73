//! The audit trail in SQLite.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::StepId;
use eventlog::{Position, StreamName, codec};
use indexmap::IndexMap;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Entry, Numbered, PlanHistory};
use crate::{
    Tables,
    columns::{self, Bytes, Micros, Number, Word},
};

impl Tables for PlanHistory {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_history.v1.sql");

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let number = number_of(connection, stream)?;
        Ok(number.map(|number| Numbered { number: Some(number), written: true }))
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()> {
        let mut name = connection.prepare_cached("insert into streams (number, name) values (?1, ?2)")?;
        for (stream, row) in rows {
            if let Some(number) = row.number.filter(|_| !row.written) {
                name.execute(params![Number::from(number), stream.as_str()])?;
                row.written = true;
            }
        }
        Ok(())
    }

    fn add(connection: &Connection, entries: &[Self::Entry]) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(
            "insert into events (position, stream, revision, event_id, event_type, at, actor_kind, actor, step, reason,
                 correlation_id, causation_id)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        let mut hours: BTreeMap<i64, (Position, Position)> = BTreeMap::new();
        for entry in entries {
            let Entry { event, stream } = entry;
            let (metadata, decoded) = (&event.metadata, codec::event(event));
            let (step, reason) = entry.step_and_reason(&decoded);
            add.execute(params![
                Number::from(event.position),
                Number::from(*stream),
                Number::from(event.revision),
                Bytes(event.id.uuid()),
                event.event_type,
                Micros(metadata.at),
                Word(metadata.actor.kind),
                metadata.actor.id,
                step.map(StepId::as_str),
                reason,
                Bytes(metadata.correlation_id),
                metadata.causation_id.map(Bytes),
            ])?;
            let hour = hours.entry(hour_of(metadata.at)).or_insert((event.position, event.position));
            hour.1 = event.position;
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
pub(crate) fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(3_600)
}
