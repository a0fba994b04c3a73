//! The contract of every log.

use std::sync::Arc;

use cairn_eventlog_sqlite::SqliteLog;
use eventlog::EventLog;
use tempfile::TempDir;

async fn open() -> (Arc<dyn EventLog>, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = SqliteLog::open(folder.path()).expect("an empty folder opens");
    (Arc::new(log), folder)
}

eventlog::contract_suite!(open);
