//! Somebody or something changed the file: verification names where.

use std::path::Path;

use cairn_eventlog_sqlite::SqliteLog;
use eventlog::{
    EventLog, Filter, Position, ReadError, Revision,
    integrity::{Fault, FaultKind, verify_all, verify_stream},
};

use crate::{append, by_hand, open, stream};

/// A log of two streams of three events each, taking turns, with the guards against careless hands removed.
async fn log_with_open_doors(folder: &Path) {
    let log = open(folder);
    for _ in 0..3 {
        append(&log, "plan-a", 1).await;
        append(&log, "plan-b", 1).await;
    }
    log.close().await;
    drop(log);
    by_hand(folder)
        .execute_batch(
            "drop trigger events_are_never_changed;
             drop trigger events_are_never_deleted;
             drop trigger streams_are_never_changed;",
        )
        .unwrap();
}

async fn fault_after(sql: &str) -> Fault {
    let folder = tempfile::tempdir().unwrap();
    log_with_open_doors(folder.path()).await;
    by_hand(folder.path()).execute_batch(sql).unwrap();
    let log = SqliteLog::open_read_only(folder.path()).unwrap();
    verify_all(&log, |_| {}).await.unwrap().fault.expect("a fault")
}

fn at(fault: &Fault) -> (&str, u64, u64) {
    (&fault.stream, fault.revision.get(), fault.position.get())
}

#[tokio::test]
async fn an_untouched_log_has_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    log_with_open_doors(folder.path()).await;
    let log = SqliteLog::open_read_only(folder.path()).unwrap();
    let verified = verify_all(&log, |_| {}).await.unwrap();
    assert_eq!((verified.events, verified.streams, verified.fault), (6, 2, None));
}

#[tokio::test]
async fn a_changed_byte_is_found_with_stream_and_revision() {
    for sql in [
        "update events set data = replace(data, '\"n\":0', '\"n\":1') where position = 4",
        "update events set metadata = replace(metadata, '\"ada\"', '\"eve\"') where position = 4",
        "update events set type = 'Canted' where position = 4",
        "update events set schema_version = 2 where position = 4",
        "update events set id = zeroblob(16) where position = 4",
        "update events set hash = zeroblob(32) where position = 4",
    ] {
        let fault = fault_after(sql).await;
        assert_eq!(at(&fault), ("plan-b", 1, 4), "{sql}");
        assert!(matches!(fault.kind, FaultKind::Hash { .. }), "{sql}: {fault}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_any_more_is_a_fault_too() {
    for (sql, said) in [
        ("update events set metadata = '{' where position = 4", "metadata cannot be read"),
        ("update events set at = at + 1 where position = 4", "time column"),
        ("update events set id = x'00' where position = 4", "16 bytes"),
        ("update events set hash = x'00' where position = 4", "32 bytes"),
    ] {
        let fault = fault_after(sql).await;
        assert_eq!(at(&fault), ("plan-b", 1, 4), "{sql}");
        assert!(fault.to_string().contains(said), "{sql}: {fault}");
    }
}

#[tokio::test]
async fn an_event_whose_stream_is_gone_is_a_fault_too() {
    let fault = fault_after(
        "drop trigger streams_are_never_deleted;
         pragma foreign_keys = off;
         delete from streams where name = 'plan-b'",
    )
    .await;
    assert_eq!(at(&fault), ("", 0, 2));
    assert!(fault.to_string().contains("its stream has no name"), "{fault}");
}

#[tokio::test]
async fn a_missing_event_is_found_where_it_is_missed() {
    let fault = fault_after("delete from events where position = 3").await;
    assert_eq!(at(&fault), ("plan-b", 1, 4));
    assert_eq!(fault.kind, FaultKind::PositionGap { expected: Position::new(3) });

    let hidden = "delete from events where position = 3;
                  update events set position = position - 1 where position > 3;";
    let fault = fault_after(hidden).await;
    assert_eq!(at(&fault), ("plan-a", 2, 4));
    assert_eq!(fault.kind, FaultKind::Gap { expected: Revision::new(1) });
}

#[tokio::test]
async fn a_renamed_stream_is_found_at_its_first_event() {
    let fault = fault_after("update streams set name = 'plan-c' where name = 'plan-b'").await;
    assert_eq!(at(&fault), ("plan-c", 0, 2));
}

#[tokio::test]
async fn one_stream_can_be_verified_alone() {
    let folder = tempfile::tempdir().unwrap();
    log_with_open_doors(folder.path()).await;
    by_hand(folder.path()).execute_batch("update events set data = '{}' where position = 4").unwrap();
    let log = SqliteLog::open_read_only(folder.path()).unwrap();
    assert_eq!(verify_stream(&log, &stream("plan-a")).await.unwrap().fault, None);
    let fault = verify_stream(&log, &stream("plan-b")).await.unwrap().fault.unwrap();
    assert_eq!(at(&fault), ("plan-b", 1, 4));
}

#[tokio::test]
async fn reading_over_a_damaged_event_names_it_instead_of_skipping_it() {
    let folder = tempfile::tempdir().unwrap();
    log_with_open_doors(folder.path()).await;
    by_hand(folder.path()).execute_batch("update events set metadata = '{' where position = 4").unwrap();
    let log = SqliteLog::open_read_only(folder.path()).unwrap();
    let error = log.read_all(None, &Filter::All, 10).await.unwrap_err();
    let ReadError::DamagedEvent { position, stream, revision, .. } = error else { panic!("{error}") };
    assert_eq!((position.get(), stream.as_str(), revision.get()), (4, "plan-b", 1));
}

#[tokio::test]
async fn a_file_with_overwritten_pages_is_reported_as_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    append(&log, "plan-a", 500).await;
    log.close().await;
    drop(log);
    let path = folder.path().join("log.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();

    let log = SqliteLog::open_read_only(folder.path()).unwrap();
    let error = log.read_all(None, &Filter::All, usize::MAX).await.unwrap_err();
    assert!(matches!(error, ReadError::DamagedLog { .. }), "{error}");
}
