//! How values of the domain stand in columns.
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
use projections_store::{AsValue, Cell, FromCell, Row, StorageError, Value};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// A moment, as microseconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Micros(pub(crate) DateTime<Utc>);

impl AsValue for Micros {
    const NULL: Value<'static> = Value::Integer(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        Ok(Value::Integer(Some(self.0.timestamp_micros())))
    }
}

impl FromCell for Micros {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        let micros = i64::from_cell(cell)?;
        DateTime::from_timestamp_micros(micros).map(Self).ok_or_else(|| format!("{micros} is out of range"))
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

impl AsValue for Number {
    const NULL: Value<'static> = Value::Integer(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        Ok(Value::Integer(Some(self.0.cast_signed())))
    }
}

impl FromCell for Number {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        i64::from_cell(cell).map(i64::cast_unsigned).map(Self)
    }
}

/// A UUID, as 16 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Bytes(pub(crate) Uuid);

impl AsValue for Bytes {
    const NULL: Value<'static> = Value::Blob(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        Ok(Value::Blob(Some(self.0.as_bytes().into())))
    }
}

impl FromCell for Bytes {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        <[u8; 16]>::from_cell(cell).map(Uuid::from_bytes).map(Self)
    }
}

/// Anything else, as JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> AsValue for Json<T> {
    const NULL: Value<'static> = Value::Text(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        // Most are shorter: growing a buffer step by step took longer than writing into it.
        let mut json = Vec::with_capacity(1_024);
        serde_json::to_writer(&mut json, &self.0).map_err(|error| StorageError::Value { what: error.to_string() })?;
        let json = String::from_utf8(json).map_err(|error| StorageError::Value { what: error.to_string() })?;
        Ok(Value::Text(Some(json.into())))
    }
}

impl<T: DeserializeOwned> FromCell for Json<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(json) => serde_json::from_str(&json).map(Self).map_err(|error| error.to_string()),
            other => Err(other.is_no("JSON")),
        }
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

impl<T: Worded> AsValue for Word<T> {
    const NULL: Value<'static> = Value::Text(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        Ok(Value::Text(Some(self.0.word().into())))
    }
}

impl<T: Worded> FromCell for Word<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(word) => T::from_word(&word).map(Self).ok_or_else(|| format!("`{word}` is no word of it")),
            other => Err(other.is_no("a word")),
        }
    }
}

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
pub(crate) fn actor(row: &Row<'_>, at: usize) -> Result<Actor, StorageError> {
    Ok(Actor { kind: row.get::<Word<ActorKind>>(at)?.0, id: row.get(at + 1)? })
}

pub(crate) fn position(row: &Row<'_>, at: usize) -> Result<Position, StorageError> {
    Ok(Position::new(row.get::<Number>(at)?.0))
}

pub(crate) fn revision(row: &Row<'_>, at: usize) -> Result<Revision, StorageError> {
    Ok(Revision::new(row.get::<Number>(at)?.0))
}

pub(crate) fn moment(row: &Row<'_>, at: usize) -> Result<DateTime<Utc>, StorageError> {
    Ok(row.get::<Micros>(at)?.0)
}

pub(crate) fn plan_id(row: &Row<'_>, at: usize) -> Result<PlanId, StorageError> {
    Ok(PlanId::new(row.get::<Bytes>(at)?.0))
}

pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> Result<T, StorageError> {
    Ok(row.get::<Json<T>>(at)?.0)
}

/// Reads a text that parses into an id of ours.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::error::Error>>(
    row: &Row<'_>,
    at: usize,
) -> Result<T, StorageError> {
    let text = row.text(at)?;
    text.parse().map_err(|error: T::Err| StorageError::Column { index: at, what: error.to_string() })
}
