//! Carrying an approved plan out: start, pause, resume, cancel.

use axum::{extract::State, response::Response};
use domain::plan::PlanCommand;

use super::answer;
use crate::{
    bodies::{common::Accepted, workflow::Reason},
    extract::{Nothing, PlanPath, Write},
    problem::Answer,
    state::AppState,
};

/// Starts the approved content.
#[utoipa::path(
    post, path = "/plans/{id}/start", tag = "runs", operation_id = "start_plan",
    params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "The plan is executing", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn start(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    let committed = state.commands.start_plan(id, write.envelope()).await?;
    answer::accepted(&state, id, committed).await
}

/// Lets no further step start until somebody resumes; what runs comes to its end. Says why.
#[utoipa::path(
    post, path = "/plans/{id}/pause", tag = "runs", operation_id = "pause_plan",
    params(("id" = String, Path, description = "The plan")), request_body = Reason,
    responses((status = 200, description = "The plan is paused", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn pause(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Reason>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    answer::carry_out(&state, id, PlanCommand::Pause { reason: write.body.reason }, envelope).await
}

/// Lets steps start again.
#[utoipa::path(
    post, path = "/plans/{id}/resume", tag = "runs", operation_id = "resume_plan",
    params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "The plan is executing", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn resume(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    answer::carry_out(&state, id, PlanCommand::Resume, write.envelope()).await
}

/// Ends a plan: no further step ever starts, and what runs comes to its end.
#[utoipa::path(
    post, path = "/plans/{id}/cancel", tag = "runs", operation_id = "cancel_plan",
    params(("id" = String, Path, description = "The plan")), request_body = Reason,
    responses((status = 200, description = "The plan is cancelled", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn cancel(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Reason>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    let command = PlanCommand::Cancel { reason: write.body.reason };
    answer::carry_out(&state, id, command, envelope).await
}
