//! Saying yes or no to a plan, and answering what its planner asks.

use axum::{extract::State, response::Response};
use domain::plan::{ContentHash, PlanCommand};

use super::answer;
use crate::{
    bodies::{
        common::Accepted,
        workflow::{Answers, Approve, Reason},
    },
    extract::{PlanPath, Write, json::wrong_shape},
    problem::{Answer, FieldProblem},
    state::AppState,
};

/// Answers what the planner asked; it then goes on.
#[utoipa::path(
    post, path = "/plans/{id}/answer", tag = "plans", operation_id = "answer_questions",
    params(("id" = String, Path, description = "The plan")), request_body = Answers,
    responses((status = 200, description = "The planner goes on", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn answer(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Answers>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let command = PlanCommand::AnswerClarification { answers: write.body.answers };
    answer::carry_out(&state, id, command, envelope).await
}

/// Approves exactly the content that was seen.
///
/// When the content is another by now, nothing is approved, and the problem says in sentences what changed. Loud
/// warnings must be named as looked at; the problem lists those that are not.
#[utoipa::path(
    post, path = "/plans/{id}/approve", tag = "plans", operation_id = "approve_plan",
    params(("id" = String, Path, description = "The plan")), request_body = Approve,
    responses((status = 200, description = "The content is approved", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn approve(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Approve>,
) -> Answer<Response> {
    write.need_revision()?;
    let seen: ContentHash = write.body.content_hash.parse().map_err(|error: domain::plan::NotAContentHash| {
        wrong_shape(vec![FieldProblem::new("/content_hash", "bad-value", error.to_string())])
    })?;
    let envelope = write.envelope();
    let Approve { content_hash: _, note, acknowledged } = write.body;
    let committed = state.commands.approve_plan(id, seen, note, acknowledged, envelope).await;
    answer::accepted(&state, id, committed.map_err(|error| answer::refused(id, error))?).await
}

/// Says that a plan will not be carried out.
#[utoipa::path(
    post, path = "/plans/{id}/reject", tag = "plans", operation_id = "reject_plan",
    params(("id" = String, Path, description = "The plan")), request_body = Reason,
    responses((status = 200, description = "The plan is rejected", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn reject(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<Reason>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    let command = PlanCommand::Reject { reason: write.body.reason };
    answer::carry_out(&state, id, command, envelope).await
}
