//! How the server is, for the machinery that runs it.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    bodies::health::{Health, HealthCheck, HealthStatus},
    state::AppState,
};

/// Whether the process answers at all.
#[utoipa::path(
    get, path = "/livez", tag = "health", operation_id = "livez",
    responses((status = 200, description = "The process answers", body = Health))
)]
pub(crate) async fn livez() -> Json<Health> {
    Json(Health { status: HealthStatus::Ok, checks: Vec::new() })
}

/// Whether requests can be answered: the log can be read, and the read models are there.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "readyz",
    responses(
        (status = 200, description = "Requests can be answered", body = Health),
        (status = 503, description = "Not at the moment; `reason` says why", body = Health),
    )
)]
pub(crate) async fn readyz(State(state): State<AppState>) -> Response {
    let (log, cause) = match state.log.obstacle() {
        // said at once: whoever asks does not wait for a server that is known to be away
        Some(obstacle) => (check("log", Some((HealthStatus::Unavailable, "unreachable"))), obstacle),
        None => match state.log.head().await {
            Ok(_) => (check("log", None), String::new()),
            Err(error) => (check("log", Some((HealthStatus::Unavailable, "unreadable"))), error.to_string()),
        },
    };
    let server = if state.shutdown.is_cancelled() {
        check("server", Some((HealthStatus::Unavailable, "shutting-down")))
    } else {
        check("server", None)
    };
    let checks = vec![server, log, read_models(&state)];
    note_change(&state, &checks, &cause);
    summed_up(checks)
}

/// Writes down when the server ceases to be ready or is again, and not each time somebody asks.
fn note_change(state: &AppState, checks: &[HealthCheck], cause: &str) {
    let wrong = checks.iter().filter_map(|check| Some(format!("{}: {}", check.name, check.reason.as_ref()?)));
    let wrong: Vec<String> = wrong.collect();
    let mut known = state.unready.lock();
    if *known == wrong {
        return;
    }
    if wrong.is_empty() {
        tracing::info!("ready");
    } else {
        tracing::warn!(reasons = wrong.join(", "), cause, "not ready");
    }
    *known = wrong;
}

/// Whether the server has come up: once it has, it stays so.
#[utoipa::path(
    get, path = "/startupz", tag = "health", operation_id = "startupz",
    responses(
        (status = 200, description = "The server has come up", body = Health),
        (status = 503, description = "The read models are still catching up", body = Health),
    )
)]
pub(crate) async fn startupz(State(state): State<AppState>) -> Response {
    summed_up(vec![read_models(&state)])
}

/// The figures of the server, in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "health", operation_id = "metrics",
    responses((status = 200, description = "The figures", body = String, content_type = "text/plain"))
)]
pub(crate) async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    state.note_lag().await;
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render())
}

/// Fine once the read models have caught up with where the log stood at the start; a rebuild later changes nothing,
/// because the build before it goes on answering. A model that somebody paused stands still on purpose.
fn read_models(state: &AppState) -> HealthCheck {
    let is_caught_up = state.models.have_seen(state.started_at);
    check("read_models", (!is_caught_up).then_some((HealthStatus::Starting, "catching-up")))
}

pub(crate) fn check(name: &str, wrong: Option<(HealthStatus, &str)>) -> HealthCheck {
    HealthCheck {
        name: name.to_owned(),
        status: wrong.map_or(HealthStatus::Ok, |(status, _)| status),
        reason: wrong.map(|(_, reason)| reason.to_owned()),
    }
}

pub(crate) fn summed_up(checks: Vec<HealthCheck>) -> Response {
    let worst = checks.iter().map(|check| check.status).find(|status| *status != HealthStatus::Ok);
    let status = worst.unwrap_or(HealthStatus::Ok);
    let code = if status == HealthStatus::Ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(Health { status, checks })).into_response()
}
