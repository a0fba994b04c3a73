//! The door: routes, bodies, problems, live updates. Only this crate knows HTTP.
//!
//! [`router`] gives everything that the server answers, over the [`AppState`] that the command line wires together.
//! Requests pass the door (one layer), are read by an extractor, ask one thing of the layers below, and are answered with
//! a body or a problem. `openapi.json` is made from the handlers themselves, so the two cannot drift apart.
//!
//! Deliberately absent: rules (the domain has them), and names of adapters.

pub mod bodies;
mod cursor;
mod door;
mod extract;
mod live;
mod metrics;
mod openapi;
mod past;
pub mod problem;
mod reads;
mod routes;
mod sample;
mod serve;
mod state;
mod view;
mod waiting;

use axum::{Router, middleware, routing::any};
use tower_http::catch_panic::CatchPanicLayer;

pub use bodies::{me::PlannerOption, request::PlannerChoice};
pub use metrics::Metrics;
pub use openapi::document as openapi_document;
pub use serve::serve;
pub use state::{AppState, Hosts, Parts, Settings};
pub use waiting::Door;

/// Everything that the server answers.
pub fn router(state: AppState) -> Router {
    let (described, _) = openapi::described();
    Router::new()
        .route("/api", any(door::no_such_route))
        .route("/api/", any(door::no_such_route))
        .route("/api/{*rest}", any(door::no_such_route))
        .merge(described.method_not_allowed_fallback(door::method_not_allowed))
        .merge(routes::docs())
        .fallback_service(embedded_ui::router())
        .layer(CatchPanicLayer::custom(door::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), door::pass))
        .with_state(state)
}
