//! The door before the house is open: it says that the log is waited for, and whether the process is well.

use std::io;

use axum::{Router, response::Response, routing::get};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    bodies::health::HealthStatus,
    problem::refusals::log_unavailable,
    routes::health::{check, livez, summed_up},
};

/// Answers until it is cancelled: health, and that everything else has to wait for the log.
///
/// # Errors
/// When the socket fails for good.
pub async fn wait(listener: TcpListener, opened: CancellationToken) -> io::Result<()> {
    let router = Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(not_yet))
        .route("/startupz", get(not_yet))
        .fallback(later);
    axum::serve(listener, router).with_graceful_shutdown(opened.cancelled_owned()).await
}

async fn not_yet() -> Response {
    summed_up(vec![check("server", None), check("log", Some((HealthStatus::Starting, "unreachable")))])
}

async fn later() -> Response {
    log_unavailable().render(Uuid::now_v7().simple().to_string())
}
