//! The past is for reading: nothing is done in it, and what cannot be shown of it is not shown as if it were now.

use axum::extract::{MatchedPath, Request};

use crate::{
    extract::query::bad_query,
    problem::{Answer, Problem, codes},
};

/// What can be read as of an earlier moment.
const SHOW_THE_PAST: &[&str] = &[
    "/api/v1/plans",
    "/api/v1/plans/{id}",
    "/api/v1/plans/{id}/events",
    "/api/v1/workspace/entities",
    "/api/v1/workspace/entities/{id}",
    "/api/v1/workspace/entities/{id}/history",
];

/// Whether a request to the API names an earlier moment.
pub(crate) fn is_asked_for(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let named = |pair: &str| pair.strip_prefix("as_of=").is_some_and(|value| !value.is_empty());
    request.uri().path().starts_with("/api/") && query.split('&').any(named)
}

/// Refuses what does not go with `as_of`.
///
/// # Errors
/// `history.read-only` for commands, `request.bad-query` for what can only be read as it is now.
pub(crate) fn only_read(request: &Request) -> Answer<()> {
    if !is_asked_for(request) {
        return Ok(());
    }
    if !request.method().is_safe() {
        let detail = "Nothing can be done in the past, and nothing was done: leave `as_of` out to act on what is there \
            now.";
        return Err(Problem::new(&codes::READ_ONLY, detail));
    }
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // What is no route of the API says so itself.
    if !route.starts_with("/api/v1/") || SHOW_THE_PAST.contains(&route) {
        return Ok(());
    }
    Err(bad_query("as_of", "this address only shows what is there now: leave `as_of` out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_as_of_is_listed_and_what_is_listed_takes_it() {
        let document: serde_json::Value = serde_json::from_str(&crate::openapi_document()).unwrap();
        let mut taking: Vec<&str> = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let parameters = methods["get"]["parameters"].as_array().into_iter().flatten();
            if parameters.into_iter().any(|parameter| parameter["name"] == "as_of") {
                taking.push(path);
            }
        }
        taking.sort_unstable();
        let mut listed = SHOW_THE_PAST.to_vec();
        listed.sort_unstable();
        assert_eq!(taking, listed);
    }
}
