//! A build in its tables, in whatever database they are.

use std::{collections::HashMap, sync::Arc};

use eventlog::{EventId, Position, RecordedEvent, Revision, StreamName};
use projections_store::{Action, BuildId, Mode, ModelStorage, Reads, Schema, Session, StorageError, Write, values};

use crate::{
    ModelError, NotApplicable, Tables,
    columns::{self, Bytes, Number},
    fold::{FoldError, Folder},
    steering::Skips,
    stepping_back::give_way,
    store::{Checkpoint, Parked, Store, StoreResult},
};

/// The tables that every build has.
const COMMON_SCHEMA: &str = include_str!("../../migrations/sqlite/models/generation.v1.sql");

const CHECKPOINT: Write = Write {
    table: "checkpoint",
    columns: &["id", "position", "event_id", "events"],
    action: Action::Put { key: &["id"], kept: &[] },
};

const PARKED: Write =
    Write { table: "parked", columns: &["position", "stream", "revision", "error"], action: Action::Insert };

const UNPARKED: Write = Write { table: "parked", columns: &["stream"], action: Action::Remove };

/// How many events that do not concern the model may pass before the checkpoint is written without any row.
const UNSAVED_LIMIT: u64 = 10_000;

/// How many events one transaction of a load takes, give or take a page.
const LOAD_BATCH: u64 = 10_000;

pub(crate) struct TableStore<P: Tables> {
    storage: Arc<dyn ModelStorage>,
    build: BuildId,
    session: Box<dyn Session>,
    folder: Folder<P>,
    checkpoint: Option<Checkpoint>,
    /// How many handled events the checkpoint in the build does not count yet.
    unsaved: u64,
    /// Streams that stand still, with the position of the first event parked.
    parked: HashMap<StreamName, Position>,
    /// How many events are parked, in the build and waiting to be written.
    parked_events: u64,
    /// Parked events that are not written yet.
    to_park: Vec<Parked>,
    /// Events whose fold panics.
    avoided: HashMap<Position, NotApplicable>,
    /// Events that somebody wanted passed over.
    skips: Skips,
}

impl<P: Tables> TableStore<P> {
    /// Makes a build with all its tables; the indexes only in [`Mode::Live`].
    pub(crate) fn create(storage: &Arc<dyn ModelStorage>, build: &BuildId, mode: Mode) -> Result<Self, ModelError> {
        let empty = storage.create(build, mode).and_then(|session| {
            let (common, own) = (Schema::of(COMMON_SCHEMA), Schema::of(P::SCHEMA));
            session.begin()?;
            session.run(&common.tables)?;
            session.run(&own.tables)?;
            if mode == Mode::Live {
                session.index(&own.indexes)?;
            }
            session.commit()?;
            Ok(session)
        });
        Self::with(storage, build, empty.map_err(ModelError::storage(P::NAME))?, mode)
    }

    /// Opens a build that is there.
    pub(crate) fn open(storage: &Arc<dyn ModelStorage>, build: &BuildId) -> Result<Self, ModelError> {
        let session = storage.open(build).map_err(ModelError::storage(P::NAME))?;
        Self::with(storage, build, session, Mode::Live)
    }

    fn with(
        storage: &Arc<dyn ModelStorage>,
        build: &BuildId,
        session: Box<dyn Session>,
        mode: Mode,
    ) -> Result<Self, ModelError> {
        // In kilobytes, for rows between batches.
        let capacity = match mode {
            Mode::Live => 4_096,
            Mode::Load => 8_192,
        };
        let mut store = Self {
            storage: Arc::clone(storage),
            build: *build,
            session,
            folder: Folder::new(capacity),
            checkpoint: None,
            unsaved: 0,
            parked: HashMap::new(),
            parked_events: 0,
            to_park: Vec::new(),
            avoided: HashMap::new(),
            skips: Skips::default(),
        };
        store.read_standing().map_err(ModelError::storage(P::NAME))?;
        Ok(store)
    }

    fn read_standing(&mut self) -> Result<(), StorageError> {
        self.folder.give_up();
        self.to_park.clear();
        self.unsaved = 0;
        self.parked.clear();
        self.parked_events = 0;
        self.checkpoint = checkpoint(&*self.session)?;
        let reads: &dyn Reads = &*self.session;
        let standing = reads.all("select stream, min(position), count(*) from parked group by stream", &[], |row| {
            Ok((columns::parsed::<StreamName>(row, 0)?, columns::position(row, 1)?, row.get::<Number>(2)?.0))
        })?;
        for (stream, position, count) in standing {
            self.parked.insert(stream, position);
            self.parked_events += count;
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
            give_way();
            let ahead = if self.parked.is_empty() { None } else { self.parked.get(&event.stream).copied() };
            let avoided = if self.avoided.is_empty() { None } else { self.avoided.get(&event.position) };
            let error = match (ahead, avoided) {
                (Some(parked), _) => NotApplicable::BehindParked { parked },
                (None, _) if self.skips.get(&event.position) == Some(&event.id) => {
                    let passed = self.folder.pass_over(&*self.session, event);
                    passed.map_err(ModelError::storage(P::NAME))?;
                    continue;
                }
                (None, Some(known)) => known.clone(),
                (None, None) => match self.folder.fold(&*self.session, event) {
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

    /// Takes the parked events of a stream out of the build and folds them again.
    fn fold_again(&mut self, stream: &StreamName, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError> {
        let unpark = || {
            self.session.begin()?;
            let count = "select count(*) from parked where stream = ?1";
            let reads: &dyn Reads = &*self.session;
            let count = reads.one(count, values![stream.as_str()], |row| row.get::<Number>(0))?;
            self.session.write_one(&UNPARKED, values![stream.as_str()])?;
            Ok(count.map_or(0, |Number(count)| count))
        };
        let parked: u64 = unpark().map_err(ModelError::storage(P::NAME))?;
        self.parked.remove(stream);
        self.parked_events -= parked;
        self.fold(events)?;
        self.commit().map_err(ModelError::storage(P::NAME))
    }

    /// Counts events as handled.
    fn handled(&mut self, events: &[Arc<RecordedEvent>]) {
        let Some(last) = events.last() else { return };
        let before = self.checkpoint.map_or(0, |checkpoint| checkpoint.events);
        let events = events.len() as u64;
        self.checkpoint = Some(Checkpoint { position: last.position, event: last.id, events: before + events });
        self.unsaved += events;
    }

    /// Writes everything that is not in the build yet. After an error, [`Store::resume`] goes back to what is.
    fn commit(&mut self) -> Result<(), StorageError> {
        let session = &*self.session;
        session.begin()?;
        P::write(session, self.folder.rows())?;
        P::add(session, self.folder.entries())?;
        if !self.to_park.is_empty() {
            let mut writer = session.writer(&PARKED)?;
            for event in &self.to_park {
                let (position, revision) = (Number::from(event.position), Number::from(event.revision));
                writer.row(values![position, event.stream.as_str(), revision, event.error])?;
            }
            writer.finish()?;
        }
        if let Some(Checkpoint { position, event, events }) = self.checkpoint {
            session
                .write_one(&CHECKPOINT, values![1_i64, Number::from(position), Bytes(event.uuid()), Number(events)])?;
        }
        session.commit()?;
        self.unsaved = 0;
        self.to_park.clear();
        self.folder.settle();
        Ok(())
    }
}

/// Reads where a build stands.
pub(crate) fn checkpoint(reads: &dyn Reads) -> Result<Option<Checkpoint>, StorageError> {
    reads.one("select position, event_id, events from checkpoint", &[], |row| {
        Ok(Checkpoint {
            position: columns::position(row, 0)?,
            event: EventId::new(row.get::<Bytes>(1)?.0),
            events: row.get::<Number>(2)?.0,
        })
    })
}

impl<P: Tables> Store for TableStore<P> {
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
        // Whoever else shows this build knows how far it is from what is written there.
        let others_wait = self.storage.is_shared() && self.unsaved > 0;
        if nothing_to_write && self.unsaved < UNSAVED_LIMIT && !others_wait {
            return Ok(());
        }
        self.commit().map_err(ModelError::storage(P::NAME))
    }

    fn load(&mut self, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError> {
        self.fold(events)?;
        self.handled(events);
        // Entries hold on to their events, which are wanted out of memory; rows are written when more has come.
        let added = self.session.begin().and_then(|()| P::add(&*self.session, self.folder.entries()));
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

    fn skip(&mut self, skips: Skips) {
        self.skips = skips;
    }

    fn standing_still(&self) -> Vec<(StreamName, Position)> {
        let mut streams: Vec<_> = self.parked.iter().map(|(stream, at)| (stream.clone(), *at)).collect();
        streams.sort_unstable_by_key(|(_, position)| *position);
        streams
    }

    fn parked_from(&self, stream: &StreamName) -> Result<Option<Revision>, ModelError> {
        let find = || {
            let sql = "select revision from parked where stream = ?1 order by position limit 1";
            let reads: &dyn Reads = &*self.session;
            reads.one(sql, values![stream.as_str()], |row| columns::revision(row, 0))
        };
        find().map_err(ModelError::storage(P::NAME))
    }

    fn retry(&mut self, stream: &StreamName, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError> {
        if !self.parked.contains_key(stream) {
            return Ok(());
        }
        self.rest()?;
        for event in events {
            // What panicked before may have been mended by what came since.
            self.avoided.remove(&event.position);
        }
        while let Err(error) = self.fold_again(stream, events) {
            self.resume()?;
            let ModelError::FoldPanicked { at, what, .. } = error else { return Err(error) };
            self.avoid(at, NotApplicable::Panicked { what });
        }
        Ok(())
    }

    fn resume(&mut self) -> Result<(), ModelError> {
        // A session whose connection is gone cannot roll back; what it had begun is gone with it.
        let resumed = match self.session.roll_back() {
            Ok(()) => Ok(()),
            Err(_) => self.storage.open(&self.build).map(|session| self.session = session),
        };
        resumed.and_then(|()| self.read_standing()).map_err(ModelError::storage(P::NAME))
    }

    fn rest(&mut self) -> Result<(), ModelError> {
        if self.unsaved == 0 {
            return Ok(());
        }
        self.commit().map_err(ModelError::storage(P::NAME))
    }

    fn finish_load(mut self: Box<Self>) -> StoreResult {
        self.rest()?;
        let Self { storage, build, session, skips, .. } = *self;
        let session = session.finish_load(&Schema::of(P::SCHEMA).indexes).map_err(ModelError::storage(P::NAME))?;
        let mut store = Self::with(&storage, &build, session, Mode::Live)?;
        store.skips = skips;
        Ok(Box::new(store))
    }
}
