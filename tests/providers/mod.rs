//! A server that speaks the languages of model providers, with the faults that they and networks have.
//!
//! The first part of the path says how it behaves: `http://127.0.0.1:PORT/good/v1/messages`. Several, as in
//! `rate-limited,good`, are gone through call by call; the last one stays. The answers are made from what the prompt says,
//! so that a prompt without the rows that a request needs fails. It checks what it is sent as strictly as providers do.

#![allow(dead_code, reason = "each test binary uses its part")]

mod answers;
mod anthropic;
mod behaviour;
mod openai;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};

pub(crate) use behaviour::Behaviour;

/// The key that the server accepts.
pub(crate) const KEY: &str = "sk-test-0123456789-only-for-this-server";

/// A question that was asked.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

#[derive(Clone, Default)]
struct Heard {
    calls: Arc<Mutex<Vec<Call>>>,
    /// How many calls each path has had.
    counts: Arc<Mutex<HashMap<String, usize>>>,
    /// How many calls there were.
    called: watch::Sender<usize>,
    /// How many that were never to end have been given up by who asked.
    left: watch::Sender<usize>,
}

/// A running server; it ends with the runtime it was started on.
pub(crate) struct Providers {
    address: SocketAddr,
    heard: Heard,
}

impl Providers {
    /// Starts it on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let heard = Heard::default();
        let routes = Router::new()
            .route("/{behaviour}/v1/messages", post(messages))
            .route("/{behaviour}/v1/chat/completions", post(completions))
            .with_state(heard.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, heard }
    }

    /// The base URL for Anthropic.
    pub(crate) fn anthropic(&self, behaviour: &str) -> String {
        format!("http://{}/{behaviour}", self.address)
    }

    /// The base URL for OpenAI.
    pub(crate) fn openai(&self, behaviour: &str) -> String {
        format!("http://{}/{behaviour}/v1", self.address)
    }

    /// Waits until there were so many calls.
    pub(crate) async fn called(&self, count: usize) {
        self.heard.called.subscribe().wait_for(|called| *called >= count).await.expect("the server lives");
    }

    /// Waits until so many calls that were never to end have been given up.
    pub(crate) async fn left(&self, count: usize) {
        self.heard.left.subscribe().wait_for(|left| *left >= count).await.expect("the server lives");
    }

    /// The questions so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.heard.calls.lock().expect("nobody panics here").clone()
    }
}

impl Heard {
    /// Notes a call and says how it is answered.
    fn note(&self, language: &str, path: &str, headers: HeaderMap, body: Value) -> Behaviour {
        self.calls.lock().expect("nobody panics here").push(Call { headers, body });
        let mut counts = self.counts.lock().expect("nobody panics here");
        let count = counts.entry(format!("{language}/{path}")).or_default();
        let behaviours: Vec<&str> = path.split(',').collect();
        let name = behaviours[(*count).min(behaviours.len() - 1)];
        *count += 1;
        self.called.send_modify(|called| *called += 1);
        Behaviour::named(name).unwrap_or_else(|| panic!("there is no behaviour `{name}`"))
    }
}

async fn messages(State(heard): State<Heard>, Path(path): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = match serde_json::from_slice(&body) {
        Ok(body) => body,
        Err(error) => return anthropic::error(StatusCode::BAD_REQUEST, "invalid_request_error", &error.to_string()),
    };
    if headers.get("x-api-key").is_none_or(|key| key != KEY) {
        heard.note("anthropic", &path, headers, body);
        return anthropic::error(StatusCode::UNAUTHORIZED, "authentication_error", "invalid x-api-key");
    }
    if let Err(wrong) = anthropic::check(&headers, &body) {
        return anthropic::error(StatusCode::BAD_REQUEST, "invalid_request_error", &wrong);
    }
    let behaviour = heard.note("anthropic", &path, headers, body.clone());
    let text = answers::to(anthropic::prompt(&body), behaviour);
    behaviour.answer(&anthropic::Language::of(&body), text, heard.left).await.into_response()
}

async fn completions(
    State(heard): State<Heard>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body: Value = match serde_json::from_slice(&body) {
        Ok(body) => body,
        Err(error) => return openai::error(StatusCode::BAD_REQUEST, "invalid_request_error", &error.to_string()),
    };
    if headers.get("authorization").is_none_or(|key| key != &format!("Bearer {KEY}")) {
        heard.note("openai", &path, headers, body);
        return openai::error(StatusCode::UNAUTHORIZED, "invalid_request_error", "Incorrect API key provided: sk-te**");
    }
    if let Err(wrong) = openai::check(&body) {
        return openai::error(StatusCode::BAD_REQUEST, "invalid_request_error", &wrong);
    }
    let behaviour = heard.note("openai", &path, headers, body.clone());
    let text = answers::to(openai::prompt(&body), behaviour);
    behaviour.answer(&openai::Language::of(&body), text, heard.left).await.into_response()
}
