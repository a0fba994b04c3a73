//! A backup holds the log as it stood, whoever writes meanwhile.

use std::fs;

use cairn_eventlog_sqlite::{OpenError, SqliteLog, back_up};
use eventlog::integrity::verify_all;

use crate::{append, length, open};

#[tokio::test]
async fn a_backup_is_the_log_as_it_stood_while_others_go_on_writing() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = open(folder.path());
    for stream in 0..200 {
        append(&log, &format!("plan-{stream}"), 50).await;
    }
    let mut reports = Vec::new();
    let writing = tokio::spawn(async move {
        for stream in 200..240 {
            append(&log, &format!("plan-{stream}"), 50).await;
        }
        log
    });
    let (from, to) = (folder.path().to_owned(), copy.path().to_owned());
    let reports = tokio::task::spawn_blocking(move || {
        back_up(&from, &to, |done, all| reports.push((done, all))).map(|()| reports)
    });
    let reports = reports.await.unwrap().unwrap();
    let (done, all) = *reports.last().unwrap();
    assert!(done == all && all > 0, "{reports:?}");
    writing.await.unwrap().close().await;

    let backup = SqliteLog::open_read_only(copy.path()).unwrap();
    let verified = verify_all(&backup, |_| {}).await.unwrap();
    assert_eq!(verified.fault, None);
    assert!((10_000..=12_000).contains(&verified.events) && verified.events % 50 == 0, "{}", verified.events);
    // it is a log like any other
    let restored = open(copy.path());
    append(&restored, "plan-0", 1).await;
    assert_eq!(length(&restored, "plan-0").await, 51);
}

#[tokio::test]
async fn nothing_is_written_over_and_an_interrupted_copy_is_begun_anew() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = open(folder.path());
    append(&log, "plan-1", 3).await;
    fs::write(copy.path().join("log.db.unfinished"), b"half a page").unwrap();
    back_up(folder.path(), copy.path(), |_, _| {}).unwrap();
    assert_eq!(length(&SqliteLog::open_read_only(copy.path()).unwrap(), "plan-1").await, 3);
    assert!(!copy.path().join("log.db.unfinished").exists());
    let again = back_up(folder.path(), copy.path(), |_, _| {});
    assert!(matches!(again, Err(OpenError::Exists { .. })));
    let nothing = back_up(&folder.path().join("nothing"), &copy.path().join("other"), |_, _| {});
    assert!(matches!(nothing, Err(OpenError::NoLog { .. })));
    assert!(!copy.path().join("other").exists());
}
