//! The proof that nobody touched the history: what was signed for, how a plan stands to it, and the file that proves it.

use std::sync::Arc;

use audit::{evidence, key::PublicKey, notary::Notary};
use bytes::Bytes;
use domain::actor::Actor;
use eventlog::{EventId, EventLog, ExpectedRevision, MemoryLog, Metadata, NewEvent, StreamName};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use crate::house::{House, launch, moment};

/// A house that signs, and the folder of its ledger.
async fn signing() -> (House, TempDir) {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    signing_on(log).await
}

async fn signing_on(log: Arc<dyn EventLog>) -> (House, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let notary = Notary::open(Arc::clone(&log), folder.path(), None, moment("2026-11-23T09:00:00Z")).unwrap();
    let house = House::on(log, |parts| parts.notary = Some(Arc::new(notary))).await;
    (house, folder)
}

#[tokio::test]
async fn a_plan_is_whole_at_once_and_verified_when_it_is_signed_for() {
    let (house, _folder) = signing().await;
    let id = house.draft(launch()).await;
    let proof = house.get(&format!("/api/v1/plans/{id}/proof")).await.ok();
    assert_eq!(
        (&proof["status"], &proof["events"], &proof["signed_revision"]),
        (&json!("unsigned"), &json!(2), &json!(null))
    );

    let state = house.post("/api/v1/proof/checkpoints", json!({})).await.ok();
    assert_eq!((&state["checkpoint"]["events"], &state["checkpoints"]), (&json!(2), &json!(1)));
    let proof = house.get(&format!("/api/v1/plans/{id}/proof")).await.ok();
    assert_eq!(
        (&proof["status"], &proof["position"], &proof["signed_position"]),
        (&json!("verified"), &json!(2), &json!(2))
    );
    assert!(proof["command"].as_str().unwrap().contains("verify-bundle"));

    let body = json!({"changes": [{"op": "edit_details", "name": "Second"}]});
    house.post_on(1, &format!("/api/v1/plans/{id}/edits"), body).await.ok();
    let proof = house.get(&format!("/api/v1/plans/{id}/proof")).await.ok();
    assert_eq!(
        (&proof["status"], &proof["revision"], &proof["signed_revision"]),
        (&json!("unsigned"), &json!(2), &json!(1))
    );
}

#[tokio::test]
async fn evidence_of_a_plan_is_signed_up_to_its_last_event_and_checks_on_its_own() {
    let (house, _folder) = signing().await;
    let id = house.draft(launch()).await;
    let reply = house.get(&format!("/api/v1/plans/{id}/evidence")).await;
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(reply.header("content-disposition"), format!("attachment; filename=\"evidence-{id}.html\""));
    let state = house.get("/api/v1/proof").await.ok();
    let key = PublicKey::from_pem(state["public_key"].as_str().unwrap()).unwrap();
    let checked = evidence::check(reply.text.as_bytes(), Some(&key)).unwrap();
    assert_eq!((checked.evidence.events.len(), checked.later), (2, 0));
}

#[tokio::test]
async fn what_does_not_exist_has_no_proof_and_a_house_that_does_not_sign_says_so() {
    let (house, _folder) = signing().await;
    house.post("/api/v1/proof/checkpoints", json!({})).await.problem(409, "proof.nothing-to-sign");
    let unknown = "/api/v1/plans/pln_01900000-0000-7000-8000-000000000000";
    for path in ["proof", "evidence"] {
        house.get(&format!("{unknown}/{path}")).await.problem(404, "plan.no-such-plan");
    }
    let silent = House::new().await;
    let id = silent.draft(launch()).await;
    for path in ["proof".to_owned(), format!("plans/{id}/proof"), format!("plans/{id}/evidence")] {
        silent.get(&format!("/api/v1/{path}")).await.problem(503, "proof.not-signing");
    }
}

#[tokio::test]
async fn another_key_takes_over_with_a_reason_and_the_ledger_can_be_kept_elsewhere() {
    let (house, _folder) = signing().await;
    house.draft(launch()).await;
    let before = house.post("/api/v1/proof/checkpoints", json!({})).await.ok();
    house.post("/api/v1/proof/key", json!({"reason": " "})).await.problem(422, "plan.reason-missing");
    let after = house.post("/api/v1/proof/key", json!({"reason": "the yearly change"})).await.ok();
    assert_ne!(before["key"], after["key"]);
    assert_eq!(after["rotations"], 1);
    let copy = house.get("/api/v1/proof/checkpoints").await;
    let ledger = audit::ledger::Ledger::read(&copy.text).unwrap();
    assert_eq!((ledger.len(), ledger.rotations()[0].reason.as_str()), (3, "the yearly change"));
}

/// A log whose first event somebody exchanged after it was signed for.
#[tokio::test]
async fn a_history_that_is_not_what_was_signed_for_is_told_with_its_place() {
    let (house, folder) = signing().await;
    let id = house.draft(launch()).await;
    house.post("/api/v1/proof/checkpoints", json!({})).await.ok();
    let forged: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let stream: StreamName = format!("plan-{id}").parse().unwrap();
    let event = |n: u128| NewEvent {
        id: EventId::new(Uuid::from_u128(n)),
        event_type: "PlanRated".into(),
        schema_version: 1,
        data: Bytes::from_static(br#"{"score":5,"comment":null}"#),
        metadata: Metadata {
            at: moment("2026-11-23T09:00:00Z"),
            tenant: "local".into(),
            actor: Actor::person("eve"),
            correlation_id: Uuid::nil(),
            causation_id: None,
            reason: None,
            command: None,
            claim: None,
            span: None,
        },
    };
    forged.append(&stream, ExpectedRevision::Any, vec![event(1), event(2)]).await.unwrap();
    let notary = Notary::open(Arc::clone(&forged), folder.path(), None, moment("2026-11-23T10:00:00Z")).unwrap();
    let house = House::on(forged, |parts| parts.notary = Some(Arc::new(notary))).await;
    let proof = house.get(&format!("/api/v1/plans/{id}/proof")).await.ok();
    assert_eq!(proof["status"], "broken");
    assert!(proof["fault"].as_str().unwrap().contains("revision 1"), "{proof}");
}

#[tokio::test]
async fn who_looked_at_the_history_is_remembered_where_it_is_switched_on() {
    let folder = tempfile::tempdir().unwrap();
    let reads = Arc::new(audit::reads::ReadLog::open(folder.path()).unwrap());
    let house = House::with(|parts| parts.reads = Some(reads)).await;
    let id = house.draft(launch()).await;
    for path in ["events?actor=local".to_owned(), format!("plans/{id}"), format!("plans/{id}?as_of=0"), "plans".into()]
    {
        house.get(&format!("/api/v1/{path}")).await.ok();
    }
    let text = std::fs::read_to_string(folder.path().join("audit").join(audit::reads::READS_FILE)).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let what: Vec<&str> = lines.iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["/api/v1/events?actor=local".to_owned(), format!("/api/v1/plans/{id}?as_of=0")]);
    assert_eq!((&lines[0]["actor"]["id"], &lines[0]["at"]), (&json!("local"), &json!("2026-11-23T09:00:00Z")));
}

#[tokio::test]
async fn another_key_takes_over_once_for_one_request_and_the_history_tells_of_it() {
    let (house, _folder) = signing().await;
    house.draft(launch()).await;
    house.post("/api/v1/proof/checkpoints", json!({})).await.ok();
    let before = house.get("/api/v1/proof").await.ok()["key"].clone();
    house.post("/api/v1/proof/key", json!({})).await.problem(422, "plan.reason-missing");
    let key = [("idempotency-key", "rotate-1")];
    let body = || Some(json!({"reason": "a laptop was lost"}));
    let state = house.send("POST", "/api/v1/proof/key", &key, body()).await.ok();
    let again = house.send("POST", "/api/v1/proof/key", &key, body()).await.ok();
    assert_eq!((&state["key"], &state["rotations"]), (&again["key"], &again["rotations"]));
    assert_ne!(state["key"], before);

    house.settled().await;
    let found = house.get("/api/v1/events?type=SigningKeyRotated").await.ok();
    let events = found["items"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{found:#}");
    let event = &events[0];
    assert_eq!((&event["reason"], &event["stream"]), (&json!("a laptop was lost"), &json!("signing-keys")));
    assert_eq!((&event["data"]["from"], &event["data"]["to"]), (&before, &state["key"]));
}
