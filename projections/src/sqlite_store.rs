//! A build in its SQLite file.

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use eventlog::{EventId, Position, RecordedEvent, StreamName};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::{
    ModelError, NotApplicable, Tables,
    columns::{self, Bytes, Number},
    fold::{FoldError, Folder},
    store::{Checkpoint, Mode, Parked, Store, StoreResult},
    tables::Schema,
};

/// The tables that every build has.
const COMMON_SCHEMA: &str = include_str!("../../migrations/sqlite/models/generation.v1.sql");

/// How many events that do not concern the model may pass before the checkpoint is written without any row.
const UNSAVED_LIMIT: u64 = 10_000;

/// How many events one transaction of a load takes, give or take a page.
const LOAD_BATCH: u64 = 20_000;

pub(crate) struct SqliteStore<P: Tables> {
    connection: Connection,
    path: PathBuf,
    folder: Folder<P>,
    checkpoint: Option<Checkpoint>,
    /// How many handled events the checkpoint on disk does not count yet.
    unsaved: u64,
    /// Streams that stand still, with the position of the first event parked.
    parked: HashMap<StreamName, Position>,
    /// How many events are parked, on disk and waiting to be written.
    parked_events: u64,
    /// Parked events that are not on disk yet.
    to_park: Vec<Parked>,
    /// Events whose fold panics.
    avoided: HashMap<Position, NotApplicable>,
}

impl<P: Tables> SqliteStore<P> {
    pub(crate) fn create(path: &Path, mode: Mode) -> Result<Self, ModelError> {
        let schema = Schema::of(P::SCHEMA);
        let indexes = if mode == Mode::Live { schema.indexes.as_str() } else { "" };
        let sql = format!("begin immediate;\n{COMMON_SCHEMA}\n{}\n{indexes}\ncommit;", schema.tables);
        let created = connect(path, mode, OpenFlags::SQLITE_OPEN_CREATE).and_then(|connection| {
            connection.execute_batch(&sql)?;
            Ok(connection)
        });
        Self::with(created.map_err(ModelError::storage(P::NAME))?, path, mode)
    }

    pub(crate) fn open(path: &Path) -> Result<Self, ModelError> {
        let opened = connect(path, Mode::Live, OpenFlags::empty());
        Self::with(opened.map_err(ModelError::storage(P::NAME))?, path, Mode::Live)
    }

    fn with(connection: Connection, path: &Path, mode: Mode) -> Result<Self, ModelError> {
        // In kilobytes, for rows between batches.
        let capacity = match mode {
            Mode::Live => 4_096,
            Mode::Load => 24_576,
        };
        let mut store = Self {
            connection,
            path: path.to_owned(),
            folder: Folder::new(capacity),
            checkpoint: None,
            unsaved: 0,
            parked: HashMap::new(),
            parked_events: 0,
            to_park: Vec::new(),
            avoided: HashMap::new(),
        };
        store.resume()?;
        Ok(store)
    }

    fn read_standing(&mut self) -> rusqlite::Result<()> {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("rollback")?;
        }
        self.give_up();
        self.unsaved = 0;
        self.parked.clear();
        self.parked_events = 0;
        self.checkpoint = self
            .connection
            .query_row("select position, event_id, events from checkpoint", [], |row| {
                Ok(Checkpoint {
                    position: columns::position(row, 0)?,
                    event: EventId::new(row.get::<_, Bytes>(1)?.0),
                    events: row.get::<_, Number>(2)?.0,
                })
            })
            .optional()?;
        let mut query =
            self.connection.prepare("select stream, min(position), count(*) from parked group by stream")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            self.parked.insert(columns::parsed(row, 0)?, columns::position(row, 1)?);
            self.parked_events += row.get::<_, Number>(2)?.0;
        }
        Ok(())
    }

    /// Forgets what was folded and not written.
    fn give_up(&mut self) {
        self.folder.give_up();
        self.parked_events -= self.to_park.len() as u64;
        for event in self.to_park.drain(..) {
            if self.parked.get(&event.stream) == Some(&event.position) {
                self.parked.remove(&event.stream);
            }
        }
    }

    /// Folds events into the rows in memory, and parks those that cannot be.
    fn fold(&mut self, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError> {
        for event in events.iter().filter(|event| P::concerns(event.stream.category())) {
            let ahead = if self.parked.is_empty() { None } else { self.parked.get(&event.stream).copied() };
            let avoided = if self.avoided.is_empty() { None } else { self.avoided.get(&event.position) };
            let error = match (ahead, avoided) {
                (Some(parked), _) => NotApplicable::BehindParked { parked },
                (None, Some(known)) => known.clone(),
                (None, None) => match self.folder.fold(&self.connection, event) {
                    Ok(()) => continue,
                    Err(FoldError::NotApplicable(error)) => error,
                    Err(FoldError::Panicked { what }) => {
                        return Err(ModelError::FoldPanicked { model: P::NAME, at: event.position, what });
                    }
                    Err(FoldError::Storage(cause)) => return Err(ModelError::Storage { model: P::NAME, cause }),
                },
            };
            self.parked.entry(event.stream.clone()).or_insert(event.position);
            self.parked_events += 1;
            self.to_park.push(Parked {
                position: event.position,
                stream: event.stream.clone(),
                revision: event.revision,
                error: error.to_string(),
            });
        }
        Ok(())
    }

    /// Counts events as handled.
    fn handled(&mut self, events: &[Arc<RecordedEvent>]) {
        let Some(last) = events.last() else { return };
        let before = self.checkpoint.map_or(0, |checkpoint| checkpoint.events);
        let events = events.len() as u64;
        self.checkpoint = Some(Checkpoint { position: last.position, event: last.id, events: before + events });
        self.unsaved += events;
    }

    fn begin(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            self.connection.prepare_cached("begin immediate")?.execute([])?;
        }
        Ok(())
    }

    /// Writes everything that is not on disk yet. After an error, [`Store::resume`] goes back to what is.
    fn commit(&mut self) -> rusqlite::Result<()> {
        self.begin()?;
        let connection = &self.connection;
        P::write(connection, self.folder.rows())?;
        P::add(connection, self.folder.entries())?;
        for event in &self.to_park {
            connection
                .prepare_cached("insert into parked (position, stream, revision, error) values (?1, ?2, ?3, ?4)")?
                .execute(params![
                    Number::from(event.position),
                    event.stream.as_str(),
                    Number::from(event.revision),
                    event.error
                ])?;
        }
        if let Some(checkpoint) = self.checkpoint {
            connection
                .prepare_cached(
                    "insert into checkpoint (id, position, event_id, events) values (1, ?1, ?2, ?3)
                     on conflict (id) do update
                     set position = excluded.position, event_id = excluded.event_id, events = excluded.events",
                )?
                .execute(params![
                    Number::from(checkpoint.position),
                    Bytes(checkpoint.event.uuid()),
                    Number(checkpoint.events)
                ])?;
        }
        connection.prepare_cached("commit")?.execute([])?;
        self.unsaved = 0;
        self.to_park.clear();
        self.folder.settle();
        Ok(())
    }
}

impl<P: Tables> Store for SqliteStore<P> {
    fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoint
    }

    fn parked(&self) -> u64 {
        self.parked_events
    }

    fn take(&mut self, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError> {
        let counted = self.checkpoint.map(|checkpoint| checkpoint.position);
        let fresh = &events[events.partition_point(|event| Some(event.position) <= counted)..];
        // An event whose fold panics leaves its row half changed: the batch is folded again without that event.
        while let Err(error) = self.fold(fresh) {
            self.give_up();
            let ModelError::FoldPanicked { at, what, .. } = error else { return Err(error) };
            self.avoid(at, NotApplicable::Panicked { what });
        }
        self.handled(fresh);
        let nothing_to_write = self.folder.is_unchanged() && self.to_park.is_empty();
        if nothing_to_write && self.unsaved < UNSAVED_LIMIT {
            return Ok(());
        }
        self.commit().map_err(ModelError::storage(P::NAME))
    }

    fn load(&mut self, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError> {
        self.fold(events)?;
        self.handled(events);
        // Entries hold on to their events, which are wanted out of memory; rows are written when more has come.
        let added = self.begin().and_then(|()| P::add(&self.connection, self.folder.entries()));
        added.map_err(ModelError::storage(P::NAME))?;
        self.folder.entries_are_written();
        if self.unsaved < LOAD_BATCH {
            return Ok(());
        }
        self.commit().map_err(ModelError::storage(P::NAME))
    }

    fn avoid(&mut self, position: Position, why: NotApplicable) {
        self.avoided.insert(position, why);
    }

    fn resume(&mut self) -> Result<(), ModelError> {
        self.read_standing().map_err(ModelError::storage(P::NAME))
    }

    fn rest(&mut self) -> Result<(), ModelError> {
        if self.unsaved == 0 {
            return Ok(());
        }
        self.commit().map_err(ModelError::storage(P::NAME))
    }

    fn finish_load(mut self: Box<Self>) -> StoreResult {
        self.rest()?;
        let Self { connection, path, .. } = *self;
        connection
            .execute_batch(&Schema::of(P::SCHEMA).indexes)
            .and_then(|()| connection.close().map_err(|(_, error)| error))
            .map_err(ModelError::storage(P::NAME))?;
        File::open(&path)
            .and_then(|file| file.sync_all())
            .map_err(|cause| ModelError::Folder { path: path.clone(), cause })?;
        Ok(Box::new(Self::open(&path)?))
    }
}

/// Opens the writing connection of a build.
///
/// Live: a crash of the machine may lose the newest transactions, never rows without their checkpoint; what is lost is
/// done again. The caches are small, for there are several models and the whole server is to rest in little memory.
fn connect(path: &Path, mode: Mode, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch(match mode {
        Mode::Live => {
            "pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -1024;
             pragma journal_size_limit = 4194304;"
        }
        Mode::Load => {
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16384;
             pragma locking_mode = exclusive; pragma threads = 2;"
        }
    })?;
    Ok(connection)
}
