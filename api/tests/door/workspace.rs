//! Things in the workspace, by hand.

use serde_json::json;

use crate::house::{House, first_error};

const ENTITIES: &str = "/api/v1/workspace/entities";

#[tokio::test]
async fn a_thing_is_made_changed_put_away_and_brought_back() {
    let house = House::new().await;
    let reply = house.post(ENTITIES, json!({"kind": "task", "fields": {"title": "Call", "status": "open"}})).await;
    let id = reply.body["id"].as_str().unwrap().to_owned();
    let path = format!("{ENTITIES}/{id}");
    assert_eq!((reply.status.as_u16(), reply.header("location"), reply.header("etag")), (201, path.as_str(), "\"0\""));
    let changed =
        house.send("PATCH", &path, &[("if-match", "\"0\"")], Some(json!({"fields": {"status": "done"}}))).await;
    assert_eq!(changed.ok()["revision"], 1);
    let task = house.get(&path).await;
    assert_eq!(task.header("etag"), "\"1\"");
    let task = task.ok();
    assert_eq!(
        (&task["kind"], &task["title"], &task["fields"]["status"]),
        (&json!("task"), &json!("Call"), &json!("done"))
    );
    house.send("POST", &format!("{path}/archive"), &[], None).await.ok();
    house
        .send("PATCH", &path, &[], Some(json!({"fields": {"status": "open"}})))
        .await
        .problem(409, "workspace.archived");
    house.send("POST", &format!("{path}/restore"), &[], None).await.ok();
    let history = house.get(&format!("{path}/history")).await.ok();
    let types: Vec<_> = history["items"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["EntityCreated", "EntityChanged", "EntityArchived", "EntityRestored"]);
}

#[tokio::test]
async fn a_change_on_an_old_revision_is_refused() {
    let house = House::new().await;
    let id = house.thing("person", json!({"name": "Sarah Chen"})).await;
    let path = format!("{ENTITIES}/{id}");
    house.send("PATCH", &path, &[], Some(json!({"fields": {"email": "a@b.example"}}))).await.ok();
    let reply = house.send("PATCH", &path, &[("if-match", "\"0\"")], Some(json!({"fields": {"name": "S"}}))).await;
    let problem = reply.problem(412, "precondition.revision-mismatch");
    assert_eq!((&problem["actual_revision"], &problem["changed"][0]["type"]), (&json!(1), &json!("EntityChanged")));
    assert_eq!(problem["diff"], json!(null));
}

#[tokio::test]
async fn fields_that_do_not_fit_the_kind_are_named() {
    let house = House::new().await;
    for (kind, fields, pointer) in [
        ("person", json!({}), "/fields/name"),
        ("task", json!({"title": "x", "colour": "red"}), "/fields/colour"),
        ("task", json!({"title": "x", "admin": "yes"}), "/fields/admin"),
        ("task", json!({"title": "x", "assignee": "tsk_1"}), "/fields/assignee"),
    ] {
        let reply = house.post(ENTITIES, json!({"kind": kind, "fields": fields})).await;
        let problem = reply.problem(422, "workspace.bad-fields");
        assert_eq!(first_error(&problem).0, pointer);
    }
    house.post(ENTITIES, json!({"kind": "colour", "fields": {}})).await.problem(422, "request.invalid-body");
    house.post(ENTITIES, json!({"kind": "task"})).await.problem(422, "request.invalid-body");
}

#[tokio::test]
async fn things_are_linked_both_ways_and_unlinked() {
    let house = House::new().await;
    let task = house.thing("task", json!({"title": "Call Sarah"})).await;
    let sarah = house.thing("person", json!({"name": "Sarah Chen"})).await;
    let links = format!("{ENTITIES}/{task}/links");
    let reply = house.post(&links, json!({"to": sarah, "relation": "about"})).await;
    assert_eq!(reply.status.as_u16(), 201);
    let (link, position) = (reply.body["link_id"].as_str().unwrap(), &reply.body["position"]);
    let person = house.get(&format!("{ENTITIES}/{sarah}?min_position={position}")).await.ok();
    let back = &person["linked_from"][0];
    assert_eq!((&back["from"], &back["relation"], &back["link_id"]), (&json!(task), &json!("about"), &json!(link)));
    assert_eq!(house.get(&format!("{ENTITIES}/{task}")).await.ok()["links"][0]["to"], sarah.as_str());
    house.post(&links, json!({"to": task})).await.problem(422, "workspace.link-to-itself");
    house.post(&links, json!({"to": "per_nobody"})).await.problem(404, "workspace.no-such-entity");
    house.post(&links, json!({"to": sarah, "relation": ""})).await.problem(422, "workspace.bad-relation");
    house.send("DELETE", &format!("{links}/{link}"), &[], None).await.ok();
    house.send("DELETE", &format!("{links}/{link}"), &[], None).await.problem(404, "workspace.no-such-link");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let house = House::new().await;
    for id in ["prj_nothing", "nonsense", "x_y_z"] {
        let path = format!("{ENTITIES}/{id}");
        house.get(&path).await.problem(404, "workspace.no-such-entity");
        house.get(&format!("{path}/history")).await.problem(404, "workspace.no-such-entity");
        house.send("POST", &format!("{path}/archive"), &[], None).await.problem(404, "workspace.no-such-entity");
        house
            .send("PATCH", &path, &[("if-match", "\"3\"")], Some(json!({"fields": {}})))
            .await
            .problem(404, "workspace.no-such-entity");
    }
}

#[tokio::test]
async fn the_sample_is_loaded_once_however_often_it_is_asked_for() {
    let house = House::new().await;
    let sample = "/api/v1/workspace/sample";
    let first = house.send("POST", sample, &[("idempotency-key", "a")], None).await.ok();
    let count = first["ids"].as_array().unwrap().len();
    assert_eq!(first["created"], count);
    let head = house.log.head().await.unwrap();
    let again = house.send("POST", sample, &[("idempotency-key", "a")], None).await.ok();
    assert_eq!(again, first, "the same request gets the same answer");
    let another = house.send("POST", sample, &[("idempotency-key", "b")], None).await.ok();
    assert_eq!((&another["created"], &another["ids"]), (&json!(0), &first["ids"]));
    assert_eq!(house.log.head().await.unwrap(), head);
    let people = house.get(&format!("{ENTITIES}?kind=person&q=sarah&min_position={}", first["position"])).await.ok();
    assert_eq!(people["items"][0]["title"], "Sarah Chen");
    for (kind, least) in [("person", 6), ("idea", 4), ("project", 4), ("task", 8)] {
        let list = house.get(&format!("{ENTITIES}?kind={kind}")).await.ok();
        assert!(list["items"].as_array().unwrap().len() >= least, "{kind}");
    }
}

#[tokio::test]
async fn archived_things_are_listed_when_asked_for() {
    let house = House::new().await;
    let id = house.thing("idea", json!({"title": "Plants"})).await;
    house.send("POST", &format!("{ENTITIES}/{id}/archive"), &[], None).await.ok();
    house.settled().await;
    let count =
        async |query: &str| house.get(&format!("{ENTITIES}?{query}")).await.ok()["items"].as_array().unwrap().len();
    assert_eq!((count("kind=idea").await, count("kind=idea&archived=true").await), (0, 1));
}

#[tokio::test]
async fn things_are_asked_for_by_id_whatever_has_become_of_them() {
    let house = House::new().await;
    let idea = house.thing("idea", json!({"title": "Plants"})).await;
    let task = house.thing("task", json!({"title": "Water them"})).await;
    house.thing("task", json!({"title": "Something else"})).await;
    house.send("POST", &format!("{ENTITIES}/{idea}/archive"), &[], None).await.ok();
    house.settled().await;
    let list = house.get(&format!("{ENTITIES}?ids={idea},{task},tsk_unknown")).await.ok();
    let ids: Vec<_> = list["items"].as_array().unwrap().iter().map(|thing| thing["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [task.as_str(), idea.as_str()]);
    let problem = house.get(&format!("{ENTITIES}?ids={task},nothing-at-all")).await.problem(400, "request.bad-query");
    assert_eq!(problem["errors"][0]["parameter"], "ids");
    let many = vec![task.as_str(); 201].join(",");
    house.get(&format!("{ENTITIES}?ids={many}")).await.problem(400, "request.bad-query");
}
