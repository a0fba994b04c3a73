//! The versions of a template: made, listed, compared, restored.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::template::{self, Template, TemplateCommand, TemplateRefusal, Version};
use utoipa::IntoParams;

use super::{answer::tagged, fresh::number, templates};
use crate::{
    bodies::{
        template::{TemplateDiff, TemplateVersion, TemplateVersionPage, TemplateWritten},
        template_request::NewTemplateVersion,
        workflow::{OptionalNote, Reason},
    },
    extract::{Asked, FromParams, Params, TemplatePath, VersionPath, Write, query::bad_query},
    problem::Answer,
    state::AppState,
};

/// Lists the versions of a template, the newest first.
#[utoipa::path(
    get, path = "/templates/{id}/versions", tag = "templates", operation_id = "list_template_versions",
    params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "The versions", body = TemplateVersionPage, headers(("ETag" = String))))
)]
pub(crate) async fn list(State(state): State<AppState>, TemplatePath(id): TemplatePath) -> Answer<Response> {
    let loaded = state.commands.template(id, &state.actor).await?;
    let revision = loaded.revision.ok_or(TemplateRefusal::NoSuchTemplate)?;
    let items = loaded.state.versions.iter().rev().map(TemplateVersion::from).collect();
    let page = TemplateVersionPage { items, next: None, position: number(loaded.position), stale: false, as_of: None };
    Ok(tagged(Json(page).into_response(), revision))
}

/// Makes the next version of a template: saved from a plan, or written. The same content as the newest makes none.
#[utoipa::path(
    post, path = "/templates/{id}/versions", tag = "templates", operation_id = "add_template_version",
    request_body = NewTemplateVersion, params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "The template has another version", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn add(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<NewTemplateVersion>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let NewTemplateVersion { plan_id, parameters, content, note } = write.body;
    let (content, source) = templates::content_of(&state, plan_id, content, parameters).await?;
    let included = state.commands.included(&content, &state.actor).await?;
    let command = TemplateCommand::AddVersion { own: id, content: Box::new(content), source, note, included };
    templates::carry_out(&state, id, command, envelope).await
}

/// Reads one version with what it holds.
#[utoipa::path(
    get, path = "/templates/{id}/versions/{version}", tag = "templates", operation_id = "read_template_version",
    params(("id" = String, Path, description = "The template"), ("version" = u32, Path, description = "Counted from 1")),
    responses((status = 200, description = "The version", body = TemplateVersion))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    VersionPath(id, number): VersionPath,
) -> Answer<Json<TemplateVersion>> {
    let loaded = state.commands.template(id, &state.actor).await?;
    let version = version(&loaded.state, number)?;
    Ok(Json(TemplateVersion { content: Some(version.content.as_ref().into()), ..version.into() }))
}

/// Restores a version: makes a new one with its content.
#[utoipa::path(
    post, path = "/templates/{id}/versions/{version}/restore", tag = "templates", operation_id = "restore_template_version",
    request_body = OptionalNote,
    params(("id" = String, Path, description = "The template"), ("version" = u32, Path, description = "Counted from 1")),
    responses((status = 200, description = "The template has the content again", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn restore(
    State(state): State<AppState>,
    VersionPath(id, version): VersionPath,
    write: Write<OptionalNote>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let note = write.body.note.unwrap_or_default();
    templates::carry_out(&state, id, TemplateCommand::Restore { version, note }, envelope).await
}

/// Pre-approves a version: plans that are made from it count as approved once, as long as nobody changes them and all
/// of their steps stay in the workspace and can be taken back.
#[utoipa::path(
    post, path = "/templates/{id}/versions/{version}/pre-approve", tag = "templates", operation_id = "pre_approve_template",
    request_body = OptionalNote,
    params(("id" = String, Path, description = "The template"), ("version" = u32, Path, description = "Counted from 1")),
    responses((status = 200, description = "The version is pre-approved", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn pre_approve(
    State(state): State<AppState>,
    VersionPath(id, version): VersionPath,
    write: Write<OptionalNote>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let note = write.body.note.unwrap_or_default();
    templates::carry_out(&state, id, TemplateCommand::PreApprove { version, note }, envelope).await
}

/// Withdraws the pre-approval: plans need every approval again. What was approved by it stays approved.
#[utoipa::path(
    post, path = "/templates/{id}/withdraw-pre-approval", tag = "templates", operation_id = "withdraw_template_pre_approval",
    request_body = Reason, params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "No version is pre-approved", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<Reason>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    templates::carry_out(&state, id, TemplateCommand::WithdrawPreApproval { reason: write.body.reason }, envelope).await
}

/// Which two versions are compared.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionsToCompare {
    /// The earlier one.
    from: u32,
    /// The later one; the newest, when not given.
    to: Option<u32>,
}

impl FromParams for VersionsToCompare {
    fn from_params(params: &Params) -> Answer<Self> {
        let wanted = "the number of a version";
        let from = params.parsed("from", wanted)?;
        let missing = || bad_query("from", "`from` is missing: give the number of a version");
        Ok(Self { from: from.ok_or_else(missing)?, to: params.parsed("to", wanted)? })
    }
}

/// Says how two versions of a template differ: their parameters, and the plans that are made.
#[utoipa::path(
    get, path = "/templates/{id}/diff", tag = "templates", operation_id = "diff_template",
    params(("id" = String, Path, description = "The template"), VersionsToCompare),
    responses((status = 200, description = "What differs", body = TemplateDiff))
)]
pub(crate) async fn diff(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    Asked(asked): Asked<VersionsToCompare>,
) -> Answer<Json<TemplateDiff>> {
    let loaded = state.commands.template(id, &state.actor).await?;
    let newest = loaded.state.newest().map_or(0, |version| version.number);
    let (from, to) = (version(&loaded.state, asked.from)?, version(&loaded.state, asked.to.unwrap_or(newest))?);
    let compared = template::compare(&from.content, &to.content);
    Ok(Json(TemplateDiff::new(from.number, to.number, compared)))
}

fn version(template: &Template, number: u32) -> Answer<&Version> {
    let newest = template.newest().map_or(0, |version| version.number);
    Ok(template.version(number).ok_or(TemplateRefusal::NoSuchVersion { version: number, newest })?)
}
