//! The SQLite log from outside: the contract, and what only a file can do.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are not marked as tests")]

mod backing_up;
mod contract;
mod damage;
mod killed;
mod reading;
mod reopening;

use std::path::Path;

use bytes::Bytes;
use cairn_eventlog_sqlite::SqliteLog;
use chrono::Utc;
use domain::actor::Actor;
use eventlog::{Appended, Direction, EventId, EventLog, ExpectedRevision, Metadata, NewEvent, StreamFrom, StreamName};
use rusqlite::Connection;
use uuid::Uuid;

fn stream(name: &str) -> StreamName {
    name.parse().unwrap()
}

fn event(n: usize) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::now_v7()),
        event_type: "Counted".into(),
        schema_version: 1,
        data: Bytes::from(format!(r#"{{"n":{n},"text":"{}"}}"#, "x".repeat(300))),
        metadata: Metadata {
            at: Utc::now(),
            tenant: "local".into(),
            actor: Actor::person("ada"),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            reason: Some("because".into()),
            command: None,
            claim: None,
            span: None,
        },
    }
}

fn open(folder: &Path) -> SqliteLog {
    SqliteLog::open(folder).unwrap()
}

async fn append(log: &SqliteLog, name: &str, count: usize) -> Appended {
    log.append(&stream(name), ExpectedRevision::Any, (0..count).map(event).collect()).await.unwrap()
}

async fn length(log: &SqliteLog, name: &str) -> usize {
    log.read_stream(&stream(name), StreamFrom::Start, Direction::Forward, usize::MAX).await.unwrap().len()
}

/// Opens the file as somebody with a SQLite tool would.
fn by_hand(folder: &Path) -> Connection {
    Connection::open(folder.join("log.db")).unwrap()
}
