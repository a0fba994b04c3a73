//! The built web page, inside the binary.
//!
//! Addresses that the page itself knows (`/plans/…`) get the page; files that are not there get a 404. Without a built
//! page there is a placeholder that says how to build it, so that the server needs no Node to be compiled.

use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use memory_serve::CacheControl;

/// The routes of the page.
pub fn router() -> Router {
    memory_serve::load!()
        .index_file(Some("/index.html"))
        .fallback(Some("/index.html"))
        .fallback_status(StatusCode::OK)
        .html_cache_control(CacheControl::NoCache)
        .cache_control(CacheControl::Long)
        .into_router()
        .layer(middleware::from_fn(no_page_for_files))
}

/// An asset of an older build that is asked for again is missing; the page in its place would be read as a script.
async fn no_page_for_files(request: Request, next: Next) -> Response {
    let is_file = request.uri().path().rsplit('/').next().is_some_and(|name| name.contains('.'));
    let response = next.run(request).await;
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if is_file && content_type.is_some_and(|content_type| content_type.starts_with("text/html")) {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    }
    response
}
