//! Many writers at once.

use std::collections::BTreeSet;

use super::{Log, event, events, read, revisions, stream};
use crate::{AppendError, CurrentRevision, ExpectedRevision, Revision};

const WRITERS: usize = 32;

/// The others learn where the stream stands.
pub async fn of_writers_at_one_revision_exactly_one_wins(log: Log) {
    for round in 0..10_u64 {
        let expected = match round.checked_sub(1) {
            None => ExpectedRevision::NoStream,
            Some(last) => ExpectedRevision::Exact(Revision::new(last)),
        };
        let writers: Vec<_> = (0..WRITERS)
            .map(|n| {
                let log = log.clone();
                tokio::spawn(async move { log.append(&stream("plan-1"), expected, vec![event(n)]).await })
            })
            .collect();
        let mut winners = 0;
        for writer in writers {
            match writer.await.expect("the writer does not panic") {
                Ok(appended) => {
                    assert_eq!((appended.revision, appended.repeated), (Revision::new(round), false));
                    winners += 1;
                }
                Err(AppendError::WrongExpectedRevision { actual, .. }) => {
                    assert_eq!(actual, CurrentRevision::At(Revision::new(round)));
                }
                Err(other) => panic!("a writer was answered {other}"),
            }
        }
        assert_eq!(winners, 1, "in round {round}");
    }
}

/// Each writer adds its events by reading the revision and trying until it wins; none is lost, none doubled.
pub async fn writers_that_try_again_all_get_in(log: Log) {
    const EACH: usize = 5;
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| {
            let log = log.clone();
            tokio::spawn(async move {
                for round in 0..EACH {
                    let mine = vec![event(n * EACH + round)];
                    let mut current = log.stream_head(&stream("plan-1")).await.expect("the log is read");
                    while let Err(error) = log.append(&stream("plan-1"), current.expected(), mine.clone()).await {
                        let AppendError::WrongExpectedRevision { actual, .. } = error else { panic!("{error}") };
                        current = actual;
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("the writer does not panic");
    }
    let stored = read(&log, "plan-1").await;
    let total = (WRITERS * EACH) as u64;
    assert_eq!(revisions(&stored), (0..total).collect::<Vec<_>>());
    assert_eq!(stored.iter().map(|event| event.data.clone()).collect::<BTreeSet<_>>().len(), WRITERS * EACH);
}

/// Each stream ends with its own events in its own order.
pub async fn writers_of_many_streams_do_not_disturb_each_other(log: Log) {
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| {
            let log = log.clone();
            tokio::spawn(async move {
                let name = stream(&format!("plan-{n}"));
                let mut expected = ExpectedRevision::NoStream;
                for size in 1..=6 {
                    let appended = log.append(&name, expected, events(size)).await.expect("nobody else writes here");
                    expected = ExpectedRevision::Exact(appended.revision);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("the writer does not panic");
    }
    for n in 0..WRITERS {
        assert_eq!(revisions(&read(&log, &format!("plan-{n}")).await), (0..21).collect::<Vec<_>>());
    }
    let verified = crate::integrity::verify_all(&*log, |_| {}).await.expect("the log is read");
    assert_eq!((verified.events, verified.streams, verified.fault), (21 * WRITERS as u64, WRITERS as u64, None));
}

/// All get the same answer; one of them wrote it.
pub async fn the_same_append_sent_by_many_at_once_is_written_once(log: Log) {
    let batch = events(3);
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (log, batch) = (log.clone(), batch.clone());
            tokio::spawn(async move { log.append(&stream("plan-1"), ExpectedRevision::NoStream, batch).await })
        })
        .collect();
    let (mut places, mut fresh) = (BTreeSet::new(), 0);
    for writer in writers {
        let appended = writer.await.expect("the writer does not panic").expect("the append is taken");
        places.insert((appended.revision, appended.position));
        fresh += usize::from(!appended.repeated);
    }
    assert_eq!((places.len(), fresh), (1, 1));
    assert_eq!(read(&log, "plan-1").await.len(), 3);
}
