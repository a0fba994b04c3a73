//! Templates as files, and the library that comes with Cairn.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use commands::template_file::{self, BadFile, FileFormat};
use domain::template::{CreateTemplate, Included, TemplateRefusal, TemplateSource};
use utoipa::IntoParams;

use super::answer;
use crate::{
    bodies::{
        template::{StarterAdded, TemplateWritten},
        template_request::TemplateImport,
    },
    extract::{Asked, FromParams, Nothing, Params, TemplatePath, Write, query::bad_query},
    problem::{Answer, FieldProblem, Problem, codes},
    state::AppState,
};

/// In which form a file is wanted.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedFormat {
    /// `yaml`, the default, or `json`.
    #[param(value_type = Option<String>)]
    format: FileFormat,
}

impl FromParams for WantedFormat {
    fn from_params(params: &Params) -> Answer<Self> {
        match params.text("format") {
            None | Some("yaml") => Ok(Self { format: FileFormat::Yaml }),
            Some("json") => Ok(Self { format: FileFormat::Json }),
            Some(_) => Err(bad_query("format", "`format` must be `yaml` or `json`")),
        }
    }
}

/// Writes the newest version of a template as one file, with its sub-plans in their place.
#[utoipa::path(
    get, path = "/templates/{id}/file", tag = "templates", operation_id = "export_template",
    params(("id" = String, Path, description = "The template"), WantedFormat),
    responses((status = 200, description = "The file", body = String, content_type = "application/yaml"))
)]
pub(crate) async fn export(
    State(state): State<AppState>,
    TemplatePath(id): TemplatePath,
    Asked(WantedFormat { format }): Asked<WantedFormat>,
) -> Answer<Response> {
    let loaded = state.commands.template(id, &state.actor).await?;
    let newest = loaded.state.newest().ok_or(TemplateRefusal::NoSuchTemplate)?;
    let content = state.commands.unfolded(&newest.content, Some(id), &state.actor).await?;
    let text = template_file::write(&loaded.state.details, &content, format).map_err(|error| Problem::fault(&error))?;
    let (content_type, ending) = match format {
        FileFormat::Yaml => ("application/yaml", "yaml"),
        FileFormat::Json => ("application/json", "json"),
    };
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    let name = format!("attachment; filename=\"{id}.{ending}\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|error| Problem::fault(&error))?);
    Ok(response)
}

/// Makes a template of a file, YAML or JSON. A file that is none is refused with the line, and nothing is made.
#[utoipa::path(
    post, path = "/templates/import", tag = "templates", operation_id = "import_template", request_body = TemplateImport,
    responses((status = 201, description = "The template was made", body = TemplateWritten, headers(("Location" = String), ("ETag" = String))))
)]
pub(crate) async fn import(State(state): State<AppState>, write: Write<TemplateImport>) -> Answer<Response> {
    let envelope = write.envelope_of_new();
    let (details, content) = template_file::read(&write.body.file, state.catalogue())?;
    let create = CreateTemplate { details, content, source: TemplateSource::File, included: Included::new() };
    let (id, committed) = state.commands.create_template(create, envelope).await?;
    answer::template_made(id, &committed)
}

impl From<BadFile> for Problem {
    fn from(error: BadFile) -> Self {
        let told = error.to_string();
        let stop = if told.ends_with(['.', '?']) { "" } else { "." };
        let detail = format!("The file is no template: {told}{stop}");
        let field = FieldProblem::new("/file", "bad-file", error.to_string());
        let problem = Self::new(&codes::BAD_TEMPLATE_FILE, detail).with_errors(vec![field]);
        match error.line {
            Some(line) => problem.with("line", line),
            None => problem,
        }
    }
}

/// Puts the templates that come with Cairn into the library, as far as they are not there.
#[utoipa::path(
    post, path = "/templates/starter", tag = "templates", operation_id = "add_starter_templates",
    responses((status = 200, description = "The templates are there", body = StarterAdded))
)]
pub(crate) async fn starter(State(state): State<AppState>, write: Write<Nothing>) -> Answer<Json<StarterAdded>> {
    let done = state.commands.add_starter_templates(&write.envelope_of_new()).await?;
    let ids = done.added.iter().map(ToString::to_string).collect();
    Ok(Json(StarterAdded { added: ids, position: done.position }))
}
