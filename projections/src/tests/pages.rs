//! Reading a log ahead.

use std::sync::Arc;

use eventlog::{EventLog, MemoryLog, Position};

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
