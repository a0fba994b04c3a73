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
    let flags = ["--log-format", "json", "--http-allow", "127.0.0.1"];
    let server = Server::start_in(home.path(), &flags, &[("CAIRN_LOG", "info")], Stdio::from(lines));
    let trace = ("traceparent", "00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01");
    let paused = server.post_with("/ops/projections/activity/pause", json!({}), &[trace]).await;
    assert!(paused.status.is_success(), "{:?}", paused.body);
    let made = server.post_with("/plans", chain("traced", 1), &[trace]).await;
    let id = made.body["plan_id"].as_str().unwrap();
    let events = server.get(&format!("/plans/{id}/events")).await.body;
    let correlation = "0199d0c2-a1b0-7c3e-9f5a-6b7c8d9e0f11";
    assert_eq!(events["items"][0]["correlation_id"], correlation);
    // a step that takes too long, which is worth a line
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let params = json!({"method": "GET", "url": format!("http://{}/", silent.local_addr().unwrap())});
    let step = json!({"id": "ask", "action_type": "http.request", "params": params, "timeout_seconds": 1});
    let plan = server.draft(json!({"name": "Slow", "steps": [step]})).await;
    let (id, revision) = (plan["id"].as_str().unwrap(), format!("\"{}\"", plan["revision"]));
    let body = json!({"content_hash": plan["content_hash"]});
    let approved = server.post_with(&format!("/plans/{id}/approve"), body, &[("if-match", &revision)]).await;
    assert!(approved.status.is_success(), "{:?}", approved.body);
    let started = server.post_with(&format!("/plans/{id}/start"), json!({}), &[trace]).await;
    assert!(started.status.is_success(), "{:?}", started.body);
    let asks = |plan: &Value| plan["steps"][0]["status"] != "pending" && plan["steps"][0]["status"] != "executing";
    server.plan_until(id, asks).await;
    // nobody called from a trace: the id is drawn here
    let resumed = server.post("/ops/projections/activity/resume", json!({})).await;
    assert!(resumed.status.is_success(), "{:?}", resumed.body);
    assert_eq!(server.terminate(), Some(0));

    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let saying = |words: &str| {
        let says = |line: &&Value| line["fields"]["message"].as_str().unwrap_or_default().contains(words);
        lines.iter().find(says).unwrap_or_else(|| panic!("no such line:\n{text}"))
    };
    let line = saying("stands still");
    assert_eq!(line["spans"][0]["correlation_id"], correlation, "{line:#}");
    assert_eq!(line["fields"]["model"], "activity");
    let slow = saying("the attempt took too long");
    let names: Vec<_> = slow["spans"].as_array().unwrap().iter().map(|span| span["name"].clone()).collect();
    assert_eq!(
        (json!(names), &slow["spans"][0]["correlation_id"]),
        (json!(["plan", "step", "attempt"]), &json!(correlation))
    );
    let drawn = saying("follows the log again")["spans"][0]["correlation_id"].as_str().unwrap().to_owned();
    assert!(drawn.len() == correlation.len() && drawn != correlation, "{drawn}");
}
