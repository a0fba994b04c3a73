//! Starts the real binary on a folder of its own and talks to it as any client would.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The longest that anything is waited for; reaching it is a failure, never a pass.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Path of the binary under test, built by cargo for these tests.
pub(crate) fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_cairn"))
}

/// What the machine may say about planners, the log and traces; tests say it themselves.
const VARIABLES: [&str; 26] = [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_API_KEY_FILE",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_MODEL",
    "OPENAI_API_KEY",
    "OPENAI_API_KEY_FILE",
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
    "CAIRN_PLANNER",
    "CAIRN_PLANNER_TIMEOUT",
    "CAIRN_EVENTSTORE",
    "CAIRN_EVENTSTORE_USER",
    "CAIRN_EVENTSTORE_PASSWORD",
    "CAIRN_EVENTSTORE_PASSWORD_FILE",
    "CAIRN_POSTGRES",
    "CAIRN_POSTGRES_USER",
    "CAIRN_POSTGRES_PASSWORD",
    "CAIRN_POSTGRES_PASSWORD_FILE",
    "CAIRN_LEASE_SECONDS",
    "CAIRN_PLANS_AT_ONCE",
    "CAIRN_ROLE",
    "CAIRN_KEYS",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SERVICE_NAME",
];

/// The binary, without what the machine says.
fn command() -> Command {
    let mut command = Command::new(binary());
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub url: String,
    http: reqwest::Client,
    /// The newest position that an answer told of; what is read afterwards has seen it.
    seen: AtomicU64,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub content_type: String,
    pub body: Value,
}

impl Server {
    /// Starts `cairn serve` on a folder and waits for its first line.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// Starts with more flags.
    pub(crate) fn start_with(folder: &Path, flags: &[&str]) -> Self {
        Self::start_in(folder, flags, &[("CAIRN_LOG", "warn")], Stdio::inherit())
    }

    /// Starts with more flags and variables, and with its log elsewhere.
    pub(crate) fn start_in(folder: &Path, flags: &[&str], variables: &[(&str, &str)], log: Stdio) -> Self {
        let mut child = command()
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder)
            .args(flags)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        stdout.read_line(&mut line).expect("stdout can be read");
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        let url = told["url"].as_str().or_else(|| line.trim().strip_prefix("listening on "));
        let url = url.unwrap_or_else(|| panic!("no address: {line:?}")).to_owned();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { child, url, http, seen: AtomicU64::new(0) }
    }

    /// Ends the process at once, as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process ends");
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops the process where it is, or lets it go on.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        Command::new("kill").args([signal, &pid]).status().expect("kill runs");
    }

    /// Follows everything that happens from behind a place; gives the places of the next `count` changes.
    pub(crate) async fn changes_after(&self, place: u64, count: usize) -> Vec<u64> {
        let follow = async {
            let live = self.http.get(format!("{}/api/v1/live", self.url)).header("last-event-id", place.to_string());
            let mut live = live.send().await.expect("the live stream opens");
            let (mut unread, mut places) = (String::new(), Vec::new());
            // the first is the place itself
            while places.len() <= count {
                let chunk = live.chunk().await.expect("the live stream goes on").expect("the live stream is open");
                unread.push_str(&String::from_utf8_lossy(&chunk));
                while let Some((line, rest)) = unread.split_once('\n') {
                    let place = line.strip_prefix("id:").and_then(|id| id.trim().parse().ok());
                    places.extend(place.filter(|place| places.last() != Some(place)));
                    unread = rest.to_owned();
                }
            }
            places[1..=count].to_vec()
        };
        tokio::time::timeout(PATIENCE, follow).await.expect("so much happens")
    }

    /// Asks the process to end and gives its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        self.child.wait().expect("the process ends").code()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub(crate) async fn post_with(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(body), headers).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.try_send(method, path, body, headers).await.expect("the server answers")
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.timeout(PATIENCE).send().await?;
        let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (status, etag) = (answer.status(), header("etag"));
        let content_type = header("content-type").unwrap_or_default();
        let text = answer.text().await?;
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if let Some(position) = body["position"].as_u64() {
            self.seen.fetch_max(position, Ordering::Relaxed);
        }
        Ok(Answer { status, etag, content_type, body })
    }

    /// Reads a plan, after the position.
    pub(crate) async fn plan(&self, id: &str, min_position: u64) -> Value {
        let answer = self.get(&format!("/plans/{id}?min_position={min_position}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        answer.body
    }

    /// Follows the live stream until the plan is as wanted.
    pub(crate) async fn plan_until(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let follow = async {
            let url = format!("{}/api/v1/live?plan={id}", self.url);
            let mut live = self.http.get(url).send().await.expect("the live stream opens");
            let mut position = 0;
            loop {
                let plan = self.plan(id, position).await;
                if wanted(&plan) {
                    return plan;
                }
                position = newest_position(&mut live, position).await;
            }
        };
        let Ok(plan) = tokio::time::timeout(PATIENCE, follow).await else {
            panic!("the plan did not get there: {:#}", self.plan(id, 0).await)
        };
        plan
    }

    /// Lets this many events be recorded, or everything come to rest.
    pub(crate) async fn events_go_by(&self, count: u64) {
        let url = format!("{}/api/v1/live", self.url);
        let mut live = self.http.get(url).send().await.expect("the live stream opens");
        let follow = async {
            let start = newest_position(&mut live, 0).await;
            let mut now = start;
            while now < start + count {
                now = newest_position(&mut live, now).await;
            }
        };
        // when fewer events are left than asked for, half a second without one is the end of the run
        let _ = tokio::time::timeout(Duration::from_millis(500), follow).await;
    }

    /// Asks for a plan and waits for its draft.
    pub(crate) async fn draft(&self, body: Value) -> Value {
        let made = self.post("/plans", body).await;
        assert_eq!(made.status, StatusCode::ACCEPTED, "{:?}", made.body);
        let id = made.body["plan_id"].as_str().expect("a plan id").to_owned();
        self.plan_until(&id, |plan| plan["status"] != "drafting").await
    }

    /// Approves what the plan is now and starts it.
    pub(crate) async fn approve_and_start(&self, plan: &Value) {
        let id = plan["id"].as_str().expect("an id");
        let revision = format!("\"{}\"", plan["revision"]);
        let warnings = plan["warnings"].as_array().into_iter().flatten();
        let loud: Vec<_> = warnings.filter(|warning| warning["loud"] == true).map(|warning| &warning["id"]).collect();
        let body = json!({"content_hash": plan["content_hash"], "acknowledged": loud});
        let approved = self.post_with(&format!("/plans/{id}/approve"), body, &[("if-match", &revision)]).await;
        assert!(approved.status.is_success(), "{:?}", approved.body);
        let started = self.post(&format!("/plans/{id}/start"), json!({})).await;
        assert!(started.status.is_success(), "{:?}", started.body);
    }

    /// One entity, as it is after everything that was answered.
    pub(crate) async fn entity(&self, id: &str) -> Value {
        let seen = self.seen.load(Ordering::Relaxed);
        self.get(&format!("/workspace/entities/{id}?min_position={seen}")).await.body
    }

    /// All entities of a kind, as they are after everything that was answered.
    pub(crate) async fn entities(&self, kind: &str) -> Vec<Value> {
        let seen = self.seen.load(Ordering::Relaxed);
        let answer = self.get(&format!("/workspace/entities?kind={kind}&limit=200&min_position={seen}")).await;
        answer.body["items"].as_array().expect("items").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // a server that was killed or terminated is gone already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn newest_position(live: &mut reqwest::Response, known: u64) -> u64 {
    let mut unread = String::new();
    loop {
        let chunk = live.chunk().await.expect("the live stream goes on").expect("the live stream is open");
        unread.push_str(&String::from_utf8_lossy(&chunk));
        let ids = unread.lines().filter_map(|line| line.strip_prefix("id:"));
        let newest = ids.filter_map(|id| id.trim().parse::<u64>().ok()).max();
        if let Some(newest) = newest.filter(|newest| *newest > known) {
            return newest;
        }
    }
}

/// Runs a verb of the binary on a folder and gives its exit code and output.
pub(crate) fn cairn(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let done = command().args(args).arg("--data-dir").arg(folder).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

/// A folder for one test.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A plan by hand: a chain of steps, each of which writes down an idea.
pub(crate) fn chain(name: &str, steps: usize) -> Value {
    let steps: Vec<Value> = (1..=steps)
        .map(|n| {
            let depends_on: Vec<String> = if n > 1 { vec![format!("s{}", n - 1)] } else { Vec::new() };
            json!({
                "id": format!("s{n}"), "title": format!("Step {n}"), "action_type": "idea.create",
                "params": {"title": format!("{name} {n}")}, "depends_on": depends_on,
            })
        })
        .collect();
    json!({"name": name, "steps": steps})
}
