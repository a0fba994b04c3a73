//! When the log fails, or the same request comes twice at once.

use std::sync::Arc;

use commands::Envelope;
use domain::{actor::Actor, workspace::EntityCommand};
use eventlog::{AppendError, CurrentRevision, EventLog, ExpectedRevision, StreamName};
use serde_json::json;

use crate::{
    fragile::FragileLog,
    house::{House, launch},
};

#[tokio::test]
async fn a_log_that_fails_is_told_apart_from_a_fault_and_nothing_leaks() {
    let log = FragileLog::new();
    let house = House::on(Arc::clone(&log) as Arc<dyn EventLog>, |_| ()).await;
    for (refusal, status, code) in [
        (AppendError::Unavailable { cause: "disk /dev/sda1".into() }, 503, "server.log-unavailable"),
        (AppendError::StorageFull { place: "/srv/secret".into() }, 507, "server.storage-full"),
        (AppendError::ReadOnly { place: "/srv/secret".into() }, 500, "server.fault"),
        (AppendError::AppendTooLarge { bytes: 2, limit: 1 }, 413, "request.too-large"),
    ] {
        log.fail_with(refusal);
        let reply = house.post("/api/v1/plans", json!({"request": "x"})).await;
        for secret in ["/srv", "/dev"] {
            assert!(!reply.text.contains(secret), "{}", reply.text);
        }
        reply.problem(status, code);
    }
    house.post("/api/v1/plans", json!({"request": "x"})).await.ok();
}

#[tokio::test]
async fn a_repeat_while_the_first_request_runs_is_asked_to_wait() {
    let log = FragileLog::new();
    let house = House::on(Arc::clone(&log) as Arc<dyn EventLog>, |_| ()).await;
    let held = log.turns.acquire_many(1_000).await.unwrap();
    let send = async || {
        let key = [("idempotency-key", "k")];
        house.send("POST", "/api/v1/plans", &key, Some(json!({"request": "x"}))).await
    };
    let (first, second) = tokio::join!(send(), async {
        let second = send().await;
        drop(held);
        second
    });
    assert_eq!(second.header("retry-after"), "1");
    second.problem(409, "idempotency.still-running");
    let first = first.ok();
    assert_eq!(send().await.ok(), first);
}

#[tokio::test]
async fn a_race_that_is_lost_once_is_decided_again_and_nobody_notices() {
    let log = FragileLog::new();
    let house = House::on(Arc::clone(&log) as Arc<dyn EventLog>, |_| ()).await;
    let id = house.draft(launch()).await;
    let stream: StreamName = format!("plan-{id}").parse().unwrap();
    log.fail_with(AppendError::WrongExpectedRevision {
        stream,
        expected: ExpectedRevision::NoStream,
        actual: CurrentRevision::NoStream,
    });
    house.post(&format!("/api/v1/plans/{id}/comments"), json!({"text": "x"})).await.ok();
}

#[tokio::test]
async fn a_thing_whose_creation_was_taken_back_is_not_changed() {
    let house = House::new().await;
    let id = house.thing("idea", json!({"title": "x"})).await;
    let withdraw = EntityCommand::Withdraw { compensates: None };
    let envelope = Envelope::new(Actor::person("local"));
    house.commands.entities.execute(&id.parse().unwrap(), withdraw, envelope).await.unwrap();
    let path = format!("/api/v1/workspace/entities/{id}");
    let reply = house.send("PATCH", &path, &[], Some(json!({"fields": {"title": "y"}}))).await;
    reply.problem(409, "workspace.withdrawn");
    assert_eq!(house.get(&path).await.ok()["withdrawn"], true);
}
