//! What browsers are told, and what other sites' pages may not do.

use cairn_api::Hosts;
use serde_json::json;

use crate::house::House;

async fn post_from(house: &House, headers: &[(&str, &str)]) -> crate::house::Reply {
    house.send("POST", "/api/v1/plans", headers, Some(json!({"request": "x"}))).await
}

#[tokio::test]
async fn a_name_of_another_site_that_leads_here_is_refused() {
    let house = House::new().await;
    for foreign in ["evil.example", "evil.example:7400", "192.168.1.5:7400", "localhost.evil.example"] {
        house.send("GET", "/api/v1/me", &[("host", foreign)], None).await.problem(421, "request.foreign-host");
    }
    for own in ["localhost:7400", "127.0.0.1:7400", "127.0.0.1", "[::1]:7400", "LOCALHOST"] {
        house.send("GET", "/api/v1/me", &[("host", own)], None).await.ok();
    }
    let listed = House::with(|parts| parts.settings.hosts = Hosts::Listed(vec!["cairn.example".into()])).await;
    listed.send("GET", "/api/v1/me", &[("host", "cairn.example:443")], None).await.ok();
    listed.send("GET", "/api/v1/me", &[("host", "evil.example")], None).await.problem(421, "request.foreign-host");
}

#[tokio::test]
async fn writes_come_from_our_own_page_or_from_programs() {
    let house = House::new().await;
    let host = ("host", "localhost:7400");
    for foreign in [
        ("origin", "https://evil.example"),
        ("origin", "http://localhost:3000"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        post_from(&house, &[host, foreign]).await.problem(403, "request.foreign-origin");
        house.send("GET", "/api/v1/me", &[host, foreign], None).await.ok();
    }
    post_from(&house, &[host, ("origin", "http://localhost:7400"), ("sec-fetch-site", "same-origin")]).await.ok();
    post_from(&house, &[host]).await.ok();
    let listed = House::with(|parts| parts.settings.origins = vec!["https://cairn.example".into()]).await;
    post_from(&listed, &[host, ("origin", "https://cairn.example")]).await.ok();
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let house = House::new().await;
    let page = house.get("/").await;
    assert_eq!(page.status.as_u16(), 200);
    assert_eq!((page.header("x-frame-options"), page.header("referrer-policy")), ("DENY", "no-referrer"));
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    assert_eq!((page.header("x-content-type-options"), page.header("cache-control")), ("nosniff", "no-cache"));
    let answer = house.get("/api/v1/me").await;
    assert_eq!((answer.header("x-content-type-options"), answer.header("cache-control")), ("nosniff", "no-store"));
    let problem = house.get("/api/v1/nothing").await;
    assert_eq!(problem.header("cache-control"), "no-store");
}

#[tokio::test]
async fn addresses_of_the_page_give_the_page_and_missing_files_do_not() {
    let house = House::new().await;
    let page = house.get("/plans/pln_01900000-0000-7000-8000-000000000000").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(house.get("/assets/index-of-yesterday.js").await.status.as_u16(), 404);
    let api = house.get("/api/plans").await;
    api.problem(404, "request.no-such-route");
}

#[tokio::test]
async fn a_trace_id_is_taken_over_into_problems_and_events() {
    let house = House::new().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let problem = house.send("GET", "/api/v1/plans/x", &[parent], None).await.problem(404, "plan.no-such-plan");
    assert_eq!(problem["trace_id"], trace);
    let id =
        house.send("POST", "/api/v1/plans", &[parent], Some(json!({"request": "x"}))).await.ok()["plan_id"].clone();
    let events = house.get(&format!("/api/v1/plans/{}/events", id.as_str().unwrap())).await.ok();
    assert_eq!(events["items"][0]["correlation_id"].as_str().unwrap().replace('-', ""), trace);
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_turned_away() {
    let house = House::with(|parts| parts.settings.max_requests = 0).await;
    let reply = house.get("/api/v1/me").await;
    assert_eq!(reply.header("retry-after"), "1");
    reply.problem(503, "server.overloaded");
}
