//! A whole house behind the door, and short words for asking it.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use bytes::Bytes;
use cairn_api::{AppState, Parts};
use chrono::{DateTime, Utc};
use commands::{Commands, Envelope, HandClock};
use domain::{
    action::Catalogue,
    actor::Actor,
    ids::PlanId,
    plan::{AttemptOutcome, PlanCommand, StepError, StepOutcome},
};
use eventlog::{EventLog, MemoryLog};
use execution::{actions::HttpConfig, registry::Registry};
use http_body_util::BodyExt;
use projections::{ModelStorage, Models, Waited};
use projections_sqlite::SqliteModels;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// A house whose clock stands still until it is set.
pub(crate) struct House {
    pub(crate) state: AppState,
    pub(crate) commands: Commands,
    pub(crate) models: Models,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) clock: HandClock,
    router: Router,
    /// Removed with the house, when it is its own.
    _folder: Option<TempDir>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// Builds a house with other parts of the door.
    pub(crate) async fn with(change: impl FnOnce(&mut Parts)) -> Self {
        Self::on(Arc::new(MemoryLog::new()), change).await
    }

    /// Builds a house on a log.
    pub(crate) async fn on(log: Arc<dyn EventLog>, change: impl FnOnce(&mut Parts)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Arc::new(SqliteModels::open(folder.path()).unwrap());
        Self { _folder: Some(folder), ..Self::over(storage, log, change).await }
    }

    /// Builds a house on a log, with its read models somewhere else.
    pub(crate) async fn over(
        storage: Arc<dyn ModelStorage>,
        log: Arc<dyn EventLog>,
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        let clock = HandClock::at(moment("2026-11-23T09:00:00Z"));
        let commands = Commands::new(Arc::clone(&log), Arc::clone(Catalogue::builtin()), Arc::new(clock.clone()));
        let models = Models::open(storage, Arc::clone(&log)).await.unwrap();
        let registry = Arc::new(Registry::builtin(&commands, HttpConfig::default()).unwrap());
        let mut parts = Parts::new(commands.clone(), models.clone(), registry, Arc::new(clock.clone()));
        change(&mut parts);
        let state = AppState::start(parts).await.unwrap();
        let router = cairn_api::router(state.clone());
        Self { state, commands, models, log, clock, router, _folder: None }
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Sends a request as it is.
    pub(crate) async fn request(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes: Bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Reply { status: parts.status, headers: parts.headers, body, text }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.request(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send("POST", path, &[], Some(body)).await
    }

    /// Sends a write that names the revision it was made on.
    pub(crate) async fn post_on(&self, revision: u64, path: &str, body: Value) -> Reply {
        self.send("POST", path, &[("if-match", &format!("\"{revision}\""))], Some(body)).await
    }

    pub(crate) async fn plan(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/plans/{id}")).await.ok()
    }

    /// Makes a plan by hand and gives its id.
    pub(crate) async fn draft(&self, steps: Value) -> String {
        let reply = self.post("/api/v1/plans", json!({"name": "Launch", "steps": steps})).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        reply.body["plan_id"].as_str().unwrap().to_owned()
    }

    /// Approves the plan as it stands.
    pub(crate) async fn approve(&self, id: &str) -> Value {
        let plan = self.plan(id).await;
        let warnings = plan["warnings"].as_array().unwrap().iter();
        let loud: Vec<_> = warnings.filter(|warning| warning["loud"] == true).map(|warning| &warning["id"]).collect();
        let body = json!({"content_hash": plan["content_hash"], "acknowledged": loud});
        self.post_on(plan["revision"].as_u64().unwrap(), &format!("/api/v1/plans/{id}/approve"), body).await.ok()
    }

    /// Makes, approves and starts a plan.
    pub(crate) async fn started(&self, steps: Value) -> String {
        let id = self.draft(steps).await;
        self.approve(&id).await;
        self.post(&format!("/api/v1/plans/{id}/start"), json!({})).await.ok();
        id
    }

    /// Does what the executor does: records how attempts ended and starts what is due.
    pub(crate) async fn advance(&self, id: &str, outcomes: Vec<StepOutcome>) {
        let id: PlanId = id.parse().unwrap();
        let command = PlanCommand::Advance { outcomes, claim: true };
        self.commands.plans.execute(&id, command, Envelope::new(Actor::executor())).await.unwrap();
    }

    /// Makes a thing and gives its id.
    pub(crate) async fn thing(&self, kind: &str, fields: Value) -> String {
        let reply = self.post("/api/v1/workspace/entities", json!({"kind": kind, "fields": fields})).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        reply.body["id"].as_str().unwrap().to_owned()
    }

    /// Waits until the read models have everything that is in the log.
    pub(crate) async fn settled(&self) {
        if let Some(head) = self.log.head().await.unwrap() {
            assert_eq!(self.models.wait_for(head, Duration::from_secs(30)).await, Waited::Reached);
        }
    }
}

impl Reply {
    /// The body of an answer that is a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self.body
    }

    /// The body of an answer that is a problem of this status and code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(self.body["type"], format!("/errors/{code}"));
        assert_eq!(self.body["status"], status);
        let traced = self.body["trace_id"].as_str().is_some_and(|id| id.len() == 32);
        let told = self.body["detail"].as_str().is_some_and(|detail| detail.ends_with(['.', '?']));
        assert!(traced && told, "{}", self.text);
        self.body
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

/// Three steps in a row.
pub(crate) fn launch() -> Value {
    json!([
        {"id": "create", "action_type": "project.create", "params": {"name": "Kestrel"}},
        {"id": "plan", "action_type": "task.create", "depends_on": ["create"],
            "params": {"title": "Plan it", "project": "{{steps.create.result.id}}"}},
        {"id": "tell", "action_type": "note.add", "depends_on": ["plan"],
            "params": {"about": "{{steps.plan.result.id}}", "text": "done"}},
    ])
}

/// One step that a person does.
pub(crate) fn manual() -> Value {
    json!([{"id": "call", "action_type": "manual.step", "params": {"instructions": "Call the printer"}}])
}

pub(crate) fn failed(step: &str, attempt: u32) -> StepOutcome {
    let error =
        StepError { code: "action.failed".into(), message: "it broke".into(), at: moment("2026-11-23T09:00:00Z") };
    let outcome = AttemptOutcome::Failed { error, retryable: false, jitter_per_mille: 0 };
    StepOutcome { step: step.parse().unwrap(), attempt, outcome }
}

pub(crate) fn completed(step: &str, attempt: u32, result: Value) -> StepOutcome {
    let outcome = AttemptOutcome::Completed { result, effects: Vec::new() };
    StepOutcome { step: step.parse().unwrap(), attempt, outcome }
}

pub(crate) fn unknown(step: &str, attempt: u32) -> StepOutcome {
    let outcome = AttemptOutcome::Unknown { message: "the server stopped".into() };
    StepOutcome { step: step.parse().unwrap(), attempt, outcome }
}

/// The first pointer and code of a problem's fields.
pub(crate) fn first_error(problem: &Value) -> (&str, &str) {
    let error = &problem["errors"][0];
    (error["pointer"].as_str().unwrap_or_default(), error["code"].as_str().unwrap_or_default())
}
