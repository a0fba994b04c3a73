//! An approval is for exactly one content.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Server, chain, folder};

async fn edit(server: &Server, plan: &Value, changes: Value) -> Answer {
    let id = plan["id"].as_str().unwrap();
    let now = server.plan(id, 0).await;
    let revision = format!("\"{}\"", now["revision"]);
    server.post_with(&format!("/plans/{id}/edits"), json!({"changes": changes}), &[("if-match", &revision)]).await
}

async fn approve(server: &Server, plan: &Value, hash: &Value) -> Answer {
    let id = plan["id"].as_str().unwrap();
    let now = server.plan(id, 0).await;
    let revision = format!("\"{}\"", now["revision"]);
    server.post_with(&format!("/plans/{id}/approve"), json!({"content_hash": hash}), &[("if-match", &revision)]).await
}

fn retitle(title: &str) -> Value {
    json!([{"op": "edit_step", "step_id": "s2", "set": {"title": title}}])
}

async fn status(server: &Server, plan: &Value, position: &Value) -> Value {
    server.plan(plan["id"].as_str().unwrap(), position.as_u64().unwrap_or(0)).await["status"].clone()
}

#[tokio::test]
async fn an_edit_voids_the_approval_and_the_same_content_brings_it_back() {
    let folder = folder();
    let server = Server::start(folder.path());
    let plan = server.draft(chain("Void", 3)).await;
    let approved = approve(&server, &plan, &plan["content_hash"]).await;
    assert_eq!(status(&server, &plan, &approved.body["position"]).await, "approved");

    let edited = edit(&server, &plan, retitle("Something else")).await;
    assert_eq!(edited.status, StatusCode::OK, "{:?}", edited.body);
    assert_eq!(status(&server, &plan, &edited.body["position"]).await, "draft");
    let id = plan["id"].as_str().unwrap();
    let started = server.post(&format!("/plans/{id}/start"), json!({})).await;
    assert_eq!(started.status, StatusCode::CONFLICT, "{:?}", started.body);

    let restored = edit(&server, &plan, retitle("Step 2")).await;
    assert_eq!(status(&server, &plan, &restored.body["position"]).await, "approved");
    let started = server.post(&format!("/plans/{id}/start"), json!({})).await;
    assert!(started.status.is_success(), "{:?}", started.body);
}

#[tokio::test]
async fn approving_what_is_no_longer_there_is_refused_with_what_changed() {
    let folder = folder();
    let server = Server::start(folder.path());
    let plan = server.draft(chain("Stale", 3)).await;
    edit(&server, &plan, retitle("Something else")).await;
    let refused = approve(&server, &plan, &plan["content_hash"]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{:?}", refused.body);
    assert_eq!(refused.body["code"], "plan.content-changed");
    assert!(refused.body.to_string().contains("s2"), "{:#}", refused.body);
}

#[tokio::test]
async fn an_edit_without_the_revision_or_with_an_old_one_is_refused() {
    let folder = folder();
    let server = Server::start(folder.path());
    let plan = server.draft(chain("Revision", 2)).await;
    let path = format!("/plans/{}/edits", plan["id"].as_str().unwrap());
    let body = json!({"changes": retitle("x")});
    assert_eq!(server.post(&path, body.clone()).await.status, StatusCode::PRECONDITION_REQUIRED);
    let stale = server.post_with(&path, body, &[("if-match", "\"0\"")]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn a_bad_edit_is_refused_whole_with_a_pointer_and_a_sentence() {
    let folder = folder();
    let server = Server::start(folder.path());
    let plan = server.draft(chain("Bad", 3)).await;
    let cases = [
        (json!([{"op": "edit_step", "step_id": "s1", "set": {"depends_on": ["s3"]}}]), "cycle"),
        (json!([{"op": "add_step", "step": {"action_type": "project.make", "params": {}}}]), "unknown-action"),
        (json!([{"op": "add_step", "step": {"action_type": "project.create", "params": {}}}]), "missing-param"),
        (
            json!([{"op": "add_step", "step": {"action_type": "note.add", "params": {"about": "{{steps.s1.result.id}}", "text": "x"}}}]),
            "reference-to-no-ancestor",
        ),
        (
            json!([{"op": "add_step", "step": {"id": "s1", "action_type": "idea.create", "params": {"title": "x"}}}]),
            "duplicate-step-id",
        ),
    ];
    for (bad, code) in cases {
        let mut changes = retitle("Half written?").as_array().unwrap().clone();
        changes.extend(bad.as_array().unwrap().clone());
        let refused = edit(&server, &plan, Value::Array(changes)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}: {:?}", refused.body);
        assert!(refused.content_type.starts_with("application/problem+json"));
        let error = &refused.body["errors"][0];
        assert!(error["code"].as_str().unwrap().ends_with(code), "{code}: {:#}", refused.body);
        assert!(error["pointer"].as_str().unwrap().starts_with("/changes/1"), "{code}: {:#}", refused.body);
        assert!(error["detail"].as_str().unwrap().len() > 10);
    }
    let untouched = server.plan(plan["id"].as_str().unwrap(), 0).await;
    assert_eq!(untouched["revision"], plan["revision"]);
}
