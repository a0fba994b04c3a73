//! One transaction for a group of appends, each of which succeeds or is refused on its own.

use std::ops::Range;

use eventlog::{
    AppendError, Appended, EventId, ExpectedRevision, Hash32, Position, PreparedEvent, Revision, StreamName, integrity,
};
use rusqlite::{
    CachedStatement, Connection, ErrorCode, ToSql,
    types::{ToSqlOutput, ValueRef},
};

use super::heads::{Head, Heads, current};
use crate::{
    reading::place_of,
    rows::{signed, unsigned},
};

/// An append as the writer gets it: checked, serialised, its contents digested.
pub(super) struct Append {
    pub(super) stream: StreamName,
    pub(super) expected: ExpectedRevision,
    pub(super) events: Vec<PreparedEvent>,
    /// The content digest of each event.
    pub(super) contents: Vec<Hash32>,
}

/// What became of an append, once its group is committed.
pub(super) type Outcome = Result<Placed, AppendError>;

/// Where the events of an append stand.
pub(super) enum Placed {
    /// They were there before.
    Before(Appended),
    /// They were written in this group.
    Now {
        /// The revision of the first one.
        revision: Revision,
        /// The position of the first one.
        position: Position,
        /// Which of [`Ledger::hashes`] are theirs.
        hashes: Range<usize>,
    },
}

/// What the writer knows of the file. Only right as long as every group it wrote was committed.
pub(super) struct Ledger {
    heads: Heads,
    next_position: u64,
    next_stream: i64,
    /// The hashes of the events written in this group, in order.
    pub(super) hashes: Vec<Hash32>,
}

/// How a group is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// As if no event id were taken; one that is makes the whole group start again.
    Quick,
    /// Each append in a savepoint of its own, so that one with a taken id can be taken out again.
    OneByOne,
}

impl Ledger {
    pub(super) fn new(connection: &Connection) -> rusqlite::Result<Self> {
        let mut ledger = Self { heads: Heads::new(), next_position: 0, next_stream: 0, hashes: Vec::new() };
        ledger.reload(connection)?;
        Ok(ledger)
    }

    /// Forgets what was not committed and asks the file.
    pub(super) fn reload(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let last = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        self.next_position = unsigned(last("select coalesce(max(position), 0) from events")?) + 1;
        self.next_stream = last("select coalesce(max(id), 0) from streams")? + 1;
        self.heads.forget();
        self.hashes.clear();
        Ok(())
    }

    /// Writes and commits a group; the outcomes are in the group's order.
    ///
    /// # Errors
    /// When the group could not be committed: then nothing of it is in the file, and the ledger must be reloaded.
    pub(super) fn commit<'a, I>(&mut self, connection: &Connection, group: I) -> rusqlite::Result<Vec<Outcome>>
    where
        I: Iterator<Item = &'a Append> + Clone,
    {
        match self.try_commit(connection, group.clone(), Care::Quick) {
            Err(error) if is_taken(&error) => {
                roll_back(connection);
                self.reload(connection)?;
                self.try_commit(connection, group, Care::OneByOne)
            }
            outcome => outcome,
        }
    }

    fn try_commit<'a>(
        &mut self,
        connection: &Connection,
        group: impl Iterator<Item = &'a Append>,
        care: Care,
    ) -> rusqlite::Result<Vec<Outcome>> {
        self.hashes.clear();
        let mut group_writer = GroupWriter::begin(self, connection)?;
        let outcomes = group
            .map(|append| match care {
                Care::Quick => group_writer.place(append),
                Care::OneByOne => group_writer.place_alone(append),
            })
            .collect::<rusqlite::Result<Vec<_>>>()?;
        drop(group_writer);
        connection.prepare_cached("commit")?.execute([])?;
        Ok(outcomes)
    }
}

/// Ends a transaction that failed. SQLite may have ended it already, which is as good.
pub(super) fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("rollback")
    {
        tracing::warn!(%error, "a failed group of appends could not be rolled back");
    }
}

/// Says whether a row was refused because its id (or its place) is taken.
fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

struct GroupWriter<'a> {
    ledger: &'a mut Ledger,
    connection: &'a Connection,
    insert: CachedStatement<'a>,
}

impl<'a> GroupWriter<'a> {
    fn begin(ledger: &'a mut Ledger, connection: &'a Connection) -> rusqlite::Result<Self> {
        connection.prepare_cached("begin immediate")?.execute([])?;
        let insert = connection.prepare_cached(
            "insert into events (position, stream, revision, id, hash, at, schema_version, type, data, metadata) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        Ok(Self { ledger, connection, insert })
    }

    /// Refuses the append, finds it written before, or writes it.
    fn place(&mut self, append: &Append) -> rusqlite::Result<Outcome> {
        let head = self.ledger.heads.get(self.connection, &append.stream)?;
        let actual = current(head);
        if append.expected.accepts(actual) {
            return self.write(append, head).map(Ok);
        }
        if let (Some(head), Some(first)) = (head, append.expected.first_revision())
            && let Some(appended) = self.already_at(head.stream, first.get(), &append.events)?
        {
            return Ok(Ok(Placed::Before(appended)));
        }
        let (stream, expected) = (append.stream.clone(), append.expected);
        Ok(Err(AppendError::WrongExpectedRevision { stream, expected, actual }))
    }

    /// Places the append so that the group goes on without it when one of its ids is taken.
    fn place_alone(&mut self, append: &Append) -> rusqlite::Result<Outcome> {
        if append.expected.first_revision().is_none()
            && let Some(appended) = self.already_anywhere(append)?
        {
            return Ok(Ok(Placed::Before(appended)));
        }
        let (position, stream, hashes) = (self.ledger.next_position, self.ledger.next_stream, self.ledger.hashes.len());
        self.connection.prepare_cached("savepoint append")?.execute([])?;
        let outcome = match self.place(append) {
            Err(error) if is_taken(&error) => {
                self.connection.prepare_cached("rollback to append")?.execute([])?;
                (self.ledger.next_position, self.ledger.next_stream) = (position, stream);
                self.ledger.hashes.truncate(hashes);
                let Some(id) = self.taken_id(&append.events)? else { return Err(error) };
                Ok(Err(AppendError::DuplicateEventId { id }))
            }
            outcome => outcome,
        };
        self.connection.prepare_cached("release append")?.execute([])?;
        outcome
    }

    fn write(&mut self, append: &Append, head: Option<Head>) -> rusqlite::Result<Placed> {
        let mut end = match head {
            Some(head) => head,
            None => Head { stream: self.new_stream(&append.stream)?, revision: Revision::FIRST, hash: Hash32::ZERO },
        };
        let first_revision = current(head).next();
        let first_position = Position::new(self.ledger.next_position);
        let first_hash = self.ledger.hashes.len();
        let mut revision = first_revision;
        for (event, content) in append.events.iter().zip(&append.contents) {
            end.hash = integrity::chain(end.hash, &append.stream, revision, *content);
            end.revision = revision;
            self.insert.execute((
                signed(self.ledger.next_position),
                end.stream,
                signed(revision.get()),
                event.id.uuid().as_bytes(),
                end.hash.as_bytes(),
                event.metadata.at.timestamp_micros(),
                event.schema_version,
                &*event.event_type,
                Text(&event.data),
                Text(&event.metadata_json),
            ))?;
            self.ledger.hashes.push(end.hash);
            self.ledger.next_position += 1;
            revision = revision.next();
        }
        self.ledger.heads.set(&append.stream, end);
        let hashes = first_hash..self.ledger.hashes.len();
        Ok(Placed::Now { revision: first_revision, position: first_position, hashes })
    }

    fn new_stream(&mut self, name: &StreamName) -> rusqlite::Result<i64> {
        let id = self.ledger.next_stream;
        self.connection
            .prepare_cached("insert into streams (id, name) values (?1, ?2)")?
            .execute((id, name.as_str()))?;
        self.ledger.next_stream += 1;
        Ok(id)
    }

    /// Finds out whether exactly these events stand in the stream from revision `first` on.
    fn already_at(&self, stream: i64, first: u64, events: &[PreparedEvent]) -> rusqlite::Result<Option<Appended>> {
        let mut query = self.connection.prepare_cached(
            "select id, revision, position from events where stream = ?1 and revision >= ?2 order by revision",
        )?;
        let mut rows = query.query((stream, signed(first)))?;
        let mut last = None;
        for event in events {
            let Some(row) = rows.next()? else { return Ok(None) };
            if row.get_ref(0)?.as_bytes()? != event.id.uuid().as_bytes() {
                return Ok(None);
            }
            last = Some((row.get(1)?, row.get(2)?));
        }
        Ok(last.map(|(revision, position)| Appended {
            revision: Revision::new(unsigned(revision)),
            position: Position::new(unsigned(position)),
            repeated: true,
        }))
    }

    /// The same wherever in the append's stream its first event stands.
    fn already_anywhere(&mut self, append: &Append) -> rusqlite::Result<Option<Appended>> {
        let head = self.ledger.heads.get(self.connection, &append.stream)?;
        match (head, place_of(self.connection, append.events[0].id)?) {
            (Some(head), Some((stream, revision))) if head.stream == stream => {
                self.already_at(stream, revision, &append.events)
            }
            (_, _) => Ok(None),
        }
    }

    /// Finds the id that stood in the way: one in the file, or one that the append itself has twice.
    fn taken_id(&self, events: &[PreparedEvent]) -> rusqlite::Result<Option<EventId>> {
        let mut seen = std::collections::HashSet::with_capacity(events.len());
        for event in events {
            if !seen.insert(event.id) || place_of(self.connection, event.id)?.is_some() {
                return Ok(Some(event.id));
            }
        }
        Ok(None)
    }
}

/// Bytes that are known to be UTF-8, stored as text.
struct Text<'a>(&'a [u8]);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}
