//! Carrying plans out and steering their steps. The executor's part is played by hand.

use serde_json::json;

use crate::house::{House, completed, failed, first_error, launch, manual, unknown};

#[tokio::test]
async fn a_plan_starts_pauses_resumes_and_is_cancelled() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let verb = |verb: &str| format!("/api/v1/plans/{id}/{verb}");
    house.send("POST", &verb("start"), &[], None).await.problem(409, "plan.wrong-status");
    house.approve(&id).await;
    assert_eq!(house.send("POST", &verb("start"), &[], None).await.ok()["status"], "executing");
    for silent in [None, Some(json!({})), Some(json!({"reason": "  "}))] {
        let problem = house.send("POST", &verb("pause"), &[], silent).await.problem(422, "plan.reason-missing");
        assert_eq!(first_error(&problem).0, "/reason");
    }
    house.post(&verb("pause"), json!({"reason": "coffee"})).await.ok();
    assert_eq!(house.send("POST", &verb("resume"), &[], None).await.ok()["status"], "executing");
    house.post(&verb("pause"), json!({"reason": "lunch"})).await.ok();
    assert_eq!(house.plan(&id).await["run"]["paused"], "lunch");
    house.post(&verb("cancel"), json!({})).await.problem(422, "plan.reason-missing");
    assert_eq!(house.post(&verb("cancel"), json!({"reason": "changed our mind"})).await.ok()["status"], "cancelled");
    house.post(&verb("resume"), json!({})).await.problem(409, "plan.wrong-status");
}

#[tokio::test]
async fn a_running_plan_shows_how_far_each_step_is_and_why_it_waits() {
    let house = House::new().await;
    let id = house.started(launch()).await;
    house.advance(&id, vec![]).await;
    let plan = house.plan(&id).await;
    assert_eq!(plan["progress"]["current"], json!(["create"]));
    assert_eq!((&plan["steps"][0]["status"], &plan["steps"][0]["attempts"]), (&json!("executing"), &json!(1)));
    assert_eq!(plan["steps"][0]["resolved_params"], json!({"name": "Kestrel"}));
    let waiting = &plan["steps"][1]["waiting_for"][0];
    assert_eq!((&waiting["kind"], &waiting["step_id"]), (&json!("dependency"), &json!("create")));
    house.advance(&id, vec![completed("create", 1, json!({"id": "prj_1"}))]).await;
    let plan = house.plan(&id).await;
    assert_eq!(
        (&plan["steps"][0]["status"], &plan["steps"][0]["result"]["id"]),
        (&json!("completed"), &json!("prj_1"))
    );
    assert_eq!(plan["steps"][1]["resolved_params"]["project"], "prj_1");
    assert_eq!(plan["progress"]["completed"], 1);
}

#[tokio::test]
async fn a_failed_step_is_retried_or_skipped() {
    let house = House::new().await;
    let id = house.started(launch()).await;
    let step = |step: &str, verb: &str| format!("/api/v1/plans/{id}/steps/{step}/{verb}");
    house.advance(&id, vec![]).await;
    house.post(&step("create", "retry"), json!({})).await.problem(409, "plan.wrong-step-status");
    house.advance(&id, vec![failed("create", 1)]).await;
    let plan = house.plan(&id).await;
    assert_eq!(plan["steps"][0]["error"]["message"], "it broke");
    assert_eq!((&plan["steps"][0]["attempt_log"][0]["number"], &plan["status"]), (&json!(1), &json!("failed")));
    let problem =
        house.post(&step("create", "retry"), json!({"params": {}})).await.problem(422, "plan.invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/params/name");
    house.post(&step("create", "retry"), json!({"params": {"name": "Falcon"}})).await.ok();
    house.advance(&id, vec![failed("create", 2)]).await;
    house.advance(&id, vec![failed("create", 2)]).await;
    house.post(&step("create", "skip"), json!({})).await.problem(422, "plan.reason-missing");
    house.post(&step("nowhere", "skip"), json!({"reason": "x"})).await.problem(404, "plan.no-such-step");
    house.post(&step("No-Step", "skip"), json!({"reason": "x"})).await.problem(404, "plan.no-such-step");
    house.post(&step("create", "skip"), json!({"reason": "made by hand", "result": {"id": "prj_2"}})).await.ok();
    let plan = house.plan(&id).await;
    assert_eq!(
        (&plan["steps"][0]["status"], &plan["steps"][0]["skip_reason"]),
        (&json!("skipped"), &json!("made by hand"))
    );
}

#[tokio::test]
async fn a_manual_step_is_completed_by_a_person_and_others_are_not() {
    let house = House::new().await;
    let id = house.started(manual()).await;
    house.advance(&id, vec![]).await;
    assert_eq!(house.plan(&id).await["steps"][0]["waiting_for"][0]["kind"], "person");
    let path = format!("/api/v1/plans/{id}/steps/call/complete");
    house.post(&path, json!({"note": "They were kind"})).await.ok();
    let step = house.plan(&id).await["steps"][0].clone();
    assert_eq!((&step["status"], &step["effects"][0]["note"]), (&json!("completed"), &json!("They were kind")));

    let other = house.started(launch()).await;
    house.advance(&other, vec![]).await;
    house
        .post(&format!("/api/v1/plans/{other}/steps/create/complete"), json!({}))
        .await
        .problem(409, "plan.not-manual");
}

#[tokio::test]
async fn a_gated_step_waits_for_its_approval() {
    let house = House::new().await;
    let steps = json!([{"id": "a", "action_type": "idea.create", "params": {"title": "x"}, "requires_approval": true},
        {"id": "b", "action_type": "idea.create", "params": {"title": "y"}}]);
    let id = house.started(steps).await;
    house.advance(&id, vec![]).await;
    assert_eq!(house.plan(&id).await["steps"][0]["status"], "waiting_approval");
    house.post(&format!("/api/v1/plans/{id}/steps/b/approve"), json!({})).await.problem(409, "plan.no-gate");
    house.send("POST", &format!("/api/v1/plans/{id}/steps/a/approve"), &[], None).await.ok();
    let step = house.plan(&id).await["steps"][0].clone();
    assert_eq!((&step["status"], &step["approved"]), (&json!("pending"), &json!(true)));
}

#[tokio::test]
async fn an_outcome_that_nobody_knows_is_resolved_by_a_person() {
    let house = House::new().await;
    let id = house.started(launch()).await;
    house.advance(&id, vec![]).await;
    house.advance(&id, vec![unknown("create", 1)]).await;
    assert_eq!(house.plan(&id).await["steps"][0]["status"], "outcome_unknown");
    let path = format!("/api/v1/plans/{id}/steps/create/resolve");
    house.post(&path, json!({"outcome": "perhaps", "reason": "x"})).await.problem(422, "request.invalid-body");
    house.post(&path, json!({"outcome": "happened"})).await.problem(422, "plan.reason-missing");
    let body = json!({"outcome": "happened", "result": {"id": "prj_1"}, "reason": "I saw it"});
    house.post(&path, body).await.ok();
    assert_eq!(house.plan(&id).await["steps"][0]["status"], "completed");
}
