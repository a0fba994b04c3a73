//! Closing, dropping, opening again, and being refused.

use std::fs;

use cairn_eventlog_sqlite::{OpenError, SqliteLog};
use eventlog::{
    AppendError, CurrentRevision, EventLog, ExpectedRevision, Filter, ReadError, Revision, SubscriptionItem,
    integrity::verify_all,
};

use crate::{append, by_hand, event, length, open, stream};

#[tokio::test]
async fn what_was_appended_is_there_after_reopening_and_the_chain_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=3_usize {
        let log = open(folder.path());
        append(&log, "plan-1", 10).await;
        append(&log, &format!("entity-{round}"), 1).await;
        assert_eq!(length(&log, "plan-1").await, 10 * round);
        let verified = verify_all(&log, |_| {}).await.unwrap();
        assert_eq!((verified.events, verified.fault), (11 * round as u64, None));
        log.close().await;
    }
}

#[tokio::test]
async fn a_log_that_is_dropped_without_closing_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=5 {
        let log = open(folder.path());
        append(&log, "plan-1", 7).await;
        drop(log);
        assert_eq!(length(&open(folder.path()), "plan-1").await, 7 * round);
    }
}

#[tokio::test]
async fn a_repeated_append_is_known_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let batch = vec![event(0), event(1)];
    let log = open(folder.path());
    let first = log.append(&stream("plan-1"), ExpectedRevision::NoStream, batch.clone()).await.unwrap();
    drop(log);
    let log = open(folder.path());
    let again = log.append(&stream("plan-1"), ExpectedRevision::NoStream, batch).await.unwrap();
    assert_eq!((again.revision, again.position, again.repeated), (first.revision, first.position, true));
    assert_eq!(log.stream_head(&stream("plan-1")).await, Ok(CurrentRevision::At(Revision::new(1))));
}

#[tokio::test]
async fn after_closing_everything_is_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    append(&log, "plan-1", 100).await;
    log.close().await;
    let wal = fs::metadata(folder.path().join("log.db-wal")).map_or(0, |file| file.len());
    assert_eq!(wal, 0);
    let alone = tempfile::tempdir().unwrap();
    fs::copy(folder.path().join("log.db"), alone.path().join("log.db")).unwrap();
    assert_eq!(length(&open(alone.path()), "plan-1").await, 100);
}

#[tokio::test]
async fn a_closed_log_says_so_and_ends_its_subscriptions() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    append(&log, "plan-1", 1).await;
    let mut subscription = log.subscribe_all(None, Filter::All).await.unwrap();
    while !matches!(subscription.next().await, Some(Ok(SubscriptionItem::CaughtUp(_)))) {}
    log.close().await;
    log.close().await;

    assert!(subscription.next().await.is_none());
    let append = log.append(&stream("plan-1"), ExpectedRevision::Any, vec![event(0)]).await;
    assert_eq!(append, Err(AppendError::Unavailable { cause: "the log was closed".into() }));
    assert_eq!(log.head().await, Err(ReadError::Unavailable { cause: "the log was closed".into() }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_answers_everything_that_was_sent_before() {
    let folder = tempfile::tempdir().unwrap();
    let log = std::sync::Arc::new(open(folder.path()));
    let appends: Vec<_> = (0..200)
        .map(|n| {
            let log = log.clone();
            tokio::spawn(async move {
                log.append(&stream(&format!("plan-{n}")), ExpectedRevision::NoStream, vec![event(n)]).await.is_ok()
            })
        })
        .collect();
    log.close().await;
    let mut answered = 0;
    for append in appends {
        answered += u64::from(append.await.unwrap());
    }
    drop(log);
    let stored = open(folder.path()).head().await.unwrap().map_or(0, eventlog::Position::get);
    assert_eq!(stored, answered);
}

#[tokio::test]
async fn a_folder_that_is_in_use_is_refused_until_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    log.set_address("http://127.0.0.1:7400").unwrap();
    let refusal = SqliteLog::open(folder.path()).map(|_| ()).unwrap_err();
    let OpenError::FolderInUse { path, pid, address } = refusal else { panic!("{refusal}") };
    assert_eq!(path, folder.path());
    assert_eq!((pid, address.as_deref()), (Some(std::process::id()), Some("http://127.0.0.1:7400")));
    drop(log);
    assert!(SqliteLog::open(folder.path()).is_ok());
}

#[tokio::test]
async fn a_log_in_use_can_be_read_beside_its_writer() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    append(&log, "plan-1", 3).await;
    let beside = SqliteLog::open_read_only(folder.path()).unwrap();
    append(&log, "plan-1", 2).await;
    assert_eq!(length(&beside, "plan-1").await, 5);

    let refusal = beside.append(&stream("plan-1"), ExpectedRevision::Any, vec![event(0)]).await;
    assert!(matches!(refusal, Err(AppendError::ReadOnly { .. })), "{refusal:?}");
    let mut subscription = beside.subscribe_all(None, Filter::All).await.unwrap();
    assert!(matches!(subscription.next().await, Some(Ok(SubscriptionItem::Events(batch))) if batch.len() == 5));
    assert!(matches!(subscription.next().await, Some(Ok(SubscriptionItem::CaughtUp(Some(_))))));
    assert!(subscription.next().await.is_none());
}

#[test]
fn reading_where_no_log_is_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = SqliteLog::open_read_only(folder.path()).map(|_| ()).unwrap_err();
    assert!(matches!(refusal, OpenError::NoLog { .. }), "{refusal}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_log_of_a_newer_program_is_refused_with_both_schemas() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    by_hand(folder.path())
        .execute_batch(
            "insert into refinery_schema_history (version, name, applied_on, checksum)
             values (99, 'tomorrow', '2030-01-01T00:00:00Z', '1')",
        )
        .unwrap();
    for refusal in [SqliteLog::open(folder.path()), SqliteLog::open_read_only(folder.path())] {
        let refusal = refusal.map(|_| ()).unwrap_err();
        assert!(matches!(refusal, OpenError::NewerSchema { found: 99, supported: 1, .. }), "{refusal}");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    fs::write(&file, "this is a letter to a friend ".repeat(400)).unwrap();
    let before = fs::read(&file).unwrap();
    for refusal in [SqliteLog::open(folder.path()), SqliteLog::open_read_only(folder.path())] {
        let refusal = refusal.map(|_| ()).unwrap_err();
        assert!(matches!(refusal, OpenError::Damaged { .. }), "{refusal}");
    }
    assert_eq!(fs::read(&file).unwrap(), before);
}
