//! What is answered when something is not done: problem details (RFC 9457) with a stable code.
//!
//! Every code is declared once, in [`codes`], with its status and its page in `docs/errors`. Refusals of the layers below
//! become problems in [`refusals`]; nothing internal leaks: what cannot be explained to the caller is logged with its
//! trace id and answered as `server.fault`. The body is written by the outermost layer, which knows the trace id.

pub mod codes;
pub(crate) mod planner_pages;
pub(crate) mod refusals;
mod schedules;
mod templates;

use std::sync::Arc;

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub use codes::Code;

/// One field that is not fine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// A JSON pointer (RFC 6901) into the body as it was sent; empty when it is about a query parameter or a header.
    pub pointer: String,
    /// Stable, such as `missing-param`.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// The name of the query parameter or header, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
}

impl FieldProblem {
    /// Names a field of the body.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: detail.into(), parameter: None }
    }

    /// Names a query parameter or a header.
    pub fn parameter(name: &str, code: &str, detail: impl Into<String>) -> Self {
        Self { parameter: Some(name.to_owned()), ..Self::new("", code, detail) }
    }
}

/// Why something was not done.
// Boxed, because it is the rare end of nearly every function here.
#[derive(Clone, Debug)]
pub struct Problem(Box<Told>);

#[derive(Clone, Debug)]
struct Told {
    code: &'static Code,
    detail: String,
    errors: Vec<FieldProblem>,
    extensions: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What handlers answer.
pub type Answer<T> = Result<T, Problem>;

/// A problem as it is written down (RFC 9457). Some codes bring further members, which their pages describe.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The address of the code's page.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// What kind of problem it is, for people; the same for every problem of its code.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What stood in the way this time, in a sentence, and what to do.
    #[schema(required = false)]
    pub detail: String,
    /// Stable, such as `plan.wrong-status`; every code has a page at `/errors/{code}`.
    pub code: &'static str,
    /// The fields that are not fine, when it is about fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// Names the request in the server's log.
    #[schema(required = false)]
    pub trace_id: String,
    /// The members that only some codes have, such as `actual_revision`, `changed` and `changes`.
    #[serde(flatten)]
    #[schema(additional_properties, value_type = std::collections::BTreeMap<String, Value>)]
    pub extensions: Map<String, Value>,
}

impl Problem {
    /// Says in a sentence what stood in the way.
    pub fn new(code: &'static Code, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self(Box::new(Told { code, detail, errors: Vec::new(), extensions: Map::new(), headers: Vec::new() }))
    }

    /// Hides a fault of ours behind a general sentence; the log has the cause.
    pub fn fault(cause: &(impl std::fmt::Display + ?Sized)) -> Self {
        tracing::error!(%cause, "a request failed through a fault of the server");
        Self::new(
            &codes::SERVER_FAULT,
            "Something went wrong in the server. It was written to its log under the trace id.",
        )
    }

    /// Names the fields that are not fine.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds a member that the code's page describes.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Tells the caller when to try again, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, seconds.into())
    }

    /// The code.
    pub fn code(&self) -> &'static Code {
        self.0.code
    }

    /// The fields that are not fine.
    pub fn errors(&self) -> &[FieldProblem] {
        &self.0.errors
    }

    /// A member that only some codes have.
    pub fn extension(&self, name: &str) -> Option<&Value> {
        self.0.extensions.get(name)
    }

    /// Translates the pointers of all fields that are not fine.
    #[must_use]
    pub fn map_pointers(mut self, map: impl Fn(&str) -> String) -> Self {
        for error in &mut self.0.errors {
            error.pointer = map(&error.pointer);
        }
        self
    }

    /// Writes the problem down for the request that has this trace id.
    pub fn body(&self, trace_id: String) -> ProblemBody {
        let Told { code, detail, errors, extensions, headers: _ } = &*self.0;
        ProblemBody {
            type_uri: format!("/errors/{}", code.name),
            title: code.title,
            status: code.status.as_u16(),
            detail: detail.clone(),
            code: code.name,
            errors: errors.clone(),
            trace_id,
            extensions: extensions.clone(),
        }
    }

    /// Makes the whole answer, for the request that has this trace id.
    pub fn render(&self, trace_id: String) -> Response {
        let body = serde_json::to_vec(&self.body(trace_id)).unwrap_or_default();
        let mut response = (self.0.code.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.0.headers {
            headers.insert(name, value.clone());
        }
        response
    }
}

/// A problem on its way through the layers; the outermost one writes its body.
#[derive(Clone)]
pub(crate) struct Pending(pub(crate) Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.code.status.into_response();
        response.extensions_mut().insert(Pending(Arc::new(self)));
        response
    }
}
