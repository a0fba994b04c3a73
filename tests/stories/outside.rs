//! The server as machines see it: its figures, the dashboard that is made for them, its log lines.

use std::{collections::BTreeSet, fs, process::Stdio};

use serde_json::{Value, json};

use crate::support::{Server, chain, folder};

const DASHBOARD: &str = include_str!("../../docs/ops/grafana-dashboard.json");

/// The names of figures in an expression of a dashboard.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("cairn_"))
}

#[tokio::test]
async fn every_figure_of_the_dashboard_is_given() {
    let home = folder();
    let server = Server::start(home.path());
    let plan = server.draft(chain("watched", 2)).await;
    server.approve_and_start(&plan).await;
    server.plan_until(plan["id"].as_str().unwrap(), |plan| plan["status"] == "completed").await;
    let figures = reqwest::get(format!("{}/metrics", server.url)).await.unwrap().text().await.unwrap();
    let given: BTreeSet<&str> = figures.lines().filter_map(|line| names(line).next()).collect();

    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut asked = BTreeSet::new();
    for target in panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap()) {
        asked.extend(names(target["expr"].as_str().unwrap()));
    }
    assert!(asked.len() > 10, "{asked:?}");
    let missing: Vec<_> = asked.difference(&given).collect();
    assert!(missing.is_empty(), "not given: {missing:?}");

    // each attempt counts once
    let completed = figures.lines().find(|line| line.starts_with("cairn_steps_total{outcome=\"completed\"}"));
    assert_eq!(completed, Some("cairn_steps_total{outcome=\"completed\"} 2"));
}

#[tokio::test]
async fn log_lines_carry_the_id_that_events_of_the_request_have() {
    let home = folder();
    let path = home.path().join("lines.jsonl");
    let lines = fs::File::create(&path).unwrap();
    let flags = ["--log-format", "json"];
    let server = Server::start_in(home.path(), &flags, &[("CAIRN_LOG", "info")], Stdio::from(lines));
    let trace = ("traceparent", "00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01");
    let paused = server.post_with("/ops/projections/activity/pause", json!({}), &[trace]).await;
    assert!(paused.status.is_success(), "{:?}", paused.body);
    let made = server.post_with("/plans", chain("traced", 1), &[trace]).await;
    let id = made.body["plan_id"].as_str().unwrap();
    let events = server.get(&format!("/plans/{id}/events")).await.body;
    let correlation = "0199d0c2-a1b0-7c3e-9f5a-6b7c8d9e0f11";
    assert_eq!(events["items"][0]["correlation_id"], correlation);
    assert_eq!(server.terminate(), Some(0));

    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let stands_still = |line: &&Value| line["fields"]["message"].as_str().unwrap_or_default().contains("stands still");
    let line = lines.iter().find(stands_still).unwrap_or_else(|| panic!("no such line:\n{text}"));
    assert_eq!(line["spans"][0]["correlation_id"], correlation, "{line:#}");
    assert_eq!(line["fields"]["model"], "activity");
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_go_to_a_collector_and_hang_together() {
    let (spans, mut inbox) = tokio::sync::mpsc::unbounded_channel::<Value>();
    let take = move |axum::Json(request): axum::Json<Value>| {
        // the test may have seen enough
        let _ = spans.send(request);
        async { "{}" }
    };
    let collector = axum::Router::new().route("/v1/traces", axum::routing::post(take));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, collector).await });

    let home = folder();
    let variables = [("CAIRN_LOG", "info"), ("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str())];
    let server = Server::start_in(home.path(), &[], &variables, Stdio::null());
    let trace = ("traceparent", "00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01");
    let made = server.post_with("/plans", chain("traced", 2), &[trace]).await;
    let id = made.body["plan_id"].as_str().unwrap().to_owned();
    let plan = server.plan(&id, made.body["position"].as_u64().unwrap()).await;
    server.approve_and_start(&plan).await;
    server.plan_until(&id, |plan| plan["status"] == "completed").await;
    assert_eq!(server.terminate(), Some(0));
    serving.abort();

    let mut all = Vec::new();
    while let Ok(request) = inbox.try_recv() {
        let spans = request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone();
        all.extend(spans);
    }
    let named = |name: &str| all.iter().filter(|span| span["name"] == name).collect::<Vec<_>>();
    let has = |span: &Value, key: &str, value: &str| {
        let attributes = span["attributes"].as_array().unwrap();
        attributes.iter().any(|one| one["key"] == key && one["value"]["stringValue"] == value)
    };
    let asked =
        named("request").into_iter().find(|span| has(span, "route", "/api/v1/plans") && has(span, "method", "POST"));
    let asked = asked.unwrap_or_else(|| panic!("the request is not there: {all:#?}"));
    assert_eq!(asked["traceId"], "0199d0c2a1b07c3e9f5a6b7c8d9e0f11");
    assert_eq!(asked["parentSpanId"], "00f067aa0ba902b7");
    // plan, step, attempt: each below the one before, in one trace
    let (plans, steps, attempts) = (named("plan"), named("step"), named("attempt"));
    assert!(plans.iter().any(|span| has(span, "plan", &id)), "{plans:#?}");
    assert_eq!((steps.len(), attempts.len()), (2, 2));
    for attempt in attempts {
        let step = steps.iter().find(|step| step["spanId"] == attempt["parentSpanId"]).unwrap();
        let plan = plans.iter().find(|plan| plan["spanId"] == step["parentSpanId"]).unwrap();
        assert!(step["traceId"] == attempt["traceId"] && plan["traceId"] == attempt["traceId"]);
        assert!(has(step, "action", "idea.create"));
    }
}
