//! Changing a plan's content: all changes of one edit, or none.

use axum::{extract::State, response::Response};
use commands::CommandError;
use domain::{
    ids::PlanId,
    plan::{PlanCommand, PlanRefusal},
};

use super::answer;
use crate::{
    bodies::{common::Accepted, edits::Edits, edits_reader::SentEdits},
    extract::{PlanPath, Write},
    problem::{Answer, FieldProblem, Problem},
    state::AppState,
};

/// Changes a plan's content.
///
/// All changes are made together, or none. An edit of an approved plan voids the approval, unless it brings the approved
/// content back. Besides the form described here, `step` or `id` is taken for `step_id`, `changes` for `set`, the fields
/// of a step, a patch or a policy may stand beside the `op`, and `to` or `position` is taken for `index`.
#[utoipa::path(
    post, path = "/plans/{id}/edits", tag = "plans", operation_id = "edit_plan",
    params(("id" = String, Path, description = "The plan")), request_body = Edits,
    responses((status = 200, description = "The changes were made", body = Accepted, headers(("ETag" = String))))
)]
pub(crate) async fn edit(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    write: Write<SentEdits>,
) -> Answer<Response> {
    write.need_revision()?;
    let sent = &write.body;
    let loaded = state.commands.plans.load(&id).await?;
    let command = PlanCommand::Edit { changes: sent.on(&loaded.state) };
    match state.commands.plans.execute(&id, command, write.envelope()).await {
        Ok(committed) => answer::accepted(&state, id, committed).await,
        Err(error) => Err(explain(id, sent, error)),
    }
}

/// Points at what was sent, in the form it was sent in.
fn explain(id: PlanId, sent: &SentEdits, error: CommandError<PlanRefusal>) -> Problem {
    if let CommandError::Refused(PlanRefusal::NoSuchStep { step }) = &error {
        let detail = format!("there is no step `{step}` in this plan");
        let places = sent.naming(step).into_iter();
        let errors = places.map(|pointer| FieldProblem::new(pointer, "unknown-step", detail.clone())).collect();
        return Problem::from(error).with_errors(errors);
    }
    answer::refused(id, error).map_pointers(|pointer| sent.as_sent(pointer))
}
