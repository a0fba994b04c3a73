//! Appends whose answers are lost are written once, and answered as if nothing had been.

use std::net::TcpListener;

use esdouble::{Call, Fault};
use eventlog::{AppendError, Appended, CurrentRevision, EventLog, ExpectedRevision, Revision};

use crate::support::{append, event, log_at, pair, read, stream};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_whose_answer_is_lost_is_written_once_and_answered() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (double, log) = pair().await;
    let faults = [
        Fault::DoneThenDropped,
        Fault::DoneThenAborted,
        Fault::DoneThenSilent,
        Fault::Unavailable,
        Fault::Silent,
        Fault::GoAway,
        Fault::NotLeader(nobody),
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        for (m, times) in [1, 2].into_iter().enumerate() {
            let name = format!("plan-{n}-{m}");
            let expectations =
                [ExpectedRevision::NoStream, ExpectedRevision::Exact(Revision::new(1)), ExpectedRevision::Any];
            for (round, expected) in (0_u64..).zip(expectations) {
                double.faults().arm(Call::Append, fault, 0, times);
                let answer = log.append(&stream(&name), expected, vec![event(1), event(2)]).await;
                let answer = answer.unwrap_or_else(|error| panic!("{fault:?}, {expected}: {error}"));
                assert_eq!((answer.revision, answer.repeated), (Revision::new(2 * round + 1), false), "{fault:?}");
                let stored = read(&log, &name).await;
                assert_eq!(stored.len() as u64, 2 * round + 2, "{fault:?}, {expected}");
                assert_eq!(stored.last().map(|last| last.position), Some(answer.position), "{fault:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conflict_is_a_conflict_also_when_an_earlier_try_was_lost() {
    let (double, log) = pair().await;
    append(&log, "plan-1", 1).await.unwrap();
    let other = log_at(&double.connection_string());
    append(&other, "plan-1", 2).await.unwrap();
    // what the log remembers is old by now, and the first try is lost
    double.faults().once(Call::Append, Fault::Unavailable);
    let expected = ExpectedRevision::Exact(Revision::FIRST);
    let refusal = log.append(&stream("plan-1"), expected, vec![event(3)]).await;
    let actual = CurrentRevision::At(Revision::new(1));
    assert_eq!(refusal, Err(AppendError::WrongExpectedRevision { stream: stream("plan-1"), expected, actual }));
    assert_eq!(read(&log, "plan-1").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_wrote_with_the_same_ids_is_a_repeat() {
    let (double, log) = pair().await;
    let other = log_at(&double.connection_string());
    let events = [event(1), event(2)];
    for expected in [ExpectedRevision::NoStream, ExpectedRevision::Any] {
        let name = stream(&format!("plan-{}", expected == ExpectedRevision::Any));
        let events: Vec<_> =
            events.iter().map(|template| eventlog::NewEvent { id: event(0).id, ..template.clone() }).collect();
        let first = other.append(&name, expected, events.clone()).await.unwrap();
        let second = log.append(&name, expected, events.clone()).await.unwrap();
        assert_eq!(second, Appended { repeated: true, ..first }, "{expected}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_at_one_revision_do_not_both_win() {
    let (double, one) = pair().await;
    let two = log_at(&double.connection_string());
    let mut expected = ExpectedRevision::NoStream;
    for round in 0..20 {
        let name = stream("plan-1");
        let tries = tokio::join!(
            one.append(&name, expected, vec![event(round)]),
            two.append(&name, expected, vec![event(round)])
        );
        let won = match tries {
            (Ok(won), Err(AppendError::WrongExpectedRevision { actual, .. }))
            | (Err(AppendError::WrongExpectedRevision { actual, .. }), Ok(won)) => {
                assert_eq!(actual, CurrentRevision::At(won.revision));
                won
            }
            other => panic!("round {round}: {other:?}"),
        };
        expected = ExpectedRevision::Exact(won.revision);
    }
    let verified = eventlog::integrity::verify_all(&*one, |_| {}).await.unwrap();
    assert_eq!((verified.events, verified.fault), (20, None));
}
