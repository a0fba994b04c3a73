//! What appending does, refuses and keeps.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use uuid::Uuid;

use super::{Log, append, event, events, positions, read, revisions, stream};
use crate::{
    AppendError, Appended, CommandReceipt, CurrentRevision, ExpectedRevision, MAX_APPEND_BYTES, MAX_EVENT_BYTES,
    MAX_EVENTS_PER_APPEND, Metadata, NewEvent, Position, Revision, SpanId,
};

/// A stream begins at revision 0; the answer names the last event.
pub async fn the_first_event_has_revision_zero_and_the_first_position(log: Log) {
    let appended = append(&log, "plan-1", 1).await;
    assert_eq!(appended.revision, Revision::FIRST);
    assert!(!appended.repeated);
    if log.describe().dense_positions {
        assert_eq!(appended.position, Position::FIRST);
    }
}

/// Within and across appends.
pub async fn revisions_count_up_without_a_gap(log: Log) {
    append(&log, "plan-1", 3).await;
    let second = append(&log, "plan-1", 2).await;
    assert_eq!(second.revision, Revision::new(4));
    assert_eq!(revisions(&read(&log, "plan-1").await), [0, 1, 2, 3, 4]);
}

/// Each answer's position lies behind that of the answer before.
pub async fn positions_grow_across_streams(log: Log) {
    let mut last = None;
    for round in 0..20 {
        let appended = append(&log, &format!("plan-{}", round % 3), 1 + round % 4).await;
        assert!(Some(appended.position) > last, "{appended:?} after {last:?}");
        last = Some(appended.position);
    }
    let all = positions(&log.read_all(None, &crate::Filter::All, 1_000).await.expect("the log is read").events);
    assert!(all.is_sorted_by(|a, b| a < b), "{all:?}");
}

/// And the refusal says where the stream stands.
pub async fn no_stream_is_refused_when_the_stream_has_events(log: Log) {
    append(&log, "plan-1", 2).await;
    refused(&log, ExpectedRevision::NoStream, CurrentRevision::At(Revision::new(1))).await;
}

/// And the refusal says that there is no stream.
pub async fn stream_exists_is_refused_when_the_stream_has_none(log: Log) {
    refused(&log, ExpectedRevision::StreamExists, CurrentRevision::NoStream).await;
    append(&log, "plan-1", 1).await;
    let taken = log.append(&stream("plan-1"), ExpectedRevision::StreamExists, events(1)).await;
    assert!(taken.is_ok(), "{taken:?}");
}

/// Too early, too late, and on a stream that does not exist.
pub async fn an_exact_revision_other_than_the_last_is_refused_with_both(log: Log) {
    refused(&log, ExpectedRevision::Exact(Revision::FIRST), CurrentRevision::NoStream).await;
    append(&log, "plan-1", 3).await;
    for wrong in [0, 1, 3, 9] {
        let expected = ExpectedRevision::Exact(Revision::new(wrong));
        refused(&log, expected, CurrentRevision::At(Revision::new(2))).await;
    }
    let taken = log.append(&stream("plan-1"), ExpectedRevision::Exact(Revision::new(2)), events(1)).await;
    assert_eq!(taken.map(|appended| appended.revision), Ok(Revision::new(3)));
}

async fn refused(log: &Log, expected: ExpectedRevision, actual: CurrentRevision) {
    let stream = stream("plan-1");
    let refusal = log.append(&stream, expected, events(2)).await;
    assert_eq!(refusal, Err(AppendError::WrongExpectedRevision { stream, expected, actual }));
}

/// On a missing and on an existing stream.
pub async fn any_appends_wherever_the_stream_stands(log: Log) {
    assert_eq!(append(&log, "plan-1", 1).await.revision, Revision::FIRST);
    assert_eq!(append(&log, "plan-1", 1).await.revision, Revision::new(1));
}

/// Neither the head nor the stream move, and the next append stands where it would have stood.
pub async fn a_refused_append_writes_nothing(log: Log) {
    let first = append(&log, "plan-1", 1).await;
    refused(&log, ExpectedRevision::NoStream, CurrentRevision::At(Revision::FIRST)).await;
    let mut doubled = events(3);
    doubled[2].id = doubled[0].id;
    let duplicate = log.append(&stream("plan-2"), ExpectedRevision::Any, doubled).await;
    assert!(matches!(duplicate, Err(AppendError::DuplicateEventId { .. })), "{duplicate:?}");

    assert_eq!(log.head().await, Ok(Some(first.position)));
    assert_eq!(log.stream_head(&stream("plan-2")).await, Ok(CurrentRevision::NoStream));
    let next = log.append(&stream("plan-2"), ExpectedRevision::NoStream, events(1)).await;
    let expected = Appended { revision: Revision::FIRST, position: first.position.next(), repeated: false };
    if log.describe().dense_positions {
        assert_eq!(next, Ok(expected));
    }
}

/// Appends that are written together succeed or fail each on its own.
pub async fn a_refused_append_leaves_its_neighbours_alone(log: Log) {
    let taken = event(0);
    log.append(&stream("plan-taken"), ExpectedRevision::NoStream, vec![taken.clone()]).await.expect("it is taken");
    let tries = (0..60).map(|n| {
        let (log, taken) = (log.clone(), taken.clone());
        tokio::spawn(async move {
            let mut batch = events(2);
            let expected = match n % 3 {
                0 => ExpectedRevision::NoStream,
                1 => ExpectedRevision::Exact(Revision::new(5)),
                _ => {
                    batch[1].id = taken.id;
                    ExpectedRevision::NoStream
                }
            };
            (n, log.append(&stream(&format!("plan-{n}")), expected, batch).await)
        })
    });
    for attempt in tries.collect::<Vec<_>>() {
        let (n, outcome) = attempt.await.expect("the writer does not panic");
        let length = read(&log, &format!("plan-{n}")).await.len();
        match (n % 3, outcome) {
            (0, Ok(appended)) => assert_eq!((appended.revision, length), (Revision::new(1), 2)),
            (1, Err(AppendError::WrongExpectedRevision { .. })) => assert_eq!(length, 0),
            (2, Err(AppendError::DuplicateEventId { id })) => assert_eq!((id, length), (taken.id, 0)),
            (kind, other) => panic!("append {n} of kind {kind} was answered {other:?}"),
        }
    }
    let verified = crate::integrity::verify_all(&*log, |_| {}).await.expect("the log is read");
    assert_eq!((verified.events, verified.fault), (41, None));
}

/// An empty append would be a question, not a change.
pub async fn an_append_without_events_is_refused(log: Log) {
    let stream = stream("plan-1");
    let refusal = log.append(&stream, ExpectedRevision::Any, vec![]).await;
    assert_eq!(refusal, Err(AppendError::EmptyAppend { stream }));
}

/// All of them, in order.
pub async fn an_append_of_the_most_events_is_taken(log: Log) {
    let appended = append(&log, "plan-1", MAX_EVENTS_PER_APPEND).await;
    assert_eq!(appended.revision.get() + 1, MAX_EVENTS_PER_APPEND as u64);
    let stored = read(&log, "plan-1").await;
    assert!(stored.iter().enumerate().all(|(n, event)| event.data == format!(r#"{{"n":{n}}}"#)));
}

/// One more than the most.
pub async fn an_append_of_too_many_events_is_refused(log: Log) {
    let count = MAX_EVENTS_PER_APPEND + 1;
    let refusal = log.append(&stream("plan-1"), ExpectedRevision::Any, events(count)).await;
    assert_eq!(refusal, Err(AppendError::TooManyEvents { count, limit: MAX_EVENTS_PER_APPEND }));
}

fn sized(bytes: usize) -> NewEvent {
    let data = Bytes::from(format!("\"{}\"", "x".repeat(bytes - 2)));
    NewEvent { data, ..event(0) }
}

/// 4 MiB.
pub async fn an_event_of_the_largest_size_is_taken_byte_for_byte(log: Log) {
    let large = sized(MAX_EVENT_BYTES);
    log.append(&stream("plan-1"), ExpectedRevision::Any, vec![large.clone()]).await.expect("it is taken");
    assert!(read(&log, "plan-1").await[0].data == large.data, "the data differs");
}

/// One byte more, in the second event.
pub async fn an_event_that_is_too_large_is_refused_with_its_index(log: Log) {
    let bytes = MAX_EVENT_BYTES + 1;
    let refusal = log.append(&stream("plan-1"), ExpectedRevision::Any, vec![event(0), sized(bytes)]).await;
    assert_eq!(refusal, Err(AppendError::EventTooLarge { index: 1, bytes, limit: MAX_EVENT_BYTES }));
    assert!(read(&log, "plan-1").await.is_empty());
}

/// Each event is small enough, all together are not.
pub async fn an_append_that_is_too_large_is_refused(log: Log) {
    let large = sized(MAX_EVENT_BYTES);
    let many = MAX_APPEND_BYTES / MAX_EVENT_BYTES + 1;
    let batch = (0..many).map(|n| NewEvent { data: large.data.clone(), ..event(n) }).collect();
    let refusal = log.append(&stream("plan-1"), ExpectedRevision::Any, batch).await;
    assert!(matches!(refusal, Err(AppendError::AppendTooLarge { limit: MAX_APPEND_BYTES, .. })), "{refusal:?}");
}

/// Data must be UTF-8, a type must have a name.
pub async fn an_event_that_is_not_text_is_refused(log: Log) {
    let binary = NewEvent { data: Bytes::from_static(&[b'"', 0xff, b'"']), ..event(0) };
    let nameless = NewEvent { event_type: "".into(), ..event(0) };
    for malformed in [binary, nameless] {
        let refusal = log.append(&stream("plan-1"), ExpectedRevision::Any, vec![event(0), malformed]).await;
        assert!(matches!(refusal, Err(AppendError::MalformedEvent { index: 1, .. })), "{refusal:?}");
    }
}

/// In the stream's name, the type, the data and the metadata.
pub async fn unicode_survives_in_every_part(log: Log) {
    let mut new = event(0);
    new.event_type = "Gezählt🚀".into();
    new.data = Bytes::from(r#"{"título":"日本語 \u0000 – 🧗🏽"}"#);
    new.metadata.reason = Some("weil’s so ist — да".into());
    new.metadata.actor = Actor::person("Åsa");
    log.append(&stream("plän-日本"), ExpectedRevision::Any, vec![new.clone()]).await.expect("it is taken");
    let stored = &read(&log, "plän-日本").await[0];
    assert_eq!(stored.stream.category(), "plän");
    assert_eq!((&stored.event_type, &stored.data, &stored.metadata), (&new.event_type, &new.data, &new.metadata));
}

/// Every part of it; what is finer than a microsecond is cut off for every reader alike.
pub async fn metadata_survives_to_the_microsecond(log: Log) {
    let nanos = |nanos| DateTime::<Utc>::from_timestamp(1_790_000_000, nanos).expect("the moment is in range");
    let metadata = Metadata {
        at: nanos(123_456_789),
        tenant: "acme".into(),
        actor: Actor::executor(),
        correlation_id: Uuid::now_v7(),
        causation_id: Some(Uuid::now_v7()),
        reason: Some("because".into()),
        command: Some(CommandReceipt { key: "k-1".into(), digest: "ab".repeat(32) }),
        claim: None,
        span: SpanId::new(0xf0_67aa_0ba9_02b7),
    };
    let new = NewEvent { metadata: metadata.clone(), ..event(0) };
    log.append(&stream("plan-1"), ExpectedRevision::Any, vec![new]).await.expect("it is taken");
    let stored = &read(&log, "plan-1").await[0];
    assert_eq!(stored.metadata, Metadata { at: nanos(123_456_000), ..metadata });
    assert_eq!(serde_json::from_slice::<Metadata>(&stored.metadata_json).ok().as_ref(), Some(&stored.metadata));
}

/// Spaces, key order and odd numbers are the writer's business.
pub async fn data_is_kept_byte_for_byte(log: Log) {
    let data = Bytes::from_static(b"{ \"b\" : 1.0e+2,\n\t\"a\":\"\\u00e4\" }");
    let new = NewEvent { data: data.clone(), ..event(0) };
    log.append(&stream("plan-1"), ExpectedRevision::Any, vec![new]).await.expect("it is taken");
    assert_eq!(read(&log, "plan-1").await[0].data, data);
}
