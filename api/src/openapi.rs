//! The API document (OpenAPI 3.1): collected from the handlers, with what all of them share added here.

use utoipa::{
    OpenApi,
    openapi::{
        self, Content, Ref, RefOr, Required, ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    bodies::event::{LiveChange, LiveDraft, LiveSnapshot, LiveStale},
    problem::ProblemBody,
    routes,
    state::AppState,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Cairn", description = "Plans of typed steps: asked for, edited, approved, carried out, watched. \
        Every answer that is not a success is a problem (RFC 9457) whose `code` has a page at `/errors/{code}`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")),
    components(schemas(ProblemBody, LiveChange, LiveDraft, LiveSnapshot, LiveStale)),
    tags(
        (name = "plans", description = "From a request to an approved plan"),
        (name = "runs", description = "Carrying a plan out"),
        (name = "steps", description = "Steering single steps"),
        (name = "rollbacks", description = "Taking back what was done"),
        (name = "history", description = "What happened"),
        (name = "proof", description = "That nobody touched what happened"),
        (name = "templates", description = "What worked once, with gaps for what will be another thing the next time"),
        (name = "workspace", description = "The things that steps act on"),
        (name = "actions", description = "What steps can do"),
        (name = "live", description = "What happens now"),
        (name = "ops", description = "Running the server"),
        (name = "me", description = "Who is asking"),
        (name = "health", description = "For the machinery"),
    )
)]
struct Document;

/// The routes that the document describes, and the document.
pub(crate) fn described() -> (axum::Router<AppState>, openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", routes::v1())
        .merge(routes::health())
        .split_for_parts();
    for (path, item) in &mut document.paths.paths {
        let is_api = path.starts_with("/api/");
        for (operation, is_write, needs_revision) in [
            (&mut item.get, false, false),
            (&mut item.post, true, path.ends_with("/edits") || path.ends_with("/plans/{id}/approve")),
            (&mut item.patch, true, false),
            (&mut item.delete, true, false),
        ] {
            if let Some(operation) = operation.as_mut().filter(|_| is_api) {
                complete(
                    operation,
                    is_write && !path.contains("/ops/"),
                    path.contains("{id}").then_some(needs_revision),
                );
            }
        }
    }
    (router, document)
}

/// The document as `openapi.json` holds it.
pub fn document() -> String {
    let (_, document) = described();
    let mut json = document.to_pretty_json().expect("the document is made of texts and numbers");
    json.push('\n');
    json
}

/// Adds what every operation of the API has: how it can fail, and the headers of writes.
///
/// `needs_revision` says whether the revision must be named; `None` when there is none to name.
fn complete(operation: &mut Operation, is_write: bool, needs_revision: Option<bool>) {
    let problem = ResponseBuilder::new()
        .description("A problem: nothing was done, and `code` says why")
        .content("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem"))));
    operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.build()));
    if !is_write {
        return;
    }
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(header(
        "Idempotency-Key",
        "Names this request, at most 255 characters: sent again with the same key, it is not done twice and gets the \
         first answer. Kept for ever.",
        false,
    ));
    if let Some(required) = needs_revision {
        let description = "The revision that was looked at, quoted, as the `ETag` gave it: nothing is done when it is another by now.";
        parameters.push(header("If-Match", description, required));
    }
}

fn header(name: &str, description: &str, required: bool) -> RefOr<Parameter> {
    let required = if required { Required::True } else { Required::False };
    let header = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .required(required)
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
    RefOr::T(header.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/openapi.json");

    /// `UPDATE_OPENAPI=1 cargo nextest run -p cairn-api openapi` writes the file anew.
    #[test]
    fn openapi_json_is_what_the_handlers_say() {
        let document = document();
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(FILE, &document).unwrap();
        }
        let written = std::fs::read_to_string(FILE).unwrap();
        assert!(
            written == document,
            "web/openapi.json is stale: run this test with UPDATE_OPENAPI=1, then `npm run types`"
        );
    }
}
