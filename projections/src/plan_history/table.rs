//! The audit trail in its tables.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};
use domain::ids::StepId;
use eventlog::{Position, StreamName, codec};
use foldhash::fast::RandomState;
use indexmap::IndexSet;
use projections_store::{Action, Reads, Row, Session, StorageError, Write, values};

use super::{Entry, Numbered, PlanHistory};
use crate::{
    Rows, Tables,
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

    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError> {
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
        let numbers = numbered(session, entries)?;
        let mut events = session.writer(&EVENT)?;
        let mut spans: BTreeMap<i64, (Position, Position)> = BTreeMap::new();
        for (entry, [event_type, actor_kind, actor]) in entries.iter().zip(numbers) {
            let Entry { event, stream } = entry;
            let metadata = &event.metadata;
            codec::with_event(event, |decoded| {
                let (step, reason) = entry.step_and_reason(decoded);
                events.row(values![
                    Number::from(event.position),
                    Number::from(*stream),
                    Number::from(event.revision),
                    Bytes(event.id.uuid()),
                    event_type,
                    Micros(metadata.at),
                    actor_kind,
                    actor,
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

/// Gives the numbers of each entry's words: of its type, of its actor's kind and of its actor. Words that are new are
/// written, in the order in which they come.
fn numbered(session: &dyn Session, entries: &[Entry]) -> Result<Vec<[Number; 3]>, StorageError> {
    let mut words = IndexSet::with_hasher(RandomState::default());
    let mut places = Vec::with_capacity(entries.len());
    for Entry { event, .. } in entries {
        let actor = &event.metadata.actor;
        places.push([&*event.event_type, actor.kind.word(), &actor.id].map(|word| words.insert_full(kept(word)).0));
    }
    let reads: &dyn Reads = session;
    let sql = "select word, number from words where word in (select value from json_each(?1))";
    let known = |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<Number>(1)?));
    let mut numbers = vec![None; words.len()];
    for (word, number) in reads.all(sql, values![Json(words.iter().collect::<Vec<_>>())], known)? {
        if let Some(place) = words.get_index_of(&*word) {
            numbers[place] = Some(number);
        }
    }
    if numbers.iter().any(Option::is_none) {
        let last = reads.one("select max(number) from words", &[], |row| row.get::<Option<Number>>(0))?.flatten();
        let mut last = last.map_or(0, |Number(last)| last);
        let mut new = session.writer(&WORD)?;
        for (word, number) in words.iter().zip(&mut numbers).filter(|(_, number)| number.is_none()) {
            last += 1;
            new.row(values![Number(last), &**word])?;
            *number = Some(Number(last));
        }
        new.finish()?;
    }
    let numbers: Vec<Number> = numbers.into_iter().flatten().collect();
    Ok(places.into_iter().map(|of_entry| of_entry.map(|place| numbers[place])).collect())
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
