//! A log in memory that fails, waits and is slow when it is told to.

use std::sync::Arc;

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    MemoryLog, NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription,
};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

/// A log whose appends fail or wait when they are told to, and that can be read page by page as slowly as is wanted.
pub(crate) struct FragileLog {
    inner: MemoryLog,
    refusal: Mutex<Option<AppendError>>,
    pub(crate) turns: Semaphore,
    /// While it is read slowly, one for each page that may be read.
    pages: Mutex<Option<Arc<Semaphore>>>,
}

impl FragileLog {
    pub(crate) fn new() -> Arc<Self> {
        let (inner, turns) = (MemoryLog::new(), Semaphore::new(1_000));
        Arc::new(Self { inner, refusal: Mutex::default(), turns, pages: Mutex::default() })
    }

    /// Lets pages of one event be read from now on, each when there is a permit for it.
    pub(crate) fn read_slowly(&self) -> Arc<Semaphore> {
        Arc::clone(self.pages.lock().insert(Arc::new(Semaphore::new(0))))
    }

    pub(crate) fn fail_with(&self, refusal: AppendError) {
        *self.refusal.lock() = Some(refusal);
    }
}

#[async_trait]
impl EventLog for FragileLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let _turn = self.turns.acquire().await.unwrap();
        if let Some(refusal) = self.refusal.lock().take() {
            return Err(refusal);
        }
        self.inner.append(stream, expected, events).await
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        self.inner.read_stream(stream, from, direction, limit).await
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        let pages = self.pages.lock().clone();
        let Some(pages) = pages else { return self.inner.read_all(after, filter, limit).await };
        pages.acquire().await.unwrap().forget();
        self.inner.read_all(after, filter, 1).await
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        self.inner.subscribe_all(after, filter).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.inner.head().await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        self.inner.find_event(id).await
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        self.inner.stream_head(stream).await
    }

    fn describe(&self) -> LogDescription {
        self.inner.describe()
    }
}
