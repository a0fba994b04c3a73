//! What people say about a plan: ratings and comments.

use axum::{extract::State, response::Response};
use domain::plan::{PlanCommand, PlanRefusal};

use super::answer;
use crate::{
    bodies::{
        common::Accepted,
        workflow::{NewComment, Rate},
    },
    extract::{CommentPath, Nothing, PlanPath, Write},
    problem::Answer,
    state::AppState,
};

/// Judges a plan, 1 (poor) to 5 (excellent).
#[utoipa::path(
    post, path = "/plans/{id}/rate", tag = "plans", operation_id = "rate_plan",
    params(("id" = String, Path, description = "The plan")), request_body = Rate,
    responses((status = 200, description = "The plan is rated", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn rate(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Rate>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let Rate { score, comment } = write.body;
    // A score that is too large for a byte is one that the plan refuses.
    let command = PlanCommand::Rate { score: u8::try_from(score).unwrap_or_default(), comment };
    answer::carry_out(&state, id, command, envelope).await
}

/// Writes a comment on a plan or on one of its steps.
#[utoipa::path(
    post, path = "/plans/{id}/comments", tag = "plans", operation_id = "comment_on_plan",
    params(("id" = String, Path, description = "The plan")), request_body = NewComment,
    responses((status = 201, description = "The comment is written", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn add(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<NewComment>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let NewComment { text, step_id } = write.body;
    let unknown = |step: &str| PlanRefusal::NoSuchStep { step: step.chars().take(80).collect() };
    let step = step_id.map(|step| step.parse().map_err(|_| unknown(&step))).transpose()?;
    let (comment_id, committed) = state.commands.comment(id, text, step, envelope).await?;
    answer::commented(&state, id, comment_id, committed).await
}

/// Settles a comment.
#[utoipa::path(
    post, path = "/plans/{id}/comments/{comment}/resolve", tag = "plans", operation_id = "resolve_comment",
    params(("id" = String, Path, description = "The plan"), ("comment" = String, Path, description = "The comment")),
    responses((status = 200, description = "The comment is settled", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn resolve(
    State(state): State<AppState>,
    CommentPath(id, comment_id): CommentPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    let command = PlanCommand::ResolveComment { comment_id };
    answer::carry_out(&state, id, command, write.envelope()).await
}
