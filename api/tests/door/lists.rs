//! Lists: filters, pages, and waiting for one's own write.

use serde_json::{Value, json};

use crate::house::{House, launch, manual};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

async fn plan(house: &House, name: &str) -> Value {
    house.post("/api/v1/plans", json!({"name": name, "steps": launch()})).await.ok()
}

#[tokio::test]
async fn what_was_written_is_read_when_its_position_is_named() {
    let house = House::new().await;
    for number in 0..20 {
        let accepted = plan(&house, &format!("Plan {number}")).await;
        let position = accepted["position"].as_u64().unwrap();
        let reply = house.get(&format!("/api/v1/plans?limit=1&min_position={position}")).await;
        assert_eq!(reply.header("cairn-stale"), "");
        assert!(reply.body["position"].as_u64() >= Some(position));
        assert_eq!(names(&reply.body), [format!("Plan {number}")]);
    }
}

#[tokio::test]
async fn an_answer_says_when_it_is_older_than_was_asked_for() {
    let house = House::new().await;
    let id = house.draft(manual()).await;
    for path in [
        "/plans",
        &format!("/plans/{id}"),
        &format!("/plans/{id}/events"),
        "/workspace/entities",
        "/activity",
        "/events",
    ] {
        let reply = house.get(&format!("/api/v1{path}?min_position=1000&wait_ms=0")).await;
        assert_eq!((reply.status.as_u16(), reply.header("cairn-stale")), (200, "true"), "{path}");
    }
    let page = house.get("/api/v1/plans?min_position=1000&wait_ms=0").await.ok();
    assert_eq!(page["stale"], true);
}

#[tokio::test]
async fn plans_are_filtered_searched_and_paged() {
    let house = House::new().await;
    for name in ["Launch Kestrel", "Hire somebody", "Launch the site"] {
        plan(&house, name).await;
    }
    let newest = house.post("/api/v1/plans", json!({"request": "Follow up with Sarah"})).await.ok();
    house.settled().await;
    let list = async |query: &str| house.get(&format!("/api/v1/plans?{query}")).await.ok();
    assert_eq!(names(&list("q=launch").await), ["Launch the site", "Launch Kestrel"]);
    assert_eq!(names(&list("status=drafting").await), ["Follow up with Sarah"]);
    assert_eq!(list("status=draft,drafting").await["items"].as_array().unwrap().len(), 4);
    assert_eq!(names(&list("status=approved").await), Vec::<&str>::new());

    let first = list("limit=3").await;
    let cursor = first["next"].as_str().unwrap();
    plan(&house, "Later").await;
    house.settled().await;
    let second = house.get(&format!("/api/v1/plans?limit=3&cursor={cursor}")).await.ok();
    assert_eq!((names(&second), &second["next"]), (vec!["Launch Kestrel"], &Value::Null));
    house.get(&format!("/api/v1/plans?q=x&cursor={cursor}")).await.problem(400, "request.bad-cursor");

    let item = &first["items"][1];
    assert_eq!(item["progress"]["total"], 3);
    assert_eq!(item["impact"]["summary"], "3 steps, everything can be undone");
    assert_eq!(first["items"][0]["id"], newest["plan_id"]);
}

#[tokio::test]
async fn a_running_plan_shows_its_current_steps_in_the_list() {
    let house = House::new().await;
    let id = house.started(manual()).await;
    house.advance(&id, vec![]).await;
    house.settled().await;
    let list = house.get("/api/v1/plans?status=executing").await.ok();
    assert_eq!(list["items"][0]["progress"]["current"], json!(["call"]));
}
