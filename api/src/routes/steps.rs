//! Steering single steps of a running plan: approve, skip, retry, complete, resolve.

use axum::{extract::State, response::Response};
use domain::plan::PlanCommand;
use serde_json::Value;

use super::answer;
use crate::{
    bodies::{
        common::Accepted,
        workflow::{CompleteStep, OptionalNote, ResolveStep, RetryStep, Skip},
    },
    extract::{StepPath, Write},
    problem::Answer,
    state::AppState,
};

/// Lets a step start that needs an approval of its own.
#[utoipa::path(
    post, path = "/plans/{id}/steps/{step}/approve", tag = "steps", operation_id = "approve_step",
    params(("id" = String, Path, description = "The plan"), ("step" = String, Path, description = "The step")),
    request_body = Option<OptionalNote>,
    responses((status = 200, description = "The step may start", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn approve(
    State(state): State<AppState>,
    StepPath(id, step): StepPath,
    write: Write<OptionalNote>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let command = PlanCommand::ApproveStep { step, note: write.body.note };
    answer::carry_out(&state, id, command, envelope).await
}

/// Leaves a step out; with a result, the steps that depend on it go on.
#[utoipa::path(
    post, path = "/plans/{id}/steps/{step}/skip", tag = "steps", operation_id = "skip_step",
    params(("id" = String, Path, description = "The plan"), ("step" = String, Path, description = "The step")),
    request_body = Skip,
    responses((status = 200, description = "The step is skipped", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn skip(
    State(state): State<AppState>,
    StepPath(id, step): StepPath,
    write: Write<Skip>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    let Skip { reason, result } = write.body;
    let command = PlanCommand::SkipStep { step, reason, result };
    answer::carry_out(&state, id, command, envelope).await
}

/// Tries a failed step again, perhaps with other params.
#[utoipa::path(
    post, path = "/plans/{id}/steps/{step}/retry", tag = "steps", operation_id = "retry_step",
    params(("id" = String, Path, description = "The plan"), ("step" = String, Path, description = "The step")),
    request_body = Option<RetryStep>,
    responses((status = 200, description = "The step is tried again", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn retry(
    State(state): State<AppState>,
    StepPath(id, step): StepPath,
    write: Write<RetryStep>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let command = PlanCommand::RetryStep { step, params: write.body.params.map(Value::Object) };
    answer::carry_out(&state, id, command, envelope).await
}

/// Marks a step done that a person had to do.
#[utoipa::path(
    post, path = "/plans/{id}/steps/{step}/complete", tag = "steps", operation_id = "complete_step",
    params(("id" = String, Path, description = "The plan"), ("step" = String, Path, description = "The step")),
    request_body = Option<CompleteStep>,
    responses((status = 200, description = "The step is done", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn complete(
    State(state): State<AppState>,
    StepPath(id, step): StepPath,
    write: Write<CompleteStep>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let CompleteStep { result, note } = write.body;
    let command = PlanCommand::CompleteStep { step, result, note };
    answer::carry_out(&state, id, command, envelope).await
}

/// Tells whether an attempt happened whose end was not known.
#[utoipa::path(
    post, path = "/plans/{id}/steps/{step}/resolve", tag = "steps", operation_id = "resolve_step",
    params(("id" = String, Path, description = "The plan"), ("step" = String, Path, description = "The step")),
    request_body = ResolveStep,
    responses((status = 200, description = "The plan goes on", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn resolve(
    State(state): State<AppState>,
    StepPath(id, step): StepPath,
    write: Write<ResolveStep>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    let ResolveStep { outcome, result, reason } = write.body;
    let command = PlanCommand::ResolveOutcome { step, outcome: outcome.into(), result, reason };
    answer::carry_out(&state, id, command, envelope).await
}
