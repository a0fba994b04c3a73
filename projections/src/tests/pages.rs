//! Reading a log ahead.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    MemoryLog, NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription,
};
use tokio::sync::{mpsc, oneshot};

use super::parking::recorded;
use crate::pages::{PAGE, Pages};

async fn positions(mut pages: Pages) -> Vec<u64> {
    let mut read = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        read.extend(page.iter().map(|event| event.position.get()));
    }
    assert!(pages.next().await.unwrap().is_none());
    read
}

#[tokio::test]
async fn all_events_come_in_order_or_those_up_to_a_position() {
    let memory = MemoryLog::new();
    let events = recorded(&memory, &vec!["a-1 Fine"; 2 * PAGE + 7]).await;
    let log: Arc<dyn EventLog> = Arc::new(memory);
    let last = events.len() as u64;
    assert_eq!(positions(Pages::read(Arc::clone(&log), None).unwrap()).await, (1..=last).collect::<Vec<_>>());
    for until in [1, PAGE as u64, PAGE as u64 + 1, last, last + 5] {
        let up_to = Pages::read(Arc::clone(&log), Some(Position::new(until))).unwrap();
        assert_eq!(positions(up_to).await, (1..=until.min(last)).collect::<Vec<_>>(), "{until}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_being_read_is_given_up_with_the_pages() {
    let (asked, mut asks) = mpsc::unbounded_channel();
    let pages = Pages::read(Arc::new(SilentLog { inner: MemoryLog::new(), asked }), None).unwrap();
    let mut answer = asks.recv().await.unwrap();
    assert_eq!(answer.try_recv(), Err(oneshot::error::TryRecvError::Empty), "it is still being read");
    drop(pages);
    let given_up = tokio::time::timeout(Duration::from_mins(1), answer).await.expect("it is read on for nobody");
    assert!(given_up.is_err());
}

/// A log elsewhere that answers no question for a page, and tells of each: its end closes the channel.
struct SilentLog {
    inner: MemoryLog,
    asked: mpsc::UnboundedSender<oneshot::Receiver<()>>,
}

#[async_trait]
impl EventLog for SilentLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
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

    async fn read_all(&self, _: Option<Position>, _: &Filter, _: usize) -> Result<Page, ReadError> {
        let (_open_while_it_is_read, ended) = oneshot::channel();
        self.asked.send(ended).unwrap();
        std::future::pending().await
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
        // Read on this thread, whose clock stands still until there is nothing left to do.
        LogDescription { embedded: false, ..self.inner.describe() }
    }
}
