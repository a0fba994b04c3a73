//! The feed in its tables.

use std::collections::BTreeMap;

use domain::{ids::StepId, workspace::Kind};
use eventlog::{Position, StreamName};
use projections_store::{Action, Reads, Session, StorageError, Write, values};

use super::{Activity, Subject};
use crate::{
    Rows, Tables,
    columns::{self, Json, Micros, Number, Word},
};

const SUBJECT: Write = Write {
    table: "subjects",
    columns: &["number", "stream", "name", "kind", "steps"],
    action: Action::Put { key: &["number"], kept: &["stream"] },
};

const ENTRY: Write = Write {
    table: "entries",
    columns: &["position", "subject", "event_type", "at", "actor_kind", "actor", "step", "sentence"],
    action: Action::Insert,
};

impl Tables for Activity {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/activity.v1.sql");

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError> {
        let sql = "select number, name, kind, steps from subjects where stream = ?1";
        reads.one(sql, values![stream.as_str()], |row| {
            let steps: Option<Json<BTreeMap<StepId, String>>> = row.get(3)?;
            Ok(Subject {
                number: Some(columns::position(row, 0)?),
                name: row.get(1)?,
                kind: row.get::<Option<Word<Kind>>>(2)?.map(|Word(kind)| kind),
                steps: steps.map_or_else(BTreeMap::new, |Json(steps)| steps),
                changed: false,
            })
        })
    }

    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError> {
        let mut subjects = session.writer(&SUBJECT)?;
        for (stream, subject) in rows {
            let Some(number) = subject.number.filter(|_| subject.changed) else { continue };
            let steps = Some(&subject.steps).filter(|steps| !steps.is_empty()).map(Json);
            let (number, kind) = (Number::from(number), subject.kind.map(Word));
            subjects.row(values![number, stream.as_str(), subject.name, kind, steps])?;
            subject.changed = false;
        }
        subjects.finish()
    }

    fn add(session: &dyn Session, entries: &[Self::Entry]) -> Result<(), StorageError> {
        let mut lines = session.writer(&ENTRY)?;
        for entry in entries {
            let metadata = &entry.event.metadata;
            lines.row(values![
                Number::from(entry.event.position),
                Number::from(entry.subject),
                &*entry.event.event_type,
                Micros(metadata.at),
                Word(metadata.actor.kind),
                metadata.actor.id.as_str(),
                entry.step.as_ref().map(StepId::as_str),
                entry.sentence.as_str(),
            ])?;
        }
        lines.finish()
    }
}

/// Gives the number of the plan or thing whose stream this is.
pub(super) fn number_of(reads: &dyn Reads, stream: &str) -> Result<Option<Position>, StorageError> {
    reads.one("select number from subjects where stream = ?1", values![stream], |row| columns::position(row, 0))
}
