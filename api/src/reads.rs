//! Remembers who looked at the history, in a house that is told to.

use audit::reads::Read;
use axum::{
    extract::{MatchedPath, Request},
    http::Method,
};

use crate::{
    door::TraceId,
    past,
    problem::{Answer, Problem},
    state::AppState,
};

/// What shows history, besides everything that is read as of an earlier moment: whoever asks these is remembered.
const SHOW_HISTORY: &[&str] = &[
    "/api/v1/events",
    "/api/v1/events/{id}/causation",
    "/api/v1/plans/{id}/events",
    "/api/v1/plans/{id}/diff",
    "/api/v1/plans/{id}/evidence",
    "/api/v1/plans/{id}/proof",
    "/api/v1/plans/{id}/timeline",
    "/api/v1/proof/checkpoints",
    "/api/v1/workspace/entities/{id}/history",
];

/// Remembers the request, if it reads history.
///
/// # Errors
/// `server.fault` when it cannot be remembered: then nothing is shown.
pub(crate) fn remember(state: &AppState, request: &Request, trace: TraceId) -> Answer<()> {
    let Some(reads) = state.reads.as_ref().filter(|_| request.method() == Method::GET) else { return Ok(()) };
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if !SHOW_HISTORY.contains(&route) && !past::is_asked_for(request) {
        return Ok(());
    }
    let what = request.uri().path_and_query().map_or("", |path| path.as_str());
    let read = Read { at: state.clock.now(), actor: &state.actor, what, trace_id: &trace.to_string() };
    reads.note(read).map_err(|error| Problem::fault(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_that_is_remembered_exists() {
        let document: serde_json::Value = serde_json::from_str(&crate::openapi_document()).unwrap();
        for route in SHOW_HISTORY {
            assert!(document["paths"][*route]["get"].is_object(), "{route}");
        }
    }
}
