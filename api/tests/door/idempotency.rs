//! The same request under the same key is done once.

use serde_json::json;

use crate::house::{House, launch};

const KEY: (&str, &str) = ("idempotency-key", "01900000-0000-7000-8000-000000000001");

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_does_nothing() {
    let house = House::new().await;
    let body = json!({"name": "Launch", "steps": launch()});
    let first = house.send("POST", "/api/v1/plans", &[KEY], Some(body.clone())).await;
    assert_eq!(first.header("idempotency-replayed"), "");
    let id = first.body["plan_id"].as_str().unwrap();
    house.approve(id).await;
    let head = house.log.head().await.unwrap();
    let again = house.send("POST", "/api/v1/plans", &[KEY], Some(body)).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), first.header("etag")));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(house.log.head().await.unwrap(), head);
}

#[tokio::test]
async fn a_repeat_is_known_even_when_the_revision_it_named_is_gone() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let path = format!("/api/v1/plans/{id}/edits");
    let body = json!({"changes": [{"op": "edit_details", "name": "New"}]});
    let headers = [KEY, ("if-match", "\"1\"")];
    let first = house.send("POST", &path, &headers, Some(body.clone())).await.ok();
    let again = house.send("POST", &path, &headers, Some(body)).await.ok();
    assert_eq!(first, again);
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused() {
    let house = House::new().await;
    let (one, two) = (house.draft(launch()).await, house.draft(launch()).await);
    let comment = |id: &str| format!("/api/v1/plans/{id}/comments");
    let first = house.send("POST", &comment(&one), &[KEY], Some(json!({"text": "a"}))).await;
    assert_eq!(first.status.as_u16(), 201);
    for (id, text) in [(&one, "b"), (&two, "a")] {
        let reply = house.send("POST", &comment(id), &[KEY], Some(json!({"text": text}))).await;
        reply.problem(422, "idempotency.key-reused");
    }
}

#[tokio::test]
async fn a_refused_request_may_succeed_later_under_its_key() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let start = format!("/api/v1/plans/{id}/start");
    house.send("POST", &start, &[KEY], None).await.problem(409, "plan.wrong-status");
    house.approve(&id).await;
    assert_eq!(house.send("POST", &start, &[KEY], None).await.ok()["status"], "executing");
}

#[tokio::test]
async fn things_are_made_and_changed_once_per_key() {
    let house = House::new().await;
    let body = json!({"kind": "task", "fields": {"title": "x"}});
    let first = house.send("POST", "/api/v1/workspace/entities", &[KEY], Some(body.clone())).await.ok();
    let again = house.send("POST", "/api/v1/workspace/entities", &[KEY], Some(body)).await.ok();
    assert_eq!(first, again);
    let path = format!("/api/v1/workspace/entities/{}", first["id"].as_str().unwrap());
    let key = [("idempotency-key", "change")];
    let titled = |title: &str| Some(json!({"fields": {"title": title}}));
    let changed = house.send("PATCH", &path, &key, titled("y")).await.ok();
    house.send("PATCH", &path, &[], titled("z")).await.ok();
    assert_eq!(house.send("PATCH", &path, &key, titled("y")).await.ok(), changed);
    assert_eq!(house.get(&path).await.ok()["fields"]["title"], "z");
}

#[tokio::test]
async fn a_key_that_is_no_key_is_refused() {
    let house = House::new().await;
    for key in ["", &"k".repeat(256)] {
        let reply =
            house.send("POST", "/api/v1/plans", &[("idempotency-key", key)], Some(json!({"request": "x"}))).await;
        reply.problem(400, "request.bad-header");
    }
}
