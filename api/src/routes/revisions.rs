//! Asking for another draft of the same plan, and taking that back.

use axum::{extract::State, response::Response};
use domain::plan::PlanCommand;

use super::answer;
use crate::{
    bodies::{common::Accepted, workflow::Revise},
    extract::{Nothing, PlanPath, Write},
    problem::Answer,
    state::AppState,
};

/// Asks for another draft of a plan, in words.
///
/// The plan is `drafting` again and keeps the draft that it has; when the other one is there, `revised` says how the two
/// differ. Steps that stay keep their ids. When nothing comes of it, `declined` says why.
#[utoipa::path(
    post, path = "/plans/{id}/revise", tag = "plans", operation_id = "revise_plan",
    params(("id" = String, Path, description = "The plan")), request_body = Revise,
    responses((status = 200, description = "The planner makes another draft", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn revise(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Revise>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let command = PlanCommand::Revise { feedback: write.body.feedback };
    answer::carry_out(&state, id, command, envelope).await
}

/// Keeps the draft as it is, instead of the other one that was asked for.
#[utoipa::path(
    post, path = "/plans/{id}/keep", tag = "plans", operation_id = "keep_draft",
    params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "The draft stays", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn keep(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    let command = PlanCommand::DeclineRevision { message: "the wish for another draft was taken back".to_owned() };
    answer::carry_out(&state, id, command, write.envelope()).await
}
