//! Subscribers get everything once and in order, whatever becomes of the subscription on the server.

use std::sync::Arc;

use cairn_eventlog_eventstoredb::EventStoreLog;
use esdouble::{Call, Fault, Options};
use eventlog::{EventLog, Filter, Position, Subscription, SubscriptionItem};

use crate::support::{PATIENCE, again, append, double_with, log_at, pair};

async fn follow(log: &EventStoreLog, filter: Filter) -> Subscription {
    log.subscribe_all(None, filter).await.expect("the subscription begins")
}

/// Takes items until this position was given or passed over; gives the positions of the events.
async fn up_to(subscription: &mut Subscription, goal: Position) -> Vec<u64> {
    let taken = tokio::time::timeout(PATIENCE, async {
        let (mut positions, mut reached) = (Vec::new(), None);
        while reached < Some(goal) {
            let item = subscription.next().await.expect("the subscription goes on").expect("the log is read");
            let next = match item {
                SubscriptionItem::Events(batch) => {
                    positions.extend(batch.iter().map(|event| event.position.get()));
                    batch.last().map(|event| event.position)
                }
                SubscriptionItem::Checkpoint(position) => Some(position),
                SubscriptionItem::CaughtUp(position) => position,
            };
            assert!(next >= reached, "it went back from {reached:?} to {next:?}");
            reached = next;
        }
        positions
    });
    taken.await.expect("everything comes in time")
}

/// Everything in the log, by reading.
async fn stored(log: &EventStoreLog) -> Vec<u64> {
    let page = log.read_all(None, &Filter::All, usize::MAX).await.expect("the log is read");
    page.events.iter().map(|event| event.position.get()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_that_ends_stalls_or_repeats_itself_is_not_noticed() {
    for fault in [
        Fault::EndsAfter(3),
        Fault::AbortedAfter(2),
        Fault::UnavailableAfter(4),
        Fault::DroppedAfter(3),
        Fault::StallsAfter(2),
        Fault::Repeats(5),
        Fault::Unavailable,
    ] {
        let double = double_with(Options::default()).await;
        double.faults().arm(Call::Subscribe, fault, 0, 3);
        let log = log_at(&double.connection_string());
        let mut subscription = follow(&log, Filter::All).await;
        let mut given = Vec::new();
        for n in 0..12 {
            let appended = append(&log, &format!("plan-{}", n % 3), n).await.unwrap();
            given.extend(up_to(&mut subscription, appended.position).await);
        }
        assert_eq!(given, stored(&log).await, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_appends_is_pushed() {
    let (double, log) = pair().await;
    let other = log_at(&double.connection_string());
    let mut all = follow(&log, Filter::All).await;
    let mut plans = follow(&log, Filter::categories(["plan"])).await;
    for n in 0..10 {
        let category = if n % 2 == 0 { "plan" } else { "entity" };
        let appended = append(&other, &format!("{category}-1"), n).await.unwrap();
        assert_eq!(up_to(&mut all, appended.position).await, [appended.position.get()]);
        let wanted = if n % 2 == 0 { vec![appended.position.get()] } else { vec![] };
        assert_eq!(up_to(&mut plans, appended.position).await, wanted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_outlives_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { file: Some(folder.path().join("log")), ..Options::default() };
    let mut double = double_with(options()).await;
    let log = log_at(&double.connection_string());
    let mut subscription = follow(&log, Filter::All).await;
    let mut given = Vec::new();
    for n in 0..3 {
        let appended = append(&log, "plan-1", n).await.unwrap();
        given.extend(up_to(&mut subscription, appended.position).await);
        let address = double.address();
        double.stop().await;
        double = again(address, options()).await;
    }
    let appended = append(&log, "plan-1", 9).await.unwrap();
    given.extend(up_to(&mut subscription, appended.position).await);
    assert_eq!(given, stored(&log).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_of_another_database_ends_the_subscription_with_an_error() {
    let (_double, log) = pair().await;
    let appended = append(&log, "plan-1", 1).await.unwrap();
    let stray = Position::new(appended.position.get() - 1);
    let begun = log.subscribe_all(Some(stray), Filter::All).await;
    let error = match begun {
        Ok(mut subscription) => subscription.next().await.expect("it says something").expect_err("an error"),
        Err(error) => error,
    };
    assert!(error.to_string().contains("there is no event at position"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_ids_are_known_to_a_log_that_is_opened_on_old_events() {
    let (double, log) = pair().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let event = crate::support::event(n);
        ids.push(event.id);
        let name = crate::support::stream(&format!("plan-{n}"));
        log.append(&name, eventlog::ExpectedRevision::NoStream, vec![event]).await.unwrap();
    }
    let fresh: Arc<EventStoreLog> = log_at(&double.connection_string());
    for id in ids {
        assert!(fresh.find_event(id).await.unwrap().is_some_and(|event| event.id == id));
    }
}
