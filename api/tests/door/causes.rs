//! What led to an event, and what followed from it.

use commands::Envelope;
use domain::{actor::Actor, plan::PlanCommand};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, completed, launch};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Carries the plan on as the executor does, because of an event.
async fn because_of(house: &House, plan: &str, cause: &Value, ended: Option<&str>) {
    let ids = [&cause["correlation_id"], &cause["id"]].map(|id| text(id).parse::<Uuid>().unwrap());
    let envelope = Envelope::new(Actor::executor()).caused_by(ids[0], ids[1]);
    let outcomes = ended.map(|step| completed(step, 1, json!({"id": "prj_01900000-0000-7000-8000-000000000000"})));
    let command = PlanCommand::Advance { outcomes: outcomes.into_iter().collect(), claim: true };
    house.commands.plans.execute(&plan.parse().unwrap(), command, envelope).await.unwrap();
    house.settled().await;
}

async fn last(house: &House, plan: &str, event_type: &str) -> Value {
    let events = house.get(&format!("/api/v1/plans/{plan}/events")).await.ok();
    events["items"].as_array().unwrap().iter().rfind(|event| event["type"] == event_type).unwrap().clone()
}

#[tokio::test]
async fn an_event_is_shown_among_its_causes_and_consequences() {
    let house = House::new().await;
    let id = house.started(launch()).await;
    let started = last(&house, &id, "ExecutionStarted").await;
    because_of(&house, &id, &started, None).await;
    let first = last(&house, &id, "StepStarted").await;
    because_of(&house, &id, &first, Some("create")).await;

    let around = house.get(&format!("/api/v1/events/{}/causation", text(&started["id"]))).await.ok();
    assert_eq!((&around["causes"], &around["more"]), (&json!([]), &json!(false)));
    let followed: Vec<(&str, u64)> = around["consequences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(&item["event"]["type"]), item["depth"].as_u64().unwrap()))
        .collect();
    assert_eq!(followed, [("StepStarted", 1), ("StepCompleted", 2), ("StepStarted", 2)]);

    let second = last(&house, &id, "StepStarted").await;
    let around = house.get(&format!("/api/v1/events/{}/causation", text(&second["id"]))).await.ok();
    let causes: Vec<&str> = around["causes"].as_array().unwrap().iter().map(|cause| text(&cause["type"])).collect();
    assert_eq!((causes, &around["consequences"]), (vec!["ExecutionStarted", "StepStarted"], &json!([])));
}

#[tokio::test]
async fn an_id_that_names_no_event_is_not_found() {
    let house = House::new().await;
    for id in ["0190a000-0000-7000-8000-000000000000", "nonsense"] {
        house.get(&format!("/api/v1/events/{id}/causation")).await.problem(404, "event.no-such-event");
    }
}
