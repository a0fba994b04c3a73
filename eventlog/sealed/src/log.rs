//! A log that opens what is sealed in it for whoever reads.

use std::sync::Arc;

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    NewEvent, Page, Position, PreparedEvent, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription,
    SubscriptionItem,
};
use futures::StreamExt;

use crate::{
    envelope::{self, Belonging},
    keyring::{Found, KeyRing},
};

/// Reads another log with the sealed values opened, as far as there are keys; appends go through as they are.
///
/// An event keeps the hash it has in the log, which covers the sealed bytes: proofs are made of the log beneath.
#[derive(Clone)]
pub struct SealedLog {
    stored: Arc<dyn EventLog>,
    keys: KeyRing,
}

impl SealedLog {
    /// Reads `stored` with these keys.
    pub fn over(stored: Arc<dyn EventLog>, keys: KeyRing) -> Self {
        Self { stored, keys }
    }

    fn open(&self, event: Arc<RecordedEvent>) -> Result<Arc<RecordedEvent>, ReadError> {
        let find = |whose: &_| match self.keys.find(whose) {
            Ok(Found::Key(key)) => Ok(Some(key)),
            Ok(Found::Forgotten | Found::Nothing) => Ok(None),
            // not to be taken for somebody who was forgotten
            Err(error) => Err(ReadError::Unavailable { cause: error.to_string() }),
        };
        let belonging = Belonging { stream: &event.stream, event: event.id };
        let Some(data) = envelope::open(&event.data, &belonging, find)? else { return Ok(event) };
        let opened = PreparedEvent {
            id: event.id,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            data: data.into(),
            metadata: event.metadata.clone(),
            metadata_json: event.metadata_json.clone(),
        };
        let opened = RecordedEvent::new(event.position, event.stream.clone(), event.revision, opened, event.hash);
        Ok(Arc::new(opened))
    }

    fn open_all(&self, events: Vec<Arc<RecordedEvent>>) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        events.into_iter().map(|event| self.open(event)).collect()
    }

    fn open_item(&self, item: SubscriptionItem) -> Result<SubscriptionItem, ReadError> {
        match item {
            SubscriptionItem::Events(batch) => {
                let opened: Vec<_> =
                    batch.iter().map(|event| self.open(Arc::clone(event))).collect::<Result<_, _>>()?;
                Ok(SubscriptionItem::Events(opened.into()))
            }
            other @ (SubscriptionItem::Checkpoint(_) | SubscriptionItem::CaughtUp(_)) => Ok(other),
        }
    }
}

#[async_trait]
impl EventLog for SealedLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        self.stored.append(stream, expected, events).await
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        self.open_all(self.stored.read_stream(stream, from, direction, limit).await?)
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        let Page { events, next, end } = self.stored.read_all(after, filter, limit).await?;
        Ok(Page { events: self.open_all(events)?, next, end })
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        let (sealed, log) = (self.stored.subscribe_all(after, filter).await?, self.clone());
        Ok(Subscription::new(sealed.map(move |item| log.open_item(item?))))
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.stored.head().await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        self.stored.find_event(id).await?.map(|event| self.open(event)).transpose()
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        self.stored.stream_head(stream).await
    }

    fn describe(&self) -> LogDescription {
        self.stored.describe()
    }

    fn obstacle(&self) -> Option<String> {
        self.stored.obstacle()
    }
}
