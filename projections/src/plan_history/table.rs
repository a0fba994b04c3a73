//! The audit trail in its tables.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use chrono::{DateTime, Utc};
use domain::ids::StepId;
use eventlog::{Position, StreamName, codec};
use indexmap::{IndexMap, IndexSet};
use projections_store::{Action, Reads, Row, Session, StorageError, Write, values};

use super::{Entry, Numbered, PlanHistory};
use crate::{
    Tables,
    columns::{self, Bytes, Json, Micros, Number, Worded},
};

const STREAM: Write = Write { table: "streams", columns: &["number", "name"], action: Action::Insert };

const WORD: Write = Write { table: "words", columns: &["number", "word"], action: Action::Insert };

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
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_history.v2.sql");

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
        let words = Words::of(session, entries)?;
        let mut events = session.writer(&EVENT)?;
        let mut spans: BTreeMap<i64, (Position, Position)> = BTreeMap::new();
        for entry in entries {
            let Entry { event, stream } = entry;
            let metadata = &event.metadata;
            codec::with_event(event, |decoded| {
                let (step, reason) = entry.step_and_reason(decoded);
                events.row(values![
                    Number::from(event.position),
                    Number::from(*stream),
                    Number::from(event.revision),
                    Bytes(event.id.uuid()),
                    words.number(&event.event_type)?,
                    Micros(metadata.at),
                    words.number(metadata.actor.kind.word())?,
                    words.number(&metadata.actor.id)?,
                    step.map(StepId::as_str),
                    reason,
                    Bytes(metadata.correlation_id),
                    metadata.causation_id.map(Bytes),
                ])
            })?;
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

/// The numbers of the words in some entries.
struct Words<'a>(HashMap<Cow<'a, str>, Number>);

impl<'a> Words<'a> {
    /// Finds the words of the entries, and writes those that are new, in the order in which they come.
    fn of(session: &dyn Session, entries: &'a [Entry]) -> Result<Self, StorageError> {
        let mut wanted = IndexSet::new();
        for Entry { event, .. } in entries {
            let actor = &event.metadata.actor;
            wanted.extend([&*event.event_type, actor.kind.word(), &actor.id].map(kept));
        }
        let reads: &dyn Reads = session;
        let sql = "select word, number from words where word in (select value from json_each(?1))";
        let known = |row: &Row<'_>| Ok((row.get::<String>(0)?.into(), row.get(1)?));
        let mut numbers: HashMap<Cow<'a, str>, Number> =
            reads.all(sql, values![Json(wanted.iter().collect::<Vec<_>>())], known)?.into_iter().collect();
        wanted.retain(|word| !numbers.contains_key(word));
        if !wanted.is_empty() {
            let last = reads.one("select max(number) from words", &[], |row| row.get::<Option<Number>>(0))?.flatten();
            let mut new = session.writer(&WORD)?;
            for (word, number) in wanted.into_iter().zip(last.map_or(1, |Number(last)| last + 1)..) {
                new.row(values![Number(number), &*word])?;
                numbers.insert(word, Number(number));
            }
            new.finish()?;
        }
        Ok(Self(numbers))
    }

    fn number(&self, word: &str) -> Result<Number, StorageError> {
        let missing = || StorageError::Value { what: format!("`{word}` has no number") };
        self.0.get(&kept(word)).copied().ok_or_else(missing)
    }
}

/// A word as every database keeps it: in PostgreSQL, no text has the character 0.
pub(super) fn kept(word: &str) -> Cow<'_, str> {
    if word.contains('\0') { word.replace('\0', "\u{fffd}").into() } else { word.into() }
}

/// Gives the number that stands for a word; none when no event has it.
pub(super) fn number_of_word(reads: &dyn Reads, word: &str) -> Result<Option<Number>, StorageError> {
    reads.one("select number from words where word = ?1", values![&*kept(word)], |row| row.get(0))
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
