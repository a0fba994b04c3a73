//! Changing a plan's content.

use serde_json::{Value, json};

use crate::house::{House, first_error, launch};

async fn edit(house: &House, id: &str, changes: Value) -> crate::house::Reply {
    let revision = house.plan(id).await["revision"].as_u64().unwrap();
    house.post_on(revision, &format!("/api/v1/plans/{id}/edits"), json!({ "changes": changes })).await
}

fn ids(plan: &Value) -> Vec<&str> {
    plan["steps"].as_array().unwrap().iter().map(|step| step["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn all_kinds_of_changes_are_made_in_one_edit() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let reply = edit(
        &house,
        &id,
        json!([
            {"op": "add_step", "step": {"id": "remind", "action_type": "reminder.set", "depends_on": ["create"],
                "params": {"about": "{{steps.create.result.id}}", "at": "2026-12-01"}}, "after": "create"},
            {"op": "edit_step", "step_id": "plan", "set": {"title": "Plan the launch"}},
            {"op": "remove_step", "step_id": "tell"},
            {"op": "move_step", "step_id": "remind", "after": "plan"},
            {"op": "edit_details", "name": "Launch Kestrel"},
            {"op": "set_policy", "policy": {"max_parallel": 2}},
        ]),
    )
    .await;
    assert_eq!(reply.header("etag"), format!("\"{}\"", reply.body["revision"]));
    assert_eq!(reply.ok()["status"], "draft");
    let plan = house.plan(&id).await;
    assert_eq!(ids(&plan), ["create", "plan", "remind"]);
    assert_eq!((&plan["name"], &plan["policy"]["max_parallel"]), (&json!("Launch Kestrel"), &json!(2)));
    assert_eq!(plan["steps"][1]["title"], "Plan the launch");
}

#[tokio::test]
async fn an_edit_names_the_revision_it_was_made_on() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let path = format!("/api/v1/plans/{id}/edits");
    let rename = |name: &str| json!({"changes": [{"op": "edit_details", "name": name}]});
    house.post(&path, rename("x")).await.problem(428, "precondition.if-match-missing");
    house.post_on(1, &path, rename("mine")).await.ok();
    let reply = house.post_on(1, &path, rename("theirs")).await;
    assert_eq!(reply.header("etag"), "\"2\"");
    let problem = reply.problem(412, "precondition.revision-mismatch");
    assert_eq!((&problem["expected_revision"], &problem["actual_revision"]), (&json!(1), &json!(2)));
    assert_eq!(problem["changed"][0]["type"], "PlanDetailsEdited");
    assert_eq!(problem["changed"][0]["actor"]["id"], "local");
    assert_eq!(problem["diff"], format!("/api/v1/plans/{id}/diff?from=1&to=2"));
    assert_eq!(house.plan(&id).await["name"], "mine");
}

#[tokio::test]
async fn an_edit_is_all_or_nothing_and_points_at_what_was_sent() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    for (changes, pointer, code) in [
        (
            json!([{"op": "edit_details", "name": "new"}, {"op": "add_step", "action_type": "idea.create", "params": {"titel": 1}}]),
            "/changes/1/params/title",
            "missing-param",
        ),
        (
            json!([{"op": "edit_step", "step": "create", "changes": {"depends_on": ["tell"]}}]),
            "/changes/0/changes/depends_on/0",
            "cycle",
        ),
        (
            json!([{"op": "edit_step", "step_id": "plan", "set": {"depends_on": []}}]),
            "/changes/0/set/params/project",
            "reference-to-no-ancestor",
        ),
        (json!([{"op": "edit_details", "name": ""}]), "/changes/0/name", "bad-value"),
    ] {
        let problem = edit(&house, &id, changes).await.problem(422, "plan.invalid-content");
        assert_eq!(first_error(&problem), (pointer, code), "{problem}");
    }
    let plan = house.plan(&id).await;
    assert_eq!((&plan["name"], &plan["revision"]), (&json!("Launch"), &json!(1)));
}

#[tokio::test]
async fn a_step_that_others_need_is_kept_or_rewired() {
    let house = House::new().await;
    let steps = json!([
        {"id": "a", "action_type": "idea.create", "params": {"title": "a"}},
        {"id": "b", "action_type": "idea.create", "params": {"title": "b"}, "depends_on": ["a"]},
        {"id": "c", "action_type": "idea.create", "params": {"title": "c"}, "depends_on": ["b"]},
    ]);
    let id = house.draft(steps).await;
    let reply = edit(&house, &id, json!([{"op": "remove_step", "id": "b"}])).await;
    let problem = reply.problem(409, "plan.step-has-dependents");
    assert_eq!(problem["dependents"], json!(["c"]));
    assert_eq!(first_error(&problem), ("/changes/0/id", "step-has-dependents"));
    edit(&house, &id, json!([{"op": "remove_step", "step_id": "b", "dependents": "rewire"}])).await.ok();
    let plan = house.plan(&id).await;
    assert_eq!((ids(&plan), &plan["steps"][1]["depends_on"]), (vec!["a", "c"], &json!(["a"])));
}

#[tokio::test]
async fn a_change_to_a_step_that_is_not_there_names_the_place() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let reply = edit(&house, &id, json!([{"op": "move_step", "step": "nowhere", "to": 0}])).await;
    let problem = reply.problem(404, "plan.no-such-step");
    assert_eq!(first_error(&problem), ("/changes/0/step", "unknown-step"));
    edit(&house, &id, json!([])).await.problem(422, "plan.no-changes");
}

#[tokio::test]
async fn a_plan_that_runs_is_not_edited() {
    let house = House::new().await;
    let id = house.started(launch()).await;
    let reply = edit(&house, &id, json!([{"op": "edit_details", "name": "x"}])).await;
    let problem = reply.problem(409, "plan.wrong-status");
    assert_eq!(problem["plan_status"], "executing");
}
