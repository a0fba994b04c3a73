//! A double, a log over it, and events to put into it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use cairn_eventlog_eventstoredb::{EventStoreLog, Patience, Settings};
use chrono::DateTime;
use domain::actor::Actor;
use esdouble::{Double, Options};
use eventlog::{
    AppendError, Appended, Direction, EventId, EventLog, ExpectedRevision, Metadata, NewEvent, RecordedEvent,
    StreamFrom, StreamName,
};
use uuid::Uuid;

/// The longest that anything is waited for; reaching it is a failure, never a pass.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The largest append that servers can be told to take.
pub(crate) const MAX_APPEND: usize = 16 * 1024 * 1024;

pub(crate) async fn double() -> Double {
    double_with(Options::default()).await
}

pub(crate) async fn double_with(options: Options) -> Double {
    Double::start(Options { max_append: MAX_APPEND, ..options }).await.expect("a double starts")
}

/// A double again at the same address.
pub(crate) async fn again(address: SocketAddr, options: Options) -> Double {
    double_with(Options { address, ..options }).await
}

pub(crate) fn log_at(connection: &str) -> Arc<EventStoreLog> {
    log_with(connection, quick())
}

pub(crate) fn log_with(connection: &str, patience: Patience) -> Arc<EventStoreLog> {
    let settings = Settings::parse(connection, None).expect("a connection string").with_patience(patience);
    Arc::new(EventStoreLog::open(settings).expect("a log opens"))
}

/// Less patient than the product, so that faults take less time.
pub(crate) fn quick() -> Patience {
    Patience {
        call: Duration::from_millis(500),
        whole: Duration::from_secs(9),
        connect: Duration::from_secs(2),
        lag: Duration::from_millis(300),
        look: Duration::from_secs(1),
    }
}

/// A double with a log over it that has reached it.
pub(crate) async fn pair() -> (Double, Arc<EventStoreLog>) {
    let double = double().await;
    let log = log_at(&double.connection_string());
    log.reached(PATIENCE).await.expect("the double answers");
    (double, log)
}

pub(crate) fn stream(name: &str) -> StreamName {
    name.parse().expect("a stream name")
}

pub(crate) fn event(n: usize) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::now_v7()),
        event_type: "Counted".into(),
        schema_version: 1,
        data: Bytes::from(format!(r#"{{"n":{n}}}"#)),
        metadata: Metadata {
            at: DateTime::from_timestamp_micros(1_790_000_000_000_000).expect("a moment"),
            tenant: "local".into(),
            actor: Actor::person("ada"),
            correlation_id: Uuid::from_u128(7),
            causation_id: None,
            reason: None,
            command: None,
            claim: None,
            span: None,
        },
    }
}

pub(crate) async fn append(log: &EventStoreLog, name: &str, n: usize) -> Result<Appended, AppendError> {
    log.append(&stream(name), ExpectedRevision::Any, vec![event(n)]).await
}

pub(crate) async fn read(log: &EventStoreLog, name: &str) -> Vec<Arc<RecordedEvent>> {
    let read = log.read_stream(&stream(name), StreamFrom::Start, Direction::Forward, usize::MAX).await;
    read.expect("the stream is read")
}

/// Waits until something is so.
pub(crate) async fn until(what: &'static str, mut is_so: impl FnMut() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("not so in time: {what}"));
}
