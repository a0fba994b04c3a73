//! Writes events past the server that no build of it can read: one of each kind, to the streams of plans.

use std::path::Path;

use chrono::Utc;
use domain::actor::Actor;
use eventlog::{EventId, EventLog, ExpectedRevision, Metadata, NewEvent};
use eventlog_sqlite::SqliteLog;
use uuid::Uuid;

/// What is written past the server: kind, type, schema version, data.
pub(crate) const POISON: [(&str, &str, u16, &str); 4] = [
    ("unknown_type", "PlanBlessed", 1, r#"{"by": "the moon"}"#),
    ("broken_json", "PlanRated", 1, r#"{"score": 4, "comm"#),
    ("missing_field", "PlanRated", 1, r#"{"comment": "no score"}"#),
    ("newer_version", "PlanRated", 7, r#"{"stars": [1, 1, 1]}"#),
];

fn event(event_type: &str, schema_version: u16, data: &str) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::now_v7()),
        event_type: event_type.to_owned().into(),
        schema_version,
        data: data.to_owned().into(),
        metadata: Metadata {
            at: Utc::now(),
            tenant: "local".into(),
            actor: Actor::person("somebody"),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            reason: None,
            command: None,
            claim: None,
            span: None,
        },
    }
}

/// Appends to the streams of plans with the log's own writer, while no server has the folder: a poisonous event to
/// each, and one that can be read behind it.
pub(crate) async fn poison(folder: &Path, plans: &[String]) {
    let log = SqliteLog::open(folder).unwrap();
    for (plan, (_, event_type, version, data)) in plans.iter().zip(POISON) {
        let events = vec![event(event_type, version, data), event("PlanRated", 1, r#"{"score": 5}"#)];
        log.append(&format!("plan-{plan}").parse().unwrap(), ExpectedRevision::StreamExists, events).await.unwrap();
    }
    log.close().await;
}
