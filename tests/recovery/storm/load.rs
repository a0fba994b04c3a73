//! Plans that are made, run and now and then rolled back, over whichever node answers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::nodes::Cluster;
use crate::{
    random,
    support::{PATIENCE, chain},
};

const STEPS: usize = 6;
/// How long a node may take to answer before another one is asked.
const ANSWER: Duration = Duration::from_secs(4);
/// How often a plan is looked at.
const LOOK: Duration = Duration::from_millis(150);

/// A plan that came to its end.
pub(super) struct Ended {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) rolled_back: bool,
}

impl Ended {
    /// The titles of what its steps write down.
    pub(super) fn titles(&self) -> impl Iterator<Item = String> + '_ {
        (1..=STEPS).map(|n| format!("{} {n}", self.name))
    }
}

/// Has one plan after the other carried out until `end`, and waits for each.
pub(super) async fn run(cluster: Arc<Cluster>, errand: u64, seed: u64, end: Instant) -> Vec<Ended> {
    let mut asking = Asking { cluster, seed, http: client() };
    let mut ended = Vec::new();
    for number in 0.. {
        if Instant::now() >= end {
            break;
        }
        let name = format!("Errand {errand} {number}");
        let (waits, rolls_back) = (number % 3 == 1, number % 4 == 3);
        let id = asking.start(&name, waits).await;
        asking.until(&id, "completed").await;
        if rolls_back {
            asking.roll_back(&id, &name).await;
            asking.until(&id, "rolled_back").await;
        }
        ended.push(Ended { id, name, rolled_back: rolls_back });
    }
    ended
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(ANSWER).build().expect("a client")
}

struct Asking {
    cluster: Arc<Cluster>,
    seed: u64,
    http: reqwest::Client,
}

struct Answer {
    status: StatusCode,
    etag: String,
    body: Value,
}

impl Asking {
    /// Asks any node, and another one when it does not answer, under one key.
    async fn ask(&mut self, method: Method, path: &str, body: Option<&Value>, if_match: Option<&str>) -> Answer {
        let (key, begin) = (Uuid::now_v7().to_string(), Instant::now());
        loop {
            assert!(begin.elapsed() < PATIENCE, "{method} {path} is answered by no node");
            let url = format!("{}/api/v1{path}", self.cluster.any_url(&mut self.seed));
            let mut request = self.http.request(method.clone(), url);
            if let Some(body) = body {
                request = request.json(body).header("idempotency-key", &key);
            }
            if let Some(revision) = if_match {
                request = request.header("if-match", revision);
            }
            match answer(request).await {
                // not there, standing still, or not open yet
                Err(_) => {}
                Ok(answer) if answer.status.is_server_error() => {}
                // the same command, sent to this node before, is still under way
                Ok(answer) if answer.body["code"] == "idempotency.still-running" => {}
                Ok(answer) => return answer,
            }
            tokio::time::sleep(Duration::from_millis(20 + random(&mut self.seed) % 50)).await;
        }
    }

    async fn start(&mut self, name: &str, waits: bool) -> String {
        let mut plan = chain(name, STEPS);
        if waits {
            let at = (Utc::now() + TimeDelta::seconds(2)).to_rfc3339();
            let last = format!("s{}", STEPS / 2);
            let wait = json!({"id": "wait", "title": "Wait a little", "action_type": "wait.until",
                "params": {"at": at}, "depends_on": [last]});
            plan["steps"].as_array_mut().expect("steps").push(wait);
        }
        let made = self.ask(Method::POST, "/plans", Some(&plan), None).await;
        assert!(made.status.is_success(), "{:#}", made.body);
        let id = made.body["plan_id"].as_str().expect("an id").to_owned();
        let draft = self.until(&id, "draft").await;
        let approve = json!({"content_hash": draft["content_hash"], "acknowledged": loud(&draft)});
        let revision = format!("\"{}\"", draft["revision"]);
        let approved = self.ask(Method::POST, &format!("/plans/{id}/approve"), Some(&approve), Some(&revision)).await;
        assert!(approved.status.is_success(), "{:#}", approved.body);
        let started = self.ask(Method::POST, &format!("/plans/{id}/start"), Some(&json!({})), None).await;
        assert!(started.status.is_success(), "{:#}", started.body);
        id
    }

    async fn roll_back(&mut self, id: &str, name: &str) {
        let begin = Instant::now();
        loop {
            let path = format!("/plans/{id}/rollback");
            let seen = self.ask(Method::POST, &format!("{path}/preview"), Some(&json!({})), None).await;
            assert!(seen.status.is_success(), "{:#}", seen.body);
            let body = json!({"preview_hash": seen.body["preview_hash"], "reason": "it was a try", "name": name});
            let answer = self.ask(Method::POST, &path, Some(&body), Some(&seen.etag)).await;
            if answer.status.is_success() {
                return;
            }
            // what is previewed may have been older than what was there
            assert!(begin.elapsed() < PATIENCE, "{:#}", answer.body);
        }
    }

    async fn until(&mut self, id: &str, status: &str) -> Value {
        let begin = Instant::now();
        loop {
            let seen = self.ask(Method::GET, &format!("/plans/{id}"), None, None).await;
            if seen.body["status"] == status {
                return seen.body;
            }
            assert!(begin.elapsed() < PATIENCE, "never {status}: {:#}", seen.body);
            tokio::time::sleep(LOOK).await;
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let answer = request.send().await?;
    let etag = answer.headers().get("etag").and_then(|etag| etag.to_str().ok()).unwrap_or_default().to_owned();
    Ok(Answer { status: answer.status(), etag, body: answer.json().await? })
}

fn loud(plan: &Value) -> Vec<&Value> {
    let warnings = plan["warnings"].as_array().into_iter().flatten();
    warnings.filter(|warning| warning["loud"] == true).map(|warning| &warning["id"]).collect()
}
