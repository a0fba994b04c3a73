//! What writes answer: the body, and the headers that go with it.

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use commands::{Aggregate, Committed, Envelope};
use domain::{
    ids::{EntityId, PlanId, ScheduleId, TemplateId},
    plan::{PlanCommand, PlanDecider},
    schedule::ScheduleDecider,
    template::TemplateDecider,
    workspace::EntityDecider,
};
use eventlog::{Position, Revision};
use projections::Cut;
use serde::Serialize;
use serde_json::Value;

use crate::{
    bodies::{
        common::{Accepted, Moment},
        entity::EntityWritten,
        template::TemplateWritten,
        template_schedule::ScheduleWritten,
    },
    extract::{MomentOfList, etag},
    problem::{Answer, Problem},
    state::AppState,
    view,
};

/// Says that the answer is the first one's, because the request was made before under the same key.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The place in the log that a list is wanted at, when it is an earlier one.
pub(crate) async fn moment_of_list(state: &AppState, MomentOfList { as_of }: MomentOfList) -> Answer<Option<Position>> {
    match as_of {
        Some(as_of) => as_of.of_list(state).await.map(Some),
        None => Ok(None),
    }
}

/// The moment that an answer says it stands at, when it is an earlier one.
pub(crate) async fn as_of(state: &AppState, at: Option<Position>) -> Answer<Option<Moment>> {
    match at {
        Some(at) => view::moment(state, at).await.map(Some),
        None => Ok(None),
    }
}

/// Carries out a command on a plan, and makes the answer.
pub(crate) async fn carry_out(
    state: &AppState,
    id: PlanId,
    command: PlanCommand,
    envelope: Envelope,
) -> Answer<Response> {
    let committed = state.commands.plans.execute(&id, command, envelope).await;
    accepted(state, id, committed.map_err(|error| refused(id, error))?).await
}

/// The problem that a refused write to a plan is; when somebody changed the plan, it leads to what changed.
pub(crate) fn refused(id: PlanId, error: impl Into<Problem>) -> Problem {
    let problem: Problem = error.into();
    let revision = |name| problem.extension(name).and_then(Value::as_u64);
    match (revision("expected_revision"), revision("actual_revision")) {
        (Some(expected), Some(actual)) if expected < actual => {
            problem.with("diff", format!("/api/v1/plans/{id}/diff?from={expected}&to={actual}"))
        }
        (_, _) => problem,
    }
}

/// The answer to a write to a plan.
pub(crate) async fn accepted(state: &AppState, id: PlanId, committed: Committed<PlanDecider>) -> Answer<Response> {
    Ok(written(StatusCode::OK, &committed, &body(state, id, &committed).await?))
}

/// The answer to a write that made a comment.
pub(crate) async fn commented(
    state: &AppState,
    id: PlanId,
    comment_id: String,
    committed: Committed<PlanDecider>,
) -> Answer<Response> {
    let body = Accepted { comment_id: Some(comment_id), ..body(state, id, &committed).await? };
    Ok(written(StatusCode::CREATED, &committed, &body))
}

/// The answer to asking for a plan.
pub(crate) async fn created(state: &AppState, id: PlanId, committed: Committed<PlanDecider>) -> Answer<Response> {
    let response = written(StatusCode::ACCEPTED, &committed, &body(state, id, &committed).await?);
    located(response, &format!("/api/v1/plans/{id}"))
}

/// The answer to making a thing in the workspace.
pub(crate) fn made(id: &EntityId, committed: &Committed<EntityDecider>) -> Answer<Response> {
    let response = entity_written(StatusCode::CREATED, id, None, committed);
    located(response, &format!("/api/v1/workspace/entities/{id}"))
}

/// The answer to a write to a thing in the workspace.
pub(crate) fn entity_written(
    status: StatusCode,
    id: &EntityId,
    link_id: Option<String>,
    committed: &Committed<EntityDecider>,
) -> Response {
    let body = EntityWritten {
        id: id.to_string(),
        revision: committed.revision.get(),
        position: committed.position.get(),
        link_id,
    };
    written(status, committed, &body)
}

/// The answer to a write to a template.
pub(crate) fn template_written(status: StatusCode, id: TemplateId, committed: &Committed<TemplateDecider>) -> Response {
    let body = TemplateWritten {
        template_id: id.to_string(),
        version: committed.state.newest().map_or(0, |version| version.number),
        revision: committed.revision.get(),
        position: committed.position.get(),
    };
    written(status, committed, &body)
}

/// The answer to making a template.
pub(crate) fn template_made(id: TemplateId, committed: &Committed<TemplateDecider>) -> Answer<Response> {
    located(template_written(StatusCode::CREATED, id, committed), &format!("/api/v1/templates/{id}"))
}

/// The answer to a write to a schedule.
pub(crate) fn schedule_written(status: StatusCode, id: ScheduleId, committed: &Committed<ScheduleDecider>) -> Response {
    let body = ScheduleWritten {
        schedule_id: id.to_string(),
        revision: committed.revision.get(),
        position: committed.position.get(),
    };
    written(status, committed, &body)
}

/// A repeated request gets the answer of the first one, so the status is the one that the plan had then.
async fn body(state: &AppState, id: PlanId, committed: &Committed<PlanDecider>) -> Answer<Accepted> {
    let status = if committed.repeated {
        view::past(state, id, Cut::Revision(committed.revision)).await?.plan.status
    } else {
        committed.state.status
    };
    Ok(Accepted {
        plan_id: id.to_string(),
        status: status.into(),
        revision: committed.revision.get(),
        position: committed.position.get(),
        comment_id: None,
    })
}

fn written<D: Aggregate>(status: StatusCode, committed: &Committed<D>, body: &impl Serialize) -> Response {
    let mut response = (status, [(header::ETAG, etag(committed.revision))], Json(body)).into_response();
    if committed.repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Adds the `ETag` of a revision.
pub(crate) fn tagged(mut response: Response, revision: Revision) -> Response {
    response.headers_mut().insert(header::ETAG, etag(revision));
    response
}

fn located(mut response: Response, place: &str) -> Answer<Response> {
    let place = HeaderValue::try_from(place).map_err(|error| Problem::fault(&error))?;
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}
