//! Rolling back through the door: look, choose, confirm, and undo the rollback; with the real actions behind it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use eventlog::Filter;
use execution::{
    InFlight, InFlightError, PlansInFlight, Runner,
    actions::HttpConfig,
    registry::Registry,
    runner::{Parts, Settings},
};
use serde_json::{Value, json};

use crate::house::{House, first_error, launch, manual};

/// The house has just been built; nothing is under way.
struct Nothing;

#[async_trait]
impl InFlight for Nothing {
    async fn plans_in_flight(&self) -> Result<PlansInFlight, InFlightError> {
        Ok(PlansInFlight::default())
    }
}

fn carry_out(house: &House) -> Runner {
    let registry = Registry::builtin(&house.commands, HttpConfig::default()).unwrap();
    Runner::start(Parts {
        commands: house.commands.clone(),
        registry: Arc::new(registry),
        clock: Arc::new(house.clock.clone()),
        in_flight: Arc::new(Nothing),
        claims: None,
        settings: Settings::default(),
    })
}

/// Waits until the plan has this status.
async fn until(house: &House, id: &str, status: &str) -> Value {
    let mut told = house.log.subscribe_all(None, Filter::All).await.unwrap();
    let waiting = async {
        loop {
            let plan = house.plan(id).await;
            if plan["status"] == status {
                return plan;
            }
            told.next().await.unwrap().unwrap();
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("the plan gets there")
}

async fn look(house: &House, id: &str, body: Value) -> (u64, Value) {
    let reply = house.post(&format!("/api/v1/plans/{id}/rollback/preview"), body).await;
    let revision = reply.header("etag").trim_matches('"').parse().unwrap_or_default();
    (revision, reply.ok())
}

async fn confirm(house: &House, id: &str, revision: u64, body: Value) -> crate::house::Reply {
    house.post_on(revision, &format!("/api/v1/plans/{id}/rollback"), body).await
}

/// Everything in the workspace that is there, field by field.
async fn workspace(house: &House) -> Vec<(String, Value, Value)> {
    house.settled().await;
    let list = house.get("/api/v1/workspace/entities?limit=200").await.ok();
    let mut things: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|thing| thing["withdrawn"] != true)
        .map(|thing| (thing["id"].as_str().unwrap().to_owned(), thing["fields"].clone(), thing["archived"].clone()))
        .collect();
    things.sort_by(|a, b| a.0.cmp(&b.0));
    things
}

#[tokio::test]
async fn a_changed_task_is_kept_everything_else_goes_and_comes_again() {
    let house = House::new().await;
    let _runner = carry_out(&house);
    house.thing("project", json!({"name": "Older"})).await;
    let before = workspace(&house).await;
    let id = house.started(launch()).await;
    let done = until(&house, &id, "completed").await;
    let task = done["steps"][1]["result"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/workspace/entities/{task}");
    let revision = house.get(&path).await.ok()["revision"].as_u64().unwrap();
    let renamed = json!({"fields": {"title": "Plan it well"}});
    house.send("PATCH", &path, &[("if-match", &format!("\"{revision}\""))], Some(renamed)).await.ok();
    let changed = workspace(&house).await;

    let (revision, seen) = look(&house, &id, json!({})).await;
    assert_eq!(seen["undecided"], json!([task]));
    assert_eq!(seen["coverage"], json!({"restored": 2, "total": 3}));
    let order: Vec<_> = seen["steps"].as_array().unwrap().iter().map(|step| step["step_id"].clone()).collect();
    assert_eq!(order, ["tell", "plan", "create"]);
    let rows = seen["steps"][1]["changes"].as_array().unwrap();
    let row = rows.iter().find(|change| change["field"] == "title").unwrap();
    assert_eq!((&row["written"], &row["now"]), (&json!("Plan it"), &json!("Plan it well")));
    assert_eq!(row["conflict"]["actor"]["kind"], "person");
    assert!(row["conflict"]["at"].is_string());
    assert_eq!(row["choices"], json!(["keep", "restore", "stop"]));

    let hash = seen["preview_hash"].clone();
    let body = |choices: Value| json!({"preview_hash": hash, "reason": "moved to spring", "choices": choices});
    confirm(&house, &id, revision, json!({"preview_hash": hash})).await.problem(422, "plan.reason-missing");
    let problem = confirm(&house, &id, revision, body(json!([]))).await.problem(409, "plan.choice-missing");
    assert_eq!(problem["undecided"], json!([task]));
    let merge = json!([{"entity": task, "choice": "merge"}]);
    confirm(&house, &id, revision, body(merge)).await.problem(422, "plan.choice-not-offered");
    let stop = json!([{"entity": task, "choice": "stop"}]);
    confirm(&house, &id, revision, body(stop)).await.problem(409, "plan.rollback-stopped");
    let keep = json!([{"entity": task, "choice": "keep"}]);
    let reply = confirm(&house, &id, revision, body(keep)).await;
    assert_eq!(reply.status, 202, "{}", reply.text);

    let back = until(&house, &id, "rolled_back").await;
    let statuses: Vec<_> = back["steps"].as_array().unwrap().iter().map(|step| step["status"].clone()).collect();
    assert_eq!(statuses, ["undone", "completed", "undone"]);
    let kept: Vec<_> = changed.iter().filter(|thing| thing.0 == task).cloned().collect();
    let mut expected = [before, kept].concat();
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(workspace(&house).await, expected);

    let rollback_id = back["rollbacks"][0]["id"].clone();
    let (revision, seen) = look(&house, &id, json!({"scope": "rollback", "rollback_id": rollback_id})).await;
    let body = json!({"preview_hash": seen["preview_hash"], "reason": "it is on again"});
    assert_eq!(confirm(&house, &id, revision, body).await.status, 202);
    let again = until(&house, &id, "completed").await;
    assert_eq!(again["rollbacks"][0]["undone_by"], again["rollbacks"][1]["id"]);
    assert_eq!(workspace(&house).await, changed);
}

#[tokio::test]
async fn an_old_preview_is_answered_with_the_new_one() {
    let house = House::new().await;
    let _runner = carry_out(&house);
    let project = house.thing("project", json!({"name": "Kestrel", "status": "new"})).await;
    let steps =
        json!([{"id": "set", "action_type": "project.update", "params": {"project": project, "status": "hot"}}]);
    let id = house.started(steps).await;
    until(&house, &id, "completed").await;
    let (revision, seen) = look(&house, &id, json!({"scope": "step", "step_id": "set"})).await;
    let path = format!("/api/v1/workspace/entities/{project}");
    let etag = house.get(&path).await.ok()["revision"].to_string();
    let renamed = json!({"fields": {"status": "mine"}});
    house.send("PATCH", &path, &[("if-match", &format!("\"{etag}\""))], Some(renamed)).await.ok();
    let body = json!({"preview_hash": seen["preview_hash"], "reason": "wrong"});
    let problem = confirm(&house, &id, revision, body).await.problem(409, "plan.preview-stale");
    assert_eq!(problem["preview"]["undecided"], json!([project]));
    assert_ne!(problem["preview"]["preview_hash"], seen["preview_hash"]);
    assert_eq!(house.plan(&id).await["revision"], revision);
    assert_eq!(house.get(&path).await.ok()["fields"]["status"], "mine");
}

#[tokio::test]
async fn what_is_asked_for_must_be_there_and_named() {
    let house = House::new().await;
    let draft = house.draft(launch()).await;
    let path = |id: &str| format!("/api/v1/plans/{id}/rollback/preview");
    house.post(&path(&draft), json!({})).await.problem(409, "plan.wrong-status");
    let id = house.started(manual()).await;
    house.advance(&id, vec![]).await;
    house.post(&path(&id), json!({})).await.problem(409, "plan.nothing-to-roll-back");
    let problem = house.post(&path(&id), json!({"scope": "step"})).await.problem(422, "request.invalid-body");
    assert_eq!(first_error(&problem).0, "/step_id");
    house.post(&path(&id), json!({"scope": "step", "step_id": "x"})).await.problem(404, "plan.no-such-step");
    house.post(&path(&id), json!({"scope": "step", "step_id": "call"})).await.problem(409, "plan.wrong-step-status");
    let nowhere = json!({"scope": "rollback", "rollback_id": "rbk_01900000-0000-7000-8000-000000000000"});
    house.post(&path(&id), nowhere).await.problem(404, "plan.no-such-rollback");
    let back = format!("/api/v1/plans/{id}/rollback");
    house.post(&back, json!({"preview_hash": "x", "reason": "y"})).await.problem(428, "precondition.if-match-missing");
    let problem = house.post_on(3, &back, json!({"preview_hash": "x", "reason": "y"})).await;
    assert_eq!(first_error(&problem.problem(422, "request.invalid-body")).0, "/preview_hash");
    let stuck = format!("/api/v1/plans/{id}/rollback/steps/call");
    house.post(&format!("{stuck}/retry"), json!({})).await.problem(409, "plan.wrong-status");
    house.post(&format!("{stuck}/resolve"), json!({"reason": "x"})).await.problem(409, "plan.wrong-status");
}

#[tokio::test]
async fn a_manual_step_asks_a_person_to_take_it_back() {
    let house = House::new().await;
    let _runner = carry_out(&house);
    let id = house.started(manual()).await;
    let mut told = house.log.subscribe_all(None, Filter::All).await.unwrap();
    while house.plan(&id).await["steps"][0]["status"] != "executing" {
        told.next().await.unwrap().unwrap();
    }
    house.post(&format!("/api/v1/plans/{id}/steps/call/complete"), json!({})).await.ok();
    until(&house, &id, "completed").await;
    let (revision, seen) = look(&house, &id, json!({})).await;
    assert_eq!(seen["steps"][0]["class"], "best_effort");
    let body = json!({"preview_hash": seen["preview_hash"], "reason": "wrong printer"});
    confirm(&house, &id, revision, body).await.ok();
    while house.plan(&id).await["steps"][0]["status"] != "undoing" {
        told.next().await.unwrap().unwrap();
    }
    let waits = house.plan(&id).await["steps"][0]["waiting_for"][0].clone();
    assert_eq!(waits["kind"], "person");
    let settle = format!("/api/v1/plans/{id}/rollback/steps/call/resolve");
    house.post(&settle, json!({"reason": ""})).await.problem(422, "plan.reason-missing");
    house.post(&settle, json!({"reason": "called again"})).await.ok();
    let back = until(&house, &id, "rolled_back").await;
    assert_eq!(back["steps"][0]["undo_note"], "called again");
}

#[tokio::test]
async fn what_is_lost_for_good_is_confirmed_by_the_plans_name() {
    let house = House::new().await;
    let _runner = carry_out(&house);
    let project = house.thing("project", json!({"name": "Kestrel", "status": "new"})).await;
    let steps =
        json!([{"id": "set", "action_type": "project.update", "params": {"project": project, "status": "hot"}}]);
    let id = house.started(steps).await;
    until(&house, &id, "completed").await;
    let path = format!("/api/v1/workspace/entities/{project}");
    let etag = house.get(&path).await.ok()["revision"].to_string();
    let mine = json!({"fields": {"status": "mine"}});
    house.send("PATCH", &path, &[("if-match", &format!("\"{etag}\""))], Some(mine)).await.ok();

    let choices = json!([{"entity": project, "choice": "restore"}]);
    let (revision, seen) = look(&house, &id, json!({"choices": choices})).await;
    let body = |name: Value| {
        let hash = &seen["preview_hash"];
        json!({"preview_hash": hash, "reason": "wrong", "choices": choices, "name": name})
    };
    for silent in [json!(null), json!("  ")] {
        let problem = confirm(&house, &id, revision, body(silent)).await.problem(422, "plan.name-missing");
        assert_eq!((first_error(&problem).0, &problem["lost"]), ("/name", &seen["lost"]));
    }
    let problem = confirm(&house, &id, revision, body(json!("Lunch"))).await.problem(422, "plan.wrong-name");
    assert_eq!(first_error(&problem).0, "/name");
    assert_eq!(house.get(&path).await.ok()["fields"]["status"], "mine");
    assert_eq!(confirm(&house, &id, revision, body(json!("Launch"))).await.status, 202);
    until(&house, &id, "rolled_back").await;
    assert_eq!(house.get(&path).await.ok()["fields"]["status"], "new");
}

#[tokio::test]
async fn a_paused_rollback_is_left_half_way_and_begun_again() {
    let house = House::new().await;
    let _runner = carry_out(&house);
    let id = house.started(manual()).await;
    let mut told = house.log.subscribe_all(None, Filter::All).await.unwrap();
    while house.plan(&id).await["steps"][0]["status"] != "executing" {
        told.next().await.unwrap().unwrap();
    }
    house.post(&format!("/api/v1/plans/{id}/steps/call/complete"), json!({})).await.ok();
    until(&house, &id, "completed").await;
    let (revision, seen) = look(&house, &id, json!({})).await;
    let body = json!({"preview_hash": seen["preview_hash"], "reason": "wrong printer"});
    confirm(&house, &id, revision, body).await.ok();
    while house.plan(&id).await["steps"][0]["status"] != "undoing" {
        told.next().await.unwrap().unwrap();
    }
    let stop = format!("/api/v1/plans/{id}/rollback/stop");
    house.post(&stop, json!({"reason": "keep it"})).await.problem(409, "plan.wrong-status");
    house.post(&format!("/api/v1/plans/{id}/pause"), json!({"reason": "look again"})).await.ok();
    assert_eq!(first_error(&house.post(&stop, json!({})).await.problem(422, "plan.reason-missing")).0, "/reason");
    assert_eq!(house.post(&stop, json!({"reason": "keep it"})).await.ok()["status"], "completed");
    let plan = house.plan(&id).await;
    assert_eq!(
        (&plan["rollbacks"][0]["stopped"], &plan["steps"][0]["status"]),
        (&json!("keep it"), &json!("completed"))
    );
    let (_, seen) = look(&house, &id, json!({})).await;
    assert_eq!(seen["coverage"]["total"], 1);
}
