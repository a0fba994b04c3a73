//! What readers ask the file. Every query runs on one read-only connection and sees one state of the log.

use std::{sync::Arc, thread};

use eventlog::{
    CurrentRevision, Direction, EventId, Filter, Page, Position, ReadError, RecordedEvent, Revision, StreamFrom,
    StreamName,
};
use rusqlite::{Connection, OptionalExtension, Params, params};

use crate::rows::{RowError, Rows, event_columns, row_limit, signed, unsigned};

/// How many events a read makes before it lets the processor choose anew: some 0.1 ms. A long read on a thread that is
/// little urgent would else keep whoever wakes up waiting for the system's next tick.
const STRETCH: usize = 16;

/// How many positions one filtered page looks through at most, so that a rare category keeps no connection for long.
const FILTERED_STRETCH: u64 = 20_000;

pub(crate) fn head(connection: &Connection) -> Result<Option<Position>, RowError> {
    let mut query = connection.prepare_cached("select max(position) from events")?;
    let last: Option<i64> = query.query_row([], |row| row.get(0))?;
    Ok(last.map(|position| Position::new(unsigned(position))))
}

pub(crate) fn stream_head(connection: &Connection, stream: &StreamName) -> Result<CurrentRevision, RowError> {
    let mut query = connection
        .prepare_cached("select max(revision) from events where stream = (select id from streams where name = ?1)")?;
    let last: Option<i64> = query.query_row([stream.as_str()], |row| row.get(0))?;
    Ok(last.map_or(CurrentRevision::NoStream, |revision| CurrentRevision::At(Revision::new(unsigned(revision)))))
}

pub(crate) fn find_event(connection: &Connection, id: EventId) -> Result<Option<Arc<RecordedEvent>>, RowError> {
    let sql = concat!("select ", event_columns!(), " from events e where e.id = ?1");
    Ok(events(connection, sql, [id.uuid().as_bytes()])?.pop())
}

pub(crate) fn stream(
    connection: &Connection,
    stream: &StreamName,
    from: StreamFrom,
    direction: Direction,
    limit: usize,
) -> Result<Vec<Arc<RecordedEvent>>, RowError> {
    let revision = match (from, direction) {
        (StreamFrom::End, Direction::Forward) => return Ok(Vec::new()),
        (StreamFrom::End, Direction::Backward) => i64::MAX,
        (StreamFrom::Start, _) => 0,
        (StreamFrom::At(revision), _) => signed(revision.get()),
    };
    let sql = match direction {
        Direction::Forward => concat!(
            "select ",
            event_columns!(),
            " from streams s join events e on e.stream = s.id",
            " where s.name = ?1 and e.revision >= ?2 order by e.revision limit ?3"
        ),
        Direction::Backward => concat!(
            "select ",
            event_columns!(),
            " from streams s join events e on e.stream = s.id",
            " where s.name = ?1 and e.revision <= ?2 order by e.revision desc limit ?3"
        ),
    };
    events(connection, sql, params![stream.as_str(), revision, row_limit(limit)])
}

pub(crate) fn page(
    connection: &Connection,
    after: Option<Position>,
    filter: &Filter,
    limit: usize,
) -> Result<Page, RowError> {
    let head = head_not_before(connection, after)?;
    let begin = after.map_or(0, Position::get);
    let end = head.map_or(0, Position::get);
    if limit == 0 || begin == end {
        return Ok(Page { events: Vec::new(), next: after, end: after == head });
    }
    let (events, until) = match filter {
        Filter::All => (all_between(connection, begin, end, limit)?, end),
        Filter::Categories(wanted) => {
            let until = end.min(begin + FILTERED_STRETCH);
            (wanted_between(connection, begin, until, wanted, limit)?, until)
        }
    };
    let next = match events.last() {
        Some(last) if events.len() == limit => last.position,
        Some(_) | None => Position::new(until),
    };
    Ok(Page { events, next: Some(next), end: Some(next) == head })
}

/// Gives the head, and refuses a reader that remembers more than there is.
pub(crate) fn head_not_before(connection: &Connection, after: Option<Position>) -> Result<Option<Position>, RowError> {
    let head = head(connection)?;
    match after {
        Some(asked) if after > head => Err(ReadError::PositionAhead { asked, head }.into()),
        Some(_) | None => Ok(head),
    }
}

fn all_between(
    connection: &Connection,
    begin: u64,
    end: u64,
    limit: usize,
) -> Result<Vec<Arc<RecordedEvent>>, RowError> {
    let sql = concat!(
        "select ",
        event_columns!(),
        " from events e where e.position > ?1 and e.position <= ?2 order by e.position limit ?3"
    );
    events(connection, sql, params![signed(begin), signed(end), row_limit(limit)])
}

fn wanted_between(
    connection: &Connection,
    begin: u64,
    end: u64,
    categories: &[String],
    limit: usize,
) -> Result<Vec<Arc<RecordedEvent>>, RowError> {
    // `cross join` keeps SQLite from walking the streams first: the order is that of the events.
    let sql = concat!(
        "select ",
        event_columns!(),
        " from events e cross join streams s on s.id = e.stream",
        " where e.position > ?1 and e.position <= ?2 and s.category in (select value from json_each(?4))",
        " order by e.position limit ?3"
    );
    let categories = serde_json::Value::from(categories).to_string();
    events(connection, sql, params![signed(begin), signed(end), row_limit(limit), categories])
}

fn events(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Arc<RecordedEvent>>, RowError> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(params)?;
    let (mut reader, mut events) = (Rows::new(connection), Vec::new());
    while let Some(row) = rows.next()? {
        events.push(Arc::new(reader.event(row)?));
        if events.len() % STRETCH == 0 {
            thread::yield_now();
        }
    }
    Ok(events)
}

/// Finds where an event stands: its stream's number and its revision.
pub(crate) fn place_of(connection: &Connection, id: EventId) -> Result<Option<(i64, u64)>, rusqlite::Error> {
    let mut query = connection.prepare_cached("select stream, revision from events where id = ?1")?;
    query.query_row([id.uuid().as_bytes()], |row| Ok((row.get(0)?, unsigned(row.get(1)?)))).optional()
}
