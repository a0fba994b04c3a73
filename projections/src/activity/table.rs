//! The feed in SQLite.

use std::collections::BTreeMap;

use domain::{ids::StepId, workspace::Kind};
use eventlog::{Position, StreamName};
use indexmap::IndexMap;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Activity, Subject};
use crate::{
    Tables,
    columns::{self, Json, Micros, Number, Word},
};

impl Tables for Activity {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/activity.v1.sql");

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let mut query =
            connection.prepare_cached("select number, name, kind, steps from subjects where stream = ?1")?;
        let subject = query.query_row([stream.as_str()], |row| {
            Ok(Subject {
                number: Some(columns::position(row, 0)?),
                name: row.get(1)?,
                kind: row.get::<_, Option<Word<Kind>>>(2)?.map(|Word(kind)| kind),
                steps: row
                    .get::<_, Option<Json<BTreeMap<StepId, String>>>>(3)?
                    .map_or_else(BTreeMap::new, |steps| steps.0),
                changed: false,
            })
        });
        subject.optional()
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(
            "insert into subjects (number, stream, name, kind, steps) values (?1, ?2, ?3, ?4, ?5)
             on conflict (number) do update set name = excluded.name, kind = excluded.kind, steps = excluded.steps",
        )?;
        for (stream, subject) in rows {
            let Some(number) = subject.number.filter(|_| subject.changed) else { continue };
            let steps = Some(&subject.steps).filter(|steps| !steps.is_empty()).map(Json);
            upsert.execute(params![
                Number::from(number),
                stream.as_str(),
                subject.name,
                subject.kind.map(Word),
                steps
            ])?;
            subject.changed = false;
        }
        Ok(())
    }

    fn add(connection: &Connection, entries: &[Self::Entry]) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(
            "insert into entries (position, subject, event_type, at, actor_kind, actor, step, sentence)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for entry in entries {
            let metadata = &entry.event.metadata;
            add.execute(params![
                Number::from(entry.event.position),
                Number::from(entry.subject),
                entry.event.event_type,
                Micros(metadata.at),
                Word(metadata.actor.kind),
                metadata.actor.id,
                entry.step.as_ref().map(StepId::as_str),
                entry.sentence,
            ])?;
        }
        Ok(())
    }
}

/// Gives the number of the plan or thing whose stream this is.
pub(super) fn number_of(connection: &Connection, stream: &str) -> rusqlite::Result<Option<Position>> {
    let mut query = connection.prepare_cached("select number from subjects where stream = ?1")?;
    query.query_row([stream], |row| columns::position(row, 0)).optional()
}
