//! Traces: what a collector gets of a request, of the run that it started, and of what a step's action calls.

use std::{collections::HashMap, fs, path::Path, process::Stdio};

use axum::{Router, body::Bytes, http::HeaderMap, routing};
use hex::encode as hex;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value as Said,
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use prost_of_traces::Message as _;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

use crate::support::{PATIENCE, Server, folder};

/// What a caller sends: its trace, and its span in it.
const CALLER: (&str, &str) = ("traceparent", "00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01");
const TRACE: &str = "0199d0c2a1b07c3e9f5a6b7c8d9e0f11";

/// Answers what is posted or asked for on this machine; gives its address.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A collector that takes everything.
struct Collector {
    address: String,
    inbox: mpsc::UnboundedReceiver<Span>,
}

impl Collector {
    async fn start() -> Self {
        let (spans, inbox) = mpsc::unbounded_channel();
        let take = move |headers: HeaderMap, body: Bytes| {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            let request = ExportTraceServiceRequest::decode(body).unwrap();
            for resource in request.resource_spans {
                let named = resource.resource.unwrap().attributes;
                assert!(named.iter().any(|one| one.key == "service.name" && text(one.value.as_ref()) == "cairn"));
                for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                    // the test may have seen enough
                    let _ = spans.send(span);
                }
            }
            async { Bytes::new() }
        };
        let address = serve(Router::new().route("/v1/traces", routing::post(take))).await;
        Self { address: format!("http://{address}"), inbox }
    }

    /// What has come. The server must have ended: it sends the last spans then.
    fn traces(mut self) -> Traces {
        let mut all = Vec::new();
        while let Ok(span) = self.inbox.try_recv() {
            all.push(span);
        }
        Traces(all)
    }
}

fn text(value: Option<&opentelemetry_proto::tonic::common::v1::AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Said::StringValue(text)) => text.clone(),
        Some(Said::IntValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn has(span: &Span, key: &str, value: &str) -> bool {
    span.attributes.iter().any(|one| one.key == key && text(one.value.as_ref()) == value)
}

/// The spans that a collector has.
struct Traces(Vec<Span>);

impl Traces {
    fn all(&self, name: &str) -> Vec<&Span> {
        self.0.iter().filter(|span| span.name == name).collect()
    }

    /// The one span of this name about which all of this is said.
    #[track_caller]
    fn one(&self, name: &str, said: &[(&str, &str)]) -> &Span {
        let fits = |span: &&&Span| said.iter().all(|(key, value)| has(span, key, value));
        let all = self.all(name);
        let found: Vec<_> = all.iter().filter(fits).collect();
        let [one] = found.as_slice() else { panic!("{} spans {name} {said:?}: {:#?}", found.len(), self.0) };
        one
    }

    /// The names of the spans above one, as far as the collector has them, the nearest first.
    fn above(&self, span: &Span) -> Vec<&str> {
        let known: HashMap<_, _> = self.0.iter().map(|span| ((&span.trace_id, &span.span_id), span)).collect();
        let parent = |span: &Span| known.get(&(&span.trace_id, &span.parent_span_id)).copied();
        std::iter::successors(parent(span), |span| parent(span)).map(|span| span.name.as_str()).collect()
    }
}

fn traced(folder: &Path, flags: &[&str], collector: &str, log: Stdio) -> Server {
    // how much is written down says nothing about what is traced
    Server::start_in(folder, flags, &[("CAIRN_LOG", "warn"), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector)], log)
}

/// Approves a plan and starts it, as the caller's trace has it.
async fn start(server: &Server, plan: &Value) {
    let id = plan["id"].as_str().unwrap();
    let revision = format!("\"{}\"", plan["revision"]);
    let body = json!({"content_hash": plan["content_hash"]});
    let approved = server.post_with(&format!("/plans/{id}/approve"), body, &[("if-match", &revision)]).await;
    assert!(approved.status.is_success(), "{:?}", approved.body);
    let started = server.post_with(&format!("/plans/{id}/start"), json!({}), &[CALLER]).await;
    assert!(started.status.is_success(), "{:?}", started.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_leads_from_a_request_through_the_run_to_whom_a_step_calls() {
    let collector = Collector::start().await;
    let (heard, mut calls) = mpsc::unbounded_channel();
    let hear = move |headers: HeaderMap| {
        let named = headers.get_all("traceparent").iter().map(|value| value.to_str().unwrap().to_owned());
        heard.send(named.collect::<Vec<_>>()).unwrap();
        async { "heard" }
    };
    let called = serve(Router::new().route("/", routing::get(hear))).await;

    let home = folder();
    let server = traced(home.path(), &["--http-allow", &called], &collector.address, Stdio::inherit());
    let call = |id: &str, host: &str, headers: Value, after: &[&str]| {
        let params = json!({"method": "GET", "url": format!("http://{host}/"), "headers": headers});
        json!({"id": id, "action_type": "http.request", "params": params, "depends_on": after})
    };
    let steps = json!([
        {"id": "think", "action_type": "idea.create", "params": {"title": "an idea"}},
        call("tell", &called, json!({}), &["think"]),
        call("tell_else", &called, json!({"traceparent": "as the step says"}), &["tell"]),
        call("forbidden", "127.0.0.1:1", json!({}), &["tell_else"]),
    ]);
    let plan = server.draft(json!({"name": "Traced", "steps": steps})).await;
    let id = plan["id"].as_str().unwrap().to_owned();
    start(&server, &plan).await;
    server.plan_until(&id, |plan| plan["status"] == "failed").await;
    let events = server.get(&format!("/plans/{id}/events")).await.body["items"].as_array().unwrap().clone();
    assert_eq!(server.terminate(), Some(0));
    let traces = collector.traces();

    // the request that made the plan: nobody called from a trace, and its own is what its events belong to
    let asked = traces.one("request", &[("route", "/api/v1/plans"), ("method", "POST")]);
    let created = events.iter().find(|event| event["type"] == "PlanCreated").unwrap();
    assert_eq!(hex(&asked.trace_id), created["correlation_id"].as_str().unwrap().replace('-', ""));
    assert!(asked.parent_span_id.is_empty());
    assert_eq!(asked.kind(), SpanKind::Server);

    // the request that started it, below the caller's span; the run below the request
    let started = traces.one("request", &[("route", "/api/v1/plans/{id}/start")]);
    assert_eq!((hex(&started.trace_id).as_str(), hex(&started.parent_span_id).as_str()), (TRACE, "00f067aa0ba902b7"));
    for run in traces.all("plan") {
        assert_eq!((&run.trace_id, &run.parent_span_id), (&started.trace_id, &started.span_id));
        assert!(has(run, "plan", &id));
    }
    let actions = traces.all("action");
    assert_eq!(actions.len(), 4, "{actions:#?}");
    for action in actions {
        assert_eq!(hex(&action.trace_id), TRACE);
        assert_eq!(traces.above(action), ["attempt", "step", "plan", "request"]);
    }
    traces.one("step", &[("step", "think"), ("action", "idea.create")]);
    traces.one("action", &[("action", "idea.create"), ("asked", "execute")]);

    // whoever is called sees the action's span as the caller's, unless the step says otherwise
    let [told] = <[String; 1]>::try_from(calls.recv().await.unwrap()).unwrap();
    let told = told.strip_prefix(&format!("00-{TRACE}-")).and_then(|rest| rest.strip_suffix("-01")).unwrap().to_owned();
    let step = traces.one("step", &[("step", "tell")]);
    let attempt = traces.all("attempt").into_iter().find(|attempt| attempt.parent_span_id == step.span_id).unwrap();
    let action = traces.all("action").into_iter().find(|action| action.parent_span_id == attempt.span_id).unwrap();
    assert_eq!(told, hex(&action.span_id));
    assert_eq!(calls.recv().await.unwrap(), ["as the step says"]);

    // what went wrong is told by its code
    let failed = traces.one("attempt", &[("error", "http.not-allowed")]).status.clone().unwrap();
    assert_eq!((failed.code(), failed.message.as_str()), (StatusCode::Error, "http.not-allowed"));
}

/// A plan that waits for a person, and then does something.
fn waiting() -> Value {
    json!({"name": "Wait", "steps": [
        {"id": "sign", "action_type": "manual.step", "params": {"instructions": "Sign"}},
        {"id": "after", "action_type": "idea.create", "params": {"title": "after"}, "depends_on": ["sign"]},
    ]})
}

/// Starts a plan in one process and lets another one finish it; gives what the collector has, the event that started the
/// run, and the plan's name.
async fn taken_up_again(first: &str, collector: Collector) -> (Traces, Value) {
    let home = folder();
    let server = traced(home.path(), &[], first, Stdio::inherit());
    let plan = server.draft(waiting()).await;
    let id = plan["id"].as_str().unwrap().to_owned();
    start(&server, &plan).await;
    server.plan_until(&id, |plan| plan["steps"][0]["status"] == "executing").await;
    assert_eq!(server.terminate(), Some(0));

    let server = traced(home.path(), &[], &collector.address, Stdio::inherit());
    let signed = server.post(&format!("/plans/{id}/steps/sign/complete"), json!({})).await;
    assert!(signed.status.is_success(), "{:?}", signed.body);
    server.plan_until(&id, |plan| plan["status"] == "completed").await;
    let events = server.get(&format!("/plans/{id}/events")).await.body["items"].as_array().unwrap().clone();
    assert_eq!(server.terminate(), Some(0));
    let started = events.into_iter().find(|event| event["type"] == "ExecutionStarted").unwrap();
    (collector.traces(), started)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_another_process_goes_on_with_stays_below_the_request_that_started_it() {
    let collector = Collector::start().await;
    let address = collector.address.clone();
    let (traces, _) = taken_up_again(&address, collector).await;
    let started = traces.one("request", &[("route", "/api/v1/plans/{id}/start")]);
    let plans = traces.all("plan");
    assert!(plans.len() >= 2, "one of each process: {plans:#?}");
    for plan in plans {
        assert_eq!((&plan.trace_id, &plan.parent_span_id), (&started.trace_id, &started.span_id));
    }
    let action = traces.one("action", &[("action", "idea.create")]);
    assert_eq!(traces.above(action), ["attempt", "step", "plan", "request"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_request_nobody_gathered_is_in_its_trace_all_the_same() {
    let (traces, started) = taken_up_again("", Collector::start().await).await;
    let action = traces.one("action", &[("action", "idea.create")]);
    assert_eq!((hex(&action.trace_id).as_str(), traces.above(action)), (TRACE, vec!["attempt", "step", "plan"]));
    // what stands for the request is the event that it led to
    let event = started["id"].as_str().unwrap().replace('-', "");
    for plan in traces.all("plan") {
        assert_eq!(hex(&plan.parent_span_id), event[16..]);
    }
}

/// Runs a plan to its end and ends the server, with a collector that is of no use; gives the server's log.
async fn run_with(collector: &str) -> String {
    let home = folder();
    let path = home.path().join("lines");
    let server = traced(home.path(), &[], collector, Stdio::from(fs::File::create(&path).unwrap()));
    let plan = server.draft(crate::support::chain("untraced", 3)).await;
    start(&server, &plan).await;
    server.plan_until(plan["id"].as_str().unwrap(), |plan| plan["status"] == "completed").await;
    let ended = tokio::task::spawn_blocking(|| server.terminate());
    let code = tokio::time::timeout(PATIENCE, ended).await.expect("the server ends in time").unwrap();
    assert_eq!(code, Some(0));
    fs::read_to_string(&path).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_hangs_keeps_nobody_waiting() {
    let (called, mut calls) = mpsc::unbounded_channel();
    let hang = move || {
        called.send(()).unwrap();
        std::future::pending::<()>()
    };
    let address = serve(Router::new().fallback(hang)).await;
    run_with(&format!("http://{address}")).await;
    calls.recv().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_keeps_nobody_waiting_and_its_password_stays_unsaid() {
    // bound for a moment, so that nobody else listens there
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let log = run_with(&format!("http://ana:secret@{free}")).await;
    assert!(!log.contains("secret"), "{log}");
}

#[tokio::test]
async fn a_server_without_a_collector_names_no_trace_to_anybody() {
    let (heard, mut calls) = mpsc::unbounded_channel();
    let hear = move |headers: HeaderMap| {
        heard.send(headers.contains_key("traceparent")).unwrap();
        async { "heard" }
    };
    let called = serve(Router::new().route("/", routing::get(hear))).await;
    let home = folder();
    let server = Server::start_with(home.path(), &["--http-allow", &called]);
    let params = json!({"method": "GET", "url": format!("http://{called}/")});
    let steps = json!([{"id": "tell", "action_type": "http.request", "params": params}]);
    let plan = server.draft(json!({"name": "Untraced", "steps": steps})).await;
    start(&server, &plan).await;
    server.plan_until(plan["id"].as_str().unwrap(), |plan| plan["status"] == "completed").await;
    assert!(!calls.recv().await.unwrap());
    // and the log holds no span of the request
    let stored = server.send(Method::GET, "/ops/log", None, &[]).await.body.to_string();
    assert!(stored.contains("ExecutionStarted") && !stored.contains("\"span\""), "{stored}");
}
