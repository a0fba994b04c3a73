//! The outermost layer: what is looked at before a request gets in, and what goes out with every answer.
//!
//! One function, because every layer costs each request an allocation. Before: is it meant for this server (DNS
//! rebinding), does a write come from our own page, is there room, can the caller read the answer. After: the problem's
//! body, headers for browsers, figures.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use commands::TraceContext;
use eventlog::SpanId;
use tracing::{Instrument, Span, field::display, info_span};
use uuid::Uuid;

use crate::{
    past,
    problem::{Answer, Pending, Problem, codes},
    reads::remember,
    state::{AppState, Hosts},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the page may load and do: only what the server itself gives. Styles are also set by scripts, on elements.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; \
     font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// Names a request in logs, problems and events: the trace id of W3C Trace Context, given by the caller or drawn here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TraceId {
    id: Uuid,
    /// The request's own span, where traces are gathered.
    span: Option<SpanId>,
}

impl TraceId {
    /// Opens the request's span, below the caller's if there is one (`traceparent`). Whatever is logged in it is found by
    /// the id that events of this request carry.
    fn open(headers: &HeaderMap, method: &Method, route: &str) -> (Self, Span) {
        let caller = headers.get(TraceContext::HEADER).and_then(|value| value.to_str().ok());
        let caller = caller.and_then(|header| header.parse::<TraceContext>().ok());
        let known = caller.map(|caller| display(caller.trace));
        let span = info_span!("request", correlation_id = known, %method, route);
        if let Some(caller) = caller {
            caller.adopt(&span);
        }
        let own = TraceContext::of(&span);
        let id = caller.or(own).map_or_else(Uuid::now_v7, |context| context.trace);
        if caller.is_none() {
            span.record("correlation_id", display(id));
        }
        (Self { id, span: own.map(|own| own.span) }, span)
    }

    /// The same number as a UUID: the correlation id of what the request does.
    pub(crate) fn uuid(self) -> Uuid {
        self.id
    }

    /// The request's own span, where traces are gathered.
    pub(crate) fn span(self) -> Option<SpanId> {
        self.span
    }
}

impl std::fmt::Display for TraceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.id.as_simple().fmt(f)
    }
}

/// Lets a request in and its answer out.
pub(crate) async fn pass(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let path = route.as_ref().map_or("none", MatchedPath::as_str);
    let (trace, span) = TraceId::open(request.headers(), &method, path);
    request.extensions_mut().insert(trace);
    let is_api = request.uri().path().starts_with("/api/");
    let permit = let_in(&state, &request, is_api).and_then(|permit| {
        past::only_read(&request)?;
        remember(&state, &request, trace)?;
        Ok(permit)
    });
    let response = match permit {
        Ok(_permit) => next.run(request).instrument(span).await,
        Err(problem) => problem.into_response(),
    };
    let pending = response.extensions().get::<Pending>().cloned();
    let mut response = match pending {
        Some(Pending(problem)) => {
            let mut rendered = problem.render(trace.to_string());
            // Headers that were set on the way, such as `Allow`.
            for (name, value) in response.headers() {
                rendered.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
            rendered
        }
        None => response,
    };
    protect(response.headers_mut(), is_api);
    let status = response.status();
    tracing::debug!(%trace, %method, route = path, status = status.as_u16(), "answered");
    let labels = [("method", method.to_string()), ("route", path.to_owned()), ("status", status.as_str().to_owned())];
    metrics::counter!("cairn_http_requests_total", &labels).increment(1);
    metrics::histogram!("cairn_http_request_duration_seconds", "route" => path.to_owned())
        .record(began.elapsed().as_secs_f64());
    response
}

fn let_in<'a>(state: &'a AppState, request: &Request, is_api: bool) -> Answer<tokio::sync::SemaphorePermit<'a>> {
    let headers = request.headers();
    meant_for_us(headers, request.uri(), &state.settings.hosts)?;
    if !request.method().is_safe() {
        from_our_page(headers, request.uri(), &state.settings.origins)?;
    }
    if is_api {
        acceptable(headers, request.uri().path())?;
    }
    state.requests.try_acquire().map_err(|_| {
        Problem::new(&codes::OVERLOADED, "The server has too much to do at the moment: try again.").retry_after(1)
    })
}

/// A page of a foreign site can make its own name lead to this machine; the `Host` header then still has that name.
fn meant_for_us(headers: &HeaderMap, uri: &Uri, hosts: &Hosts) -> Answer<()> {
    let listed: &[String] = match hosts {
        Hosts::Any => return Ok(()),
        Hosts::Loopback => &[],
        Hosts::Listed(names) => names,
    };
    let Some(host) = host_of(headers, uri) else { return Ok(()) };
    let name = without_port(host);
    if is_loopback(name) || listed.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let detail = "This server answers on this machine only: use http://127.0.0.1 or http://localhost with its port.";
    Err(Problem::new(&codes::FOREIGN_HOST, detail))
}

fn host_of<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

fn is_loopback(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Browsers say where a write comes from; programs send neither header.
fn from_our_page(headers: &HeaderMap, uri: &Uri, origins: &[String]) -> Answer<()> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match text(&header::ORIGIN) {
        Some(origin) => {
            let own = origin.split_once("://").map(|(_, host)| host);
            (own.is_some() && own == host_of(headers, uri)) || origins.iter().any(|known| known == origin)
        }
        None => text(&SEC_FETCH_SITE).is_none_or(|site| site == "same-origin" || site == "none"),
    };
    if ours {
        return Ok(());
    }
    Err(Problem::new(&codes::FOREIGN_ORIGIN, "Writes are taken from Cairn's own page and from programs."))
}

/// Whether the caller can read what this address answers.
fn acceptable(headers: &HeaderMap, path: &str) -> Answer<()> {
    let Some(accept) = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else { return Ok(()) };
    let offered: &[&str] = if path.ends_with("/live") {
        &["*/*", "text/*", "text/event-stream"]
    } else if path.ends_with("/evidence") {
        &["*/*", "text/*", "text/html"]
    } else if path.ends_with("/proof/checkpoints") {
        &["*/*", "application/*", "application/jsonl", "application/json"]
    } else {
        &["*/*", "application/*", "application/json", "application/problem+json"]
    };
    let wanted = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
    if accept.trim().is_empty() || wanted.into_iter().any(|range| offered.contains(&range)) {
        return Ok(());
    }
    let detail = format!("This address answers {}; ask for that, or leave `Accept` out.", offered[2]);
    Err(Problem::new(&codes::NOT_ACCEPTABLE, detail))
}

/// Headers that tell browsers to be careful.
fn protect(headers: &mut HeaderMap, is_api: bool) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        return;
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
}

/// The answer when nothing is at an address under `/api`.
pub(crate) async fn no_such_route(method: Method, uri: Uri) -> Problem {
    let detail = format!("There is nothing to {method} at {}: see /docs.", uri.path());
    Problem::new(&codes::NO_SUCH_ROUTE, detail)
}

/// The answer when an address cannot do what is asked; the `Allow` header is added on the way out.
pub(crate) async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    let detail = format!("{method} cannot be done at {}: the `Allow` header lists what can.", uri.path());
    Problem::new(&codes::METHOD_NOT_ALLOWED, detail)
}

/// The answer when a handler panicked.
pub(crate) fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let said = cause.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("without words");
    Problem::fault(&format!("a handler panicked: {said}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_fault_that_says_nothing_of_its_cause() {
        let response = panicked(Box::new("index out of bounds"));
        let problem = response.extensions().get::<Pending>().unwrap().0.body(String::new());
        assert_eq!((problem.code, problem.status), ("server.fault", 500));
        assert!(!problem.detail.contains("bounds"));
    }
}
