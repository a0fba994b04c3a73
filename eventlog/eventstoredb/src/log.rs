//! The log itself: the port over everything else in this crate.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription, prepare,
};
use tokio_util::sync::CancellationToken;

use crate::{
    append::Appender, deadline::Deadline, feed::Feed, follow::follow, identity::Identity, reading::Reader,
    settings::Settings, supervisor::Supervisor, tail,
};

/// A log in EventStoreDB or `KurrentDB`.
pub struct EventStoreLog {
    supervisor: Arc<Supervisor>,
    reader: Reader,
    feed: Arc<Feed>,
    appender: Appender,
    stop: CancellationToken,
}

/// Says why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system gives no thread for the subscription.
    #[error("no thread for the subscription to the log: {0}")]
    Thread(std::io::Error),
    /// The server was not there in time.
    #[error("the log cannot be reached: {cause}")]
    Away {
        /// What is in the way.
        cause: String,
    },
}

impl EventStoreLog {
    /// Opens the log; it need not be there yet. Whatever is asked of it waits for the server, for some seconds.
    ///
    /// # Errors
    /// [`OpenError::Thread`].
    pub fn open(settings: Settings) -> Result<Self, OpenError> {
        let stop = CancellationToken::new();
        let supervisor = Supervisor::start(settings, stop.clone());
        let reader = Reader::new(Arc::clone(&supervisor));
        let feed = Feed::new(reader.clone(), stop.clone());
        tokio::spawn(Arc::clone(&feed).keep());
        tail::start(Arc::clone(&supervisor), Arc::clone(&feed), stop.clone()).map_err(OpenError::Thread)?;
        let appender = Appender::new(Arc::clone(&supervisor), reader.clone(), Arc::clone(&feed));
        Ok(Self { supervisor, reader, feed, appender, stop })
    }

    /// Waits until the server answers, and gives the identity of its log.
    ///
    /// # Errors
    /// [`OpenError::Away`] after that time.
    pub async fn reached(&self, patience: Duration) -> Result<Identity, OpenError> {
        let connected = self.supervisor.client(Deadline::within(patience)).await;
        Ok(connected.map_err(|trouble| OpenError::Away { cause: trouble.cause() })?.identity)
    }

    /// Waits until the ids of all events are known, which takes reading the log once; `false` when it was closed, or
    /// found damaged, before.
    pub async fn settled(&self) -> bool {
        self.feed.settled().await
    }

    /// Ends what the log does besides answering: nothing is read, written or pushed any more.
    pub fn close(&self) {
        self.stop.cancel();
    }
}

impl Drop for EventStoreLog {
    fn drop(&mut self) {
        self.close();
    }
}

#[async_trait]
impl EventLog for EventStoreLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        if let Some(index) = events.iter().position(|event| event.id.uuid().is_nil()) {
            return Err(AppendError::MalformedEvent { index, what: "its id is nil" });
        }
        let events = prepare(stream, events)?;
        self.appender.append(stream, expected, &events).await
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        self.reader.stream(stream, from, direction, limit).await
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.reader.page(after, filter, limit).await
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        let closed = || ReadError::Unavailable { cause: "the log is closed".into() };
        let live = self.feed.listen().ok_or_else(closed)?;
        if after.is_some() {
            match self.reader.page(after, &Filter::All, 0).await {
                // it is followed once the server is there; a position that it does not have shows then
                Ok(_) | Err(ReadError::Unavailable { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(follow(self.reader.clone(), Arc::clone(&self.feed), live, after, filter))
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.reader.last().await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        let Some((stream, revision)) = self.feed.find(id).await? else { return Ok(None) };
        let found = self.reader.stream(&stream, StreamFrom::At(revision), Direction::Forward, 1).await?;
        Ok(found.into_iter().next().filter(|event| event.id == id))
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        Ok(self.reader.head(stream, self.reader.deadline()).await?.current())
    }

    fn describe(&self) -> LogDescription {
        let place = self.supervisor.settings.place().to_owned();
        LogDescription { kind: "eventstoredb", place, dense_positions: false, embedded: false }
    }

    fn obstacle(&self) -> Option<String> {
        self.feed.fault().map(|fault| fault.to_string()).or_else(|| self.supervisor.obstacle())
    }
}
