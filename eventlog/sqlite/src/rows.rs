//! From a row to a recorded event, with every check a row can fail.

use std::collections::HashMap;

use bytes::Bytes;
use eventlog::{EventId, Hash32, Metadata, Position, PreparedEvent, ReadError, RecordedEvent, Revision, StreamName};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

/// The columns every query for events gives, in this order; the query calls the table `e`.
macro_rules! event_columns {
    () => {
        "e.position, e.stream, e.revision, e.id, e.hash, e.at, e.schema_version, e.type, e.data, e.metadata"
    };
}
pub(crate) use event_columns;

/// A row that could not be read, or not be believed.
#[derive(Debug)]
pub(crate) enum RowError {
    Sqlite(rusqlite::Error),
    Read(ReadError),
}

impl From<rusqlite::Error> for RowError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<ReadError> for RowError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// Makes events of rows. A stream's name is looked up once, and shared by its events.
pub(crate) struct Rows<'a> {
    connection: &'a Connection,
    names: HashMap<i64, StreamName>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        Self { connection, names: HashMap::new() }
    }

    pub(crate) fn event(&mut self, row: &Row<'_>) -> Result<RecordedEvent, RowError> {
        let position = Position::new(unsigned(row.get(0)?));
        let revision = Revision::new(unsigned(row.get(2)?));
        let damaged =
            |stream: &str, what| ReadError::DamagedEvent { position, stream: stream.to_owned(), revision, what };
        let stream = self.name(row.get(1)?, damaged)?;
        let event = content(row).map_err(|error| match error {
            ContentError::Sqlite(error) => RowError::Sqlite(error),
            ContentError::Damaged(what) => damaged(stream.as_str(), what).into(),
        })?;
        let hash = row.get_ref(4)?.as_bytes().ok().and_then(|bytes| bytes.try_into().ok());
        let hash = hash.map(Hash32::new);
        let hash = hash.ok_or_else(|| damaged(stream.as_str(), "its hash has not 32 bytes".into()))?;
        Ok(RecordedEvent::new(position, stream, revision, event, hash))
    }

    fn name(&mut self, id: i64, damaged: impl Fn(&str, String) -> ReadError) -> Result<StreamName, RowError> {
        if let Some(known) = self.names.get(&id) {
            return Ok(known.clone());
        }
        let mut query = self.connection.prepare_cached("select name from streams where id = ?1")?;
        let found = query.query_row([id], |row| Ok(row.get_ref(0)?.as_bytes()?.to_owned())).optional()?;
        let bytes = found.ok_or_else(|| damaged("", "its stream has no name".into()))?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| damaged(&String::from_utf8_lossy(&bytes), "its stream's name is not UTF-8".into()))?;
        let name = StreamName::new(text).map_err(|error| damaged(text, error.to_string()))?;
        self.names.insert(id, name.clone());
        Ok(name)
    }
}

enum ContentError {
    Sqlite(rusqlite::Error),
    Damaged(String),
}

impl From<rusqlite::Error> for ContentError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn content(row: &Row<'_>) -> Result<PreparedEvent, ContentError> {
    let damaged = |what: &str| ContentError::Damaged(what.to_owned());
    let bytes = |column| -> Result<&[u8], ContentError> {
        row.get_ref(column)?.as_bytes().map_err(|error| ContentError::Sqlite(error.into()))
    };
    let id = Uuid::from_slice(bytes(3)?).map_err(|_| damaged("its id has not 16 bytes"))?;
    let schema_version =
        u16::try_from(row.get::<_, i64>(6)?).map_err(|_| damaged("its schema version is too large"))?;
    let event_type = std::str::from_utf8(bytes(7)?).map_err(|_| damaged("its type is not UTF-8"))?;
    let metadata_json = bytes(9)?;
    let metadata: Metadata = serde_json::from_slice(metadata_json)
        .map_err(|error| ContentError::Damaged(format!("its metadata cannot be read: {error}")))?;
    if metadata.at.timestamp_micros() != row.get::<_, i64>(5)? {
        return Err(damaged("its time column and its metadata disagree"));
    }
    Ok(PreparedEvent {
        id: EventId::new(id),
        event_type: event_type.to_owned().into(),
        schema_version,
        data: Bytes::copy_from_slice(bytes(8)?),
        metadata,
        metadata_json: Bytes::copy_from_slice(metadata_json),
    })
}

/// SQLite counts to 2⁶³; so do we, far from the end.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The nearest number SQLite can hold.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// As many rows as asked for, or as SQLite can count.
pub(crate) fn row_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
