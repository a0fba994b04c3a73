//! One build of one model, as whoever writes it sees it: events in, rows and checkpoint out, in one transaction.

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use eventlog::{EventId, Position, RecordedEvent, StreamName};
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use crate::{
    ModelError, NotApplicable, Tables,
    columns::{self, Bytes, Number},
    fold::{FoldError, Folder},
    tables::Schema,
};

/// The tables that every build has.
const COMMON_SCHEMA: &str = include_str!("../../migrations/sqlite/models/generation.v1.sql");

/// How many events that do not concern the model may pass before the checkpoint is written without any row.
const UNSAVED_LIMIT: u64 = 10_000;

/// How a build is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Beside readers, a transaction for whatever has arrived; survives a crash.
    Live,
    /// Alone and as fast as it goes; after a crash the file is worthless and thrown away.
    Load,
}

impl Mode {
    /// Memory for rows between batches, in kilobytes.
    const fn row_capacity(self) -> usize {
        match self {
            Self::Live => 4_096,
            Self::Load => 24_576,
        }
    }
}

/// Where a build stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) position: Position,
    pub(crate) event: EventId,
    /// How many events were handled.
    pub(crate) events: u64,
}

/// An event that could not be applied.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Parked {
    /// Its place in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub revision: eventlog::Revision,
    /// Why.
    pub error: String,
}

/// A build that takes events, whatever its model.
pub(crate) trait Store: Send {
    /// Everything up to here is in the build.
    fn checkpoint(&self) -> Option<Checkpoint>;

    /// How many events are parked.
    fn parked(&self) -> u64;

    /// Applies events behind the checkpoint: all rows and the checkpoint in one transaction, or nothing.
    fn take(&mut self, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError>;

    /// Goes back to what is on disk, after an error.
    fn resume(&mut self) -> Result<(), ModelError>;

    /// Writes what is not urgent: the checkpoint over events that did not concern the model.
    fn rest(&mut self) -> Result<(), ModelError>;

    /// Ends a load: makes the indexes, brings everything to disk, and goes on as [`Mode::Live`].
    fn finish_load(self: Box<Self>) -> StoreResult;
}

/// A store, or why there is none.
pub(crate) type StoreResult = Result<Box<dyn Store>, ModelError>;

/// What the rest of this crate must know of a model to run it.
#[derive(Clone, Copy)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    /// Makes a build's file, with all tables; the indexes only in [`Mode::Live`].
    pub(crate) create: fn(&Path, Mode) -> StoreResult,
    /// Opens a build's file in [`Mode::Live`].
    pub(crate) open: fn(&Path) -> StoreResult,
}

impl Definition {
    pub(crate) fn of<P: Tables>() -> Self {
        Self {
            name: P::NAME,
            version: P::VERSION,
            create: |path, mode| Ok(Box::new(SqliteStore::<P>::create(path, mode)?)),
            open: |path| Ok(Box::new(SqliteStore::<P>::open(path)?)),
        }
    }
}

/// A build in its SQLite file.
struct SqliteStore<P: Tables> {
    connection: Connection,
    path: PathBuf,
    folder: Folder<P>,
    checkpoint: Option<Checkpoint>,
    /// How many handled events the checkpoint on disk does not count yet.
    unsaved: u64,
    /// Streams that stand still, with the position of the first event parked.
    parked: HashMap<StreamName, Position>,
    parked_events: u64,
}

impl<P: Tables> SqliteStore<P> {
    fn create(path: &Path, mode: Mode) -> Result<Self, ModelError> {
        let schema = Schema::of(P::SCHEMA);
        let indexes = if mode == Mode::Live { schema.indexes.as_str() } else { "" };
        let sql = format!("begin immediate;\n{COMMON_SCHEMA}\n{}\n{indexes}\ncommit;", schema.tables);
        let created = connect(path, mode, OpenFlags::SQLITE_OPEN_CREATE).and_then(|connection| {
            connection.execute_batch(&sql)?;
            Ok(connection)
        });
        Self::with(created.map_err(ModelError::storage(P::NAME))?, path, mode)
    }

    fn open(path: &Path) -> Result<Self, ModelError> {
        let opened = connect(path, Mode::Live, OpenFlags::empty());
        Self::with(opened.map_err(ModelError::storage(P::NAME))?, path, Mode::Live)
    }

    fn with(connection: Connection, path: &Path, mode: Mode) -> Result<Self, ModelError> {
        let mut store = Self {
            connection,
            path: path.to_owned(),
            folder: Folder::new(mode.row_capacity()),
            checkpoint: None,
            unsaved: 0,
            parked: HashMap::new(),
            parked_events: 0,
        };
        store.resume()?;
        Ok(store)
    }

    fn read_standing(&mut self) -> rusqlite::Result<()> {
        self.folder.give_up();
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

    /// Folds a batch, and says which of its events are parked.
    ///
    /// An event whose fold panics leaves its row half changed; then the batch is folded again without that event.
    fn fold(&mut self, events: &[Arc<RecordedEvent>]) -> rusqlite::Result<Vec<Parked>> {
        let mut panicked = HashMap::new();
        'again: loop {
            self.folder.give_up();
            let mut parked: Vec<Parked> = Vec::new();
            let mut streams: HashMap<&StreamName, Position> = HashMap::new();
            for event in events.iter().filter(|event| P::concerns(event.stream.category())) {
                let ahead = self.parked.get(&event.stream).or_else(|| streams.get(&event.stream)).copied();
                let error = match (ahead, panicked.get(&event.position)) {
                    (Some(parked), _) => NotApplicable::BehindParked { parked },
                    (None, Some(known)) => NotApplicable::clone(known),
                    (None, None) => match self.folder.fold(&self.connection, event) {
                        Ok(()) => continue,
                        Err(FoldError::NotApplicable(error)) => error,
                        Err(FoldError::Panicked(error)) => {
                            panicked.insert(event.position, error);
                            continue 'again;
                        }
                        Err(FoldError::Storage(error)) => return Err(error),
                    },
                };
                streams.entry(&event.stream).or_insert(event.position);
                parked.push(Parked {
                    position: event.position,
                    stream: event.stream.clone(),
                    revision: event.revision,
                    error: error.to_string(),
                });
            }
            return Ok(parked);
        }
    }

    fn commit(&mut self, checkpoint: Checkpoint, parked: &[Parked]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        P::write(&transaction, self.folder.changes())?;
        for event in parked {
            transaction
                .prepare_cached("insert into parked (position, stream, revision, error) values (?1, ?2, ?3, ?4)")?
                .execute(params![
                    Number::from(event.position),
                    event.stream.as_str(),
                    Number::from(event.revision),
                    event.error
                ])?;
        }
        transaction
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
        transaction.commit()?;
        self.unsaved = 0;
        self.folder.settle();
        self.parked_events += parked.len() as u64;
        for event in parked {
            self.parked.entry(event.stream.clone()).or_insert(event.position);
        }
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
        let Some(last) = fresh.last() else { return Ok(()) };
        let events = self.checkpoint.map_or(0, |checkpoint| checkpoint.events) + fresh.len() as u64;
        let checkpoint = Checkpoint { position: last.position, event: last.id, events };
        let parked = self.fold(fresh).map_err(ModelError::storage(P::NAME))?;
        self.unsaved += fresh.len() as u64;
        let nothing_to_write = self.folder.changes().is_empty() && parked.is_empty();
        if !nothing_to_write || self.unsaved >= UNSAVED_LIMIT {
            self.commit(checkpoint, &parked).map_err(ModelError::storage(P::NAME))?;
        }
        self.checkpoint = Some(checkpoint);
        Ok(())
    }

    fn resume(&mut self) -> Result<(), ModelError> {
        self.read_standing().map_err(ModelError::storage(P::NAME))
    }

    fn rest(&mut self) -> Result<(), ModelError> {
        match self.checkpoint {
            Some(checkpoint) if self.unsaved > 0 => self.commit(checkpoint, &[]).map_err(ModelError::storage(P::NAME)),
            Some(_) | None => Ok(()),
        }
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
             pragma locking_mode = exclusive;"
        }
    })?;
    Ok(connection)
}
