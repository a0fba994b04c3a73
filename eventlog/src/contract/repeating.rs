//! Sending an append again when its answer was lost.

use super::{Log, append, event, events, read, stream};
use crate::{AppendError, Appended, CurrentRevision, ExpectedRevision, NewEvent, Revision};

async fn send(log: &Log, name: &str, expected: ExpectedRevision, events: &[NewEvent]) -> Result<Appended, AppendError> {
    log.append(&stream(name), expected, events.to_vec()).await
}

fn as_repeated(first: &Result<Appended, AppendError>) -> Result<Appended, AppendError> {
    first.clone().map(|appended| Appended { repeated: true, ..appended })
}

/// The second answer is the first one, marked as repeated.
pub async fn an_append_sent_twice_is_answered_the_same_and_written_once(log: Log) {
    let batch = events(3);
    let first = send(&log, "plan-1", ExpectedRevision::NoStream, &batch).await;
    let second = send(&log, "plan-1", ExpectedRevision::NoStream, &batch).await;
    assert!(first.is_ok(), "{first:?}");
    assert_eq!(second, as_repeated(&first));
    assert_eq!(read(&log, "plan-1").await.len(), 3);
}

/// The answer names its own last event, not the stream's.
pub async fn an_append_sent_again_after_others_followed_gets_its_first_answer(log: Log) {
    let batch = events(2);
    let first = send(&log, "plan-1", ExpectedRevision::NoStream, &batch).await;
    append(&log, "plan-1", 4).await;
    append(&log, "plan-2", 1).await;
    assert_eq!(send(&log, "plan-1", ExpectedRevision::NoStream, &batch).await, as_repeated(&first));
    assert_eq!(read(&log, "plan-1").await.len(), 6);
}

/// Not only at the beginning of a stream.
pub async fn an_append_to_an_exact_revision_can_be_sent_again(log: Log) {
    append(&log, "plan-1", 2).await;
    let batch = events(2);
    let expected = ExpectedRevision::Exact(Revision::new(1));
    let first = send(&log, "plan-1", expected, &batch).await;
    assert_eq!(send(&log, "plan-1", expected, &batch).await, as_repeated(&first));
    append(&log, "plan-1", 1).await;
    assert_eq!(send(&log, "plan-1", expected, &batch).await, as_repeated(&first));
}

/// Wherever in the stream its events stand together.
pub async fn an_append_to_any_revision_can_be_sent_again(log: Log) {
    append(&log, "plan-1", 2).await;
    for expected in [ExpectedRevision::Any, ExpectedRevision::StreamExists] {
        let batch = events(2);
        let first = send(&log, "plan-1", expected, &batch).await;
        append(&log, "plan-1", 1).await;
        assert_eq!(send(&log, "plan-1", expected, &batch).await, as_repeated(&first));
    }
    assert_eq!(read(&log, "plan-1").await.len(), 8);
}

/// More events than are there, or a later one that differs, is another append.
pub async fn an_append_that_is_there_only_in_part_is_a_conflict(log: Log) {
    let mut batch = events(2);
    send(&log, "plan-1", ExpectedRevision::NoStream, &batch).await.expect("it is taken");
    let conflict = Err(AppendError::WrongExpectedRevision {
        stream: stream("plan-1"),
        expected: ExpectedRevision::NoStream,
        actual: CurrentRevision::At(Revision::new(1)),
    });
    let longer = [batch.clone(), events(1)].concat();
    assert_eq!(send(&log, "plan-1", ExpectedRevision::NoStream, &longer).await, conflict);
    batch[1] = event(9);
    assert_eq!(send(&log, "plan-1", ExpectedRevision::NoStream, &batch).await, conflict);
    let swapped: Vec<_> = read(&log, "plan-1").await.iter().rev().map(|e| NewEvent { id: e.id, ..event(0) }).collect();
    assert_eq!(send(&log, "plan-1", ExpectedRevision::NoStream, &swapped).await, conflict);
}

/// Same data, other ids: somebody else's.
pub async fn an_append_with_other_ids_at_the_same_place_is_a_conflict(log: Log) {
    send(&log, "plan-1", ExpectedRevision::NoStream, &[event(1)]).await.expect("it is taken");
    let other = send(&log, "plan-1", ExpectedRevision::NoStream, &[event(1)]).await;
    assert!(matches!(other, Err(AppendError::WrongExpectedRevision { .. })), "{other:?}");
}

/// An id names one event in the whole log.
pub async fn an_event_id_of_another_stream_is_refused(log: Log) {
    let taken = event(0);
    send(&log, "plan-1", ExpectedRevision::NoStream, std::slice::from_ref(&taken)).await.expect("it is taken");
    for expected in [ExpectedRevision::NoStream, ExpectedRevision::Any] {
        let refusal = send(&log, "plan-2", expected, &[event(1), taken.clone()]).await;
        assert_eq!(refusal, Err(AppendError::DuplicateEventId { id: taken.id }));
        let refusal = send(&log, "plan-2", expected, std::slice::from_ref(&taken)).await;
        assert_eq!(refusal, Err(AppendError::DuplicateEventId { id: taken.id }));
    }
    assert!(read(&log, "plan-2").await.is_empty());
}

/// Also in the same stream, when the caller knows the last revision and so means something new.
pub async fn an_event_id_of_an_earlier_revision_is_refused(log: Log) {
    let taken = event(0);
    send(&log, "plan-1", ExpectedRevision::NoStream, std::slice::from_ref(&taken)).await.expect("it is taken");
    append(&log, "plan-1", 1).await;
    let refusal = send(&log, "plan-1", ExpectedRevision::Exact(Revision::new(1)), std::slice::from_ref(&taken)).await;
    assert_eq!(refusal, Err(AppendError::DuplicateEventId { id: taken.id }));
    let partly = send(&log, "plan-1", ExpectedRevision::Any, &[event(1), taken.clone()]).await;
    assert_eq!(partly, Err(AppendError::DuplicateEventId { id: taken.id }));
}

/// Nothing of such an append is written.
pub async fn an_event_id_twice_in_one_append_is_refused(log: Log) {
    let mut batch = events(4);
    batch[3].id = batch[1].id;
    let refusal = send(&log, "plan-1", ExpectedRevision::NoStream, &batch).await;
    assert_eq!(refusal, Err(AppendError::DuplicateEventId { id: batch[1].id }));
    assert!(read(&log, "plan-1").await.is_empty());
}
