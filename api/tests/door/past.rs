//! What is shown as of an earlier moment, what is refused there, and what differs between moments.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::house::{House, completed, launch};

const PLANS: &str = "/api/v1/plans";
const ENTITIES: &str = "/api/v1/workspace/entities";

/// A project that is renamed and then put away, an hour between each.
async fn project(house: &House) -> String {
    let id = house.thing("project", json!({"name": "Kestrel"})).await;
    let path = format!("{ENTITIES}/{id}");
    house.clock.advance(TimeDelta::hours(1));
    house.send("PATCH", &path, &[], Some(json!({"fields": {"name": "Osprey"}}))).await.ok();
    house.clock.advance(TimeDelta::hours(1));
    house.send("POST", &format!("{path}/archive"), &[], None).await.ok();
    house.settled().await;
    id
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_workspace_is_listed_as_it_stood_at_a_place_or_a_time() {
    let house = House::new().await;
    project(&house).await;
    for (as_of, shown) in [
        ("0", &[][..]),
        ("1", &["Kestrel"]),
        ("position:2", &["Osprey"]),
        ("3", &[]),
        ("2026-11-23T08:59:59Z", &[]),
        ("2026-11-23T09:00:00Z", &["Kestrel"]),
        ("2026-11-23T10:59:59Z", &["Osprey"]),
    ] {
        let page = house.get(&format!("{ENTITIES}?as_of={as_of}")).await.ok();
        assert_eq!(titles(&page), shown, "{as_of}");
        assert_eq!(page["position"], page["as_of"]["position"]);
    }
    let page = house.get(&format!("{ENTITIES}?as_of=3&archived=true")).await.ok();
    assert_eq!(titles(&page), ["Osprey"]);
    assert_eq!(page["as_of"], json!({"position": 3, "at": "2026-11-23T11:00:00Z"}));
    assert_eq!(house.get(&format!("{ENTITIES}?q=kestrel&as_of=1")).await.ok()["items"][0]["title"], "Kestrel");
    assert_eq!(house.get(ENTITIES).await.ok()["as_of"], Value::Null);
}

#[tokio::test]
async fn a_thing_is_shown_as_it_stood_with_what_referred_to_it_then() {
    let house = House::new().await;
    let id = project(&house).await;
    let path = format!("{ENTITIES}/{id}");
    let task = house.thing("task", json!({"title": "Call", "project": id})).await;
    house.send("PATCH", &format!("{ENTITIES}/{task}"), &[], Some(json!({"fields": {"project": null}}))).await.ok();
    house.settled().await;
    let at = async |as_of: &str| house.get(&format!("{path}?as_of={as_of}")).await;
    let first = at("0").await;
    assert_eq!(first.header("etag"), "\"0\"");
    let first = first.ok();
    assert_eq!((&first["title"], &first["archived"]), (&json!("Kestrel"), &json!(false)));
    assert_eq!(first["as_of"]["position"], 1);
    assert_eq!(at("position:4").await.ok()["linked_from"][0]["from"], task.as_str());
    assert_eq!(at("position:5").await.ok()["linked_from"], Value::Null);
    let history = house.get(&format!("{path}/history?as_of=1")).await.ok();
    assert_eq!(history["items"].as_array().unwrap().len(), 2);
    let problem = at("7").await.problem(404, "workspace.no-such-moment");
    assert_eq!(problem["newest_revision"], 2);
    at("2026-11-23T08:00:00Z").await.problem(404, "workspace.no-such-moment");
    house.get(&format!("{ENTITIES}/tsk_none?as_of=0")).await.problem(404, "workspace.no-such-entity");
}

#[tokio::test]
async fn plans_are_listed_as_they_stood() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    house.approve(&id).await;
    let other = house.draft(launch()).await;
    house.settled().await;
    let list = async |query: &str| {
        let page = house.get(&format!("{PLANS}?{query}")).await.ok();
        let row = |plan: &Value| (plan["id"].as_str().unwrap().to_owned(), plan["status"].as_str().unwrap().to_owned());
        page["items"].as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    let approved = (id.clone(), "approved".to_owned());
    assert_eq!(list("as_of=0").await, []);
    assert_eq!(list("as_of=1").await, [(id.clone(), "drafting".to_owned())]);
    assert_eq!(list("as_of=2").await, [(id.clone(), "draft".to_owned())]);
    assert_eq!(list("as_of=2&status=approved").await, []);
    assert_eq!(list("as_of=4&status=approved").await, std::slice::from_ref(&approved));
    assert_eq!(list("as_of=6").await, [(other, "draft".to_owned()), approved.clone()]);

    let first = house.get(&format!("{PLANS}?as_of=6&limit=1")).await.ok();
    let next = first["next"].as_str().unwrap();
    assert_eq!(list(&format!("as_of=6&limit=1&cursor={next}")).await, [approved]);
    house.get(&format!("{PLANS}?as_of=5&limit=1&cursor={next}")).await.problem(400, "request.bad-cursor");
    house.get(&format!("{PLANS}?limit=1&cursor={next}")).await.problem(400, "request.bad-cursor");
}

#[tokio::test]
async fn a_moment_that_has_not_come_is_refused_with_where_things_are() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    for path in [format!("{PLANS}/{id}"), PLANS.to_owned(), ENTITIES.to_owned(), format!("{PLANS}/{id}/events")] {
        let problem = house.get(&format!("{path}?as_of=position:3")).await.problem(404, "history.not-yet");
        assert_eq!((&problem["head"], &problem["errors"][0]["parameter"]), (&json!(2), &json!("as_of")));
        let problem = house.get(&format!("{path}?as_of=2030-01-01T00:00:00Z")).await.problem(404, "history.not-yet");
        assert_eq!(problem["now"], "2026-11-23T09:00:00Z");
        house.get(&format!("{path}?as_of=yesterday")).await.problem(400, "request.bad-query");
    }
    house.get(&format!("{PLANS}?as_of=revision:1")).await.problem(400, "request.bad-query");
}

#[tokio::test]
async fn nothing_is_done_in_the_past_and_nothing_there_looks_like_now() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let plan = house.plan(&id).await;
    let approve = json!({"content_hash": plan["content_hash"]});
    for (path, body) in [
        (format!("{PLANS}/{id}/approve?as_of=1"), approve),
        (format!("{PLANS}/{id}/rollback/preview?as_of=1"), json!({"scope": "plan"})),
        (format!("{PLANS}?as_of=position:1"), json!({"request": "Plan it"})),
        (format!("{ENTITIES}?as_of=1"), json!({"kind": "task", "fields": {"title": "x"}})),
    ] {
        house.post(&path, body).await.problem(409, "history.read-only");
    }
    assert_eq!(house.plan(&id).await["revision"], plan["revision"], "nothing was done");
    for path in ["/api/v1/insights", "/api/v1/activity", "/api/v1/events", "/api/v1/me"] {
        house.get(&format!("{path}?as_of=1")).await.problem(400, "request.bad-query");
        house.get(&format!("{path}?as_of=")).await.ok();
    }
    house.get("/api/v1/nothing?as_of=1").await.problem(404, "request.no-such-route");
}

#[tokio::test]
async fn the_history_of_a_plan_ends_at_the_moment() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    house.approve(&id).await;
    let at = async |query: &str| {
        let page = house.get(&format!("{PLANS}/{id}/events?{query}")).await.ok();
        let types = page["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned());
        (types.collect::<Vec<_>>(), page["next"].clone())
    };
    assert_eq!(at("as_of=1").await, (vec!["PlanCreated".to_owned(), "PlanDrafted".to_owned()], Value::Null));
    assert_eq!(at("as_of=position:1&limit=1").await.0, ["PlanCreated"]);
    assert_eq!(at("as_of=3").await.0.len(), 4);
    let (_, next) = at("as_of=2&limit=2").await;
    let rest = at(&format!("as_of=2&limit=2&cursor={}", next.as_str().unwrap())).await;
    assert_eq!(rest, (vec!["PlanApprovalGiven".to_owned()], Value::Null));
}

#[tokio::test]
async fn the_time_line_of_a_plan_has_every_event_in_short() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    house.approve(&id).await;
    house.settled().await;
    let path = format!("{PLANS}/{id}/timeline");
    let all = house.get(&path).await.ok();
    let types: Vec<_> = all["items"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["PlanCreated", "PlanDrafted", "PlanApprovalGiven", "PlanApproved"]);
    assert_eq!((&all["items"][3]["position"], &all["items"][3]["data"]), (&json!(4), &Value::Null));
    let first = house.get(&format!("{path}?limit=3")).await.ok();
    let rest = house.get(&format!("{path}?limit=3&cursor={}", first["next"].as_str().unwrap())).await.ok();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    let nobody = "pln_01900000-0000-7000-8000-000000000000";
    house.get(&format!("{PLANS}/{nobody}/timeline")).await.problem(404, "plan.no-such-plan");
}

#[tokio::test]
async fn the_impact_of_a_plan_is_that_on_the_workspace_of_the_same_moment() {
    let house = House::new().await;
    let task = house.thing("task", json!({"title": "Call", "status": "open"})).await;
    let id = house
        .draft(json!([{"id": "a", "action_type": "task.update", "params": {"task": task, "status": "done"}}]))
        .await;
    house.send("PATCH", &format!("{ENTITIES}/{task}"), &[], Some(json!({"fields": {"status": "done"}}))).await.ok();
    let before = async |query: &str| {
        let plan = house.get(&format!("{PLANS}/{id}{query}")).await.ok();
        plan["steps"][0]["impact"]["changes"].as_array().unwrap().iter().map(|change| change["before"].clone()).next()
    };
    assert_eq!(before("?as_of=1").await, Some(json!("open")));
    assert_ne!(before("").await, Some(json!("open")));
}

#[tokio::test]
async fn two_moments_of_a_plan_differ_in_how_its_steps_stood() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    house.approve(&id).await;
    house.post(&format!("{PLANS}/{id}/start"), json!({})).await.ok();
    house.advance(&id, Vec::new()).await;
    house.advance(&id, vec![completed("create", 1, json!({"id": "prj_1"}))]).await;
    let diff = house.get(&format!("{PLANS}/{id}/diff?from=1")).await.ok();
    assert_eq!(diff["status"], json!({"before": "draft", "after": "executing"}));
    assert_eq!(diff["difference"]["changed"], 0);
    let stood = |index: usize| (diff["steps"][index]["before"].clone(), diff["steps"][index]["after"].clone());
    assert_eq!(stood(0), (json!("pending"), json!("completed")));
    assert_eq!(stood(2), (json!("pending"), json!("pending")));
}

#[tokio::test]
async fn two_plans_are_compared_step_by_step() {
    let house = House::new().await;
    let (one, mut steps) = (house.draft(launch()).await, launch());
    steps[1]["id"] = json!("think");
    steps[2]["depends_on"] = json!(["think"]);
    steps[2]["params"]["about"] = json!("{{steps.think.result.id}}");
    let other = house.draft(steps).await;
    let diff = house.get(&format!("{PLANS}/{one}/diff?with={other}")).await.ok();
    assert_eq!(diff["with"], other.as_str());
    assert_eq!(diff["steps"].as_array().unwrap().len(), 3, "{diff}");
    assert_eq!(diff["steps"][1]["matched"], "title");
    assert_eq!((&diff["steps"][1]["before_id"], &diff["steps"][1]["id"]), (&json!("plan"), &json!("think")));
    assert_eq!(diff["difference"]["steps"][2]["change"], "kept");
    house.get(&format!("{PLANS}/{one}/diff")).await.problem(400, "request.bad-query");
    let nobody = "pln_01900000-0000-7000-8000-000000000000";
    house.get(&format!("{PLANS}/{one}/diff?with={nobody}")).await.problem(404, "plan.no-such-plan");
}
