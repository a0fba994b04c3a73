//! The three requests that Cairn was made for, from the words to what they made.

use serde_json::{Value, json};

use crate::support::{Server, folder};

async fn with_sample(server: &Server) {
    let loaded = server.post("/workspace/sample", json!({})).await;
    assert!(loaded.status.is_success(), "{:?}", loaded.body);
}

async fn carry_out(server: &Server, plan: &Value) -> Value {
    assert_eq!(plan["status"], "draft", "{plan:#}");
    server.approve_and_start(plan).await;
    let id = plan["id"].as_str().expect("an id");
    server.plan_until(id, |plan| plan["status"] != "executing").await
}

fn result_of<'a>(plan: &'a Value, action: &str) -> &'a str {
    let steps = plan["steps"].as_array().expect("steps");
    let step =
        steps.iter().find(|step| step["action_type"] == action).unwrap_or_else(|| panic!("no {action}: {plan:#}"));
    step["result"]["id"].as_str().expect("a result")
}

async fn entity(server: &Server, id: &str) -> Value {
    server.entity(id).await
}

#[tokio::test]
async fn a_project_launch_makes_the_project_its_milestones_and_admin_tasks() {
    let folder = folder();
    let server = Server::start(folder.path());
    with_sample(&server).await;
    let plan = server.draft(json!({"request": "Plan a project launch", "today": "2026-11-23"})).await;
    let done = carry_out(&server, &plan).await;
    assert_eq!(done["status"], "completed", "{done:#}");
    let project = entity(&server, result_of(&done, "project.create")).await;
    assert!(project["fields"]["milestones"].as_array().is_some_and(|list| list.len() >= 2), "{project:#}");
    let tasks = server.entities("task").await;
    let made: Vec<_> =
        done["steps"].as_array().unwrap().iter().filter_map(|step| step["result"]["id"].as_str()).collect();
    let admin =
        tasks.iter().filter(|task| task["fields"]["admin"] == true && made.contains(&task["id"].as_str().unwrap()));
    assert!(admin.count() >= 2);
}

#[tokio::test]
async fn following_up_with_somebody_makes_a_task_linked_to_them_and_a_reminder() {
    let folder = folder();
    let server = Server::start(folder.path());
    with_sample(&server).await;
    let plan = server.draft(json!({"request": "Follow up with Sarah", "today": "2026-11-23"})).await;
    let done = carry_out(&server, &plan).await;
    assert_eq!(done["status"], "completed", "{done:#}");
    let task = result_of(&done, "task.create").to_owned();
    let people = server.entities("person").await;
    let sarah = people.iter().find(|person| person["fields"]["name"].as_str().unwrap().contains("Sarah")).unwrap();
    let (task_entity, sarah) = (entity(&server, &task).await, entity(&server, sarah["id"].as_str().unwrap()).await);
    let links = |from: &Value, to: &Value| from["links"].as_array().unwrap().iter().any(|link| link["to"] == to["id"]);
    assert!(links(&task_entity, &sarah) || links(&sarah, &task_entity), "{task_entity:#}");
    let reminder = entity(&server, result_of(&done, "reminder.set")).await;
    let about = &reminder["fields"]["about"];
    assert!(*about == task_entity["id"] || *about == sarah["id"], "{reminder:#}");
}

#[tokio::test]
async fn an_idea_becomes_a_project_linked_to_it_and_is_archived() {
    let folder = folder();
    let server = Server::start(folder.path());
    with_sample(&server).await;
    let ideas = server.entities("idea").await;
    let idea = ideas[0]["id"].as_str().unwrap();
    let request = json!({"request": "Convert this idea to a project", "selection": idea, "today": "2026-11-23"});
    let done = carry_out(&server, &server.draft(request).await).await;
    assert_eq!(done["status"], "completed", "{done:#}");
    let (idea, project) = (entity(&server, idea).await, entity(&server, result_of(&done, "project.create")).await);
    assert_eq!(idea["archived"], true);
    let linked = |a: &Value, b: &Value| a["links"].as_array().unwrap().iter().any(|link| link["to"] == b["id"]);
    assert!(linked(&project, &idea) || linked(&idea, &project));
}

#[tokio::test]
async fn everything_is_still_there_tomorrow() {
    let folder = folder();
    let server = Server::start(folder.path());
    with_sample(&server).await;
    let plan = server.draft(json!({"request": "Follow up with Sarah", "today": "2026-11-23"})).await;
    let done = carry_out(&server, &plan).await;
    assert_eq!(server.terminate(), Some(0));
    let server = Server::start(folder.path());
    let again = server.plan(done["id"].as_str().unwrap(), done["position"].as_u64().unwrap()).await;
    assert_eq!(again["steps"], done["steps"]);
    assert_eq!(again["content_hash"], done["content_hash"]);
}
