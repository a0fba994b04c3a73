//! The audit trail in its tables.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::StepId;
use eventlog::{Position, StreamName, codec};
use indexmap::IndexMap;
use projections_store::{Action, Reads, Session, StorageError, Write, values};

use super::{Entry, Numbered, PlanHistory};
use crate::{
    Tables,
    columns::{self, Bytes, Micros, Number, Word},
};

const STREAM: Write = Write { table: "streams", columns: &["number", "name"], action: Action::Insert };

const EVENT: Write = Write {
    table: "events",
    columns: &[
        "position",
        "stream",
        "revision",
        "event_id",
        "event_type",
        "at",
        "actor_kind",
        "actor",
        "step",
        "reason",
        "correlation_id",
        "causation_id",
    ],
    action: Action::Insert,
};

/// Events come in the order of their positions, so an hour that is known keeps its first one.
const HOUR: Write = Write {
    table: "hours",
    columns: &["hour", "first_position", "last_position"],
    action: Action::Put { key: &["hour"], kept: &["first_position"] },
};

impl Tables for PlanHistory {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_history.v1.sql");

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError> {
        let number = number_of(reads, stream)?;
        Ok(number.map(|number| Numbered { number: Some(number), written: true }))
    }

    fn write(session: &dyn Session, rows: &mut IndexMap<StreamName, Self::Row>) -> Result<(), StorageError> {
        let mut names = session.writer(&STREAM)?;
        for (stream, row) in rows {
            if let Some(number) = row.number.filter(|_| !row.written) {
                names.row(values![Number::from(number), stream.as_str()])?;
                row.written = true;
            }
        }
        names.finish()
    }

    fn add(session: &dyn Session, entries: &[Self::Entry]) -> Result<(), StorageError> {
        let mut events = session.writer(&EVENT)?;
        let mut spans: BTreeMap<i64, (Position, Position)> = BTreeMap::new();
        for entry in entries {
            let Entry { event, stream } = entry;
            let (metadata, decoded) = (&event.metadata, codec::event(event));
            let (step, reason) = entry.step_and_reason(&decoded);
            events.row(values![
                Number::from(event.position),
                Number::from(*stream),
                Number::from(event.revision),
                Bytes(event.id.uuid()),
                &*event.event_type,
                Micros(metadata.at),
                Word(metadata.actor.kind),
                metadata.actor.id.as_str(),
                step.map(StepId::as_str),
                reason,
                Bytes(metadata.correlation_id),
                metadata.causation_id.map(Bytes),
            ])?;
            let span = spans.entry(hour_of(metadata.at)).or_insert((event.position, event.position));
            span.1 = event.position;
        }
        events.finish()?;
        let mut hours = session.writer(&HOUR)?;
        for (hour, (first, last)) in spans {
            hours.row(values![hour, Number::from(first), Number::from(last)])?;
        }
        hours.finish()
    }
}

/// Gives the number that stands for a stream's name.
pub(super) fn number_of(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Position>, StorageError> {
    let sql = "select number from streams where name = ?1";
    reads.one(sql, values![stream.as_str()], |row| columns::position(row, 0))
}

/// Hours since 1970, rounded down.
pub(crate) fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(3_600)
}
