//! Rolling back: look first, confirm exactly that, and decide when a step cannot be taken back.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use commands::{CommandError, Confirmed};
use domain::{
    ids::PlanId,
    plan::PlanCommand,
    rollback::{ChoiceFor, PreviewHash},
};

use super::answer;
use crate::{
    bodies::{
        common::Accepted,
        rollback::{self, Look, Preview, RollBack},
        workflow::Reason,
    },
    extract::{Nothing, PlanPath, StepPath, Write, etag, json::wrong_shape},
    problem::{Answer, FieldProblem, Problem},
    state::AppState,
};

/// Says what a rollback would do, field by field; nothing happens.
///
/// The hash names what was seen. It stays the same under any choices, and changes when things move.
#[utoipa::path(
    post, path = "/plans/{id}/rollback/preview", tag = "rollbacks", operation_id = "preview_rollback",
    params(("id" = String, Path, description = "The plan")), request_body = Option<Look>,
    responses((status = 200, description = "What would happen", body = Preview, headers(("ETag" = String))))
)]
pub(crate) async fn preview(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Look>,
) -> Answer<Response> {
    let scope = write.body.scope().map_err(|incomplete| {
        let pointer = format!("/{}", incomplete.member);
        wrong_shape(vec![FieldProblem::new(pointer, "bad-value", incomplete.detail)])
    })?;
    let choices = read_choices(write.body.choices)?;
    let (seen, plan) = state.commands.preview_rollback(id, &scope, &choices).await?;
    let mut response = Json(Preview::from(&seen)).into_response();
    if let Some(revision) = plan.revision {
        response.headers_mut().insert(header::ETAG, etag(revision));
    }
    Ok(response)
}

/// Rolls back exactly what the preview showed.
///
/// When things have moved since, nothing happens, and the problem brings the new preview. Where the preview says that
/// something is lost, the plan's name confirms it.
#[utoipa::path(
    post, path = "/plans/{id}/rollback", tag = "rollbacks", operation_id = "roll_back",
    params(("id" = String, Path, description = "The plan")), request_body = RollBack,
    responses((status = 202, description = "The plan is being rolled back", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn roll_back(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<RollBack>,
) -> Answer<Response> {
    write.need_revision()?;
    let envelope = write.envelope_because(&write.body.reason);
    let RollBack { preview_hash, reason, choices, name } = write.body;
    let seen: PreviewHash = preview_hash.parse().map_err(|error: domain::rollback::NotAPreviewHash| {
        wrong_shape(vec![FieldProblem::new("/preview_hash", "bad-value", error.to_string())])
    })?;
    let choices = read_choices(choices)?;
    let confirmed = Confirmed { seen: seen.clone(), choices: choices.clone(), reason, name };
    match state.commands.roll_back(id, confirmed, envelope).await {
        Ok((_, committed)) => {
            let mut response = answer::accepted(&state, id, committed).await?;
            *response.status_mut() = StatusCode::ACCEPTED;
            Ok(response)
        }
        Err(error @ CommandError::Conflict { .. }) => {
            let problem = answer::refused(id, error);
            Err(with_new_preview(&state, id, &seen, &choices, problem).await)
        }
        Err(error) => Err(answer::refused(id, error)),
    }
}

/// Tries again to take a step back that could not be.
#[utoipa::path(
    post, path = "/plans/{id}/rollback/steps/{step}/retry", tag = "rollbacks", operation_id = "retry_rollback_step",
    params(("id" = String, Path, description = "The plan"), ("step" = String, Path, description = "The step")),
    responses((status = 200, description = "It is tried again", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn retry(
    State(state): State<AppState>,
    StepPath(id, step): StepPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    answer::carry_out(&state, id, PlanCommand::RetryRollback { step }, write.envelope()).await
}

/// Says that a person settled a step by hand: one that could not be taken back, or one that asked a person.
#[utoipa::path(
    post, path = "/plans/{id}/rollback/steps/{step}/resolve", tag = "rollbacks",
    operation_id = "resolve_rollback_step",
    params(("id" = String, Path, description = "The plan"), ("step" = String, Path, description = "The step")),
    request_body = Reason,
    responses((status = 200, description = "The step is settled", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn resolve(
    State(state): State<AppState>,
    StepPath(id, step): StepPath,
    write: Write<Reason>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    let command = PlanCommand::ResolveRollback { step, reason: write.body.reason };
    answer::carry_out(&state, id, command, envelope).await
}

/// Leaves a rollback half-way that is stuck or paused.
///
/// What is taken back stays so; the rest counts as done, and can be rolled back another time.
#[utoipa::path(
    post, path = "/plans/{id}/rollback/stop", tag = "rollbacks", operation_id = "stop_rollback",
    params(("id" = String, Path, description = "The plan")), request_body = Reason,
    responses((status = 200, description = "The rollback is stopped", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn stop(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Reason>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    answer::carry_out(&state, id, PlanCommand::StopRollback { reason: write.body.reason }, envelope).await
}

fn read_choices(given: Vec<rollback::ChoiceFor>) -> Answer<Vec<ChoiceFor>> {
    rollback::choices(given).map_err(|(index, error)| {
        let pointer = format!("/choices/{index}/entity");
        wrong_shape(vec![FieldProblem::new(pointer, "bad-value", error.to_string())])
    })
}

/// Adds what a rollback would do now. When that cannot be told, the problem says enough by itself.
async fn with_new_preview(
    state: &AppState,
    id: PlanId,
    seen: &PreviewHash,
    choices: &[ChoiceFor],
    problem: Problem,
) -> Problem {
    match state.commands.preview_rollback(id, &seen.scope, choices).await {
        Ok((current, _)) => problem.with("preview", rollback::as_json(&current)),
        Err(_) => problem,
    }
}
