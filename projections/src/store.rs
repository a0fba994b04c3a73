//! One build of one model, as whoever writes it sees it: events in, rows and checkpoint out, in one transaction.

use std::sync::Arc;

use eventlog::{EventId, Position, RecordedEvent, Revision, StreamName};
use projections_store::{BuildId, Mode, ModelStorage, Reads, StorageError};
use serde::{Deserialize, Serialize};

use crate::{
    ModelError, NotApplicable, Tables,
    columns::Number,
    steering::Skips,
    table_store::{self, TableStore},
};

/// Where a build stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) position: Position,
    pub(crate) event: EventId,
    /// How many events were handled.
    pub(crate) events: u64,
}

/// How far a build is, as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) position: Option<Position>,
    pub(crate) parked: u64,
}

impl Standing {
    pub(crate) fn of(store: &dyn Store) -> Self {
        Self { position: store.checkpoint().map(|checkpoint| checkpoint.position), parked: store.parked() }
    }

    /// Looks into a build that another process writes.
    pub(crate) fn read(storage: &dyn ModelStorage, build: &BuildId) -> Result<Self, StorageError> {
        Self::seen(&*storage.moment(build)?)
    }

    pub(crate) fn seen(reads: &dyn Reads) -> Result<Self, StorageError> {
        let position = table_store::checkpoint(reads)?.map(|checkpoint| checkpoint.position);
        let parked = reads.one("select count(*) from parked", &[], |row| row.get::<Number>(0))?;
        Ok(Self { position, parked: parked.map_or(0, |Number(count)| count) })
    }
}

/// An event that could not be applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// Its place in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub revision: Revision,
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

    /// Applies the next events of a load, together with others in one large transaction.
    ///
    /// # Errors
    /// After any error the build is worthless. An event whose fold panics is named in the error: begin again and
    /// [`avoid`](Self::avoid) it.
    fn load(&mut self, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError>;

    /// Parks the event at `position` when it comes, without folding it.
    fn avoid(&mut self, position: Position, why: NotApplicable);

    /// Passes over these events from now on, when they come and when parked ones are tried again.
    fn skip(&mut self, skips: Skips);

    /// The streams that stand still behind a parked event, with its place, in log order.
    fn standing_still(&self) -> Vec<(StreamName, Position)>;

    /// The first event of a stream that is parked.
    fn parked_from(&self, stream: &StreamName) -> Result<Option<Revision>, ModelError>;

    /// Folds a stream again from its first parked event on: `events` are those from there up to the checkpoint. What
    /// still cannot be applied is parked again. All in one transaction, or nothing.
    fn retry(&mut self, stream: &StreamName, events: &[Arc<RecordedEvent>]) -> Result<(), ModelError>;

    /// Goes back to what is in the build, after an error; connects anew when that is needed.
    fn resume(&mut self) -> Result<(), ModelError>;

    /// Writes what is not urgent: the checkpoint over events that did not concern the model.
    fn rest(&mut self) -> Result<(), ModelError>;

    /// Ends a load: makes the indexes, brings everything to disk, and goes on as [`Mode::Live`](projections_store::Mode).
    fn finish_load(self: Box<Self>) -> StoreResult;
}

/// A store, or why there is none.
pub(crate) type StoreResult = Result<Box<dyn Store>, ModelError>;

/// What the rest of this crate must know of a model to run it.
#[derive(Clone, Copy)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    /// Makes a build, with all tables; the indexes only in [`Mode::Live`].
    pub(crate) create: fn(&Arc<dyn ModelStorage>, &BuildId, Mode) -> StoreResult,
    /// Opens a build in [`Mode::Live`]; [`Generations::opened`](crate::generations::Generations) tells it what to skip.
    pub(crate) open: fn(&Arc<dyn ModelStorage>, &BuildId) -> StoreResult,
}

impl Definition {
    pub(crate) fn of<P: Tables>() -> Self {
        Self {
            name: P::NAME,
            version: P::VERSION,
            create: |storage, build, mode| Ok(Box::new(TableStore::<P>::create(storage, build, mode)?)),
            open: |storage, build| Ok(Box::new(TableStore::<P>::open(storage, build)?)),
        }
    }
}
