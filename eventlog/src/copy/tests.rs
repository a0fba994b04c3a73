//! A log goes over whole, goes on where it ended, and never into another history.

use bytes::Bytes;
use chrono::DateTime;
use domain::actor::Actor;
use uuid::Uuid;

use super::*;
use crate::{Direction, EventId, MemoryLog, Metadata, StreamFrom};

fn event(n: u128) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::from_u128(n)),
        event_type: "Counted".into(),
        schema_version: 1,
        data: Bytes::from(format!(r#"{{"n": {n}}}"#)),
        metadata: Metadata {
            at: DateTime::from_timestamp_micros(1_790_000_000_000_000).unwrap(),
            tenant: "local".into(),
            actor: Actor::person("ada"),
            correlation_id: Uuid::from_u128(7),
            causation_id: None,
            reason: n.is_multiple_of(3).then(|| "because".to_owned()),
            command: None,
            claim: None,
            span: None,
        },
    }
}

/// Three streams whose events lie between one another, and one long stretch of one stream.
async fn history() -> MemoryLog {
    let log = MemoryLog::new();
    for n in 0..60_u128 {
        let stream = format!("plan-{}", n % 3).parse().unwrap();
        log.append(&stream, ExpectedRevision::Any, vec![event(n)]).await.unwrap();
    }
    let stretch = (60..1_300).map(event).collect();
    log.append(&"entity-long".parse().unwrap(), ExpectedRevision::NoStream, stretch).await.unwrap();
    log
}

async fn all(log: &dyn EventLog) -> Vec<(StreamName, Revision, crate::Hash32)> {
    let mut walk = Walk::of(log);
    let mut events = Vec::new();
    while let Some(event) = walk.next().await.unwrap() {
        events.push((event.stream.clone(), event.revision, event.hash));
    }
    events
}

async fn copied(from: &dyn EventLog, to: &dyn EventLog) -> Result<Copied, CopyError> {
    copy(from, to, |_, _| {}).await
}

#[tokio::test]
async fn a_log_goes_over_with_its_order_revisions_and_hashes() {
    let (from, to) = (history().await, MemoryLog::new());
    let mut told = Vec::new();
    let done = copy(&from, &to, |stage, events| told.push((stage, events))).await.unwrap();
    assert_eq!(done, Copied { events: 1_300, streams: 4, found: 0 });
    assert_eq!(all(&from).await, all(&to).await);
    assert!(told.windows(2).all(|two| two[0].0 != two[1].0 || two[0].1 <= two[1].1));
    assert_eq!(told.last(), Some(&(Stage::Verifying, 1_300)));
}

#[tokio::test]
async fn a_copy_goes_on_where_it_ended_and_with_what_came_since() {
    let from = history().await;
    for whole in [0, 1, 59, 60] {
        let to = MemoryLog::new();
        let mut walk = Walk::of(&from);
        for _ in 0..whole {
            let event = walk.next().await.unwrap().unwrap();
            to.append(&event.stream, ExpectedRevision::Any, vec![new(&event)]).await.unwrap();
        }
        assert_eq!(copied(&from, &to).await.unwrap(), Copied { events: 1_300, streams: 4, found: whole });
        assert_eq!(copied(&from, &to).await.unwrap().found, 1_300);
        assert_eq!(all(&from).await, all(&to).await);
    }
}

#[tokio::test]
async fn an_empty_log_is_a_log() {
    let (from, to) = (MemoryLog::new(), MemoryLog::new());
    assert_eq!(copied(&from, &to).await.unwrap(), Copied { events: 0, streams: 0, found: 0 });
}

#[tokio::test]
async fn nothing_is_written_to_a_log_with_another_history() {
    let (from, to) = (history().await, MemoryLog::new());
    let mut walk = Walk::of(&from);
    let first = walk.next().await.unwrap().unwrap();
    to.append(&first.stream, ExpectedRevision::Any, vec![new(&first)]).await.unwrap();
    to.append(&"plan-other".parse().unwrap(), ExpectedRevision::Any, vec![event(9_999)]).await.unwrap();
    let error = copied(&from, &to).await.unwrap_err();
    assert!(matches!(&error, CopyError::Other { number: 2, stream, .. } if stream.as_str() == "plan-other"), "{error}");
    assert_eq!(all(&to).await.len(), 2);

    let to = history().await;
    to.append(&"plan-other".parse().unwrap(), ExpectedRevision::Any, vec![event(9_999)]).await.unwrap();
    let error = copied(&from, &to).await.unwrap_err();
    assert!(matches!(error, CopyError::Longer { found: 1_301, events: 1_300 }), "{error}");
}

#[tokio::test]
async fn an_event_keeps_the_bytes_of_its_metadata() {
    let from = history().await;
    let stream = "plan-0".parse().unwrap();
    let read = from.read_stream(&stream, StreamFrom::Start, Direction::Forward, 1).await.unwrap();
    assert!(keeps_its_bytes(&read[0]));
    let spaced = String::from_utf8(read[0].metadata_json.to_vec()).unwrap().replacen(':', ": ", 1);
    let first = &read[0];
    let prepared = crate::PreparedEvent {
        id: first.id,
        event_type: first.event_type.clone(),
        schema_version: first.schema_version,
        data: first.data.clone(),
        metadata: first.metadata.clone(),
        metadata_json: spaced.into(),
    };
    let strange = RecordedEvent::new(first.position, stream, first.revision, prepared, first.hash);
    assert!(matches!(Batch::default().push(Arc::new(strange)), Err(CopyError::Strange { .. })));
}
