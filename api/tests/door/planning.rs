//! Asking for plans and reading them.

use axum::http::StatusCode;
use serde_json::json;

use crate::house::{House, first_error, launch};

#[tokio::test]
async fn a_request_in_words_is_accepted_and_waits_for_its_draft() {
    let house = House::new().await;
    let reply = house.post("/api/v1/plans", json!({"request": "Plan a project launch", "today": "2026-11-23"})).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    let id = reply.body["plan_id"].as_str().unwrap();
    assert_eq!(reply.header("location"), format!("/api/v1/plans/{id}"));
    assert_eq!(reply.header("etag"), "\"0\"");
    assert_eq!(reply.body["status"], "drafting");
    assert_eq!((&reply.body["revision"], &reply.body["position"]), (&json!(0), &json!(1)));
    let plan = house.plan(id).await;
    assert_eq!((&plan["request"], &plan["name"]), (&json!("Plan a project launch"), &json!("")));
}

#[tokio::test]
async fn a_plan_made_by_hand_is_a_draft_at_once_with_everything_people_need_to_judge_it() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let reply = house.get(&format!("/api/v1/plans/{id}")).await;
    assert_eq!(reply.header("etag"), "\"1\"");
    let plan = reply.ok();
    assert_eq!((&plan["status"], &plan["name"], &plan["request"]), (&json!("draft"), &json!("Launch"), &json!(null)));
    assert_eq!(plan["origin"]["planner"], "person");
    assert_eq!(plan["content_hash"].as_str().unwrap().len(), 64);
    assert_eq!(plan["impact"]["summary"], "3 steps, everything can be undone");
    assert_eq!(plan["progress"], json!({"total": 3, "completed": 0, "failed": 0, "skipped": 0, "current": []}));
    assert_eq!(plan["created_by"], json!({"kind": "person", "id": "local"}));
    let step = &plan["steps"][1];
    assert_eq!(step["params"]["project"], "{{steps.create.result.id}}");
    assert_eq!(
        (&step["status"], &step["attempts"], &step["depends_on"]),
        (&json!("pending"), &json!(0), &json!(["create"]))
    );
    let changes = step["impact"]["changes"].as_array().unwrap();
    assert!(changes.iter().any(|change| change["field"] == "title" && change["after"] == "Plan it"), "{step}");
}

#[tokio::test]
async fn predicted_changes_are_those_on_the_workspace_as_it_is_now() {
    let house = House::new().await;
    let idea = house.thing("idea", json!({"title": "Walks"})).await;
    let steps = json!([{"action_type": "idea.update", "params": {"idea": idea, "title": "Evening walks"}}]);
    let id = house.draft(steps).await;
    let change = house.plan(&id).await["steps"][0]["impact"]["changes"][0].clone();
    assert_eq!((&change["before"], &change["after"]), (&json!("Walks"), &json!("Evening walks")));
}

#[tokio::test]
async fn content_that_is_not_valid_is_refused_with_a_pointer_to_each_field() {
    let house = House::new().await;
    let idea = |extra: serde_json::Value| {
        let mut step = json!({"id": "a", "action_type": "idea.create", "params": {"title": "x"}});
        step.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        step
    };
    for (steps, pointer, code) in [
        (json!([{"action_type": "idea.invent"}]), "/steps/0/action_type", "unknown-action"),
        (json!([idea(json!({"params": {}}))]), "/steps/0/params/title", "missing-param"),
        (json!([idea(json!({"params": {"title": 5}}))]), "/steps/0/params/title", "wrong-type"),
        (json!([idea(json!({})), idea(json!({}))]), "/steps/1/id", "duplicate-step-id"),
        (
            json!([idea(json!({"depends_on": ["b"]})), idea(json!({"id": "b", "depends_on": ["a"]}))]),
            "/steps/0/depends_on/0",
            "cycle",
        ),
        (
            json!([idea(json!({"params": {"title": "{{steps.b.result.id}}"}})), idea(json!({"id": "b"}))]),
            "/steps/0/params/title",
            "reference-to-no-ancestor",
        ),
    ] {
        let reply = house.post("/api/v1/plans", json!({"name": "x", "steps": steps})).await;
        let problem = reply.problem(422, "plan.invalid-content");
        assert_eq!(first_error(&problem), (pointer, code), "{problem}");
        assert!(problem["errors"][0]["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    }
    assert_eq!(house.log.head().await.unwrap(), None, "nothing half-written");
}

#[tokio::test]
async fn a_request_without_words_is_refused() {
    let house = House::new().await;
    for body in [json!({}), json!({"request": "  "}), json!({"request": "x".repeat(20_001)})] {
        house.post("/api/v1/plans", body).await.problem(422, "plan.bad-request");
    }
}

#[tokio::test]
async fn a_plan_that_is_not_there_or_has_no_proper_id_is_not_found() {
    let house = House::new().await;
    for id in ["pln_01900000-0000-7000-8000-000000000000", "nonsense", "pln_1", "%FF"] {
        house.get(&format!("/api/v1/plans/{id}")).await.problem(404, "plan.no-such-plan");
        let start = format!("/api/v1/plans/{id}/start");
        house.send("POST", &start, &[], None).await.problem(404, "plan.no-such-plan");
    }
}

#[tokio::test]
async fn questions_of_the_planner_are_shown_and_answered() {
    use commands::Envelope;
    use domain::{
        actor::Actor,
        plan::{PlanCommand, Question},
    };
    let house = House::new().await;
    let id =
        house.post("/api/v1/plans", json!({"request": "follow up"})).await.ok()["plan_id"].as_str().unwrap().to_owned();
    let questions = vec![Question::new("who", "With whom?", vec!["Sarah Chen".into()])];
    let command = PlanCommand::RequestClarification { questions, message: "One question.".into() };
    house
        .commands
        .plans
        .execute(&id.parse().unwrap(), command, Envelope::new(Actor::planner("offline")))
        .await
        .unwrap();
    let plan = house.plan(&id).await;
    assert_eq!(plan["status"], "needs_answer");
    assert_eq!(
        plan["questions"],
        json!([{"id": "who", "text": "With whom?", "kind": "choice", "choices": ["Sarah Chen"]}])
    );
    let path = format!("/api/v1/plans/{id}/answer");
    house.post(&path, json!({"answers": {"when": "x"}})).await.problem(422, "plan.no-such-question");
    assert_eq!(house.post(&path, json!({"answers": {"who": "Sarah Chen"}})).await.ok()["status"], "drafting");
    house.post(&path, json!({"answers": {}})).await.problem(409, "plan.wrong-status");
}
