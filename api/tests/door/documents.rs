//! What people and machines read about the server.

use serde_json::Value;

use crate::house::House;

#[tokio::test]
async fn the_api_document_is_served_and_describes_every_route() {
    let house = House::new().await;
    let document = house.get("/openapi.json").await.ok();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["info"]["title"], "Cairn");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} says nothing about itself");
            // A described route is there: it answers with anything but "no such route" and "no such method".
            let path = path.replace("{id}", "x").replace("{step}", "x").replace("{comment}", "x");
            let path = path.replace("{link}", "x").replace("{name}", "x");
            if path == "/api/v1/live" {
                continue;
            }
            let reply = house.send(&method.to_uppercase(), &path, &[], None).await;
            let code = reply.body["code"].as_str().unwrap_or_default();
            assert!(
                !["request.no-such-route", "request.method-not-allowed", "server.fault"].contains(&code),
                "{method} {path}: {code}"
            );
        }
    }
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let house = House::new().await;
    let document = house.get("/openapi.json").await.ok();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_docs_page_works_without_a_network() {
    let house = House::new().await;
    let page = house.get("/docs/").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(!page.text.contains("https://") && !page.text.contains("http://"), "{}", page.text);
    assert_eq!(house.get("/docs/swagger-ui-bundle.js").await.status.as_u16(), 200);
    assert!(house.get("/docs/swagger-initializer.js").await.text.contains("/openapi.json"));
}

#[tokio::test]
async fn every_code_has_a_page_where_its_type_leads() {
    let house = House::new().await;
    for code in cairn_api::problem::codes::ALL {
        let page = house.get(&format!("/errors/{}", code.name)).await;
        assert_eq!(page.status.as_u16(), 200);
        assert!(page.text.contains(code.name) && page.text.contains("What to do"), "{}", code.name);
    }
    assert!(house.get("/errors").await.text.contains("plan.wrong-status"));
    house.get("/errors/no-such-code").await.problem(404, "request.no-such-route");
}

#[tokio::test]
async fn the_catalogue_brings_a_schema_for_each_action() {
    let house = House::new().await;
    let actions = house.get("/api/v1/actions").await.ok();
    let create = actions["items"].as_array().unwrap().iter().find(|action| action["name"] == "project.create").unwrap();
    assert_eq!(create["params_schema"]["type"], "object");
    assert_eq!((&create["reversibility"], &create["idempotency"]), (&"reversible".into(), &"keyed".into()));
}

#[tokio::test]
async fn the_caller_is_told_who_they_are_and_which_planners_there_are() {
    use cairn_api::{PlannerChoice, PlannerOption};
    let house = House::with(|parts| {
        let reason = Some("set ANTHROPIC_API_KEY".to_owned());
        parts.planners = vec![
            PlannerOption { name: PlannerChoice::Offline, available: true, model: None, reason: None },
            PlannerOption { name: PlannerChoice::Anthropic, available: false, model: None, reason },
        ];
    })
    .await;
    let me = house.get("/api/v1/me").await.ok();
    assert_eq!((&me["actor"]["id"], &me["tenant"]), (&"local".into(), &"local".into()));
    assert_eq!(me["planners"][1]["reason"], "set ANTHROPIC_API_KEY");
}
