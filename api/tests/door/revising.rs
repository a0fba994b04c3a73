//! Asking for another draft: in words, and what differs afterwards.

use commands::Envelope;
use domain::{
    actor::Actor,
    plan::{DraftPlan, Origin, PlanCommand, StepInput},
};
use serde_json::{Value, json};

use crate::house::{House, first_error, launch};

/// Does what the planner does: gives the plan another draft.
async fn redraft(house: &House, id: &str, steps: Value) {
    let steps: Vec<StepInput> = serde_json::from_value(steps).unwrap();
    let origin = Origin { planner: "offline".into(), ..Origin::default() };
    let draft = DraftPlan { name: "Launch".into(), steps, origin, ..DraftPlan::default() };
    let envelope = Envelope::new(Actor::planner("offline"));
    house.commands.plans.execute(&id.parse().unwrap(), PlanCommand::Draft(draft), envelope).await.unwrap();
}

#[tokio::test]
async fn another_draft_of_the_same_plan_says_how_it_differs() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let feedback = json!({"feedback": "No note, and call it Merlin"});
    let reply = house.post(&format!("/api/v1/plans/{id}/revise"), feedback).await.ok();
    assert_eq!(reply["status"], "drafting");
    let waiting = house.plan(&id).await;
    assert_eq!(waiting["revising"]["text"], "No note, and call it Merlin");
    assert_eq!(waiting["steps"].as_array().unwrap().len(), 3, "the draft at hand stays until there is another one");

    let steps = json!([
        {"id": "create", "action_type": "project.create", "params": {"name": "Merlin"}},
        {"id": "plan", "action_type": "task.create", "depends_on": ["create"],
            "params": {"title": "Plan it", "project": "{{steps.create.result.id}}"}},
    ]);
    redraft(&house, &id, steps).await;
    let plan = house.plan(&id).await;
    assert_eq!((&plan["status"], &plan["revising"]), (&json!("draft"), &json!(null)));
    let difference = &plan["revised"]["difference"];
    let told: Vec<(&str, &str)> = difference["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["id"].as_str().unwrap(), step["change"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("create", "changed"), ("plan", "kept"), ("tell", "removed")], "{difference:#}");
    let field = &difference["steps"][0]["fields"].as_array().unwrap().iter();
    let name = field.clone().find(|field| field["pointer"] == "/params/name").unwrap();
    assert_eq!((&name["before"], &name["after"]), (&json!("Kestrel"), &json!("Merlin")));

    let diff = house.get(&format!("/api/v1/plans/{id}/diff?from=1")).await.ok();
    assert_eq!(diff["difference"]["removed"], 1, "{diff:#}");
}

#[tokio::test]
async fn the_wish_for_another_draft_can_be_taken_back() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    house.approve(&id).await;
    house.post(&format!("/api/v1/plans/{id}/revise"), json!({"feedback": "drop the note"})).await.ok();
    let kept = house.post(&format!("/api/v1/plans/{id}/keep"), json!({})).await.ok();
    assert_eq!(kept["status"], "approved", "the content is what was approved");
    let plan = house.plan(&id).await;
    assert!(plan["declined"].as_str().is_some_and(|why| why.contains("taken back")), "{plan:#}");
    house.post(&format!("/api/v1/plans/{id}/keep"), json!({})).await.problem(409, "plan.wrong-status");
}

#[tokio::test]
async fn feedback_and_answers_need_words() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    for body in [json!({}), json!({"feedback": " "})] {
        let problem = house.post(&format!("/api/v1/plans/{id}/revise"), body).await.problem(422, "plan.bad-feedback");
        assert_eq!(first_error(&problem).0, "/feedback");
    }
    let asked = house.post("/api/v1/plans", json!({"request": "follow up"})).await.ok();
    let asked = asked["plan_id"].as_str().unwrap();
    let questions = vec![domain::plan::Question::new("who", "With whom?", Vec::new())];
    let command = PlanCommand::RequestClarification { questions, message: "One question.".into() };
    let envelope = Envelope::new(Actor::planner("offline"));
    house.commands.plans.execute(&asked.parse().unwrap(), command, envelope).await.unwrap();
    let path = format!("/api/v1/plans/{asked}/answer");
    let problem = house.post(&path, json!({"answers": {"who": " "}})).await.problem(422, "plan.bad-answer");
    assert_eq!(first_error(&problem).0, "/answers/who");
}
