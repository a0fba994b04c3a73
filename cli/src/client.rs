//! Speaks to a Cairn server and turns its problems into failures with the right exit code.

use std::fmt::Write as _;

use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::exit::Failure;

/// A server and the connection to it.
#[derive(Clone)]
pub(crate) struct Client {
    base: String,
    http: reqwest::Client,
}

impl Client {
    pub(crate) fn new(base: &str) -> Result<Self, Failure> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(|error| Failure::unexpected(format!("no HTTP client: {error}")))?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), http })
    }

    /// Reads a resource under `/api/v1`.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(self.http.request(Method::GET, self.url(path))).await
    }

    /// Reads a resource under `/api/v1` with a query.
    pub(crate) async fn ask(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Failure> {
        self.send(self.http.request(Method::GET, self.url(path)).query(query)).await
    }

    /// Reads a file under `/api/v1`.
    pub(crate) async fn download(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let answer = self.http.get(self.url(path)).send().await.map_err(|error| self.unreachable(&error))?;
        if !answer.status().is_success() {
            return Err(problem(answer).await);
        }
        let bytes =
            answer.bytes().await.map_err(|error| Failure::unexpected(format!("the download broke off: {error}")))?;
        Ok(bytes.to_vec())
    }

    /// Gives a command. Each call has a key of its own, so that a repeat on the wire is harmless.
    pub(crate) async fn post(&self, path: &str, body: &Value, if_match: Option<u64>) -> Result<Value, Failure> {
        let request = self.http.request(Method::POST, self.url(path)).json(body);
        let request = request.header("idempotency-key", Uuid::now_v7().to_string());
        let request = match if_match {
            Some(revision) => request.header("if-match", format!("\"{revision}\"")),
            None => request,
        };
        self.send(request).await
    }

    /// Opens the live stream.
    pub(crate) async fn live(&self, path: &str) -> Result<Live, Failure> {
        let answer = self.http.get(self.url(path)).send().await.map_err(|error| self.unreachable(&error))?;
        if answer.status().is_success() {
            Ok(Live { answer, unread: String::new() })
        } else {
            Err(problem(answer).await)
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.base)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        if !answer.status().is_success() {
            return Err(problem(answer).await);
        }
        answer.json().await.map_err(|error| Failure::unexpected(format!("the server's answer is no JSON: {error}")))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        Failure::unexpected(format!("no server answers at {}: {error}", self.base))
    }
}

/// An open live stream, of which only the positions matter here: each change is read again as a whole.
pub(crate) struct Live {
    answer: Response,
    /// The last line, as far as it has come.
    unread: String,
}

impl Live {
    /// Waits for a change after the position that is known, and gives the newest one that has come.
    pub(crate) async fn next_position_after(&mut self, known: u64) -> Result<u64, Failure> {
        loop {
            let broken = |error: reqwest::Error| Failure::unexpected(format!("the live stream broke off: {error}"));
            let Some(chunk) = self.answer.chunk().await.map_err(broken)? else {
                return Err(Failure::unexpected("the server ended the live stream"));
            };
            self.unread.push_str(&String::from_utf8_lossy(&chunk));
            let Some(end) = self.unread.rfind('\n') else { continue };
            let lines: String = self.unread.drain(..=end).collect();
            let ids = lines.lines().filter_map(|line| line.strip_prefix("id:"));
            let newest = ids.filter_map(|id| id.trim().parse().ok()).max();
            if let Some(newest) = newest.filter(|newest| *newest > known) {
                return Ok(newest);
            }
        }
    }
}

async fn problem(answer: Response) -> Failure {
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    let detail = body.get("detail").or_else(|| body.get("title")).and_then(Value::as_str).unwrap_or("no reason given");
    let mut message = detail.to_owned();
    for error in body.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let pointer = error.get("pointer").and_then(Value::as_str).unwrap_or_default();
        let detail = error.get("detail").and_then(Value::as_str).unwrap_or_default();
        // writing to a text cannot fail
        let _ = write!(message, "\n  {pointer}: {detail}");
    }
    if let Some(code) = body.get("code").and_then(Value::as_str) {
        let _ = write!(message, " [{code}]");
    }
    match status {
        StatusCode::NOT_FOUND => Failure::not_found(message),
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => Failure::conflict(message),
        StatusCode::BAD_REQUEST => Failure::usage(message),
        _ => Failure::refused(message),
    }
}
