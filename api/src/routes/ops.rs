//! Read models, for the people who run the server.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use eventlog::Position;
use projections::{Begun, Decision, ModelError, ModelName, ModelState, ModelStatus, Outcome, Phase, Task, Wanted};
use uuid::Uuid;

use super::{
    fresh::number,
    operations::{found, shown as operation},
};
use crate::{
    bodies::{
        operation::{Operation, ReplayProjection, VerifyProjection},
        ops::{
            OpsDecision, ProjectionPage, ProjectionState, ProjectionStatus, ProjectionVerified, RebuildPhase,
            RebuildProgress,
        },
        workflow::OptionalNote,
    },
    extract::{Nothing, Write},
    problem::{Answer, FieldProblem, Problem, codes},
    state::AppState,
};

/// The longest note.
const NOTE: usize = 2_000;

/// Lists the read models and how they are.
#[utoipa::path(
    get, path = "/ops/projections", tag = "ops", operation_id = "list_projections",
    responses((status = 200, description = "All read models", body = ProjectionPage))
)]
pub(crate) async fn list(State(state): State<AppState>) -> Answer<Json<ProjectionPage>> {
    let (models, now) = (state.models.states().await?, state.clock.now());
    let position = number(state.models.position());
    let items = models.into_iter().map(|model| shown(model, now)).collect();
    Ok(Json(ProjectionPage { items, next: None, position, stale: false, as_of: None }))
}

/// Builds a read model anew beside the one that answers, and lets the new build take over when it has caught up.
///
/// The answer comes when the rebuild has begun, and names the operation to follow it in `Location`.
#[utoipa::path(
    post, path = "/ops/projections/{name}/rebuild", tag = "ops", operation_id = "rebuild_projection",
    params(("name" = String, Path, description = "The read model")),
    responses((status = 202, description = "The rebuild has begun", body = ProjectionStatus))
)]
pub(crate) async fn rebuild(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<Nothing>,
) -> Answer<Response> {
    let Nothing {} = write.body;
    let name: ModelName = name.parse()?;
    let begun = begin(&state, Task::Rebuild, name).await?;
    let status = status_of(&state, name).await?;
    Ok((StatusCode::ACCEPTED, [location(&begun)], Json(status)).into_response())
}

/// Lets the build before the last rebuild take over again.
#[utoipa::path(
    post, path = "/ops/projections/{name}/swap-back", tag = "ops", operation_id = "swap_projection_back",
    params(("name" = String, Path, description = "The read model")),
    responses((status = 200, description = "The earlier build answers again", body = ProjectionStatus))
)]
pub(crate) async fn swap_back(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<Nothing>,
) -> Answer<Json<ProjectionStatus>> {
    let Nothing {} = write.body;
    let name: ModelName = name.parse()?;
    state.models.swap_back(name).await?;
    status_of(&state, name).await.map(Json)
}

/// Removes the build before the last rebuild; there is nothing to swap back to then.
#[utoipa::path(
    post, path = "/ops/projections/{name}/discard", tag = "ops", operation_id = "discard_projection_build",
    params(("name" = String, Path, description = "The read model")),
    responses((status = 200, description = "The earlier build is gone", body = ProjectionStatus))
)]
pub(crate) async fn discard(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<Nothing>,
) -> Answer<Json<ProjectionStatus>> {
    let Nothing {} = write.body;
    let name: ModelName = name.parse()?;
    state.models.discard_earlier(name).await?;
    status_of(&state, name).await.map(Json)
}

/// Lets a read model stand still, over restarts and on all servers, until it is resumed. It goes on answering with what
/// it has.
#[utoipa::path(
    post, path = "/ops/projections/{name}/pause", tag = "ops", operation_id = "pause_projection",
    params(("name" = String, Path, description = "The read model")), request_body = OptionalNote,
    responses((status = 200, description = "It stands still", body = ProjectionStatus))
)]
pub(crate) async fn pause(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<OptionalNote>,
) -> Answer<Json<ProjectionStatus>> {
    let name: ModelName = name.parse()?;
    let note = write.body.note.unwrap_or_default();
    state.models.pause(name, decision(&state, &note)?).await?;
    status_of(&state, name).await.map(Json)
}

/// Lets a read model follow the log again.
#[utoipa::path(
    post, path = "/ops/projections/{name}/resume", tag = "ops", operation_id = "resume_projection",
    params(("name" = String, Path, description = "The read model")),
    responses((status = 200, description = "It follows the log again", body = ProjectionStatus))
)]
pub(crate) async fn resume(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<Nothing>,
) -> Answer<Json<ProjectionStatus>> {
    let Nothing {} = write.body;
    let name: ModelName = name.parse()?;
    state.models.resume(name).await?;
    status_of(&state, name).await.map(Json)
}

/// Compares a read model with the log, row by row.
///
/// The answer comes when it is done; with `background` it comes at once, with the operation to follow.
#[utoipa::path(
    post, path = "/ops/projections/{name}/verify", tag = "ops", operation_id = "verify_projection",
    params(("name" = String, Path, description = "The read model")), request_body = VerifyProjection,
    responses(
        (status = 200, description = "What was found", body = ProjectionVerified),
        (status = 202, description = "The comparison has begun", body = Operation),
    )
)]
pub(crate) async fn verify(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<VerifyProjection>,
) -> Answer<Response> {
    let begun = begin(&state, Task::Verify, name.parse()?).await?;
    if write.body.background {
        return started(&state, &begun).await;
    }
    match begun.outcome.await {
        Ok(Ok(Outcome::Verified(verified))) => Ok(Json(found(&verified)).into_response()),
        Ok(Err(error)) => Err(error.into()),
        // Somebody cancelled it, or the server ends.
        Ok(Ok(Outcome::Rebuilt(_) | Outcome::Replayed(_))) | Err(_) => Err(ModelError::Stopped.into()),
    }
}

/// Builds a shadow of a read model up to a place in the log, shows its rows and compares them with what people are
/// shown now. The answer names the operation that brings them.
#[utoipa::path(
    post, path = "/ops/projections/{name}/replay", tag = "ops", operation_id = "replay_projection",
    params(("name" = String, Path, description = "The read model")), request_body = ReplayProjection,
    responses((status = 202, description = "The shadow is being built", body = Operation))
)]
pub(crate) async fn replay(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<ReplayProjection>,
) -> Answer<Response> {
    let position = write.body.position;
    if position == 0 {
        return Err(invalid("position", "places in the log count from 1"));
    }
    let begun = begin(&state, Task::Replay(Position::new(position)), name.parse()?).await?;
    started(&state, &begun).await
}

/// Begins work on a read model; it goes on when whoever asked has gone.
async fn begin(state: &AppState, task: Task, model: ModelName) -> Result<Begun, ModelError> {
    let (actor, node) = (state.actor.clone(), state.node.clone());
    state.models.begin(Wanted { id: Uuid::now_v7(), task, model, actor, node }).await
}

/// The answer to whoever started something.
async fn started(state: &AppState, begun: &Begun) -> Answer<Response> {
    let started = state.models.operation(begun.id).await?.ok_or(ModelError::Stopped)?;
    Ok((StatusCode::ACCEPTED, [location(begun)], Json(operation(state, &started))).into_response())
}

fn location(begun: &Begun) -> (HeaderName, HeaderValue) {
    let place = HeaderValue::try_from(format!("/api/v1/ops/operations/{}", begun.id));
    (header::LOCATION, place.unwrap_or(HeaderValue::from_static("/api/v1/ops/operations")))
}

/// Whoever asks decides now, with this note.
pub(super) fn decision(state: &AppState, note: &str) -> Answer<Decision> {
    let note = note.trim().to_owned();
    if note.chars().count() > NOTE {
        return Err(invalid("note", "write at most 2,000 characters"));
    }
    Ok(Decision { at: state.clock.now(), actor: state.actor.clone(), note })
}

pub(super) fn invalid(field: &str, detail: &str) -> Problem {
    let errors = vec![FieldProblem::new(format!("/{field}"), "bad-value", detail)];
    Problem::new(&codes::INVALID_BODY, format!("The field `{field}` is not right: {detail}.")).with_errors(errors)
}

async fn status_of(state: &AppState, name: ModelName) -> Answer<ProjectionStatus> {
    let states = state.models.states().await?;
    let found = states.into_iter().find(|state| state.name == name.name());
    Ok(shown(found.ok_or(ModelError::Stopped)?, state.clock.now()))
}

fn shown(state: ModelState, now: DateTime<Utc>) -> ProjectionStatus {
    ProjectionStatus {
        name: state.name.to_owned(),
        version: state.version,
        generation: state.generation,
        state: match state.status {
            ModelStatus::Live => ProjectionState::Live,
            ModelStatus::CatchingUp => ProjectionState::CatchingUp,
            ModelStatus::Rebuilding => ProjectionState::Rebuilding,
            ModelStatus::Paused => ProjectionState::Paused,
            ModelStatus::Faulted => ProjectionState::Faulted,
            ModelStatus::Stopped => ProjectionState::Stopped,
        },
        position: number(state.position),
        head: number(state.head),
        lag_events: state.behind,
        lag_seconds: state.behind_since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0)),
        eta_seconds: state.eta_seconds,
        parked: state.parked,
        skipped: state.skipped,
        paused: state.paused.as_ref().map(decided),
        written_here: state.written_here,
        rate: state.rate,
        last_error: state.last_error,
        can_swap_back: state.can_swap_back,
        rebuild: state.rebuild.map(progress),
    }
}

pub(super) fn decided(decision: &Decision) -> OpsDecision {
    OpsDecision { at: decision.at, actor: (&decision.actor).into(), note: decision.note.clone() }
}

pub(super) fn progress(progress: projections::RebuildProgress) -> RebuildProgress {
    RebuildProgress {
        phase: match progress.phase {
            Phase::Reading => RebuildPhase::Reading,
            Phase::TakingOver => RebuildPhase::TakingOver,
            Phase::Comparing => RebuildPhase::Comparing,
        },
        events: progress.events,
        total: progress.total,
        rate: progress.rate,
        eta_seconds: progress.eta_seconds,
    }
}
