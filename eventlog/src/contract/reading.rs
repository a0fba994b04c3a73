//! What reading gives, and where it ends.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use uuid::Uuid;

use super::{Log, append, positions, read, revisions, stream};
use crate::{CurrentRevision, Direction, EventId, Filter, Page, Position, ReadError, Revision, StreamFrom};

async fn read_from(log: &Log, from: StreamFrom, direction: Direction, limit: usize) -> Vec<u64> {
    revisions(&log.read_stream(&stream("plan-1"), from, direction, limit).await.expect("the stream is read"))
}

async fn page(log: &Log, after: Option<Position>, filter: &Filter, limit: usize) -> Page {
    log.read_all(after, filter, limit).await.expect("the log is read")
}

/// From the start, the middle, the end and beyond, with and without reaching the limit.
pub async fn a_stream_reads_forward_from_any_revision(log: Log) {
    append(&log, "plan-1", 5).await;
    append(&log, "plan-2", 5).await;
    let forward = |from, limit| read_from(&log, from, Direction::Forward, limit);
    assert_eq!(forward(StreamFrom::Start, 99).await, [0, 1, 2, 3, 4]);
    assert_eq!(forward(StreamFrom::Start, usize::MAX).await, [0, 1, 2, 3, 4]);
    assert_eq!(forward(StreamFrom::Start, 2).await, [0, 1]);
    assert_eq!(forward(StreamFrom::At(Revision::new(3)), 99).await, [3, 4]);
    assert_eq!(forward(StreamFrom::At(Revision::new(1)), 2).await, [1, 2]);
    assert_eq!(forward(StreamFrom::At(Revision::new(5)), 99).await, [0_u64; 0]);
    assert_eq!(forward(StreamFrom::At(Revision::new(u64::MAX)), 99).await, [0_u64; 0]);
    assert_eq!(forward(StreamFrom::End, 99).await, [0_u64; 0]);
}

/// The newest first.
pub async fn a_stream_reads_backward_from_any_revision(log: Log) {
    append(&log, "plan-1", 5).await;
    append(&log, "plan-2", 5).await;
    let backward = |from, limit| read_from(&log, from, Direction::Backward, limit);
    assert_eq!(backward(StreamFrom::End, 99).await, [4, 3, 2, 1, 0]);
    assert_eq!(backward(StreamFrom::End, 1).await, [4]);
    assert_eq!(backward(StreamFrom::At(Revision::new(2)), 2).await, [2, 1]);
    assert_eq!(backward(StreamFrom::At(Revision::new(u64::MAX)), 2).await, [4, 3]);
    assert_eq!(backward(StreamFrom::Start, 99).await, [0]);
}

/// There is no error for what has not happened yet.
pub async fn a_stream_that_does_not_exist_reads_as_empty(log: Log) {
    append(&log, "plan-2", 1).await;
    for from in [StreamFrom::Start, StreamFrom::End, StreamFrom::At(Revision::new(1))] {
        for direction in [Direction::Forward, Direction::Backward] {
            assert_eq!(read_from(&log, from, direction, 99).await, [0_u64; 0]);
        }
    }
}

/// By every way of reading.
pub async fn what_was_appended_is_read_at_once(log: Log) {
    for n in 0..50 {
        let appended = append(&log, "plan-1", 1).await;
        let last = log.read_stream(&stream("plan-1"), StreamFrom::End, Direction::Backward, 1).await;
        let last = last.expect("the stream is read").remove(0);
        assert_eq!((last.revision, last.position), (Revision::new(n), appended.position));
        assert_eq!(log.head().await, Ok(Some(appended.position)));
        assert_eq!(log.stream_head(&stream("plan-1")).await, Ok(CurrentRevision::At(appended.revision)));
        assert!(log.find_event(last.id).await.expect("the log is read").is_some());
    }
}

/// Every event once, in order, and the last page says that it is the last.
pub async fn the_whole_log_reads_in_pages(log: Log) {
    let empty = page(&log, None, &Filter::All, 10).await;
    assert!(empty.events.is_empty() && empty.next.is_none() && empty.end);

    for n in 0..25 {
        append(&log, &format!("plan-{}", n % 4), 1).await;
    }
    let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = page(&log, after, &Filter::All, 10).await;
        assert!(page.events.len() <= 10);
        seen.extend(positions(&page.events));
        (after, pages) = (page.next, pages + 1);
        if page.end {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (25, 3));
    assert!(seen.is_sorted_by(|a, b| a < b));
    assert_eq!(after, log.head().await.expect("the log is read"));
    assert!(page(&log, after, &Filter::All, 10).await.end);
}

/// However few they are.
pub async fn a_filter_gives_only_its_categories_and_still_reaches_the_end(log: Log) {
    append(&log, "plan-1", 300).await;
    append(&log, "entity-1", 1).await;
    append(&log, "plan-2", 300).await;
    append(&log, "template-1", 1).await;
    append(&log, "plans-1", 20).await;

    for (filter, expected) in [
        (Filter::categories(["entity"]), 1),
        (Filter::categories(["entity", "template"]), 2),
        (Filter::categories(["plan"]), 600),
        (Filter::categories(["nothing"]), 0),
        (Filter::categories([]), 0),
        (Filter::All, 622),
    ] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = page(&log, after, &filter, 50).await;
            assert!(page.events.len() <= 50);
            assert!(page.events.iter().all(|event| filter.admits(&event.stream)), "{filter:?}");
            assert!(page.end || page.next > after, "{filter:?} does not move behind {after:?}");
            seen.extend(positions(&page.events));
            after = page.next;
            if page.end {
                break;
            }
        }
        assert_eq!(seen.len(), expected, "{filter:?}");
        assert!(seen.is_sorted_by(|a, b| a < b));
        assert_eq!(after, log.head().await.expect("the log is read"), "{filter:?}");
    }
}

/// Of a stream and of the log.
pub async fn a_limit_of_zero_gives_nothing_and_does_not_move(log: Log) {
    append(&log, "plan-1", 2).await;
    assert_eq!(read_from(&log, StreamFrom::Start, Direction::Forward, 0).await, [0_u64; 0]);
    let page = page(&log, None, &Filter::All, 0).await;
    assert_eq!((page.events.len(), page.next, page.end), (0, None, false));
}

/// A position the log has not reached comes from another log.
pub async fn reading_behind_the_end_is_refused(log: Log) {
    let asked = Position::new(1_000_000_000_000);
    let refusal = log.read_all(Some(asked), &Filter::All, 10).await.expect_err("it is refused");
    assert_eq!(refusal, ReadError::PositionAhead { asked, head: None });
    let head = append(&log, "plan-1", 1).await.position;
    let refusal = log.read_all(Some(asked), &Filter::All, 10).await.expect_err("it is refused");
    assert_eq!(refusal, ReadError::PositionAhead { asked, head: Some(head) });
}

/// And an id that was never used is not.
pub async fn an_event_is_found_by_its_id(log: Log) {
    append(&log, "plan-1", 3).await;
    let wanted = &read(&log, "plan-1").await[1];
    let found = log.find_event(wanted.id).await.expect("the log is read").expect("the event is there");
    assert_eq!((found.position, found.revision, &found.data), (wanted.position, wanted.revision, &wanted.data));
    let unknown = log.find_event(EventId::new(Uuid::now_v7())).await.expect("the log is read");
    assert!(unknown.is_none());
}

/// `None` while the log is empty.
pub async fn the_head_is_the_last_position(log: Log) {
    assert_eq!(log.head().await, Ok(None));
    append(&log, "plan-1", 2).await;
    let last = append(&log, "plan-2", 3).await;
    assert_eq!(log.head().await, Ok(Some(last.position)));
}

/// Of the asked stream alone.
pub async fn the_head_of_a_stream_is_its_last_revision(log: Log) {
    assert_eq!(log.stream_head(&stream("plan-1")).await, Ok(CurrentRevision::NoStream));
    append(&log, "plan-1", 4).await;
    append(&log, "plan-2", 9).await;
    assert_eq!(log.stream_head(&stream("plan-1")).await, Ok(CurrentRevision::At(Revision::new(3))));
}

/// However many readers ask one recorded event.
pub async fn what_is_decoded_is_decoded_once(log: Log) {
    append(&log, "plan-1", 1).await;
    let event = read(&log, "plan-1").await.remove(0);
    let calls = AtomicUsize::new(0);
    let decode = || {
        event.decoded(|event| {
            calls.fetch_add(1, Ordering::Relaxed);
            event.data.len()
        })
    };
    let (first, second) = (decode(), decode());
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!((*first, calls.load(Ordering::Relaxed)), (event.data.len(), 1));
    assert_eq!(*event.decoded(|event| event.revision.to_string()), "0");
}
