//! A log that says how long appends take, and counts what this process appends: a sum over all nodes counts each event
//! once.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription,
};

/// Measures appends to another log; everything else goes through.
pub(super) struct MeasuredLog(Arc<dyn EventLog>);

impl MeasuredLog {
    pub(super) fn over(log: Arc<dyn EventLog>) -> Arc<dyn EventLog> {
        Arc::new(Self(log))
    }
}

#[async_trait]
impl EventLog for MeasuredLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let count = events.len() as u64;
        let skipped = events.iter().filter(|event| event.event_type == "StepSkipped").count() as u64;
        let begin = Instant::now();
        let appended = self.0.append(stream, expected, events).await;
        let outcome = match &appended {
            Ok(_) => "appended",
            Err(AppendError::WrongExpectedRevision { .. }) => "conflict",
            Err(_) => "failed",
        };
        metrics::histogram!("cairn_append_duration_seconds", "outcome" => outcome).record(begin.elapsed());
        if appended.as_ref().is_ok_and(|appended| !appended.repeated) {
            metrics::counter!("cairn_events_appended_total").increment(count);
            // How attempts end is counted by whoever carries them out; what people skip passes nobody else.
            if skipped > 0 {
                metrics::counter!("cairn_steps_total", "outcome" => "skipped").increment(skipped);
            }
        }
        appended
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        self.0.read_stream(stream, from, direction, limit).await
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.0.read_all(after, filter, limit).await
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        self.0.subscribe_all(after, filter).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.0.head().await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        self.0.find_event(id).await
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        self.0.stream_head(stream).await
    }

    fn describe(&self) -> LogDescription {
        self.0.describe()
    }

    fn obstacle(&self) -> Option<String> {
        self.0.obstacle()
    }
}
