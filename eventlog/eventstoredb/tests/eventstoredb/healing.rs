//! The server is away, comes back, is another one, or is there without answering.

use std::{net::TcpListener, sync::Arc, time::Duration};

use esdouble::{Call, Fault, Options};
use eventlog::{AppendError, EventLog, ReadError};

use crate::support::{self, PATIENCE, again, append, double_with, log_at, log_with, pair, quick, read, until};

/// The longest that it may take until appends are taken again after the server came back.
const BACK: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_opened_before_its_server_takes_appends_once_it_is_there() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let log = log_at(&format!("esdb://{address}?tls=false"));
    until("the log says that nobody answers", || {
        log.obstacle().is_some_and(|obstacle| obstacle.contains(&format!("nobody answers at {address}")))
    })
    .await;
    let waiting = tokio::spawn({
        let log = Arc::clone(&log);
        async move { append(&log, "plan-1", 1).await }
    });
    let _double = again(address, Options::default()).await;
    waiting.await.unwrap().expect("it waited for the server");
    assert_eq!(log.obstacle(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_asked_while_the_server_is_away_fails_in_words_and_in_time() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let patience = cairn_eventlog_eventstoredb::Patience { whole: Duration::from_millis(300), ..quick() };
    let log = log_with(&format!("esdb://{address}?tls=false"), patience);
    let refused = append(&log, "plan-1", 1).await.unwrap_err();
    assert!(matches!(&refused, AppendError::Unavailable { cause } if cause.contains("nobody answers")), "{refused:?}");
    let unread = log.head().await.unwrap_err();
    assert!(matches!(&unread, ReadError::Unavailable { cause } if cause.contains("nobody answers")), "{unread:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_server_was_killed_and_restarted_everything_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { file: Some(folder.path().join("log")), ..Options::default() };
    let mut double = double_with(options()).await;
    let log = log_at(&double.connection_string());
    for round in 0..3 {
        append(&log, "plan-1", round).await.unwrap();
        let address = double.address();
        double.stop().await;
        // the call under way finds nobody
        let lost = tokio::spawn({
            let log = Arc::clone(&log);
            async move { append(&log, "plan-2", round).await }
        });
        until("the loss is noticed", || log.obstacle().is_some()).await;
        double = again(address, options()).await;
        let back = tokio::time::timeout(BACK, append(&log, "plan-1", round)).await;
        back.expect("it is back in time").unwrap();
        lost.await.unwrap().expect("it waited for the server");
    }
    assert_eq!((read(&log, "plan-1").await.len(), read(&log, "plan-2").await.len()), (6, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_database_at_the_same_address_is_noticed_and_left_alone() {
    let (double, log) = pair().await;
    append(&log, "plan-1", 1).await.unwrap();
    let address = double.address();
    double.stop().await;
    let other = again(address, Options::default()).await;
    until("the other database is noticed", || {
        log.obstacle().is_some_and(|obstacle| obstacle.contains("another database answers"))
    })
    .await;
    let written = other.with_store(|store| store.all().iter().filter(|record| record.event_type == "Counted").count());
    assert_eq!(written, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_still_starting_is_asked_again() {
    let double = support::double().await;
    double.faults().arm(Call::Features, Fault::Unavailable, 0, 3);
    let log = log_at(&double.connection_string());
    append(&log, "plan-1", 1).await.expect("it waited for the server");
    assert!(double.faults().happened() >= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_stay_open_and_carry_nothing_are_left() {
    let (double, log) = pair().await;
    append(&log, "plan-1", 1).await.unwrap();
    double.faults().freeze(true);
    let waiting = tokio::spawn({
        let log = Arc::clone(&log);
        async move { append(&log, "plan-1", 2).await }
    });
    until("the silence is noticed", || log.obstacle().is_some()).await;
    double.faults().freeze(false);
    waiting.await.unwrap().expect("it waited for the server");
    assert_eq!(read(&log, "plan-1").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_cluster_the_leader_is_found_and_followed() {
    let double = double_with(Options { nodes: 3, ..Options::default() }).await;
    let log = log_at(&double.connection_string());
    for leader in [0, 2, 1, 0] {
        double.lead(leader);
        append(&log, "plan-1", leader).await.expect("the new leader is found");
    }
    assert_eq!(read(&log, "plan-1").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leader_that_is_not_there_is_not_waited_for() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (double, log) = pair().await;
    double.faults().once(Call::Append, Fault::NotLeader(nobody));
    append(&log, "plan-1", 1).await.expect("another client was made");
    assert_eq!(read(&log, "plan-1").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_log_ends_its_subscriptions() {
    let (_double, log) = pair().await;
    append(&log, "plan-1", 1).await.unwrap();
    let mut subscription = log.subscribe_all(None, eventlog::Filter::All).await.unwrap();
    log.close();
    let ended = tokio::time::timeout(PATIENCE, async { while subscription.next().await.is_some() {} }).await;
    ended.expect("the subscription ends");
}
