//! When a step fails: retry, skip, pause, resume, cancel.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Server, folder};

/// A step that must fail: the allow-list is empty.
fn forbidden(id: &str, depends_on: &[&str]) -> Value {
    json!({"id": id, "title": "Call out", "action_type": "http.request",
           "params": {"method": "GET", "url": "http://127.0.0.1:9/"}, "depends_on": depends_on})
}

fn idea(id: &str, depends_on: &[&str]) -> Value {
    json!({"id": id, "action_type": "idea.create", "params": {"title": id}, "depends_on": depends_on})
}

async fn run(server: &Server, steps: Value) -> Value {
    let plan = server.draft(json!({"name": "May fail", "steps": steps})).await;
    server.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap();
    server.plan_until(id, |plan| plan["status"] != "executing").await
}

fn step<'a>(plan: &'a Value, id: &str) -> &'a Value {
    plan["steps"].as_array().unwrap().iter().find(|step| step["id"] == id).unwrap()
}

#[tokio::test]
async fn a_failed_step_says_why_and_skipping_it_with_a_result_lets_the_plan_complete() {
    let folder = folder();
    let server = Server::start(folder.path());
    let failed = run(&server, json!([forbidden("call", &[]), idea("after", &["call"])])).await;
    assert_eq!(failed["status"], "failed", "{failed:#}");
    assert!(step(&failed, "call")["error"]["message"].as_str().unwrap().contains("allow"), "{failed:#}");
    assert_eq!(step(&failed, "after")["status"], "pending");
    let path = format!("/plans/{}/steps/call/skip", failed["id"].as_str().unwrap());
    let skipped = server.post(&path, json!({"reason": "not needed", "result": {}})).await;
    assert_eq!(skipped.status, StatusCode::OK, "{:?}", skipped.body);
    let done = server.plan_until(failed["id"].as_str().unwrap(), |plan| plan["status"] == "completed").await;
    assert_eq!(step(&done, "after")["status"], "completed");
}

#[tokio::test]
async fn a_manual_step_waits_for_a_person() {
    let folder = folder();
    let server = Server::start(folder.path());
    let manual = json!({"id": "sign", "action_type": "manual.step", "params": {"instructions": "Sign the lease"}});
    let plan = server.draft(json!({"name": "By hand", "steps": [manual, idea("after", &["sign"])]})).await;
    server.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap();
    let waiting = server.plan_until(id, |plan| step(plan, "sign")["status"] == "executing").await;
    assert_eq!(step(&waiting, "sign")["waiting_for"][0]["kind"], "person");
    let done = server.post(&format!("/plans/{id}/steps/sign/complete"), json!({"note": "signed"})).await;
    assert_eq!(done.status, StatusCode::OK, "{:?}", done.body);
    server.plan_until(id, |plan| plan["status"] == "completed").await;
}

#[tokio::test]
async fn a_plan_is_paused_resumed_and_cancelled() {
    let folder = folder();
    let server = Server::start(folder.path());
    let wait = json!({"id": "wait", "action_type": "wait.until", "params": {"at": "2999-01-01"}});
    let plan = server.draft(json!({"name": "Long", "steps": [wait, idea("after", &["wait"])]})).await;
    server.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap();
    server.plan_until(id, |plan| step(plan, "wait")["status"] == "executing").await;
    for (verb, body, status) in [
        ("pause", json!({"reason": "lunch"}), "paused"),
        ("resume", json!({}), "executing"),
        ("cancel", json!({"reason": "changed our minds"}), "cancelled"),
    ] {
        let answer = server.post(&format!("/plans/{id}/{verb}"), body).await;
        assert_eq!(answer.status, StatusCode::OK, "{verb}: {:?}", answer.body);
        server.plan_until(id, |plan| plan["status"] == status).await;
    }
    let again = server.post(&format!("/plans/{id}/start"), json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}
