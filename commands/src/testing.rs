//! A log whose appends can be held back, refused or left unanswered, for tests of whoever writes to one.

use std::{collections::VecDeque, pin::Pin, sync::Arc};

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    MemoryLog, NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription,
};
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How many appends may be under way while the log is open.
const PERMITS: usize = 1_000;

/// What becomes of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing happens to it: for the ones before that which is meant.
    Kept,
    /// It fails before anything is written.
    Refused,
    /// It is written, and the answer is lost.
    AnswerLost,
    /// Somebody else writes the stream's last event once more just before it.
    Overtaken,
}

/// What somebody else does.
type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A log whose appends wait until they are let through and may go wrong.
#[derive(Clone)]
pub struct UnreliableLog {
    /// What was appended, without any fate.
    pub log: MemoryLog,
    gate: Arc<Semaphore>,
    /// How many appends have come as far as the gate.
    arrived: tokio::sync::watch::Sender<usize>,
    fates: Arc<Mutex<VecDeque<Fate>>>,
    /// Happens behind the next look for an event.
    meanwhile: Arc<Mutex<Option<Meanwhile>>>,
}

impl UnreliableLog {
    /// Makes an empty log that works.
    pub fn new() -> Self {
        Self::over(MemoryLog::new())
    }

    /// Works on a log that others may write to beside it.
    pub fn over(log: MemoryLog) -> Self {
        let arrived = tokio::sync::watch::Sender::new(0);
        Self { log, gate: Arc::new(Semaphore::new(PERMITS)), arrived, fates: Arc::default(), meanwhile: Arc::default() }
    }

    /// Holds appends back from now on.
    pub fn close(&self) {
        self.gate.forget_permits(PERMITS);
    }

    /// Waits for the appends that are under way, and lets none through ever after: as when the writer's process dies.
    pub async fn cut(&self) {
        let all = u32::try_from(PERMITS).unwrap_or(u32::MAX);
        if let Ok(all) = self.gate.acquire_many(all).await {
            all.forget();
        }
    }

    /// Lets all appends through again.
    pub fn open(&self) {
        self.gate.add_permits(PERMITS);
    }

    /// Spoils the next append that has no fate yet.
    pub fn spoil_next(&self, fate: Fate) {
        self.fates.lock().push_back(fate);
    }

    /// Lets somebody else act right after the next answer to whether an event is there.
    pub fn after_next_look(&self, meanwhile: impl Future<Output = ()> + Send + 'static) {
        *self.meanwhile.lock() = Some(Box::pin(meanwhile));
    }

    /// Waits until so many appends in all have reached the log.
    pub async fn wait_for_appends(&self, count: usize) {
        // The sender lives in `self`, so the wait ends only when they have come.
        let _ = self.arrived.subscribe().wait_for(|arrived| *arrived >= count).await;
    }

    async fn write_last_again(&self, stream: &StreamName) {
        let last = self.log.read_stream(stream, StreamFrom::End, Direction::Backward, 1).await;
        let again = last.iter().flatten().map(|event| NewEvent {
            id: EventId::new(Uuid::now_v7()),
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            data: event.data.clone(),
            metadata: event.metadata.clone(),
        });
        // An empty stream has nobody who could overtake; the memory log refuses the empty append.
        let _ = self.log.append(stream, ExpectedRevision::Any, again.collect()).await;
    }
}

impl Default for UnreliableLog {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl EventLog for UnreliableLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        self.arrived.send_modify(|arrived| *arrived += 1);
        let _let_through = self.gate.acquire().await;
        let fate = self.fates.lock().pop_front();
        if fate == Some(Fate::Refused) {
            return Err(AppendError::Unavailable { cause: "as the test says".into() });
        }
        if fate == Some(Fate::Overtaken) {
            self.write_last_again(stream).await;
        }
        let appended = self.log.append(stream, expected, events).await?;
        if fate == Some(Fate::AnswerLost) {
            return Err(AppendError::Unavailable { cause: "as the test says".into() });
        }
        Ok(appended)
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        self.log.read_stream(stream, from, direction, limit).await
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.log.read_all(after, filter, limit).await
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        self.log.subscribe_all(after, filter).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.log.head().await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        let found = self.log.find_event(id).await;
        let meanwhile = self.meanwhile.lock().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        found
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        self.log.stream_head(stream).await
    }

    fn describe(&self) -> LogDescription {
        self.log.describe()
    }
}
