//! What happened, and how a plan stood earlier.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::house::{House, launch};

async fn renamed(house: &House) -> String {
    let id = house.draft(launch()).await;
    for (revision, name) in [(1, "Second"), (2, "Third")] {
        house.clock.advance(TimeDelta::hours(1));
        let body = json!({"changes": [{"op": "edit_details", "name": name}]});
        house.post_on(revision, &format!("/api/v1/plans/{id}/edits"), body).await.ok();
    }
    id
}

#[tokio::test]
async fn a_plan_is_shown_as_it_stood_at_a_revision_or_a_time() {
    let house = House::new().await;
    let id = renamed(&house).await;
    let path = |as_of: &str| format!("/api/v1/plans/{id}?as_of={as_of}");
    for (as_of, name) in [
        ("1", "Launch"),
        ("2", "Second"),
        ("3", "Third"),
        ("2026-11-23T09:30:00Z", "Launch"),
        ("2026-11-23T10:00:00Z", "Second"),
        ("2026-11-23T11:30:00%2B01:00", "Second"),
        ("2026-11-23T11:00:00+00:00", "Third"),
        ("revision:2", "Second"),
        ("position:3", "Second"),
    ] {
        let plan = house.get(&path(as_of)).await.ok();
        assert_eq!((&plan["name"], &plan["past"]), (&json!(name), &json!(true)), "{as_of}");
    }
    assert_eq!(house.get(&path("2")).await.header("etag"), "\"2\"");
    assert_eq!(house.plan(&id).await["past"], Value::Null);
    for never in ["4", "2026-11-23T08:59:59Z"] {
        house.get(&path(never)).await.problem(404, "plan.no-such-moment");
    }
    house.get(&path("yesterday")).await.problem(400, "request.bad-query");
    let unknown = "/api/v1/plans/pln_01900000-0000-7000-8000-000000000000?as_of=0";
    house.get(unknown).await.problem(404, "plan.no-such-plan");
}

#[tokio::test]
async fn the_difference_between_two_moments_reads_as_sentences() {
    let house = House::new().await;
    let id = renamed(&house).await;
    let diff = house.get(&format!("/api/v1/plans/{id}/diff?from=1&to=2")).await.ok();
    assert_eq!(diff["changes"], json!(["the name changed from “Launch” to “Second”"]));
    let diff = house.get(&format!("/api/v1/plans/{id}/diff?from=2026-11-23T09:00:00Z")).await.ok();
    assert_eq!((&diff["from"], &diff["to"]), (&json!(1), &json!(3)));
    house.get(&format!("/api/v1/plans/{id}/diff")).await.problem(400, "request.bad-query");
}

#[tokio::test]
async fn events_of_a_plan_come_in_pages_that_leave_nothing_out() {
    let house = House::new().await;
    let id = renamed(&house).await;
    let mut types = Vec::new();
    let mut path = format!("/api/v1/plans/{id}/events?limit=3");
    loop {
        let page = house.get(&path).await.ok();
        types.extend(page["items"].as_array().unwrap().iter().map(|event| event["type"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/plans/{id}/events?limit=3&cursor={next}");
    }
    assert_eq!(types, ["PlanCreated", "PlanDrafted", "PlanDetailsEdited", "PlanDetailsEdited"]);

    let event = house.get(&format!("/api/v1/plans/{id}/events?limit=1")).await.ok()["items"][0].clone();
    assert_eq!((&event["position"], &event["revision"], &event["schema_version"]), (&json!(1), &json!(0), &json!(1)));
    assert_eq!((&event["at"], &event["actor"]["id"]), (&json!("2026-11-23T09:00:00Z"), &json!("local")));
    assert_eq!(event["hash"].as_str().unwrap().len(), 64);
    assert_eq!(event["stream"], format!("plan-{id}"));
    assert!(event["data"].is_object() && event["id"].is_string() && event["causation_id"].is_null());
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let house = House::new().await;
    let (one, other) = (renamed(&house).await, renamed(&house).await);
    let next = house.get(&format!("/api/v1/plans/{one}/events?limit=1")).await.ok()["next"].clone();
    let next = next.as_str().unwrap();
    for path in [format!("/api/v1/plans/{other}/events?cursor={next}"), format!("/api/v1/plans/{one}/events?cursor=1")]
    {
        house.get(&path).await.problem(400, "request.bad-cursor");
    }
    for path in ["/api/v1/plans", "/api/v1/events", "/api/v1/workspace/entities", "/api/v1/activity"] {
        house.get(&format!("{path}?cursor={next}")).await.problem(400, "request.bad-cursor");
    }
}

#[tokio::test]
async fn events_of_everybody_are_searched() {
    let house = House::new().await;
    let id = renamed(&house).await;
    house.thing("task", json!({"title": "x"})).await;
    house.settled().await;
    let found = async |query: &str| {
        let page = house.get(&format!("/api/v1/events?{query}")).await.ok();
        let types = page["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned());
        types.collect::<Vec<_>>()
    };
    assert_eq!(found("type=EntityCreated").await, ["EntityCreated"]);
    assert_eq!(found("type=PlanCreated,EntityCreated&order=asc").await, ["PlanCreated", "EntityCreated"]);
    assert_eq!(found("actor=nobody").await, Vec::<String>::new());
    assert_eq!(found("until=2026-11-23T10:00:00Z&order=asc").await, ["PlanCreated", "PlanDrafted"]);
    let page = house.get(&format!("/api/v1/events?plan={id}&limit=2")).await.ok();
    assert_eq!(page["items"][0]["data"]["after"]["name"], "Third", "the latest first, with its data");
    let rest =
        house.get(&format!("/api/v1/events?plan={id}&limit=2&cursor={}", page["next"].as_str().unwrap())).await.ok();
    assert_eq!(rest["items"][1]["type"], "PlanCreated");
}

#[tokio::test]
async fn the_feed_tells_what_is_going_on_in_sentences() {
    let house = House::new().await;
    let id = renamed(&house).await;
    house.settled().await;
    let feed = house.get("/api/v1/activity").await.ok();
    let item = &feed["items"].as_array().unwrap().iter().find(|item| item["type"] == "PlanDrafted").unwrap();
    assert_eq!(item["plan_id"], id.as_str());
    assert!(!item["text"].as_str().unwrap().is_empty());
}
