//! The hash chain as adapters write it.

use super::{Log, append, event, read, stream};
use crate::{
    ExpectedRevision, Hash32, MemoryLog, Position,
    integrity::{self, Verified, verify_all, verify_stream},
};

/// Each stream alone, and the log as a whole.
pub async fn the_chain_of_every_stream_verifies(log: Log) {
    for n in 0..60 {
        append(&log, &format!("plan-{}", n % 7), 1 + n % 5).await;
    }
    let all = verify_all(&*log, |_| {}).await.expect("the log is read");
    assert_eq!(all, Verified { events: 180, streams: 7, fault: None });
    let one = verify_stream(&*log, &stream("plan-3")).await.expect("the log is read");
    assert_eq!((one.streams, one.fault), (1, None));
    assert_eq!(one.events, read(&log, "plan-3").await.len() as u64);
}

/// And every other event to the one before.
pub async fn the_first_event_is_linked_to_zero(log: Log) {
    append(&log, "plan-1", 3).await;
    let mut previous = Hash32::ZERO;
    for event in read(&log, "plan-1").await {
        assert_eq!(event.hash, integrity::expected_hash(previous, &event));
        previous = event.hash;
    }
}

/// So that a copy into another kind of log verifies against the original.
pub async fn the_same_event_has_the_same_hash_wherever_it_stands_in_the_log(log: Log) {
    append(&log, "plan-other", 4).await;
    let same: Vec<_> = (0..3).map(event).collect();
    let memory: Log = std::sync::Arc::new(MemoryLog::new());
    for log in [&log, &memory] {
        log.append(&stream("plan-1"), ExpectedRevision::NoStream, same.clone()).await.expect("it is taken");
    }
    let (here, there) = (read(&log, "plan-1").await, read(&memory, "plan-1").await);
    assert!(here.iter().zip(&there).all(|(a, b)| a.hash == b.hash), "{here:?} {there:?}");
}

/// There is nothing in it that could be wrong.
pub async fn an_empty_log_verifies(log: Log) {
    let nothing = Verified { events: 0, streams: 0, fault: None };
    assert_eq!(verify_all(&*log, |_| {}).await, Ok(nothing.clone()));
    assert_eq!(verify_stream(&*log, &stream("plan-1")).await, Ok(nothing));
}

/// Up to the last event.
pub async fn verifying_tells_how_far_it_is(log: Log) {
    append(&log, "plan-1", 2_500).await;
    let mut told: Vec<Position> = Vec::new();
    verify_all(&*log, |position| told.push(position)).await.expect("the log is read");
    assert!(told.len() >= 3 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last().copied(), log.head().await.expect("the log is read"));
}
