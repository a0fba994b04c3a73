//! Reading from the file: long streams, and what a person with a SQLite tool sees.

use std::fs;

use eventlog::{EventLog, Filter};

use crate::{append, by_hand, length, open};

#[tokio::test]
async fn a_stream_of_a_thousand_events_reads_whole_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    for _ in 0..100 {
        append(&log, "plan-1", 10).await;
        append(&log, "plan-2", 3).await;
    }
    drop(log);
    assert_eq!(length(&open(folder.path()), "plan-1").await, 1_000);
}

#[tokio::test]
async fn a_rare_category_is_found_across_a_long_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    append(&log, "template-1", 1).await;
    for _ in 0..9 {
        append(&log, "plan-1", 5_000).await;
    }
    append(&log, "template-1", 1).await;

    let (mut found, mut after, mut pages) = (0, None, 0);
    loop {
        let page = log.read_all(after, &Filter::categories(["template"]), 10).await.unwrap();
        (found, after, pages) = (found + page.events.len(), page.next, pages + 1);
        if page.end {
            break;
        }
    }
    assert_eq!((found, pages), (2, 3));
}

#[tokio::test]
async fn the_write_ahead_log_does_not_grow_without_bound() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    for _ in 0..120 {
        append(&log, "plan-1", 1_000).await;
    }
    let bytes = |name| fs::metadata(folder.path().join(name)).unwrap().len();
    assert!(bytes("log.db-wal") < 34 * 1024 * 1024, "{} bytes", bytes("log.db-wal"));
    assert!(bytes("log.db") > 40 * 1024 * 1024, "{} bytes", bytes("log.db"));
    log.close().await;
}

#[tokio::test]
async fn an_auditor_reads_the_history_with_any_sqlite_tool() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    append(&log, "plan-1", 2).await;
    let stored = log.read_all(None, &Filter::All, 9).await.unwrap().events;

    let file = by_hand(folder.path());
    let mut query = file.prepare("select stream, revision, type, at, actor, reason, data, hash from history").unwrap();
    let text = |row: &rusqlite::Row<'_>, column| row.get::<_, String>(column).unwrap();
    let mut rows = query.query([]).unwrap();
    for event in &stored {
        let row = rows.next().unwrap().unwrap();
        assert_eq!(text(row, 0), "plan-1");
        assert_eq!(row.get::<_, u32>(1).map(u64::from), Ok(event.revision.get()));
        assert_eq!(text(row, 2), "Counted");
        assert_eq!(text(row, 3), event.metadata.at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
        assert_eq!((text(row, 4), text(row, 5)), ("person ada".into(), "because".into()));
        assert_eq!(text(row, 6).as_bytes(), event.data);
        assert_eq!(text(row, 7), event.hash.to_string());
    }
    assert!(rows.next().unwrap().is_none());
}

#[tokio::test]
async fn a_careless_hand_stumbles_over_changing_or_deleting() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    append(&log, "plan-1", 2).await;
    let file = by_hand(folder.path());
    for (sql, refusal) in [
        ("update events set data = '{}'", "an event is never changed"),
        ("delete from events", "an event is never deleted"),
        ("update streams set name = 'plan-2'", "a stream is never renamed"),
        ("delete from streams", "a stream is never deleted"),
    ] {
        let error = file.execute(sql, []).unwrap_err().to_string();
        assert!(error.contains(refusal), "{sql}: {error}");
    }
    assert_eq!(length(&log, "plan-1").await, 2);
}
