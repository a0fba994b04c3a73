//! Bad input at the door: the right problem, and the process stays up.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use crate::house::{House, Reply, first_error};

const MIB: usize = 1024 * 1024;

async fn raw(house: &House, content_type: Option<&str>, body: impl Into<Body>) -> Reply {
    let mut request = Request::post("/api/v1/plans");
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    house.request(request.body(body.into()).unwrap()).await
}

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn a_body_may_have_one_mebibyte_and_no_byte_more() {
    let house = House::new().await;
    let padded = |size: usize| {
        let body = json!({"request": "Plan a launch"}).to_string();
        let padding = " ".repeat(size - body.len());
        body + &padding
    };
    raw(&house, JSON, padded(MIB)).await.ok();
    let problem = raw(&house, JSON, padded(MIB + 1)).await.problem(413, "request.too-large");
    assert_eq!(problem["limit"], MIB);
    raw(&house, JSON, padded(20 * MIB)).await.problem(413, "request.too-large");
    house.get("/livez").await.ok();
}

#[tokio::test]
async fn deeply_nested_json_is_refused() {
    let house = House::new().await;
    for depth in [200, 100_000] {
        let nested = format!("{{\"steps\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        raw(&house, JSON, nested).await.problem(400, "request.malformed-json");
        let unknown = format!("{{\"x\": {}1{}}}", "{\"a\":".repeat(depth), "}".repeat(depth));
        raw(&house, JSON, unknown).await.problem(400, "request.malformed-json");
    }
}

#[tokio::test]
async fn what_is_no_json_is_told_with_its_place() {
    let house = House::new().await;
    for body in ["", "  ", "{", "{\"request\": }", "nonsense", "\u{feff}{}"] {
        raw(&house, JSON, body).await.problem(400, "request.malformed-json");
    }
    let problem = raw(&house, JSON, "{\n  \"request\": x}").await.problem(400, "request.malformed-json");
    assert_eq!(problem["detail"], "The body is not JSON: reading stopped at line 2, column 14.");
    raw(&house, JSON, vec![b'{', 0xff, b'}']).await.problem(400, "request.malformed-json");
}

#[tokio::test]
async fn wrong_types_are_named_by_their_field() {
    let house = House::new().await;
    for (body, pointer) in [
        (json!([1]), ""),
        (json!("text"), ""),
        (json!({"request": 5}), "/request"),
        (json!({"name": "x", "steps": {}}), "/steps"),
        (json!({"name": "x", "steps": [{"action_type": "idea.create", "params": "x"}]}), "/steps/0/params"),
        (json!({"name": "x", "steps": [{"action_type": "idea.create", "depends_on": [7]}]}), "/steps/0/depends_on/0"),
        (json!({"request": "x", "planner": "oracle"}), "/planner"),
        (json!({"request": "x", "selection": "this"}), "/selection"),
        (json!({"request": "x", "today": "soon"}), "/today"),
    ] {
        let problem = raw(&house, JSON, body.to_string()).await.problem(422, "request.invalid-body");
        assert_eq!(first_error(&problem).0, pointer, "{body}");
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        for leaked in ["expected", "invalid type", "struct", "u32", "at line"] {
            assert!(!detail.contains(leaked), "{detail}");
        }
    }
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let house = House::new().await;
    raw(&house, JSON, json!({"request": "x", "colour": {"deep": [1]}}).to_string()).await.ok();
}

#[tokio::test]
async fn only_json_is_read() {
    let house = House::new().await;
    let body = json!({"request": "x"}).to_string();
    for wrong in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data; boundary=x")]
    {
        raw(&house, wrong, body.clone()).await.problem(415, "request.unsupported-media-type");
    }
    for right in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"] {
        raw(&house, Some(right), body.clone()).await.ok();
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_problems_too() {
    let house = House::new().await;
    for path in ["/api/v1/nothing", "/api/v2/plans", "/api", "/api/"] {
        house.get(path).await.problem(404, "request.no-such-route");
    }
    let reply = house.send("DELETE", "/api/v1/plans", &[], None).await;
    assert_eq!(reply.header("allow"), "GET,HEAD,POST");
    reply.problem(405, "request.method-not-allowed");
}

#[tokio::test]
async fn an_answer_that_the_caller_cannot_read_is_not_given() {
    let house = House::new().await;
    let ask = async |accept: &str| house.send("GET", "/api/v1/me", &[("accept", accept)], None).await;
    ask("text/html").await.problem(406, "request.not-acceptable");
    for fine in ["*/*", "text/html, application/json;q=0.9", "application/*", "", "application/problem+json"] {
        ask(fine).await.ok();
    }
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_named() {
    let house = House::new().await;
    for (path, parameter) in [
        ("/api/v1/plans?limit=many", "limit"),
        ("/api/v1/plans?limit=0", "limit"),
        ("/api/v1/plans?limit=-1", "limit"),
        ("/api/v1/plans?status=lost", "status"),
        ("/api/v1/plans?min_position=99999999999999999999", "min_position"),
        ("/api/v1/plans?min_position=9223372036854775807", "min_position"),
        ("/api/v1/workspace/entities?kind=colour", "kind"),
        ("/api/v1/workspace/entities?archived=perhaps", "archived"),
        ("/api/v1/events?order=sideways", "order"),
        ("/api/v1/events?plan=x", "plan"),
        ("/api/v1/events?since=yesterday", "since"),
        ("/api/v1/live?from=x", "from"),
    ] {
        let problem = house.get(path).await.problem(400, "request.bad-query");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}");
    }
}

#[tokio::test]
async fn headers_that_cannot_be_read_are_named() {
    let house = House::new().await;
    let id = house.draft(crate::house::launch()).await;
    let path = format!("/api/v1/plans/{id}/edits");
    for etag in ["x", "\"\"", "\"1\", \"2\"", "\"18446744073709551615\""] {
        let body: Option<Value> = Some(json!({"changes": []}));
        house.send("POST", &path, &[("if-match", etag)], body).await.problem(400, "request.bad-header");
    }
    house.send("GET", "/api/v1/live", &[("last-event-id", "x")], None).await.problem(400, "request.bad-header");
}

#[tokio::test]
async fn a_revision_far_ahead_is_a_mismatch_and_no_fault() {
    let house = House::new().await;
    let id = house.draft(crate::house::launch()).await;
    let reply =
        house.post_on(9_000_000_000_000_000_000, &format!("/api/v1/plans/{id}/edits"), json!({"changes": []})).await;
    assert_eq!(reply.problem(412, "precondition.revision-mismatch")["actual_revision"], 1);
}
