//! Schedules of templates: made, previewed, listed, paused, resumed, removed.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use commands::{CommandError, ScheduleTemplate};
use domain::{
    ids::TemplateId,
    schedule::{Rhythm, ScheduleCommand, ScheduleRefusal},
    template::TemplateRefusal,
};
use projections::{ModelName, ScheduleView};

use super::{
    answer,
    fresh::{Fresh, number},
};
use crate::{
    bodies::{
        template_schedule::{NewSchedule, Schedule, SchedulePage, SchedulePreview, ScheduleWritten},
        workflow::OptionalReason,
    },
    extract::{Asked, Freshness, Nothing, SchedulePath, TemplatePath, Write},
    problem::Answer,
    state::AppState,
};

/// Lists all schedules of templates that you may use, the newest first.
#[utoipa::path(
    get, path = "/schedules", tag = "templates", operation_id = "list_schedules", params(Freshness),
    responses((status = 200, description = "Schedules", body = SchedulePage))
)]
pub(crate) async fn list_all(State(state): State<AppState>, Asked(freshness): Asked<Freshness>) -> Answer<Response> {
    listed(&state, None, freshness).await
}

/// Lists the schedules of a template, the newest first.
#[utoipa::path(
    get, path = "/templates/{id}/schedules", tag = "templates", operation_id = "list_template_schedules",
    params(("id" = String, Path, description = "The template"), Freshness),
    responses((status = 200, description = "Its schedules", body = SchedulePage))
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    state.commands.template(id, &state.actor).await?;
    listed(&state, Some(id), freshness).await
}

async fn listed(state: &AppState, template: Option<TemplateId>, freshness: Freshness) -> Answer<Response> {
    let fresh = Fresh::model(state, ModelName::Templates, freshness).await;
    let (views, position) = state.models.schedules(template).await?;
    let mut items = Vec::with_capacity(views.len());
    for view in &views {
        items.extend(told(state, view).await?);
    }
    let position = number(position);
    Ok(fresh.answer(&SchedulePage { items, next: None, position, stale: fresh.is_stale(), as_of: None }))
}

/// The schedule as people read it; not one of a template that is not shared with them.
async fn told(state: &AppState, view: &ScheduleView) -> Answer<Option<Schedule>> {
    let template = match state.commands.template(view.template, &state.actor).await {
        Ok(loaded) => loaded.state,
        Err(CommandError::Refused(TemplateRefusal::NoSuchTemplate)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let may_change = state.commands.may_change(&view.schedule, &state.actor).await?;
    let stands_at = (view.revision.get(), view.position.get());
    let name = template.details.name.clone();
    Ok(Some(Schedule::new(view.id, &view.schedule, name, may_change, stands_at, state.clock.now())))
}

/// Runs a template by itself from now on, at the times of a cron expression. Each plan is a draft that goes through
/// review like any other.
#[utoipa::path(
    post, path = "/templates/{id}/schedules", tag = "templates", operation_id = "schedule_template",
    request_body = NewSchedule, params(("id" = String, Path, description = "The template")),
    responses((status = 201, description = "The template is scheduled", body = ScheduleWritten, headers(("ETag" = String))))
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<NewSchedule>,
) -> Answer<Response> {
    let envelope = write.envelope_of_new();
    let asked = asked(id, write.body)?;
    let (schedule, committed) = state.commands.schedule_template(asked, envelope, state.clock.now()).await?;
    Ok(answer::schedule_written(StatusCode::CREATED, schedule, &committed))
}

/// Says at which times a schedule would be due next, and what its first plan would be called. Nothing is made.
#[utoipa::path(
    post, path = "/templates/{id}/schedules/preview", tag = "templates", operation_id = "preview_schedule",
    request_body = NewSchedule, params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "What it would do", body = SchedulePreview))
)]
pub(crate) async fn preview(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<NewSchedule>,
) -> Answer<Response> {
    let asked = asked(id, write.body)?;
    let now = state.clock.now();
    let plan = state.commands.first_plan(&asked, &state.actor, now).await?;
    Ok(Json(SchedulePreview::new(&asked.rhythm, &plan, now)).into_response())
}

fn asked(template: TemplateId, body: NewSchedule) -> Answer<ScheduleTemplate> {
    let NewSchedule { cron, time_zone, arguments, version, catch_up } = body;
    let rhythm = Rhythm::parse(&cron, &time_zone).map_err(ScheduleRefusal::from)?;
    Ok(ScheduleTemplate { template, version, rhythm, arguments, catch_up: catch_up.into() })
}

/// Reads a schedule.
#[utoipa::path(
    get, path = "/schedules/{id}", tag = "templates", operation_id = "read_schedule",
    params(("id" = String, Path, description = "The schedule")),
    responses((status = 200, description = "The schedule", body = Schedule, headers(("ETag" = String))))
)]
pub(crate) async fn read(State(state): State<AppState>, SchedulePath(id): SchedulePath) -> Answer<Response> {
    let loaded = state.commands.schedule(id, &state.actor).await?;
    let (Some(revision), Some(position), Some(template)) = (loaded.revision, loaded.position, loaded.state.template)
    else {
        return Err(ScheduleRefusal::NoSuchSchedule.into());
    };
    let schedule = loaded.state.as_ref().clone();
    let view = ScheduleView { id, schedule, template, revision, position, created: position };
    let told = told(&state, &view).await?.ok_or(ScheduleRefusal::NoSuchSchedule)?;
    Ok(answer::tagged(Json(told).into_response(), revision))
}

/// Pauses a schedule: no plan is made until it is resumed.
#[utoipa::path(
    post, path = "/schedules/{id}/pause", tag = "templates", operation_id = "pause_schedule",
    request_body = OptionalReason, params(("id" = String, Path, description = "The schedule")),
    responses((status = 200, description = "It rests", body = ScheduleWritten, headers(("ETag" = String))))
)]
pub(crate) async fn pause(
    State(state): State<AppState>,
    SchedulePath(id): SchedulePath,
    write: Write<OptionalReason>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let reason = write.body.reason.unwrap_or_default();
    let committed = state.commands.change_schedule(id, ScheduleCommand::Pause { reason }, envelope).await?;
    Ok(answer::schedule_written(StatusCode::OK, id, &committed))
}

/// Resumes a schedule, with the first due time from now on.
#[utoipa::path(
    post, path = "/schedules/{id}/resume", tag = "templates", operation_id = "resume_schedule",
    params(("id" = String, Path, description = "The schedule")),
    responses((status = 200, description = "It goes on", body = ScheduleWritten, headers(("ETag" = String))))
)]
pub(crate) async fn resume(
    State(state): State<AppState>,
    SchedulePath(id): SchedulePath,
    write: Write<Nothing>,
) -> Answer<Response> {
    let committed = state.commands.change_schedule(id, ScheduleCommand::Resume, write.envelope()).await?;
    Ok(answer::schedule_written(StatusCode::OK, id, &committed))
}

/// Removes a schedule. The plans that it made stay.
#[utoipa::path(
    post, path = "/schedules/{id}/remove", tag = "templates", operation_id = "remove_schedule",
    request_body = OptionalReason, params(("id" = String, Path, description = "The schedule")),
    responses((status = 200, description = "It is over", body = ScheduleWritten, headers(("ETag" = String))))
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    SchedulePath(id): SchedulePath,
    write: Write<OptionalReason>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let reason = write.body.reason.unwrap_or_default();
    let committed = state.commands.change_schedule(id, ScheduleCommand::Remove { reason }, envelope).await?;
    Ok(answer::schedule_written(StatusCode::OK, id, &committed))
}
