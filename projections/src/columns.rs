//! How values of the domain stand in SQLite columns.
//!
//! Times are microseconds since 1970, UUIDs are 16 bytes, enums are their words, the rest is JSON.

use chrono::{DateTime, Utc};
use domain::{
    actor::{Actor, ActorKind},
    ids::PlanId,
    plan::PlanStatus,
    workspace::Kind,
};
use eventlog::{Position, Revision};
use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// A moment, as microseconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Micros(pub(crate) DateTime<Utc>);

impl ToSql for Micros {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.timestamp_micros().into())
    }
}

impl FromSql for Micros {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let micros = value.as_i64()?;
        DateTime::from_timestamp_micros(micros).map(Self).ok_or(FromSqlError::OutOfRange(micros))
    }
}

/// A position, a revision or a count.
#[derive(Clone, Copy)]
pub(crate) struct Number(pub(crate) u64);

impl From<Position> for Number {
    fn from(position: Position) -> Self {
        Self(position.get())
    }
}

impl From<Revision> for Number {
    fn from(revision: Revision) -> Self {
        Self(revision.get())
    }
}

impl ToSql for Number {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.cast_signed().into())
    }
}

impl FromSql for Number {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(i64::cast_unsigned).map(Self)
    }
}

/// A UUID, as 16 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Bytes(pub(crate) Uuid);

impl ToSql for Bytes {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
    }
}

impl FromSql for Bytes {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Uuid::from_slice(value.as_blob()?).map(Self).map_err(FromSqlError::other)
    }
}

/// Anything else, as JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| rusqlite::Error::ToSqlConversionFailure(error);
        // Most are shorter: growing a buffer step by step took longer than writing into it.
        let mut json = Vec::with_capacity(1_024);
        serde_json::to_writer(&mut json, &self.0).map_err(|error| failed(error.into()))?;
        let json = String::from_utf8(json).map_err(|error| failed(error.into()))?;
        Ok(json.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_slice(value.as_bytes()?).map(Self).map_err(FromSqlError::other)
    }
}

/// An enum that is stored as a word.
pub(crate) trait Worded: Copy {
    fn word(self) -> &'static str;
    fn from_word(word: &str) -> Option<Self>;
}

/// The word of an enum.
#[derive(Clone, Copy)]
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Worded> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.word().into())
    }
}

impl<T: Worded> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        T::from_word(word).map(Self).ok_or_else(|| FromSqlError::other(UnknownWord(word.to_owned())))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no word of this column")]
struct UnknownWord(String);

impl Worded for PlanStatus {
    fn word(self) -> &'static str {
        self.name()
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == word)
    }
}

impl Worded for Kind {
    fn word(self) -> &'static str {
        self.name()
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::from_name(word)
    }
}

impl Worded for ActorKind {
    fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::MachineToken => "machine_token",
            Self::Planner => "planner",
            Self::Executor => "executor",
            Self::System => "system",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Person, Self::MachineToken, Self::Planner, Self::Executor, Self::System]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// Reads the actor whose kind is in the column `at` and whose id is in the next one.
pub(crate) fn actor(row: &Row<'_>, at: usize) -> rusqlite::Result<Actor> {
    Ok(Actor { kind: row.get::<_, Word<ActorKind>>(at)?.0, id: row.get(at + 1)? })
}

pub(crate) fn position(row: &Row<'_>, at: usize) -> rusqlite::Result<Position> {
    Ok(Position::new(row.get::<_, Number>(at)?.0))
}

pub(crate) fn revision(row: &Row<'_>, at: usize) -> rusqlite::Result<Revision> {
    Ok(Revision::new(row.get::<_, Number>(at)?.0))
}

pub(crate) fn moment(row: &Row<'_>, at: usize) -> rusqlite::Result<DateTime<Utc>> {
    Ok(row.get::<_, Micros>(at)?.0)
}

pub(crate) fn plan_id(row: &Row<'_>, at: usize) -> rusqlite::Result<PlanId> {
    Ok(PlanId::new(row.get::<_, Bytes>(at)?.0))
}

pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    Ok(row.get::<_, Json<T>>(at)?.0)
}

/// Reads a text that parses into an id of ours.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row<'_>,
    at: usize,
) -> rusqlite::Result<T> {
    let text = row.get_ref(at)?.as_str()?;
    text.parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error)))
}
