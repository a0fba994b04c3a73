//! The adapter itself: opens a folder, and answers at the port.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, History,
    LogDescription, NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription, follow,
    prepare,
};

use crate::{
    FolderLock, OpenError,
    readers::Readers,
    reading, schema,
    writer::{Writer, silence},
};

/// The file in the folder.
pub(crate) const LOG_FILE: &str = "log.db";

/// The log in a folder. See [`EventLog`] for what it does.
///
/// Dropping it finishes the commit in progress and frees the folder; [`close`](Self::close) does so without blocking
/// the thread, and leaves a file without a WAL beside it.
pub struct SqliteLog {
    place: String,
    readers: Readers,
    mode: Mode,
}

enum Mode {
    Writing { writer: Writer, lock: Arc<FolderLock> },
    ReadingOnly,
}

impl SqliteLog {
    /// Opens the log in `folder`, or makes it, and takes the folder for this process.
    ///
    /// Takes a few milliseconds however long the log is, unless a crash left a WAL to recover (some ten more).
    ///
    /// # Errors
    /// [`OpenError::FolderInUse`] when another process has the folder; the others say what is wrong with the file.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let lock = Arc::new(FolderLock::take(folder)?);
        let (path, place) = locate(folder);
        let writer = Writer::start(&path, &place, Arc::clone(&lock))?;
        let readers = Readers::new(&path, &place);
        Ok(Self { place, readers, mode: Mode::Writing { writer, lock } })
    }

    /// Opens the log in `folder` for reading only, also while another process writes it.
    ///
    /// Appends are refused; a subscription gives what is there, says that it has caught up, and ends.
    ///
    /// # Errors
    /// [`OpenError::NoLog`] when there is none; the others say what is wrong with the file.
    pub fn open_read_only(folder: &Path) -> Result<Self, OpenError> {
        let (path, place) = locate(folder);
        schema::check_for_reading(&path)?;
        let readers = Readers::new(&path, &place);
        Ok(Self { place, readers, mode: Mode::ReadingOnly })
    }

    /// Leaves the address this process listens on, for whoever finds the folder taken.
    pub fn set_address(&self, address: &str) -> Result<(), OpenError> {
        match &self.mode {
            Mode::Writing { lock, .. } => lock.set_address(address),
            Mode::ReadingOnly => Ok(()),
        }
    }

    /// Writes what was sent, moves everything into `log.db`, and ends all subscriptions. Afterwards every call answers
    /// that the log was closed. The folder is free when the log is dropped.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Mode::Writing { writer, .. } = &self.mode {
            writer.close().await;
        }
    }
}

fn locate(folder: &Path) -> (PathBuf, String) {
    (folder.join(LOG_FILE), folder.display().to_string())
}

#[async_trait]
impl EventLog for SqliteLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        match &self.mode {
            Mode::Writing { writer, .. } => writer.append(stream, expected, prepare(stream, events)?).await,
            Mode::ReadingOnly => Err(AppendError::ReadOnly { place: self.place.clone() }),
        }
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        let stream = stream.clone();
        self.readers.run(move |connection| reading::stream(connection, &stream, from, direction, limit)).await
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.readers.page(after, filter, limit).await
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        let live = match &self.mode {
            Mode::Writing { writer, .. } => writer.listen(),
            Mode::ReadingOnly => silence(),
        };
        self.readers.run(move |connection| reading::head_not_before(connection, after)).await?;
        Ok(follow(Arc::new(self.readers.clone()), live, after, filter))
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.readers.run(reading::head).await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        self.readers.run(move |connection| reading::find_event(connection, id)).await
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        let stream = stream.clone();
        self.readers.run(move |connection| reading::stream_head(connection, &stream)).await
    }

    fn describe(&self) -> LogDescription {
        LogDescription { kind: "sqlite", place: self.place.clone(), dense_positions: true, embedded: true }
    }
}

#[async_trait]
impl History for Readers {
    async fn page(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        let filter = filter.clone();
        self.run(move |connection| reading::page(connection, after, &filter, limit)).await
    }
}
