//! Templates: saving a plan as one, finding one, and making plans from it.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use commands::{CommandError, Envelope, RunTemplate as Run};
use domain::{
    decider::Context,
    ids::{PlanId, TemplateId},
    plan::PlanRefusal,
    template::{
        CreateTemplate, Right, Template as Domain, TemplateCommand, TemplateContent, TemplateDetails, TemplateRefusal,
        TemplateSource,
    },
};
use eventlog::{Position, Revision};
use projections::ModelName;
use utoipa::IntoParams;

use super::{
    answer::{self, tagged},
    fresh::{Fresh, number},
};
use crate::{
    bodies::{
        common::Accepted,
        template::{
            FoundParameter, Template, TemplatePage, TemplatePreview, TemplateProposal, TemplateRun, TemplateWritten,
        },
        template_request::{
            MarkedParameter, NewTemplate, NewTemplateContent, RunTemplate, ShareTemplate, TemplatePatch,
        },
        workflow::Reason,
    },
    extract::{Asked, Freshness, FromParams, Nothing, Paging, Params, PlanPath, TemplatePath, Write},
    problem::{Answer, FieldProblem, Problem, codes},
    state::AppState,
    view::Seen,
};

/// How many of the last plans are told of a template.
const RUNS: u32 = 20;

/// Which templates are wanted.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TemplateFilter {
    /// Words in the name, the description or the tags.
    q: Option<String>,
    /// Only those with this tag.
    tag: Option<String>,
    /// Retired ones as well.
    retired: Option<bool>,
}

impl FromParams for TemplateFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        Ok(Self {
            q: params.text("q").map(str::to_owned),
            tag: params.text("tag").map(str::to_owned),
            retired: params.parsed("retired", "`true` or `false`")?,
        })
    }
}

/// Finds what in a plan may be a parameter: dates, people, names, values that come again and again.
#[utoipa::path(
    get, path = "/plans/{id}/template", tag = "templates", operation_id = "propose_template",
    params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "What would become a template", body = TemplateProposal))
)]
pub(crate) async fn propose(State(state): State<AppState>, PlanPath(id): PlanPath) -> Answer<Json<TemplateProposal>> {
    let loaded = state.commands.plans.load_newest(&id).await?;
    if loaded.revision.is_none() {
        return Err(PlanRefusal::NoSuchPlan.into());
    }
    let found = state.commands.find_parameters(&loaded.state).await?;
    let mut parameters: Vec<FoundParameter> = found.into_iter().map(FoundParameter::from).collect();
    for parameter in &mut parameters {
        let Some(thing) = parameter.value.as_str().and_then(|text| text.parse().ok()) else { continue };
        let loaded = state.commands.entities.load(&thing).await?;
        parameter.value_label = loaded.state.as_ref().as_ref().map(|entity| entity.title().to_owned());
    }
    Ok(Json(TemplateProposal { name: loaded.state.details.name.clone(), parameters }))
}

/// Lists the templates that you may use, the newest first.
#[utoipa::path(
    get, path = "/templates", tag = "templates", operation_id = "list_templates",
    params(TemplateFilter, Paging, Freshness),
    responses((status = 200, description = "Templates", body = TemplatePage))
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asked(filter): Asked<TemplateFilter>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::model(&state, ModelName::Templates, freshness).await;
    let TemplateFilter { q, tag, retired } = filter;
    let shown_to = Some(state.actor.id.clone());
    let filter = projections::TemplateFilter { text: q, tag, retired: retired.unwrap_or_default(), shown_to };
    let page = state.models.templates(filter, paging.request()).await?;
    let items = page.items.into_iter().map(Into::into).collect();
    let position = number(page.position);
    Ok(fresh.answer(&TemplatePage { items, next: page.next, position, stale: fresh.is_stale(), as_of: None }))
}

/// Saves a plan as a template, or a template that somebody wrote.
///
/// Without `parameters`, what is found and ticked by itself becomes one.
#[utoipa::path(
    post, path = "/templates", tag = "templates", operation_id = "create_template", request_body = NewTemplate,
    responses((status = 201, description = "The template was saved", body = TemplateWritten, headers(("Location" = String), ("ETag" = String))))
)]
pub(crate) async fn create(State(state): State<AppState>, write: Write<NewTemplate>) -> Answer<Response> {
    let envelope = write.envelope_of_new();
    let NewTemplate { plan_id, content, name, description, tags, parameters } = write.body;
    let (content, source) = content_of(&state, plan_id, content, parameters).await?;
    let details = TemplateDetails { name, description, tags };
    let was_written = source == TemplateSource::Written;
    let included = state.commands.included(&content, &state.actor).await?;
    let create = CreateTemplate { details, content, source, included };
    let made = state.commands.create_template(create, envelope).await;
    let (id, committed) = made.map_err(|error| pointing(error, was_written))?;
    answer::template_made(id, &committed)
}

/// The content that is to be saved: of a plan, or as it was written.
pub(super) async fn content_of(
    state: &AppState,
    plan: Option<PlanId>,
    written: Option<NewTemplateContent>,
    parameters: Option<Vec<MarkedParameter>>,
) -> Answer<(TemplateContent, TemplateSource)> {
    match (plan, written) {
        (Some(id), None) => {
            let loaded = state.commands.plans.load_newest(&id).await?;
            if loaded.revision.is_none() {
                return Err(PlanRefusal::NoSuchPlan.into());
            }
            let marks = parameters.map(|parameters| parameters.into_iter().map(Into::into).collect());
            Ok(state.commands.template_of_plan(id, &loaded.state, marks).await?)
        }
        (None, Some(written)) => {
            let content = written.into_content();
            let content = content.map_err(|problems| TemplateRefusal::InvalidContent { problems });
            Ok((content.map_err(within_content)?, TemplateSource::Written))
        }
        (Some(_), Some(_)) | (None, None) => {
            let detail = "Give either `plan_id`, to save a plan, or `content`.";
            let error = FieldProblem::new("/plan_id", "missing", "give a plan, or a content, and not both");
            Err(Problem::new(&codes::INVALID_BODY, detail).with_errors(vec![error]))
        }
    }
}

/// Lets problems point at the content that was sent, when one was written.
fn pointing(error: CommandError<TemplateRefusal>, was_written: bool) -> CommandError<TemplateRefusal> {
    match error {
        CommandError::Refused(refusal) if was_written => CommandError::Refused(within_content(refusal)),
        other => other,
    }
}

/// Lets the pointers of a content's problems lead into the body that was sent.
fn within_content(refusal: TemplateRefusal) -> TemplateRefusal {
    let TemplateRefusal::InvalidContent { mut problems } = refusal else { return refusal };
    for problem in &mut problems {
        problem.pointer = format!("/content{}", problem.pointer);
    }
    TemplateRefusal::InvalidContent { problems }
}

/// Reads a template with its newest version, and what you gave for its parameters the last time.
#[utoipa::path(
    get, path = "/templates/{id}", tag = "templates", operation_id = "read_template",
    params(("id" = String, Path, description = "The template"), Freshness),
    responses((status = 200, description = "The template", body = Template, headers(("ETag" = String))))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::model(&state, ModelName::Templates, freshness).await;
    let loaded = state.commands.template(id, &state.actor).await?;
    let (Some(revision), Some(position)) = (loaded.revision, loaded.position) else {
        return Err(TemplateRefusal::NoSuchTemplate.into());
    };
    let body = told(&state, id, &loaded.state, revision, position).await?;
    Ok(tagged(fresh.answer(&body), revision))
}

async fn told(
    state: &AppState,
    id: TemplateId,
    template: &Domain,
    revision: Revision,
    position: Position,
) -> Answer<Template> {
    let newest = template.newest().ok_or(TemplateRefusal::NoSuchTemplate)?;
    let last = state.models.last_run(id, &state.actor).await?;
    let mut last_arguments = last.map(|last| last.arguments).unwrap_or_default();
    last_arguments
        .retain(|name, value| newest.content.parameter(name).is_some() && !domain::personal::holds_withheld(value));
    let run =
        |run: projections::LastRun| TemplateRun { plan_id: run.plan.to_string(), version: run.version, at: run.at };
    Ok(Template {
        id: id.to_string(),
        name: template.details.name.clone(),
        description: template.details.description.clone(),
        tags: template.details.tags.clone(),
        version: newest.number,
        content: newest.content.as_ref().into(),
        retired: template.retired.clone(),
        pre_approved: template.pre_approved.as_ref().map(Into::into),
        shares: template.shares.iter().map(Into::into).collect(),
        may_edit: template.right_of(&state.actor, &[]) == Some(Right::Edit),
        may_share: template.owner.as_ref() == Some(&state.actor),
        owner: template.owner.as_ref().map(Into::into),
        created_at: template.created_at.unwrap_or_default(),
        updated_at: template.updated_at.unwrap_or_default(),
        figures: state.models.template_figures(id).await?.into(),
        last_arguments,
        runs: state.models.template_runs(id, RUNS).await?.into_iter().map(run).collect(),
        revision: revision.get(),
        position: position.get(),
    })
}

/// Changes a template's name, description or tags. What it makes is changed by a new version.
#[utoipa::path(
    patch, path = "/templates/{id}", tag = "templates", operation_id = "change_template", request_body = TemplatePatch,
    params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "The template was changed", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<TemplatePatch>,
) -> Answer<Response> {
    let envelope = write.envelope();
    carry_out(&state, id, TemplateCommand::EditDetails(write.body.into()), envelope).await
}

/// Carries out a command on a template that the caller may at least use.
pub(super) async fn carry_out(
    state: &AppState,
    id: TemplateId,
    command: TemplateCommand,
    envelope: Envelope,
) -> Answer<Response> {
    state.commands.template(id, &envelope.actor).await?;
    let was_written = matches!(&command, TemplateCommand::AddVersion { source: TemplateSource::Written, .. });
    let committed = state.commands.templates.execute(&id, command, envelope).await;
    let committed = committed.map_err(|error| pointing(error, was_written))?;
    Ok(answer::template_written(StatusCode::OK, id, &committed))
}

/// Retires a template: it is used no more. Its versions and the plans that were made from it stay.
#[utoipa::path(
    post, path = "/templates/{id}/retire", tag = "templates", operation_id = "retire_template", request_body = Reason,
    params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "The template is retired", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn retire(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<Reason>,
) -> Answer<Response> {
    let envelope = write.envelope_because(&write.body.reason);
    carry_out(&state, id, TemplateCommand::Retire { reason: write.body.reason }, envelope).await
}

/// Brings a retired template back.
#[utoipa::path(
    post, path = "/templates/{id}/bring-back", tag = "templates", operation_id = "bring_template_back",
    params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "The template is in use again", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn bring_back(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<Nothing>,
) -> Answer<Response> {
    carry_out(&state, id, TemplateCommand::BringBack, write.envelope()).await
}

/// Says who else may use or edit a template.
#[utoipa::path(
    post, path = "/templates/{id}/share", tag = "templates", operation_id = "share_template", request_body = ShareTemplate,
    params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "The template is shared so", body = TemplateWritten, headers(("ETag" = String))))
)]
pub(crate) async fn share(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<ShareTemplate>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let shares = write.body.shares.into_iter().map(Into::into).collect();
    carry_out(&state, id, TemplateCommand::Share { shares }, envelope).await
}

/// Shows the plan that a template and arguments would make, with what its steps would change. Nothing is made.
#[utoipa::path(
    post, path = "/templates/{id}/preview", tag = "templates", operation_id = "preview_template", request_body = RunTemplate,
    params(("id" = String, Path, description = "The template")),
    responses((status = 200, description = "The plan as it would be", body = TemplatePreview))
)]
pub(crate) async fn preview(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<RunTemplate>,
) -> Answer<Json<TemplatePreview>> {
    let run = asked(&state, id, write.body);
    let filled = state.commands.fill_template(&run, &state.actor).await?;
    let context = Context { now: state.clock.now(), actor: state.actor.clone(), catalogue: state.catalogue().clone() };
    let plan = filled.preview(&context)?;
    let position = state.log.head().await?.unwrap_or(Position::FIRST);
    let seen =
        Seen { id: PlanId::new(uuid::Uuid::nil()), plan: &plan, revision: Revision::FIRST, position, as_of: None };
    let body = seen.body(&state).await?;
    Ok(Json(TemplatePreview::new(id.to_string(), filled.version, body)))
}

/// Makes a plan from a template. It is a draft that goes through review like any other.
#[utoipa::path(
    post, path = "/templates/{id}/plans", tag = "templates", operation_id = "run_template", request_body = RunTemplate,
    params(("id" = String, Path, description = "The template")),
    responses((status = 202, description = "The plan was made", body = Accepted, headers(("Location" = String), ("ETag" = String))))
)]
pub(crate) async fn run(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    write: Write<RunTemplate>,
) -> Answer<Response> {
    let envelope = write.envelope_of_new();
    let run = asked(&state, id, write.body);
    let (plan, committed) = state.commands.run_template(run, envelope).await?;
    answer::created(&state, plan, committed).await
}

fn asked(state: &AppState, template: TemplateId, body: RunTemplate) -> Run {
    let RunTemplate { arguments, version, today } = body;
    Run { template, version, arguments, today: today.unwrap_or_else(|| state.clock.now().date_naive()), schedule: None }
}
