//! Whose turn it is to do what only one node may do at a time, and a log that takes nothing from whoever may not write.

use std::sync::Arc;

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription,
};

/// The right to do something that only one node may do at a time.
#[async_trait]
pub(crate) trait Turn: Send + Sync + 'static {
    /// Whether it is ours at this moment.
    fn is_ours(&self) -> bool;
    /// Waits until it is.
    async fn taken(&self);
    /// Waits until it is no longer.
    async fn lost(&self);
    /// Lets others have it.
    async fn let_go(&self);
}

/// Lets appends through, or not.
pub(crate) trait Fence: Send + Sync + 'static {
    /// Whether these events may be appended by us at this moment; it may mark them.
    fn admits(&self, stream: &StreamName, events: &mut [NewEvent]) -> bool;

    /// Is shown what is read: it may tell that somebody else has taken over.
    fn sees(&self, _events: &[Arc<RecordedEvent>]) {}
}

/// Admits everything in our turn, and nothing outside.
pub(crate) struct InTurn(pub(crate) Arc<dyn Turn>);

impl Fence for InTurn {
    fn admits(&self, _: &StreamName, _: &mut [NewEvent]) -> bool {
        self.0.is_ours()
    }
}

/// A log behind a fence. Where another node has taken over, what this one had in mind is late.
pub(crate) struct FencedLog {
    log: Arc<dyn EventLog>,
    fence: Arc<dyn Fence>,
}

impl FencedLog {
    pub(crate) fn new(log: Arc<dyn EventLog>, fence: Arc<dyn Fence>) -> Self {
        Self { log, fence }
    }
}

#[async_trait]
impl EventLog for FencedLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        mut events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        if !self.fence.admits(stream, &mut events) {
            return Err(AppendError::Unavailable { cause: "another node does this now".into() });
        }
        self.log.append(stream, expected, events).await
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        let events = self.log.read_stream(stream, from, direction, limit).await?;
        self.fence.sees(&events);
        Ok(events)
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
        self.log.find_event(id).await
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        self.log.stream_head(stream).await
    }

    fn describe(&self) -> LogDescription {
        self.log.describe()
    }

    fn obstacle(&self) -> Option<String> {
        self.log.obstacle()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use eventlog::MemoryLog;

    use super::*;

    struct Switch(AtomicBool);

    #[async_trait]
    impl Turn for Switch {
        fn is_ours(&self) -> bool {
            self.0.load(Ordering::Relaxed)
        }

        async fn taken(&self) {}
        async fn lost(&self) {}
        async fn let_go(&self) {}
    }

    #[tokio::test]
    async fn nothing_is_appended_by_whoever_has_lost_the_turn() {
        let switch = Arc::new(Switch(AtomicBool::new(true)));
        let log = FencedLog::new(Arc::new(MemoryLog::new()), Arc::new(InTurn(Arc::clone(&switch) as Arc<dyn Turn>)));
        let stream: StreamName = "plan-1".parse().unwrap();
        let append = || log.append(&stream, ExpectedRevision::NoStream, Vec::new());
        assert!(matches!(append().await, Err(AppendError::EmptyAppend { .. })));
        switch.0.store(false, Ordering::Relaxed);
        assert!(matches!(append().await, Err(AppendError::Unavailable { .. })));
        assert_eq!(log.head().await.unwrap(), None);
    }
}
