//! Templates through the door: saved from plans, changed by versions, run into plans.

use serde_json::{Value, json};

use crate::house::{House, first_error};

/// A launch with dates, a person, and steps that need each other.
fn kestrel(person: &str) -> Value {
    json!([
        {"id": "create", "title": "Create Kestrel", "action_type": "project.create",
            "params": {"name": "Kestrel", "due_date": "2027-03-31"}},
        {"id": "meet", "title": "Talk to Sarah", "action_type": "calendar.schedule", "depends_on": ["create"],
            "params": {"title": "Start of Kestrel", "at": "2027-03-01T10:00", "attendees": [person]}},
        {"id": "note", "title": "Write it down", "action_type": "note.add", "depends_on": ["create", "meet"],
            "params": {"about": "{{steps.create.result.id}}", "text": "Kestrel has begun"}},
    ])
}

async fn saved(house: &House) -> (String, String) {
    let sarah = house.thing("person", json!({"name": "Sarah Chen"})).await;
    let plan = house.draft(kestrel(&sarah)).await;
    let body = json!({"plan_id": plan, "name": "Project launch", "tags": ["launch"]});
    let reply = house.post("/api/v1/templates", body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert!(reply.header("location").ends_with(reply.body["template_id"].as_str().unwrap()));
    (reply.body["template_id"].as_str().unwrap().to_owned(), sarah)
}

fn given(person: &str) -> Value {
    json!({"project_name": "Osprey", "start_date": "2027-06-01", "attendee": person})
}

#[tokio::test]
async fn what_may_be_a_parameter_is_proposed_with_its_places() {
    let house = House::new().await;
    let sarah = house.thing("person", json!({"name": "Sarah Chen"})).await;
    let plan = house.draft(kestrel(&sarah)).await;
    let proposal = house.get(&format!("/api/v1/plans/{plan}/template")).await.ok();
    let told: Vec<_> = proposal["parameters"].as_array().unwrap().iter().filter(|p| p["ticked"] == true).collect();
    let names: Vec<_> = told.iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["start_date", "attendee", "project_name"]);
    assert_eq!((told[1]["value_label"].as_str(), told[1]["count"].as_u64()), (Some("Sarah Chen"), Some(2)));
    assert_eq!(told[2]["shown"][0]["before"], "Create ");
    house
        .get("/api/v1/plans/pln_00000000-0000-0000-0000-000000000009/template")
        .await
        .problem(404, "plan.no-such-plan");
}

#[tokio::test]
async fn a_template_runs_for_another_project_with_its_dates_moved_and_its_dependencies_kept() {
    let house = House::new().await;
    let (template, _) = saved(&house).await;
    let tom = house.thing("person", json!({"name": "Tom Okafor"})).await;
    let run = json!({"arguments": given(&tom)});
    let preview = house.post(&format!("/api/v1/templates/{template}/preview"), run.clone()).await.ok();
    assert_eq!(preview["steps"][0]["params"]["name"], "Osprey");
    assert_eq!(preview["steps"][0]["impact"]["changes"][0]["after"], "Osprey");
    let before = house.get("/api/v1/plans").await.ok()["items"].as_array().unwrap().len();
    let reply = house.post(&format!("/api/v1/templates/{template}/plans"), run).await;
    assert_eq!((reply.status.as_u16(), reply.body["status"].as_str()), (202, Some("draft")), "{}", reply.text);
    let plan = house.plan(reply.body["plan_id"].as_str().unwrap()).await;
    assert_eq!(plan["content_hash"], preview["content_hash"]);
    assert_eq!(plan["steps"][0]["params"], json!({"name": "Osprey", "due_date": "2027-07-01"}));
    assert_eq!(plan["steps"][1]["title"], "Talk to Tom");
    assert_eq!(plan["steps"][1]["params"]["at"], "2027-06-01T10:00");
    assert_eq!(plan["steps"][2]["depends_on"], json!(["create", "meet"]));
    let from = &plan["origin"]["template"];
    assert_eq!((from["id"].as_str(), from["version"].as_u64()), (Some(template.as_str()), Some(1)));
    let sources = plan["steps"][0]["sources"].as_array().unwrap();
    let of = |pointer: &str| sources.iter().find(|source| source["pointer"] == pointer).unwrap();
    assert_eq!(
        (of("/params/name")["from"].as_str(), of("/params/name")["parameter"].as_str()),
        (Some("template"), Some("project_name"))
    );
    house.settled().await;
    assert_eq!(house.get("/api/v1/plans").await.ok()["items"].as_array().unwrap().len(), before + 1);
    // what was given is remembered for the next time
    let read = house.get(&format!("/api/v1/templates/{template}")).await.ok();
    assert_eq!(read["last_arguments"], given(&tom));
    assert_eq!(read["figures"]["plans"], 1);
}

#[tokio::test]
async fn a_missing_or_wrong_argument_is_refused_with_a_pointer_to_its_field() {
    let house = House::new().await;
    let (template, sarah) = saved(&house).await;
    let preview = format!("/api/v1/templates/{template}/preview");
    let missing = house.post(&preview, json!({"arguments": {"start_date": "2027-06-01", "attendee": sarah}})).await;
    assert_eq!(
        first_error(&missing.problem(422, "template.bad-arguments")),
        ("/arguments/project_name", "missing-argument")
    );
    for path in [preview, format!("/api/v1/templates/{template}/plans")] {
        let mut arguments = given(&sarah);
        arguments["start_date"] = json!("soon");
        let wrong = house.post(&path, json!({"arguments": arguments})).await.problem(422, "template.bad-arguments");
        assert_eq!(first_error(&wrong), ("/arguments/start_date", "wrong-argument"));
        let mut arguments = given(&sarah);
        arguments["project_name"] = json!("x".repeat(301));
        let long = house.post(&path, json!({"arguments": arguments})).await.problem(422, "plan.invalid-content");
        assert_eq!(first_error(&long).0, "/arguments/project_name");
    }
    house.settled().await;
    assert_eq!(house.get("/api/v1/plans").await.ok()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn braces_and_html_in_an_argument_stay_text() {
    let house = House::new().await;
    let (template, sarah) = saved(&house).await;
    for evil in ["<script>alert(1)</script>", "{{params.start_date}}", "{{nope}}"] {
        let mut arguments = given(&sarah);
        arguments["project_name"] = json!(evil);
        let run = json!({"arguments": arguments});
        let preview = house.post(&format!("/api/v1/templates/{template}/preview"), run).await.ok();
        assert_eq!(preview["steps"][0]["params"]["name"], evil);
        assert_eq!(preview["steps"][2]["params"]["text"], format!("{evil} has begun"));
    }
}

#[tokio::test]
async fn a_change_is_a_version_that_can_be_compared_and_an_earlier_one_restored() {
    let house = House::new().await;
    let (template, sarah) = saved(&house).await;
    let read = house.get(&format!("/api/v1/templates/{template}")).await;
    let revision = read.header("etag").trim_matches('"').parse().unwrap();
    let mut content = read.ok()["content"].clone();
    content["steps"][2]["title"] = json!("Tell everybody about {{params.project_name}}");
    content["parameters"].as_array_mut().unwrap().push(json!({"name": "place", "default": "Harbour Hall"}));
    let body = json!({"content": content, "note": "louder"});
    let versions = format!("/api/v1/templates/{template}/versions");
    let added = house.post_on(revision, &versions, body.clone()).await.ok();
    assert_eq!(added["version"], 2);
    house.post_on(revision, &versions, body).await.problem(412, "precondition.revision-mismatch");
    let diff = house.get(&format!("/api/v1/templates/{template}/diff?from=1&to=2")).await.ok();
    assert_eq!((diff["difference"]["changed"].as_u64(), diff["difference"]["added"].as_u64()), (Some(1), Some(0)));
    assert_eq!(diff["difference"]["steps"][2]["fields"][0]["pointer"], "/title");
    let change = diff["parameters"].as_array().unwrap().iter().find(|p| p["name"] == "place").unwrap();
    assert_eq!(change["change"], "added");
    let restored = house.post(&format!("{versions}/1/restore"), json!({})).await.ok();
    assert_eq!(restored["version"], 3);
    assert!(
        house.get(&format!("/api/v1/templates/{template}/diff?from=1&to=3")).await.ok()["difference"]["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["change"] == "kept")
    );
    let listed = house.get(&versions).await.ok();
    assert_eq!((listed["items"][0]["version"].as_u64(), listed["items"][0]["restored"].as_u64()), (Some(3), Some(1)));
    house.post(&format!("{versions}/9/restore"), json!({})).await.problem(404, "template.no-such-version");
    // a plan may still be made from an earlier version
    let run = json!({"arguments": given(&sarah), "version": 2});
    let preview = house.post(&format!("/api/v1/templates/{template}/preview"), run).await.ok();
    assert_eq!(preview["steps"][2]["title"], "Tell everybody about Osprey");
}

#[tokio::test]
async fn a_broken_content_is_refused_with_pointers_into_what_was_sent() {
    let house = House::new().await;
    let step = json!({"id": "a", "title": "x", "action_type": "idea.create", "params": {"title": "{{params.what}}"}});
    let body = json!({"name": "T", "content": {"plan_name": "P", "steps": [step]}});
    let problem = house.post("/api/v1/templates", body).await.problem(422, "template.invalid-content");
    assert_eq!(first_error(&problem), ("/content/steps/0/params/title", "unknown-parameter"));
    house.post("/api/v1/templates", json!({"name": "T"})).await.problem(422, "request.invalid-body");
    let plan = house.draft(json!([{"id": "a", "action_type": "idea.create", "params": {"title": "x"}}])).await;
    let parameters = json!([{"name": "who", "value": "Nobody"}]);
    let body = json!({"plan_id": plan, "name": "T", "parameters": parameters});
    let problem = house.post("/api/v1/templates", body).await.problem(422, "template.invalid-content");
    assert_eq!(first_error(&problem).0, "/parameters/0/value");
}

#[tokio::test]
async fn the_library_is_searched_and_what_is_retired_stays_away() {
    let house = House::new().await;
    let (template, sarah) = saved(&house).await;
    house.settled().await;
    let count = |query: &str| {
        let path = format!("/api/v1/templates?{query}");
        let house = &house;
        async move { house.get(&path).await.ok()["items"].as_array().unwrap().len() }
    };
    assert_eq!((count("q=LAUNCH").await, count("tag=launch").await, count("q=hiring").await), (1, 1, 0));
    let retire = format!("/api/v1/templates/{template}/retire");
    house.post(&retire, json!({})).await.problem(422, "template.reason-missing");
    house.post(&retire, json!({"reason": "there is a better one"})).await.ok();
    house.settled().await;
    assert_eq!((count("").await, count("retired=true").await), (0, 1));
    let run = json!({"arguments": given(&sarah)});
    house.post(&format!("/api/v1/templates/{template}/plans"), run).await.problem(409, "template.retired");
    house.post(&format!("/api/v1/templates/{template}/bring-back"), json!({})).await.ok();
    house.settled().await;
    assert_eq!(count("").await, 1);
    let path = format!("/api/v1/templates/{template}");
    house.send("PATCH", &path, &[], Some(json!({"name": " "}))).await.problem(422, "template.bad-name");
    house.get("/api/v1/templates/tpl_nope").await.problem(404, "template.no-such-template");
}

#[tokio::test]
async fn a_template_leaves_as_a_file_and_comes_back_as_the_same() {
    let house = House::new().await;
    let (template, _) = saved(&house).await;
    let content = house.get(&format!("/api/v1/templates/{template}")).await.ok()["content"].clone();
    for format in ["yaml", "json"] {
        let file = house.get(&format!("/api/v1/templates/{template}/file?format={format}")).await;
        assert_eq!(file.header("content-type"), format!("application/{format}"));
        let made = house.post("/api/v1/templates/import", json!({"file": file.text})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let path = format!("/api/v1/templates/{}", made.body["template_id"].as_str().unwrap());
        assert_eq!(house.get(&path).await.ok()["content"], content);
    }
}

#[tokio::test]
async fn a_hostile_or_broken_file_is_refused_with_its_line_and_nothing_is_made() {
    let house = House::new().await;
    let head = "cairn: template/1\nname: T\nplan: {name: P}\nsteps:\n";
    for (file, line) in [
        (format!("{head}  - {{action: idea.create, params: {{title: '{{{{params.who}}}}'}}}}\n"), 5),
        (format!("{head}  - action: [\n"), 5),
        (format!("{head}  - action: rm -rf\n"), 5),
        (format!("{head}  - {{action: note.add, action: note.add}}\n"), 5),
        (format!("{head}  - {{action: note.add, after: {}x{}}}\n", "[".repeat(5_000), "]".repeat(5_000)), 5),
        (format!("{head}  - {{action: note.add, timeout_seconds: soon}}\n"), 5),
        ("a: &a [x]\nb: [*a, *a]\n".to_owned(), 1),
    ] {
        let problem =
            house.post("/api/v1/templates/import", json!({"file": file})).await.problem(422, "template.bad-file");
        assert_eq!(problem["line"], line, "{file} {problem}");
    }
    for much in [5 * 1024 * 1024, 10 * 1024 * 1024] {
        let file = format!("{head}  - action: note.add\n    title: '{}'\n", "x".repeat(much));
        let refused = house.post("/api/v1/templates/import", json!({"file": file})).await;
        assert!(matches!(refused.status.as_u16(), 413 | 422), "{}", refused.text);
    }
    let mut bytes = br#"{"file": "cairn: template/1"#.to_vec();
    bytes.extend([0xff, b'"', b'}']);
    let request = axum::http::Request::post("/api/v1/templates/import").header("content-type", "application/json");
    house.request(request.body(bytes.into()).unwrap()).await.problem(400, "request.malformed-json");
    assert_eq!(house.log.head().await.unwrap(), None);
}

#[tokio::test]
async fn a_file_of_5000_steps_and_1000_parameters_comes_in_and_runs() {
    let house = House::new().await;
    let parameters = (0..1_000).map(|index| format!("  - {{name: p{index}, default: value {index}}}\n"));
    let step = |index: usize| {
        let after = if index == 0 { String::new() } else { format!(", after: [s{}]", (index - 1) / 2) };
        let parameter = index % 1_000;
        format!(
            "  - {{id: s{index}, action: task.create{after}, title: 'Step {index} of the rather large plan', params: {{title: '{{{{params.p{parameter}}}}} and more words, so that it is not small'}}}}\n"
        )
    };
    let mut file = "cairn: template/1\nname: Large\nplan: {name: Large}\nparameters:\n".to_owned();
    file.extend(parameters);
    file.push_str("steps:\n");
    file.extend((0..5_000).map(step));
    let made = house.post("/api/v1/templates/import", json!({"file": file})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/api/v1/templates/{}/plans", made.body["template_id"].as_str().unwrap());
    let run = house.post(&path, json!({"arguments": {"p999": "the last"}})).await;
    assert_eq!(run.status, 202, "{}", run.text);
    let plan: domain::ids::PlanId = run.body["plan_id"].as_str().unwrap().parse().unwrap();
    let made = house.commands.plans.load_newest(&plan).await.unwrap().state;
    assert_eq!(made.steps.len(), 5_000);
    assert_eq!(made.steps[4_999].spec.params["title"], "the last and more words, so that it is not small");
}

#[tokio::test]
async fn the_starter_library_is_added_once() {
    let house = House::new().await;
    let added = house.post("/api/v1/templates/starter", json!({})).await.ok();
    assert_eq!(added["added"].as_array().unwrap().len(), 9);
    let again = house.post("/api/v1/templates/starter", json!({})).await.ok();
    assert_eq!(again["added"], json!([]));
    house.settled().await;
    let found = house.get("/api/v1/templates?q=post-mortem").await.ok();
    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    let run = json!({"arguments": {"incident": "The printer burnt"}, "today": "2026-11-30"});
    let preview = house.post(&format!("/api/v1/templates/{id}/preview"), run).await.ok();
    assert_eq!(preview["name"], "Post-mortem of The printer burnt");
    assert_eq!(preview["steps"][1]["params"]["due_date"], "2026-12-02");
}

#[tokio::test]
async fn every_starter_template_makes_a_plan() {
    let house = House::new().await;
    let person = house.thing("person", json!({"name": "Sarah Chen"})).await;
    let idea = house.thing("idea", json!({"title": "A quieter office"})).await;
    let added = house.post("/api/v1/templates/starter", json!({})).await.ok();
    for id in added["added"].as_array().unwrap() {
        let path = format!("/api/v1/templates/{}", id.as_str().unwrap());
        let content = house.get(&path).await.ok()["content"].clone();
        let mut arguments = json!({});
        for parameter in content["parameters"].as_array().unwrap() {
            let value = match parameter["type"].as_str().unwrap() {
                "person" => json!(person),
                "idea" => json!(idea),
                "date" => json!("2027-02-01"),
                "text" => json!("Harbour"),
                _ => continue,
            };
            arguments[parameter["name"].as_str().unwrap()] = value;
        }
        let made = house.post(&format!("{path}/plans"), json!({"arguments": arguments})).await;
        assert_eq!(made.status, 202, "{}: {}", content["plan_name"], made.text);
    }
}
